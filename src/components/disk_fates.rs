//! What becomes of every disk in a move. A plan names them all.

use api::migrations::{Fate, PlanDisk};
use leptos::prelude::*;

use super::tide::{Head, Tide};
use crate::text::{format, migrations as words};
use crate::ui::{Badge, Mark};

const HEADS: &[Head] = &[
    Head::text(words::label::DISK),
    Head::num(words::label::SIZE),
    Head::num(words::label::USED),
    Head::text(words::label::IN_THIS_MOVE),
    Head::text(words::label::WHAT_THAT_MEANS),
];

/// Every disk with its size, what is on it, and its fate.
#[component]
pub fn DiskFates(
    /// The disks of the plan.
    #[prop(into)]
    disks: Signal<Vec<PlanDisk>>,
) -> impl IntoView {
    let row = |disk: &PlanDisk| {
        let mark = fate_mark(disk.fate);
        vec![
            words::disk_name(&disk.disk, disk.name.as_deref()).into_any(),
            format!("{} GB", format::count(disk.size_gb.into())).into_any(),
            format::bytes(disk.used_bytes).into_any(),
            view! { <Badge mark label=words::fate_word(disk.fate) /> }.into_any(),
            words::fate_text(disk).into_any(),
        ]
    };
    view! { <Tide caption=words::DISKS heads=HEADS rows=move || disks.with(|it| it.iter().map(row).collect()) /> }
}

const fn fate_mark(fate: Fate) -> Mark {
    match fate {
        Fate::Copied => Mark::Disc,
        Fate::Reattached => Mark::HalfDisc,
        Fate::Lost => Mark::Cross,
        Fate::Empty => Mark::HollowSquare,
    }
}
