//! The whole application over a server that knows nothing: it mounts, asks for sign-in, and leaves nothing behind.

use js_sys::Function;
use leptos::prelude::*;
use roadstead_dashboard::App;
use roadstead_dashboard::text::shell as words;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::screen::{Screen, render, settle, until};
use crate::server::{self, Server};

fn application(server: &Server) -> Screen {
    let client = server.client();
    render(move || view! { <App client /> }.into_any())
}

/// Counts listeners of the window and the document, and timers that repeat: what outlives a view if nobody ends it.
fn count() -> f64 {
    const COUNTS: &str = "
        if (globalThis.kept === undefined) {
            globalThis.kept = 0;
            const lasting = (target) => target === undefined || target === window || target === document;
            const { addEventListener, removeEventListener } = EventTarget.prototype;
            EventTarget.prototype.addEventListener = function (...all) {
                if (lasting(this)) globalThis.kept += 1;
                return addEventListener.apply(this ?? window, all);
            };
            EventTarget.prototype.removeEventListener = function (...all) {
                if (lasting(this)) globalThis.kept -= 1;
                return removeEventListener.apply(this ?? window, all);
            };
            const { setInterval, clearInterval } = window;
            window.setInterval = (...all) => { globalThis.kept += 1; return setInterval(...all); };
            window.clearInterval = (id) => { globalThis.kept -= 1; return clearInterval(id); };
        }
        return globalThis.kept;";
    Function::new_no_args(COUNTS)
        .call0(&JsValue::NULL)
        .unwrap()
        .as_f64()
        .unwrap()
}

#[wasm_bindgen_test]
async fn without_a_session_the_page_asks_for_sign_in_and_is_ready() {
    let server = server::serving(|_| server::problem(401, "key_missing"));
    server.refuse_streams(100);
    let screen = application(&server);
    screen.finds("main[data-ready=true] input[type=password]").await;
    // No stream is tried again and again for somebody who may not have it.
    settle().await;
    let streams = server.streams();
    client::browser::sleep(2_500).await;
    assert_eq!(server.streams(), streams);
}

#[wasm_bindgen_test]
async fn the_frame_names_the_places_and_the_window() {
    let screen = application(&server::empty());
    let current = screen.finds("nav a[aria-current=page]").await;
    assert_eq!(current.text_content().as_deref(), Some("Overview"));
    for place in [
        words::PODS,
        words::MACHINES,
        words::VOLUMES,
        words::BILLING,
        words::DEPLOY,
    ] {
        screen.find("link", place).await;
    }
    until("the window has the page's title", || {
        document().title().ends_with("· Roadstead")
    })
    .await;
}

#[wasm_bindgen_test]
async fn fifty_times_mounted_and_taken_away_leaves_nothing() {
    count();
    let server = server::empty();
    let once = async || {
        let screen = application(&server);
        screen.finds("main").await;
        let while_shown = count();
        drop(screen);
        settle().await;
        assert!(count() < while_shown, "the counting itself does not work");
    };
    // Some things are made once and for all with the first.
    once().await;
    let before = count();
    for _ in 0..50 {
        once().await;
    }
    assert_eq!((count(), server.open_streams()), (before, 0));
}
