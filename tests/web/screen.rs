//! A mounted view that is taken away when the test ends, and waiting with a bound.

use std::any::Any;

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Longest time a test waits for something, in milliseconds. Small hosts are slow; nothing here measures time.
const WAIT_MS_MAX: u32 = 10_000;
/// Time between two looks.
const LOOK_MS: u32 = 10;

/// A view in a section of its own.
pub struct Screen {
    section: HtmlElement,
    mounted: Option<Box<dyn Any>>,
}

/// Mounts a view.
pub fn render(view: impl FnOnce() -> AnyView + 'static) -> Screen {
    let document = document();
    let section: HtmlElement = document.create_element("section").unwrap().unchecked_into();
    document.body().unwrap().append_child(&section).unwrap();
    let mounted = mount_to(section.clone(), view);
    Screen {
        section,
        mounted: Some(Box::new(mounted)),
    }
}

impl Screen {
    /// All text, as it is in the page.
    pub fn text(&self) -> String {
        self.section.text_content().unwrap_or_default()
    }

    /// Waits until the text is there.
    pub async fn shows(&self, text: &str) {
        until(&format!("“{text}” is on the screen"), || {
            self.text().contains(text)
        })
        .await;
    }

    /// Waits until an element is there.
    pub async fn finds(&self, selector: &str) -> Element {
        until(selector, || {
            self.section.query_selector(selector).unwrap().is_some()
        })
        .await;
        self.section.query_selector(selector).unwrap().unwrap()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.mounted.take());
        self.section.remove();
    }
}

/// Waits until a condition holds, and fails the test if it never does.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..WAIT_MS_MAX / LOOK_MS {
        if holds() {
            return;
        }
        client::browser::sleep(LOOK_MS).await;
    }
    panic!("never: {what}");
}

/// Lets everything that is ready run.
pub async fn settle() {
    client::browser::sleep(5 * LOOK_MS).await;
}
