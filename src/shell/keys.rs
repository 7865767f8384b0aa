//! Keys that work on every page, and the list of them.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::browser::listen::{Listener, is_typing};
use crate::browser::{clock, hold, page, storage};
use crate::paths;
use crate::text::shell as words;
use crate::ui::{Checkbox, Dialog, DialogBody};

/// Where it is remembered that single-letter keys are off.
const OFF_KEY: &str = "roadstead.keys";
const OFF: &str = "off";
/// The second letter comes within this time.
const SEQUENCE_MS: i64 = 1_500;
/// The first field a list is filtered with.
const FILTER: &str = "main .filter-bar input, main input[type=search]";

/// The lines that are opened by their number.
const NUMBERED: &str = "main .work-item";

/// Hears the keys for as long as the current owner lives.
pub(super) fn use_keys(enabled: Signal<bool>, show_list: Callback<()>) {
    let navigate = use_navigate();
    let mut began_at = None;
    hold(Listener::on_key(move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        let wanted = enabled.try_get_untracked().is_some_and(|it| it);
        if !wanted || modified || event.default_prevented() || is_typing(&event) || page::is_dialog_open() {
            return;
        }
        let after_g = began_at
            .take()
            .is_some_and(|at| clock::now_ms() - at < SEQUENCE_MS);
        let key = event.key();
        let path = match (after_g, key.as_str()) {
            (true, "o") => paths::overview(),
            (true, "p") => paths::pods(),
            (true, "m") => paths::machines(),
            (true, "v") => paths::volumes(),
            (true, "b") => paths::billing(),
            (false, "c") => paths::deploy(),
            (_, "g") => {
                began_at = Some(clock::now_ms());
                return;
            }
            (_, "/") => {
                if page::focus_first(FILTER) {
                    event.prevent_default();
                }
                return;
            }
            (_, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9") => {
                if page::press_first(&format!("{NUMBERED}:nth-child({key}) a")) {
                    event.prevent_default();
                }
                return;
            }
            (_, "?") => {
                event.prevent_default();
                let _ = show_list.try_run(());
                return;
            }
            _ => return,
        };
        event.prevent_default();
        navigate(&path, Default::default());
    }));
}

/// Whether single-letter keys act; remembered in this browser.
pub(super) fn keys_enabled() -> RwSignal<bool> {
    let enabled = RwSignal::new(storage::get(OFF_KEY).as_deref() != Some(OFF));
    Effect::new(move |_| {
        if enabled.get() {
            storage::remove(OFF_KEY);
        } else {
            storage::set(OFF_KEY, OFF);
        }
    });
    enabled
}

/// Every key, and the switch.
#[component]
pub(crate) fn KeyList(
    /// Whether single-letter keys act, in both directions.
    enabled: RwSignal<bool>,
    /// Takes the dialog out of the view.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let rows = words::KEY_LIST.into_iter().map(|(keys, what)| {
        let keys = keys
            .split(' ')
            .map(|key| view! { <kbd>{key}</kbd> " " })
            .collect_view();
        view! {
            <tr>
                <th scope="row">{keys}</th>
                <td>{what}</td>
            </tr>
        }
    });
    view! {
        <Dialog title=words::KEYS on_close>
            <DialogBody>
                <table class="tide">
                    <tbody>{rows.collect_view()}</tbody>
                </table>
                <Checkbox label=words::KEYS_ON checked=enabled />
            </DialogBody>
        </Dialog>
    }
    .into_any()
}
