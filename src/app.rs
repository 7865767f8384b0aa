//! The application: contexts, then the router, then the frame.

use client::Client;
#[cfg(not(feature = "demo"))]
use client::browser::BrowserTransport;
#[cfg(not(feature = "demo"))]
use leptos::mount::mount_to_body;
use leptos::prelude::*;
use leptos_router::components::Router;

use crate::browser::appearance;
use crate::data::{provide_data, use_now_ms};
use crate::routes::AppRoutes;
use crate::shell::provide_frame;
use crate::ui::{provide_announcer, provide_now, provide_toasts};

/// The finest step any text shows.
const TICK_MS: i32 = 1_000;

/// Starts the application in the page.
pub fn start() {
    console_error_panic_hook::set_once();
    appearance::restore();
    #[cfg(feature = "demo")]
    crate::demo::start();
    #[cfg(not(feature = "demo"))]
    mount_to_body(|| view! { <App client=Client::new(BrowserTransport) /> });
}

/// The dashboard over a client. Contexts stand above the router, so that no change of route takes them away.
#[component]
pub fn App(
    /// Speaks with a control plane, or with an engine in the page.
    client: Client,
) -> impl IntoView {
    provide_announcer();
    provide_toasts();
    provide_data(client);
    provide_now(use_now_ms(TICK_MS));
    provide_frame();
    view! {
        <Router>
            <AppRoutes />
        </Router>
    }
    .into_any()
}
