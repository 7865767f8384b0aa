//! A page: heading, actions, content.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

use super::frame::Frame;
use crate::browser::page;

/// A page. Its heading takes the focus when the address leads here from another one, so that it is read out; nothing
/// takes the focus when the application starts.
#[component]
pub fn Page(
    /// Name of the page or of its object.
    #[prop(into)]
    title: Signal<String>,
    /// Whether the first data is on screen, or the look that says why there is none.
    #[prop(into)]
    ready: Signal<bool>,
    /// One sentence under the title.
    #[prop(optional, into)]
    lede: Signal<Option<String>>,
    /// Names and addresses of the pages above this one, outermost first.
    #[prop(optional)]
    crumbs: Vec<(Signal<String>, String)>,
    /// Badges beside the title.
    #[prop(optional, into)]
    badges: ViewFn,
    /// Buttons at the end of the header.
    #[prop(optional, into)]
    actions: ViewFn,
    /// A grid takes the rest of the window; the page itself does not scroll.
    #[prop(optional)]
    fill: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    // Parts of pages are also shown without a frame.
    if let Some(frame) = use_context::<Frame>() {
        let id = frame.enter();
        let left = frame.clone();
        on_cleanup(move || left.leave(id));
        // An effect that sets a signal: the frame lies outside the page.
        Effect::new(move |_| frame.set(id, title.get(), ready.get()));
    }
    let heading = NodeRef::<html::H1>::new();
    focus_on_arrival(heading, title);
    let crumbs = (!crumbs.is_empty()).then(|| {
        let links = crumbs
            .into_iter()
            .map(|(name, href)| view! { <li><a href=href>{name}</a></li> });
        view! { <ol class="crumbs">{links.collect_view()}</ol> }
    });
    view! {
        <div class="page" class:page-fill=fill>
            <header class="page-header">
                <div class="page-heading">
                    {crumbs}
                    <h1 class="page-title" tabindex="-1" node_ref=heading>
                        {title} {badges.run()}
                    </h1>
                    {move || lede.get().map(|text| view! { <p class="lede">{text}</p> })}
                </div>
                <div class="page-actions">{actions.run()}</div>
            </header>
            {children()}
        </div>
    }
    .into_any()
}

/// The path that had the heading's focus last; empty before the first page.
#[derive(Clone, Default)]
pub(super) struct Arrival(ArcRwSignal<Option<String>>);

/// The same page may show another object at another path: then its title changes together with the path. A title that
/// changes alone (a pod is renamed) or a path that changes alone (a panel opens) moves no focus.
fn focus_on_arrival(heading: NodeRef<html::H1>, title: Signal<String>) {
    let Some(arrival) = use_context::<Arrival>() else {
        return;
    };
    let path = use_location().pathname;
    Effect::new(move |_| {
        title.track();
        let Some(heading) = heading.get() else { return };
        let here = path.get_untracked();
        let before = arrival.0.with_untracked(Clone::clone);
        if before.as_ref() != Some(&here) {
            arrival.0.set(Some(here));
            if before.is_some() {
                // Later: what closes with the former page gives the focus back first.
                request_animation_frame(move || page::focus_quietly(&heading));
            }
        }
    });
}
