//! The top bar: product, account, how fresh the page is, what it costs, settings.

use std::sync::Arc;

use api::account::{Account, Funds};
use client::commands::SignOut;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::browser::appearance::{self, Theme};
use crate::browser::intl::{self, Moment};
use crate::data::{
    Freshness, Session, balance_at, use_account, use_freshness, use_mutation, use_now, use_session,
    use_session_change,
};
use crate::paths;
use crate::text::{format, shell as words};
use crate::ui::{Announcer, Mark, MarkIcon, Menu, MenuEntry};

/// The bar over every page.
#[component]
pub(super) fn TopBar(
    /// Opens the list of keys.
    show_keys: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let account = use_account();
    // The account stays known while its session is over, and is nobody's business then.
    let known = Memo::new(move |_| session.get() != Session::No);
    let name = Memo::new(move |_| {
        let account = account.value().filter(|_| known.get())?;
        Some(account.name.clone())
    });
    view! {
        <header class="top-bar">
            <a class="top-bar-name" href=paths::overview()>
                {words::PRODUCT}
            </a>
            <span class="top-bar-account">{move || name.get()}</span>
            <div class="top-bar-end">
                <Show when=move || known.get()>
                    <FreshnessWord />
                    <MoneyLine />
                </Show>
                <Settings name show_keys />
            </div>
        </header>
    }
    .into_any()
}

#[component]
fn FreshnessWord() -> impl IntoView {
    let freshness = use_freshness();
    let announcer = use_context::<Announcer>();
    let word = Memo::new(move |_| {
        let freshness = freshness.get();
        let clock = match freshness {
            Freshness::Stale { since_ms } => intl::moment(since_ms, Moment::Time),
            Freshness::Live | Freshness::CatchingUp | Freshness::Offline { .. } => String::new(),
        };
        words::freshness(freshness, &clock)
    });
    Effect::new(move |was_down: Option<bool>| {
        let (now, was_down) = (freshness.get(), was_down == Some(true));
        // Losing the stream and getting it back are said; what lies between is not.
        let is_down = now.is_down() || was_down && now == Freshness::CatchingUp;
        if was_down != is_down
            && let Some(announcer) = &announcer
        {
            announcer.say(word.get_untracked());
        }
        is_down
    });
    let mark = Signal::derive(move || match freshness.get() {
        Freshness::Live => Mark::Disc,
        Freshness::CatchingUp => Mark::QuarterRing,
        Freshness::Stale { .. } => Mark::Triangle,
        Freshness::Offline { .. } => Mark::BrokenRing,
    });
    view! {
        <span
            class="freshness"
            data-freshness=move || freshness.get().as_str()
            title=move || words::freshness_means(freshness.get())
        >
            <MarkIcon mark />
            {word}
        </span>
    }
}

/// Balance, burn, and the end of money. The balance moves each minute by the page's own arithmetic.
#[component]
fn MoneyLine() -> impl IntoView {
    // A charge falls on the boundary of a minute; a few seconds later is soon enough to show it.
    const TICK_MS: i32 = 5_000;
    let account = use_account();
    let now = use_now(TICK_MS);
    let balance = {
        let account = account.clone();
        Memo::new(move |_| account.value().map(|it| balance_at(&it, now.get()).micros()))
    };
    let burn = {
        let account = account.clone();
        Memo::new(move |_| account.value().map(|it| it.burn.micros_per_hour))
    };
    let end = Memo::new(move |_| account.value().map(|it| end_of_money(&it)));
    let part = move |of: fn(&End) -> &String| end.with(|it| it.as_ref().map(|it| of(it).clone()));
    let tone = Memo::new(move |_| {
        end.with(|it| it.as_ref().is_some_and(|it| it.presses))
            .then_some("warn")
    });
    move || {
        balance.with(Option::is_some).then(|| {
            view! {
                <a class="money-line tone" href=paths::billing() data-tone=move || tone.get()>
                    <span class="visually-hidden">{words::BALANCE}</span>
                    <strong class="num">{move || balance.get().map(format::money)}</strong>
                    <span class="num money-line-more">
                        {move || burn.get().map(|it| format::rate(it, 60, format::Period::Hour))}
                    </span>
                    <span class="money-line-more money-line-end" title=move || part(|it| &it.exact)>
                        {move || part(|it| &it.short)}
                    </span>
                </a>
            }
        })
    }
}

/// When money ends, in words.
#[derive(Clone, PartialEq)]
struct End {
    short: String,
    exact: String,
    /// Something has to be done soon.
    presses: bool,
}

fn end_of_money(account: &Account) -> End {
    let presses = account.funds != Funds::Ok;
    match (account.funds, account.runway) {
        (Funds::Out { stopped_at }, _) => End {
            short: words::OUT.to_owned(),
            exact: intl::moment(stopped_at.millis(), Moment::Full),
            presses,
        },
        (Funds::Ok | Funds::Low, Some(runway)) => {
            let at = runway.ends_at().millis();
            let how = if presses { Moment::DateTime } else { Moment::Date };
            let say = if runway.pods_stop_at.is_some() {
                words::runs_out
            } else {
                words::storage_paid
            };
            End {
                short: say(&intl::moment(at, how)),
                exact: intl::moment(at, Moment::Full),
                presses,
            }
        }
        (Funds::Ok | Funds::Low, None) => End {
            short: words::LASTS.to_owned(),
            exact: String::new(),
            presses,
        },
    }
}

#[component]
fn Settings(name: Memo<Option<String>>, show_keys: Callback<()>) -> impl IntoView {
    let theme = RwSignal::new(appearance::theme());
    let sign_out = use_mutation::<SignOut>();
    let signed_in = use_session();
    let session = use_session_change();
    let navigate = StoredValue::new_local(use_navigate());
    let leave = Arc::new(move || {
        let session = session.clone();
        sign_out.run(SignOut, move |()| {
            session.signed_out();
            if let Some(navigate) = navigate.try_get_value() {
                navigate(&paths::sign_in(), Default::default());
            }
        });
    });
    let entries = Signal::derive(move || {
        let mut entries: Vec<MenuEntry> = Theme::ALL
            .into_iter()
            .map(|one| MenuEntry {
                label: theme_word(one).to_owned(),
                blocked: (theme.get() == one).then(|| words::THEME_IN_USE.to_owned()),
                danger: false,
                run: Arc::new(move || {
                    appearance::set_theme(one);
                    theme.set(one);
                }),
            })
            .collect();
        entries.push(entry(words::SHOW_KEYS, Arc::new(move || show_keys.run(()))));
        if signed_in.get() != Session::No {
            entries.push(entry(words::SIGN_OUT, leave.clone()));
        }
        entries
    });
    let of = Signal::derive(move || name.get().unwrap_or_else(|| words::THIS_BROWSER.to_owned()));
    view! { <Menu entries label=words::SETTINGS of /> }
}

fn entry(label: &str, run: Arc<dyn Fn() + Send + Sync>) -> MenuEntry {
    MenuEntry {
        label: label.to_owned(),
        blocked: None,
        danger: false,
        run,
    }
}

const fn theme_word(theme: Theme) -> &'static str {
    match theme {
        Theme::System => words::THEME_SYSTEM,
        Theme::Light => words::THEME_LIGHT,
        Theme::Dark => words::THEME_DARK,
    }
}
