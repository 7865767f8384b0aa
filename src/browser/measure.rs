//! Sizes and positions for the grid, and the focus inside it.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, HtmlElement, ResizeObserver};

use super::{document, page};

/// Watches the size of an element. Dropping it ends the watch.
pub struct SizeWatch {
    observer: ResizeObserver,
    _call: Closure<dyn FnMut()>,
}

impl SizeWatch {
    /// Calls `call` now and after each change of size.
    pub fn on(element: &Element, call: impl FnMut() + 'static) -> Option<Self> {
        let call = Closure::<dyn FnMut()>::new(call);
        let observer = ResizeObserver::new(call.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _call: call,
        })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Height of an element in CSS pixels, with fractions.
pub fn height_px(element: &Element) -> f64 {
    element.get_bounding_client_rect().height()
}

/// A length in CSS pixels as CSS writes it. By the browser: Rust's own digits of fractions are kilobytes of WASM.
pub fn css_px(length_px: f64) -> String {
    // The radix 10 is always accepted.
    let digits = js_sys::Number::from(length_px).to_string_with_radix(10);
    digits.map_or_else(|_| "0".to_owned(), String::from) + "px"
}

/// How far the contents of an element are scrolled. Browsers report whole pixels here, which is enough for rows.
pub fn scroll_top_px(element: &Element) -> f64 {
    f64::from(element.scroll_top())
}

/// Scrolls the contents of an element at once.
pub fn set_scroll_top(element: &Element, top_px: f64) {
    element.set_scroll_top(top_px as i32);
}

/// Puts the focus on cell `column` of the row numbered `row` (as in `aria-rowindex` and `aria-colindex`), or on what can
/// be pressed in it. Returns whether that row is mounted.
pub fn focus_cell(grid: &Element, row: u32, column: u32) -> bool {
    let selector = format!("[role=row][aria-rowindex='{row}'] > [aria-colindex='{column}']");
    let Some(cell) = grid.query_selector(&selector).ok().flatten() else {
        return false;
    };
    let inner = cell
        .query_selector("a[href], button, input")
        .ok()
        .flatten()
        .unwrap_or(cell);
    if let Some(target) = page::to_html(inner) {
        page::focus_quietly(&target);
    }
    true
}

/// The columns (as in `aria-colindex`) whose cells are seen in the row numbered `row`, in order; none if it is not mounted.
pub fn shown_columns(grid: &Element, row: u32) -> Vec<u32> {
    let selector = format!("[role=row][aria-rowindex='{row}'] > [aria-colindex]");
    let Ok(cells) = grid.query_selector_all(&selector) else {
        return Vec::new();
    };
    (0..cells.length())
        .filter_map(|it| cells.get(it)?.dyn_into::<HtmlElement>().ok())
        .filter(|it| it.offset_width() > 0)
        .filter_map(|it| it.get_attribute("aria-colindex")?.parse().ok())
        .collect()
}

/// Follows the link of the row in which an event happened, unless it met something that acts by itself.
pub fn follow_row(event: &web_sys::Event) {
    let find = |selector, inside| {
        let target = event.target()?.dyn_into::<Element>().ok()?;
        let found = target.closest(selector).ok()??;
        match inside {
            Some(inside) => found.query_selector(inside).ok()?,
            None => Some(found),
        }
    };
    if find("a, button, [popover]", None).is_none()
        && let Some(link) = find("[role=row]", Some(".grid-link")).and_then(page::to_html)
    {
        link.click();
    }
}

/// The cell in which an event happened: its `aria-rowindex` and `aria-colindex`.
pub fn cell_of(event: &web_sys::Event) -> Option<(u32, u32)> {
    let cell = event
        .target()?
        .dyn_into::<Element>()
        .ok()?
        .closest("[aria-colindex]")
        .ok()??;
    let row = cell.closest("[aria-rowindex]").ok()??;
    let number = |element: &Element, name| element.get_attribute(name)?.parse().ok();
    Some((number(&row, "aria-rowindex")?, number(&cell, "aria-colindex")?))
}

/// Presses the element in row `row` that opens the row's menu. Returns whether there is one.
pub fn press_row_menu(grid: &Element, row: u32) -> bool {
    let selector = format!("[role=row][aria-rowindex='{row}'] [aria-haspopup=menu]");
    let button = grid
        .query_selector(&selector)
        .ok()
        .flatten()
        .and_then(page::to_html);
    if let Some(button) = &button {
        button.click();
    }
    button.is_some()
}

/// Whether the focus is inside an element.
pub fn holds_focus(element: &HtmlElement) -> bool {
    element.contains(document().active_element().as_deref())
}
