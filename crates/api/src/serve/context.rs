//! A routed request with everything a handler needs.

use std::str::FromStr;

use domain::{MachineId, MigrationId, MigrationPlanId, PodId, Timestamp, VolumeId};
use engine::state::{Machine, Migration, MigrationPlan, Pod, Volume};
use engine::{Actor, Command, Fleet, Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::params::Params;
use super::principal::Principal;
use super::response::{Form, Render, json};
use super::{Prepared, Request, Surface, parse, refusal};
use crate::{Problem, ProblemCode};

/// A routed request, the fleet it is about, and who asks.
pub(super) struct Context<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) principal: &'a Principal,
    pub(super) now: Timestamp,
    pub(super) surface: Surface,
    pub(super) params: Params,
    argument: String,
    body: &'a [u8],
}

impl<'a> Context<'a> {
    pub(super) fn new(
        fleet: &'a Fleet,
        principal: &'a Principal,
        request: &Request<'a>,
        argument: String,
    ) -> Self {
        Self {
            fleet,
            principal,
            now: request.now,
            surface: Surface::of(request.path),
            params: Params::parse(request.query),
            argument,
            body: request.body,
        }
    }

    /// The path's argument.
    pub(super) fn argument(&self) -> &str {
        &self.argument
    }

    /// The path's argument as an ID. What is no ID of this kind names nothing.
    fn id<T: FromStr>(&self, what: &'static str) -> Result<T, Problem> {
        self.argument.parse().map_err(|_| self.missing(what))
    }

    /// The answer for a thing that does not exist or is somebody else's.
    pub(super) fn missing(&self, what: &'static str) -> Problem {
        refusal::problem(&Refusal::NotFound {
            what,
            id: self.argument.clone(),
        })
    }

    pub(super) fn pod_id(&self) -> Result<PodId, Problem> {
        self.id("pod")
    }

    pub(super) fn volume_id(&self) -> Result<VolumeId, Problem> {
        self.id("network volume")
    }

    pub(super) fn migration_id(&self) -> Result<MigrationId, Problem> {
        self.id("migration")
    }

    /// The pod of the path, if the reader may see it; 410 once it moved and is gone.
    pub(super) fn pod(&self) -> Result<&'a Pod, Problem> {
        let pod = self
            .fleet
            .pod(self.pod_id()?)
            .filter(|it| it.account_id == self.principal.account_id);
        let pod = pod.ok_or_else(|| self.missing("pod"))?;
        let gone = pod.state.kind() == domain::pod::PodStateKind::Terminated;
        match (self.surface, pod.moved_to) {
            // `/v2` lists exactly one of the two pods of a move at any time.
            (Surface::V2, Some(moved)) => Err(self.moved(pod.id, moved)),
            (Surface::V1, Some(moved)) if gone || pod.is_new_side() => Err(self.moved(pod.id, moved)),
            // Before the switch the new side of a move is no pod of its own yet.
            _ if gone || pod.is_new_side() => Err(self.missing("pod")),
            (Surface::V2, None) if !pod.is_listed() => Err(self.missing("pod")),
            _ => Ok(pod),
        }
    }

    fn moved(&self, pod_id: PodId, moved: engine::state::MovedTo) -> Problem {
        let to = self.fleet.resolve(pod_id).map_or(moved.pod_id, |it| it.id);
        refusal::problem(&Refusal::PodMoved {
            pod_id,
            to,
            at: moved.at,
        })
    }

    /// The volume of the path, if the reader may see it.
    pub(super) fn volume(&self) -> Result<&'a Volume, Problem> {
        let volume = self
            .fleet
            .volume(self.volume_id()?)
            .filter(|it| it.account_id == self.principal.account_id);
        let volume = volume.filter(|it| match self.surface {
            Surface::V1 => it.is_listed(),
            Surface::V2 => it.is_kept(),
        });
        volume.ok_or_else(|| self.missing("network volume"))
    }

    /// The machine of the path, if the reader may see it.
    pub(super) fn machine(&self) -> Result<&'a Machine, Problem> {
        let id: MachineId = self.id("machine")?;
        let machine = self.fleet.machine(id).filter(|it| self.sees_machine(it));
        machine.ok_or_else(|| self.missing("machine"))
    }

    /// Whether the reader may see a machine.
    pub(super) fn sees_machine(&self, machine: &Machine) -> bool {
        super::machines::is_visible(self.fleet, self.principal, machine, self.now)
    }

    /// The plan of the path.
    pub(super) fn plan(&self) -> Result<&'a MigrationPlan, Problem> {
        let id: MigrationPlanId = self.id("migration plan")?;
        let plan = self
            .fleet
            .plan(id)
            .filter(|it| it.account_id == self.principal.account_id);
        plan.ok_or_else(|| self.missing("migration plan"))
    }

    /// The migration of the path.
    pub(super) fn migration(&self) -> Result<&'a Migration, Problem> {
        let id = self.migration_id()?;
        let migration = self
            .fleet
            .migration(id)
            .filter(|it| it.account_id == self.principal.account_id);
        migration.ok_or_else(|| self.missing("migration"))
    }

    /// The body as a typed request.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        parse::body(self.body, self.surface)
    }

    /// The body as a typed request; no body means all defaults.
    pub(super) fn read_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Problem> {
        if self.body.is_empty() {
            Ok(T::default())
        } else {
            self.read()
        }
    }

    /// Answers a read.
    pub(super) fn answer(&self, body: &impl Serialize) -> Result<Prepared, Problem> {
        Ok(Prepared::Answer(json(200, body, self.fleet.sequence())))
    }

    /// Asks the engine, in the account's name.
    pub(super) fn command(&self, command: Command, form: Form) -> Result<Prepared, Problem> {
        self.command_as(Actor::Account(self.principal.account_id), command, form)
    }

    /// Asks the engine, in the name of whom the route allows.
    pub(super) fn command_as(&self, actor: Actor, command: Command, form: Form) -> Result<Prepared, Problem> {
        Ok(Prepared::Command {
            actor,
            command,
            render: Render {
                surface: self.surface,
                form,
            },
        })
    }
}

/// A text checked once, or the refusal that names its field.
pub(super) fn checked<T>(field: &str, code: ProblemCode, text: impl Into<String>) -> Result<T, Problem>
where
    T: TryFrom<String, Error = domain::names::NameError>,
{
    T::try_from(text.into()).map_err(|error| {
        let mut sentence = error.to_string();
        if let Some(first) = sentence.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        Problem::new(code, format!("{sentence}."))
            .field(field)
            .errors(vec![format!("$.{field}: {error}")])
            .next(format!("Change `{field}` and send the request again."))
    })
}
