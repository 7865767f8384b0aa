//! Things are put in their place, their indices with them, and taken back.

use std::collections::BTreeMap;

use domain::pod::PodStateKind;
use domain::{AccountId, MachineId, MeterId, MigrationId, MigrationPlanId, PodId, TemplateId, VolumeId};

use super::super::{
    Account, Machine, Meter, Migration, MigrationPlan, Pod, Settings, Template, Volume, VolumeBin, starting,
};
use super::Fleet;
use super::index::{insert, remove};
use crate::event::{Change, Event};

impl Fleet {
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
            Change::Settings(it) => Undo::Settings(self.put_settings(Some(*it)).map(Box::new)),
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
            Undo::Settings(before) => drop(self.put_settings(before.map(|it| *it))),
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

    /// What waits to run is counted at the prices of the day.
    fn put_settings(&mut self, settings: Option<Settings>) -> Option<Settings> {
        let before = std::mem::replace(&mut self.settings, settings);
        let parts: Vec<_> = self
            .pods
            .values()
            .map(|it| (it.id, it.account_id, starting(self, it)))
            .collect();
        for (id, account_id, part) in parts {
            self.index.starts_no_more(id, account_id);
            self.index.starts(id, account_id, part);
        }
        before
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
            self.index.starts_no_more(id, before.account_id);
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
                self.index.starts(id, pod.account_id, part);
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
