//! Pages whose code is fetched when it is first needed, so that the first load stays small.
//!
//! `cargo xtask dist` builds with the feature `split` and cuts the bundle in two at [`page`]: everything that only the
//! pages below reach goes to the second file. Without the feature the same pages are part of the one bundle.

use leptos::prelude::*;
#[cfg(feature = "split")]
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

/// A page of the second file; the view of a route.
#[derive(Debug, Clone, Copy)]
pub enum Later {
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

impl ChooseView for Later {
    async fn choose(self) -> AnyView {
        let view = page(self);
        #[cfg(feature = "split")]
        let view = view.await;
        view.unwrap_or_else(|_| failed())
    }

    async fn preload(&self) {
        #[cfg(feature = "split")]
        // What cannot be fetched now is asked for again, and shown as a failure, when the page is chosen.
        let _ = fetch().await;
    }
}

/// Fetches the second file ahead of the first visit to one of its pages.
pub fn fetch_ahead() {
    #[cfg(feature = "split")]
    spawn_local(async {
        Later::Pods.preload().await;
    });
}

#[cfg_attr(
    feature = "split",
    leptos::wasm_split::wasm_split(pages, wasm_split_path = leptos::wasm_split, preload(fetch), fallible)
)]
fn page(page: Later) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Later::Pods => view! { <PodsPage /> }.into_any(),
        Later::Pod => view! { <PodPage /> }.into_any(),
        Later::Decide => view! { <DecidePage /> }.into_any(),
        Later::Migrate => view! { <MigratePage /> }.into_any(),
        Later::Deploy => view! { <DeployPage /> }.into_any(),
        Later::Migration => view! { <MigrationPage /> }.into_any(),
        Later::Machines => view! { <MachinesPage /> }.into_any(),
        Later::Machine => view! { <MachinePage /> }.into_any(),
        Later::Volumes => view! { <VolumesPage /> }.into_any(),
        Later::Billing => view! { <BillingPage /> }.into_any(),
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
