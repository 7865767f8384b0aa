//! Pages whose code is fetched when it is first needed, so that the first load stays small.
//!
//! `cargo xtask dist` builds with the feature `split` and cuts the bundle in two at [`page`]: everything that only the
//! pages below reach goes to the second file. Without the feature the same pages are part of the one bundle.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use leptos_router::ChooseView;

use crate::browser;
use crate::pages::billing::BillingPage;
use crate::pages::machines::detail::MachinePage;
use crate::pages::machines::list::MachinesPage;
use crate::pages::migrations::MigrationPage;
use crate::pages::pods::decide::DecidePage;
use crate::pages::pods::deploy::DeployPage;
use crate::pages::pods::detail::PodPage;
use crate::pages::pods::list::PodsPage;
use crate::pages::pods::migrate::MigratePage;
use crate::pages::volumes::VolumesPage;
use crate::shell::Page;
use crate::text::shell as words;
use crate::ui::Failure;

/// The view of a route. One type for all of them, so that the router's code is in the bundle once.
#[derive(Clone, Copy)]
pub enum Place {
    /// Part of the first file.
    Now(fn() -> AnyView),
    /// Part of the second.
    Later(LaterPage),
}

/// A page of the second file.
#[derive(Debug, Clone, Copy)]
pub enum LaterPage {
    /// The list of pods.
    Pods,
    /// One pod.
    Pod,
    /// What to do with a pod whose GPUs are taken.
    Decide,
    /// The plan of a move.
    Migrate,
    /// The form for a new pod.
    Deploy,
    /// One move.
    Migration,
    /// The list of machines.
    Machines,
    /// One machine.
    Machine,
    /// The volumes.
    Volumes,
    /// The bill.
    Billing,
}

impl ChooseView for Place {
    async fn choose(self) -> AnyView {
        match self {
            Self::Now(view) => view(),
            Self::Later(later) => {
                let view = page(later);
                #[cfg(feature = "split")]
                let view = view.await;
                view.unwrap_or_else(|_| failed())
            }
        }
    }

    async fn preload(&self) {
        if let Self::Later(_) = self {
            fetch_file().await;
        }
    }
}

/// Fetches the second file ahead of the first visit to one of its pages.
pub fn fetch_ahead() {
    spawn_local(fetch_file());
}

/// What cannot be fetched now is asked for again, and shown as a failure, when one of its pages is chosen.
async fn fetch_file() {
    #[cfg(feature = "split")]
    let _ = fetch().await;
}

#[cfg_attr(
    feature = "split",
    leptos::wasm_split::wasm_split(pages, wasm_split_path = leptos::wasm_split, preload(fetch), fallible)
)]
fn page(page: LaterPage) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        LaterPage::Pods => view! { <PodsPage /> }.into_any(),
        LaterPage::Pod => view! { <PodPage /> }.into_any(),
        LaterPage::Decide => view! { <DecidePage /> }.into_any(),
        LaterPage::Migrate => view! { <MigratePage /> }.into_any(),
        LaterPage::Deploy => view! { <DeployPage /> }.into_any(),
        LaterPage::Migration => view! { <MigrationPage /> }.into_any(),
        LaterPage::Machines => view! { <MachinesPage /> }.into_any(),
        LaterPage::Machine => view! { <MachinePage /> }.into_any(),
        LaterPage::Volumes => view! { <VolumesPage /> }.into_any(),
        LaterPage::Billing => view! { <BillingPage /> }.into_any(),
    })
}

/// The second file could not be fetched: the network is gone, or the control plane was replaced by another version.
fn failed() -> AnyView {
    let detail = Some(words::PAGE_FAILED_DETAIL.to_owned());
    view! {
        <Page title=words::PAGE_FAILED ready=true>
            <Failure title=words::PAGE_FAILED_LEDE detail on_retry=browser::page::reload />
        </Page>
    }
    .into_any()
}
