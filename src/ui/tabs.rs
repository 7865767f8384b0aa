//! Parts of one object, each with its own URL: links, not a tab list.

use leptos::prelude::*;

/// One part.
#[derive(Clone)]
pub struct Tab {
    /// Name of the part.
    pub label: String,
    /// Where it is.
    pub href: String,
    /// How many things are in it, if that is worth a look.
    pub count: Option<String>,
}

/// A line of links, of which one is the current part.
#[component]
pub fn Tabs(
    /// Name of the line for screen readers: "Parts of train-a".
    #[prop(into)]
    label: Signal<String>,
    /// The parts in order.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// Address of the current part; equal to the `href` of one of them.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    let link = move |tab: Tab| {
        let own = tab.href.clone();
        view! {
            <a
                class="tab"
                href=tab.href
                aria-current=move || current.with(|current| *current == own).then_some("page")
            >
                {tab.label}
                {tab.count.map(|count| view! { <span class="tab-count">{count}</span> })}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label=label>
            {move || tabs.get().into_iter().map(link).collect_view()}
        </nav>
    }
}
