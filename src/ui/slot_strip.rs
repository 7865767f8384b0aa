//! The slot strip: one cell per GPU of a machine, with words for those who do not see it.

use leptos::prelude::*;

use crate::text::format::{self, SlotCounts};

/// What a slot is for the reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SlotState {
    /// Used by one of the reader's pods.
    Yours,
    /// Free.
    Free,
    /// Used by others.
    Held,
    /// Not usable now; never counted as free.
    NotReady,
    /// Reserved by a plan.
    Reserved,
}

impl SlotState {
    /// Value of `data-slot`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yours => "yours",
            Self::Free => "free",
            Self::Held => "held",
            Self::NotReady => "not-ready",
            Self::Reserved => "reserved",
        }
    }
}

/// One slot of a strip.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// What it is for the reader.
    pub state: SlotState,
    /// NUMA node; a gap stands where it changes.
    pub numa: u8,
}

/// Size of the cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SlotSize {
    /// 14 × 20 px, for lines and rows.
    #[default]
    Regular,
    /// Twice that, for the page of a machine.
    Large,
}

/// The GPUs of one machine, in the order of their index.
#[component]
pub fn SlotStrip(
    /// The slots.
    #[prop(into)]
    slots: Signal<Vec<Slot>>,
    /// Whether NVLink joins the GPUs of a group: a line under the cells.
    #[prop(optional)]
    linked: bool,
    /// How large the cells are.
    #[prop(optional)]
    size: SlotSize,
    /// Shows the words beside the strip; without, they are only read out.
    #[prop(optional)]
    with_words: bool,
) -> impl IntoView {
    let words = Memo::new(move |_| slots.with(|slots| format::slots(count(slots))));
    let groups = move || {
        slots.with(|slots| {
            slots
                .chunk_by(|one, next| one.numa == next.numa)
                .map(|group| group_view(group, linked))
                .collect_view()
        })
    };
    let strip = view! {
        <span
            class="slot-strip"
            role="img"
            aria-label=words
            data-size=(size == SlotSize::Large).then_some("large")
        >
            {groups}
        </span>
    };
    view! {
        <span class="slot-line">
            {strip} {with_words.then(|| view! { <span class="slot-words" aria-hidden="true">{words}</span> })}
        </span>
    }
}

fn group_view(group: &[Slot], linked: bool) -> impl IntoView + use<> {
    let cells = group
        .iter()
        .map(|slot| view! { <span class="slot" data-slot=slot.state.as_str()></span> })
        .collect_view();
    view! { <span class="slot-group" data-linked=linked.then_some("")>{cells}</span> }
}

fn count(slots: &[Slot]) -> SlotCounts {
    let mut counts = SlotCounts::default();
    for slot in slots {
        *match slot.state {
            SlotState::Yours => &mut counts.yours,
            SlotState::Free => &mut counts.free,
            SlotState::Held => &mut counts.held,
            SlotState::NotReady => &mut counts.not_ready,
            SlotState::Reserved => &mut counts.reserved,
        } += 1;
    }
    counts
}
