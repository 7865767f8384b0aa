//! What an empty data folder is filled with.

use std::convert::Infallible;
use std::path::PathBuf;
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
use scenarios::trace::Trace;

/// Dollars on the account of a trace: more than the longest trace costs.
const TRACE_DOLLARS: i64 = 1_000_000_000;

/// A fleet to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        Ok(match text {
            "demo" => Self::Demo,
            "empty" => Self::Empty,
            path => Self::Trace(path.into()),
        })
    }
}

impl FleetChoice {
    /// The name of its default folder.
    pub const fn folder(&self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Empty => "empty",
            Self::Trace(_) => "trace",
        }
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
pub fn read(path: &std::path::Path) -> Result<Trace> {
    Trace::read(path).with_context(|| {
        format!(
            "{} is neither demo, empty nor the folder of a trace",
            path.display()
        )
    })
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
