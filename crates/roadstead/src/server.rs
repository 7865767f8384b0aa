//! Running a control plane with its simulated machines.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, ensure};
use control_plane::clock::Clock;
use control_plane::config::DATABASE_FILE;
use control_plane::store::{SqliteStore, Store};
use control_plane::{Hosts, Pace, Running};
use domain::{AccountId, Timestamp};
use engine::Fleet;
use scenarios::SimFleet;
use tracing_subscriber::EnvFilter;

use crate::fleet::{self, FleetChoice};
use crate::hosts::{SimLink, TraceScript};
use crate::settings::{PORT, Settings};

/// How fast a trace is replayed when nobody says: an hour in a second.
const TRACE_SPEED: f64 = 3_600.0;
/// Names what a store was filled with.
const FLEET: &str = "fleet";
/// Names the trace that a store is about, and when it began.
const TRACE_PATH: &str = "trace_path";
const TRACE_START: &str = "trace_start";

/// A trace that goes on.
struct Going {
    path: PathBuf,
    start: Timestamp,
}

/// Runs until it is interrupted. An empty data folder is filled with the fleet that was named, else with `default`.
pub fn run(settings: Settings, default: FleetChoice) -> Result<()> {
    let filter =
        EnvFilter::try_new(&settings.log).with_context(|| format!("{:?} is no log filter", settings.log))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    runtime()?.block_on(serve(settings, default))
}

/// Fills a data folder with a trace.
pub fn import(path: PathBuf, data: &Path) -> Result<()> {
    runtime()?.block_on(async {
        let store = SqliteStore::open(&data.join(DATABASE_FILE)).await?;
        ensure!(
            store.load().await?.is_none(),
            "{} holds a fleet already",
            data.display()
        );
        fill(&store, &FleetChoice::Trace(path), PORT).await?;
        store.close().await;
        say(&format!(
            "{0} is ready; start it with: roadstead up --data {0}",
            data.display()
        ));
        Ok(())
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Runtime::new().context("cannot start")
}

async fn serve(mut settings: Settings, default: FleetChoice) -> Result<()> {
    let data = settings.config.data.clone();
    let store = SqliteStore::open(&settings.config.database()).await?;
    if store.load().await?.is_none() {
        let port = settings.config.listen.port();
        fill(&store, settings.fleet.as_ref().unwrap_or(&default), port).await?;
    } else if let Some(asked) = &settings.fleet {
        held(&store, asked, &data).await?;
    }
    let going = going(&store).await?;
    if going.is_some() && settings.speed.is_none() {
        settings.config.pace = Pace::Virtual(TRACE_SPEED);
    }
    let trace = going.as_ref().and_then(|it| match fleet::read(&it.path) {
        Ok(trace) => Some(trace),
        Err(error) => {
            tracing::warn!("the replay does not go on: {error:#}");
            None
        }
    });
    let hosts = |fleet: &Fleet, now: Timestamp| {
        let script = trace
            .zip(going)
            .zip(main_account(fleet))
            .map(|((trace, going), account_id)| {
                Box::new(TraceScript::new(&trace, account_id, going.start, fleet, now)) as _
            });
        Hosts {
            link: Box::new(SimLink(SimFleet::resume(fleet, now))),
            script,
        }
    };
    let running = control_plane::open(settings.config, Arc::new(store), hosts).await?;
    say(&format!("Data: {}", data.display()));
    greet(&running, settings.admin_key, settings.browser).await?;
    let asked = tokio::select! {
        asked = interrupted() => asked,
        () = running.ended() => Err(anyhow!("a part of the control plane has ended; its log says why")),
    };
    eprintln!("Stopping.");
    running.stop().await;
    asked
}

async fn fill(store: &dyn Store, choice: &FleetChoice, port: u16) -> Result<()> {
    let now = Clock::wall();
    let seed = choice.seed(now, if port == 0 { PORT } else { port })?;
    let record = choice.record()?;
    let path = match choice {
        FleetChoice::Trace(_) => record.as_str(),
        FleetChoice::Demo | FleetChoice::Empty => "",
    };
    // Before the log: a store without events is filled again.
    store.put_meta(FLEET, &record).await?;
    store.put_meta(TRACE_PATH, path).await?;
    store.put_meta(TRACE_START, &now.millis().to_string()).await?;
    Ok(control_plane::seed(store, seed).await?)
}

/// Refuses to go on with another fleet than the one that was asked for.
async fn held(store: &dyn Store, asked: &FleetChoice, data: &Path) -> Result<()> {
    // Folders filled by older versions do not say.
    let Some(held) = store.meta(FLEET).await? else {
        return Ok(());
    };
    ensure!(
        held == asked.record()?,
        "{} holds the fleet {held} already: leave out --fleet to go on with it, or name another folder with --data",
        data.display()
    );
    Ok(())
}

async fn going(store: &dyn Store) -> Result<Option<Going>> {
    let path = store
        .meta(TRACE_PATH)
        .await?
        .filter(|it| !it.is_empty())
        .map(PathBuf::from);
    let start = store
        .meta(TRACE_START)
        .await?
        .and_then(|it| it.parse().ok())
        .map(Timestamp::from_millis);
    Ok(path.zip(start).map(|(path, start)| Going { path, start }))
}

/// A trace has one account.
fn main_account(fleet: &Fleet) -> Option<AccountId> {
    fleet.accounts().next().map(|it| it.id)
}

async fn greet(running: &Running, admin_key: Option<String>, browser: bool) -> Result<()> {
    let made = running.first_key(admin_key).await?;
    let link = running.sign_in_link().await?;
    say(&format!("Roadstead runs at {}", running.url()));
    if let Some(key) = made {
        say(&format!("Operator key: {key}"));
    }
    say(&format!("Sign in: {link}"));
    if browser {
        open_browser(&link);
    }
    Ok(())
}

/// Prints a line. Nobody reading is no fault: whoever closed the pipe has what they wanted.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A computer without a browser is no fault: the link was printed.
fn open_browser(link: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(target_os = "windows") {
        "explorer"
    } else {
        "xdg-open"
    };
    let mut command = tokio::process::Command::new(program);
    command
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Ok(mut child) = command.spawn() {
        tokio::spawn(async move {
            let _ = child.wait().await;
        });
    }
}

#[cfg(unix)]
async fn interrupted() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminated.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn interrupted() -> Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}
