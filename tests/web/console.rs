//! What is said in the browser's console: a page that is well says nothing.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::hands::script;

/// Keeps warnings and errors from now on.
pub fn listen() {
    const LISTEN: &str = "
        if (globalThis.said === undefined) {
            globalThis.said = [];
            for (const level of ['warn', 'error']) {
                const say = console[level];
                console[level] = (...all) => {
                    // A test that fails says so by itself.
                    if (!String(all[0]).includes('panicked at')) globalThis.said.push(all.join(' '));
                    say.apply(console, all);
                };
            }
        }";
    script(&[], LISTEN);
}

/// What was said since the last time, line by line.
pub fn said() -> String {
    let said = script(&[], "return globalThis.said.splice(0).join('\\n')");
    said.as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
fn a_warning_is_heard_once() {
    listen();
    script(&[], "console.warn('a', 'b')");
    assert_eq!((said().as_str(), said().as_str()), ("a b", ""));
}
