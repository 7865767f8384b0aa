//! On what it runs, and where: GPU types with price and stock, how many, and the matrix of data centres.

use std::sync::Arc;

use api::Problem;
use api::catalog::{DataCenter, GpuOffer, Offers};
use domain::limits;
use leptos::prelude::*;

use super::fields::{COUNT, CPU, Fields, VCPUS, is_offer, offer_key};
use crate::{
    components::{
        radio::{Choice, radio},
        tide::{Head, Tide, TideRows},
    },
    forms::field_problem::field_problem,
    text::{
        deploy as text,
        format::{self, Period},
        pods,
    },
    ui::NumberField,
};

const HEADS: &[Head] = &[
    Head::text(text::GPU_TYPE),
    Head::num(text::MEMORY),
    Head::text(text::TIER),
    Head::num(text::PER_HOUR),
    Head::num(text::FREE),
];

/// The chosen offer; tracked.
pub fn chosen_offer(fields: Fields, offers: Signal<Arc<Offers>>) -> Option<GpuOffer> {
    offers.with(|it| {
        fields
            .gpu
            .with(|key| it.gpus.iter().find(|it| is_offer(key, it)).cloned())
    })
}

fn free(offer: &GpuOffer) -> u32 {
    offer.places.iter().map(|it| it.free).sum()
}

fn most(offer: &GpuOffer) -> u32 {
    offer
        .places
        .iter()
        .map(|it| it.most_on_one_machine)
        .max()
        .unwrap_or(0)
}

/// GPU types and the count.
pub fn gpu(fields: Fields, offers: Signal<Arc<Offers>>, problem: Signal<Option<Problem>>) -> AnyView {
    let all = move || offers.with(|it| it.gpus.clone());
    let rows = TideRows::keyed(all, key, move |offer| offer_row(fields, offer));
    let is_cpu = Memo::new(move |_| fields.gpu.with(|it| it == CPU));
    let most_free = Memo::new(move |_| chosen_offer(fields, offers).map(|it| most(&it)));
    let hint = Signal::derive(move || most_free.get().map(text::count_hint));
    let refused = field_problem(problem, "gpu");
    let count_error = Signal::derive(move || COUNT.error(fields.count).or_else(|| refused.get()));
    let refused_cpu = field_problem(problem, "cpu");
    let vcpu_error = Signal::derive(move || VCPUS.error(fields.vcpus).or_else(|| refused_cpu.get()));
    let cpu = radio(Choice {
        group: "gpu",
        label: text::CPU_ONLY.into(),
        context: String::new(),
        note: String::new(),
        chosen: is_cpu.into(),
        blocked: Signal::stored(None),
        choose: Callback::new(move |()| fields.choose_gpu(CPU.to_owned())),
    });
    view! {
        <fieldset class="field-group">
            <legend class="visually-hidden">{text::GPU_TYPE}</legend>
            <div class="scroll-inline" tabindex="0" role="region" aria-label=text::GPU_TABLE>
                <Tide caption=text::GPU_TABLE heads=HEADS rows />
            </div>
            {cpu}
        </fieldset>
        <Show
            when=move || is_cpu.get()
            fallback=move || {
                view! {
                    <NumberField
                        label=text::COUNT
                        value=fields.count
                        error=count_error
                        hint
                        min=COUNT.min.to_string()
                        max=limits::MACHINE_GPUS_MAX.to_string()
                    />
                }
            }
        >
            <NumberField label=text::VCPUS value=fields.vcpus error=vcpu_error min=VCPUS.min.to_string() />
        </Show>
    }
    .into_any()
}

fn key(offer: &GpuOffer) -> String {
    offer_key(&offer.gpu_type, offer.cloud)
}

/// The row of a type. It stays while its price and stock change, because its radio may have the focus.
fn offer_row(fields: Fields, offer: Signal<GpuOffer>) -> Vec<AnyView> {
    let (own, name) = offer.with_untracked(|it| (key(it), it.name.clone()));
    let chosen = own.clone();
    let none_free = Memo::new(move |_| offer.with(free) == 0);
    let choice = radio(Choice {
        group: "gpu",
        label: name.into(),
        context: String::new(),
        note: String::new(),
        chosen: Signal::derive(move || fields.gpu.with(|it| *it == chosen)),
        // What is not free cannot be chosen, and its last column says so.
        blocked: Signal::derive(move || none_free.get().then(String::new)),
        choose: Callback::new(move |()| fields.choose_gpu(own.clone())),
    });
    let stock = move || {
        let count = fields.count.with(|it| COUNT.read(it).unwrap_or(1));
        offer.with(|it| match (free(it), most(it)) {
            (0, _) => text::NONE_FREE.to_owned(),
            (_, most) if count > most => text::too_many(count, most),
            (free, _) => format::count(u64::from(free)),
        })
    };
    let price = move || offer.with(|it| format::rate(it.micros_per_hour, 60, Period::Hour));
    let (memory, cloud) = offer.with_untracked(|it| (it.memory_gb, it.cloud));
    vec![
        choice,
        text::memory(memory).into_any(),
        pods::cloud(cloud).into_any(),
        price.into_any(),
        stock.into_any(),
    ]
}

/// Where: any data centre, or one of the matrix. A network volume decides it.
pub fn place(
    fields: Fields,
    offers: Signal<Arc<Offers>>,
    // The data centre of the chosen network volume.
    bound_to: Signal<Option<String>>,
    problem: Signal<Option<Problem>>,
) -> AnyView {
    // Rows and columns change seldom, stock all the time: a cell stays, and what it says is its own.
    let centers = Memo::new(move |_| offers.with(|it| it.data_centers.clone()));
    let types = Memo::new(move |_| {
        let name = |it: &GpuOffer| (key(it), text::offer_name(&it.name, it.cloud));
        offers.with(|it| it.gpus.iter().map(name).collect::<Vec<_>>())
    });
    let head = |it: DataCenter| {
        let networks = it.network_volumes.then_some(text::HAS_NETWORK_VOLUMES);
        view! {
            <th scope="col" title=text::data_center(&it.name, &it.country)>
                {it.id}
                {networks.map(|it| view! { <div class="caption">{it}</div> })}
            </th>
        }
    };
    let row = move |(key, name): (String, String)| {
        let own = name.clone();
        let cell = move |center: DataCenter| cell(fields, offers, (&key, &own), center.id, bound_to);
        view! {
            <tr>
                <th scope="row">{name}</th>
                <For each=move || centers.get() key=|it| it.id.clone() children=cell />
            </tr>
        }
    };
    let any = radio(Choice {
        group: "place",
        label: text::ANYWHERE.into(),
        context: String::new(),
        note: text::ANYWHERE_HINT.to_owned(),
        chosen: Signal::derive(move || bound_to.with(Option::is_none) && fields.place.with(String::is_empty)),
        blocked: Signal::derive(move || bound_to.get().map(|it| text::bound_to(&it))),
        choose: Callback::new(move |()| fields.place.set(String::new())),
    });
    let error = field_problem(problem, "dataCenterIds");
    view! {
        <fieldset class="field-group">
            <legend class="visually-hidden">{text::PLACE}</legend>
            {any}
            <div class="scroll-inline" tabindex="0" role="region" aria-label=text::MATRIX>
                <table class="deploy-matrix">
                    <caption class="visually-hidden">{text::MATRIX}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{text::GPU_TYPE}</th>
                            <For each=move || centers.get() key=|it| it.id.clone() children=head />
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || types.get() key=|(key, _)| key.clone() children=row />
                    </tbody>
                </table>
            </div>
        </fieldset>
        {move || error.get().map(|text| view! { <p class="field-error">{text}</p> })}
    }
    .into_any()
}

/// What is free of a type in a data centre.
fn cell(
    fields: Fields,
    offers: Signal<Arc<Offers>>,
    (key, name): (&str, &str),
    place: String,
    bound_to: Signal<Option<String>>,
) -> AnyView {
    let (key, context) = (key.to_owned(), text::cell(name, &place));
    // None where there is no machine of that type.
    let stock = {
        let (key, place) = (key.clone(), place.clone());
        Memo::new(move |_| {
            offers.with(|it| {
                let offer = it.gpus.iter().find(|it| is_offer(&key, it))?;
                let here = offer.places.iter().find(|it| it.data_center_id == place)?;
                Some(here.free)
            })
        })
    };
    let is_offered = Memo::new(move |_| stock.get().is_some());
    let has_free = Memo::new(move |_| stock.get().is_some_and(|it| it > 0));
    let choice = move || {
        if !is_offered.get() {
            return text::NOT_OFFERED.into_any();
        }
        let (own_key, own_place, this_place) = (key.clone(), place.clone(), place.clone());
        let (key, place) = (key.clone(), place.clone());
        radio(Choice {
            group: "place",
            label: Signal::derive(move || text::free(stock.get().unwrap_or(0))),
            context: context.clone(),
            note: String::new(),
            chosen: Signal::derive(move || {
                // A network volume decides the place, whatever was chosen before.
                let is_here = match bound_to.get() {
                    Some(place) => place == own_place,
                    None => fields.place.with(|it| *it == own_place),
                };
                is_here && fields.gpu.with(|it| *it == own_key)
            }),
            blocked: Signal::derive(move || {
                let elsewhere = bound_to.with(|it| it.as_ref().is_some_and(|it| *it != this_place));
                (!has_free.get() || elsewhere).then(String::new)
            }),
            choose: Callback::new(move |()| {
                fields.gpu.set(key.clone());
                fields.place.set(place.clone());
            }),
        })
    };
    let stocked = move || {
        is_offered
            .get()
            .then(|| if has_free.get() { "free" } else { "none" })
    };
    view! { <td class="num" data-stock=stocked>{choice}</td> }.into_any()
}
