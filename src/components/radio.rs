//! One choice of several, on a line of its own or in a cell of a table.

use leptos::prelude::*;

/// What makes up a choice.
pub struct Choice {
    /// Name of the group in the form.
    pub group: &'static str,
    /// What it is called.
    pub label: String,
    /// What it means, beside or under the name; may be empty.
    pub note: String,
    /// Whether it is the chosen one.
    pub chosen: Signal<bool>,
    /// Why it cannot be chosen; shown in place of the note.
    pub blocked: Signal<Option<String>>,
    /// Chooses it.
    pub choose: Callback<()>,
}

/// The choice as a label around its control.
pub fn radio(choice: Choice) -> AnyView {
    let Choice {
        group,
        label,
        note,
        chosen,
        blocked,
        choose,
    } = choice;
    let note = move || blocked.get().unwrap_or_else(|| note.clone());
    view! {
        <label class="radio" data-blocked=move || blocked.with(Option::is_some).then_some("")>
            <input
                type="radio"
                name=group
                prop:checked=move || chosen.get()
                disabled=move || blocked.with(Option::is_some)
                on:change=move |_| choose.run(())
            />
            <span class="radio-label">{label}</span>
            <span class="radio-note">{note}</span>
        </label>
    }
    .into_any()
}

/// Choices that are values of one field.
pub fn radio_of(
    group: &'static str,
    field: RwSignal<String>,
    value: String,
    label: String,
    note: String,
) -> AnyView {
    let own = value.clone();
    radio(Choice {
        group,
        label,
        note,
        chosen: Signal::derive(move || field.with(|it| *it == own)),
        blocked: Signal::stored(None),
        choose: Callback::new(move |()| field.set(value.clone())),
    })
}
