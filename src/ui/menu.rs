//! The menu of a row or an object, in the top layer, so that no scrolling list cuts it.

use std::sync::Arc;

use leptos::{html, prelude::*};

use super::unique_id;
use crate::{
    browser::layer::{self, ItemStep},
    text::words,
};

/// One action of a menu. A blocked one stays in its place with the reason under it.
#[derive(Clone)]
pub struct MenuEntry {
    /// Verb and object; "…" at the end if a dialog follows.
    pub label: String,
    /// Why it is not possible now.
    pub blocked: Option<String>,
    /// Loses data.
    pub danger: bool,
    /// What it does. Shared, not a signal, because a list of entries may outlive what made it.
    pub run: Arc<dyn Fn() + Send + Sync>,
}

/// A button that opens a list of actions. Arrow keys, Home and End move in it, Escape closes it.
#[component]
pub fn Menu(
    /// The actions, made when the menu is opened or when they change.
    #[prop(into)]
    entries: Signal<Vec<MenuEntry>>,
    /// Word on the button.
    #[prop(default = words::ACTIONS.into(), into)]
    label: Signal<String>,
    /// What the actions are for, read after the word: "train-a".
    #[prop(into)]
    of: Signal<String>,
    /// In a grid only the focused row is reached by Tab; the button is then reached by arrow keys and by `.`
    #[prop(optional)]
    in_grid: bool,
) -> impl IntoView {
    let id = unique_id();
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    let on_toggle = move |_| {
        let Some(list) = list.get_untracked() else { return };
        let shown = layer::is_popover_open(&list);
        open.set(shown);
        if let Some(button) = button.get_untracked().filter(|_| shown) {
            // After the items are there: their size decides the place, and the first one gets the focus.
            request_animation_frame(move || layer::place_popover(&button, &list));
        } else {
            layer::forget_place(&list);
        }
    };
    let close = Callback::new(move |()| {
        if let Some(list) = list.get_untracked() {
            layer::close_popover(&list);
        }
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => ItemStep::Next,
            "ArrowUp" => ItemStep::Previous,
            "Home" => ItemStep::First,
            "End" => ItemStep::Last,
            "Tab" => return close.run(()),
            // Escape belongs to the popover; the grid and a dialog beneath must not hear it.
            _ => return event.stop_propagation(),
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(list) = list.get_untracked() {
            layer::focus_item(&list, step);
        }
    };
    // The items exist only while they are shown: a grid has many menus and at most one is open.
    let items = move || {
        open.get().then(|| {
            entries
                .get()
                .into_iter()
                .map(|entry| entry_view(entry, close))
                .collect_view()
        })
    };
    view! {
        <span class="menu">
            <button
                type="button"
                class="menu-button"
                node_ref=button
                tabindex=in_grid.then_some("-1")
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                aria-label=move || format!("{}: {}", label.get(), of.get())
                popovertarget=id.clone()
                on:click=|event| event.stop_propagation()
            >
                {label}
            </button>
            <div
                class="menu-list"
                id=id
                popover="auto"
                role="menu"
                tabindex="-1"
                node_ref=list
                aria-label=move || format!("{}: {}", label.get(), of.get())
                on:toggle=on_toggle
                on:keydown=on_key
            >
                {items}
            </div>
        </span>
    }
    .into_any()
}

fn entry_view(entry: MenuEntry, close: Callback<()>) -> impl IntoView {
    let MenuEntry {
        label,
        blocked,
        danger,
        run,
    } = entry;
    let is_blocked = blocked.is_some();
    let on_click = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        if !is_blocked {
            // First back to the button, so that a dialog opened by the action returns the focus there.
            close.run(());
            run();
        }
    };
    view! {
        <button
            type="button"
            class="menu-item"
            role="menuitem"
            tabindex="-1"
            data-tone=danger.then_some("danger")
            aria-disabled=is_blocked.then_some("true")
            on:click=on_click
        >
            {label}
            {blocked.map(|reason| view! { <span class="menu-reason">{reason}</span> })}
        </button>
    }
}
