//! Filters, sorts and pages of the lists.

use std::io::Write;

use domain::ids::IdMint;
use domain::machine::{Cloud, MachineDemand};
use domain::names::{DataCenterId, GpuTypeId, Image, Name};
use domain::pod::Compute;
use domain::prices::PriceBook;
use domain::{Money, Timestamp};
use engine::command::{NewMachine, NewPod, PodEdit};
use engine::state::{DataCenter, Policy, Settings};
use engine::{Actor, Command, Fleet, Moment, Outcome};
use proptest::prelude::*;
use roadstead_api::serve::{Method, Prepared, Principal, Request, Scopes, prepare};
use serde_json::{Value, json};

use crate::common::{Client, escaped, present};

fn names(list: &Value) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

fn pods(client: &mut Client, q: &str) -> Vec<String> {
    let answer = client.get(&format!("/api/v1/pods?sort=name&limit=1000&q={}", escaped(q)));
    assert_eq!(answer.status, 200, "{q}: {:#}", answer.body);
    names(&answer.body["pods"])
}

/// Each filter against the same question asked of the rows themselves.
#[test]
fn filters_find_what_the_rows_say() {
    let mut client = Client::shared();
    let rows = client.get("/api/v1/pods?sort=name&limit=1000").body["pods"]
        .as_array()
        .unwrap()
        .clone();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let cost = |row: &Value| row["microsPerHour"].as_i64().unwrap();
    let created = |row: &Value| row["createdAt"].as_str().unwrap().parse::<Timestamp>().unwrap();
    let day_ago = present().plus_hours(-24);
    type Wanted<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
    let table: Vec<(String, Wanted<'_>)> = vec![
        (String::new(), Box::new(|_| true)),
        (
            "state:running".into(),
            Box::new(|it| text(it, "state") == "RUNNING"),
        ),
        (
            "STATE:Stopped,error".into(),
            Box::new(|it| ["STOPPED", "ERROR"].contains(&text(it, "state").as_str())),
        ),
        (
            "-state:running".into(),
            Box::new(|it| text(it, "state") != "RUNNING"),
        ),
        (
            "gpu:4090".into(),
            Box::new(|it| text(it, "gpuType").contains("4090")),
        ),
        (
            "gpu:\"a100 sxm\"".into(),
            Box::new(|it| text(it, "gpuType") == "NVIDIA A100-SXM4-80GB"),
        ),
        (
            "dc:eu-se-1".into(),
            Box::new(|it| text(it, "dataCenterId") == "EU-SE-1"),
        ),
        (
            "-dc:EU-SE-1,EU-NL-1".into(),
            Box::new(|it| !text(it, "dataCenterId").starts_with("EU-")),
        ),
        (
            "machine:nl-".into(),
            Box::new(|it| text(it, "machineName").starts_with("nl-")),
        ),
        (
            "cloud:community".into(),
            Box::new(|it| text(it, "cloud") == "COMMUNITY"),
        ),
        ("cost>0.5".into(), Box::new(|it| cost(it) > 500_000)),
        (
            "cost<=0.1 -cost:0".into(),
            Box::new(|it| cost(it) <= 100_000 && cost(it) != 0),
        ),
        (
            "data:network".into(),
            Box::new(|it| text(it, "data") == "network"),
        ),
        (
            "data:local,none state:stopped".into(),
            Box::new(|it| text(it, "data") != "network" && text(it, "state") == "STOPPED"),
        ),
        ("created<1d".into(), Box::new(|it| created(it) > day_ago)),
        ("created>=24h".into(), Box::new(|it| created(it) <= day_ago)),
        (format!("created<{day_ago}"), Box::new(|it| created(it) < day_ago)),
        (
            "name:TRAIN".into(),
            Box::new(|it| text(it, "name").contains("train")),
        ),
        (
            "train llama".into(),
            Box::new(|it| text(it, "name").contains("train") && text(it, "name").contains("llama")),
        ),
        (
            client.pod("sd-webui"),
            Box::new(|it| text(it, "name") == "sd-webui"),
        ),
        (
            format!("https://{}-8188.proxy.pods.example/", client.pod("sd-webui")),
            Box::new(|it| text(it, "name") == "sd-webui"),
        ),
        ("nothing-is-called-so".into(), Box::new(|_| false)),
    ];
    for (q, wanted) in &table {
        let expected: Vec<String> = rows
            .iter()
            .filter(|it| wanted(it))
            .map(|it| text(it, "name"))
            .collect();
        assert_eq!(pods(&mut client, q), expected, "{q}");
        assert!(
            q == "nothing-is-called-so" || !expected.is_empty(),
            "{q} tells nothing"
        );
    }
}

#[test]
fn sorts_are_in_order_both_ways() {
    let mut client = Client::shared();
    for (key, pointer) in [
        ("cost", "/microsPerHour"),
        ("created", "/createdAt"),
        ("machine", "/machineName"),
        ("gpu", "/gpuType"),
        ("name", "/name"),
    ] {
        let sorted = |client: &mut Client, sort: &str| -> Vec<Value> {
            let answer = client.get(&format!("/api/v1/pods?limit=1000&sort={sort}"));
            let rows = answer.body["pods"].as_array().unwrap().clone();
            rows.iter()
                .map(|it| it.pointer(pointer).cloned().unwrap_or_else(|| "".into()))
                .collect()
        };
        let up = sorted(&mut client, key);
        let number = |it: &Value| it.as_i64().unwrap_or_default();
        let text = |it: &Value| it.as_str().unwrap_or_default().to_ascii_lowercase();
        assert!(
            up.is_sorted_by(|a, b| (number(a), text(a)) <= (number(b), text(b))),
            "{key}"
        );
        let mut down = sorted(&mut client, &format!("-{key}"));
        down.reverse();
        assert_eq!(up, down, "{key}");
    }
}

#[test]
fn machines_are_filtered_and_sorted_too() {
    let mut client = Client::shared();
    let mut found = |q: &str| {
        names(
            &client
                .get(&format!("/api/v1/machines?sort=-free,name&q={}", escaped(q)))
                .body["machines"],
        )
    };
    let all = found("");
    assert!(all.len() > 5);
    assert!(found("state:unreachable").contains(&"de-4090-1".to_owned()));
    assert!(
        found("dc:EU-NL-1 -gpu:4090")
            .iter()
            .all(|it| it.starts_with("nl-") && !it.contains("4090"))
    );
    assert_eq!(found("country:SE free>=0").len(), found("country:SE").len());
    assert!(!found("price<0.4 cloud:community").is_empty());
    let answer = client.get("/api/v1/machines?q=colour:red");
    assert_eq!((answer.status, answer.number("/column")), (400, 1));
}

#[test]
fn cursors_belong_to_their_list_filter_and_sort() {
    let mut client = Client::shared();
    let first = client.get("/api/v1/pods?limit=2&q=state:running&sort=-cost");
    let cursor = first.text("/pagination/nextCursor").to_owned();
    let mut status = |path: &str| client.get(&format!("{path}&cursor={cursor}")).status;
    assert_eq!(status("/api/v1/pods?limit=5&q=state:running&sort=-cost"), 200);
    for other in [
        "/api/v1/pods?limit=2&q=state:running&sort=cost",
        "/api/v1/pods?limit=2&q=state:stopped&sort=-cost",
        "/api/v1/pods?limit=2&sort=-cost",
        "/api/v1/machines?limit=2&q=state:running&sort=-cost",
        "/v2/pods?limit=2",
        "/api/v1/ledger?limit=2",
    ] {
        assert_eq!(status(other), 400, "{other}");
    }
    client.act_as("Kestrel Studio");
    assert_eq!(
        client
            .get(&format!(
                "/api/v1/pods?limit=2&q=state:running&sort=-cost&cursor={cursor}"
            ))
            .status,
        400
    );
}

/// Rows that come or go between two pages neither repeat nor hide others.
#[test]
fn pages_stay_stable_while_the_list_changes() {
    let mut client = Client::demo();
    let path = "/api/v1/pods?sort=name&limit=5";
    let before = pods(&mut client, "");
    let first = client.get(path);
    let gone = client.pod(&before[2]).parse().unwrap();
    client.run(Command::UpdatePod {
        pod_id: gone,
        edit: Box::new(PodEdit {
            name: Some(Name::try_from("aaa").unwrap()),
            ..PodEdit::default()
        }),
    });
    let next = client.get(&format!("{path}&cursor={}", first.text("/pagination/nextCursor")));
    assert_eq!(names(&next.body["pods"]), before[5..10]);
}

/// A fleet of one account with this many pods, without simulated machines.
fn large(count: usize) -> (Fleet, Principal) {
    let data_center = |id: &str| DataCenter {
        id: DataCenterId::try_from(id).unwrap(),
        name: id.to_owned(),
        country: "DE".to_owned(),
        region: "EUROPE".to_owned(),
        network_volumes: true,
    };
    let mut fleet = Fleet::new(Settings {
        pod_domain: domain::endpoints::PodDomain::local(8080),
        prices: PriceBook::default(),
        policy: Policy::default(),
        data_centers: vec![data_center("FRA-1"), data_center("FRA-2")],
    });
    let mut seeds = IdMint::new(present(), 7);
    let mut now = present().plus_hours(-1_000);
    let mut run = |actor: &Actor, command| {
        now = now.plus_seconds(7);
        engine::execute(
            &mut fleet,
            actor,
            command,
            Moment {
                now,
                seed: seeds.next_bits(),
            },
        )
        .unwrap()
        .outcome
    };
    let name = |text: String| Name::try_from(text).unwrap();
    let account = Command::CreateAccount {
        name: name("Large".to_owned()),
        operator: false,
    };
    let Outcome::Account(account_id) = run(&Actor::Operator, account) else {
        panic!()
    };
    let amount = Money::from_dollars(1_000_000);
    run(
        &Actor::Operator,
        Command::Credit {
            account_id,
            amount,
            note: String::new(),
        },
    );
    let gpu_type = GpuTypeId::try_from("NVIDIA GeForce RTX 4090").unwrap();
    for index in 0..count.div_ceil(8) {
        let machine = NewMachine {
            name: name(format!("node-{index:04}")),
            data_center_id: DataCenterId::try_from(if index % 2 == 0 { "FRA-1" } else { "FRA-2" }).unwrap(),
            cloud: Cloud::Secure,
            gpu_type: gpu_type.clone(),
            gpu_count: 8,
            vcpu_count: 128,
            memory_gib: 512,
            disk_gb: 10_000,
            public_ip: Some("203.0.113.9".to_owned()),
            down_mbps: 1_000,
            up_mbps: 1_000,
            cuda_version: "12.8".to_owned(),
        };
        let Outcome::Machine(machine_id) = run(&Actor::Operator, Command::AddMachine(Box::new(machine)))
        else {
            panic!()
        };
        for slot in 0..8.min(count - index * 8) {
            let pod = NewPod {
                name: name(format!("job-{}-{}", (index * 7919) % 1000, slot)),
                template_id: None,
                image: Some(Image::try_from("pytorch/pytorch:2.4").unwrap()),
                args: None,
                env: std::collections::BTreeMap::new(),
                ports: None,
                compute: Compute::Gpu {
                    gpu_type: gpu_type.clone(),
                    count: 1,
                },
                container_disk_gb: None,
                volume: None,
                mounts: Vec::new(),
                start_ssh: None,
                demand: MachineDemand::default(),
                cloud: Cloud::Secure,
                data_center_ids: Vec::new(),
                machine_id: Some(machine_id),
            };
            run(&Actor::Account(account_id), Command::CreatePod(Box::new(pod)));
        }
    }
    (
        fleet,
        Principal {
            account_id,
            operator: false,
            scopes: Scopes::ALL,
        },
    )
}

fn read(fleet: &Fleet, principal: &Principal, path: &str) -> Vec<u8> {
    let (path, query) = path.split_once('?').unwrap();
    let request = Request {
        method: Method::Get,
        path,
        query,
        body: b"",
        if_match: None,
        now: present(),
    };
    match prepare(fleet, principal, &request) {
        Prepared::Answer(response) => {
            assert_eq!(
                response.status,
                200,
                "{}",
                String::from_utf8_lossy(&response.body)
            );
            response.body
        }
        Prepared::Command { .. } => panic!("a read is answered at once"),
    }
}

/// A row of a long page costs little on the wire.
#[test]
fn a_row_has_at_most_two_hundred_compressed_bytes() {
    let (fleet, principal) = large(1_000);
    let body = read(&fleet, &principal, "/api/v1/pods?limit=1000");
    let list: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(list["pods"].as_array().unwrap().len(), 1_000);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(5));
    gzip.write_all(&body).unwrap();
    let bytes = gzip.finish().unwrap().len();
    println!("{} bytes a row, {bytes} compressed in all", body.len() / 1_000);
    assert!(bytes <= 200 * 1_000, "{bytes}");
}

#[test]
fn paging_shows_each_row_exactly_once() {
    let (fleet, principal) = large(157);
    let wanted: std::collections::BTreeSet<String> = fleet.pods().map(|it| it.id.to_string()).collect();
    let sorts = [
        "",
        "name",
        "-name",
        "cost",
        "-created",
        "machine,-name",
        "gpu,state,-cost",
    ];
    let config = ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let strategy = (1_usize..60, 0..sorts.len(), any::<bool>());
    runner
        .run(&strategy, |(limit, sort, v2)| {
            let root = if v2 {
                "/v2/pods".to_owned()
            } else {
                format!("/api/v1/pods?sort={}", sorts[sort])
            };
            let separator = if v2 { '?' } else { '&' };
            let mut path = format!("{root}{separator}limit={limit}");
            let mut seen = Vec::new();
            loop {
                let page: Value = serde_json::from_slice(&read(&fleet, &principal, &path)).unwrap();
                let rows = page["pods"].as_array().unwrap();
                prop_assert!(rows.len() <= limit && !rows.is_empty());
                seen.extend(rows.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
                let Some(cursor) = page["pagination"]["nextCursor"].as_str() else {
                    break;
                };
                path = format!("{root}{separator}limit={limit}&cursor={cursor}");
            }
            prop_assert_eq!(seen.len(), wanted.len());
            prop_assert_eq!(
                &seen.into_iter().collect::<std::collections::BTreeSet<_>>(),
                &wanted
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_count_is_of_all_pages() {
    let mut client = Client::shared();
    let all = pods(&mut client, "").len();
    let page = client.get("/api/v1/pods?limit=3&count=exact");
    assert_eq!(page.number("/total"), all as i64);
    assert_eq!(client.get("/api/v1/pods?limit=3").body.get("total"), None);
    assert!(client.get("/api/v1/pods?count=about").status == 422);
}

#[test]
fn deleted_pods_are_found_by_their_state_in_any_case() {
    let mut client = Client::demo();
    let pod = client.pod("rl-arena");
    let body = json!({"action": "terminate", "confirm": "rl-arena"});
    client.post(&format!("/api/v1/pods/{pod}/action"), body);
    client.world.advance_seconds(120);
    for word in ["terminated", "TERMINATED"] {
        let found = client.get(&format!("/api/v1/pods?q=state:{word}"));
        let ids = found.body["pods"].as_array().unwrap().iter();
        assert!(ids.map(|it| &it["id"]).any(|it| *it == json!(pod)), "{word}");
    }
}
