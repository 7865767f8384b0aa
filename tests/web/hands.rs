//! What a reader does: keys, presses, typing, addresses.

use js_sys::{Array, Function};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// Runs JavaScript that sees `args`, an array.
pub fn script(args: &[JsValue], body: &str) -> JsValue {
    let args: Array = args.iter().collect();
    Function::new_with_args("args", body)
        .call1(&JsValue::NULL, &args)
        .unwrap()
}

/// Presses a key where the focus is.
///
/// Browsers act on real keys only; after a made-up one this does what they would, unless the page has taken the key.
pub fn key(key: &str) {
    const PRESS: &str = "
        const [key] = args;
        const target = document.activeElement ?? document.body;
        const options = { key, bubbles: true, cancelable: true, composed: true };
        const free = target.dispatchEvent(new KeyboardEvent('keydown', options));
        if (free && key === 'Escape') {
            const popover = [...document.querySelectorAll(':popover-open')].pop();
            const dialog = [...document.querySelectorAll('dialog:modal')].pop();
            popover ? popover.hidePopover() : dialog?.requestClose();
        }
        if (free && key === 'Enter') {
            if (target.matches('a[href], button')) target.click();
            else if (target.matches('input')) target.form?.querySelector('[type=submit]')?.click();
        }
        if (free && key === ' ' && target.matches('button, input[type=checkbox]')) target.click();
        target.dispatchEvent(new KeyboardEvent('keyup', options));";
    script(&[key.into()], PRESS);
}

/// Focuses an element and presses it.
pub fn press(element: &HtmlElement) {
    element.focus().unwrap();
    element.click();
}

/// Types a text over the present one, or chooses the option with this value.
pub fn fill(field: &HtmlElement, text: &str) {
    const FILL: &str = "
        const [field, text] = args;
        field.focus();
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.dispatchEvent(new Event('change', { bubbles: true }));";
    script(&[field.into(), text.into()], FILL);
}

/// The text in a field, or the value of the chosen option.
pub fn value(field: &HtmlElement) -> String {
    let value = js_sys::Reflect::get(field, &"value".into()).unwrap();
    value.as_string().unwrap()
}

/// Takes away the modal dialogs of a test that failed: everything beneath them is out of reach.
pub fn close_dialogs() {
    script(
        &[],
        "document.querySelectorAll('dialog:modal').forEach((it) => it.remove())",
    );
}

/// What has the focus.
pub fn focused() -> Element {
    document().active_element().unwrap()
}

/// Whether an element has the focus.
pub fn has_focus(element: &Element) -> bool {
    document().active_element().as_ref() == Some(element)
}

/// Goes to an address without loading it.
pub fn open_address(path: &str) {
    let history = window().history().unwrap();
    history
        .replace_state_with_url(&JsValue::NULL, "", Some(path))
        .unwrap();
}

/// The present address.
pub fn address() -> String {
    let location = window().location();
    location.pathname().unwrap() + &location.search().unwrap()
}

/// Puts a clipboard in the place of the browser's, which asks its owner first.
pub struct Clipboard;

impl Clipboard {
    /// One that takes everything, or nothing.
    pub fn that_works(works: bool) -> Self {
        const REPLACE: &str = "
            globalThis.copied = null;
            const writeText = async (text) => {
                if (!args[0]) throw new DOMException('no', 'NotAllowedError');
                globalThis.copied = text;
            };
            Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });";
        script(&[works.into()], REPLACE);
        Self
    }

    /// What was copied last.
    pub fn text(&self) -> Option<String> {
        script(&[], "return globalThis.copied").as_string()
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        script(&[], "delete navigator.clipboard");
    }
}

/// An element as the one with more to say.
pub fn html(element: Element) -> HtmlElement {
    element.unchecked_into()
}
