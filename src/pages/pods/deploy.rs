//! `/deploy`: a new pod, from scratch, from a template, or like another pod.

use std::sync::Arc;

use api::catalog::Offers;
use client::queries::{GetOffers, GetPod, ListTemplates};
use domain::PodId;
use domain::machine::Cloud;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use crate::{
    components::{go::use_go, loaded::loaded},
    data::{use_account, use_query, use_volumes},
    forms::pod_create::{Fields, PodCreate, offer_key},
    paths,
    shell::Page,
    text::{deploy as text, pods},
};

/// A new pod.
#[component]
pub fn DeployPage() -> impl IntoView {
    let query = use_query_map();
    // Read once: later changes of the address are made by the form itself.
    let asked = query.get_untracked();
    let like = asked.get(paths::LIKE).and_then(|it| it.parse::<PodId>().ok());
    let fields = Fields::default();
    fill_from_address(fields, &asked);

    let offers = use_query(|| Some(GetOffers));
    let templates = use_query(|| Some(ListTemplates));
    // Read until it has filled the form: what becomes of the pod then is nothing to a form that somebody types in.
    let filled = RwSignal::new(false);
    let model = use_query(move || like.filter(|_| !filled.get()).map(GetPod));
    let (volumes, account) = (use_volumes(), use_account());

    let listed = templates.clone();
    // An effect that sets signals: a template named in the address fills the form once it is read.
    Effect::new(move |done: Option<bool>| {
        let chosen = fields.template.get_untracked();
        let ready = done == Some(true) || chosen.is_empty() || like.is_some();
        let template = listed.value().filter(|_| !ready);
        let Some(list) = template else { return ready };
        if let Some(template) = list.templates.iter().find(|it| it.id.to_string() == chosen) {
            fields.fill_from_template(template);
        }
        true
    });
    mirror_in_address(fields, like.is_some());

    let ready = offers.settled();
    let form = move |offers: Signal<Arc<Offers>>| {
        let (templates, volumes, account) = (templates.clone(), volumes.clone(), account.clone());
        let form = move || {
            let (templates, volumes, account) = (templates.clone(), volumes.clone(), account.clone());
            view! { <PodCreate fields offers templates volumes account /> }.into_any()
        };
        if like.is_none() {
            return form();
        }
        let (read, settled) = (model.clone(), model.clone());
        // An effect that sets signals: the model fills the form once.
        Effect::new(move |_| {
            if let Some(pod) = read.value().filter(|_| !filled.get_untracked()) {
                fields.fill_from_pod(&pod);
                filled.set(true);
            }
        });
        (move || {
            if filled.get() {
                return form();
            }
            loaded(settled.clone(), 8, pods::POD_FAILED, |_| ().into_any())
        })
        .into_any()
    };
    view! {
        <Page title=text::TITLE lede=Some(text::LEDE.to_owned()) ready>
            {loaded(offers, 12, text::OFFERS_FAILED, form)}
        </Page>
    }
    .into_any()
}

/// Takes over what the address names.
fn fill_from_address(fields: Fields, asked: &ParamsMap) {
    if let Some(template) = asked.get(paths::TEMPLATE) {
        fields.template.set(template);
    }
    if let Some(gpu) = asked.get(paths::GPU) {
        let cloud = asked
            .get(paths::CLOUD)
            .and_then(|it| it.parse().ok())
            .unwrap_or(Cloud::Secure);
        fields.gpu.set(offer_key(&gpu, cloud));
    }
    if let Some(count) = asked.get(paths::COUNT) {
        fields.count.set(count);
    }
    if let Some(place) = asked.get(paths::DATA_CENTER) {
        fields.place.set(place);
    }
}

/// Keeps the address a link to the choices on the screen. The copy of a pod has its own address.
fn mirror_in_address(fields: Fields, is_copy: bool) {
    let go = use_go();
    Effect::new(move |before: Option<String>| {
        let path = fields.gpu.with(|gpu| {
            let (gpu, cloud) = gpu.rsplit_once('|').unwrap_or(("", ""));
            let count = fields.count.get();
            paths::deploy_view(&[
                (paths::TEMPLATE, &fields.template.get()),
                (paths::GPU, gpu),
                // Defaults have no parameter.
                (
                    paths::CLOUD,
                    if cloud == Cloud::Secure.as_str() {
                        ""
                    } else {
                        cloud
                    },
                ),
                (paths::COUNT, if count == "1" { "" } else { &count }),
                (paths::DATA_CENTER, &fields.place.get()),
            ])
        });
        if !is_copy && before.is_some_and(|it| it != path) {
            go.instead(&path);
        }
        path
    });
}
