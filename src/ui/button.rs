//! Buttons and links that look like buttons. A blocked one stays in place, takes the focus and says why.

use leptos::{html, prelude::*};

use super::{
    mark::{Mark, MarkIcon},
    unique_id,
};
use crate::browser::layer;

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

/// Why no write is possible now, for every button below the current owner that writes.
#[derive(Clone, Copy)]
struct WritesBlocked(Signal<Option<String>>);

/// Blocks every button that writes, below the current owner, while there is a reason: the server is not reached.
pub fn provide_writes_blocked(reason: Signal<Option<String>>) {
    provide_context(WritesBlocked(reason));
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
    /// The write is under way; presses are ignored until it ends. A button that writes nothing has none.
    #[prop(optional, into)]
    pending: Option<Signal<bool>>,
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
    button_view(
        "submit",
        label,
        None,
        tone,
        ButtonSize::Regular,
        blocked,
        Some(pending),
    )
}

fn button_view(
    kind: &'static str,
    label: Signal<String>,
    on_press: Option<Callback<()>>,
    tone: ButtonTone,
    size: ButtonSize,
    blocked: Signal<Option<String>>,
    pending: Option<Signal<bool>>,
) -> AnyView {
    let all_blocked = use_context::<WritesBlocked>().filter(|_| pending.is_some());
    let reason = Memo::new(move |_| blocked.get().or_else(|| all_blocked.and_then(|it| it.0.get())));
    let is_blocked = Memo::new(move |_| reason.with(Option::is_some));
    let is_pending = move || pending.is_some_and(|it| it.get());
    let on_click = move |event: leptos::ev::MouseEvent| {
        if is_blocked.get_untracked() || untrack(is_pending) {
            event.prevent_default();
            event.stop_propagation();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    let id = unique_id();
    let tip = id.clone();
    let control = view! {
        <button
            type=kind
            class="button"
            data-tone=tone.as_str()
            data-size=size.as_str()
            aria-disabled=move || is_blocked.get().then_some("true")
            aria-busy=move || is_pending().then_some("true")
            aria-describedby=move || is_blocked.get().then(|| tip.clone())
            on:click=on_click
        >
            {move || is_pending().then(|| view! { <MarkIcon mark=Mark::QuarterRing /> })}
            {label}
        </button>
    };
    with_reason(id, reason, control.into_any())
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
    let reason = Memo::new(move |_| blocked.get());
    let is_blocked = Memo::new(move |_| reason.with(Option::is_some));
    let id = unique_id();
    let tip = id.clone();
    let control = view! {
        <a
            class="button"
            role=move || is_blocked.get().then_some("link")
            tabindex=move || is_blocked.get().then_some("0")
            href=move || (!is_blocked.get()).then(|| href.get())
            data-tone=tone.as_str()
            data-size=size.as_str()
            aria-disabled=move || is_blocked.get().then_some("true")
            aria-describedby=move || is_blocked.get().then(|| tip.clone())
        >
            {label}
        </a>
    };
    with_reason(id, reason, control.into_any())
}

/// A control and why it is blocked: seen while the pointer or the focus is on either, and read with its name. Escape
/// takes the reason away until they have left.
fn with_reason(id: String, reason: Memo<Option<String>>, control: AnyView) -> AnyView {
    let tip = NodeRef::<html::Span>::new();
    let dismissed = RwSignal::new(false);
    let enter = move || {
        if let Some(tip) = tip.get_untracked() {
            layer::keep_in_view(&tip);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && tip.get_untracked().is_some() && !dismissed.get_untracked() {
            // The dialog or panel around it stays.
            event.prevent_default();
            event.stop_propagation();
            dismissed.set(true);
        }
    };
    let leave = move || dismissed.set(false);
    view! {
        <span
            class="button-wrap"
            data-dismissed=move || dismissed.get().then_some("")
            on:pointerenter=move |_| enter()
            on:focusin=move |_| enter()
            on:pointerleave=move |_| leave()
            on:focusout=move |_| leave()
            on:keydown=on_key
        >
            {control}
            {move || {
                let id = id.clone();
                reason
                    .get()
                    .map(|reason| view! { <span class="button-reason" role="tooltip" id=id node_ref=tip>{reason}</span> })
            }}
        </span>
    }
    .into_any()
}
