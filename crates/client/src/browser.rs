//! The transport of a page: `fetch`, `EventSource` and timers of the browser.

use std::cell::RefCell;
use std::rc::Rc;

use api::Problem;
use api::events::{FeedEvent, NAMES};
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Event, EventSource, Headers, MessageEvent, RequestCredentials, RequestInit, Response,
};

use crate::client::unanswered;
use crate::{FeedMessage, OnMessage, RawResponse, Request, Subscription, Transport};

/// Talks to the control plane the page came from; the session is a cookie of the same origin.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserTransport;

impl Transport for BrowserTransport {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<RawResponse, Problem>> {
        async move {
            fetch(&request)
                .await
                .map_err(|error| unanswered(&reason(&error), request.method.is_write()))
        }
        .boxed_local()
    }

    fn subscribe(&self, last: Option<u64>, on_message: OnMessage) -> Subscription {
        let on_message: Rc<dyn Fn(FeedMessage)> = on_message.into();
        match Stream::open(last, &on_message) {
            Ok(stream) => Subscription::new(stream),
            Err(_) => {
                // Only a malformed address is refused at once; ours is not.
                on_message(FeedMessage::Lost);
                Subscription::new(())
            }
        }
    }

    fn sleep(&self, ms: u32) -> LocalBoxFuture<'static, ()> {
        sleep(ms).boxed_local()
    }
}

/// 128 random bits as text, for an `Idempotency-Key`.
///
/// Not `crypto.randomUUID`, which browsers offer on HTTPS and localhost only.
#[must_use]
pub fn idempotency_key() -> String {
    let mut bytes = [0_u8; 16];
    let filled = web_sys::window()
        .and_then(|it| it.crypto().ok())
        .is_some_and(|it| it.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        // A browser without random numbers still has to send keys that differ.
        bytes[..8].copy_from_slice(&js_sys::Date::now().to_bits().to_be_bytes());
        bytes[8..].copy_from_slice(&js_sys::Math::random().to_bits().to_be_bytes());
    }
    bytes.iter().fold(String::with_capacity(32), |text, byte| {
        text + &format!("{byte:02x}")
    })
}

/// Ends in `ms` milliseconds. Dropping the future clears the timer.
pub async fn sleep(ms: u32) {
    struct Timer(
        i32,
        #[expect(dead_code, reason = "kept until it has run")] Closure<dyn FnMut()>,
    );

    impl Drop for Timer {
        fn drop(&mut self) {
            if let Some(window) = web_sys::window() {
                window.clear_timeout_with_handle(self.0);
            }
        }
    }

    let (done, over) = oneshot::channel();
    let call = Closure::once(move || drop(done));
    let id = web_sys::window().and_then(|it| {
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        it.set_timeout_with_callback_and_timeout_and_arguments_0(call.as_ref().unchecked_ref(), ms)
            .ok()
    });
    let Some(id) = id else { return };
    let _timer = Timer(id, call);
    // The sender is dropped when the time has come.
    let _: Result<(), oneshot::Canceled> = over.await;
}

/// Closes the request when nobody waits for it any more.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        // Without effect on a request that has ended.
        self.0.abort();
    }
}

async fn fetch(request: &Request) -> Result<RawResponse, JsValue> {
    let abort = AbortOnDrop(AbortController::new()?);
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    if request.method.is_write() {
        headers.set("x-roadstead-csrf", "1")?;
    }
    if let Some(key) = &request.idempotency_key {
        headers.set("idempotency-key", key)?;
    }
    let init = RequestInit::new();
    if let Some(body) = &request.body {
        headers.set("content-type", "application/json")?;
        init.set_body(&JsValue::from_str(body));
    }
    init.set_method(request.method.as_str());
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_headers(&headers);
    init.set_signal(Some(&abort.0.signal()));
    let window = web_sys::window().ok_or_else(|| JsValue::from_str("there is no window"))?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(&request.path, &init))
        .await?
        .dyn_into()?;
    let body = JsFuture::from(response.text()?).await?;
    Ok(RawResponse {
        status: response.status(),
        body: body.as_string().unwrap_or_default(),
    })
}

/// `TypeError: Failed to fetch` and the like.
fn reason(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error
            .as_string()
            .unwrap_or_else(|| "the request failed".to_owned()),
    }
}

type Call = Closure<dyn FnMut(Event)>;

/// An open `EventSource` and its listeners.
struct Stream {
    source: EventSource,
    calls: Vec<(&'static str, Call)>,
}

impl Stream {
    fn open(last: Option<u64>, on_message: &Rc<dyn Fn(FeedMessage)>) -> Result<Self, JsValue> {
        // A new EventSource cannot send `Last-Event-ID`, hence the parameter.
        let source = match last {
            Some(last) => EventSource::new(&format!("/api/v1/events?lastEventId={last}"))?,
            None => EventSource::new("/api/v1/events")?,
        };
        let mut stream = Self {
            source,
            calls: Vec::new(),
        };
        let tell = on_message.clone();
        stream.listen("open", move |_| tell(FeedMessage::Opened))?;
        for name in NAMES {
            let tell = on_message.clone();
            stream.listen(name, move |event| {
                if let Some(message) = event.dyn_ref::<MessageEvent>().and_then(|it| read(name, it)) {
                    tell(message);
                }
            })?;
        }
        // The browser would try again by itself, without back-off and without our knowing: it is closed instead.
        let ended = RefCell::new(Some(on_message.clone()));
        let source = stream.source.clone();
        stream.listen("error", move |_| {
            source.close();
            if let Some(tell) = ended.take() {
                tell(FeedMessage::Lost);
            }
        })?;
        Ok(stream)
    }

    fn listen(&mut self, name: &'static str, call: impl FnMut(Event) + 'static) -> Result<(), JsValue> {
        let call = Call::new(call);
        self.source
            .add_event_listener_with_callback(name, call.as_ref().unchecked_ref())?;
        self.calls.push((name, call));
        Ok(())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        for (name, call) in &self.calls {
            // Fails only for a listener that was never added.
            let _ = self
                .source
                .remove_event_listener_with_callback(name, call.as_ref().unchecked_ref());
        }
        self.source.close();
    }
}

fn read(name: &'static str, message: &MessageEvent) -> Option<FeedMessage> {
    let id = message.last_event_id().parse().ok();
    let data = message.data().as_string()?;
    // A view that this page cannot read is one it must not show either: everything is read again, and fails visibly.
    let event = FeedEvent::parse(name, &data).unwrap_or(Some(FeedEvent::Reset))?;
    Some(FeedMessage::Event(id, event))
}
