//! One choice of several, on a line of its own or in a cell of a table.

use leptos::prelude::*;

/// What makes up a choice.
pub struct Choice {
    /// Name of the group in the form.
    pub group: &'static str,
    /// What it is called.
    pub label: Signal<String>,
    /// Said before that to who does not see where it stands: its row and column. Empty where the label says it all.
    pub context: String,
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
        context,
        note,
        chosen,
        blocked,
        choose,
    } = choice;
    let context = (!context.is_empty()).then(|| view! { <span class="visually-hidden">{context} " "</span> });
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
            <span class="radio-label">{context} {label}</span>
            <span class="radio-note">{note}</span>
        </label>
    }
    .into_any()
}
