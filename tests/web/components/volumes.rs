//! The page of network volumes.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos_router::components::{Route, Routes};
use leptos_router::path;
use roadstead_dashboard::pages::volumes::VolumesPage;
use roadstead_dashboard::ui::provide_now;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts::{self, NOW_MS, at};
use crate::screen::{settle, stage, until};
use crate::server;

#[wasm_bindgen_test]
async fn what_a_volume_has_cost_moves_with_the_minutes() {
    let asked = Rc::new(Cell::new(0));
    let server = server::serving({
        let asked = asked.clone();
        move |request| {
            if request.path != "/api/v1/network-volumes" {
                return server::not_found();
            }
            asked.set(asked.get() + 1);
            let volume = facts::volume_json(
                json!({ "unattachedSince": at(0), "accruedMicros": 1_000_000 * asked.get() }),
            );
            facts::answer(&json!({ "networkVolumes": [volume], "sequence": 1 }))
        }
    });
    let owner = Owner::new();
    let now = owner.with(|| RwSignal::new(NOW_MS));
    let screen = stage(&server, move || {
        provide_now(now.into());
        view! {
            <Routes fallback=|| ()>
                <Route path=path!("/") view=VolumesPage />
            </Routes>
        }
        .into_any()
    });
    screen.shows("$1.00 charged").await;
    now.set(NOW_MS + 1_000);
    settle().await;
    assert_eq!(asked.get(), 1, "not with every second");
    now.set(NOW_MS + 66_000);
    until("it is read again", || asked.get() == 2).await;
    screen.shows("$2.00 charged").await;
}
