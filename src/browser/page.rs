//! The page as a whole: title, focus after a change of route, visibility, media queries, marks for measuring.

use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement, VisibilityState};

use super::{document, listen::Listener, window};

/// Sets the title of the window or tab.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Puts the focus on the page's `h1` without scrolling, as a screen reader expects after a change of route.
///
/// Returns whether there was one; a page that is still loading calls again.
pub fn focus_heading() -> bool {
    let Some(heading) = document()
        .query_selector("main h1")
        .ok()
        .flatten()
        .and_then(to_html)
    else {
        return false;
    };
    heading.set_tab_index(-1);
    focus_quietly(&heading);
    true
}

/// Puts the focus on the element with this ID, if it is there.
pub fn focus_id(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(to_html) {
        // Elements that cannot hold the focus ignore the call.
        let _ = element.focus();
    }
}

/// Focus without scrolling.
pub fn focus_quietly(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

pub(super) fn to_html(element: web_sys::Element) -> Option<HtmlElement> {
    element.dyn_into().ok()
}

/// The page's address, without its origin.
pub fn address() -> String {
    let location = window().location();
    let parts = [location.pathname(), location.search(), location.hash()];
    parts.into_iter().filter_map(Result::ok).collect()
}

/// Calls `call` when the reader has gone back or forward.
pub fn on_travel(mut call: impl FnMut() + 'static) -> Listener {
    Listener::on(window().into(), "popstate", move |_| call())
}

/// Whether somebody can see the page.
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Calls `call` when the page is hidden or seen again.
pub fn on_visibility_change(mut call: impl FnMut() + 'static) -> Listener {
    Listener::on(document().into(), "visibilitychange", move |_| call())
}

/// Calls `call` when the reader comes back from another tab or window.
pub fn on_return(call: impl FnMut() + Clone + 'static) -> (Listener, Listener) {
    let (mut seen, mut entered) = (call.clone(), call);
    (
        on_visibility_change(move || {
            if is_visible() {
                seen();
            }
        }),
        Listener::on(window().into(), "focus", move |_| entered()),
    )
}

/// Whether a media query holds now; `false` if it cannot be read.
pub fn matches_media(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|it| it.matches())
}

/// Calls `call` with the new answer each time a media query begins or ceases to hold.
pub fn on_media_change(query: &str, mut call: impl FnMut(bool) + 'static) -> Option<Listener> {
    let list = window().match_media(query).ok().flatten()?;
    let watched = list.clone();
    Some(Listener::on(list.into(), "change", move |_| {
        call(watched.matches())
    }))
}

/// Whether the page stands in a frame of another page.
pub fn is_framed() -> bool {
    let own = window();
    own.parent().ok().flatten().is_some_and(|it| it != own)
}

/// Sets a named mark on the timeline of the page.
pub fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        let _ = performance.mark(name);
    }
}

/// Loads the page anew, from the server.
pub fn reload() {
    let _ = window().location().reload();
}

/// Opens the browser's dialog for printing.
pub fn print() {
    // Refused only inside a sandboxed frame, where there is nothing to do about it.
    let _ = window().print();
}

/// Puts the focus on the first element that a selector finds. Returns whether there is one.
pub fn focus_first(selector: &str) -> bool {
    let found = document()
        .query_selector(selector)
        .ok()
        .flatten()
        .and_then(to_html);
    if let Some(element) = &found {
        // Elements that cannot hold the focus ignore the call.
        let _ = element.focus();
    }
    found.is_some()
}

/// Presses the first element that a selector finds. Returns whether there is one.
pub fn press_first(selector: &str) -> bool {
    let found = document()
        .query_selector(selector)
        .ok()
        .flatten()
        .and_then(to_html);
    if let Some(element) = &found {
        element.click();
    }
    found.is_some()
}

/// Whether something has the focus; nothing has it before the first press of a page that was opened by its address.
pub fn is_focus_somewhere() -> bool {
    document()
        .active_element()
        .is_some_and(|it| !it.matches("body").is_ok_and(|it| it))
}

/// Puts the focus on the first element that `to` finds, if it is inside `from` or nowhere.
pub fn move_focus(from: &str, to: &str) {
    let inside = document()
        .active_element()
        .is_some_and(|it| it.closest(from).is_ok_and(|it| it.is_some()));
    if inside || !is_focus_somewhere() {
        focus_first(to);
    }
}

/// Whether a modal dialog is open; keys of the page beneath do nothing then.
pub fn is_dialog_open() -> bool {
    document()
        .query_selector("dialog[open]")
        .is_ok_and(|it| it.is_some())
}
