//! Answers: JSON, problems, and what comes of a command.

use domain::{MigrationId, MigrationPlanId, PodId, TemplateId, Timestamp, VolumeId};
use engine::command::Versioned;
use engine::{Fleet, Outcome, Refusal};
use serde::Serialize;

use super::principal::Principal;
use super::{Surface, ledger, migrations, plans, refusal, v2, views, volumes};
use crate::{DryRun, Problem, ProblemCode};

/// A response before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The media type; empty with an empty body.
    pub content_type: &'static str,
    /// Headers that only this response has.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// How the outcome of a command is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Render {
    pub(super) surface: Surface,
    pub(super) form: Form,
}

/// What a command's answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 204 without a body.
    Nothing,
    /// 201 with the pod that was made.
    NewPod,
    /// 200 with the pod as it is now.
    Pod(PodId),
    /// 201 with the volume that was made.
    NewVolume,
    /// 200 with the volume as it is now.
    Volume(VolumeId),
    /// 201 with the template that was saved.
    NewTemplate,
    /// 200 with the template as it is now.
    Template(TemplateId),
    /// 200 with the account's SSH keys as they are now.
    SshKeys,
    /// 201 with the plan.
    NewPlan,
    /// 201 with the migration, or 409 with the plan as it would be now.
    NewMigration,
    /// 200 with the migration as it is now.
    Migration(MigrationId),
    /// 201 with the line in the ledger.
    Credit,
}

/// A JSON answer that reflects a position in the log.
pub(super) fn json(status: u16, body: &impl Serialize, sequence: u64) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => Response {
            status,
            content_type: "application/json",
            headers: vec![("Roadstead-Sequence", sequence.to_string())],
            body,
        },
        // No view of ours has a key that is not a string; the caller learns the little there is to say.
        Err(error) => problem_response(
            &Problem::new(ProblemCode::Internal, error.to_string()),
            Surface::V1,
        ),
    }
}

/// A problem as a response of a surface.
#[must_use]
pub fn problem_response(problem: &Problem, surface: Surface) -> Response {
    let mut problem = match surface {
        Surface::V1 => problem.clone(),
        Surface::V2 => in_published_words(problem.clone()),
    };
    let mut headers = Vec::new();
    match problem.code {
        // Stock clients treat 400 as "try the next candidate", and retry other statuses blindly.
        ProblemCode::NoCapacity if surface == Surface::V2 => problem.status = 400,
        ProblemCode::MethodNotAllowed => {
            let allowed = problem.data.get("allowed").and_then(serde_json::Value::as_array);
            let words = allowed
                .into_iter()
                .flatten()
                .filter_map(serde_json::Value::as_str);
            headers.push(("Allow", words.collect::<Vec<_>>().join(", ")));
        }
        ProblemCode::PodMoved => {
            if let Some(to) = problem.data.get("movedTo").and_then(serde_json::Value::as_str) {
                let root = pods_root(surface);
                headers.push(("Link", format!("<{root}/{to}>; rel=\"successor-version\"")));
            }
        }
        _ => {}
    }
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    Response {
        status: problem.status,
        content_type: "application/problem+json",
        headers,
        body,
    }
}

/// Fields that the published shape calls otherwise.
fn in_published_words(mut problem: Problem) -> Problem {
    const WORDS: [(&str, &str); 2] = [("sizeGb", "size"), ("dataCenterId", "dataCenter")];
    let Some(field) = problem.field.take() else {
        return problem;
    };
    let renamed = WORDS.into_iter().find(|it| it.0 == field);
    if let Some((ours, theirs)) = renamed {
        for text in problem
            .errors
            .iter_mut()
            .chain(problem.next.as_mut())
            .chain(Some(&mut problem.detail))
        {
            *text = text.replace(ours, theirs);
        }
    }
    problem.field = Some(renamed.map_or(field, |it| it.1.to_owned()));
    problem
}

const fn pods_root(surface: Surface) -> &'static str {
    match surface {
        Surface::V1 => "/api/v1/pods",
        Surface::V2 => "/v2/pods",
    }
}

const fn volumes_root(surface: Surface) -> &'static str {
    match surface {
        Surface::V1 => "/api/v1/network-volumes",
        Surface::V2 => "/v2/network-volumes",
    }
}

/// Shows the outcome of a command on the fleet as it is after it.
#[must_use]
pub fn render(
    fleet: &Fleet,
    principal: &Principal,
    render: &Render,
    outcome: Result<&Outcome, &Refusal>,
    now: Timestamp,
) -> Response {
    let shown = match outcome {
        Ok(outcome) => show(fleet, principal, render, outcome, now),
        Err(Refusal::Rehearsed) => Ok(json(200, &DryRun { dry_run: true }, fleet.sequence())),
        Err(refused) => {
            let mut problem = refusal::problem(refused);
            if let Refusal::GenerationMismatch { of, .. } = refused {
                problem = reader(fleet, principal, render, now).with_present(problem, *of);
            }
            // A pod names several data centres, a volume one.
            if render.form == Form::NewVolume && problem.field.as_deref() == Some("dataCenterIds") {
                problem.field = Some("dataCenterId".to_owned());
            }
            Err(problem)
        }
    };
    shown.unwrap_or_else(|problem| problem_response(&problem, render.surface))
}

fn show(
    fleet: &Fleet,
    principal: &Principal,
    render: &Render,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<Response, Problem> {
    let reader = reader(fleet, principal, render, now);
    match (render.form, outcome) {
        (Form::Nothing, _) => Ok(Response {
            status: 204,
            content_type: "",
            headers: vec![sequence(fleet)],
            body: Vec::new(),
        }),
        (Form::NewPod, Outcome::Pod(id)) => reader.pod(201, *id),
        (Form::Pod(id), _) => reader.pod(200, id),
        (Form::NewVolume, Outcome::Volume(id)) => reader.volume(201, *id),
        (Form::Volume(id), _) => reader.volume(200, id),
        (Form::NewTemplate, Outcome::Template(id)) => reader.template(201, *id),
        (Form::Template(id), _) => reader.template(200, id),
        (Form::SshKeys, _) => {
            let keys = v2::ssh_keys::view(fleet, principal.account_id);
            Ok(json(200, &keys, fleet.sequence()))
        }
        (Form::NewPlan, Outcome::Plan(id)) => reader.plan(*id),
        (Form::NewMigration, Outcome::Migration(id)) => reader.migration(201, *id),
        (Form::NewMigration, Outcome::PlanStale { plan_id, differences }) => {
            Err(reader.stale(*plan_id, differences))
        }
        (Form::Migration(id), _) => reader.migration(200, id),
        (Form::Credit, Outcome::Entry(id)) => {
            let line = ledger::posted(fleet, *id).ok_or_else(lost)?;
            Ok(json(201, &line, fleet.sequence()))
        }
        (
            Form::NewPod
            | Form::NewVolume
            | Form::NewTemplate
            | Form::NewPlan
            | Form::NewMigration
            | Form::Credit,
            Outcome::Done
            | Outcome::Account(_)
            | Outcome::Machine(_)
            | Outcome::Pod(_)
            | Outcome::Volume(_)
            | Outcome::Template(_)
            | Outcome::Plan(_)
            | Outcome::Migration(_)
            | Outcome::PlanStale { .. }
            | Outcome::Entry(_),
        ) => Err(lost()),
    }
}

/// What a command made is not there, although it was carried out.
fn lost() -> Problem {
    Problem::new(
        ProblemCode::Internal,
        "The request was carried out, but its result cannot be shown.",
    )
    .next("Read the list again.")
}

fn sequence(fleet: &Fleet) -> (&'static str, String) {
    ("Roadstead-Sequence", fleet.sequence().to_string())
}

/// Whoever asked, looking at the fleet after the command.
const fn reader<'a>(
    fleet: &'a Fleet,
    principal: &'a Principal,
    render: &Render,
    now: Timestamp,
) -> Reader<'a> {
    Reader {
        fleet,
        principal,
        surface: render.surface,
        now,
    }
}

struct Reader<'a> {
    fleet: &'a Fleet,
    principal: &'a Principal,
    surface: Surface,
    now: Timestamp,
}

impl Reader<'_> {
    fn json(&self, status: u16, body: &impl Serialize, location: impl FnOnce() -> String) -> Response {
        let mut response = json(status, body, self.fleet.sequence());
        if status == 201 {
            response.headers.push(("Location", location()));
        }
        response
    }

    fn pod(&self, status: u16, id: PodId) -> Result<Response, Problem> {
        let pod = self.fleet.pod(id).ok_or_else(lost)?;
        let location = || format!("{}/{id}", pods_root(self.surface));
        Ok(match self.surface {
            Surface::V1 => self.json(status, &views::pod(self.fleet, pod, self.now), location),
            Surface::V2 => self.json(status, &v2::pod_view::view(self.fleet, pod, self.now), location),
        })
    }

    fn volume(&self, status: u16, id: VolumeId) -> Result<Response, Problem> {
        let volume = self.fleet.volume(id).ok_or_else(lost)?;
        let location = || format!("{}/{id}", volumes_root(self.surface));
        Ok(match self.surface {
            Surface::V1 => self.json(status, &volumes::view(self.fleet, volume, self.now), location),
            Surface::V2 => self.json(status, &v2::volumes::view(volume), location),
        })
    }

    /// The thing as it is now, beside the refusal that says it has changed.
    fn with_present(&self, problem: Problem, of: Versioned) -> Problem {
        let shown = match of {
            Versioned::Pod(id) => self.pod(200, id),
            Versioned::Volume(id) => self.volume(200, id),
            Versioned::Migration(id) => self.migration(200, id),
        };
        // Without the object the refusal still says what to do.
        let present = shown.ok().and_then(|it| serde_json::from_slice(&it.body).ok());
        match present {
            Some(serde_json::Value::Object(present)) => problem.with("current", present),
            _ => problem,
        }
    }

    fn template(&self, status: u16, id: TemplateId) -> Result<Response, Problem> {
        let template = self.fleet.template(id).ok_or_else(lost)?;
        let view = v2::templates::view(template);
        Ok(self.json(status, &view, || format!("/v2/templates/{id}")))
    }

    fn plan(&self, id: MigrationPlanId) -> Result<Response, Problem> {
        let plan = self.fleet.plan(id).ok_or_else(lost)?;
        let view = plans::view(self.fleet, plan, self.now);
        Ok(self.json(201, &view, || format!("/api/v1/migration-plans/{id}")))
    }

    fn migration(&self, status: u16, id: MigrationId) -> Result<Response, Problem> {
        let migration = self.fleet.migration(id).ok_or_else(lost)?;
        let view = migrations::view(self.fleet, migration);
        Ok(self.json(status, &view, || format!("/api/v1/migrations/{id}")))
    }

    /// the plan that was read no longer holds; here is the new one and what differs.
    fn stale(&self, id: MigrationPlanId, differences: &[String]) -> Problem {
        let mut problem = Problem::new(
            ProblemCode::PlanStale,
            "The plan no longer holds; nothing was started.",
        )
        .next("Read the new plan, and start the migration with its ID and digest.")
        .with("differences", differences.to_vec());
        let plan = self
            .fleet
            .plan(id)
            .filter(|it| it.account_id == self.principal.account_id);
        if let Some(Ok(view)) = plan.map(|it| serde_json::to_value(plans::view(self.fleet, it, self.now))) {
            problem = problem.with("plan", view);
        }
        problem
    }
}
