//! Modal dialogs on the native element: the browser keeps the focus inside, and Escape closes.
//!
//! A dialog is open while it is in the view. As each has a URL, closing means to go back to the URL beneath it.

use leptos::{html, prelude::*};

use super::{
    button::{Button, ButtonSize, ButtonTone},
    live_region::{Announcer, LiveRegions},
    unique_id,
};
use crate::{
    browser::layer::{self, Modal},
    text::words,
};

/// Where a dialog stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DialogShell {
    /// In the middle, for confirmations and short forms.
    #[default]
    Centre,
    /// In the middle and wide, for tables.
    Wide,
    /// At the end of the line and as high as the window, for forms beside what they change.
    Side,
}

impl DialogShell {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Wide => "wide",
            Self::Side => "side",
        }
    }
}

/// An open dialog. It gives the focus back to its opener when it leaves the view.
#[component]
pub fn Dialog(
    /// Verb and object of the question: "Stop train-a".
    #[prop(into)]
    title: Signal<String>,
    /// Asked for by Escape or the close button; takes the dialog out of the view.
    #[prop(into)]
    on_close: Callback<()>,
    /// Where it stands.
    #[prop(optional)]
    shell: DialogShell,
    /// A [`DialogBody`] and a [`DialogFooter`], or a form around both.
    children: Children,
) -> impl IntoView {
    // What was said before it opened is not said again by its own regions.
    if let Some(announcer) = use_context::<Announcer>() {
        announcer.hush();
    }
    let title_id = unique_id();
    let labelled_by = title_id.clone();
    let node = NodeRef::<html::Dialog>::new();
    // Dropped with the owner of this component: that closes the dialog and returns the focus.
    let modal = StoredValue::new_local(None::<Modal>);
    node.on_load(move |dialog| modal.set_value(Some(Modal::open(dialog))));
    let on_cancel = move |event: leptos::ev::Event| {
        // The route decides; the browser alone would close a dialog whose URL stays.
        event.prevent_default();
        event.stop_propagation();
        let _ = on_close.try_run(());
    };
    let on_closed = move |_| {
        // A second Escape closes without asking. Our own closing ends here too, when the view is gone or hidden already.
        if node
            .try_get_untracked()
            .flatten()
            .is_some_and(|dialog| layer::is_left(&dialog))
        {
            let _ = on_close.try_run(());
        }
    };
    view! {
        <dialog
            class="dialog"
            data-shell=shell.as_str()
            node_ref=node
            aria-labelledby=labelled_by
            on:cancel=on_cancel
            on:close=on_closed
        >
            // While it is open, nothing outside of it is read out.
            <LiveRegions />
            <header class="dialog-header">
                <h2 class="dialog-title" id=title_id tabindex="-1">
                    {title}
                </h2>
                <Button
                    label=words::CLOSE
                    tone=ButtonTone::Quiet
                    size=ButtonSize::Small
                    on_press=move || on_close.run(())
                />
            </header>
            {children()}
        </dialog>
    }
    .into_any()
}

/// What the dialog says and asks.
#[component]
pub fn DialogBody(
    /// Paragraphs, [`Consequences`], fields, command lines.
    children: Children,
) -> impl IntoView {
    view! { <div class="dialog-body">{children()}</div> }
}

/// The buttons: what leaves things as they are first, the one that acts last.
#[component]
pub fn DialogFooter(
    /// The buttons.
    children: Children,
) -> impl IntoView {
    view! { <footer class="dialog-footer">{children()}</footer> }
}

/// The three parts of every action: what happens, what it costs, how to undo. None can be left out.
#[component]
pub fn Consequences(
    /// What changes, what is lost and what is kept; names the disk.
    #[prop(into)]
    happens: ViewFn,
    /// Price per minute now and afterwards.
    #[prop(into)]
    costs: ViewFn,
    /// The way back and until when it is open, or that there is none.
    #[prop(into)]
    undo: ViewFn,
) -> impl IntoView {
    let part = |label: &'static str, text: ViewFn| {
        view! {
            <div class="consequence">
                <dt class="consequence-label">{label}</dt>
                <dd class="consequence-text">{text.run()}</dd>
            </div>
        }
    };
    view! {
        <dl class="consequences">
            {part(words::WHAT_HAPPENS, happens)} {part(words::WHAT_IT_COSTS, costs)} {part(words::HOW_TO_UNDO, undo)}
        </dl>
    }
    .into_any()
}
