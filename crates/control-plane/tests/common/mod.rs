//! A small world with a store, a server on a free port, and requests to it.
#![expect(dead_code, reason = "each test binary uses its own part")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use agent_api::{Document, Report};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use domain::endpoints::PodDomain;
use domain::ids::IdMint;
use domain::machine::{Cloud, MachineDemand};
use domain::names::{DataCenterId, GpuTypeId, Image, Name};
use domain::pod::Compute;
use domain::prices::PriceBook;
use domain::{AccountId, ApiKeyId, Money, PodId, Timestamp};
use engine::command::{NewMachine, NewPod};
use engine::state::{DataCenter, FleetRecord, Policy, Settings};
use engine::{Actor, Command, Event, Fleet, Outcome};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use roadstead_control_plane::clock::Clock;
use roadstead_control_plane::secret;
use roadstead_control_plane::store::{
    Answer, ApiKey, Batch, Session, SqliteStore, Store, StoreError, Stored, Wish,
};
use roadstead_control_plane::{AgentLink, Config, Hosts, Running, Seed};
use scenarios::{SimFleet, World};
use serde_json::Value;
use tower::ServiceExt;

/// The operator's key in every test.
pub const ADMIN_KEY: &str = "rs_test_operator_key_0123456789";

const GPU: &str = "NVIDIA GeForce RTX 4090";

pub fn settings() -> Settings {
    Settings {
        pod_domain: PodDomain::local(8080),
        prices: PriceBook::default(),
        policy: Policy::default(),
        data_centers: vec![DataCenter {
            id: DataCenterId::try_from("EU-NL-1").unwrap(),
            name: "Netherlands".to_owned(),
            country: "NL".to_owned(),
            region: "EUROPE".to_owned(),
            network_volumes: true,
        }],
    }
}

/// A world with one account, one machine of eight GPUs and `pods` pods, two minutes old.
pub fn world(pods: usize) -> (World, AccountId) {
    let now = roadstead_control_plane::clock::Clock::wall() - 120_000;
    let mut world = World::new(settings(), now, 7);
    let account = Command::CreateAccount {
        name: Name::try_from("Lab").unwrap(),
        operator: false,
    };
    let Ok(Outcome::Account(account_id)) = world.run(&Actor::Operator, account) else {
        panic!("no account")
    };
    let credit = Command::Credit {
        account_id,
        amount: Money::from_dollars(1_000),
        note: "test".to_owned(),
    };
    world.run(&Actor::Operator, credit).unwrap();
    add_machine(&mut world, "nl-1");
    for index in 0..pods {
        world
            .run_as(account_id, new_pod(&format!("pod-{index}")))
            .unwrap();
    }
    world.advance_seconds(120);
    (world, account_id)
}

/// Adds a machine of eight GPUs.
pub fn add_machine(world: &mut World, name: &str) {
    let machine = NewMachine {
        name: Name::try_from(name).unwrap(),
        data_center_id: DataCenterId::try_from("EU-NL-1").unwrap(),
        cloud: Cloud::Secure,
        gpu_type: GpuTypeId::try_from(GPU).unwrap(),
        gpu_count: 8,
        vcpu_count: 64,
        memory_gib: 256,
        disk_gb: 4_000,
        public_ip: Some("192.0.2.7".to_owned()),
        down_mbps: 10_000,
        up_mbps: 10_000,
        cuda_version: "12.4".to_owned(),
    };
    world
        .run(&Actor::Operator, Command::AddMachine(Box::new(machine)))
        .unwrap();
}

pub fn new_pod(name: &str) -> Command {
    Command::CreatePod(Box::new(NewPod {
        name: Name::try_from(name).unwrap(),
        template_id: None,
        image: Some(Image::try_from("ubuntu:24.04").unwrap()),
        args: Some("sleep infinity".to_owned()),
        env: std::collections::BTreeMap::new(),
        ports: Some(vec!["8888/http".parse().unwrap()]),
        compute: Compute::Gpu {
            gpu_type: GpuTypeId::try_from(GPU).unwrap(),
            count: 1,
        },
        container_disk_gb: Some(10),
        volume: None,
        mounts: Vec::new(),
        start_ssh: None,
        demand: MachineDemand::default(),
        cloud: Cloud::Secure,
        data_center_ids: Vec::new(),
        machine_id: None,
    }))
}

/// The settings and everything that happened.
pub fn seed_of(mut world: World, main_account: AccountId) -> Seed {
    Seed {
        settings: settings(),
        events: world.take_events(),
        main_account,
    }
}

/// A log's events, as `seed` writes them.
pub async fn seeded_events(pods: usize) -> Vec<Event> {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("seed.db")).await.unwrap();
    let (world, account_id) = world(pods);
    roadstead_control_plane::seed(&store, seed_of(world, account_id))
        .await
        .unwrap();
    store.tail(usize::MAX, usize::MAX).await.unwrap()
}

/// Simulated machines behind the link of a server.
struct SimLink(SimFleet);

impl AgentLink for SimLink {
    fn deliver(&mut self, name: &str, document: Document, now: Timestamp) {
        let _known = self.0.deliver(name, document, now);
    }

    fn step(&mut self, now: Timestamp) -> Vec<Report> {
        self.0.step(now)
    }

    fn next_deadline(&self) -> Option<Timestamp> {
        self.0.next_deadline()
    }
}

pub fn config(data: &Path) -> Config {
    Config {
        data: data.to_owned(),
        ..Config::default()
    }
}

/// A server on `store`, which is seeded with `pods` pods if it is empty.
pub async fn start_on(config: Config, store: Arc<dyn Store>, pods: usize) -> Running {
    if store.load().await.unwrap().is_none() {
        let (world, account_id) = world(pods);
        roadstead_control_plane::seed(store.as_ref(), seed_of(world, account_id))
            .await
            .unwrap();
    }
    let hosts = |fleet: &Fleet, now| Hosts {
        link: Box::new(SimLink(SimFleet::resume(fleet, now))),
        script: None,
    };
    let running = roadstead_control_plane::open(config, store, hosts).await.unwrap();
    running.first_key(Some(ADMIN_KEY.to_owned())).await.unwrap();
    running
}

pub async fn start(data: &Path) -> Running {
    let config = config(data);
    let store = SqliteStore::open(&config.database()).await.unwrap();
    start_on(config, Arc::new(store), 2).await
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answered {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

/// Headers of a request.
pub type Headers<'a> = &'a [(&'a str, &'a str)];

pub fn request(method: &str, path: &str, headers: Headers<'_>, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

pub async fn send(running: &Running, request: Request<Body>) -> Response<Body> {
    running.router().oneshot(request).await.unwrap()
}

pub async fn ask(running: &Running, request: Request<Body>) -> Answered {
    let (parts, body) = send(running, request).await.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
    let answered = Answered {
        status: parts.status,
        headers: parts.headers,
        bytes,
    };
    if answered.status.as_u16() >= 400 && !answered.header("content-type").starts_with("text/html") {
        check_problem(&answered);
    }
    answered
}

/// Whatever is refused, wherever: nothing of a problem is missing.
fn check_problem(answered: &Answered) {
    let problem = answered.json();
    assert_eq!(
        answered.header("content-type"),
        "application/problem+json",
        "{problem}"
    );
    for member in ["type", "title", "detail", "code", "next", "requestId"] {
        assert!(
            problem[member].as_str().is_some_and(|it| !it.is_empty()),
            "{member}: {problem}"
        );
    }
    assert_eq!(
        problem["type"],
        format!("urn:roadstead:problem:{}", answered.code())
    );
    assert_eq!(problem["status"], answered.status.as_u16());
    assert_eq!(problem["requestId"], answered.header("x-request-id"));
}

/// A request with the operator's key.
pub async fn ask_with_key(
    running: &Running,
    method: &str,
    path: &str,
    headers: Headers<'_>,
    body: &str,
) -> Answered {
    let bearer = format!("Bearer {ADMIN_KEY}");
    let all = [&[("authorization", bearer.as_str())], headers].concat();
    ask(running, request(method, path, &all, body.to_owned())).await
}

/// The cookie of a new session.
pub async fn sign_in(running: &Running) -> String {
    let link = running.sign_in_link().await.unwrap();
    let token = link.split_once("#token=").unwrap().1;
    let body = serde_json::json!({ "token": token }).to_string();
    let answered = ask(
        running,
        request("POST", "/api/v1/session", &[("x-roadstead-csrf", "1")], body),
    )
    .await;
    assert_eq!(answered.status, StatusCode::NO_CONTENT, "{answered:?}");
    let cookie = answered.header("set-cookie").to_owned();
    assert!(
        cookie.contains("; Path=/; HttpOnly; SameSite=Strict; Max-Age="),
        "{cookie}"
    );
    cookie.split_once(';').unwrap().0.to_owned()
}

/// A key that is kept beside the operator's; the value of its header.
pub async fn keep_key(
    store: &dyn Store,
    account_id: AccountId,
    scopes: &str,
    lasts_ms: Option<i64>,
) -> String {
    let now = Clock::wall();
    let secret = secret::new_secret().unwrap();
    let key = ApiKey {
        id: ApiKeyId::mint(&mut IdMint::new(now, secret::random_bits().unwrap())),
        prefix: secret::visible(&secret).unwrap().to_owned(),
        digest: secret::digest(&secret),
        name: "ci".to_owned(),
        account_id,
        scopes: scopes.to_owned(),
        operator: false,
        created_at: now,
        expires_at: lasts_ms.map(|it| now + it),
    };
    store.put_api_key(&key).await.unwrap();
    format!("Bearer {secret}")
}

/// A seeded store, for what has to be there before the server starts.
pub async fn seeded(config: &Config) -> (Arc<SqliteStore>, AccountId) {
    let store = SqliteStore::open(&config.database()).await.unwrap();
    let (world, account_id) = world(1);
    roadstead_control_plane::seed(&store, seed_of(world, account_id))
        .await
        .unwrap();
    (Arc::new(store), account_id)
}

pub async fn first_pod(running: &Running) -> PodId {
    let fleet = running.app().read().await.unwrap();
    fleet.pods().next().unwrap().id
}

/// A message of an event stream: id, name and data.
pub type Message = (u64, String, Value);

/// Messages of an event stream up to the first that `is_last`; whatever else came is left out.
pub async fn messages(response: Response<Body>, is_last: impl Fn(&Message) -> bool) -> Vec<Message> {
    assert_eq!(response.status(), StatusCode::OK);
    let mut stream = response.into_body().into_data_stream();
    let (mut text, mut found) = (String::new(), Vec::new());
    loop {
        let next = tokio::time::timeout(std::time::Duration::from_secs(10), stream.next()).await;
        let Ok(Some(part)) = next else {
            panic!("only {found:?} and {text:?}")
        };
        text.push_str(std::str::from_utf8(&part.unwrap()).unwrap());
        while let Some((message, rest)) = text.split_once("\n\n") {
            let field = |name: &str| {
                message
                    .lines()
                    .find_map(|it| it.strip_prefix(name))
                    .map(str::trim)
            };
            if let Some(id) = field("id:") {
                let data = serde_json::from_str(field("data:").unwrap()).unwrap();
                found.push((id.parse().unwrap(), field("event:").unwrap().to_owned(), data));
                if found.last().is_some_and(&is_last) {
                    return found;
                }
            }
            text = rest.to_owned();
        }
    }
}

/// Whether a message shows a pod of this name.
pub fn shows(name: &str) -> impl Fn(&Message) -> bool {
    move |it| it.1 == "pod.changed" && it.2["summary"]["name"] == name
}

/// A store whose writes fail while it is told so.
pub struct Failing<S> {
    pub inner: S,
    /// Commits and new sessions fail.
    pub fails: Arc<AtomicBool>,
    /// The log cannot be read.
    pub unreadable: Arc<AtomicBool>,
    /// All writes but commits fail.
    pub only_commits: bool,
}

fn full<'a>() -> Stored<'a, ()> {
    failing("the disk is full")
}

fn failing<'a, T: Send + 'a>(why: &'static str) -> Stored<'a, T> {
    async move {
        Err(StoreError::Database {
            path: "roadstead.db".into(),
            source: std::io::Error::other(why).into(),
        })
    }
    .boxed()
}

impl<S: Store> Store for Failing<S> {
    fn commit<'a>(&'a self, batch: &'a Batch) -> Stored<'a, ()> {
        if self.fails.load(Ordering::SeqCst) {
            return full();
        }
        self.inner.commit(batch)
    }

    fn load(&self) -> Stored<'_, Option<Fleet>> {
        if self.unreadable.load(Ordering::SeqCst) {
            return failing("the disk is gone");
        }
        self.inner.load()
    }

    fn tail(&self, events_max: usize, bytes_max: usize) -> Stored<'_, Vec<Event>> {
        self.inner.tail(events_max, bytes_max)
    }

    fn put_snapshot<'a>(&'a self, record: &'a FleetRecord) -> Stored<'a, ()> {
        if self.only_commits {
            return full();
        }
        self.inner.put_snapshot(record)
    }

    fn snapshot_sequence(&self) -> Stored<'_, u64> {
        self.inner.snapshot_sequence()
    }

    fn wishes(&self) -> Stored<'_, Vec<Wish>> {
        self.inner.wishes()
    }

    fn answer<'a>(&'a self, principal: &'a str, key: &'a str) -> Stored<'a, Option<Answer>> {
        self.inner.answer(principal, key)
    }

    fn forget(&self, before: Timestamp, now: Timestamp) -> Stored<'_, ()> {
        self.inner.forget(before, now)
    }

    fn next_epoch(&self) -> Stored<'_, u64> {
        self.inner.next_epoch()
    }

    fn meta<'a>(&'a self, name: &'a str) -> Stored<'a, Option<String>> {
        self.inner.meta(name)
    }

    fn put_meta<'a>(&'a self, name: &'a str, value: &'a str) -> Stored<'a, ()> {
        if self.only_commits {
            return full();
        }
        self.inner.put_meta(name, value)
    }

    fn api_keys(&self) -> Stored<'_, Vec<ApiKey>> {
        self.inner.api_keys()
    }

    fn put_api_key<'a>(&'a self, key: &'a ApiKey) -> Stored<'a, ()> {
        self.inner.put_api_key(key)
    }

    fn sessions(&self, now: Timestamp) -> Stored<'_, Vec<Session>> {
        self.inner.sessions(now)
    }

    fn put_session<'a>(&'a self, session: &'a Session) -> Stored<'a, ()> {
        if self.fails.load(Ordering::SeqCst) {
            return full();
        }
        self.inner.put_session(session)
    }

    fn delete_session<'a>(&'a self, digest: &'a str) -> Stored<'a, ()> {
        self.inner.delete_session(digest)
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.inner.close()
    }
}
