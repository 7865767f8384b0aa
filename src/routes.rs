//! Which page stands at which address. The addresses themselves are made in [`crate::paths`].

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Redirect, Route, Routes};
use leptos_router::path;

use crate::later::Place::{Later, Now};
use crate::later::{self, LaterView};
#[cfg(feature = "demo")]
use crate::pages::embed::EmbedPage;
#[cfg(not(feature = "demo"))]
use crate::pages::not_found::NotFoundPage as EmbedPage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::overview::OverviewPage;
use crate::pages::sign_in::SignInPage;
use crate::paths;
use crate::shell::{Bare, Shell};

/// Time for the first page to be on screen before the code of the others is fetched.
const FETCH_AHEAD_AFTER: Duration = Duration::from_secs(2);

/// All routes.
#[component]
pub fn AppRoutes() -> impl IntoView {
    set_timeout(later::fetch_ahead, FETCH_AHEAD_AFTER);
    view! {
        <Routes fallback=|| ()>
            <ParentRoute path=path!("/sign-in") view=Now(|| view! { <Bare /> }.into_any())>
                <Route path=path!("") view=Now(|| view! { <SignInPage /> }.into_any()) />
            </ParentRoute>
            <ParentRoute path=path!("") view=Now(|| view! { <Shell /> }.into_any())>
                <Route path=path!("") view=Now(|| view! { <Redirect path=paths::overview() /> }.into_any()) />
                <Route path=path!("overview") view=Now(|| view! { <OverviewPage /> }.into_any()) />
                <Route path=path!("pods") view=Later(LaterView::Pods) />
                <Route path=path!("pods/:id") view=Later(LaterView::Pod) />
                <Route path=path!("pods/:id/decide") view=Later(LaterView::Decide) />
                <Route path=path!("pods/:id/migrate") view=Later(LaterView::Migrate) />
                <Route path=path!("deploy") view=Later(LaterView::Deploy) />
                <Route path=path!("migrations/:id") view=Later(LaterView::Migration) />
                <Route path=path!("machines") view=Later(LaterView::Machines) />
                <Route path=path!("machines/:id") view=Later(LaterView::Machine) />
                // One route: opening the panel of a volume, or the form for a new one, leaves the list as it is.
                <Route path=path!("volumes/:id?") view=Later(LaterView::Volumes) />
                <Route path=path!("billing") view=Later(LaterView::Billing) />
                <Route path=path!("embed/migrate") view=Now(|| view! { <EmbedPage /> }.into_any()) />
                <Route path=path!("*rest") view=Now(|| view! { <NotFoundPage /> }.into_any()) />
            </ParentRoute>
        </Routes>
    }
    .into_any()
}
