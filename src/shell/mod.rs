//! What stands around every page: bar, rail, keys, live regions, and the main element.

mod bar;
mod frame;
mod keys;
mod page;
mod rail;

pub use page::Page;

use leptos::prelude::*;
use leptos_router::components::Outlet;

use self::bar::TopBar;
use self::frame::{MAIN_ID, Main};
pub(crate) use self::keys::KeyList;
use self::keys::{keys_enabled, use_keys};
use self::page::Arrival;
use self::rail::Rail;
use crate::browser::{
    self,
    intl::{self, Moment},
};
use crate::components::go::use_go;
use crate::data::{Session, use_cut_off, use_session};
use crate::later::{self, LaterView};
use crate::pages::sign_in::SignInCover;
use crate::text::shell as words;
use crate::ui::{LiveRegions, Mark, Toast, ToastRegion, Toasts, provide_writes_blocked};

/// The heading of the page that is not hidden.
const SEEN_HEADING: &str = "main > :not([hidden]) h1";

/// Makes what pages need of the frame for all views below the current owner.
pub(crate) fn provide_frame() {
    provide_context(Arrival::default());
    let cut_off = use_cut_off();
    provide_writes_blocked(Signal::derive(move || {
        let since_ms = cut_off.get()?;
        Some(words::cut_off(&intl::moment(since_ms, Moment::Time)))
    }));
}

/// A line above every page.
#[derive(Clone)]
struct Standing(ViewFn);

/// Puts a line above every page of the views below the current owner.
pub fn provide_standing(line: impl Fn() -> AnyView + Send + Sync + 'static) {
    provide_context(Standing(ViewFn::from(line)));
}

/// The frame of the application around the page of the present route.
#[component]
pub fn Shell() -> impl IntoView {
    let lists_keys = RwSignal::new(false);
    let show_keys = Callback::new(move |()| {
        lists_keys.try_set(true);
    });
    let hide_keys = Callback::new(move |()| lists_keys.set(false));
    let enabled = keys_enabled();
    use_keys(enabled.into(), show_keys);
    keep_place_in_history();
    let toasts = use_context::<Toasts>();
    let session = use_session();
    let signed_out = Memo::new(move |_| session.get() == Session::No);
    Effect::new(move |before: Option<bool>| {
        let now = signed_out.get();
        // One page gives way to another at the same address; what had the focus is not to be seen any more.
        if before.is_some_and(|before| before != now) {
            hide_keys.run(());
            request_animation_frame(|| {
                browser::layer::show_dialogs_of_seen();
                browser::page::focus_first(SEEN_HEADING);
            });
        }
        now
    });
    view! {
        <a class="skip-link" href=format!("#{MAIN_ID}") rel="external">
            {words::SKIP}
        </a>
        <div class="shell">
            <TopBar show_keys />
            <Rail />
            <Main>
                {use_context::<Standing>().map(|it| it.0.run())}
                // Hidden, not removed: a form keeps its content while its owner signs in again.
                <div hidden=move || signed_out.get()>
                    <Outlet />
                </div>
                <Show when=move || signed_out.get()>
                    <SignInCover />
                </Show>
            </Main>
        </div>
        <Show when=move || lists_keys.get()>
            {
                let toasts = toasts.clone();
                later::over_page(
                    LaterView::Keys { enabled, on_close: hide_keys },
                    move || {
                        hide_keys.run(());
                        if let Some(toasts) = toasts {
                            toasts.show(not_fetched());
                        }
                    },
                )
            }
        </Show>
        <ToastRegion />
        <LiveRegions />
    }
    .into_any()
}

/// The list of keys is not there.
fn not_fetched() -> Toast {
    Toast {
        mark: Mark::Cross,
        title: words::PAGE_FAILED_LEDE.to_owned(),
        detail: Some(words::PAGE_FAILED_DETAIL.to_owned()),
        action: None,
    }
}

/// Tells the router where going back or forward has led.
///
/// It keeps the addresses it has come by, so as not to add one twice, and takes note of steps back only. After one
/// forward it takes the page before for the present one, and does not write the address of that when it comes there next.
fn keep_place_in_history() {
    let go = use_go();
    browser::hold(browser::page::on_travel(move || {
        let address = browser::page::address();
        // To a place within a page the browser goes by itself.
        if !address.contains('#') {
            go.instead(&address);
        }
    }));
}

/// A page without the frame: sign-in, and the embed.
#[component]
pub fn Bare() -> impl IntoView {
    view! {
        <Main>
            <Outlet />
        </Main>
        <ToastRegion />
        <LiveRegions />
    }
    .into_any()
}
