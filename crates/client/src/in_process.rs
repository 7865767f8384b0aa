//! The engine inside the page, in place of a server: the demo fleet on a clock that can be held and hurried.
//!
//! Nothing is implemented a second time. A request goes through the same mapping as on the server, a
//! command through the same engine, and the machines are the simulation that tests use.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::events::FeedEvent;
use api::serve::{self, Prepared, Principal, Scopes};
use api::{Problem, ProblemCode};
use domain::Timestamp;
use domain::endpoints::PodDomain;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, ready};
use scenarios::World;
use scenarios::demo::{DemoError, MAIN_ACCOUNT};
use send_wrapper::SendWrapper;

use crate::browser::sleep;
use crate::{FeedMessage, Method, OnMessage, RawResponse, Request, Subscription, Transport};

/// Milliseconds of the page between two steps of the world.
const STEP_MS: u32 = 200;
/// The longest span of the page's time that is made up for: a tab that slept does not live it all at once.
const CATCH_UP_MS_MAX: f64 = 5_000.0;
/// How much faster than the page's clock the demo's can run.
pub const SPEED_MAX: u32 = 600;

/// A cloud in the page.
#[derive(Clone)]
pub struct InProcess(SendWrapper<Rc<RefCell<Cloud>>>);

struct Cloud {
    world: World,
    principal: Principal,
    /// The page's clock when the world was last stepped.
    stepped_at: f64,
    pace: Pace,
    readers: BTreeMap<u64, Rc<dyn Fn(FeedMessage)>>,
    next_reader: u64,
}

/// How the demo's time goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Stands still.
    pub paused: bool,
    /// Seconds of the demo in a second of the page, 1 to [`SPEED_MAX`].
    pub speed: u32,
}

/// The page's host, for the pods' proxy URLs.
fn pod_domain() -> PodDomain {
    PodDomain {
        scheme: "https".to_owned(),
        domain: "pods.example".to_owned(),
        port: None,
    }
}

/// Where a tab keeps the moment its demo began.
const STARTED: &str = "roadstead.demo.started";
/// A demo that began longer ago begins anew, in milliseconds.
const STARTED_AGO_MS_MAX: f64 = 6.0 * 3_600_000.0;

/// The moment the demo's story ends and the visitor's begins.
///
/// The same for every load of a tab, since IDs follow from it: an address that was reloaded or copied
/// within the tab still leads somewhere. A frame without storage begins anew each time.
fn began() -> Timestamp {
    let now = js_sys::Date::now();
    let storage = web_sys::window().and_then(|it| it.session_storage().ok().flatten());
    let kept = storage
        .as_ref()
        .and_then(|it| it.get_item(STARTED).ok().flatten());
    let kept = kept
        .and_then(|it| it.parse::<f64>().ok())
        .filter(|it| (0.0..STARTED_AGO_MS_MAX).contains(&(now - it)));
    let began = kept.unwrap_or(now);
    if let Some(storage) = storage {
        // A full storage only costs the addresses.
        let _ = storage.set_item(STARTED, &began.to_string());
    }
    Timestamp::from_millis(began as i64)
}

fn tell() -> Result<(World, Principal), DemoError> {
    let now = began();
    let world = scenarios::demo(now, pod_domain())?;
    let account = world
        .fleet()
        .accounts()
        .find(|it| it.name.as_str() == MAIN_ACCOUNT);
    let account = account.ok_or_else(|| DemoError::Missing {
        what: MAIN_ACCOUNT.to_owned(),
    })?;
    let principal = Principal {
        account_id: account.id,
        operator: account.operator,
        scopes: Scopes::ALL,
    };
    Ok((world, principal))
}

impl InProcess {
    /// Tells the demo's story up to now and lets its time go on.
    ///
    /// # Errors
    /// The story breaks a rule; tests tell it, so a released page has none that does.
    pub fn start() -> Result<Self, DemoError> {
        let (mut world, principal) = tell()?;
        // What was before is in the first answers, not in the feed.
        drop(world.take_events());
        let cloud = Cloud {
            world,
            principal,
            stepped_at: js_sys::Date::now(),
            pace: Pace {
                paused: false,
                speed: 1,
            },
            readers: BTreeMap::new(),
            next_reader: 0,
        };
        let this = Self(SendWrapper::new(Rc::new(RefCell::new(cloud))));
        let stepping = Rc::downgrade(&*this.0);
        wasm_bindgen_futures::spawn_local(async move {
            loop {
                sleep(STEP_MS).await;
                let Some(cloud) = stepping.upgrade() else { return };
                step(&cloud);
            }
        });
        Ok(this)
    }

    /// How time goes now.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.0.borrow().pace
    }

    /// Lets time go differently from now on.
    pub fn set_pace(&self, pace: Pace) {
        step(&self.0);
        let speed = pace.speed.clamp(1, SPEED_MAX);
        self.0.borrow_mut().pace = Pace { speed, ..pace };
    }

    /// Tells the story anew; everything is read again.
    ///
    /// # Errors
    /// As [`InProcess::start`].
    pub fn reset(&self) -> Result<(), DemoError> {
        let (mut world, principal) = tell()?;
        drop(world.take_events());
        {
            let mut cloud = self.0.borrow_mut();
            (cloud.world, cloud.principal) = (world, principal);
            cloud.stepped_at = js_sys::Date::now();
        }
        publish(&self.0, vec![(None, FeedEvent::Reset)]);
        Ok(())
    }

    fn answer(&self, request: &Request) -> Result<RawResponse, Problem> {
        step(&self.0);
        let mut cloud = self.0.borrow_mut();
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        if path == "/api/v1/session" {
            // Nobody signs in to a demo.
            return Ok(RawResponse {
                status: 204,
                body: String::new(),
            });
        }
        let now = cloud.world.now();
        let body = request.body.as_deref().unwrap_or_default().as_bytes();
        let asked = serve::Request {
            method: method(request.method),
            path,
            query,
            body,
            if_match: None,
            now,
        };
        let response = match serve::prepare(cloud.world.fleet(), &cloud.principal, &asked) {
            Prepared::Answer(response) => response,
            Prepared::Command {
                actor,
                command,
                render,
            } => {
                let outcome = cloud.world.run(&actor, command);
                serve::render(
                    cloud.world.fleet(),
                    &cloud.principal,
                    &render,
                    outcome.as_ref(),
                    now,
                )
            }
        };
        let body = String::from_utf8(response.body)
            .map_err(|error| Problem::new(ProblemCode::Internal, error.to_string()))?;
        Ok(RawResponse {
            status: response.status,
            body,
        })
    }
}

const fn method(method: Method) -> serve::Method {
    match method {
        Method::Get => serve::Method::Get,
        Method::Post => serve::Method::Post,
        Method::Patch => serve::Method::Patch,
        Method::Delete => serve::Method::Delete,
    }
}

/// Lets the world catch up with the page's clock, and tells everybody what happened.
fn step(cloud: &Rc<RefCell<Cloud>>) {
    let events = {
        let mut cloud = cloud.borrow_mut();
        let wall = js_sys::Date::now();
        let elapsed = (wall - cloud.stepped_at).clamp(0.0, CATCH_UP_MS_MAX);
        cloud.stepped_at = wall;
        if !cloud.pace.paused {
            let until = cloud.world.now() + (elapsed * f64::from(cloud.pace.speed)) as i64;
            cloud.world.advance_to(until);
        }
        let events = cloud.world.take_events();
        let Some(last) = events.last() else { return };
        let id = last.sequence;
        let feed = serve::feed(cloud.world.fleet(), &cloud.principal, &events, cloud.world.now());
        feed.into_iter().map(|it| (Some(id), it)).collect()
    };
    publish(cloud, events);
}

/// Nothing is borrowed while a reader is told: it may ask at once.
fn publish(cloud: &Rc<RefCell<Cloud>>, events: Vec<(Option<u64>, FeedEvent)>) {
    let readers: Vec<_> = cloud.borrow().readers.values().cloned().collect();
    for (id, event) in events {
        for tell in &readers {
            tell(FeedMessage::Event(id, event.clone()));
        }
    }
}

/// Ends a subscription when it is dropped.
struct Leave {
    cloud: Rc<RefCell<Cloud>>,
    reader: u64,
}

impl Drop for Leave {
    fn drop(&mut self) {
        // A reader that leaves while it is told something is removed by the next step.
        if let Ok(mut cloud) = self.cloud.try_borrow_mut() {
            cloud.readers.remove(&self.reader);
        }
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<RawResponse, Problem>> {
        ready(self.answer(&request)).boxed_local()
    }

    fn subscribe(&self, last: Option<u64>, on_message: OnMessage) -> Subscription {
        let tell: Rc<dyn Fn(FeedMessage)> = on_message.into();
        let (reader, behind) = {
            let mut cloud = self.0.borrow_mut();
            let reader = cloud.next_reader;
            cloud.next_reader += 1;
            cloud.readers.insert(reader, tell.clone());
            (reader, last.is_some_and(|it| it < cloud.world.fleet().sequence()))
        };
        // Told after this call: the caller first keeps what it gets from here.
        wasm_bindgen_futures::spawn_local(async move {
            tell(FeedMessage::Opened);
            if behind {
                tell(FeedMessage::Event(None, FeedEvent::Reset));
            }
        });
        Subscription::new(Leave {
            cloud: Rc::clone(&self.0),
            reader,
        })
    }

    fn sleep(&self, ms: u32) -> LocalBoxFuture<'static, ()> {
        sleep(ms).boxed_local()
    }

    fn now_ms(&self) -> Option<i64> {
        self.0.try_borrow().ok().map(|it| it.world.now().millis())
    }
}
