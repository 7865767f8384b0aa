//! Words of the generic parts: buttons, menus, fields and the states of lists.

/// Closes a dialog or a message.
pub const CLOSE: &str = "Close";
/// Takes a text to the clipboard.
pub const COPY: &str = "Copy";
/// Said by a copy button, and aloud, once the text is on the clipboard.
pub const COPIED: &str = "Copied";
/// Said where the browser refuses the clipboard; the text itself stays selectable.
pub const COPY_FAILED: &str = "Not copied, select the text";
/// Heading of the first part of an action dialog.
pub const WHAT_HAPPENS: &str = "What happens";
/// Heading of the second part of an action dialog.
pub const WHAT_IT_COSTS: &str = "What it costs";
/// Heading of the third part of an action dialog.
pub const HOW_TO_UNDO: &str = "How to undo";
/// Button of a row's menu.
pub const ACTIONS: &str = "Actions";
/// After the label of a field that may stay empty.
pub const OPTIONAL: &str = "optional";
/// In a list of which nothing is chosen.
pub const CHOOSE: &str = "Choose…";
/// Asks again for what could not be read.
pub const RETRY: &str = "Try again";
/// Before the code of a problem.
pub const CODE: &str = "Code";
/// Before the ID under which the server knows a failed request.
pub const REQUEST: &str = "Request";
/// Read out while rows are not there yet.
pub const LOADING: &str = "Loading";
/// Before an error at a field, so that colour is not the only sign.
pub const ERROR: &str = "Error";
/// Name of the region of messages.
pub const MESSAGES: &str = "Messages";
/// Name of the button which takes a message away.
pub const DISMISS: &str = "Dismiss";

/// Over what could not be renewed. `clock` is of when it is, as the reader's clock says it.
pub fn as_of(clock: &str, reason: &str) -> String {
    format!("As of {clock}, not up to date: {reason}")
}
