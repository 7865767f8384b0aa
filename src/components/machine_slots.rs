//! A machine's GPUs as a slot strip: yours, free, held, reserved, not ready.

use std::sync::Arc;

use api::machines::{Machine, MachineStateWord, Slot};
use leptos::prelude::*;

use crate::ui::{self, SlotSize, SlotState, SlotStrip};

/// The slots of a machine as the strip takes them. Of a silent one none is ready, whoever holds it.
#[must_use]
pub fn strip_slots(machine: &Machine) -> Vec<ui::Slot> {
    let silent = machine.state == MachineStateWord::Unreachable;
    let one = |slot: &Slot| ui::Slot {
        state: match slot {
            Slot::Free | Slot::Yours | Slot::Held | Slot::Reserved if silent => SlotState::NotReady,
            Slot::Free => SlotState::Free,
            Slot::Yours => SlotState::Yours,
            Slot::Held => SlotState::Held,
            Slot::Reserved => SlotState::Reserved,
            Slot::NotReady => SlotState::NotReady,
        },
        // The API does not tell nodes apart, so no gap is drawn.
        numa: 0,
    };
    machine.slots.iter().map(one).collect()
}

/// The slots of a machine, large, with their words.
#[component]
pub fn MachineSlots(
    /// The machine.
    #[prop(into)]
    machine: Signal<Arc<Machine>>,
) -> impl IntoView {
    let strip = Memo::new(move |_| machine.with(|it| strip_slots(it)));
    view! {
        <div class="machine-slots">
            <SlotStrip slots=strip size=SlotSize::Large with_words=true />
        </div>
    }
}
