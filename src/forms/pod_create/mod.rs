//! The form of a new pod: workload, hardware, place, data, on one page and in any order, with the bill beside it.

mod data;
mod fields;
mod hardware;
mod side_bill;
mod workload;

pub use fields::{DataChoice, Fields, offer_key};

use std::sync::Arc;

use api::account::Account;
use api::catalog::Offers;
use api::templates::TemplateList;
use api::volumes::VolumeList;
use client::commands;
use leptos::prelude::*;

use self::{
    data::{data, volume_place},
    hardware::{gpu, place},
    side_bill::side_bill,
    workload::workload,
};
use super::field_problem::{field_problem, other_problem};
use crate::{
    components::{go::use_go, problem_note::ProblemNote, section::section},
    data::{QueryHandle, use_mutation},
    paths,
    text::deploy as text,
    ui::{SubmitButton, TextArea, TextField},
};

/// Fields of the request that are on the screen; a refusal about another one stands above the button.
const FIELDS: &[&str] = &[
    "name",
    "image",
    "args",
    "env",
    "ports",
    "gpu",
    "cpu",
    "disk",
    "mounts",
    "dataCenterIds",
];

/// The form. It is built once; what it offers is renewed in its place.
#[component]
pub fn PodCreate(
    /// What is on the screen at first.
    fields: Fields,
    /// GPU types, data centres, prices.
    offers: Signal<Arc<Offers>>,
    /// Templates to choose from.
    templates: QueryHandle<TemplateList>,
    /// Network volumes to choose from.
    volumes: QueryHandle<VolumeList>,
    /// Who pays.
    account: QueryHandle<Account>,
) -> impl IntoView {
    let go = use_go();
    let create = use_mutation::<commands::CreatePod>();
    let problem = create.problem();
    let (listed, known) = (volumes.clone(), templates.clone());
    let bound_to = Signal::derive(move || volume_place(fields, &listed));
    let prices = Signal::derive(move || offers.with(|it| it.prices));
    offers.with_untracked(|it| fields.forget_unseen_place(it));
    let wrong = Memo::new(move |_| fields.wrong());
    let blocked = Signal::derive(move || {
        let missing = fields.missing().map(str::to_owned);
        missing.or_else(|| wrong.with(|all| all.first().map(|(name, error)| text::wrong(name, error))))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if blocked.get_untracked().is_some() {
            return;
        }
        let templates = known.value_untracked();
        let templates = templates.as_ref().map(|it| it.templates.as_slice());
        let Some(mut body) = fields.request(templates.unwrap_or_default()) else {
            return;
        };
        // A pod goes where its network volume is.
        if let Some(place) = bound_to.get_untracked() {
            body.data_center_ids = Some(vec![place]);
        }
        create.run(commands::CreatePod(body), move |pod| {
            go.to(&paths::pod(pod.summary.id))
        });
    };
    let label = Signal::derive(move || fields.name.with(|name| text::submit(name)));
    view! {
        // The browser's own checks would know less, and say it elsewhere.
        <form class="split" novalidate=true on:submit=submit>
            <div class="stack" data-gap="loose">
                {section(text::WORKLOAD, workload(fields, templates, problem))}
                {section(text::GPU, gpu(fields, offers, problem))}
                {section(text::PLACE, place(fields, offers, bound_to, problem))}
                {section(text::DATA, data(fields, volumes, prices, problem))} {advanced(fields, problem)}
                {summary(wrong)} <ProblemNote problem=other_problem(problem, FIELDS) />
                <div class="form-actions">
                    <SubmitButton label pending=create.pending() blocked />
                </div>
            </div>
            {side_bill(fields, offers, account)}
        </form>
    }
    .into_any()
}

/// Every field that is wrong, beside the button that does nothing until it is right; the field says it too.
fn summary(wrong: Memo<Vec<(&'static str, String)>>) -> impl IntoView {
    move || {
        let line = |(name, error): &(&'static str, String)| view! { <li>{text::wrong(name, error)}</li> };
        let lines = wrong.with(|all| all.iter().map(line).collect_view());
        (!lines.is_empty()).then(|| view! { <ul class="field-error">{lines}</ul> })
    }
}

fn advanced(fields: Fields, problem: Signal<Option<api::Problem>>) -> AnyView {
    let (ports, env) = (field_problem(problem, "ports"), field_problem(problem, "env"));
    let ports = Signal::derive(move || fields.ports_error().or_else(|| ports.get()));
    let env = Signal::derive(move || fields.env_error().or_else(|| env.get()));
    let hint = |text: &str| Some(text.to_owned());
    let content = view! {
        <TextArea label=text::PORTS value=fields.ports error=ports hint=hint(text::PORTS_HINT) rows=3 optional=true mono=true />
        <TextArea label=text::ENV value=fields.env error=env hint=hint(text::ENV_HINT) rows=4 optional=true mono=true />
        <TextField
            label=text::ARGS
            value=fields.args
            error=field_problem(problem, "args")
            hint=hint(text::ARGS_HINT)
            optional=true
            mono=true
        />
    };
    section(text::ADVANCED, content.into_any())
}
