//! The fleet: every thing by its ID, and the indices that make questions cheap.
//!
//! All maps are ordered, so that nothing ever depends on hash order.

use std::collections::{BTreeMap, BTreeSet};

use domain::machine::MachineState;
use domain::pod::PodStateKind;
use domain::{
    AccountId, MachineId, MeterId, MigrationId, MigrationPlanId, Money, PodId, TemplateId, Timestamp,
    VolumeId,
};
use serde::{Deserialize, Serialize};

use super::{
    Account, Draw, LedgerEntry, Machine, Meter, Migration, MigrationPlan, Pod, Resource, Settings, Subject,
    Template, Volume, VolumeBin, starting,
};
use crate::event::{Change, Event};

/// Everything the control plane knows.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    sequence: u64,
    settings: Option<Settings>,
    accounts: BTreeMap<AccountId, Account>,
    machines: BTreeMap<MachineId, Machine>,
    templates: BTreeMap<TemplateId, Template>,
    pods: BTreeMap<PodId, Pod>,
    volumes: BTreeMap<VolumeId, Volume>,
    plans: BTreeMap<MigrationPlanId, MigrationPlan>,
    migrations: BTreeMap<MigrationId, Migration>,
    meters: BTreeMap<MeterId, Meter>,
    ledgers: BTreeMap<AccountId, Ledger>,
    index: Index,
    heard: Heard,
}

/// One account's posted lines and their sum.
#[derive(Debug, Clone, Default)]
struct Ledger {
    entries: Vec<LedgerEntry>,
    posted: Money,
    /// The same sum for each pod and volume.
    by_subject: BTreeMap<Subject, Money>,
    /// The same sum for each month, by its first moment, without credits.
    by_month: BTreeMap<Timestamp, Money>,
}

impl Ledger {
    /// Adds to every sum; the undo of a post adds the opposite.
    fn add(&mut self, entry: &LedgerEntry, amount: Money) {
        self.posted += amount;
        *self.by_subject.entry(entry.subject).or_default() += amount;
        if entry.resource != Resource::Credit {
            *self.by_month.entry(entry.from.month_start()).or_default() += amount;
        }
    }
}

/// What is derived from the things and kept in step with them.
#[derive(Debug, Clone, Default)]
struct Index {
    pods_of_account: BTreeMap<AccountId, BTreeSet<PodId>>,
    /// Those that are not terminated.
    live_pods_of_account: BTreeMap<AccountId, usize>,
    pods_on_machine: BTreeMap<MachineId, BTreeSet<PodId>>,
    pods_of_volume: BTreeMap<VolumeId, BTreeSet<PodId>>,
    waiting_on_machine: BTreeMap<MachineId, BTreeSet<(Timestamp, PodId)>>,
    volumes_of_account: BTreeMap<AccountId, BTreeSet<VolumeId>>,
    migrations_of_account: BTreeMap<AccountId, BTreeSet<MigrationId>>,
    open_migrations: BTreeSet<MigrationId>,
    plans_carried_out: BTreeSet<MigrationPlanId>,
    /// The other ones, by the time they expire.
    plans_left: BTreeSet<(Timestamp, MigrationPlanId)>,
    plans_left_of_account: BTreeMap<AccountId, BTreeSet<(Timestamp, MigrationPlanId)>>,
    meters_of_account: BTreeMap<AccountId, BTreeSet<MeterId>>,
    draw_of_account: BTreeMap<AccountId, Draw>,
    /// What each pod that was accepted and does not run yet will take of its account's balance, and the sums of it.
    starting: BTreeMap<PodId, Money>,
    starting_of_account: BTreeMap<AccountId, Money>,
    meters_of_subject: BTreeMap<Subject, BTreeSet<MeterId>>,
    /// When the unposted minutes of a meter are due to be posted.
    posting_due: BTreeSet<(Timestamp, MeterId)>,
    /// When a volume leaves the bin for good.
    bin_due: BTreeSet<(Timestamp, VolumeId)>,
    /// When an account's funds have to be looked at again.
    funds_due: BTreeSet<(Timestamp, AccountId)>,
    funds_due_of: BTreeMap<AccountId, Timestamp>,
    /// Accounts whose meters or balance changed since their funds were looked at.
    funds_changed: BTreeSet<AccountId>,
}

impl Index {
    /// A plan that is kept only until it is forgotten, unless a migration carries it out.
    fn plan_left(&mut self, plan: &MigrationPlan) {
        if !self.plans_carried_out.contains(&plan.id) {
            let key = (plan.expires_at, plan.id);
            self.plans_left.insert(key);
            insert(&mut self.plans_left_of_account, plan.account_id, key);
        }
    }

    fn plan_not_left(&mut self, plan: &MigrationPlan) {
        let key = (plan.expires_at, plan.id);
        self.plans_left.remove(&key);
        remove(&mut self.plans_left_of_account, &plan.account_id, &key);
    }
}

/// What agents say all the time and nobody needs to remember: heartbeats and disk usage.
///
/// Not in the log. After a restart every machine has a fresh 30 s.
#[derive(Debug, Clone, Default)]
struct Heard {
    heartbeats: BTreeMap<MachineId, Timestamp>,
    /// The same by time, so that the next silence is found at once.
    by_time: BTreeSet<(Timestamp, MachineId)>,
    usage: BTreeMap<PodId, (u64, u64)>,
}

fn insert<K: Ord, V: Ord>(index: &mut BTreeMap<K, BTreeSet<V>>, key: K, value: V) {
    index.entry(key).or_default().insert(value);
}

fn remove<K: Ord, V: Ord>(index: &mut BTreeMap<K, BTreeSet<V>>, key: &K, value: &V) {
    if let Some(values) = index.get_mut(key) {
        values.remove(value);
        if values.is_empty() {
            index.remove(key);
        }
    }
}

impl Fleet {
    /// An empty fleet with an operator's settings; its first event will have sequence 1.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Some(settings),
            ..Self::default()
        }
    }

    /// Position of the last event in the log.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The operator's settings.
    ///
    /// # Panics
    /// Never: [`Fleet::new`] and [`FleetRecord`] both hold settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        self.settings.as_ref().expect("a fleet is made with settings")
    }

    /// An account.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    /// All accounts.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// A machine.
    #[must_use]
    pub fn machine(&self, id: MachineId) -> Option<&Machine> {
        self.machines.get(&id)
    }

    /// All machines, by ID.
    pub fn machines(&self) -> impl Iterator<Item = &Machine> {
        self.machines.values()
    }

    /// A template.
    #[must_use]
    pub fn template(&self, id: TemplateId) -> Option<&Template> {
        self.templates.get(&id)
    }

    /// Templates an account can use: shipped ones and its own.
    pub fn templates_for(&self, account_id: AccountId) -> impl Iterator<Item = &Template> {
        self.templates
            .values()
            .filter(move |it| it.is_usable_by(account_id))
    }

    /// A pod, terminated ones included.
    #[must_use]
    pub fn pod(&self, id: PodId) -> Option<&Pod> {
        self.pods.get(&id)
    }

    /// All pods, terminated ones included.
    pub fn pods(&self) -> impl Iterator<Item = &Pod> {
        self.pods.values()
    }

    /// An account's pods, terminated ones included, oldest first.
    pub fn pods_of(&self, account_id: AccountId) -> impl DoubleEndedIterator<Item = &Pod> {
        let ids = self.index.pods_of_account.get(&account_id).into_iter().flatten();
        ids.filter_map(|id| self.pods.get(id))
    }

    /// How many of an account's pods are not terminated.
    #[must_use]
    pub fn live_pods_of(&self, account_id: AccountId) -> usize {
        self.index
            .live_pods_of_account
            .get(&account_id)
            .copied()
            .unwrap_or(0)
    }

    /// Pods on a machine that are not terminated.
    pub fn pods_on(&self, machine_id: MachineId) -> impl Iterator<Item = &Pod> {
        let ids = self.index.pods_on_machine.get(&machine_id).into_iter().flatten();
        ids.filter_map(|id| self.pods.get(id))
    }

    /// Pods that mount a network volume and are not terminated.
    pub fn pods_mounting(&self, volume_id: VolumeId) -> impl Iterator<Item = &Pod> {
        let ids = self.index.pods_of_volume.get(&volume_id).into_iter().flatten();
        ids.filter_map(|id| self.pods.get(id))
    }

    /// A machine's queue, first come first.
    pub fn waiting_on(&self, machine_id: MachineId) -> impl Iterator<Item = PodId> {
        self.index
            .waiting_on_machine
            .get(&machine_id)
            .into_iter()
            .flatten()
            .map(|it| it.1)
    }

    /// Machines somebody waits for.
    pub fn machines_waited_for(&self) -> impl Iterator<Item = MachineId> {
        self.index.waiting_on_machine.keys().copied()
    }

    /// A volume, those that are gone included.
    #[must_use]
    pub fn volume(&self, id: VolumeId) -> Option<&Volume> {
        self.volumes.get(&id)
    }

    /// All volumes.
    pub fn volumes(&self) -> impl Iterator<Item = &Volume> {
        self.volumes.values()
    }

    /// An account's volumes, those that are gone included.
    pub fn volumes_of(&self, account_id: AccountId) -> impl Iterator<Item = &Volume> {
        let ids = self
            .index
            .volumes_of_account
            .get(&account_id)
            .into_iter()
            .flatten();
        ids.filter_map(|id| self.volumes.get(id))
    }

    /// A migration plan.
    #[must_use]
    pub fn plan(&self, id: MigrationPlanId) -> Option<&MigrationPlan> {
        self.plans.get(&id)
    }

    /// A migration.
    #[must_use]
    pub fn migration(&self, id: MigrationId) -> Option<&Migration> {
        self.migrations.get(&id)
    }

    /// An account's migrations, newest first.
    pub fn migrations_of(&self, account_id: AccountId) -> impl Iterator<Item = &Migration> {
        let ids = self
            .index
            .migrations_of_account
            .get(&account_id)
            .into_iter()
            .flatten()
            .rev();
        ids.filter_map(|id| self.migrations.get(id))
    }

    /// Migrations that have not ended.
    pub fn open_migrations(&self) -> impl Iterator<Item = &Migration> {
        self.index
            .open_migrations
            .iter()
            .filter_map(|id| self.migrations.get(id))
    }

    /// An open meter.
    #[must_use]
    pub fn meter(&self, id: MeterId) -> Option<&Meter> {
        self.meters.get(&id)
    }

    /// All open meters.
    pub fn meters(&self) -> impl Iterator<Item = &Meter> {
        self.meters.values()
    }

    /// An account's open meters.
    pub fn meters_of(&self, account_id: AccountId) -> impl Iterator<Item = &Meter> {
        let ids = self
            .index
            .meters_of_account
            .get(&account_id)
            .into_iter()
            .flatten();
        ids.filter_map(|id| self.meters.get(id))
    }

    /// What an account's open meters draw together.
    #[must_use]
    pub fn draw(&self, account_id: AccountId) -> Draw {
        self.index
            .draw_of_account
            .get(&account_id)
            .copied()
            .unwrap_or_default()
    }

    /// What an account's pods that were accepted and do not run yet will take of its balance for the minutes that must be
    /// covered, beside [`Fleet::draw`].
    #[must_use]
    pub fn starting(&self, account_id: AccountId) -> Money {
        let sum = self.index.starting_of_account.get(&account_id);
        sum.copied().unwrap_or(Money::ZERO)
    }

    /// The part of it that is one pod's.
    pub(crate) fn starting_of(&self, pod_id: PodId) -> Money {
        self.index.starting.get(&pod_id).copied().unwrap_or(Money::ZERO)
    }

    /// Open meters of a pod or volume.
    pub fn meters_on(&self, subject: Subject) -> impl Iterator<Item = &Meter> {
        let ids = self.index.meters_of_subject.get(&subject).into_iter().flatten();
        ids.filter_map(|id| self.meters.get(id))
    }

    /// An account's posted lines, oldest first.
    #[must_use]
    pub fn ledger(&self, account_id: AccountId) -> &[LedgerEntry] {
        self.ledgers.get(&account_id).map_or(&[], |it| &it.entries)
    }

    /// The sum of an account's posted lines: credits less entries.
    #[must_use]
    pub fn posted(&self, account_id: AccountId) -> Money {
        self.ledgers.get(&account_id).map_or(Money::ZERO, |it| it.posted)
    }

    /// The sum of an account's posted lines for one pod or volume.
    #[must_use]
    pub fn posted_on(&self, account_id: AccountId, subject: Subject) -> Money {
        let ledger = self.ledgers.get(&account_id);
        ledger
            .and_then(|it| it.by_subject.get(&subject))
            .copied()
            .unwrap_or(Money::ZERO)
    }

    /// The sum of an account's posted lines in the month `now` is in, credits apart.
    #[must_use]
    pub fn posted_in_month(&self, account_id: AccountId, now: Timestamp) -> Money {
        let ledger = self.ledgers.get(&account_id);
        ledger
            .and_then(|it| it.by_month.get(&now.month_start()))
            .copied()
            .unwrap_or(Money::ZERO)
    }

    /// The pod an old pod ID stands for now: follows every move.
    #[must_use]
    pub fn resolve(&self, pod_id: PodId) -> Option<&Pod> {
        let mut pod = self.pods.get(&pod_id)?;
        while let Some(next) = pod.moved_to.and_then(|it| self.pods.get(&it.pod_id)) {
            pod = next;
        }
        Some(pod)
    }

    /// A machine's last heartbeat, if it was heard since the control plane is up.
    #[must_use]
    pub fn last_heartbeat(&self, id: MachineId) -> Option<Timestamp> {
        self.heard.heartbeats.get(&id).copied()
    }

    /// Bytes used on a pod's volume and container disk, as last reported.
    #[must_use]
    pub fn usage(&self, pod: &Pod) -> (u64, u64) {
        let stored = (pod.volume_used_bytes, pod.container_used_bytes);
        self.heard.usage.get(&pod.id).copied().unwrap_or(stored)
    }

    /// The reachable machine that has been silent longest, and since when.
    pub(crate) fn longest_silent(&self) -> Option<(Timestamp, MachineId)> {
        self.heard.by_time.first().copied()
    }

    /// Remembers a heartbeat. Not an event: counts from the last one.
    pub(crate) fn hear(&mut self, id: MachineId, at: Timestamp) {
        if let Some(before) = self.heard.heartbeats.insert(id, at) {
            self.heard.by_time.remove(&(before, id));
        }
        self.heard.by_time.insert((at, id));
    }

    /// Stops watching a machine's silence, once it is known to be unreachable.
    pub(crate) fn stop_listening(&mut self, id: MachineId) {
        if let Some(at) = self.heard.heartbeats.get(&id) {
            self.heard.by_time.remove(&(*at, id));
        }
    }

    /// Remembers a pod's disk usage; returns what undoes it.
    pub(crate) fn use_disk(&mut self, pod_id: PodId, volume_bytes: u64, container_bytes: u64) -> Undo {
        let before = self.heard.usage.insert(pod_id, (volume_bytes, container_bytes));
        Undo::Usage(pod_id, before)
    }

    /// The meter whose minutes are due to be posted first, and when.
    pub(crate) fn next_posting(&self) -> Option<(Timestamp, MeterId)> {
        self.index.posting_due.first().copied()
    }

    /// The volume that leaves the bin first, and when.
    pub(crate) fn next_from_bin(&self) -> Option<(Timestamp, VolumeId)> {
        self.index.bin_due.first().copied()
    }

    /// The plan nobody has carried out that expires first, or has, and when.
    pub(crate) fn first_plan_left(&self) -> Option<(Timestamp, MigrationPlanId)> {
        self.index.plans_left.first().copied()
    }

    /// Of an account's plans that nobody has carried out: how many there are, and which expires first.
    pub(crate) fn plans_left_of(&self, account_id: AccountId) -> (usize, Option<MigrationPlanId>) {
        let left = self.index.plans_left_of_account.get(&account_id);
        left.map_or((0, None), |it| (it.len(), it.first().map(|it| it.1)))
    }

    /// The account whose funds have to be looked at first, and when.
    pub(crate) fn next_funds(&self) -> Option<(Timestamp, AccountId)> {
        self.index.funds_due.first().copied()
    }

    /// Accounts whose meters or balance changed since they were last taken from here.
    pub(crate) fn take_funds_changed(&mut self) -> BTreeSet<AccountId> {
        std::mem::take(&mut self.index.funds_changed)
    }

    /// Sets when an account's funds have to be looked at again.
    pub(crate) fn look_at_funds(&mut self, account_id: AccountId, at: Option<Timestamp>) {
        if let Some(before) = self.index.funds_due_of.remove(&account_id) {
            self.index.funds_due.remove(&(before, account_id));
        }
        if let Some(at) = at {
            self.index.funds_due_of.insert(account_id, at);
            self.index.funds_due.insert((at, account_id));
        }
    }

    /// Replays one event. Cannot fail: the event holds the whole thing as it is since then.
    pub fn evolve(&mut self, event: &Event) {
        self.sequence = event.sequence;
        let _before = self.put(event.change.clone());
    }

    pub(crate) const fn set_sequence(&mut self, sequence: u64) {
        self.sequence = sequence;
    }

    /// Puts a thing in place; returns what undoes it.
    pub(crate) fn put(&mut self, change: Change) -> Undo {
        match change {
            Change::Settings(it) => Undo::Settings(self.settings.replace(*it).map(Box::new)),
            Change::Account(it) => Undo::Account(it.id, self.accounts.insert(it.id, *it).map(Box::new)),
            // Nobody reads a deleted one: the pods made from it are copies that hold its ID. So what is kept is bounded.
            Change::Template(it) if it.deleted => {
                Undo::Template(it.id, self.templates.remove(&it.id).map(Box::new))
            }
            Change::Template(it) => Undo::Template(it.id, self.templates.insert(it.id, *it).map(Box::new)),
            Change::Plan(it) => Undo::Plan(it.id, self.put_plan(it.id, Some(*it)).map(Box::new)),
            Change::PlanDropped(it) => Undo::Plan(it.id, self.put_plan(it.id, None).map(Box::new)),
            Change::Machine(it) => Undo::Machine(it.id, self.put_machine(it.id, Some(*it)).map(Box::new)),
            Change::Pod(it) => Undo::Pod(it.id, self.put_pod(it.id, Some(*it)).map(Box::new)),
            Change::Volume(it) => Undo::Volume(it.id, self.put_volume(it.id, Some(*it)).map(Box::new)),
            Change::Migration(it) => {
                Undo::Migration(it.id, self.put_migration(it.id, Some(*it)).map(Box::new))
            }
            Change::Meter(it) => Undo::Meter(it.id, self.put_meter(it.id, Some(*it)).map(Box::new)),
            Change::MeterClosed(it) => Undo::Meter(it.id, self.put_meter(it.id, None).map(Box::new)),
            Change::Posted(it) => {
                let account_id = it.account_id;
                self.index.funds_changed.insert(account_id);
                let ledger = self.ledgers.entry(account_id).or_default();
                ledger.add(&it, it.amount);
                ledger.entries.push(*it);
                Undo::Posted(account_id)
            }
        }
    }

    /// Takes a change back.
    pub(crate) fn undo(&mut self, undo: Undo) {
        fn restore<K: Ord, V>(map: &mut BTreeMap<K, V>, id: K, before: Option<Box<V>>) {
            match before {
                Some(it) => map.insert(id, *it),
                None => map.remove(&id),
            };
        }
        match undo {
            Undo::Settings(before) => self.settings = before.map(|it| *it),
            Undo::Account(id, before) => restore(&mut self.accounts, id, before),
            Undo::Template(id, before) => restore(&mut self.templates, id, before),
            Undo::Plan(id, before) => drop(self.put_plan(id, before.map(|it| *it))),
            Undo::Machine(id, before) => drop(self.put_machine(id, before.map(|it| *it))),
            Undo::Pod(id, before) => drop(self.put_pod(id, before.map(|it| *it))),
            Undo::Volume(id, before) => drop(self.put_volume(id, before.map(|it| *it))),
            Undo::Migration(id, before) => drop(self.put_migration(id, before.map(|it| *it))),
            Undo::Meter(id, before) => drop(self.put_meter(id, before.map(|it| *it))),
            Undo::Usage(id, before) => {
                match before {
                    Some(usage) => self.heard.usage.insert(id, usage),
                    None => self.heard.usage.remove(&id),
                };
            }
            Undo::Posted(account_id) => {
                if let Some(ledger) = self.ledgers.get_mut(&account_id)
                    && let Some(entry) = ledger.entries.pop()
                {
                    ledger.add(&entry, -entry.amount);
                }
            }
        }
    }

    fn put_machine(&mut self, id: MachineId, machine: Option<Machine>) -> Option<Machine> {
        match machine {
            Some(machine) => self.machines.insert(id, machine),
            None => self.machines.remove(&id),
        }
    }

    fn put_pod(&mut self, id: PodId, pod: Option<Pod>) -> Option<Pod> {
        let before = self.pods.remove(&id);
        if let Some(before) = &before {
            remove(&mut self.index.pods_of_account, &before.account_id, &id);
            if before.state.kind() != PodStateKind::Terminated {
                let live = self
                    .index
                    .live_pods_of_account
                    .entry(before.account_id)
                    .or_default();
                *live = live.saturating_sub(1);
            }
            // As it was counted: prices may have changed since.
            if let Some(part) = self.index.starting.remove(&id) {
                *self
                    .index
                    .starting_of_account
                    .entry(before.account_id)
                    .or_default() -= part;
            }
            remove(&mut self.index.pods_on_machine, &before.machine_id, &id);
            for mount in &before.spec.mounts {
                remove(&mut self.index.pods_of_volume, &mount.volume_id, &id);
            }
            if let Some(waiting) = before.waiting {
                remove(
                    &mut self.index.waiting_on_machine,
                    &before.machine_id,
                    &(waiting.since, id),
                );
            }
        }
        if let Some(pod) = pod {
            insert(&mut self.index.pods_of_account, pod.account_id, id);
            // A terminated pod is on no machine, mounts nothing and waits for nothing.
            if pod.state.kind() != PodStateKind::Terminated {
                *self.index.live_pods_of_account.entry(pod.account_id).or_default() += 1;
                let part = starting(self, &pod);
                if part > Money::ZERO {
                    self.index.starting.insert(id, part);
                    *self.index.starting_of_account.entry(pod.account_id).or_default() += part;
                }
                insert(&mut self.index.pods_on_machine, pod.machine_id, id);
                for mount in &pod.spec.mounts {
                    insert(&mut self.index.pods_of_volume, mount.volume_id, id);
                }
                if let Some(waiting) = pod.waiting {
                    insert(
                        &mut self.index.waiting_on_machine,
                        pod.machine_id,
                        (waiting.since, id),
                    );
                }
            }
            self.pods.insert(id, pod);
        }
        before
    }

    fn put_volume(&mut self, id: VolumeId, volume: Option<Volume>) -> Option<Volume> {
        let before = self.volumes.remove(&id);
        if let Some(before) = &before {
            remove(&mut self.index.volumes_of_account, &before.account_id, &id);
            if let VolumeBin::InBin { until } = before.bin {
                self.index.bin_due.remove(&(until, id));
            }
        }
        if let Some(volume) = volume {
            insert(&mut self.index.volumes_of_account, volume.account_id, id);
            if let VolumeBin::InBin { until } = volume.bin {
                self.index.bin_due.insert((until, id));
            }
            self.volumes.insert(id, volume);
        }
        before
    }

    fn put_plan(&mut self, id: MigrationPlanId, plan: Option<MigrationPlan>) -> Option<MigrationPlan> {
        let before = self.plans.remove(&id);
        if let Some(before) = &before {
            self.index.plan_not_left(before);
        }
        if let Some(plan) = plan {
            self.index.plan_left(&plan);
            self.plans.insert(id, plan);
        }
        before
    }

    fn put_migration(&mut self, id: MigrationId, migration: Option<Migration>) -> Option<Migration> {
        let before = self.migrations.remove(&id);
        if let Some(before) = &before {
            remove(&mut self.index.migrations_of_account, &before.account_id, &id);
            self.index.open_migrations.remove(&id);
            self.index.plans_carried_out.remove(&before.plan_id);
            if let Some(plan) = self.plans.get(&before.plan_id) {
                self.index.plan_left(plan);
            }
        }
        if let Some(migration) = migration {
            insert(&mut self.index.migrations_of_account, migration.account_id, id);
            if !migration.state.phase.is_ended() {
                self.index.open_migrations.insert(id);
            }
            self.index.plans_carried_out.insert(migration.plan_id);
            if let Some(plan) = self.plans.get(&migration.plan_id) {
                self.index.plan_not_left(plan);
            }
            self.migrations.insert(id, migration);
        }
        before
    }

    fn put_meter(&mut self, id: MeterId, meter: Option<Meter>) -> Option<Meter> {
        let before = self.meters.remove(&id);
        if let Some(before) = &before {
            self.index.posting_due.remove(&(before.posting_due(), id));
            self.index.funds_changed.insert(before.account_id);
            remove(&mut self.index.meters_of_account, &before.account_id, &id);
            let draw = self.index.draw_of_account.entry(before.account_id).or_default();
            *draw = draw.without(before);
            remove(&mut self.index.meters_of_subject, &before.subject, &id);
        }
        if let Some(meter) = meter {
            self.index.posting_due.insert((meter.posting_due(), id));
            self.index.funds_changed.insert(meter.account_id);
            insert(&mut self.index.meters_of_account, meter.account_id, id);
            let draw = self.index.draw_of_account.entry(meter.account_id).or_default();
            *draw = draw.with(&meter);
            insert(&mut self.index.meters_of_subject, meter.subject, id);
            self.meters.insert(id, meter);
        }
        before
    }

    /// Everything that is in the log, to be written as a snapshot.
    #[must_use]
    pub fn record(&self) -> FleetRecord {
        let changes = std::iter::once(Change::Settings(Box::new(self.settings().clone())))
            .chain(
                self.accounts
                    .values()
                    .map(|it| Change::Account(Box::new(it.clone()))),
            )
            .chain(
                self.machines
                    .values()
                    .map(|it| Change::Machine(Box::new(it.clone()))),
            )
            .chain(
                self.templates
                    .values()
                    .map(|it| Change::Template(Box::new(it.clone()))),
            )
            .chain(self.pods.values().map(|it| Change::Pod(Box::new(it.clone()))))
            .chain(
                self.volumes
                    .values()
                    .map(|it| Change::Volume(Box::new(it.clone()))),
            )
            .chain(self.plans.values().map(|it| Change::Plan(Box::new(it.clone()))))
            .chain(
                self.migrations
                    .values()
                    .map(|it| Change::Migration(Box::new(it.clone()))),
            )
            .chain(self.meters.values().map(|it| Change::Meter(Box::new(it.clone()))))
            .chain(
                self.ledgers
                    .values()
                    .flat_map(|it| &it.entries)
                    .map(|it| Change::Posted(Box::new(it.clone()))),
            )
            .collect();
        FleetRecord {
            sequence: self.sequence,
            changes,
        }
    }

    /// A hash of everything that is in the log: two fleets with one history have the same.
    ///
    /// # Errors
    /// A thing that cannot be written; none of ours is.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        let mut hasher = blake3::Hasher::new();
        let record = self.record();
        hasher.update(&record.sequence.to_le_bytes());
        for change in &record.changes {
            hasher.update(&serde_json::to_vec(change)?);
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Machines that are heard, for a fresh start of listening.
    pub(crate) fn ready_machines(&self) -> Vec<MachineId> {
        self.machines
            .values()
            .filter(|it| it.state == MachineState::Ready)
            .map(|it| it.id)
            .collect()
    }
}

/// A fleet as a list of things, to be written and read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FleetRecord {
    /// Position of the last event it holds.
    pub sequence: u64,
    /// Every thing, as the event that last changed it carried it.
    pub changes: Vec<Change>,
}

impl From<FleetRecord> for Fleet {
    fn from(record: FleetRecord) -> Self {
        let mut fleet = Self {
            sequence: record.sequence,
            ..Self::default()
        };
        for change in record.changes {
            let _before = fleet.put(change);
        }
        fleet
    }
}

/// What takes a change back.
#[derive(Debug)]
pub(crate) enum Undo {
    Settings(Option<Box<Settings>>),
    Account(AccountId, Option<Box<Account>>),
    Template(TemplateId, Option<Box<Template>>),
    Plan(MigrationPlanId, Option<Box<MigrationPlan>>),
    Machine(MachineId, Option<Box<Machine>>),
    Pod(PodId, Option<Box<Pod>>),
    Volume(VolumeId, Option<Box<Volume>>),
    Migration(MigrationId, Option<Box<Migration>>),
    Meter(MeterId, Option<Box<Meter>>),
    Usage(PodId, Option<(u64, u64)>),
    Posted(AccountId),
}
