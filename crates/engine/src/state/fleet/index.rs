//! What is derived from the things of a fleet and kept in step with them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    AccountId, MachineId, MeterId, MigrationId, MigrationPlanId, Money, PodId, Timestamp, VolumeId,
};

use super::super::{Draw, MigrationPlan, Subject};

/// What is derived from the things and kept in step with them.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    pub(super) pods_of_account: BTreeMap<AccountId, BTreeSet<PodId>>,
    /// Those that are not terminated.
    pub(super) live_pods_of_account: BTreeMap<AccountId, usize>,
    pub(super) pods_on_machine: BTreeMap<MachineId, BTreeSet<PodId>>,
    pub(super) pods_of_volume: BTreeMap<VolumeId, BTreeSet<PodId>>,
    pub(super) waiting_on_machine: BTreeMap<MachineId, BTreeSet<(Timestamp, PodId)>>,
    pub(super) volumes_of_account: BTreeMap<AccountId, BTreeSet<VolumeId>>,
    pub(super) migrations_of_account: BTreeMap<AccountId, BTreeSet<MigrationId>>,
    pub(super) open_migrations: BTreeSet<MigrationId>,
    pub(super) plans_carried_out: BTreeSet<MigrationPlanId>,
    /// The other ones, by the time they expire.
    pub(super) plans_left: BTreeSet<(Timestamp, MigrationPlanId)>,
    pub(super) plans_left_of_account: BTreeMap<AccountId, BTreeSet<(Timestamp, MigrationPlanId)>>,
    pub(super) meters_of_account: BTreeMap<AccountId, BTreeSet<MeterId>>,
    pub(super) draw_of_account: BTreeMap<AccountId, Draw>,
    /// What each pod that was accepted and does not run yet will take of its account's balance, and the sums of it.
    pub(super) starting: BTreeMap<PodId, Money>,
    pub(super) starting_of_account: BTreeMap<AccountId, Money>,
    pub(super) meters_of_subject: BTreeMap<Subject, BTreeSet<MeterId>>,
    /// When the unposted minutes of a meter are due to be posted.
    pub(super) posting_due: BTreeSet<(Timestamp, MeterId)>,
    /// When a volume leaves the bin for good.
    pub(super) bin_due: BTreeSet<(Timestamp, VolumeId)>,
    /// When an account's funds have to be looked at again.
    pub(super) funds_due: BTreeSet<(Timestamp, AccountId)>,
    pub(super) funds_due_of: BTreeMap<AccountId, Timestamp>,
    /// Accounts whose meters or balance changed since their funds were looked at.
    pub(super) funds_changed: BTreeSet<AccountId>,
}

impl Index {
    /// What a pod that was accepted and does not run yet will take; most pods run or are stopped, and take nothing.
    pub(super) fn starts(&mut self, id: PodId, account_id: AccountId, part: Money) {
        if part > Money::ZERO {
            self.starting.insert(id, part);
            *self.starting_of_account.entry(account_id).or_default() += part;
        }
    }

    /// Takes it back as it was counted.
    pub(super) fn starts_no_more(&mut self, id: PodId, account_id: AccountId) {
        if let Some(part) = self.starting.remove(&id) {
            *self.starting_of_account.entry(account_id).or_default() -= part;
        }
    }

    /// A plan that is kept only until it is forgotten, unless a migration carries it out.
    pub(super) fn plan_left(&mut self, plan: &MigrationPlan) {
        if !self.plans_carried_out.contains(&plan.id) {
            let key = (plan.expires_at, plan.id);
            self.plans_left.insert(key);
            insert(&mut self.plans_left_of_account, plan.account_id, key);
        }
    }

    pub(super) fn plan_not_left(&mut self, plan: &MigrationPlan) {
        let key = (plan.expires_at, plan.id);
        self.plans_left.remove(&key);
        remove(&mut self.plans_left_of_account, &plan.account_id, &key);
    }
}

pub(super) fn insert<K: Ord, V: Ord>(index: &mut BTreeMap<K, BTreeSet<V>>, key: K, value: V) {
    index.entry(key).or_default().insert(value);
}

pub(super) fn remove<K: Ord, V: Ord>(index: &mut BTreeMap<K, BTreeSet<V>>, key: &K, value: &V) {
    if let Some(values) = index.get_mut(key) {
        values.remove(value);
        if values.is_empty() {
            index.remove(key);
        }
    }
}
