//! What is kept: nothing, a pod volume that can be stranded, or a network volume that survives a move.

use api::Problem;
use api::catalog::StoragePrices;
use api::pods::Mount;
use api::volumes::{Volume, VolumeList};
use domain::limits;
use leptos::prelude::*;

use super::fields::{Bounds, DISK, DataChoice, Fields, VOLUME};
use crate::{
    components::radio::{Choice, radio},
    data::QueryHandle,
    forms::field_problem::field_problem,
    text::deploy as text,
    ui::{Button, ButtonSize, NumberField, SelectField, TextField},
};

/// The data centre of the chosen network volume, if the pod uses one; tracked.
pub fn volume_place(fields: Fields, volumes: &QueryHandle<VolumeList>) -> Option<String> {
    if fields.data.get() != DataChoice::Network {
        return None;
    }
    let list = volumes.value()?;
    fields.volume_id.with(|id| {
        usable(&list)
            .find(|it| it.id.to_string() == *id)
            .map(|it| it.data_center_id.clone())
    })
}

/// Volumes that a pod could mount: those outside the bin.
fn usable(list: &VolumeList) -> impl Iterator<Item = &Volume> {
    list.network_volumes
        .iter()
        .filter(|it| it.deleted_at_latest.is_none())
}

/// Three choices, and the fields of the chosen one.
pub fn data(
    fields: Fields,
    volumes: QueryHandle<VolumeList>,
    prices: Signal<StoragePrices>,
    problem: Signal<Option<Problem>>,
) -> AnyView {
    let choice = move |own: DataChoice, label: &str, note: String, blocked: Signal<Option<String>>| {
        radio(Choice {
            group: "data",
            label: label.to_owned().into(),
            context: String::new(),
            note,
            chosen: Signal::derive(move || fields.data.get() == own),
            blocked,
            choose: Callback::new(move |()| fields.data.set(own)),
        })
    };
    let free = Signal::stored(None);
    let listed = volumes.clone();
    let no_volumes = Signal::derive(move || {
        let none = listed.value().is_some_and(|it| usable(&it).next().is_none());
        none.then(|| text::NO_VOLUMES.to_owned())
    });
    let options = Signal::derive(move || {
        let list = volumes.value();
        let one = |it: &Volume| {
            (
                it.id.to_string(),
                text::volume_option(&it.name, it.size_gb, &it.data_center_id),
            )
        };
        let own = list.iter().flat_map(|it| usable(it).map(one).collect::<Vec<_>>());
        std::iter::once((String::new(), text::CHOOSE_VOLUME.to_owned()))
            .chain(own)
            .collect::<Vec<_>>()
    });
    let checked = move |field: RwSignal<String>, bounds: Bounds, name: &'static str| {
        let refused = field_problem(problem, name);
        Signal::derive(move || bounds.error(field).or_else(|| refused.get()))
    };
    let (disk, size) = (
        checked(fields.disk_gb, DISK, "disk"),
        checked(fields.volume_gb, VOLUME, "mounts.persistent.size"),
    );
    let network = field_problem(problem, "mounts.network");
    let path = field_problem(problem, "mounts.persistent.path");
    let pod_hint = prices.with_untracked(|it| text::data_pod_hint(it.disk_stopped_micros));
    let shown = move |own: DataChoice| move || fields.data.get() == own;
    view! {
        <fieldset class="field-group">
            <legend class="visually-hidden">{text::DATA}</legend>
            <div class="radio-list">
                {choice(DataChoice::Network, text::DATA_NETWORK, text::DATA_NETWORK_HINT.to_owned(), no_volumes)}
                {choice(DataChoice::Pod, text::DATA_POD, pod_hint, free)}
                {choice(DataChoice::None, text::DATA_NONE, text::DATA_NONE_HINT.to_owned(), free)}
            </div>
        </fieldset>
        <Show when=shown(DataChoice::Network)>
            <SelectField label=text::VOLUME value=fields.volume_id options error=network />
        </Show>
        <Show when=shown(DataChoice::Pod)>
            <NumberField
                label=text::VOLUME_SIZE
                value=fields.volume_gb
                error=size
                unit="GB"
                min=VOLUME.min.to_string()
                max=limits::DISK_GB_MAX.to_string()
            />
        </Show>
        <Show when=move || fields.data.get() != DataChoice::None>
            <TextField label=text::MOUNT_PATH value=fields.path error=path mono=true />
        </Show>
        <Show when=shown(DataChoice::Network)>{more_volumes(fields)}</Show>
        <NumberField
            label=text::CONTAINER_DISK
            value=fields.disk_gb
            error=disk
            unit="GB"
            hint=Some(text::CONTAINER_DISK_HINT.to_owned())
            min=DISK.min.to_string()
            max=limits::DISK_GB_MAX.to_string()
        />
    }
    .into_any()
}

/// Further network volumes of the pod that this one is like; nothing where there are none.
fn more_volumes(fields: Fields) -> AnyView {
    let more = fields.more_volumes;
    let view = move |it: Mount| {
        let id = it.volume_id;
        let remove = move || more.update(|all| all.retain(|it| it.volume_id != id));
        view! {
            <li class="cluster">
                <span>{text::also_mounted(&it.volume_name, &it.path)}</span>
                <Button label=text::leave_out(&it.volume_name) size=ButtonSize::Small on_press=remove />
            </li>
        }
    };
    view! {
        <ul class="stack" data-gap="tight">
            <For each=move || more.get() key=|it| it.volume_id children=view />
        </ul>
    }
    .into_any()
}
