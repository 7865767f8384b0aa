//! Whether somebody is signed in, and whose page it is.

use api::account::Account;
use domain::AccountId;
use leptos::prelude::*;

use super::context::{Data, use_data};
use super::live::use_account;
use super::loadable::Loadable;
use super::query::QueryHandle;
use crate::browser::page;

/// Whether somebody is signed in. Unknown shows the frame, not the sign-in page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// No answer has come yet.
    Unknown,
    /// The last answer was for a signed-in reader.
    Yes,
    /// The server asks for sign-in.
    No,
}

/// Whether somebody is signed in.
pub fn use_session() -> Signal<Session> {
    use_data().session.into()
}

/// Tells the page that a session has begun or ended. Cheap to clone.
#[derive(Clone)]
pub struct SessionChange {
    data: Data,
    account: QueryHandle<Account>,
}

/// For the sign-in page and the way out; call it in the body of a component.
pub fn use_session_change() -> SessionChange {
    SessionChange {
        data: use_data(),
        account: use_account(),
    }
}

impl SessionChange {
    /// A page that shows an account goes on with that one only, so it waits for the answer: the account is stale after a
    /// sign-in. Any other page begins.
    pub fn signed_in(&self) {
        if self.account.value_untracked().is_none() {
            self.data.session.set(Session::Unknown);
            self.data.staleness.gap();
        }
    }

    /// The page asks for sign-in, and forgets whose it was.
    pub fn signed_out(&self) {
        self.data.signed_out();
        self.account.update(Loadable::clear);
    }
}

/// Sets the page's clock by the account, lets a session that was over go on, and looks for one that was begun in
/// another tab. Called once, by what makes the account.
pub(super) fn keep() {
    follow_account(use_data(), use_account());
    look_on_return(&use_data(), use_account());
}

/// An effect that sets signals: the clock of the page follows the server's, and so does its session.
fn follow_account(data: Data, account: QueryHandle<Account>) {
    Effect::new(move |before: Option<Option<AccountId>>| {
        let before = before.flatten();
        let now = match account.get() {
            Loadable::Ready {
                value,
                refreshing: false,
                stale: None,
                ..
            } => {
                data.set_clock(&value);
                Some(value.id)
            }
            Loadable::Ready { .. } => return before,
            // A session that may not read its account is one all the same.
            Loadable::Failed(problem) if problem.status == 403 => None,
            Loadable::Loading | Loadable::Failed(_) => return None,
        };
        if before.is_some() && now != before {
            // Another account may see nothing of this one, so the page begins anew; until then it stays covered.
            page::reload();
            return before;
        }
        if data.session.get_untracked() == Session::No {
            data.session.set(Session::Yes);
            // What was refused meanwhile is read again.
            data.staleness.gap();
        }
        now
    });
}

/// While the page asks for sign-in nothing else is read, so nothing else would tell that there is a session again.
fn look_on_return(data: &Data, account: QueryHandle<Account>) {
    let session = data.session.clone();
    let is_over = Memo::new(move |_| session.get() == Session::No);
    Effect::new(move |_| {
        let account = account.clone();
        is_over.get().then(|| page::on_return(move || account.refetch()))
    });
}
