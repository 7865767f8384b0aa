//! Short messages in a corner. None is the only copy of what it says; one that holds an action stays until dismissed.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use leptos::prelude::*;

use super::{
    button::{Button, ButtonSize, ButtonTone},
    live_region::Announcer,
    mark::{Mark, MarkIcon},
};
use crate::{
    browser::{clock::Timeout, hold},
    text::words,
};

/// How long a message without an action is shown.
const SHOWN_MS: i32 = 8_000;
/// More than this cover the page; the oldest goes.
const TOASTS_MAX: usize = 4;

/// A button in a message.
#[derive(Clone)]
pub struct ToastAction {
    /// The verb: "Undo".
    pub label: String,
    /// What it does. Not a signal's callback: the message may outlive the view that made it.
    pub run: Arc<dyn Fn() + Send + Sync>,
}

/// A message.
#[derive(Clone)]
pub struct Toast {
    /// Says the kind together with the words.
    pub mark: Mark,
    /// What has happened, in one sentence.
    pub title: String,
    /// What more there is to know.
    pub detail: Option<String>,
    /// What one may do about it.
    pub action: Option<ToastAction>,
}

/// Shows messages.
#[derive(Clone)]
pub struct Toasts {
    shown: ArcRwSignal<Vec<(u64, Toast)>>,
    announcer: Option<Announcer>,
}

impl Toasts {
    /// Shows a message and says it aloud: a failure at once, the rest when the reader is quiet.
    pub fn show(&self, toast: Toast) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if let Some(announcer) = &self.announcer {
            match toast.mark.tone() {
                super::Tone::Danger => announcer.interrupt(toast.title.clone()),
                super::Tone::Ok
                | super::Tone::Busy
                | super::Tone::Queue
                | super::Tone::Info
                | super::Tone::Warn
                | super::Tone::Off => announcer.say(toast.title.clone()),
            }
        }
        self.shown.update(|shown| {
            if shown.len() == TOASTS_MAX {
                shown.remove(0);
            }
            shown.push((NEXT.fetch_add(1, Ordering::Relaxed), toast));
        });
    }

    fn dismiss(&self, id: u64) {
        self.shown.update(|shown| shown.retain(|(other, _)| *other != id));
    }
}

/// Makes one list of messages for all views below the current owner. Provide the announcer before it.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        shown: ArcRwSignal::default(),
        announcer: use_context::<Announcer>(),
    };
    provide_context(toasts.clone());
    toasts
}

/// Where the messages are shown, once per page.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_context::<Toasts>().unwrap_or_else(provide_toasts);
    let shown = toasts.shown.clone();
    view! {
        <section class="toast-region" aria-label=words::MESSAGES>
            <For each=move || shown.get() key=|(id, _)| *id let((id, toast))>
                {toast_view(toasts.clone(), id, toast)}
            </For>
        </section>
    }
}

fn toast_view(toasts: Toasts, id: u64, toast: Toast) -> AnyView {
    let Toast {
        mark,
        title,
        detail,
        action,
    } = toast;
    let dismiss = move || toasts.dismiss(id);
    if action.is_none() {
        hold(Timeout::after(SHOWN_MS, dismiss.clone()));
    }
    let action = action.map(|action| {
        let dismiss = dismiss.clone();
        let press = move || {
            (action.run)();
            dismiss();
        };
        view! {
            <span class="toast-action">
                <Button label=action.label tone=ButtonTone::Link size=ButtonSize::Small on_press=press />
            </span>
        }
    });
    view! {
        <div class="toast">
            <span class="tone" data-tone=mark.tone().as_str()>
                <MarkIcon mark />
            </span>
            <p>{title}</p>
            <Button label=words::DISMISS tone=ButtonTone::Quiet size=ButtonSize::Small on_press=dismiss />
            {detail.map(|detail| view! { <p class="toast-detail">{detail}</p> })}
            {action}
        </div>
    }
    .into_any()
}
