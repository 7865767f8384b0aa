//! What an empty data folder is filled with.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use control_plane::Seed;
use control_plane::secret::random_bits;
use domain::endpoints::PodDomain;
use domain::names::Name;
use domain::prices::PriceBook;
use domain::{AccountId, Money, Timestamp};
use engine::state::{Policy, Settings};
use engine::{Actor, Command, Outcome};
use scenarios::World;
use scenarios::demo::MAIN_ACCOUNT;
use scenarios::trace::{MACHINES_FILE, PODS_FILE, Trace};
use serde::Deserialize;

/// Dollars on the account of a trace: more than the longest trace costs.
const TRACE_DOLLARS: i64 = 1_000_000_000;

/// Longest part of a trace's path in the name of its data folder; file systems take 255 bytes.
const FOLDER_BYTES_MAX: usize = 200;

/// A fleet to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum FleetChoice {
    /// The seeded demo.
    Demo,
    /// An account, and nothing else.
    Empty,
    /// The machines of a cluster trace; its pods come and go as in the trace.
    Trace(PathBuf),
}

impl FromStr for FleetChoice {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.to_owned().into())
    }
}

impl From<String> for FleetChoice {
    fn from(text: String) -> Self {
        match text.as_str() {
            "demo" => Self::Demo,
            "empty" => Self::Empty,
            _ => Self::Trace(text.into()),
        }
    }
}

impl FleetChoice {
    /// How a store remembers what it was filled with: a trace by its whole path.
    pub fn record(&self) -> Result<String> {
        Ok(match self {
            Self::Demo => "demo".to_owned(),
            Self::Empty => "empty".to_owned(),
            Self::Trace(path) => {
                let path = path
                    .canonicalize()
                    .with_context(|| format!("{} is neither demo, empty nor a folder", path.display()))?;
                let text = path.to_str().context("the path of a trace must be UTF-8")?;
                text.to_owned()
            }
        })
    }

    /// The name of its default folder, one for each trace.
    pub fn folder(&self) -> String {
        let Self::Trace(path) = self else {
            return self.record().unwrap_or_default();
        };
        let whole = path.canonicalize().unwrap_or_else(|_| path.clone());
        let parts: Vec<_> = whole
            .components()
            .filter_map(|it| match it {
                std::path::Component::Normal(part) => Some(part.to_string_lossy()),
                _ => None,
            })
            .collect();
        let name = parts.join("-");
        let start = name.ceil_char_boundary(name.len().saturating_sub(FOLDER_BYTES_MAX));
        format!("trace-{}", &name[start..])
    }

    /// Everything that has happened in it so far, as of `now`, with pods answering at `port`.
    pub fn seed(&self, now: Timestamp, port: u16) -> Result<Seed> {
        let pod_domain = PodDomain::local(port);
        match self {
            Self::Demo => {
                let world = scenarios::demo(now, pod_domain)?;
                let main = world
                    .fleet()
                    .accounts()
                    .find(|it| it.name.as_str() == MAIN_ACCOUNT)
                    .map(|it| it.id);
                Ok(seed_of(world, main.context("the demo has no main account")?))
            }
            Self::Empty => {
                let mut world = World::new(settings(pod_domain), now, random_bits()?);
                let main = new_account(&mut world, "My cloud")?;
                Ok(seed_of(world, main))
            }
            Self::Trace(path) => {
                let trace = read(path)?;
                let settings = settings(pod_domain);
                let mut world = World::new(settings.clone(), now, random_bits()?);
                for command in trace.setup(&settings) {
                    world.run(&Actor::Operator, command)?;
                }
                let main = new_account(&mut world, "Cluster trace")?;
                let (amount, note) = (
                    Money::from_dollars(TRACE_DOLLARS),
                    "For the whole trace".to_owned(),
                );
                world.run(
                    &Actor::Operator,
                    Command::Credit {
                        account_id: main,
                        amount,
                        note,
                    },
                )?;
                Ok(seed_of(world, main))
            }
        }
    }
}

/// Reads and checks a trace.
pub fn read(path: &Path) -> Result<Trace> {
    if !path.is_dir() {
        bail!(
            "{} is neither demo, empty nor the folder of a trace, with {MACHINES_FILE} and {PODS_FILE} in it",
            path.display()
        );
    }
    Trace::read(path).with_context(|| format!("the trace in {} is not understood", path.display()))
}

/// The account of the person who runs this cloud.
fn new_account(world: &mut World, name: &str) -> Result<AccountId> {
    let command = Command::CreateAccount {
        name: Name::try_from(name)?,
        operator: true,
    };
    match world.run(&Actor::Operator, command)? {
        Outcome::Account(id) => Ok(id),
        other => bail!("making an account gave {other:?}"),
    }
}

fn seed_of(mut world: World, main_account: AccountId) -> Seed {
    let settings = world.fleet().settings().clone();
    Seed {
        settings,
        events: world.take_events(),
        main_account,
    }
}

fn settings(pod_domain: PodDomain) -> Settings {
    Settings {
        pod_domain,
        prices: PriceBook::default(),
        policy: Policy::default(),
        data_centers: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trace_has_a_folder_of_its_own() {
        let folder = |path: &str| FleetChoice::Trace(path.into()).folder();
        assert_eq!(FleetChoice::Demo.folder(), "demo");
        assert_eq!(FleetChoice::Empty.folder(), "empty");
        assert_eq!(folder("/no/such/openb"), "trace-no-such-openb");
        let long = folder(&format!("/{}/ü{}", "a".repeat(300), "b".repeat(199)));
        assert!(long.len() <= FOLDER_BYTES_MAX + "trace-".len() && long.ends_with("bbb"));
    }
}
