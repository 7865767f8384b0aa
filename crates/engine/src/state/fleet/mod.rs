//! The fleet: every thing by its ID, and the indices that make questions cheap.
//!
//! All maps are ordered, so that nothing ever depends on hash order.

mod change;
mod index;
mod record;

use std::collections::{BTreeMap, BTreeSet};

use domain::machine::MachineState;
use domain::{
    AccountId, MachineId, MeterId, MigrationId, MigrationPlanId, Money, PodId, TemplateId, Timestamp,
    VolumeId,
};

use self::index::Index;
use super::{
    Account, Draw, LedgerEntry, Machine, Meter, Migration, MigrationPlan, Pod, Resource, Settings, Subject,
    Template, Volume,
};

pub(crate) use self::change::Undo;
pub use self::record::FleetRecord;

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

    /// Machines that are heard, for a fresh start of listening.
    pub(crate) fn ready_machines(&self) -> Vec<MachineId> {
        self.machines
            .values()
            .filter(|it| it.state == MachineState::Ready)
            .map(|it| it.id)
            .collect()
    }
}
