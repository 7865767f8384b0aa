//! Words of the frame: bar, rail, keys, sign-in, and the page that is not there.

use crate::data::Freshness;

/// The product.
pub const PRODUCT: &str = "Roadstead";
/// First link of the page.
pub const SKIP: &str = "Skip to the page";
/// Name of the rail.
pub const MAIN: &str = "Main";
/// Before the figures in the bar, for readers who hear them.
pub const BALANCE: &str = "Balance ";
/// Name of a page.
pub const OVERVIEW: &str = "Overview";
/// Name of a page.
pub const PODS: &str = "Pods";
/// Name of a page.
pub const MACHINES: &str = "Machines";
/// Name of a page.
pub const VOLUMES: &str = super::volumes::TITLE;
/// Name of a page.
pub const BILLING: &str = "Billing";
/// The one primary action of the frame.
pub const DEPLOY: &str = "Deploy";
/// The menu at the end of the bar.
pub const SETTINGS: &str = "Settings";
/// What that menu is for, where no account is known yet.
pub const THIS_BROWSER: &str = "this browser";
/// Entry of the menu.
pub const THEME_SYSTEM: &str = "Follow the system's theme";
/// Entry of the menu.
pub const THEME_LIGHT: &str = "Light theme";
/// Entry of the menu.
pub const THEME_DARK: &str = "Dark theme";
/// Why the entry of the present theme does nothing.
pub const THEME_IN_USE: &str = "In use";
/// Entry of the menu.
pub const SHOW_KEYS: &str = "Keyboard shortcuts…";
/// Entry of the menu.
pub const SIGN_OUT: &str = "Sign out";
/// When money does not end.
pub const LASTS: &str = "does not run out";
/// Pods were stopped for want of money.
pub const OUT: &str = "out of funds";

/// Title of the window.
pub fn window_title(page: &str) -> String {
    if page.is_empty() {
        PRODUCT.to_owned()
    } else {
        format!("{page} · {PRODUCT}")
    }
}

/// The word in the bar. `clock` is when the stream was lost, as the reader's clock says it.
pub fn freshness(freshness: Freshness, clock: &str) -> String {
    match freshness {
        Freshness::Live => "Live".to_owned(),
        Freshness::CatchingUp => "Catching up".to_owned(),
        Freshness::Stale { .. } => format!("Stale since {clock}"),
        Freshness::Offline { .. } => "Offline".to_owned(),
    }
}

/// What the word means.
pub const fn freshness_means(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Live => "Changes are shown as they happen.",
        Freshness::CatchingUp => "Waiting for the changes since the connection began or was lost.",
        Freshness::Stale { .. } => {
            "The event stream is lost. The page asks every 10 seconds and keeps trying to connect."
        }
        Freshness::Offline { .. } => "This computer has no network. What is shown is the last known state.",
    }
}

/// Why nothing can be changed now. `clock` is when the server was lost, as the reader's clock says it.
pub fn cut_off(clock: &str) -> String {
    format!("Offline since {clock}. It is possible again when the control plane answers.")
}

/// The date in the bar. `day` is the reader's date.
pub fn runs_out(day: &str) -> String {
    format!("runs out {day}")
}

/// The same while no pod runs.
pub fn storage_paid(day: &str) -> String {
    format!("storage paid until {day}")
}

/// Title of the list of keys.
pub const KEYS: &str = "Keyboard shortcuts";
/// The switch for single-letter keys.
pub const KEYS_ON: &str = "Single-letter keys act anywhere outside fields";
/// Every key and what it does.
pub const KEY_LIST: [(&str, &str); 13] = [
    ("g o", "Overview"),
    ("g p", "Pods"),
    ("g m", "Machines"),
    ("g v", VOLUMES),
    ("g b", "Billing"),
    ("c", "Deploy a pod"),
    ("/", "Go to the filter"),
    ("1–9", "Open a line of what needs you"),
    ("↑ ↓ Home End", "Move in a table"),
    ("Enter", "Open the focused row"),
    (".", "Open the menu of the focused row"),
    ("Esc", "Close what is on top"),
    ("?", "This list"),
];

/// Title of the sign-in page.
pub const SIGN_IN: &str = "Sign in";
/// Shown while a link is being used.
pub const SIGNING_IN: &str = "Signing in with the link…";
/// How to get in.
pub const SIGN_IN_LEDE: &str = "Open a sign-in link, or use an API key. The control plane prints a link when it starts; each link works once.";
/// Label of the field.
pub const API_KEY: &str = "API key";
/// Under the field.
pub const API_KEY_HINT: &str = "It is exchanged for a session cookie and not kept by this page.";
/// Why the button does nothing.
pub const API_KEY_MISSING: &str = "Type an API key first.";
/// Title where a session has ended under an open page.
pub const SIGN_IN_AGAIN: &str = "Sign in to go on";
/// What becomes of the page beneath.
pub const SIGN_IN_AGAIN_LEDE: &str =
    "The session has ended or was never begun. The page you were on is kept and continues after sign-in.";

/// Title of the page that is not there.
pub const NOT_FOUND: &str = "There is no such page";
/// What may have happened.
pub const NOT_FOUND_LEDE: &str =
    "The address is mistyped, or belongs to something that was deleted. Nothing of yours has changed.";
/// Title of a page whose code could not be fetched.
pub const PAGE_FAILED: &str = "This page could not be loaded";
/// The same as a sentence.
pub const PAGE_FAILED_LEDE: &str = "A part of the dashboard could not be fetched.";
/// Why, and what helps.
pub const PAGE_FAILED_DETAIL: &str = "The network may be gone, or the control plane may have been replaced by another version. Try again to reload the page.";
/// The way on.
pub const TO_OVERVIEW: &str = "Go to the overview";
/// The other way on.
pub const TO_PODS: &str = "Find a pod";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_freshness_has_a_word_and_a_meaning() {
        let all = [
            Freshness::Live,
            Freshness::CatchingUp,
            Freshness::Stale { since_ms: 0 },
            Freshness::Offline { since_ms: 0 },
        ];
        for one in all {
            assert!(!freshness(one, "10:42").is_empty() && freshness_means(one).ends_with('.'));
        }
        assert_eq!(freshness(all[2], "10:42"), "Stale since 10:42");
        assert!(cut_off("10:42").starts_with("Offline since 10:42."));
    }

    #[test]
    fn titles_end_in_the_product() {
        assert_eq!(window_title("Pods"), "Pods · Roadstead");
        assert_eq!(window_title(""), "Roadstead");
    }
}
