//! Starting, and ending in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::serve::Scopes;
use domain::endpoints::PodDomain;
use domain::ids::IdMint;
use domain::{AccountId, ApiKeyId, Timestamp, limits};
use engine::state::Settings;
use engine::{Actor, Command, Fleet};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Outbox, Unavailable, Writer};
use crate::clock::Clock;
use crate::config::{Config, Pace};
use crate::connections::{self, Bounds};
use crate::events::Feed;
use crate::http::{Auth, Edge, RateLimits, SignIns, origin, router};
use crate::runner::{AgentLink, Runner, Script};
use crate::secret::{self, NoRandomness};
use crate::seed::MAIN_ACCOUNT;
use crate::store::{ApiKey, Store, StoreError, Wish};

/// Longest wait for requests under way when the server ends.
const GRACE: Duration = Duration::from_secs(5);
/// How often answers and sessions that are too old are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3_600);
/// Says that the fleet's time is its own.
const CLOCK: &str = "clock";
const VIRTUAL: &str = "virtual";

/// The machines of a fleet, and what happens by itself.
pub struct Hosts {
    /// The way to the agents.
    pub link: Box<dyn AgentLink>,
    /// Commands that come by themselves.
    pub script: Option<Box<dyn Script>>,
}

/// Why a control plane does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is nothing to run.
    #[error("the database is empty: it has to be seeded first")]
    Empty,
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The first commands could not be stored.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Nothing secret can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// An API key that somebody chose cannot be one.
    #[error("an API key has {min} to {max} visible ASCII characters", min = secret::SECRET_CHARS_MIN, max = secret::SECRET_CHARS_MAX)]
    KeyUnusable,
    /// An origin that somebody listed is none.
    #[error("{0:?} is no origin: list them as https://tools.example, without a path")]
    NotAnOrigin(String),
}

/// Starts a control plane on a store that was seeded.
///
/// `hosts` makes the machines from the fleet as it is now.
///
/// # Errors
/// [`OpenError`]; nothing goes on running.
pub async fn open(
    config: Config,
    store: Arc<dyn Store>,
    hosts: impl FnOnce(&Fleet, Timestamp) -> Hosts,
) -> Result<Running, OpenError> {
    let origins = config
        .origins
        .iter()
        .map(|it| origin(it).ok_or_else(|| OpenError::NotAnOrigin(it.clone())))
        .collect::<Result<_, _>>()?;
    let fleet = store.load().await?.ok_or(OpenError::Empty)?;
    let listening = |source| OpenError::Listen {
        address: config.listen,
        source,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(listening)?;
    let address = listener.local_addr().map_err(listening)?;
    // First what can be refused, then what is written.
    let tail = store
        .tail(limits::FEED_REPLAY_MAX, limits::FEED_REPLAY_BYTES_MAX)
        .await?;
    let events_since_snapshot = fleet.sequence().saturating_sub(store.snapshot_sequence().await?);
    let epoch = store.next_epoch().await?;
    let clock = clock(&config, store.as_ref(), tail.last().map(|it| it.at)).await?;
    let now = clock.now();
    let hosts = hosts(&fleet, now);
    // Every machine is told anew: documents of this start have a higher epoch than what it has.
    let all = fleet.machines().map(|it| Wish {
        machine_id: it.id,
        sequence: 0,
        attempt: 0,
        next_run_at: now,
    });
    let outbox = Outbox::new(all.collect());
    outbox.wish(
        store
            .wishes()
            .await?
            .into_iter()
            .map(|it| Wish {
                next_run_at: now,
                ..it
            })
            .collect(),
    );
    let feed = Feed::new(tail, fleet.sequence());
    let settings = fleet.settings().clone();
    let (queue, works) = mpsc::channel(limits::COMMAND_QUEUE_MAX);
    let (ending, writer_ending) = (CancellationToken::new(), CancellationToken::new());
    let auth = Auth::open(store.clone()).await?;
    let app = Arc::new(App::new(
        fleet,
        clock,
        store,
        feed,
        outbox,
        epoch,
        queue,
        ending.clone(),
    ));
    let writer = Writer::new(
        app.clone(),
        works,
        config.snapshot_events,
        events_since_snapshot,
        writer_ending.clone(),
    );
    let writer = tokio::spawn(vital(ending.clone(), writer.run()));
    if config.local_pods {
        follow_port(&app, settings, address.port()).await?;
    }
    let is_local = config.is_local();
    let bounds = Bounds::of(&config);
    let edge = Arc::new(Edge {
        app: app.clone(),
        auth,
        limits: RateLimits::new(config.quotas, !is_local),
        sign_ins: SignIns::default(),
        origins,
        is_local,
        is_proxied: config.public_url.is_some(),
        secure_cookies: config.secure_cookies,
    });
    let served = connections::serve(listener, router(edge.clone()), bounds, ending.clone());
    let http = tokio::spawn(vital(ending.clone(), served));
    let runner = Runner {
        app: app.clone(),
        link: hosts.link,
        script: hosts.script,
        stepped: now,
    };
    let tasks = vec![
        tokio::spawn(vital(ending, runner.run())),
        tokio::spawn(forget(app.clone())),
    ];
    Ok(Running {
        address,
        public_url: config.public_url,
        edge,
        app,
        http,
        tasks,
        writer,
        writer_ending,
    })
}

/// A part without which nothing must go on: if it ends, even by a fault, everything does.
async fn vital(ending: CancellationToken, part: impl Future<Output = ()>) {
    let _guard = ending.drop_guard();
    part.await;
}

async fn clock(config: &Config, store: &dyn Store, last: Option<Timestamp>) -> Result<Clock, StoreError> {
    let floor = last.unwrap_or_default();
    let is_virtual = store.meta(CLOCK).await?.is_some_and(|it| it == VIRTUAL);
    Ok(match (config.pace, is_virtual) {
        (Pace::Wall, false) => Clock::wall_clock(floor),
        // Once the fleet's time has left the machine's, it cannot come back: it would have to jump.
        (Pace::Wall, true) => Clock::virtual_clock(floor, 1.0),
        (Pace::Virtual(speed), true) => Clock::virtual_clock(floor, speed),
        (Pace::Virtual(speed), false) => {
            store.put_meta(CLOCK, VIRTUAL).await?;
            Clock::virtual_clock(floor, speed)
        }
    })
}

/// Pods of local use are reached through the port that this start listens on.
async fn follow_port(app: &App, settings: Settings, port: u16) -> Result<(), Unavailable> {
    let pod_domain = PodDomain::local(port);
    if settings.pod_domain != pod_domain {
        let settings = Box::new(Settings {
            pod_domain,
            ..settings
        });
        app.run(vec![(Actor::Operator, Command::PutSettings(settings))])
            .await?;
    }
    Ok(())
}

async fn forget(app: Arc<App>) {
    loop {
        let now = Clock::wall();
        let before = now.plus_hours(-limits::IDEMPOTENCY_HOURS);
        if let Err(error) = app.store.forget(before, now).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "old answers could not be forgotten"
            );
        }
        tokio::select! {
            () = tokio::time::sleep(FORGET_EVERY) => {}
            () = app.ending.cancelled() => return,
        }
    }
}

/// A control plane that runs.
pub struct Running {
    address: SocketAddr,
    public_url: Option<String>,
    edge: Arc<Edge>,
    app: Arc<App>,
    http: JoinHandle<()>,
    tasks: Vec<JoinHandle<()>>,
    writer: JoinHandle<()>,
    writer_ending: CancellationToken,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What its parts share.
    #[must_use]
    pub const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Every path of the server, to be asked without a socket.
    pub fn router(&self) -> axum::Router {
        router(self.edge.clone())
    }

    /// Where people open it, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        let local = || {
            let ip = self.address.ip();
            let ip = if ip.is_unspecified() {
                std::net::Ipv4Addr::LOCALHOST.into()
            } else {
                ip
            };
            format!("http://{}", SocketAddr::new(ip, self.address.port()))
        };
        self.public_url
            .as_ref()
            .map_or_else(local, |it| it.trim_end_matches('/').to_owned())
    }

    /// A link that signs in once, within minutes, as the account the fleet is about.
    ///
    /// # Errors
    /// Without accounts there is nobody to sign in.
    pub async fn sign_in_link(&self) -> Result<String, OpenError> {
        let (account_id, operator) = self.main_account().await?;
        let token = self.edge.auth.new_link(account_id, operator)?;
        Ok(format!("{}/sign-in#token={token}", self.url()))
    }

    /// Makes the operator's key if there is no key at all: `given`, or a new one, which is returned.
    ///
    /// # Errors
    /// [`OpenError::KeyUnusable`] and the store's.
    pub async fn first_key(&self, given: Option<String>) -> Result<Option<String>, OpenError> {
        let keys = self.app.store.api_keys().await?;
        if !keys.is_empty() {
            let is_known = given.is_none_or(|it| keys.iter().any(|key| key.digest == secret::digest(&it)));
            if !is_known {
                tracing::warn!(
                    "the operator's key was set at the first start; the one given now is not used"
                );
            }
            return Ok(None);
        }
        let made = given.is_none();
        let secret = given.map_or_else(secret::new_secret, Ok)?;
        let prefix = secret::visible(&secret).ok_or(OpenError::KeyUnusable)?.to_owned();
        let now = Clock::wall();
        let key = ApiKey {
            id: ApiKeyId::mint(&mut IdMint::new(now, secret::random_bits()?)),
            prefix,
            digest: secret::digest(&secret),
            name: "Operator".to_owned(),
            account_id: self.main_account().await?.0,
            scopes: Scopes::ALL.words().join(" "),
            operator: true,
            created_at: now,
            expires_at: None,
        };
        self.edge.auth.add_key(key).await?;
        Ok(made.then_some(secret))
    }

    /// The account the fleet is about, and whether it is the operator's.
    async fn main_account(&self) -> Result<(AccountId, bool), OpenError> {
        let named = self
            .app
            .store
            .meta(MAIN_ACCOUNT)
            .await?
            .and_then(|it| it.parse().ok());
        let fleet = self.app.read().await?;
        let account = named
            .and_then(|it| fleet.account(it))
            .or_else(|| fleet.accounts().next());
        account.map(|it| (it.id, it.operator)).ok_or(OpenError::Empty)
    }

    /// Ends when a part that everything rests on has ended; what it was is in the log.
    pub async fn ended(&self) {
        self.app.ending.cancelled().await;
    }

    /// Ends in order: no new requests, those under way are answered, what was accepted is stored.
    pub async fn stop(self) {
        self.app.ending.cancel();
        let Self {
            app,
            http,
            tasks,
            writer,
            writer_ending,
            ..
        } = self;
        let abort = http.abort_handle();
        if tokio::time::timeout(GRACE, http).await.is_err() {
            abort.abort();
        }
        for task in tasks {
            // One that panicked has said so.
            let _ = task.await;
        }
        writer_ending.cancel();
        let _ = writer.await;
        app.store.close().await;
    }
}
