//! Migrations: reserve, provision, copy, start, await confirmation, done.

use agent_api::CopyReport;
use domain::allowed::NotAllowed;
use domain::endpoints::ChangeKind;
use domain::pod::{DesiredPod, PodState, PodStateKind, StopReason};
use domain::{MachineId, MigrationId, MigrationPlanId, PodId, Timestamp};

use super::tx::{Tx, enter};
use super::{money, place, plan, pods};
use crate::command::Outcome;
use crate::event::Fact;
use crate::refusal::Refusal;
use crate::state::{
    Binding, BindingRole, Migration, MigrationPhase, MigrationPlan, MigrationState, MovedTo, PlanFate, Pod,
    Verified,
};

/// Carries out a plan that was read and agreed to.
pub(super) fn start(
    tx: &mut Tx<'_>,
    plan_id: MigrationPlanId,
    digest: &str,
    acknowledge: &[ChangeKind],
    consent: Option<&str>,
) -> Result<Outcome, Refusal> {
    let not_found = || Refusal::NotFound {
        what: "migration plan",
        id: plan_id.to_string(),
    };
    let plan = tx.fleet.plan(plan_id).cloned().ok_or_else(not_found)?;
    let source = tx.own_pod(plan.content.basis.pod_id)?;
    if plan.digest != digest {
        return Err(Refusal::DigestMismatch);
    }
    if tx.fleet.pod(plan.new_pod_id).is_some() {
        return Err(Refusal::PlanUsed);
    }
    if plan.expires_at <= tx.now {
        return Err(Refusal::PlanExpired { at: plan.expires_at });
    }
    domain::allowed::pod(domain::allowed::PodAction::Migrate, &source.facts())?;
    agreed(&plan, acknowledge, consent)?;
    // the same question again. If the answer differs, nothing starts and the new plan is shown.
    let target_id = plan.content.basis.target;
    let again = plan::draft(tx.fleet, &source, plan.new_pod_id, Some(target_id), tx.now);
    match again {
        Ok(content) if content.basis == plan.content.basis => {}
        Ok(content) => {
            let differences = plan::differences(&plan.content.basis, &content.basis);
            let new_pod_id = PodId::mint(&mut tx.mint);
            let content = plan::draft(tx.fleet, &source, new_pod_id, Some(target_id), tx.now)?;
            let plan_id = plan::record(tx, &source, new_pod_id, content);
            return Ok(Outcome::PlanStale { plan_id, differences });
        }
        Err(_) => {
            let new_pod_id = PodId::mint(&mut tx.mint);
            let content = plan::draft(tx.fleet, &source, new_pod_id, None, tx.now)?;
            let differences = vec![
                format!("{} no longer has room", plan.content.target.name),
                format!("the best target now is {}", content.target.name),
            ];
            let plan_id = plan::record(tx, &source, new_pod_id, content);
            return Ok(Outcome::PlanStale { plan_id, differences });
        }
    }
    begin(tx, &plan, source)
}

/// Refuses unless every kind of change was named and every loss agreed to.
fn agreed(plan: &MigrationPlan, acknowledge: &[ChangeKind], consent: Option<&str>) -> Result<(), Refusal> {
    let missing: Vec<ChangeKind> = plan
        .content
        .basis
        .acknowledge
        .iter()
        .copied()
        .filter(|it| !acknowledge.contains(it))
        .collect();
    if !missing.is_empty() {
        return Err(Refusal::AcknowledgementMissing { missing });
    }
    let lost: Vec<(String, u64)> = plan
        .content
        .disks
        .iter()
        .filter(|it| it.fate == PlanFate::Lost)
        .map(|it| (it.disk.clone(), it.used_bytes))
        .collect();
    if !lost.is_empty() && consent != Some(plan.content.pod_name.as_str()) {
        return Err(Refusal::ConsentMissing {
            name: plan.content.pod_name.clone(),
            lost,
        });
    }
    Ok(())
}

/// The operation is stored before any work begins; the target's GPUs are held from here on.
fn begin(tx: &mut Tx<'_>, plan: &MigrationPlan, mut source: Pod) -> Result<Outcome, Refusal> {
    let id = MigrationId::mint(&mut tx.mint);
    let now = tx.now;
    let basis = &plan.content.basis;
    let (name, spec) = (source.name.clone(), source.spec.clone());
    let mut target = pods::blank(tx, plan.new_pod_id, source.account_id, basis.target, name, spec);
    target.template_id = source.template_id;
    target.moved_from = Some(source.id);
    target.binding = Some(Binding {
        migration_id: id,
        other_pod_id: source.id,
        role: BindingRole::UnderWay,
    });
    money::covers_start(tx.fleet, &target, false, now)?;
    pods::reserve_disk(tx, &target)?;
    let mut machine = tx.machine(basis.target)?;
    let share = place::share(&machine, &target.spec, false);
    target.slots = place::take(&mut machine, target.id, share);
    tx.put_machine(Fact::MachineAssigned, machine);
    tx.push(basis.target);
    enter(
        &mut target,
        PodState::Queued { since: now },
        Some("Held for a migration.".to_owned()),
    );
    let target_id = target.id;
    tx.put_pod(Fact::PodCreated, target);

    source.waiting = None;
    source.binding = Some(Binding {
        migration_id: id,
        other_pod_id: target_id,
        role: BindingRole::UnderWay,
    });
    let source_ran = basis.stops_running_pod;
    let bytes_total = bytes_at_rest(tx, &source);
    let phase = if source_ran {
        MigrationPhase::StoppingSource
    } else {
        MigrationPhase::Provisioning
    };
    let migration = Migration {
        id,
        generation: 0,
        account_id: source.account_id,
        plan_id: plan.id,
        source_pod_id: source.id,
        target_pod_id: target_id,
        state: MigrationState {
            phase,
            since: now,
            confirm_by: None,
        },
        started_at: now,
        source_ran,
        bytes_done: 0,
        bytes_total,
        bytes_per_second: 0,
        copy_started_at: None,
        verified: None,
        switched_at: None,
        used_at_switch: 0,
        problem: None,
        timeline: vec![(now, phase)],
    };
    tx.put_migration(Fact::MigrationStarted, migration);
    if source_ran {
        // Its GPUs stay held, without charge, until the switch: a failure leaves the source as it was.
        source.desired = DesiredPod::Stopped;
        tx.push(source.machine_id);
        enter(
            &mut source,
            PodState::Stopping {
                since: now,
                reason: StopReason::Moved,
            },
            None,
        );
    }
    tx.put_pod(Fact::PodBound, source);
    Ok(Outcome::Migration(id))
}

fn enter_phase(tx: &mut Tx<'_>, mut migration: Migration, phase: MigrationPhase) -> Migration {
    let now = tx.now;
    migration.state = MigrationState {
        phase,
        since: now,
        confirm_by: None,
    };
    migration.timeline.push((now, phase));
    tx.put_migration(Fact::MigrationAdvanced, migration.clone());
    migration
}

fn open_migration_of(tx: &Tx<'_>, pod_id: PodId) -> Option<Migration> {
    let binding = tx.fleet.pod(pod_id)?.binding.as_ref()?;
    tx.fleet
        .migration(binding.migration_id)
        .filter(|it| !it.state.phase.is_ended())
        .cloned()
}

/// What there is to copy, from the pod's volume as it is and not as it was when the plan was made.
fn bytes_at_rest(tx: &Tx<'_>, source: &Pod) -> u64 {
    source
        .spec
        .volume
        .as_ref()
        .map_or(0, |_| tx.fleet.usage(source).0)
}

/// The running source has stopped: what was written last is on its disk.
pub(super) fn source_stopped(tx: &mut Tx<'_>, pod_id: PodId) {
    let Some(mut migration) = open_migration_of(tx, pod_id) else {
        return;
    };
    if migration.source_pod_id != pod_id || migration.state.phase != MigrationPhase::StoppingSource {
        return;
    }
    if let Some(source) = tx.fleet.pod(pod_id) {
        migration.bytes_total = bytes_at_rest(tx, source);
    }
    if let Some(target) = tx.fleet.pod(migration.target_pod_id) {
        let machine_id = target.machine_id;
        tx.push(machine_id);
    }
    enter_phase(tx, migration, MigrationPhase::Provisioning);
}

/// A machine has accepted its document and has these pods: targets among them are ready for data.
pub(super) fn accepted(tx: &mut Tx<'_>, machine_id: MachineId, pods: &[PodId]) {
    let ready: Vec<Migration> = tx
        .fleet
        .open_migrations()
        .filter(|it| it.state.phase == MigrationPhase::Provisioning && pods.contains(&it.target_pod_id))
        .cloned()
        .collect();
    for mut migration in ready {
        if tx
            .fleet
            .pod(migration.target_pod_id)
            .is_none_or(|it| it.machine_id != machine_id)
        {
            continue;
        }
        push_both(tx, &migration);
        if migration.bytes_total == 0 {
            // Nothing is on its disk; data on network volumes needs no copy.
            start_target(tx, migration);
        } else {
            migration.copy_started_at = Some(tx.now);
            enter_phase(tx, migration, MigrationPhase::Copying);
        }
    }
}

fn push_both(tx: &mut Tx<'_>, migration: &Migration) {
    for pod_id in [migration.source_pod_id, migration.target_pod_id] {
        if let Some(pod) = tx.fleet.pod(pod_id) {
            let machine_id = pod.machine_id;
            tx.push(machine_id);
        }
    }
}

/// Bytes of a copy were verified, or it stands still.
pub(super) fn copied(tx: &mut Tx<'_>, machine_id: MachineId, report: CopyReport) {
    let Some(mut migration) = tx.fleet.migration(report.migration_id).cloned() else {
        return;
    };
    let on_target = tx
        .fleet
        .pod(migration.target_pod_id)
        .is_some_and(|it| it.machine_id == machine_id);
    if !on_target || migration.state.phase != MigrationPhase::Copying {
        return;
    }
    let news = report.bytes_verified != migration.bytes_done
        || report.problem != migration.problem
        || report.verified.is_some();
    if !news {
        return;
    }
    // Bytes verified once stay verified; an older report does not take them back.
    migration.bytes_done = migration
        .bytes_done
        .max(report.bytes_verified)
        .min(migration.bytes_total);
    migration.bytes_per_second = report.bytes_per_second;
    migration.problem = report.problem;
    match report.verified {
        None => tx.put_migration(Fact::MigrationCopied, migration),
        Some(verified) => {
            migration.bytes_done = migration.bytes_total;
            migration.verified = Some(Verified {
                files: verified.files,
                manifest_hash: verified.manifest_hash,
                at: tx.now,
            });
            push_both(tx, &migration);
            start_target(tx, migration);
        }
    }
}

/// What a move says that ended because money did.
const OUT_OF_FUNDS: &str = "Funds ended, or did not cover ten minutes of the new pod. The pod is on its old machine with its \
                            volumes. Add credits, then start it or move it again.";

/// Money has ended: a move whose new pod is being started goes back; one that copies goes on, at no charge.
pub(super) fn out_of_funds(tx: &mut Tx<'_>, account_id: domain::AccountId) {
    let is_starting =
        |it: &&Migration| it.account_id == account_id && it.state.phase == MigrationPhase::Starting;
    let starting: Vec<Migration> = tx.fleet.open_migrations().filter(is_starting).cloned().collect();
    for mut migration in starting {
        migration.problem = Some(OUT_OF_FUNDS.to_owned());
        put_back(tx, migration, MigrationPhase::Failed);
    }
}

/// Starts the new pod from verified data, if ten minutes of it are covered.
fn start_target(tx: &mut Tx<'_>, mut migration: Migration) {
    let target_id = migration.target_pod_id;
    let is_covered = tx
        .fleet
        .pod(target_id)
        .is_some_and(|it| money::may_still_start(tx.fleet, it, false, migration.started_at, tx.now));
    if !is_covered {
        migration.problem = Some(OUT_OF_FUNDS.to_owned());
        put_back(tx, migration, MigrationPhase::Failed);
        return;
    }
    let total = migration.bytes_total;
    enter_phase(tx, migration, MigrationPhase::Starting);
    let Some(target) = tx.fleet.pod(target_id).cloned() else {
        return;
    };
    tx.use_disk(target_id, total, 0);
    pods::launch(tx, target, false);
}

/// The switch: one step in which the new pod becomes the pod.
pub(super) fn started(tx: &mut Tx<'_>, pod_id: PodId) {
    let Some(mut migration) = open_migration_of(tx, pod_id) else {
        return;
    };
    if migration.target_pod_id != pod_id || migration.state.phase != MigrationPhase::Starting {
        return;
    }
    let now = tx.now;
    let hours = tx.fleet.settings().policy.confirm_window_hours;
    let until = now.plus_hours(hours);
    let (Some(mut target), Some(mut source)) = (
        tx.fleet.pod(pod_id).cloned(),
        tx.fleet.pod(migration.source_pod_id).cloned(),
    ) else {
        return;
    };
    migration.switched_at = Some(now);
    migration.used_at_switch = tx.fleet.usage(&target).0;
    migration.problem = None;
    let mut migration = enter_phase(tx, migration, MigrationPhase::AwaitingConfirmation);
    migration.state.confirm_by = Some(until);
    tx.put_migration(Fact::MigrationAdvanced, migration.clone());
    let bind = |other_pod_id, role| {
        Some(Binding {
            migration_id: migration.id,
            other_pod_id,
            role,
        })
    };
    source.binding = bind(target.id, BindingRole::Source { until });
    source.moved_to = Some(MovedTo {
        pod_id: target.id,
        at: now,
    });
    target.binding = bind(source.id, BindingRole::Target { until });
    let freed = migration.source_ran.then_some(source.machine_id);
    if migration.source_ran {
        pods::give_back(tx, &mut source);
    }
    enter(
        &mut source,
        PodState::Stopped {
            since: now,
            reason: StopReason::Moved,
        },
        None,
    );
    push_both(tx, &migration);
    tx.put_pod(Fact::PodBound, source);
    tx.put_pod(Fact::PodBound, target);
    if let Some(machine_id) = freed {
        place::serve_queue(tx, machine_id);
    }
}

/// The new pod did not start: the source is as it was.
pub(super) fn target_failed(tx: &mut Tx<'_>, pod_id: PodId, why: &str) {
    let Some(mut migration) = open_migration_of(tx, pod_id) else {
        return;
    };
    if migration.target_pod_id == pod_id && migration.state.phase.is_before_switch() {
        migration.problem = Some(why.to_owned());
        put_back(tx, migration, MigrationPhase::Failed);
    }
}

/// Puts everything back: possible until the new pod has started.
pub(super) fn cancel(tx: &mut Tx<'_>, id: MigrationId) -> Result<Outcome, Refusal> {
    let migration = tx.own_migration(id)?;
    if !migration.state.phase.is_before_switch() {
        return Err(wrong_phase("cancel", &migration));
    }
    put_back(tx, migration, MigrationPhase::Cancelled);
    Ok(Outcome::Migration(id))
}

fn wrong_phase(action: &'static str, migration: &Migration) -> Refusal {
    let phase = match migration.state.phase {
        MigrationPhase::StoppingSource => "stopping the old pod",
        MigrationPhase::Provisioning => "making the target ready",
        MigrationPhase::Copying => "copying",
        MigrationPhase::Starting => "starting the new pod",
        MigrationPhase::AwaitingConfirmation => "waiting to be confirmed",
        MigrationPhase::Reverting => "being reverted",
        MigrationPhase::Completed => "completed",
        MigrationPhase::Cancelled => "cancelled",
        MigrationPhase::Reverted => "reverted",
        MigrationPhase::Failed => "failed",
    };
    Refusal::MigrationPhase {
        action,
        phase: phase.to_owned(),
    }
}

/// Before the switch: removes the target, releases what it held, frees the source.
fn put_back(tx: &mut Tx<'_>, migration: Migration, phase: MigrationPhase) {
    let (source_id, target_id, ran) = (
        migration.source_pod_id,
        migration.target_pod_id,
        migration.source_ran,
    );
    let asked_at = migration.started_at;
    push_both(tx, &migration);
    enter_phase(tx, migration, phase);
    if let Some(target) = tx.fleet.pod(target_id).cloned()
        && target.state.kind() != PodStateKind::Terminated
    {
        // It keeps its binding, and so stays out of the lists: it never was a pod of its own.
        let machine_id = target.machine_id;
        pods::remove(tx, target);
        place::serve_queue(tx, machine_id);
    }
    if ran && let Some(mut source) = tx.fleet.pod(source_id).cloned() {
        pods::give_back(tx, &mut source);
        tx.put_pod(Fact::PodBound, source);
    }
    release_source(tx, source_id, ran, asked_at);
}

/// The source is a pod like any other again; if it ran and its GPUs are free, it runs again.
///
/// Before the switch they are: they were held for this. `asked_at` is when somebody asked for what ends here: the move,
/// or the way back.
fn release_source(tx: &mut Tx<'_>, source_id: PodId, ran: bool, asked_at: Timestamp) {
    let Some(mut source) = tx.fleet.pod(source_id).cloned() else {
        return;
    };
    source.binding = None;
    source.moved_to = None;
    match source.state {
        PodState::Stopping { since, .. } => {
            source.state = PodState::Stopping {
                since,
                reason: StopReason::MigrationEnded,
            };
        }
        PodState::Stopped { .. } if ran => {
            let since = tx.now;
            enter(
                &mut source,
                PodState::Stopped {
                    since,
                    reason: StopReason::MigrationEnded,
                },
                None,
            );
        }
        PodState::Stopped {
            since,
            reason: StopReason::Moved,
        } => {
            source.state = PodState::Stopped {
                since,
                reason: StopReason::MigrationEnded,
            };
        }
        PodState::Queued { .. }
        | PodState::Provisioning { .. }
        | PodState::Starting { .. }
        | PodState::Running { .. }
        | PodState::Stopped { .. }
        | PodState::Unreachable { .. }
        | PodState::Error { .. }
        | PodState::Terminating { .. }
        | PodState::Terminated { .. } => {}
    }
    let machine = tx.fleet.machine(source.machine_id);
    // As it was: who ran on CPUs only does so again.
    let cpu_only = source.cpu_only;
    let fits = machine
        .is_some_and(|it| it.is_ready() && place::has_room(it, place::share(it, &source.spec, cpu_only)));
    let can_run =
        source.state.kind() == PodStateKind::Stopped || source.state.kind() == PodStateKind::Stopping;
    tx.put_pod(Fact::PodBound, source.clone());
    let machine_id = source.machine_id;
    let is_covered = money::may_still_start(tx.fleet, &source, cpu_only, asked_at, tx.now);
    if ran && fits && can_run && is_covered {
        pods::launch(tx, source, cpu_only);
    }
    place::serve_queue(tx, machine_id);
}

/// Removes the old pod.
pub(super) fn confirm(tx: &mut Tx<'_>, id: MigrationId) -> Result<Outcome, Refusal> {
    let migration = tx.own_migration(id)?;
    if migration.state.phase != MigrationPhase::AwaitingConfirmation {
        return Err(wrong_phase("confirm", &migration));
    }
    complete(tx, migration);
    Ok(Outcome::Migration(id))
}

/// Deletes a pod in the words of the published API, which knows no moves: the delete is meant, name included,
/// and a move that waits is confirmed by it.
pub(super) fn confirm_and_terminate(tx: &mut Tx<'_>, pod_id: PodId) -> Result<Outcome, Refusal> {
    let pod = tx.own_pod(pod_id)?;
    if let Some(Binding {
        role: BindingRole::Target { .. },
        migration_id,
        ..
    }) = pod.binding
        && !pod.locked
    {
        let migration = tx.own_migration(migration_id)?;
        complete(tx, migration);
    }
    pods::terminate(tx, pod_id, Some(pod.name.as_str()))
}

/// Confirmed, by the user or by the end of the window.
fn complete(tx: &mut Tx<'_>, migration: Migration) {
    let (source_id, target_id) = (migration.source_pod_id, migration.target_pod_id);
    enter_phase(tx, migration, MigrationPhase::Completed);
    if let Some(target) = tx.fleet.pod(target_id).cloned() {
        tx.put_pod(
            Fact::PodBound,
            Pod {
                binding: None,
                ..target
            },
        );
    }
    if let Some(source) = tx.fleet.pod(source_id).cloned() {
        pods::remove(
            tx,
            Pod {
                binding: None,
                ..source
            },
        );
    }
}

/// Removes the new pod and brings back the old one.
pub(super) fn revert(tx: &mut Tx<'_>, id: MigrationId, consent: Option<&str>) -> Result<Outcome, Refusal> {
    let migration = tx.own_migration(id)?;
    if migration.state.phase != MigrationPhase::AwaitingConfirmation {
        return Err(wrong_phase("revert", &migration));
    }
    let pod = |id| {
        tx.fleet.pod(id).cloned().ok_or_else(|| Refusal::NotFound {
            what: "pod",
            id: id.to_string(),
        })
    };
    let (mut source, mut target) = (pod(migration.source_pod_id)?, pod(migration.target_pod_id)?);
    // a locked pod is not deleted, by whatever name.
    if target.locked {
        return Err(NotAllowed::Locked.into());
    }
    let written = crate::query::written_since_switch(tx.fleet, &migration);
    if written > 0 && consent != Some(target.name.as_str()) {
        let lost = vec![("pod_volume".to_owned(), written)];
        return Err(Refusal::ConsentMissing {
            name: target.name.to_string(),
            lost,
        });
    }
    push_both(tx, &migration);
    enter_phase(tx, migration, MigrationPhase::Reverting);
    let under_way = |binding: Option<Binding>| {
        binding.map(|it| Binding {
            role: BindingRole::UnderWay,
            ..it
        })
    };
    // From here on the old pod is the pod again, and the new ID leads to it. Source and target never run together, so it
    // is started when the target is gone.
    source.binding = under_way(source.binding);
    source.moved_to = None;
    if let PodState::Stopped { reason, .. } = &mut source.state {
        *reason = StopReason::MigrationEnded;
    }
    target.binding = under_way(target.binding);
    target.moved_to = Some(MovedTo {
        pod_id: source.id,
        at: tx.now,
    });
    let machine_id = target.machine_id;
    tx.put_pod(Fact::PodBound, source);
    pods::remove(tx, target);
    place::serve_queue(tx, machine_id);
    Ok(Outcome::Migration(id))
}

/// A machine no longer has a pod: if it was the new pod of a move that is reverted, the old one is free.
pub(super) fn pod_gone(tx: &mut Tx<'_>, pod_id: PodId) {
    let Some(migration) = open_migration_of(tx, pod_id) else {
        return;
    };
    if migration.state.phase == MigrationPhase::Reverting && migration.target_pod_id == pod_id {
        let (source_id, ran) = (migration.source_pod_id, migration.source_ran);
        let asked_at = migration.state.since;
        enter_phase(tx, migration, MigrationPhase::Reverted);
        release_source(tx, source_id, ran, asked_at);
    }
}

/// What a revert says whose new pod was not seen to go.
const NOT_SEEN_TO_GO: &str = "The machine of the new pod has not removed it within 10 minutes, and will once it answers. \
                              Until then it may go on running there, so the old pod is not started by itself.";

/// The control plane was away: what a revert waits for may have happened unheard, and is told now.
pub(super) fn wait_anew(tx: &mut Tx<'_>) {
    let reverting = |it: &&Migration| it.state.phase == MigrationPhase::Reverting;
    let waiting: Vec<Migration> = tx.fleet.open_migrations().filter(reverting).cloned().collect();
    for mut migration in waiting {
        migration.state.since = tx.now;
        tx.put_migration(Fact::MigrationAdvanced, migration);
    }
}

/// The time of a phase is over.
pub(super) fn time_over(tx: &mut Tx<'_>, mut migration: Migration) {
    if migration.state.phase != MigrationPhase::Reverting {
        complete(tx, migration);
        return;
    }
    let source_id = migration.source_pod_id;
    migration.problem = Some(NOT_SEEN_TO_GO.to_owned());
    enter_phase(tx, migration, MigrationPhase::Reverted);
    release_source(tx, source_id, false, tx.now);
}
