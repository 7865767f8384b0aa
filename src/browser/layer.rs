//! The browser's top layer: modal dialogs and popovers.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, Node};

use super::{document, measure::css_px, page};

/// An open modal dialog. Dropping it closes the dialog and gives the focus back to what opened it.
pub struct Modal {
    dialog: HtmlDialogElement,
    opener: Option<HtmlElement>,
}

impl Modal {
    /// Opens `dialog` over everything else. The browser keeps the focus inside and reports Escape as `cancel`.
    ///
    /// The focus begins at the first field, or at the title, so that what the dialog says is read before its buttons.
    pub fn open(dialog: HtmlDialogElement) -> Self {
        let opener = document().active_element().and_then(page::to_html);
        show(&dialog);
        Self { dialog, opener }
    }
}

impl Drop for Modal {
    fn drop(&mut self) {
        self.dialog.close();
        // The dialog may have been removed first, and then the browser gives nothing back.
        if let Some(opener) = self.opener.take().filter(|it| it.is_connected()) {
            page::focus_quietly(&opener);
        }
    }
}

/// Closes the dialogs of a page that is hidden, and opens them again once it is seen: while one is open, whatever stands
/// in the place of the page can neither be focused nor pressed.
pub fn show_dialogs_of_seen() {
    let Ok(list) = document().query_selector_all("main dialog") else {
        return;
    };
    let nodes = (0..list.length()).filter_map(|it| list.get(it));
    for dialog in nodes.filter_map(|it| it.dyn_into::<HtmlDialogElement>().ok()) {
        show(&dialog);
    }
}

/// Whether a dialog that has closed was closed by its reader, and not with its page.
pub fn is_left(dialog: &HtmlDialogElement) -> bool {
    dialog.is_connected() && !dialog.open() && !is_hidden(dialog)
}

/// Opens a dialog where it can be seen.
fn show(dialog: &HtmlDialogElement) {
    if is_hidden(dialog) {
        dialog.close();
    } else if !dialog.open() {
        // Fails only for a dialog that is not in the page; then there is nothing to see either.
        let _ = dialog.show_modal();
        let find = |selector| dialog.query_selector(selector).ok().flatten();
        let first = find("input, select, textarea").or_else(|| find("h2"));
        if let Some(first) = first.and_then(page::to_html) {
            page::focus_quietly(&first);
        }
    }
}

fn is_hidden(dialog: &HtmlDialogElement) -> bool {
    dialog.closest("[hidden]").is_ok_and(|it| it.is_some())
}

/// Puts an open popover under `anchor`, or above it where there is no room below, and focuses its first item.
pub fn place_popover(anchor: &HtmlElement, popover: &HtmlElement) {
    let (at, own) = (
        anchor.get_bounding_client_rect(),
        popover.get_bounding_client_rect(),
    );
    let (width, height) = viewport();
    let below = at.bottom() + own.height() <= height || at.top() < own.height();
    let block = if below {
        at.bottom()
    } else {
        at.top() - own.height()
    };
    let inline = (at.right() - own.width()).clamp(0.0, (width - own.width()).max(0.0));
    // Properties set one by one through the object model are allowed by the content security policy.
    let style = popover.style();
    let _ = style.set_property("--menu-block", &css_px(block));
    let _ = style.set_property("--menu-inline", &css_px(inline));
    focus_item(popover, ItemStep::First);
}

/// Moves a tip sideways by as much as it reaches over an edge of what holds it.
pub fn keep_in_view(tip: &HtmlElement) {
    let style = tip.style();
    let _ = style.remove_property("--tip-shift");
    let holder = tip.closest("dialog, aside, main").ok().flatten();
    let (start, end) = holder.map_or((0.0, viewport().0), |it| {
        let bounds = it.get_bounding_client_rect();
        (bounds.left(), bounds.right())
    });
    let at = tip.get_bounding_client_rect();
    let shift = (end - at.right()).min(0.0).max(start - at.left());
    let _ = style.set_property("--tip-shift", &css_px(shift));
}

/// Forgets where a closed popover stood, so that it does not flash there when it is opened elsewhere.
pub fn forget_place(popover: &HtmlElement) {
    let style = popover.style();
    let _ = style.remove_property("--menu-block");
    let _ = style.remove_property("--menu-inline");
}

/// Closes a popover; one that is closed stays so.
pub fn close_popover(popover: &HtmlElement) {
    let _ = popover.hide_popover();
}

/// Whether the popover is shown.
pub fn is_popover_open(popover: &HtmlElement) -> bool {
    popover.matches(":popover-open").is_ok_and(|open| open)
}

/// Which item of a menu comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemStep {
    /// The first one.
    First,
    /// The last one.
    Last,
    /// The one after the focused one, around the end.
    Next,
    /// The one before the focused one, around the start.
    Previous,
}

/// Moves the focus among the `role=menuitem` elements of a menu.
pub fn focus_item(menu: &HtmlElement, step: ItemStep) {
    let Ok(list) = menu.query_selector_all("[role=menuitem]") else {
        return;
    };
    let items: Vec<HtmlElement> = (0..list.length())
        .filter_map(|it| list.get(it))
        .filter_map(node_to_html)
        .collect();
    if items.is_empty() {
        return;
    }
    let focused = document().active_element();
    let current = items
        .iter()
        .position(|it| focused.as_ref() == Some(AsRef::<Element>::as_ref(it)));
    let last = items.len() - 1;
    let next = match (step, current) {
        (ItemStep::First, _) | (ItemStep::Next, None) => 0,
        (ItemStep::Last, _) | (ItemStep::Previous, None) => last,
        (ItemStep::Next, Some(at)) => (at + 1) % items.len(),
        (ItemStep::Previous, Some(at)) => at.checked_sub(1).unwrap_or(last),
    };
    let _ = items[next].focus();
}

fn node_to_html(node: Node) -> Option<HtmlElement> {
    node.dyn_into().ok()
}

fn viewport() -> (f64, f64) {
    document().document_element().map_or((0.0, 0.0), |it| {
        (f64::from(it.client_width()), f64::from(it.client_height()))
    })
}
