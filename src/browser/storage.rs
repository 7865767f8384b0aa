//! The browser's local storage, for taste only: theme, density, columns. Never for a secret or a fact.

use web_sys::Storage;

/// Where storage is forbidden (a sandboxed frame), the accessor itself throws.
fn local() -> Option<Storage> {
    super::window().local_storage().ok().flatten()
}

/// The stored text, if there is one and storage is allowed.
pub fn get(key: &str) -> Option<String> {
    local()?.get_item(key).ok().flatten()
}

/// Stores a text. Full or forbidden storage only means that the choice is not remembered.
pub fn set(key: &str, value: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(key, value);
    }
}

/// Forgets a text.
pub fn remove(key: &str) {
    if let Some(storage) = local() {
        let _ = storage.remove_item(key);
    }
}
