//! Pods are made, started, stopped and deleted.

use domain::allowed::{self, PodAction};
use domain::limits;
use domain::machine::MachineState;
use domain::names::Name;
use domain::pod::{
    Compute, DesiredPod, PodSpec, PodState, PodStateKind, PortKind, StopReason, Tenancy, WORKSPACE,
};
use domain::{MachineId, PodId};

use super::tx::{Tx, enter};
use super::{money, place};
use crate::command::{CONTAINER_DISK_GB, NewPod, Outcome};
use crate::event::Fact;
use crate::refusal::Refusal;
use crate::state::{Fleet, Machine, Pod, Template, Waiting, charge};
use agent_api::MappedPort;

/// Makes a pod, places it and asks its machine to run it.
pub(super) fn create(tx: &mut Tx<'_>, new: NewPod) -> Result<Outcome, Refusal> {
    let account_id = tx.account()?.id;
    let max = tx.fleet.settings().policy.pods_per_account_max;
    if tx.fleet.live_pods_of(account_id) >= max {
        return Err(Refusal::LimitExceeded {
            what: "pods in an account",
            max,
        });
    }
    let template = new
        .template_id
        .map(|id| super::templates::usable(tx, id, account_id))
        .transpose()?;
    let spec = specify(&new, template.as_ref())?;
    spec.check()?;
    let data_centers = data_centers(tx, &new, &spec)?;
    if let Compute::Gpu { gpu_type, .. } = &spec.compute {
        let offered = tx
            .fleet
            .settings()
            .prices
            .gpu(gpu_type)
            .and_then(|it| it.price(new.cloud));
        if offered.is_none() {
            let (gpu_type, cloud) = (gpu_type.to_string(), new.cloud.as_str());
            return Err(Refusal::GpuNotOffered { gpu_type, cloud });
        }
    }
    let mut demanded = new.demand.clone();
    if demanded.cuda_exactly.is_empty() && demanded.cuda_at_least.is_none() {
        // Body over template; what a template says was checked when it was saved.
        let versions = template.iter().flat_map(|it| &it.cuda_versions);
        demanded.cuda_exactly = versions.filter_map(|it| it.parse().ok()).collect();
    }
    let demand = place::Demand {
        spec: &spec,
        machine: &demanded,
        cloud: new.cloud,
        data_centers: &data_centers,
        only: new.machine_id,
        except: None,
    };
    let fitting = place::candidates(tx.fleet, &demand, tx.now).map_err(place::no_capacity)?;
    let machine_id = fitting[0].id;
    let id = PodId::mint(&mut tx.mint);
    let mut pod = blank(tx, id, account_id, machine_id, new.name, spec);
    pod.template_id = new.template_id;
    money::covers_start(tx.fleet, &pod, false, tx.now)?;
    reserve_disk(tx, &pod)?;
    touch_mounts(tx, &pod);
    launch_as(tx, pod, false, Fact::PodCreated, None);
    Ok(Outcome::Pod(id))
}

/// Body over template, environment merged per key.
fn specify(new: &NewPod, template: Option<&Template>) -> Result<PodSpec, Refusal> {
    let image = new
        .image
        .clone()
        .or_else(|| template.map(|it| it.image.clone()))
        .ok_or(Refusal::ImageMissing)?;
    let mut env = template.map(|it| it.env.clone()).unwrap_or_default();
    env.extend(new.env.clone());
    let template_volume = template
        .filter(|_| new.mounts.is_empty())
        .and_then(Template::volume);
    if new.volume.is_some() && !new.mounts.is_empty() {
        return Err(Refusal::MountsConflict);
    }
    Ok(PodSpec {
        image,
        args: new
            .args
            .clone()
            .or_else(|| template.map(|it| it.args.clone()))
            .unwrap_or_default(),
        env,
        ports: new
            .ports
            .clone()
            .or_else(|| template.map(|it| it.ports.clone()))
            .unwrap_or_default(),
        compute: new.compute.clone(),
        tenancy: Tenancy::OnDemand,
        container_disk_gb: new
            .container_disk_gb
            .or_else(|| template.map(|it| it.disk_gb))
            .unwrap_or(CONTAINER_DISK_GB),
        volume: new.volume.clone().or(template_volume),
        mounts: new.mounts.clone(),
        start_ssh: new
            .start_ssh
            .or_else(|| template.map(|it| it.start_ssh))
            .unwrap_or(false),
    })
}

/// Where the pod may go: what was asked, narrowed by its network volumes.
fn data_centers(
    tx: &Tx<'_>,
    new: &NewPod,
    spec: &PodSpec,
) -> Result<Vec<domain::names::DataCenterId>, Refusal> {
    for id in &new.data_center_ids {
        if tx.fleet.settings().data_center(id).is_none() {
            return Err(Refusal::DataCenterUnknown { id: id.to_string() });
        }
    }
    let mut wanted = new.data_center_ids.clone();
    for mount in &spec.mounts {
        let volume = tx.own_volume(mount.volume_id)?;
        if !volume.is_kept() {
            return Err(Refusal::VolumeInBin);
        }
        if !wanted.is_empty() && !wanted.contains(&volume.data_center_id) {
            let pod = wanted
                .iter()
                .map(domain::names::DataCenterId::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            return Err(Refusal::VolumeElsewhere {
                volume: volume.data_center_id.to_string(),
                pod,
            });
        }
        wanted = vec![volume.data_center_id];
    }
    Ok(wanted)
}

/// A pod that holds nothing yet, with its ports mapped.
pub(super) fn blank(
    tx: &Tx<'_>,
    id: PodId,
    account_id: domain::AccountId,
    machine_id: MachineId,
    name: Name,
    spec: PodSpec,
) -> Pod {
    let ports = map_ports(tx.fleet, machine_id, id, &spec);
    Pod {
        id,
        generation: 0,
        account_id,
        machine_id,
        name,
        spec,
        template_id: None,
        desired: DesiredPod::Stopped,
        state: PodState::Queued { since: tx.now },
        locked: false,
        slots: Vec::new(),
        cpu_only: false,
        incarnation: 0,
        ports,
        price: None,
        volume_used_bytes: 0,
        container_used_bytes: 0,
        created_at: tx.now,
        started_at: None,
        binding: None,
        moved_from: None,
        moved_to: None,
        waiting: None,
        timeline: Vec::new(),
    }
}

/// The ports of a pod and the numbers they are mapped to; TCP needs a public IP.
pub(crate) fn map_ports(fleet: &Fleet, machine_id: MachineId, id: PodId, spec: &PodSpec) -> Vec<MappedPort> {
    let has_ip = fleet.machine(machine_id).is_some_and(|it| it.public_ip.is_some());
    let mut taken = place::public_ports(fleet, machine_id, id);
    let map = |port: &domain::pod::Port| MappedPort {
        port: *port,
        public: (port.kind == PortKind::Tcp && has_ip).then(|| {
            let public = place::public_port(&taken, id, port.number);
            taken.insert(public);
            public
        }),
    };
    spec.ports.iter().map(map).collect()
}

/// Holds disk for as long as the pod exists.
pub(super) fn reserve_disk(tx: &mut Tx<'_>, pod: &Pod) -> Result<(), Refusal> {
    let mut machine = tx.machine(pod.machine_id)?;
    machine.disk_gb_used += place::disk_gb(&pod.spec);
    if machine.disk_gb_used > machine.disk_gb {
        return Err(Refusal::MachineFull { what: "disk" });
    }
    tx.put_machine(Fact::MachineAssigned, machine);
    Ok(())
}

/// Volumes that a pod mounts are no longer unattached.
pub(super) fn touch_mounts(tx: &mut Tx<'_>, pod: &Pod) {
    for mount in &pod.spec.mounts {
        if let Some(volume) = tx.fleet.volume(mount.volume_id).cloned()
            && volume.unattached_since.is_some()
        {
            let attached = crate::state::Volume {
                unattached_since: None,
                ..volume
            };
            tx.put_volume(Fact::VolumeUpdated, attached);
        }
    }
}

/// Volumes that no pod mounts any more are unattached from now on.
pub(super) fn release_mounts(tx: &mut Tx<'_>, pod: &Pod) {
    for mount in &pod.spec.mounts {
        if tx.fleet.pods_mounting(mount.volume_id).next().is_none()
            && let Some(volume) = tx.fleet.volume(mount.volume_id).cloned()
        {
            let unattached = crate::state::Volume {
                unattached_since: Some(tx.now),
                ..volume
            };
            tx.put_volume(Fact::VolumeUpdated, unattached);
        }
    }
}

/// Runs again on its own machine, with all its GPUs or with CPUs only.
pub(super) fn start(tx: &mut Tx<'_>, pod_id: PodId, cpu_only: bool) -> Result<Outcome, Refusal> {
    let pod = tx.own_pod(pod_id)?;
    allowed::pod(PodAction::Start, &pod.facts())?;
    let machine = tx.machine(pod.machine_id)?;
    if let MachineState::Unreachable { since } = machine.state {
        return Err(Refusal::MachineUnreachable {
            machine_id: machine.id,
            since,
        });
    }
    let cpu_only = cpu_only && pod.gpus_needed() > 0;
    let share = place::share(&machine, &pod.spec, cpu_only);
    let free = machine.gpu_free();
    if free < share.gpus {
        return Err(Refusal::GpusTaken {
            pod_id,
            needed: share.gpus,
            free,
        });
    }
    if machine.vcpu_used + share.vcpus > machine.vcpu_count {
        return Err(Refusal::MachineFull { what: "vCPUs" });
    }
    if machine.memory_gib_used + share.memory_gib > machine.memory_gib {
        return Err(Refusal::MachineFull { what: "memory" });
    }
    money::covers_start(tx.fleet, &pod, cpu_only, tx.now)?;
    count_restart(tx, &machine, cpu_only && free < pod.gpus_needed());
    launch(tx, pod, cpu_only);
    Ok(Outcome::Pod(pod_id))
}

/// Counts a start that looked for its GPUs, for the odds shown before a stop.
fn count_restart(tx: &mut Tx<'_>, machine: &Machine, refused: bool) {
    let machine = Machine {
        restarts: machine.restarts + 1,
        restarts_refused: machine.restarts_refused + u32::from(refused),
        ..machine.clone()
    };
    tx.put_machine(Fact::MachineAssigned, machine);
}

/// Takes the pod's share of its machine and asks the machine to run it.
pub(super) fn launch(tx: &mut Tx<'_>, pod: Pod, cpu_only: bool) {
    launch_as(tx, pod, cpu_only, Fact::PodStartAsked, None);
}

fn launch_as(tx: &mut Tx<'_>, mut pod: Pod, cpu_only: bool, fact: Fact, note: Option<String>) {
    let Some(mut machine) = tx.fleet.machine(pod.machine_id).cloned() else {
        return;
    };
    // What it held so far, as a pod on CPUs or as the new side of a move, makes room for what it gets.
    if pod.is_held() || (pod.incarnation > 0 && pod.state.kind().holds_gpus()) {
        place::give_back(&mut machine, &pod);
    }
    let share = place::share(&machine, &pod.spec, cpu_only);
    pod.cpu_only = cpu_only;
    pod.slots = place::take(&mut machine, pod.id, share);
    pod.desired = DesiredPod::Running;
    pod.incarnation += 1;
    pod.waiting = None;
    // the price is fixed at start.
    pod.price = None;
    pod.price = Some(charge::compute(tx.fleet, &pod).rate.price());
    // The container disk starts empty.
    let (volume, _) = tx.fleet.usage(&pod);
    tx.use_disk(pod.id, volume, 0);
    tx.put_machine(Fact::MachineAssigned, machine);
    tx.push(pod.machine_id);
    let now = tx.now;
    enter(&mut pod, PodState::Queued { since: now }, note);
    tx.put_pod(fact, pod);
}

/// Ends the container and frees the GPUs at once.
pub(super) fn stop(tx: &mut Tx<'_>, pod_id: PodId) -> Result<Outcome, Refusal> {
    let mut pod = tx.own_pod(pod_id)?;
    allowed::pod(PodAction::Stop, &pod.facts())?;
    // Who stops a pod does not want it started by the queue.
    pod.waiting = None;
    let machine_id = pod.machine_id;
    halt(tx, pod, StopReason::User);
    place::serve_queue(tx, machine_id);
    Ok(Outcome::Pod(pod_id))
}

/// Asks the machine to end a pod; its GPUs are free and its compute is no longer charged from now on.
///
/// A pod on a silent machine keeps its slots until the machine speaks: it may still compute.
pub(super) fn halt(tx: &mut Tx<'_>, mut pod: Pod, reason: StopReason) {
    pod.desired = DesiredPod::Stopped;
    tx.push(pod.machine_id);
    if pod.state.kind() == PodStateKind::Unreachable {
        tx.put_pod(Fact::PodStopAsked, pod);
        return;
    }
    free_share(tx, &mut pod);
    let since = tx.now;
    enter(&mut pod, PodState::Stopping { since, reason }, None);
    tx.put_pod(Fact::PodStopAsked, pod);
}

/// Gives back what a pod holds of its machine while it runs.
pub(super) fn free_share(tx: &mut Tx<'_>, pod: &mut Pod) {
    if pod.state.kind().holds_gpus() {
        give_back(tx, pod);
    }
}

/// The same for a pod whose share is held although it does not run: the source of a move.
pub(super) fn give_back(tx: &mut Tx<'_>, pod: &mut Pod) {
    if let Some(mut machine) = tx.fleet.machine(pod.machine_id).cloned() {
        place::give_back(&mut machine, pod);
        tx.put_machine(Fact::MachineAssigned, machine);
    }
    pod.slots.clear();
}

/// Ends the container and runs it again.
pub(super) fn restart(tx: &mut Tx<'_>, pod_id: PodId) -> Result<Outcome, Refusal> {
    let pod = tx.own_pod(pod_id)?;
    allowed::pod(PodAction::Restart, &pod.facts())?;
    run_again(tx, pod, "Restarted.");
    Ok(Outcome::Pod(pod_id))
}

/// Every restart: the GPUs stay the pod's own. A pod that runs with CPUs only gets its GPUs back by this, if they are
/// free and ten minutes of them are covered; else it runs again on CPUs and says what was in the way.
pub(super) fn run_again(tx: &mut Tx<'_>, pod: Pod, note: &str) {
    if !pod.cpu_only || !place::could_run(tx.fleet, &pod) {
        relaunch(tx, pod, note.to_owned());
    } else if money::covers_start(tx.fleet, &pod, false, tx.now).is_ok() {
        launch_as(tx, pod, false, Fact::PodStartAsked, Some(note.to_owned()));
    } else {
        let why = "Its GPUs are free, but the balance does not cover ten minutes with them.";
        relaunch(tx, pod, format!("{note} {why}"));
    }
}

/// A new incarnation on the GPUs it has.
fn relaunch(tx: &mut Tx<'_>, mut pod: Pod, note: String) {
    pod.incarnation += 1;
    let (volume, _) = tx.fleet.usage(&pod);
    tx.use_disk(pod.id, volume, 0);
    tx.push(pod.machine_id);
    let since = tx.now;
    enter(&mut pod, PodState::Starting { since }, Some(note));
    tx.put_pod(Fact::PodStartAsked, pod);
}

/// Deletes container disk and pod volume for good.
pub(super) fn terminate(tx: &mut Tx<'_>, pod_id: PodId, confirm: Option<&str>) -> Result<Outcome, Refusal> {
    let pod = tx.own_pod(pod_id)?;
    allowed::pod(PodAction::Terminate, &pod.facts())?;
    let (volume_used, _) = tx.fleet.usage(&pod);
    let has_data = pod.spec.volume.is_some() && volume_used > 0;
    if has_data && confirm != Some(pod.name.as_str()) {
        return Err(Refusal::ConfirmationMissing {
            name: pod.name.to_string(),
        });
    }
    let machine_id = pod.machine_id;
    remove(tx, pod);
    place::serve_queue(tx, machine_id);
    Ok(Outcome::Pod(pod_id))
}

/// Asks the machine to forget a pod; every charge ends in this step.
pub(super) fn remove(tx: &mut Tx<'_>, mut pod: Pod) {
    pod.desired = DesiredPod::Terminated;
    pod.waiting = None;
    tx.push(pod.machine_id);
    free_share(tx, &mut pod);
    let since = tx.now;
    enter(&mut pod, PodState::Terminating { since }, None);
    tx.put_pod(Fact::PodTerminateAsked, pod);
}

/// The machine no longer has the pod.
pub(super) fn gone(tx: &mut Tx<'_>, mut pod: Pod) {
    if let Some(mut machine) = tx.fleet.machine(pod.machine_id).cloned() {
        machine.disk_gb_used = machine.disk_gb_used.saturating_sub(place::disk_gb(&pod.spec));
        tx.put_machine(Fact::MachineAssigned, machine);
    }
    let since = tx.now;
    enter(&mut pod, PodState::Terminated { since }, None);
    // Its name and moves are asked for later, in ledgers and by its old ID; what it ran with is not.
    pod.spec.env.clear();
    pod.spec.args.clear();
    pod.timeline.clear();
    tx.put_pod(Fact::PodObserved, pod.clone());
    release_mounts(tx, &pod);
}

/// Joins the machine's queue.
pub(super) fn join_queue(tx: &mut Tx<'_>, pod_id: PodId, auto_start: bool) -> Result<Outcome, Refusal> {
    let mut pod = tx.own_pod(pod_id)?;
    // A pod that runs with CPUs only keeps its place as well; it gets its GPUs by a restart.
    if !pod.cpu_only || pod.state.kind() != PodStateKind::Running {
        allowed::pod(PodAction::Start, &pod.facts())?;
    }
    let machine = tx.machine(pod.machine_id)?;
    if pod.waiting.is_none() {
        count_restart(tx, &machine, true);
    }
    let since = pod.waiting.map_or(tx.now, |it| it.since);
    pod.waiting = Some(Waiting { since, auto_start });
    tx.put_pod(Fact::PodQueueChanged, pod);
    place::serve_queue(tx, machine.id);
    Ok(Outcome::Pod(pod_id))
}

/// Leaves the queue.
pub(super) fn leave_queue(tx: &mut Tx<'_>, pod_id: PodId) -> Result<Outcome, Refusal> {
    let mut pod = tx.own_pod(pod_id)?;
    if pod.waiting.take().is_some() {
        tx.put_pod(Fact::PodQueueChanged, pod);
    }
    Ok(Outcome::Pod(pod_id))
}

/// Where a pod's volume is mounted unless told otherwise.
pub(super) fn mount_path(path: String) -> String {
    if path.is_empty() {
        WORKSPACE.to_owned()
    } else {
        path
    }
}

/// The limit of mounts, as a refusal.
pub(super) fn mounts_full() -> Refusal {
    Refusal::LimitExceeded {
        what: "network volumes in a pod",
        max: limits::MOUNTS_MAX,
    }
}
