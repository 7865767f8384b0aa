//! What is said aloud, copied, or shown in a corner.

use std::sync::Arc;

use leptos::prelude::*;
use roadstead_dashboard::ui::{
    Announcer, CopyButton, LiveRegions, Mark, Toast, ToastAction, ToastRegion, Toasts, provide_announcer,
    provide_toasts,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::hands::{Clipboard, has_focus};
use crate::roles;
use crate::screen::{Screen, render, until};

use super::*;

fn told(screen: &Screen, role: &str) -> String {
    screen
        .all(role)
        .first()
        .map(|it| it.text_content().unwrap_or_default())
        .unwrap_or_default()
}

#[wasm_bindgen_test]
async fn what_is_said_is_in_one_of_two_regions_and_twice_the_same_is_a_change() {
    let (_owner, announcer) = kept(|| RwSignal::new(None::<Announcer>));
    let screen = render(move || {
        announcer.set(Some(provide_announcer()));
        view! { <LiveRegions /> }.into_any()
    });
    // The regions are there before anything is said, or nothing would be heard.
    let (quiet, urgent) = (screen.all("status").remove(0), screen.all("alert").remove(0));
    assert_eq!(quiet.get_attribute("aria-live").as_deref(), Some("polite"));
    assert_eq!(urgent.get_attribute("aria-live").as_deref(), Some("assertive"));
    let announcer = announcer.get_untracked().unwrap();
    announcer.say("Copied");
    until("it is said", || told(&screen, "status") == "Copied").await;
    assert_eq!(told(&screen, "alert"), "");
    announcer.say("Copied");
    until("it is said again", || told(&screen, "status") == "Copied\u{a0}").await;
    announcer.interrupt("Failed");
    until("it interrupts", || told(&screen, "alert") == "Failed").await;
}

#[wasm_bindgen_test]
async fn a_copy_button_copies_the_whole_text_and_says_whether_it_did() {
    let show = || {
        render(|| {
            provide_announcer();
            view! {
                <CopyButton text="pod0123456789" what="pod ID" />
                <LiveRegions />
            }
            .into_any()
        })
    };
    let clipboard = Clipboard::that_works(true);
    let screen = show();
    let button = screen.press("Copy pod ID").await;
    until("it is on the clipboard", || {
        clipboard.text().as_deref() == Some("pod0123456789")
    })
    .await;
    until("it is said", || told(&screen, "status") == "Copied").await;
    screen.shows("Copied").await;
    assert_eq!(roles::name(&button), "Copy pod ID");
    assert!(has_focus(&button));
    // The word goes by itself, and does not say for ever what was true once.
    until("the word goes", || {
        button.text_content().as_deref() == Some("Copy")
    })
    .await;
    drop(screen);

    let refusing = Clipboard::that_works(false);
    let screen = show();
    screen.press("Copy pod ID").await;
    until("the refusal is said", || {
        told(&screen, "status").starts_with("Not copied")
    })
    .await;
    assert_eq!(refusing.text(), None);
}

fn messages() -> (Screen, Owner, Toasts) {
    let (owner, toasts) = kept(|| RwSignal::new(None::<Toasts>));
    let screen = render(move || {
        provide_announcer();
        toasts.set(Some(provide_toasts()));
        view! {
            <ToastRegion />
            <LiveRegions />
        }
        .into_any()
    });
    let made = toasts.get_untracked().unwrap();
    (screen, owner, made)
}

fn message(mark: Mark, title: &str, action: Option<ToastAction>) -> Toast {
    Toast {
        mark,
        title: title.to_owned(),
        detail: None,
        action,
    }
}

#[wasm_bindgen_test]
async fn a_message_is_shown_said_and_dismissed() {
    let (screen, _owner, toasts) = messages();
    toasts.show(message(Mark::Disc, "train-a is locked", None));
    screen.shows("train-a is locked").await;
    until("it is said quietly", || {
        told(&screen, "status") == "train-a is locked"
    })
    .await;
    screen.press("Dismiss").await;
    screen.loses("button", "Dismiss").await;
    toasts.show(message(Mark::Cross, "It was refused", None));
    until("a failure is said at once", || {
        told(&screen, "alert") == "It was refused"
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_action_of_a_message_runs_once_and_takes_it_away() {
    let (screen, owner, toasts) = messages();
    let undone = owner.with(|| RwSignal::new(0));
    let action = ToastAction {
        label: "Undo".to_owned(),
        run: Arc::new(move || undone.update(|it| *it += 1)),
    };
    toasts.show(message(Mark::Disc, "Deleted", Some(action)));
    screen.press("Undo").await;
    screen.loses("button", "Undo").await;
    assert_eq!(undone.get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn many_messages_leave_the_newest_four() {
    let (screen, _owner, toasts) = messages();
    for number in 1..=6 {
        toasts.show(message(Mark::Disc, &format!("message {number}"), None));
    }
    screen.shows("message 6").await;
    until("the oldest went", || screen.all("button").len() == 4).await;
    for (number, there) in [(1, false), (2, false), (3, true), (6, true)] {
        let region = screen
            .finds("[aria-label=Messages]")
            .await
            .text_content()
            .unwrap();
        assert_eq!(region.contains(&format!("message {number}")), there, "{number}");
    }
}
