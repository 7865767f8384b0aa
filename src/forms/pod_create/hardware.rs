//! On what it runs, and where: GPU types with price and stock, how many, and the matrix of data centres.

use std::sync::Arc;

use api::Problem;
use api::catalog::{GpuOffer, Offers};
use domain::limits;
use leptos::prelude::*;

use super::fields::{CPU, Fields, is_offer, number, offer_key};
use crate::{
    components::{
        radio::{Choice, radio, radio_of},
        tide::{Head, Tide},
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
    let rows = move || offers.with(|it| it.gpus.iter().map(|it| offer_row(fields, it)).collect::<Vec<_>>());
    let is_cpu = Memo::new(move |_| fields.gpu.with(|it| it == CPU));
    let most_free = Memo::new(move |_| chosen_offer(fields, offers).map(|it| most(&it)));
    let hint = Signal::derive(move || most_free.get().map(text::count_hint));
    let refused = field_problem(problem, "gpu");
    let count_error =
        Signal::derive(move || fields.count.with(|it| number(it).err()).or_else(|| refused.get()));
    let refused_cpu = field_problem(problem, "cpu");
    let vcpu_error = Signal::derive(move || {
        fields
            .vcpus
            .with(|it| number(it).err())
            .or_else(|| refused_cpu.get())
    });
    view! {
        <div class="scroll-inline" tabindex="0" role="region" aria-label=text::GPU_TABLE>
            <Tide caption=text::GPU_TABLE heads=HEADS rows />
        </div>
        {radio_of("gpu", fields.gpu, CPU.to_owned(), text::CPU_ONLY.to_owned(), String::new())}
        <Show
            when=move || is_cpu.get()
            fallback=move || {
                view! {
                    <NumberField
                        label=text::COUNT
                        value=fields.count
                        error=count_error
                        hint
                        min="1"
                        max=limits::MACHINE_GPUS_MAX.to_string()
                    />
                }
            }
        >
            <NumberField label=text::VCPUS value=fields.vcpus error=vcpu_error min="2" />
        </Show>
    }
    .into_any()
}

fn offer_row(fields: Fields, offer: &GpuOffer) -> Vec<AnyView> {
    let key = offer_key(&offer.gpu_type, offer.cloud);
    let (free, most, own) = (free(offer), most(offer), key.clone());
    // What is not free cannot be chosen, and its last column says so.
    let blocked = Signal::stored((free == 0).then(String::new));
    let choice = radio(Choice {
        group: "gpu",
        label: offer.name.clone(),
        note: String::new(),
        chosen: Signal::derive(move || fields.gpu.with(|it| *it == own)),
        blocked,
        choose: Callback::new(move |()| fields.gpu.set(key.clone())),
    });
    let stock = move || {
        let count = fields.count.with(|it| number(it).unwrap_or(1));
        match free {
            0 => text::NONE_FREE.to_owned(),
            _ if count > most => text::too_many(count, most),
            _ => format::count(u64::from(free)),
        }
    };
    vec![
        choice,
        text::memory(offer.memory_gb).into_any(),
        pods::cloud(offer.cloud).into_any(),
        format::rate(offer.micros_per_hour, 60, Period::Hour).into_any(),
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
    let heads = move || {
        offers.with(|it| {
            it.data_centers
                .iter()
                .map(|it| {
                    let networks = it.network_volumes.then_some(text::HAS_NETWORK_VOLUMES);
                    view! {
                        <th scope="col" title=text::data_center(&it.name, &it.country)>
                            {it.id.clone()}
                            {networks.map(|it| view! { <div class="caption">{it}</div> })}
                        </th>
                    }
                })
                .collect_view()
        })
    };
    let rows = move || {
        offers.with(|it| {
            it.gpus
                .iter()
                .map(|gpu| matrix_row(fields, it, gpu, bound_to))
                .collect_view()
        })
    };
    let any = radio(Choice {
        group: "place",
        label: text::ANYWHERE.to_owned(),
        note: text::ANYWHERE_HINT.to_owned(),
        chosen: Signal::derive(move || bound_to.with(Option::is_none) && fields.place.with(String::is_empty)),
        blocked: Signal::derive(move || bound_to.get().map(|it| text::bound_to(&it))),
        choose: Callback::new(move |()| fields.place.set(String::new())),
    });
    let error = field_problem(problem, "dataCenterIds");
    view! {
        {any}
        <div class="scroll-inline" tabindex="0" role="region" aria-label=text::MATRIX>
            <table class="deploy-matrix">
                <caption class="visually-hidden">{text::MATRIX}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::GPU_TYPE}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {move || error.get().map(|text| view! { <p class="field-error">{text}</p> })}
    }
    .into_any()
}

fn matrix_row(fields: Fields, offers: &Offers, gpu: &GpuOffer, bound_to: Signal<Option<String>>) -> AnyView {
    let cells = offers.data_centers.iter().map(|center| {
        let Some(stock) = gpu.places.iter().find(|it| it.data_center_id == center.id) else {
            return view! { <td class="num">{text::NOT_OFFERED}</td> }.into_any();
        };
        let (key, id) = (offer_key(&gpu.gpu_type, gpu.cloud), center.id.clone());
        let (own_key, own_id, other_id) = (key.clone(), id.clone(), id.clone());
        let none_free = stock.free == 0;
        let choice = radio(Choice {
            group: "place",
            label: text::free(stock.free),
            note: String::new(),
            chosen: Signal::derive(move || {
                // A network volume decides the place, whatever was chosen before.
                let is_here = match bound_to.get() {
                    Some(place) => place == own_id,
                    None => fields.place.with(|it| *it == own_id),
                };
                is_here && fields.gpu.with(|it| *it == own_key)
            }),
            blocked: Signal::derive(move || {
                let elsewhere = bound_to.with(|it| it.as_ref().is_some_and(|it| *it != other_id));
                (none_free || elsewhere).then(String::new)
            }),
            choose: Callback::new(move |()| {
                fields.gpu.set(key.clone());
                fields.place.set(id.clone());
            }),
        });
        view! { <td class="num" data-stock=if none_free { "none" } else { "free" }>{choice}</td> }.into_any()
    });
    view! {
        <tr>
            <th scope="row">{text::offer_name(&gpu.name, gpu.cloud)}</th>
            {cells.collect_view()}
        </tr>
    }
    .into_any()
}
