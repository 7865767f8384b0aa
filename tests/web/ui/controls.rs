//! Buttons, dialogs, menus and tabs.

use std::sync::Arc;

use leptos::prelude::*;
use roadstead_dashboard::browser::layer;
use roadstead_dashboard::ui::{
    Button, ButtonLink, Dialog, DialogBody, Menu, MenuEntry, SubmitButton, Tab, Tabs, TextField,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::hands::{self, has_focus, key};
use crate::roles;
use crate::screen::{Screen, render, settle, until};

use super::*;

#[wasm_bindgen_test]
async fn a_blocked_button_takes_the_focus_says_why_and_does_nothing() {
    let (_owner, (blocked, runs)) = kept(|| (RwSignal::new(some("Unlock the pod first.")), RwSignal::new(0)));
    let screen = render(move || {
        view! { <Button label="Stop train-a" blocked on_press=move || runs.update(|it| *it += 1) /> }
            .into_any()
    });
    let button = screen.find("button", "Stop train-a").await;
    button.focus().unwrap();
    assert!(has_focus(&button));
    assert_eq!(button.get_attribute("aria-disabled").as_deref(), Some("true"));
    assert_eq!(roles::description(&button), "Unlock the pod first.");
    key("Enter");
    key(" ");
    assert_eq!(runs.get_untracked(), 0);
    blocked.set(None);
    until("it is free", || !button.has_attribute("aria-disabled")).await;
    assert_eq!(roles::description(&button), "");
    key("Enter");
    assert_eq!(runs.get_untracked(), 1);
    assert!(has_focus(&button));
}

#[wasm_bindgen_test]
async fn a_blocked_link_takes_the_focus_and_leads_nowhere() {
    let (_owner, blocked) = kept(|| RwSignal::new(some("No machine fits.")));
    let screen = render(move || view! { <ButtonLink label="Move" href="#there" blocked /> }.into_any());
    let link = screen.find("link", "Move").await;
    link.focus().unwrap();
    assert!(has_focus(&link) && !link.has_attribute("href"));
    assert_eq!(roles::description(&link), "No machine fits.");
    blocked.set(None);
    until("it leads there", || {
        link.get_attribute("href").as_deref() == Some("#there")
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_pending_or_blocked_form_is_not_sent() {
    let (_owner, (pending, blocked, sent)) = kept(|| {
        (
            RwSignal::new(false),
            RwSignal::new(None::<String>),
            RwSignal::new(0),
        )
    });
    let screen = render(move || {
        let send = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            sent.update(|it| *it += 1);
        };
        let name = RwSignal::new(String::new());
        view! {
            <form on:submit=send>
                <TextField label="Name" value=name error=None />
                <SubmitButton label="Save" pending blocked />
            </form>
        }
        .into_any()
    });
    let button = screen.press("Save").await;
    assert_eq!(sent.get_untracked(), 1);
    pending.set(true);
    until("it is busy", || {
        button.get_attribute("aria-busy").as_deref() == Some("true")
    })
    .await;
    button.click();
    screen.find("textbox", "Name").await.focus().unwrap();
    key("Enter");
    assert_eq!(sent.get_untracked(), 1);
    pending.set(false);
    blocked.set(some("The name is missing."));
    until("it says why", || {
        roles::description(&button) == "The name is missing."
    })
    .await;
    key("Enter");
    button.click();
    assert_eq!(sent.get_untracked(), 1);
    blocked.set(None);
    until("it is free", || !button.has_attribute("aria-disabled")).await;
    key("Enter");
    assert_eq!(sent.get_untracked(), 2);
}

// ---- Dialogs and menus.

fn with_dialog() -> (Screen, Owner, RwSignal<bool>) {
    let (owner, open) = kept(|| RwSignal::new(false));
    let screen = render(move || {
        view! {
            <Button label="Ask" on_press=move || open.set(true) />
            <Show when=move || open.get()>
                <Dialog title="Stop train-a" on_close=move || open.set(false)>
                    <DialogBody>
                        <p>"Words."</p>
                    </DialogBody>
                </Dialog>
            </Show>
        }
        .into_any()
    });
    (screen, owner, open)
}

#[wasm_bindgen_test]
async fn a_dialog_is_modal_and_escape_gives_the_focus_back() {
    let (screen, _owner, open) = with_dialog();
    let opener = screen.press("Ask").await;
    let dialog = screen.find("dialog", "Stop train-a").await;
    until("it is modal", || dialog.matches(":modal").unwrap()).await;
    until("the focus is inside", || {
        dialog.contains(document().active_element().as_deref())
    })
    .await;
    key("Escape");
    screen.loses("dialog", "Stop train-a").await;
    assert!(!open.get_untracked());
    until("the focus is back", || has_focus(&opener)).await;
}

#[wasm_bindgen_test]
async fn a_dialog_closes_by_its_button_and_opens_again() {
    let (screen, _owner, _) = with_dialog();
    for _ in 0..2 {
        let opener = screen.press("Ask").await;
        screen.find("dialog", "Stop train-a").await;
        screen.press("Close").await;
        screen.loses("dialog", "Stop train-a").await;
        until("the focus is back", || has_focus(&opener)).await;
    }
}

#[wasm_bindgen_test]
async fn a_dialog_makes_way_while_its_page_is_hidden() {
    let (_owner, (open, hidden)) = kept(|| (RwSignal::new(true), RwSignal::new(false)));
    let screen = render(move || {
        view! {
            <main>
                <div hidden=move || hidden.get()>
                    <Show when=move || open.get()>
                        <Dialog title="Stop train-a" on_close=move || open.set(false)>
                            <DialogBody>
                                <p>"Words."</p>
                            </DialogBody>
                        </Dialog>
                    </Show>
                </div>
                <input aria-label="API key" />
            </main>
        }
        .into_any()
    });
    let dialog = screen.find("dialog", "Stop train-a").await;
    let is_modal = || dialog.matches(":modal").unwrap();
    until("it is modal", is_modal).await;
    hidden.set(true);
    settle().await;
    layer::show_dialogs_of_seen();
    let field = screen.find("textbox", "API key").await;
    field.focus().unwrap();
    assert!(has_focus(&field) && !is_modal());
    // The browser tells later that a dialog has closed.
    settle().await;
    assert!(open.get_untracked(), "nobody has closed it");
    hidden.set(false);
    settle().await;
    layer::show_dialogs_of_seen();
    assert!(is_modal());
}

#[wasm_bindgen_test]
async fn a_menu_is_used_by_keys() {
    let (_owner, ran) = kept(|| RwSignal::new(Vec::<&str>::new()));
    let screen = render(move || {
        let entry = |label: &'static str, blocked| MenuEntry {
            label: label.to_owned(),
            blocked,
            danger: false,
            run: Arc::new(move || ran.update(|it| it.push(label))),
        };
        let entries = vec![
            entry("Open", None),
            entry("Stop", some("It does not run.")),
            entry("Copy", None),
        ];
        view! { <Menu entries=Signal::stored(entries) of="train-a" /> }.into_any()
    });
    let button = screen.find("button", "Actions: train-a").await;
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("false"));
    hands::press(&button);
    until("the first entry has the focus", || at(&screen, 0)).await;
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("true"));
    assert_eq!(
        screen.names("menuitem"),
        ["Open", "Stop It does not run.", "Copy"]
    );
    for (press, place) in [
        ("ArrowDown", 1),
        ("ArrowDown", 2),
        ("ArrowDown", 0),
        ("ArrowUp", 2),
        ("Home", 0),
        ("End", 2),
        ("ArrowUp", 1),
    ] {
        key(press);
        assert!(at(&screen, place), "{press} leads to entry {place}");
    }
    let stop = screen.find("menuitem", "Stop It does not run.").await;
    assert_eq!(stop.get_attribute("aria-disabled").as_deref(), Some("true"));
    key("Enter");
    settle().await;
    assert!(ran.get_untracked().is_empty() && has_focus(&stop));
    key("Escape");
    screen.loses("menuitem", "Copy").await;
    until("the focus is back", || has_focus(&button)).await;
    until("it says that it is closed", || {
        button.get_attribute("aria-expanded").as_deref() == Some("false")
    })
    .await;

    key("Enter");
    until("it is open again", || at(&screen, 0)).await;
    key("End");
    key("Enter");
    screen.loses("menuitem", "Copy").await;
    assert_eq!(ran.get_untracked(), ["Copy"]);
    assert!(has_focus(&button));
}

/// Whether the menu's entry at this place has the focus.
fn at(screen: &Screen, place: usize) -> bool {
    screen.all("menuitem").get(place).is_some_and(|it| has_focus(it))
}

#[wasm_bindgen_test]
async fn tabs_are_links_of_which_one_is_current() {
    let (_owner, current) = kept(|| RwSignal::new("#usage".to_owned()));
    let screen = render(move || {
        let tab = |label: &str, href: &str, count: Option<String>| Tab {
            label: label.to_owned(),
            href: href.to_owned(),
            count,
        };
        let tabs = vec![tab("Usage", "#usage", None), tab("Ledger", "#ledger", some("12"))];
        view! { <Tabs label="Parts of billing" tabs=Signal::stored(tabs) current /> }.into_any()
    });
    screen.find("navigation", "Parts of billing").await;
    let usage = screen.find("link", "Usage").await;
    let ledger = screen.find("link", "Ledger 12").await;
    assert_eq!(usage.get_attribute("aria-current").as_deref(), Some("page"));
    assert!(!ledger.has_attribute("aria-current"));
    current.set("#ledger".to_owned());
    until("the other one is current", || {
        ledger.has_attribute("aria-current")
    })
    .await;
    assert!(!usage.has_attribute("aria-current"));
}
