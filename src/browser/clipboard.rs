//! Copying text.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement};

use super::{document, page, window};

/// Copies `text` exactly as it is, then calls `done` with whether it worked.
///
/// Over plain HTTP browsers offer no clipboard; the older command is tried there.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    let navigator = window().navigator();
    let offered =
        js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|it| it.is_object());
    if !offered {
        done(copy_by_command(&text).is_some_and(|copied| copied));
        return;
    }
    let written = navigator.clipboard().write_text(&text);
    wasm_bindgen_futures::spawn_local(async move { done(JsFuture::from(written).await.is_ok()) });
}

/// Selects the text in a field that nobody sees, and gives the focus back.
fn copy_by_command(text: &str) -> Option<bool> {
    let document = document();
    let before = document.active_element().and_then(page::to_html);
    // Inside an open dialog everything else is inert, so the field goes next to what had the focus.
    let parent = before
        .as_ref()
        .and_then(|it| it.parent_element())
        .or_else(|| document.body().map(Into::into))?;
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_class_name("live-region");
    field.set_value(text);
    parent.append_child(&field).ok()?;
    field.select();
    let copied = document
        .dyn_ref::<HtmlDocument>()
        .and_then(|it| it.exec_command("copy").ok());
    field.remove();
    if let Some(element) = before {
        page::focus_quietly(AsRef::<HtmlElement>::as_ref(&element));
    }
    copied
}
