//! A session that ends, goes on here or in another tab, and whose account decides what is shown.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use api::account::Account;
use client::Query;
use client::commands::SignIn;
use leptos::prelude::*;
use roadstead_dashboard::data::{
    Mutation, QueryHandle, Session, SessionChange, provide_data, use_account, use_mutation, use_query,
    use_session, use_session_change,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts;
use crate::screen::{Screen, render, settle, until};
use crate::server::{self, Reply, Server};

const GOOD: &str = "rk_good";
const LOST: &str = "rk_lost";

/// Something else than the account.
#[derive(Clone, PartialEq)]
struct Offers;

impl Query for Offers {
    type Output = String;
    const ENDPOINT: client::Endpoint = client::Endpoint::Offers;

    fn path(&self) -> String {
        "/offers".to_owned()
    }
}

/// A page that shows whose it is, one more answer, and whether it asks for sign-in.
struct Opened {
    screen: Screen,
    account: QueryHandle<Account>,
    change: SessionChange,
    sign_in: Mutation<SignIn>,
}

fn open(server: &Server) -> Opened {
    let client = server.client().with_limit_ms(200);
    let kept = Arc::new(Mutex::new(None));
    let made = kept.clone();
    let screen = render(move || {
        provide_data(client);
        let (account, session) = (use_account(), use_session());
        let offers = use_query(|| Some(Offers));
        *made.lock().unwrap() = Some((account.clone(), use_session_change(), use_mutation()));
        let name = move || account.value().map(|it| it.name.clone());
        let offered = move || offers.value().map(|it| it.as_str().to_owned());
        let over = move || (session.get() == Session::No).then_some(" is to sign in");
        view! { <p>{name} {offered} {over}</p> }.into_any()
    });
    let (account, change, sign_in) = kept.lock().unwrap().take().unwrap();
    Opened {
        screen,
        account,
        change,
        sign_in,
    }
}

/// Answers while `valid`, and otherwise as to nobody. A sign-in with [`LOST`] is done and never answered, one with
/// [`GOOD`] is done, and any other is refused.
fn with_sessions(valid: &Rc<Cell<bool>>) -> Server {
    let valid = valid.clone();
    server::serving(move |request| match request.path.as_str() {
        "/api/v1/session" => {
            let carries = |key: &str| request.body.as_ref().is_some_and(|it| it.contains(key));
            if carries(LOST) {
                valid.set(true);
                Reply::Never
            } else if carries(GOOD) {
                valid.set(true);
                Reply::Json(204, String::new())
            } else {
                server::problem(401, "key_invalid")
            }
        }
        _ if !valid.get() => server::problem(401, "key_expired"),
        "/api/v1/account" => facts::answer(&facts::account()),
        _ => Reply::Json(200, "\" offers\"".to_owned()),
    })
}

/// The reader comes back to this window from another.
fn come_back() {
    window()
        .dispatch_event(&web_sys::Event::new("focus").unwrap())
        .unwrap();
}

#[wasm_bindgen_test]
async fn an_account_stays_while_its_session_is_over_and_goes_with_a_sign_out() {
    let valid = Rc::new(Cell::new(true));
    let server = with_sessions(&valid);
    let Opened {
        screen,
        account,
        change,
        sign_in,
    } = open(&server);
    screen.shows("ada offers").await;
    valid.set(false);
    account.refetch();
    screen.shows("ada offers is to sign in").await;
    let (screen, done) = (Rc::new(screen), change.clone());
    let shown = screen.clone();
    sign_in.run(SignIn::Key(GOOD.to_owned()), move |()| {
        done.signed_in();
        assert_eq!(
            shown.text(),
            "ada offers is to sign in",
            "it may be somebody else"
        );
    });
    until("the sign-in", || valid.get()).await;
    until("it is the same account", || screen.text() == "ada offers").await;
    settle().await;
    change.signed_out();
    until("nobody's account is known", || {
        screen.text() == " offers is to sign in"
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_session_begun_in_another_tab_is_found_on_return() {
    let valid = Rc::new(Cell::new(true));
    let server = with_sessions(&valid);
    let Opened { screen, account, .. } = open(&server);
    screen.shows("ada offers").await;
    valid.set(false);
    account.refetch();
    screen.shows("ada offers is to sign in").await;
    come_back();
    settle().await;
    assert_eq!(
        screen.text(),
        "ada offers is to sign in",
        "the session is still over"
    );
    valid.set(true);
    let before = server.sent("/offers");
    come_back();
    until("the page goes on", || screen.text() == "ada offers").await;
    until("what may have been missed is read", || {
        server.sent("/offers") > before
    })
    .await;
    settle().await;
    let before = server.sent("/api/v1/account");
    come_back();
    settle().await;
    assert_eq!(
        server.sent("/api/v1/account"),
        before,
        "a session that goes on is not asked for"
    );
}

#[wasm_bindgen_test]
async fn a_page_opened_without_a_session_begins_with_one_from_another_tab() {
    let valid = Rc::new(Cell::new(false));
    let server = with_sessions(&valid);
    let Opened { screen, .. } = open(&server);
    screen.shows(" is to sign in").await;
    valid.set(true);
    come_back();
    until("the page begins", || screen.text() == "ada offers").await;
}

#[wasm_bindgen_test]
async fn a_page_opened_without_a_session_begins_with_a_sign_in() {
    let valid = Rc::new(Cell::new(false));
    let server = with_sessions(&valid);
    let Opened {
        screen,
        change,
        sign_in,
        ..
    } = open(&server);
    screen.shows(" is to sign in").await;
    sign_in.run(SignIn::Key(GOOD.to_owned()), move |()| change.signed_in());
    until("the page begins", || screen.text() == "ada offers").await;
}

/// Its form has gone, or nobody knows whether it was done: whose session it is now has to be asked.
#[wasm_bindgen_test]
async fn the_account_is_read_after_a_sign_in_that_nobody_waits_for() {
    for key in [GOOD, LOST] {
        let valid = Rc::new(Cell::new(true));
        let server = with_sessions(&valid);
        let Opened { screen, sign_in, .. } = open(&server);
        screen.shows("ada offers").await;
        let before = server.sent("/api/v1/account");
        sign_in.run(SignIn::Key(key.to_owned()), |()| {});
        until("the account is read", || server.sent("/api/v1/account") > before).await;
    }
}

#[wasm_bindgen_test]
async fn a_refused_sign_in_ends_no_session() {
    let valid = Rc::new(Cell::new(true));
    let server = with_sessions(&valid);
    let Opened { screen, sign_in, .. } = open(&server);
    screen.shows("ada offers").await;
    sign_in.run(SignIn::Key("rk_wrong".to_owned()), |()| {});
    until("the refusal", || {
        sign_in
            .problem()
            .get_untracked()
            .is_some_and(|it| it.status == 401)
    })
    .await;
    settle().await;
    assert_eq!(screen.text(), "ada offers");
}
