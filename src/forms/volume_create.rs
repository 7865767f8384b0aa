//! A new network volume: its price while its size is typed, and which GPUs are free where it would be.

use std::sync::Arc;

use api::catalog::{DataCenter, Offers};
use api::volumes::{CreateVolume as Body, PlacementGpu};
use client::commands::CreateVolume;
use client::queries::GetOffers;
use domain::VolumeId;
use domain::machine::Cloud;
use domain::names::Name;
use domain::volume::VolumeSize;
use leptos::prelude::*;

use super::field_problem::{field_problem, other_problem};
use crate::components::loaded::loaded;
use crate::components::problem_note::ProblemNote;
use crate::data::{use_mutation, use_query};
use crate::text::volumes as words;
use crate::ui::{
    Button, Dialog, DialogBody, DialogFooter, DialogShell, NumberField, SelectField, SubmitButton, TextField,
};

/// Fields of the request that a refusal can be about.
const FIELDS: [&str; 3] = ["name", "sizeGb", "dataCenterId"];
/// Size the form begins with, in GB.
const SIZE_GB: &str = "100";

/// The dialog of `/volumes/new`.
#[component]
pub fn VolumeCreateDialog(
    /// Takes the dialog out of the address.
    #[prop(into)]
    on_close: Callback<()>,
    /// Runs with the new volume.
    #[prop(into)]
    on_created: Callback<VolumeId>,
) -> impl IntoView {
    let offers = use_query(|| Some(GetOffers));
    let form = loaded(offers, 4, words::OFFERS_UNREADABLE, move |offers| {
        form_view(offers, on_close, on_created)
    });
    view! { <Dialog title=words::CREATE shell=DialogShell::Side on_close>{form}</Dialog> }.into_any()
}

fn form_view(offers: Signal<Arc<Offers>>, on_close: Callback<()>, on_created: Callback<VolumeId>) -> AnyView {
    let create = use_mutation::<CreateVolume>();
    let refused = create.problem();
    let name = RwSignal::new(String::new());
    let size = RwSignal::new(SIZE_GB.to_owned());
    let places = Memo::new(move |_| offers.with(|it| places(it)));
    let first = places.with_untracked(|it| it.first().map(|it| it.id.clone()));
    let place = RwSignal::new(first.unwrap_or_default());
    let options = Signal::derive(move || {
        let option = |it: &DataCenter| {
            let stock = offers.with(|offers| words::stock(&stock_in(offers, &it.id)));
            (it.id.clone(), format!("{} ({}): {stock}", it.id, it.name))
        };
        places.with(|it| it.iter().map(option).collect())
    });

    // What is wrong with the name is said once something was typed, not before.
    let checked_name =
        Memo::new(move |_| name.with(|it| Name::try_from(it.as_str()).map_err(|error| error.to_string())));
    let checked_size = Memo::new(move |_| size.with(|it| words::parse_size(it)));
    let [of_name, of_size, place_error] = FIELDS.map(|field| field_problem(refused, field));
    let name_error = Signal::derive(move || {
        let own = checked_name
            .get()
            .err()
            .filter(|_| name.with(|it| !it.is_empty()));
        own.or_else(|| of_name.get())
    });
    let size_error = Signal::derive(move || checked_size.get().err().or_else(|| of_size.get()));
    let price = move || {
        let month = |it: VolumeSize| offers.with(|offers| words::month_price(&offers.prices, it.gb()));
        checked_size.get().ok().map(|it| words::price(month(it)))
    };
    let blocked = Signal::derive(move || {
        if places.with(Vec::is_empty) {
            return Some(words::NO_DATA_CENTER.to_owned());
        }
        checked_name.get().err().or_else(|| checked_size.get().err())
    });
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (Ok(name), Ok(size)) = (checked_name.get_untracked(), checked_size.get_untracked()) else {
            return;
        };
        let body = Body {
            name: name.to_string(),
            size_gb: size.gb(),
            data_center_id: place.get_untracked(),
        };
        create.run(CreateVolume(body), move |volume| on_created.run(volume.id));
    };
    view! {
        <form on:submit=on_submit>
            <DialogBody>
                <p>{words::LEDE}</p>
                <TextField label=words::NAME value=name error=name_error />
                <NumberField label=words::SIZE value=size error=size_error unit="GB" hint=Some(words::size_hint()) />
                <SelectField
                    label=words::DATA_CENTER
                    value=place
                    options
                    error=place_error
                    hint=Some(words::DATA_CENTER_HINT.to_owned())
                />
                <p role="status" class="strong num">{price}</p>
                <p class="muted">{words::PRICE_HINT}</p>
                <ProblemNote problem=other_problem(refused, &FIELDS) />
            </DialogBody>
            <DialogFooter>
                <Button label=words::CANCEL on_press=move || on_close.run(()) />
                <SubmitButton label=words::CREATE pending=create.pending() blocked />
            </DialogFooter>
        </form>
    }
    .into_any()
}

/// Data centres that offer network volumes.
fn places(offers: &Offers) -> Vec<DataCenter> {
    offers
        .data_centers
        .iter()
        .filter(|it| it.network_volumes)
        .cloned()
        .collect()
}

/// GPUs free in a data centre. Network volumes are in Secure Cloud only, so only its machines count.
fn stock_in(offers: &Offers, data_center: &str) -> Vec<PlacementGpu> {
    let secure = offers.gpus.iter().filter(|it| it.cloud == Cloud::Secure);
    secure
        .flat_map(|gpu| {
            gpu.places
                .iter()
                .filter(|it| it.data_center_id == data_center)
                .map(move |place| (gpu, place))
        })
        .map(|(gpu, place)| PlacementGpu {
            gpu_type: gpu.gpu_type.clone(),
            free: place.free,
            most_on_one_machine: place.most_on_one_machine,
        })
        .collect()
}
