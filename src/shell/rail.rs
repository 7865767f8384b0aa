//! The rail at the left, and the bar at the bottom of a phone: the same five places and the one action.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::paths;
use crate::text::shell as words;
use crate::ui::ButtonLink;

/// The way to every part of the application.
#[component]
pub(super) fn Rail() -> impl IntoView {
    let here = use_location().pathname;
    let link = move |name: &'static str, href: String| {
        let to = href.clone();
        let current = Memo::new(move |_| {
            here.with(|path| {
                path.strip_prefix(to.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        });
        view! {
            <li>
                <a class="rail-link" href=href aria-current=move || current.get().then_some("page")>
                    {name}
                </a>
            </li>
        }
    };
    view! {
        <nav class="rail" aria-label=words::MAIN>
            <ul>
                {link(words::OVERVIEW, paths::overview())} {link(words::PODS, paths::pods())}
                {link(words::MACHINES, paths::machines())} {link(words::VOLUMES, paths::volumes())}
                {link(words::BILLING, paths::billing())}
            </ul>
            <div class="rail-action">
                <ButtonLink label=words::DEPLOY href=paths::deploy() />
            </div>
        </nav>
    }
    .into_any()
}
