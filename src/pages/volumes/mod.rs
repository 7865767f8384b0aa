//! Network volumes: the list, one of them in a panel with its own address, and the dialogs over both.

use std::sync::Arc;

use api::volumes::{Volume, VolumeList};
use domain::{PodId, VolumeId};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map, use_query_map};

use crate::components::go::use_go;
use crate::components::loaded::loaded;
use crate::components::volume_panel::VolumePanel;
use crate::components::volume_table::{VolumeBin, VolumeTable};
use crate::data::{QueryHandle, Session, use_session, use_volumes};
use crate::forms::volume_attach::{VolumeAttachDialog, VolumeDetachDialog};
use crate::forms::volume_create::VolumeCreateDialog;
use crate::forms::volume_delete::VolumeDeleteDialog;
use crate::forms::volume_grow::VolumeGrowDialog;
use crate::forms::volume_rename::VolumeRenameDialog;
use crate::paths::{self, VolumeDialog};
use crate::shell::Page;
use crate::text::volumes as words;
use crate::ui::{ButtonLink, ButtonTone, Empty, use_now};

/// After a full minute, what it has cost is read this much later.
const LATE_MS: i64 = 5_000;

/// `/volumes`, `/volumes/new` and `/volumes/{id}`.
#[component]
pub fn VolumesPage() -> impl IntoView {
    let (params, location, go) = (use_params_map(), use_location(), use_go());
    let handle = use_volumes();
    let ready = handle.settled();
    read_each_minute(handle.clone());
    let selected = Memo::new(move |_| params.with(|it| it.get("id")?.parse::<VolumeId>().ok()));
    let creates = Memo::new(move |_| location.pathname.with(|it| it.ends_with(&paths::volume_new())));
    let mistyped = Memo::new(move |_| {
        !creates.get() && params.with(|it| it.get("id").is_some_and(|it| it.parse::<VolumeId>().is_err()))
    });
    // An empty list shows the one action where it says what volumes are for.
    let (counted, any) = (handle.clone(), move |it: Arc<VolumeList>| {
        !it.network_volumes.is_empty()
    });
    let has_action = Memo::new(move |_| counted.value().is_none_or(any));
    let content = loaded(handle, 6, words::UNREADABLE, move |list| {
        content_view(list, selected, mistyped)
    });
    let create = move || {
        creates.get().then(|| {
            view! {
                <VolumeCreateDialog
                    on_close=move |()| go.instead(&paths::volumes())
                    on_created=move |id| go.instead(&paths::volume(id))
                />
            }
        })
    };
    view! {
        <Page
            title=words::TITLE
            ready
            lede=Some(words::LEDE.to_owned())
            actions=move || view! { <Show when=move || has_action.get()>{create_link}</Show> }
        >
            {content}
            {create}
        </Page>
    }
    .into_any()
}

/// What a volume has cost and the GPUs that are free beside it move without an event of the volume.
fn read_each_minute(list: QueryHandle<VolumeList>) {
    let (now, session) = (use_now(), use_session());
    // Some seconds late: the clocks of page and server differ a little.
    let minute = Memo::new(move |_| (now.get() - LATE_MS) / 60_000);
    let read = move |_: &i64, _: Option<&i64>, _: Option<()>| {
        let is_over = session.get_untracked() == Session::No;
        if list.value_untracked().is_some() && !is_over {
            list.refetch();
        }
    };
    Effect::watch(move || minute.get(), read, false);
}

fn create_link() -> AnyView {
    view! { <ButtonLink label=words::CREATE href=paths::volume_new() tone=ButtonTone::Primary /> }.into_any()
}

fn content_view(
    list: Signal<Arc<VolumeList>>,
    selected: Memo<Option<VolumeId>>,
    // The address names something that is no ID of a volume.
    mistyped: Memo<bool>,
) -> AnyView {
    let none = Memo::new(move |_| list.with(|it| it.network_volumes.is_empty()));
    let table = move || {
        if none.get() {
            return view! {
                <Empty title=words::EMPTY purpose=words::EMPTY_TEXT>
                    {create_link()}
                </Empty>
            }
            .into_any();
        }
        view! {
            <VolumeTable list />
            <VolumeBin list />
        }
        .into_any()
    };
    // The choice only; the panel reads the volume's newest value by itself.
    let known = Memo::new(move |_| {
        let id = selected.get()?;
        Some((
            id,
            list.with(|it| it.network_volumes.iter().any(|it| it.id == id)),
        ))
    });
    let panel = move || match known.get() {
        None if !mistyped.get() => None,
        None | Some((_, false)) => Some(view! { <p role="status">{words::NOT_HERE}</p> }.into_any()),
        Some((id, true)) => panel_view(list, id),
    };
    view! {
        {table}
        {panel}
    }
    .into_any()
}

fn panel_view(list: Signal<Arc<VolumeList>>, id: VolumeId) -> Option<AnyView> {
    let find = move |list: &Arc<VolumeList>| {
        list.network_volumes
            .iter()
            .find(|it| it.id == id)
            .cloned()
            .map(Arc::new)
    };
    let first = list.with_untracked(find)?;
    // While the list loses the volume, the panel keeps its last value until it goes itself.
    let volume = Memo::new(move |last: Option<&Arc<Volume>>| {
        list.with(find)
            .or_else(|| last.cloned())
            .unwrap_or_else(|| Arc::clone(&first))
    });
    Some(
        view! {
            <VolumePanel volume />
            {dialogs(volume.into(), id)}
        }
        .into_any(),
    )
}

/// The dialog the address asks for.
fn dialogs(volume: Signal<Arc<Volume>>, id: VolumeId) -> impl IntoView {
    let (query, go) = (use_query_map(), use_go());
    let dialog = Memo::new(move |_| query.with(|it| it.get(paths::DIALOG)?.parse::<VolumeDialog>().ok()));
    let pod_id = Memo::new(move |_| query.with(|it| it.get(paths::POD)?.parse::<PodId>().ok()));
    let on_close = Callback::new(move |()| go.instead(&paths::volume(id)));
    move || match (dialog.get()?, pod_id.get()) {
        (VolumeDialog::Grow, _) => Some(view! { <VolumeGrowDialog volume on_close /> }.into_any()),
        (VolumeDialog::Delete, _) => Some(view! { <VolumeDeleteDialog volume on_close /> }.into_any()),
        (VolumeDialog::Attach, _) => Some(view! { <VolumeAttachDialog volume on_close /> }.into_any()),
        (VolumeDialog::Detach, Some(pod_id)) => {
            Some(view! { <VolumeDetachDialog volume pod_id on_close /> }.into_any())
        }
        (VolumeDialog::Edit, _) => Some(view! { <VolumeRenameDialog volume on_close /> }.into_any()),
        (VolumeDialog::Detach, None) => None,
    }
}
