//! Fields: label, value, and what is wrong with it.

use leptos::prelude::*;
use roadstead_dashboard::text::words;
use roadstead_dashboard::ui::{Checkbox, NumberField, SelectField, TextArea, TextField};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::hands::{self, has_focus, key};
use crate::roles;
use crate::screen::{render, until};

use super::*;

#[wasm_bindgen_test]
async fn fields_have_a_label_keep_what_is_typed_and_say_what_is_wrong() {
    let (_owner, (text, error)) = kept(|| (RwSignal::new("first".to_owned()), RwSignal::new(None::<String>)));
    type View = fn(RwSignal<String>, RwSignal<Option<String>>) -> AnyView;
    let fields: [(&str, View); 3] = [
        ("textbox", |value, error| {
            view! { <TextField label="Field" value error hint=some("A hint.") /> }.into_any()
        }),
        ("textbox", |value, error| {
            view! { <TextArea label="Field" value error hint=some("A hint.") /> }.into_any()
        }),
        ("combobox", |value, error| {
            let options = ["first", "second", "third"].map(|it| (it.to_owned(), format!("the {it}")));
            let options = Signal::stored(options.to_vec());
            view! { <SelectField label="Field" value error options hint=some("A hint.") /> }.into_any()
        }),
    ];
    for (role, field) in fields {
        text.set("first".to_owned());
        error.set(None);
        let screen = render(move || field(text, error));
        let control = screen.find(role, "Field").await;
        until("the value is shown", || hands::value(&control) == "first").await;
        assert_eq!(roles::description(&control), "A hint.");
        assert!(!control.has_attribute("aria-invalid"));
        hands::fill(&control, "second");
        assert_eq!(text.get_untracked(), "second");
        error.set(some("It is taken."));
        until("the error is read first", || {
            control.get_attribute("aria-invalid").as_deref() == Some("true")
                && roles::description(&control) == "Error: It is taken. A hint."
        })
        .await;
        // The same control, with focus and text: an error does not make a field anew.
        assert!(has_focus(&control) && hands::value(&control) == "second");
        text.set("third".to_owned());
        until("what the form says is shown", || {
            hands::value(&control) == "third"
        })
        .await;
        error.set(None);
        until("no error", || roles::description(&control) == "A hint.").await;
    }
}

#[wasm_bindgen_test]
async fn a_number_has_a_unit_and_a_tick_is_pressed_by_its_line() {
    let (_owner, (number, tick)) = kept(|| (RwSignal::new("100".to_owned()), RwSignal::new(false)));
    let screen = render(move || {
        view! {
            <NumberField label="Size" value=number error=None unit="GB" optional=true />
            <Checkbox label="The pod ID changes" checked=tick hint=some("Scripts stop.") />
        }
        .into_any()
    });
    let field = screen.fill("spinbutton", "Size (optional)", "250").await;
    assert_eq!(
        (number.get_untracked().as_str(), hands::value(&field).as_str()),
        ("250", "250")
    );
    screen.shows("GB").await;
    let checkbox = screen.find("checkbox", "The pod ID changes").await;
    assert_eq!(roles::description(&checkbox), "Scripts stop.");
    checkbox.focus().unwrap();
    key(" ");
    assert!(tick.get_untracked());
    hands::html(screen.finds("label[for]:not(.field-label)").await).click();
    assert!(!tick.get_untracked());
}

#[wasm_bindgen_test]
async fn options_that_come_late_keep_the_choice() {
    let (_owner, (choice, options)) = kept(|| (RwSignal::new("b".to_owned()), RwSignal::new(Vec::new())));
    let screen =
        render(move || view! { <SelectField label="Place" value=choice error=None options /> }.into_any());
    let field = screen.find("combobox", "Place").await;
    options.set(["a", "b", "c"].map(|it| (it.to_owned(), it.to_owned())).to_vec());
    until("the choice is shown", || hands::value(&field) == "b").await;
    options.set(["b", "c"].map(|it| (it.to_owned(), it.to_owned())).to_vec());
    until("others came and went", || {
        field.query_selector_all("option").unwrap().length() == 2
    })
    .await;
    until("it is still chosen", || hands::value(&field) == "b").await;
    assert_eq!(choice.get_untracked(), "b");
    // Once it has left, no other one is shown in its place.
    options.set(vec![("c".to_owned(), "c".to_owned())]);
    until("nothing is chosen", || hands::value(&field).is_empty()).await;
    assert_eq!(screen.names("option"), [words::CHOOSE, "c"]);
    hands::fill(&field, "c");
    until("only what can be chosen is left", || {
        screen.names("option") == ["c"] && hands::value(&field) == "c"
    })
    .await;
    assert_eq!(choice.get_untracked(), "c");
}
