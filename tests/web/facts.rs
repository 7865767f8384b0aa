//! Pods, volumes, plans and the like as the API sends them, each of one kind and changed where a test cares.

use std::sync::Arc;

use api::Problem;
use api::account::{Burn, LedgerLine};
use api::migrations::{Migration, MigrationPlan};
use api::pods::Pod;
use api::volumes::Volume;
use domain::{PodId, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::server::Reply;

/// The moment at which tests take place.
pub const NOW_MS: i64 = 1_800_000_000_000;

/// A moment as the API writes it.
pub fn at(minutes: i64) -> Value {
    json!(Timestamp::from_millis(NOW_MS).plus_minutes(minutes))
}

/// An ID of a kind: `pod`, `vol`, `mch` …
pub fn id(kind: &str, number: u32) -> String {
    format!("{kind}{number:026}")
}

/// The pod of most tests.
pub fn pod_id() -> PodId {
    id("pod", 1).parse().unwrap()
}

/// Reads a value of the API.
pub fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A good answer with this body.
pub fn answer(value: &Value) -> Reply {
    Reply::Json(200, value.to_string())
}

/// A refusal.
pub fn refusal(problem: &Problem) -> Reply {
    Reply::Json(problem.status, serde_json::to_string(problem).unwrap())
}

/// Puts `changes` over a value, member by member.
fn changed(mut value: Value, changes: Value) -> Value {
    match (&mut value, changes) {
        (Value::Object(members), Value::Object(changes)) => {
            for (name, change) in changes {
                let old = members.remove(&name).unwrap_or_default();
                members.insert(name, changed(old, change));
            }
            value
        }
        (_, changes) => changes,
    }
}

/// A row of the list of pods: `train-a`, running on two GPUs.
pub fn row(changes: Value) -> Value {
    let row = json!({
        "id": id("pod", 1), "name": "train-a", "generation": 3, "state": "RUNNING", "since": at(-30),
        "machineId": id("mch", 1), "machineName": "m-nl-014", "dataCenterId": "AMS-1", "cloud": "SECURE",
        "gpuType": "NVIDIA GeForce RTX 4090", "gpuCount": 2, "microsPerHour": 1_380_000, "data": "local",
        "createdAt": at(-600),
    });
    changed(row, changes)
}

/// The same pod with all about it. The server names no actions, so that the state decides.
pub fn pod_json(changes: Value) -> Value {
    let pod = json!({
        "summary": row(json!({})), "desired": "RUNNING", "image": "ubuntu:24.04", "args": "", "env": {}, "vcpuCount": 16,
        "memoryGib": 64, "containerDisk": { "sizeGb": 20, "usedBytes": 1_000_000_000, "path": "/" },
        "volume": { "sizeGb": 180, "usedBytes": 90_000_000_000_u64, "path": "/workspace" }, "mounts": [],
        "endpoints": [], "internalDns": "x.pods.internal", "actions": [], "timeline": [], "sequence": 9,
        "cost": { "nowMicrosPerHour": 1_380_000, "runningMicrosPerHour": 1_380_000, "stoppedMicrosPerHour": 49_000,
            "accruedMicros": 5_000_000, "meters": [] },
    });
    changed(pod, changes)
}

/// The same, read.
pub fn pod(changes: Value) -> Arc<Pod> {
    Arc::new(read(pod_json(changes)))
}

/// A network volume of 100 GB that no pod mounts.
pub fn volume_json(changes: Value) -> Value {
    let volume = json!({
        "id": id("vol", 1), "name": "datasets", "generation": 1, "dataCenterId": "AMS-1", "sizeGb": 100,
        "usedBytes": 40_000_000_000_u64, "microsPerMonth": 7_000_000, "accruedMicros": 100_000, "attachedTo": [],
        "createdAt": at(-6_000), "placement": [],
    });
    changed(volume, changes)
}

/// The same, read.
pub fn volume(changes: Value) -> Arc<Volume> {
    Arc::new(read(volume_json(changes)))
}

/// Two data centres, of which one offers network volumes.
pub fn offers() -> Value {
    json!({
        "gpus": [], "sequence": 1,
        "dataCenters": [
            { "id": "AMS-1", "name": "Amsterdam", "country": "NL", "networkVolumes": true },
            { "id": "OSL-1", "name": "Oslo", "country": "NO", "networkVolumes": false },
        ],
        "prices": { "diskRunningMicros": 100_000, "diskStoppedMicros": 200_000, "networkVolumeMicros": 70_000,
            "networkVolumeAboveMicros": 50_000, "networkVolumeThresholdGb": 1_000, "vcpuMicrosPerHour": 30_000,
            "cpuOnlyMicrosPerHour": 60_000 },
    })
}

fn plan_machine(number: u32, free: u32) -> Value {
    json!({
        "machineId": id("mch", number), "name": format!("m-nl-{number:03}"), "dataCenterId": "AMS-1", "cloud": "SECURE",
        "gpuType": "NVIDIA GeForce RTX 4090", "gpuFree": free, "gpuTotal": 8, "microsPerHour": 1_380_000,
    })
}

/// A plan with two kinds of change to acknowledge and nothing that is lost.
pub fn plan_json(changes: Value) -> Value {
    let plan = json!({
        "id": id("pln", 1), "digest": "d1", "podId": id("pod", 1), "podName": "train-a", "newPodId": id("pod", 2),
        "createdAt": at(0), "expiresAt": at(15), "source": plan_machine(1, 0), "target": plan_machine(2, 4),
        "targetReason": "It is near.", "alternatives": [], "kept": ["name"], "disks": [], "bytesToCopy": 0,
        "etaSeconds": [60, 120], "findings": [], "acknowledge": ["pod_id", "proxy_url"], "consent": [],
        "changes": [{ "kind": "pod_id", "port": null, "from": id("pod", 1), "to": id("pod", 2) }],
        "cost": { "beforeMicrosPerHour": 49_000, "duringMicrosPerHour": 49_000, "afterMicrosPerHour": 1_380_000,
            "keptSourceMicrosPerDay": 0 },
        "stopsRunningPod": false, "stale": false, "sequence": 1,
    });
    changed(plan, changes)
}

/// The same, read.
pub fn plan(changes: Value) -> Arc<MigrationPlan> {
    Arc::new(read(plan_json(changes)))
}

/// A move that waits to be confirmed.
pub fn migration_json(changes: Value) -> Value {
    let migration = json!({
        "id": id("mig", 1), "generation": 5, "planId": id("pln", 1), "state": "AWAITING_CONFIRMATION", "since": at(-10),
        "startedAt": at(-60), "podName": "train-a", "sourcePodId": id("pod", 1), "targetPodId": id("pod", 2),
        "sourceMachine": "m-nl-001", "targetMachine": "m-nl-002",
        "progress": { "bytesDone": 9, "bytesTotal": 9, "bytesPerSecond": 0 }, "actions": [], "confirmBy": at(1_430),
        "changes": [], "writtenSinceSwitchBytes": 0, "timeline": [], "sequence": 1,
    });
    changed(migration, changes)
}

/// The same, read.
pub fn migration(changes: Value) -> Arc<Migration> {
    Arc::new(read(migration_json(changes)))
}

/// An account with $10, of which nothing is charged.
pub fn account() -> Value {
    json!({
        "id": id("acc", 1), "name": "ada", "currency": "USD", "asOf": at(0), "balanceMicros": 10_000_000,
        "postedMicros": 10_000_000, "burn": Burn::default(), "funds": { "state": "ok" }, "monthToDateMicros": 0,
        "meters": [], "scopes": [], "operator": false, "sequence": 1,
    })
}

/// Three minutes of two GPUs at $0.69 an hour.
pub fn ledger_line(changes: Value) -> LedgerLine {
    let line = json!({
        "id": id("led", 1), "resource": "pod_gpu", "reason": "running", "podId": id("pod", 1), "name": "train-a",
        "from": at(-3), "to": at(0), "minutes": 3, "firstMinute": 1, "quantity": 2, "rateMicros": 690_000,
        "perMinutes": 60, "amountMicros": -69_000, "balanceAfterMicros": 10_000_000, "postedAt": at(0),
    });
    read(changed(line, changes))
}
