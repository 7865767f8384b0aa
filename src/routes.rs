//! Which page stands at which address. The addresses themselves are made in [`crate::paths`].

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::components::{Outlet, ParentRoute, Redirect, Route, Routes};
use leptos_router::path;

use crate::later::{self, Later};
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
            <ParentRoute path=path!("/sign-in") view=Bare>
                <Route path=path!("") view=SignInPage />
            </ParentRoute>
            <ParentRoute path=path!("") view=Shell>
                <Route path=path!("") view=|| view! { <Redirect path=paths::overview() /> } />
                <Route path=path!("overview") view=OverviewPage />
                <PodRoutes />
                <Route path=path!("deploy") view=Later::Deploy />
                <Route path=path!("migrations/:id") view=Later::Migration />
                <MachineRoutes />
                // One route: opening the panel of a volume, or the form for a new one, leaves the list as it is.
                <Route path=path!("volumes/:id?") view=Later::Volumes />
                <Route path=path!("billing") view=Later::Billing />
                <Route path=path!("embed/migrate") view=EmbedPage />
                <Route path=path!("*rest") view=NotFoundPage />
            </ParentRoute>
        </Routes>
    }
    .into_any()
}

#[component(transparent)]
fn PodRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("pods") view=Outlet>
            <Route path=path!("") view=Later::Pods />
            <Route path=path!(":id") view=Later::Pod />
            <Route path=path!(":id/decide") view=Later::Decide />
            <Route path=path!(":id/migrate") view=Later::Migrate />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn MachineRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("machines") view=Outlet>
            <Route path=path!("") view=Later::Machines />
            <Route path=path!(":id") view=Later::Machine />
        </ParentRoute>
    }
    .into_inner()
}
