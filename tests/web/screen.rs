//! A mounted view that is taken away when the test ends, and waiting with a bound.

use std::any::Any;
use std::sync::Once;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos_router::components::Router;
use roadstead_dashboard::data::provide_data;
use roadstead_dashboard::ui::{LiveRegions, ToastRegion, provide_announcer, provide_now, provide_toasts};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::console;
use crate::facts;
use crate::hands;
use crate::roles;
use crate::server::Server;

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
    render_styled(&[], "", view)
}

/// Mounts a view below style sheets of the application, in a section that itself looks like `look`.
pub fn render_styled(sheets: &[&str], look: &str, view: impl FnOnce() -> AnyView + 'static) -> Screen {
    hands::close_dialogs();
    console::listen();
    spare_router();
    let document = document();
    let section: HtmlElement = document.create_element("section").unwrap().unchecked_into();
    document.body().unwrap().append_child(&section).unwrap();
    for sheet in sheets {
        let style = document.create_element("style").unwrap();
        style.set_text_content(Some(sheet));
        section.append_child(&style).unwrap();
    }
    section.style().set_css_text(look);
    let mounted = mount_to(section.clone(), view);
    Screen {
        section,
        mounted: Some(Box::new(mounted)),
    }
}

/// Mounts a part of a page with everything that stands around it in the application, at the address `/`.
pub fn stage(server: &Server, view: impl FnOnce() -> AnyView + Send + 'static) -> Screen {
    hands::open_address("/");
    let client = server.client();
    render(move || {
        let now = Signal::stored(facts::NOW_MS);
        provide_announcer();
        provide_toasts();
        provide_data(client);
        provide_now(now);
        view! {
            <Router>{view()}</Router>
            <ToastRegion />
            <LiveRegions />
        }
        .into_any()
    })
}

/// The router library keeps the first router of a page for ever, and with it a listener that takes the clicks on links.
/// So the first one is of an address that nothing leads to.
fn spare_router() {
    static FIRST: Once = Once::new();
    FIRST.call_once(|| {
        let section: HtmlElement = document().create_element("section").unwrap().unchecked_into();
        drop(mount_to(section, || view! { <Router base="/nobody">""</Router> }));
    });
}

impl Screen {
    /// All text, as it is in the page.
    pub fn text(&self) -> String {
        self.section.text_content().unwrap_or_default()
    }

    /// Waits until the text is there.
    pub async fn shows(&self, text: &str) {
        until_told(
            || self.text().contains(text),
            || format!("“{text}” is on the screen, which shows “{}”", self.text()),
        )
        .await;
    }

    /// Waits until the text is gone.
    pub async fn hides(&self, text: &str) {
        until(&format!("“{text}” has gone"), || !self.text().contains(text)).await;
    }

    /// Waits until an element is there.
    pub async fn finds(&self, selector: &str) -> Element {
        until(selector, || {
            self.section.query_selector(selector).unwrap().is_some()
        })
        .await;
        self.section.query_selector(selector).unwrap().unwrap()
    }

    /// All elements of a role that are there for a reader, in the order of the page.
    pub fn all(&self, role: &str) -> Vec<HtmlElement> {
        roles::all(&self.section, role)
    }

    /// The names of all elements of a role.
    pub fn names(&self, role: &str) -> Vec<String> {
        self.all(role).iter().map(|it| roles::name(it)).collect()
    }

    /// The element with this role and exactly this name, if it is there now.
    pub fn get(&self, role: &str, name: &str) -> Option<HtmlElement> {
        self.all(role).into_iter().find(|it| roles::name(it) == name)
    }

    /// Waits for the element with this role and exactly this name.
    pub async fn find(&self, role: &str, name: &str) -> HtmlElement {
        until_told(
            || self.get(role, name).is_some(),
            || format!("a {role} “{name}” among {:?}", self.names(role)),
        )
        .await;
        self.get(role, name).unwrap()
    }

    /// Waits until there is no element with this role and name.
    pub async fn loses(&self, role: &str, name: &str) {
        until(&format!("no {role} “{name}”"), || {
            self.get(role, name).is_none()
        })
        .await;
    }

    /// Focuses the button with this name as a pointer or Tab does, and presses it.
    pub async fn press(&self, name: &str) -> HtmlElement {
        let button = self.find("button", name).await;
        hands::press(&button);
        button
    }

    /// Types a text over the present one of a field, named by its role and label.
    pub async fn fill(&self, role: &str, label: &str, text: &str) -> HtmlElement {
        let field = self.find(role, label).await;
        hands::fill(&field, text);
        field
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.mounted.take());
        self.section.remove();
        let said = console::said();
        assert!(said.is_empty(), "the console says {said}");
    }
}

/// Waits until a condition holds, and fails the test if it never does.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    until_told(holds, || what.to_owned()).await;
}

/// The same; says at the end what was waited for, and perhaps what was there instead.
pub async fn until_told(holds: impl Fn() -> bool, what: impl Fn() -> String) {
    for _ in 0..WAIT_MS_MAX / LOOK_MS {
        if holds() {
            return;
        }
        client::browser::sleep(LOOK_MS).await;
    }
    panic!("never: {}", what());
}

/// Lets everything that is ready run.
pub async fn settle() {
    client::browser::sleep(5 * LOOK_MS).await;
}
