//! The frame around every page: keys, settings, where the focus goes, and how fresh the page says it is.

use client::FeedMessage;
use leptos::prelude::*;
use roadstead_dashboard::App;
use roadstead_dashboard::data::Freshness;
use roadstead_dashboard::text::{pods, shell as words};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts;
use crate::hands::{self, has_focus, key};
use crate::roles;
use crate::screen::{Screen, render, settle, until, until_told};
use crate::server::{self, Server};

/// The whole application, opened at an address by a reader who chose nothing yet.
struct Opened {
    screen: Screen,
    server: Server,
}

impl Drop for Opened {
    fn drop(&mut self) {
        forget();
    }
}

/// What the application remembers in the browser belongs to one test.
fn forget() {
    hands::script(
        &[],
        "localStorage.clear(); document.documentElement.removeAttribute('data-theme')",
    );
}

async fn opened(path: &str) -> Opened {
    forget();
    hands::open_address(path);
    let list = json!({
        "pods": [facts::row(json!({}))], "pagination": { "hasNextPage": false, "nextCursor": null }, "sequence": 1,
    });
    let server = server::serving(move |request| {
        if request.path.starts_with("/api/v1/pods?") {
            facts::answer(&list)
        } else {
            server::not_found()
        }
    });
    let client = server.client();
    let screen = render(move || view! { <App client /> }.into_any());
    screen.finds("main[data-ready=true]").await;
    hands::script(&[], "document.activeElement?.blur()");
    Opened { screen, server }
}

async fn is_at(path: &str) {
    until_told(
        || hands::address() == path,
        || format!("the address is {path}, not {}", hands::address()),
    )
    .await;
}

#[wasm_bindgen_test]
async fn two_letters_lead_to_a_page_and_its_heading_has_the_focus() {
    let it = opened("/overview").await;
    for (letter, path, title) in [
        ("p", "/pods", pods::PODS),
        ("m", "/machines", words::MACHINES),
        ("o", "/overview", words::OVERVIEW),
    ] {
        key("g");
        key(letter);
        is_at(path).await;
        let heading = it.screen.find("heading", title).await;
        until("the heading has the focus", || has_focus(&heading)).await;
        let place = it
            .screen
            .find("navigation", words::MAIN)
            .await
            .query_selector("[aria-current=page]")
            .unwrap()
            .unwrap();
        assert_eq!(place.get_attribute("href").as_deref(), Some(path));
    }
    // One letter alone is not two.
    key("p");
    settle().await;
    is_at("/overview").await;
    key("c");
    is_at("/deploy").await;
}

#[wasm_bindgen_test]
async fn while_somebody_types_letters_are_letters() {
    let it = opened("/pods").await;
    let field = it.screen.find("searchbox", pods::FILTER_LABEL).await;
    key("/");
    until("the filter has the focus", || has_focus(&field)).await;
    for letter in ["g", "o", "c", "?"] {
        key(letter);
    }
    settle().await;
    is_at("/pods").await;
    assert!(it.screen.all("dialog").is_empty());
    hands::script(&[], "document.activeElement.blur()");
    key("g");
    key("o");
    is_at("/overview").await;
}

#[wasm_bindgen_test]
async fn the_list_of_keys_opens_closes_and_switches_them_off() {
    let it = opened("/overview").await;
    key("?");
    let dialog = it.screen.find("dialog", words::KEYS).await;
    for (keys, what) in words::KEY_LIST {
        assert!(roles::text(&dialog).contains(what), "{keys}");
    }
    // Beneath a dialog nothing is opened.
    key("g");
    key("p");
    settle().await;
    is_at("/overview").await;
    let tick = it.screen.find("checkbox", words::KEYS_ON).await;
    tick.click();
    key("Escape");
    it.screen.loses("dialog", words::KEYS).await;
    for letter in ["g", "p", "c", "?"] {
        key(letter);
    }
    settle().await;
    is_at("/overview").await;
    assert!(it.screen.all("dialog").is_empty());
    // Remembered by this browser.
    let stored = hands::script(&[], "return localStorage.getItem('roadstead.keys')");
    assert_eq!(stored.as_string().as_deref(), Some("off"));
}

#[wasm_bindgen_test]
async fn keys_with_a_modifier_belong_to_the_browser() {
    const PRESS: &str = "
        for (const key of ['g', 'p']) {
            const options = { key, ctrlKey: true, bubbles: true, cancelable: true };
            if (!document.body.dispatchEvent(new KeyboardEvent('keydown', options))) return 'taken';
        }
        return 'free';";
    let _it = opened("/overview").await;
    assert_eq!(hands::script(&[], PRESS).as_string().as_deref(), Some("free"));
    settle().await;
    is_at("/overview").await;
    key("g");
    key("p");
    is_at("/pods").await;
}

#[wasm_bindgen_test]
async fn a_theme_is_chosen_shown_and_remembered() {
    let root = || document().document_element().unwrap().get_attribute("data-theme");
    let stored = || hands::script(&[], "return localStorage.getItem('roadstead.theme')").as_string();
    let it = opened("/overview").await;
    let menu = format!("{}: {}", words::SETTINGS, words::THIS_BROWSER);
    let in_use = |theme: &str| format!("{theme} {}", words::THEME_IN_USE);
    for (theme, word, attribute) in [
        ("dark", words::THEME_DARK, Some("dark")),
        ("light", words::THEME_LIGHT, Some("light")),
        ("system", words::THEME_SYSTEM, None),
    ] {
        it.screen.press(&menu).await;
        hands::press(&it.screen.find("menuitem", word).await);
        until("the page shows it", || root().as_deref() == attribute).await;
        assert_eq!(stored().as_deref(), Some(theme));
        it.screen.press(&menu).await;
        let chosen = it.screen.find("menuitem", &in_use(word)).await;
        assert_eq!(chosen.get_attribute("aria-disabled").as_deref(), Some("true"));
        key("Escape");
        it.screen.loses("menuitem", words::SHOW_KEYS).await;
    }
    it.screen.press(&menu).await;
    hands::press(&it.screen.find("menuitem", words::SHOW_KEYS).await);
    it.screen.find("dialog", words::KEYS).await;
}

#[wasm_bindgen_test]
async fn the_bar_says_how_fresh_the_page_is_and_a_loss_is_said_aloud() {
    let it = opened("/overview").await;
    let live = words::freshness(Freshness::Live, "");
    it.screen.shows(&live).await;
    it.server.refuse_streams(1);
    it.server.say(FeedMessage::Lost);
    it.screen.shows("Stale since").await;
    let said = |part: &str| it.screen.names("status").iter().any(|it| it.contains(part));
    until("the loss is said", || said("Stale since")).await;
    it.screen.shows(&live).await;
    it.screen.find("status", &live).await;
}

#[wasm_bindgen_test]
async fn a_bad_address_says_so_and_leads_on() {
    for path in ["/nowhere", "/pods/not-an-id"] {
        let it = opened(path).await;
        it.screen.find("heading", words::NOT_FOUND).await;
        it.screen.find("link", words::TO_OVERVIEW).await.click();
        is_at("/overview").await;
    }
}
