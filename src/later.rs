//! Views whose code is fetched when it is first needed, so that the first load stays small.
//!
//! `cargo xtask dist` builds with the feature `split` and cuts the bundle in two at [`page`]: everything that only the
//! views below reach goes to the second file. Without the feature the same views are part of the one bundle.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use leptos_router::ChooseView;
use send_wrapper::SendWrapper;

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
use crate::shell::{KeyList, Page};
use crate::text::shell as words;
use crate::ui::Failure;

/// The view of a route. One type for all of them, so that the router's code is in the bundle once.
#[derive(Clone, Copy)]
pub enum Place {
    /// Part of the first file.
    Now(fn() -> AnyView),
    /// Part of the second.
    Later(LaterView),
}

/// A view of the second file.
#[derive(Clone, Copy)]
pub enum LaterView {
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
    /// The list of keys, over any page.
    Keys {
        /// Whether single-letter keys act.
        enabled: RwSignal<bool>,
        /// Takes the list out of the view.
        on_close: Callback<()>,
    },
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
fn page(page: LaterView) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        LaterView::Pods => view! { <PodsPage /> }.into_any(),
        LaterView::Pod => view! { <PodPage /> }.into_any(),
        LaterView::Decide => view! { <DecidePage /> }.into_any(),
        LaterView::Migrate => view! { <MigratePage /> }.into_any(),
        LaterView::Deploy => view! { <DeployPage /> }.into_any(),
        LaterView::Migration => view! { <MigrationPage /> }.into_any(),
        LaterView::Machines => view! { <MachinesPage /> }.into_any(),
        LaterView::Machine => view! { <MachinePage /> }.into_any(),
        LaterView::Volumes => view! { <VolumesPage /> }.into_any(),
        LaterView::Billing => view! { <BillingPage /> }.into_any(),
        LaterView::Keys { enabled, on_close } => view! { <KeyList enabled on_close /> }.into_any(),
    })
}

/// A view of the second file over any page. Where that cannot be fetched, `on_failed` is called and nothing shown.
pub fn over_page(later: LaterView, on_failed: impl FnOnce() + 'static) -> AnyView {
    let view = async move {
        let view = page(later);
        #[cfg(feature = "split")]
        let view = view.await;
        view.unwrap_or_else(|_| {
            on_failed();
            ().into_any()
        })
    };
    Suspend::new(SendWrapper::new(view)).into_any()
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
