//! Fields of forms: label above, hint and error below and linked to the control. A field is the one place where a part
//! is given a signal to write to.

use leptos::prelude::*;

use super::unique_id;
use crate::text::words;

/// Kind of text a field takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// A secret, not shown.
    Password,
    /// An address for mail.
    Email,
    /// Words to find.
    Search,
    /// A URL.
    Url,
    /// Date and time in the reader's zone.
    DateTime,
}

impl InputKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Password => "password",
            Self::Email => "email",
            Self::Search => "search",
            Self::Url => "url",
            Self::DateTime => "datetime-local",
        }
    }
}

/// IDs that link a control with what describes it.
#[derive(Clone)]
struct FieldIds {
    control: String,
    hint: String,
    error: String,
}

impl FieldIds {
    fn new() -> Self {
        let control = unique_id();
        Self {
            hint: format!("{control}-hint"),
            error: format!("{control}-error"),
            control,
        }
    }

    /// Value of `aria-describedby`: error first, because it is what has to be heard.
    fn described_by(
        &self,
        hint: Signal<Option<String>>,
        error: Signal<Option<String>>,
    ) -> Signal<Option<String>> {
        let ids = self.clone();
        Signal::derive(
            move || match (error.with(Option::is_some), hint.with(Option::is_some)) {
                (true, true) => Some(format!("{} {}", ids.error, ids.hint)),
                (true, false) => Some(ids.error.clone()),
                (false, true) => Some(ids.hint.clone()),
                (false, false) => None,
            },
        )
    }
}

/// The frame of a field around its control.
fn field_view(
    ids: FieldIds,
    label: Signal<String>,
    optional: bool,
    hint: Signal<Option<String>>,
    error: Signal<Option<String>>,
    control: AnyView,
) -> AnyView {
    let optional = optional.then(|| view! { <span class="field-optional">" (" {words::OPTIONAL} ")"</span> });
    view! {
        <div class="field">
            <label class="field-label" for=ids.control.clone()>
                {label}
                {optional}
            </label>
            {control}
            {notes_view(ids, hint, error)}
        </div>
    }
    .into_any()
}

fn notes_view(ids: FieldIds, hint: Signal<Option<String>>, error: Signal<Option<String>>) -> impl IntoView {
    let FieldIds {
        hint: hint_id,
        error: error_id,
        ..
    } = ids;
    let error = move || {
        let id = error_id.clone();
        error
            .get()
            .map(|text| view! { <p class="field-error" id=id>{words::ERROR} ": " {text}</p> })
    };
    let hint = move || {
        let id = hint_id.clone();
        hint.get()
            .map(|text| view! { <p class="field-hint" id=id>{text}</p> })
    };
    (error, hint)
}

fn invalid(error: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static {
    move || error.with(Option::is_some).then_some("true")
}

/// One line of text.
#[component]
pub fn TextField(
    /// What the field is for; always seen.
    #[prop(into)]
    label: Signal<String>,
    /// The text, in both directions.
    value: RwSignal<String>,
    /// What is wrong with it, and what helps.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// What to put here, and why.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// Kind of text.
    #[prop(optional)]
    kind: InputKind,
    /// May stay empty; said after the label.
    #[prop(optional)]
    optional: bool,
    /// Literal text: an ID, an image, a command.
    #[prop(optional)]
    mono: bool,
    /// Value of `autocomplete`; password managers go by it.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Longest text in characters.
    #[prop(optional, into)]
    max_length: Option<u32>,
    /// An example of what to put here; not a label.
    #[prop(optional, into)]
    placeholder: String,
) -> impl IntoView {
    let ids = FieldIds::new();
    let control = view! {
        <input
            class="field-control"
            type=kind.as_str()
            id=ids.control.clone()
            data-mono=mono.then_some("")
            autocomplete=autocomplete
            spellcheck="false"
            placeholder=placeholder
            maxlength=max_length.map(|length| length.to_string())
            aria-required=(!optional).then_some("true")
            aria-invalid=invalid(error)
            aria-describedby=ids.described_by(hint, error)
            bind:value=value
        />
    };
    field_view(ids, label, optional, hint, error, control.into_any())
}

/// A number with its unit beside it. The text is parsed by the form, which knows the limits.
#[component]
pub fn NumberField(
    /// What the field is for.
    #[prop(into)]
    label: Signal<String>,
    /// The text of the number, in both directions.
    value: RwSignal<String>,
    /// What is wrong with it, and what helps.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Unit, shown after the field: "GB".
    #[prop(optional, into)]
    unit: Signal<String>,
    /// What to put here, and why.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// May stay empty; said after the label.
    #[prop(optional)]
    optional: bool,
    /// Smallest number.
    #[prop(optional, into)]
    min: Option<String>,
    /// Largest number.
    #[prop(optional, into)]
    max: Option<String>,
    /// Distance of the numbers; "any" for fractions.
    #[prop(default = "1")]
    step: &'static str,
) -> impl IntoView {
    let ids = FieldIds::new();
    let control = view! {
        <div class="field-with-unit">
            <input
                class="field-control"
                type="number"
                id=ids.control.clone()
                min=min
                max=max
                step=step
                aria-required=(!optional).then_some("true")
                aria-invalid=invalid(error)
                aria-describedby=ids.described_by(hint, error)
                bind:value=value
            />
            <span class="unit">{unit}</span>
        </div>
    };
    field_view(ids, label, optional, hint, error, control.into_any())
}

/// One of several values. While what is chosen is not among them, nothing is.
#[component]
pub fn SelectField(
    /// What is chosen.
    #[prop(into)]
    label: Signal<String>,
    /// The chosen value, in both directions.
    value: RwSignal<String>,
    /// Value and text of each choice.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// What is wrong with the choice, and what helps.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// What the choice means.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
) -> impl IntoView {
    let ids = FieldIds::new();
    // Each option says whether it is the one: the value of a list cannot be set before its options are there.
    let option = move |(own, text): (String, String)| {
        let is_chosen = {
            let own = own.clone();
            move || value.with(|value| *value == own)
        };
        view! {
            <option value=own prop:selected=is_chosen>
                {text}
            </option>
        }
    };
    // Where the chosen one has left, the browser alone would show another.
    let none =
        Memo::new(move |_| options.with(|all| value.with(|value| all.iter().all(|(own, _)| own != value))));
    let choose = move || {
        none.get().then(|| {
            view! {
                <option value="" disabled prop:selected=true>
                    {words::CHOOSE}
                </option>
            }
        })
    };
    let control = view! {
        <select
            class="field-control"
            id=ids.control.clone()
            aria-invalid=invalid(error)
            aria-describedby=ids.described_by(hint, error)
            on:change=move |event| value.set(event_target_value(&event))
        >
            {choose}
            {move || options.get().into_iter().map(option).collect_view()}
        </select>
    };
    field_view(ids, label, false, hint, error, control.into_any())
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// What the field is for.
    #[prop(into)]
    label: Signal<String>,
    /// The text, in both directions.
    value: RwSignal<String>,
    /// What is wrong with it, and what helps.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// What to put here, and why.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// Height in lines.
    #[prop(default = 5)]
    rows: u8,
    /// May stay empty; said after the label.
    #[prop(optional)]
    optional: bool,
    /// Literal text: a command, a list of variables.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    let ids = FieldIds::new();
    let control = view! {
        <textarea
            class="field-control"
            id=ids.control.clone()
            rows=rows.to_string()
            data-mono=mono.then_some("")
            spellcheck=if mono { "false" } else { "true" }
            aria-required=(!optional).then_some("true")
            aria-invalid=invalid(error)
            aria-describedby=ids.described_by(hint, error)
            bind:value=value
        ></textarea>
    };
    field_view(ids, label, optional, hint, error, control.into_any())
}

/// A tick with its sentence; the whole line is the target.
#[component]
pub fn Checkbox(
    /// What is ticked, as a sentence.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked, in both directions.
    checked: RwSignal<bool>,
    /// What the tick means.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with it, and what helps.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let ids = FieldIds::new();
    view! {
        <div class="field-check">
            <input
                type="checkbox"
                id=ids.control.clone()
                aria-invalid=invalid(error)
                aria-describedby=ids.described_by(hint, error)
                bind:checked=checked
            />
            <label for=ids.control.clone()>{label}</label>
            {notes_view(ids, hint, error)}
        </div>
    }
}
