//! Buttons and links that look like buttons. A blocked one stays in place, takes the focus and says why.

use leptos::prelude::*;

use super::{
    mark::{Mark, MarkIcon},
    unique_id,
};

/// What a button is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ButtonTone {
    /// One of several actions.
    #[default]
    Plain,
    /// The one action of the view.
    Primary,
    /// Opens the dialog of something that loses data.
    Danger,
    /// Does it, at the end of that dialog.
    DangerPrimary,
    /// Without an edge, for rows and headers.
    Quiet,
    /// Inside a sentence.
    Link,
}

impl ButtonTone {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Primary => "primary",
            Self::Danger => "danger",
            Self::DangerPrimary => "danger-primary",
            Self::Quiet => "quiet",
            Self::Link => "link",
        }
    }
}

/// Height of a button.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ButtonSize {
    /// For pages, forms and dialogs.
    #[default]
    Regular,
    /// For rows and filter bars.
    Small,
}

impl ButtonSize {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Small => "small",
        }
    }
}

/// A button that runs `on_press`, unless it is blocked or pending.
#[component]
pub fn Button(
    /// Verb and object, in its final case: "Stop train-a".
    #[prop(into)]
    label: Signal<String>,
    /// Runs for a press by pointer or key.
    #[prop(into)]
    on_press: Callback<()>,
    /// What it is for.
    #[prop(optional)]
    tone: ButtonTone,
    /// How high it is.
    #[prop(optional)]
    size: ButtonSize,
    /// Why it is not possible now and what would enable it. `None` enables it.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
    /// The action is under way; presses are ignored until it ends.
    #[prop(optional, into)]
    pending: Signal<bool>,
) -> impl IntoView {
    let press = move || on_press.run(());
    button_view(
        "button",
        label,
        Some(Callback::from(press)),
        tone,
        size,
        blocked,
        pending,
    )
}

/// The button that sends the form around it. A blocked one does not send.
#[component]
pub fn SubmitButton(
    /// Verb and object: "Create volume".
    #[prop(into)]
    label: Signal<String>,
    /// The request is under way; a second press is ignored.
    #[prop(into)]
    pending: Signal<bool>,
    /// What it is for; the primary action unless told otherwise.
    #[prop(default = ButtonTone::Primary)]
    tone: ButtonTone,
    /// Why it is not possible now. `None` enables it.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
) -> impl IntoView {
    button_view("submit", label, None, tone, ButtonSize::Regular, blocked, pending)
}

fn button_view(
    kind: &'static str,
    label: Signal<String>,
    on_press: Option<Callback<()>>,
    tone: ButtonTone,
    size: ButtonSize,
    blocked: Signal<Option<String>>,
    pending: Signal<bool>,
) -> impl IntoView {
    let id = unique_id();
    let is_blocked = Memo::new(move |_| blocked.with(Option::is_some));
    let described_by = {
        let id = id.clone();
        move || is_blocked.get().then(|| id.clone())
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        if is_blocked.get_untracked() || pending.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <span class="button-wrap">
            <button
                type=kind
                class="button"
                data-tone=tone.as_str()
                data-size=size.as_str()
                aria-disabled=move || is_blocked.get().then_some("true")
                aria-busy=move || pending.get().then_some("true")
                aria-describedby=described_by
                on:click=on_click
            >
                {move || pending.get().then(|| view! { <MarkIcon mark=Mark::QuarterRing /> })}
                {label}
            </button>
            <Reason id blocked />
        </span>
    }
}

/// A link that looks like a button, for actions which are pages.
#[component]
pub fn ButtonLink(
    /// Verb and object, or the name of the page.
    #[prop(into)]
    label: Signal<String>,
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// What it is for.
    #[prop(optional)]
    tone: ButtonTone,
    /// How high it is.
    #[prop(optional)]
    size: ButtonSize,
    /// Why it is not possible now. `None` enables it; a blocked link leads nowhere but keeps its place and the focus.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
) -> impl IntoView {
    let id = unique_id();
    let is_blocked = Memo::new(move |_| blocked.with(Option::is_some));
    let described_by = {
        let id = id.clone();
        move || is_blocked.get().then(|| id.clone())
    };
    view! {
        <span class="button-wrap">
            <a
                class="button"
                role=move || is_blocked.get().then_some("link")
                tabindex=move || is_blocked.get().then_some("0")
                href=move || (!is_blocked.get()).then(|| href.get())
                data-tone=tone.as_str()
                data-size=size.as_str()
                aria-disabled=move || is_blocked.get().then_some("true")
                aria-describedby=described_by
            >
                {label}
            </a>
            <Reason id blocked />
        </span>
    }
}

/// Why a control is blocked; seen while the pointer or the focus is on it, and read with its name.
#[component]
fn Reason(id: String, blocked: Signal<Option<String>>) -> impl IntoView {
    move || {
        let id = id.clone();
        blocked
            .get()
            .map(|reason| view! { <span class="button-reason" role="tooltip" id=id>{reason}</span> })
    }
}
