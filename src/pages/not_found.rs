//! An address that leads nowhere, or names nothing.

use leptos::prelude::*;

use crate::paths;
use crate::shell::Page;
use crate::text::shell as words;
use crate::ui::ButtonLink;

/// Says so, and shows two ways on.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Page title=words::NOT_FOUND lede=Some(words::NOT_FOUND_LEDE.to_owned()) ready=true>
            <div class="cluster">
                <ButtonLink label=words::TO_OVERVIEW href=paths::overview() />
                <ButtonLink label=words::TO_PODS href=paths::pods() />
            </div>
        </Page>
    }
    .into_any()
}
