//! What changes something: what is asked first, what is sent, and where a refusal is said.

mod choice;
mod deploy;
mod disks;
mod moves;
mod pods;

use std::sync::Arc;

use client::Request;
use leptos::prelude::*;
use serde_json::Value;
use web_sys::HtmlElement;

use crate::facts;
use crate::screen::{Screen, stage, until};
use crate::server::{self, Reply, Server};

/// A dialog that goes when it asks to.
pub fn dialog(server: &Server, view: impl Fn(Callback<()>) -> AnyView + Send + Sync + 'static) -> Screen {
    let view = Arc::new(view);
    stage(server, move || {
        let open = RwSignal::new(true);
        let close = Callback::new(move |()| open.set(false));
        view! { <Show when=move || open.get()>{view(close)}</Show> }.into_any()
    })
}

/// Answers writes with `reply`, reads by their path, and knows nothing else.
pub fn answering(reads: Vec<(String, Value)>, reply: impl Fn(&Request) -> Reply + 'static) -> Server {
    server::serving(move |request| {
        if request.method.is_write() {
            return reply(request);
        }
        let path = request.path.split('?').next().unwrap_or_default();
        let found = reads.iter().find(|(known, _)| known == path);
        found.map_or_else(server::not_found, |(_, value)| facts::answer(value))
    })
}

pub fn pod_path(rest: &str) -> String {
    format!("/api/v1/pods/{}{rest}", facts::pod_id())
}

pub fn is_blocked(button: &HtmlElement) -> bool {
    button.get_attribute("aria-disabled").as_deref() == Some("true")
}

/// Waits until a button may be pressed.
pub async fn is_free(button: &HtmlElement) {
    until("the button is free", || !is_blocked(button)).await;
}

/// Waits until a write is out, and gives it.
pub async fn write(server: &Server) -> (String, Value) {
    until("it is sent", || !server.written().is_empty()).await;
    server.written().pop().unwrap()
}
