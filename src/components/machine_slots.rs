//! A machine's GPUs as a slot strip: yours, free, held, reserved, not ready.

use api::machines::Slot;
use leptos::prelude::*;

use crate::ui::{self, SlotSize, SlotState, SlotStrip};

/// The slots as the strip takes them.
#[must_use]
pub fn strip_slots(slots: &[Slot]) -> Vec<ui::Slot> {
    let one = |slot: &Slot| ui::Slot {
        state: match slot {
            Slot::Free => SlotState::Free,
            Slot::Yours => SlotState::Yours,
            Slot::Held => SlotState::Held,
            Slot::Reserved => SlotState::Reserved,
            Slot::NotReady => SlotState::NotReady,
        },
        // The API does not tell nodes apart, so no gap is drawn.
        numa: 0,
    };
    slots.iter().map(one).collect()
}

/// The slots of a machine, large, with their words.
#[component]
pub fn MachineSlots(
    /// The slots in order.
    #[prop(into)]
    slots: Signal<Vec<Slot>>,
) -> impl IntoView {
    let strip = Signal::derive(move || slots.with(|it| strip_slots(it)));
    view! {
        <div class="machine-slots">
            <SlotStrip slots=strip size=SlotSize::Large with_words=true />
        </div>
    }
}
