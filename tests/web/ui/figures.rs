//! Bars, strips and times.

use leptos::prelude::*;
use roadstead_dashboard::ui::{Progress, Slot, SlotState, SlotStrip, Time, TimeLeft, provide_now};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::roles;
use crate::screen::{render, until};

use super::*;

#[wasm_bindgen_test]
async fn progress_is_a_bar_with_words() {
    let (_owner, share) = kept(|| RwSignal::new(None::<f64>));
    let screen = render(move || {
        view! { <Progress label="Copying the disk" share value="90 of 180 GB" note=some("4 min left") /> }
            .into_any()
    });
    let bar = screen.find("progressbar", "Copying the disk").await;
    let position = || {
        js_sys::Reflect::get(&bar, &"position".into())
            .unwrap()
            .as_f64()
            .unwrap()
    };
    // Not known is not zero.
    assert_eq!(position(), -1.0);
    share.set(Some(0.5));
    until("half of it", || position() == 0.5).await;
    share.set(Some(7.0));
    until("never more than all", || position() == 1.0).await;
    screen.shows("90 of 180 GB").await;
    screen.shows("4 min left").await;
}

#[wasm_bindgen_test]
async fn slots_are_read_as_words() {
    let (_owner, slots) = kept(|| RwSignal::new(Vec::new()));
    let screen = render(move || view! { <SlotStrip slots /> }.into_any());
    let slot = |state| Slot { state, numa: 0 };
    slots.set(vec![
        slot(SlotState::Yours),
        slot(SlotState::Free),
        slot(SlotState::Free),
        slot(SlotState::Held),
    ]);
    until("four GPUs", || {
        screen
            .names("img")
            .first()
            .is_some_and(|it| ["1 yours", "2 free", "1"].iter().all(|part| it.contains(part)))
    })
    .await;
    slots.update(|it| it[1].state = SlotState::NotReady);
    until("what is not ready is not free", || {
        screen
            .names("img")
            .first()
            .is_some_and(|it| it.contains("1 free") && it.contains("1 not ready"))
    })
    .await;
}

#[wasm_bindgen_test]
async fn times_follow_the_clock_of_the_page() {
    const START: i64 = 1_800_000_000_000;
    let (_owner, now) = kept(|| RwSignal::new(START));
    let screen = render(move || {
        provide_now(now.into());
        view! {
            <p>
                <Time at_ms=START />
            </p>
            <p>
                <TimeLeft until_ms=START + 600_000 ended="expired" />
            </p>
        }
        .into_any()
    });
    let texts = || {
        screen
            .all("time")
            .iter()
            .map(|it| roles::text(it))
            .collect::<Vec<_>>()
    };
    now.set(START + 180_000);
    until("three minutes later", || texts() == ["3 min ago", "7 min"]).await;
    now.set(START + 600_000);
    until("at the end", || texts() == ["10 min ago", "expired"]).await;
    now.set(START + 2 * 86_400_000);
    until("a date after a day", || texts()[0].contains("2027")).await;
    for time in screen.all("time") {
        assert!(
            time.get_attribute("title").is_some_and(|it| it.contains("2027")),
            "the whole moment is the title"
        );
    }
    assert_eq!(
        screen.all("time")[0].get_attribute("datetime").as_deref(),
        Some("2027-01-15T08:00:00.000Z")
    );
}
