//! Where a session begins: by a link that works once, or by an API key.

use client::commands::SignIn;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::data::{Mutation, use_account, use_mutation, use_session_change};
use crate::paths;
use crate::shell::Page;
use crate::text::{problem, shell as words, words as general};
use crate::ui::{InputKind, SubmitButton, TextField};

/// Before the token in the fragment. A fragment is never sent to a server, so it is in no log.
const TOKEN: &str = "token=";

/// `/sign-in`, also as `/sign-in#token=…`.
#[component]
pub fn SignInPage() -> impl IntoView {
    let navigate = StoredValue::new_local(use_navigate());
    let go = move |path: String| {
        if let Some(navigate) = navigate.try_get_value() {
            navigate(
                &path,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    };
    let on_done = move || go(paths::overview());
    let sign_in = use_sign_in(on_done);
    let hash = use_location().hash;
    Effect::new(move |_| {
        // The links of two sign-ins may be opened in the same tab, so this is no matter of the first look only.
        let token = hash.with(|it| it.trim_start_matches('#').strip_prefix(TOKEN).map(str::to_owned));
        if let Some(token) = token.filter(|it| !it.is_empty()) {
            // Out of the address bar and the history before anything else.
            go(paths::sign_in());
            untrack(|| sign_in.with_link(token));
        }
    });
    view! {
        <div class="sign-in">
            <p class="top-bar-name">{words::PRODUCT}</p>
            <Page title=words::SIGN_IN lede=Some(words::SIGN_IN_LEDE.to_owned()) ready=true>
                {form_view(sign_in)}
            </Page>
        </div>
    }
    .into_any()
}

/// Over a page whose session has ended; the page goes on afterwards.
#[component]
pub fn SignInCover() -> impl IntoView {
    let sign_in = use_sign_in(|| {});
    let account = use_account();
    // Only the account lifts the cover; why it cannot be read is said here, or a sign-in would seem to do nothing.
    let unread = move || {
        let problem = account.with(|it| it.problem().cloned())?;
        // Nobody is signed in, or somebody whose key does not see the account.
        if matches!(problem.status, 401 | 403) {
            return None;
        }
        let mut text = problem::explain(&problem);
        if let Some(id) = &problem.request_id {
            text += &format!(" {} {id}.", general::REQUEST);
        }
        Some(view! { <p class="callout" data-tone="danger" role="alert">{text}</p> })
    };
    view! {
        <Page title=words::SIGN_IN_AGAIN lede=Some(words::SIGN_IN_AGAIN_LEDE.to_owned()) ready=true>
            <p class="lede">{words::SIGN_IN_LEDE}</p>
            {form_view(sign_in)}
            {unread}
        </Page>
    }
    .into_any()
}

/// The write and what follows it.
#[derive(Clone, Copy)]
struct Entrance {
    write: Mutation<SignIn>,
    done: Callback<()>,
    /// A link is being used, not the form.
    by_link: RwSignal<bool>,
}

fn use_sign_in(on_done: impl Fn() + Send + Sync + 'static) -> Entrance {
    let session = use_session_change();
    let done = Callback::new(move |()| {
        session.signed_in();
        on_done();
    });
    Entrance {
        write: use_mutation(),
        done,
        by_link: RwSignal::new(false),
    }
}

impl Entrance {
    fn with_link(self, token: String) {
        self.by_link.set(true);
        self.run(SignIn::Token(token));
    }

    fn with_key(self, key: String) {
        self.by_link.set(false);
        self.run(SignIn::Key(key));
    }

    fn run(self, command: SignIn) {
        self.write.run(command, move |()| self.done.run(()));
    }
}

fn form_view(sign_in: Entrance) -> impl IntoView {
    let key = RwSignal::new(String::new());
    let refused = sign_in.write.problem();
    let error = Signal::derive(move || refused.with(|it| it.as_ref().map(problem::explain)));
    let blocked = Signal::derive(move || {
        key.with(|it| it.trim().is_empty())
            .then(|| words::API_KEY_MISSING.to_owned())
    });
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let key = key.get_untracked().trim().to_owned();
        if !key.is_empty() {
            sign_in.with_key(key);
        }
    };
    let pending = sign_in.write.pending();
    view! {
        <Show when=move || pending.get() && sign_in.by_link.get()>
            <p role="status">{words::SIGNING_IN}</p>
        </Show>
        <form class="form" on:submit=on_submit>
            // Password managers file a secret under a name.
            <input type="text" autocomplete="username" value=words::API_KEY readonly hidden />
            <TextField
                label=words::API_KEY
                value=key
                error
                hint=Some(words::API_KEY_HINT.to_owned())
                kind=InputKind::Password
                autocomplete="current-password"
                mono=true
            />
            <div class="form-actions">
                <SubmitButton label=words::SIGN_IN pending blocked />
            </div>
        </form>
    }
    .into_any()
}
