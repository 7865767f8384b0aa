//! Dates in the reader's language and zone, by the browser's `Intl`. Amounts are in `text::format`.
//!
//! A formatter costs more to make than a thousand uses, so each is made once per page.

use std::cell::OnceCell;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::{document, window};

/// How much of a moment is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// `14:06`
    Time,
    /// `14:06:07`
    TimeWithSeconds,
    /// `12 May 2026`
    Date,
    /// `12 May 2026, 14:06`
    DateTime,
    /// `12 May 2026, 14:06:07 GMT+2`, for titles and details.
    Full,
}

impl Moment {
    const ALL: usize = 5;

    const fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Time => &[("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")],
            Self::TimeWithSeconds => &[
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("second", "2-digit"),
                ("hourCycle", "h23"),
            ],
            Self::Date => &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
            Self::DateTime => &[
                ("day", "numeric"),
                ("month", "short"),
                ("year", "numeric"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("hourCycle", "h23"),
            ],
            Self::Full => &[
                ("day", "numeric"),
                ("month", "short"),
                ("year", "numeric"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("second", "2-digit"),
                ("hourCycle", "h23"),
                ("timeZoneName", "short"),
            ],
        }
    }
}

thread_local! {
    static MOMENTS: [OnceCell<Function>; Moment::ALL] = const { [const { OnceCell::new() }; Moment::ALL] };
}

/// A moment in the reader's zone. Empty for a time outside what dates can hold.
pub fn moment(at_ms: i64, how: Moment) -> String {
    if at_ms.unsigned_abs() > 8_640_000_000_000_000 {
        return String::new();
    }
    let date = Date::new(&JsValue::from_f64(at_ms as f64));
    MOMENTS.with(|formats| {
        let format = formats[how as usize]
            .get_or_init(|| Intl::DateTimeFormat::new(&locales(), &object(how.options())).format());
        format
            .call1(&JsValue::UNDEFINED, &date)
            .ok()
            .and_then(|it| it.as_string())
            .unwrap_or_default()
    })
}

/// The moment in UTC as exports and the API write it: `2026-05-12T14:06:07.000Z`.
pub fn iso(at_ms: i64) -> String {
    if at_ms.unsigned_abs() > 8_640_000_000_000_000 {
        return String::new();
    }
    Date::new(&JsValue::from_f64(at_ms as f64)).to_iso_string().into()
}

/// Name of the reader's time zone, such as `Europe/Amsterdam`.
pub fn time_zone() -> String {
    let options = Intl::DateTimeFormat::new(&locales(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()
        .and_then(|it| it.as_string())
        .unwrap_or_default()
}

/// The reader's variant of the page's language; names of months in another language than the page would be odd.
fn locales() -> Array {
    let page = document()
        .document_element()
        .and_then(|it| it.get_attribute("lang"))
        .unwrap_or_else(|| "en".to_owned());
    let own = window()
        .navigator()
        .language()
        .filter(|it| it.split('-').next() == page.split('-').next());
    let fallback = if page == "en" { "en-GB".to_owned() } else { page };
    Array::of1(&JsValue::from_str(&own.unwrap_or(fallback)))
}

fn object(entries: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in entries {
        // A plain object takes every property.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}
