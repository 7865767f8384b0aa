//! Which page stands at which address. The addresses themselves are made in [`crate::paths`].

use leptos::prelude::*;
use leptos_router::components::{Outlet, ParentRoute, Redirect, Route, Routes};
use leptos_router::{MatchNestedRoutes, path};

use crate::pages::billing::BillingPage;
use crate::pages::machines::detail::MachinePage;
use crate::pages::machines::list::MachinesPage;
use crate::pages::migrations::MigrationPage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::overview::OverviewPage;
use crate::pages::pods::decide::DecidePage;
use crate::pages::pods::deploy::DeployPage;
use crate::pages::pods::detail::PodPage;
use crate::pages::pods::list::PodsPage;
use crate::pages::pods::migrate::MigratePage;
use crate::pages::sign_in::SignInPage;
use crate::pages::volumes::VolumesPage;
use crate::paths;
use crate::shell::{Bare, Shell};

/// All routes.
#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <Routes fallback=|| ()>
            <ParentRoute path=path!("/sign-in") view=Bare>
                <Route path=path!("") view=SignInPage />
            </ParentRoute>
            <ParentRoute path=path!("") view=Shell>
                <Route path=path!("") view=|| view! { <Redirect path=paths::overview() /> } />
                <Route path=path!("overview") view=OverviewPage />
                <PodRoutes />
                <Route path=path!("deploy") view=DeployPage />
                <Route path=path!("migrations/:id") view=MigrationPage />
                <MachineRoutes />
                // One route: opening the panel of a volume, or the form for a new one, leaves the list as it is.
                <Route path=path!("volumes/:id?") view=VolumesPage />
                <Route path=path!("billing") view=BillingPage />
                <Route path=path!("*rest") view=NotFoundPage />
            </ParentRoute>
        </Routes>
    }
    .into_any()
}

#[component(transparent)]
fn PodRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("pods") view=Outlet>
            <Route path=path!("") view=PodsPage />
            <Route path=path!(":id") view=PodPage />
            <Route path=path!(":id/decide") view=DecidePage />
            <Route path=path!(":id/migrate") view=MigratePage />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn MachineRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("machines") view=Outlet>
            <Route path=path!("") view=MachinesPage />
            <Route path=path!(":id") view=MachinePage />
        </ParentRoute>
    }
    .into_inner()
}
