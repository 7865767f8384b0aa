//! The seeded demo: two days of a small fleet, lived through, so that ledgers, runway and reliability
//! are real. It ends with pods in every state worth showing.

mod places;
mod stage;
mod story;

use domain::Timestamp;
use domain::endpoints::PodDomain;
use domain::names::NameError;
use engine::Refusal;

use crate::world::World;
use stage::Stage;

/// The name of the account the demo is about.
pub const MAIN_ACCOUNT: &str = "Northwind Lab";
/// Hours of history before the demo's present.
pub const HISTORY_HOURS: i64 = 50;
/// The seed of every demo.
const SEED: u64 = 0x0407_1776;

/// Why a demo could not be told; its story does not fit the rules any more.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A command was refused.
    #[error("the demo's step {step:?} was refused")]
    Refused {
        /// What was tried.
        step: String,
        /// Why not.
        #[source]
        source: Refusal,
    },
    /// A name is outside its limits.
    #[error("the demo has a name that is not accepted")]
    Name(#[from] NameError),
    /// A step rests on something that is not there.
    #[error("the demo has no {what}")]
    Missing {
        /// What was looked for.
        what: String,
    },
}

/// The demo as of `now`, with pods answering below `pod_domain`.
///
/// The same moment gives the same demo. Its events are those of the whole story, from the first.
///
/// # Errors
/// [`DemoError`] if the story breaks a rule; the tests tell it.
pub fn demo(now: Timestamp, pod_domain: PodDomain) -> Result<World, DemoError> {
    let mut stage = Stage::new(
        World::new(
            places::settings(pod_domain)?,
            now - HISTORY_HOURS * 3_600_000,
            SEED,
        ),
        now,
    );
    story::tell(&mut stage)?;
    Ok(stage.into_world())
}
