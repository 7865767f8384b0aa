//! What runs: a template or any image, and the pod's name.

use api::Problem;
use api::templates::{Template, TemplateList};
use leptos::prelude::*;

use super::fields::Fields;
use crate::{
    components::{
        loaded::loaded,
        radio::{Choice, radio},
    },
    data::QueryHandle,
    forms::field_problem::field_problem,
    text::deploy as text,
    ui::TextField,
};

/// Templates as a list of choices, then image and name.
pub fn workload(
    fields: Fields,
    templates: QueryHandle<TemplateList>,
    problem: Signal<Option<Problem>>,
) -> AnyView {
    let list = move |templates: Signal<std::sync::Arc<TemplateList>>| {
        (move || {
            templates.with(|list| {
                list.templates
                    .iter()
                    .map(|it| template_view(fields, it.clone()))
                    .collect_view()
            })
        })
        .into_any()
    };
    let none = radio(Choice {
        group: "template",
        label: text::NO_TEMPLATE.into(),
        context: String::new(),
        note: text::NO_TEMPLATE_HINT.to_owned(),
        chosen: Signal::derive(move || fields.template.with(String::is_empty)),
        blocked: Signal::stored(None),
        choose: Callback::new(move |()| fields.template.set(String::new())),
    });
    let (refused_image, refused_name) = (field_problem(problem, "image"), field_problem(problem, "name"));
    let image_error = Signal::derive(move || fields.image_error().or_else(|| refused_image.get()));
    let name_error = Signal::derive(move || fields.name_error().or_else(|| refused_name.get()));
    view! {
        <fieldset class="field-group">
            <legend class="visually-hidden">{text::TEMPLATE}</legend>
            <div class="radio-list">{loaded(templates, 4, text::TEMPLATES_FAILED, list)} {none}</div>
        </fieldset>
        <TextField
            label=text::IMAGE
            value=fields.image
            error=image_error
            hint=Some(text::IMAGE_HINT.to_owned())
            mono=true
        />
        <TextField label=text::NAME value=fields.name error=name_error hint=Some(text::NAME_HINT.to_owned()) />
    }
    .into_any()
}

fn template_view(fields: Fields, it: Template) -> AnyView {
    let own = it.id.to_string();
    let note = if it.official {
        format!("{} · {}", text::OFFICIAL, it.image)
    } else {
        it.image.clone()
    };
    radio(Choice {
        group: "template",
        label: it.name.clone().into(),
        context: String::new(),
        note,
        chosen: Signal::derive(move || fields.template.with(|chosen| *chosen == own)),
        blocked: Signal::stored(None),
        choose: Callback::new(move |()| fields.fill_from_template(&it)),
    })
}
