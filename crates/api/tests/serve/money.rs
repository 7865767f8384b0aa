//! The ledger adds up, line by line, minute by minute, and in the published sums.

use serde_json::Value;

use crate::common::Client;

/// All lines of a query, page after page.
fn lines(client: &mut Client, query: &str, limit: usize) -> Vec<Value> {
    let root = format!("/api/v1/ledger?limit={limit}&{query}");
    let (mut path, mut lines) = (root.clone(), Vec::new());
    loop {
        let page = client.get(&path);
        assert_eq!(page.status, 200, "{:#}", page.body);
        lines.extend(page.body["lines"].as_array().unwrap().clone());
        let Some(cursor) = page.body["pagination"]["nextCursor"].as_str() else {
            return lines;
        };
        path = format!("{root}&cursor={cursor}");
    }
}

fn sum(lines: &[Value]) -> i64 {
    lines.iter().map(|it| it["amountMicros"].as_i64().unwrap()).sum()
}

#[test]
fn lines_add_up_to_the_balance() {
    let mut client = Client::shared();
    let posted = client.get("/api/v1/account").number("/postedMicros");
    let spans = lines(&mut client, "", 97);
    assert!(spans.len() > 500, "{}", spans.len());
    assert_eq!(sum(&spans), posted);
    assert_eq!(
        client.get("/api/v1/ledger?limit=1").number("/totalMicros"),
        posted
    );
    let minutes = lines(&mut client, "granularity=minute", 1_000);
    assert!(minutes.len() > spans.len() * 10);
    assert_eq!(sum(&minutes), posted);
    for lines in [&spans, &minutes] {
        assert_eq!(lines[0]["balanceAfterMicros"], posted);
        for pair in lines.windows(2) {
            let (newer, older) = (&pair[0], &pair[1]);
            let before =
                newer["balanceAfterMicros"].as_i64().unwrap() - newer["amountMicros"].as_i64().unwrap();
            assert_eq!(older["balanceAfterMicros"], before);
        }
    }
}

/// two ranges of time that touch have each minute once, wherever they touch, and so have their sums.
#[test]
fn ranges_of_minutes_join() {
    let mut client = Client::shared();
    let posted = client.get("/api/v1/account").number("/postedMicros");
    let all = lines(&mut client, "granularity=minute", 1_000).len();
    for cut in [
        "2026-11-21T09:00:00Z",
        "2026-11-21T09:17:00Z",
        "2026-11-22T11:59:30Z",
    ] {
        let mut halves = [format!("to={cut}"), format!("from={cut}")].map(|range| {
            let query = format!("granularity=minute&{range}");
            let total = client.get(&format!("/api/v1/ledger?limit=1&{query}"));
            let lines = lines(&mut client, &query, 1_000);
            assert_eq!(sum(&lines), total.number("/totalMicros"), "{query}");
            lines
        });
        assert_eq!(halves[0].len() + halves[1].len(), all, "{cut}");
        assert_eq!(sum(&halves[0]) + sum(&halves[1]), posted, "{cut}");
        assert!(
            halves[0].iter().all(|it| it["from"].as_str().unwrap() < cut),
            "{cut}"
        );
        assert!(
            halves[1].drain(..).all(|it| it["from"].as_str().unwrap() >= cut),
            "{cut}"
        );
    }
}

/// Quantity × rate, as a reader would compute it.
#[test]
fn every_charge_explains_itself() {
    let mut client = Client::shared();
    for line in lines(&mut client, "", 1_000)
        .iter()
        .filter(|it| it["minutes"].as_i64().unwrap() > 0)
    {
        let number = |key: &str| i128::from(line[key].as_i64().unwrap());
        let total =
            |n: i128| (number("rateMicros") * number("quantity") * n).div_euclid(number("perMinutes"));
        let first = number("firstMinute") - 1;
        let charged = total(first + number("minutes")) - total(first);
        let expected = if line.get("corrects").is_some() {
            charged
        } else {
            -charged
        };
        assert_eq!(number("amountMicros"), expected, "{line:#}");
    }
}

#[test]
fn a_pods_lines_are_what_it_has_cost() {
    let mut client = Client::shared();
    for name in ["train-llama-8b", "sd-webui", "notes-bot"] {
        let pod = client.pod(name);
        let posted = sum(&lines(&mut client, &format!("podId={pod}"), 50));
        let view = client.get(&format!("/api/v1/pods/{pod}"));
        let accrued = view.number("/cost/accruedMicros");
        assert!(posted < 0 && accrued >= -posted, "{name}: {accrued} {posted}");
        assert_eq!(
            client
                .get(&format!("/api/v1/ledger?podId={pod}"))
                .number("/totalMicros"),
            posted
        );
    }
}

/// The published sums are the ledger's, whatever the length of a span.
#[test]
fn published_sums_are_the_ledgers() {
    let mut client = Client::shared();
    let charged: i64 = lines(&mut client, "", 1_000)
        .iter()
        .filter(|it| it["resource"] != "credit")
        .map(|it| -it["amountMicros"].as_i64().unwrap())
        .sum();
    let micros = |it: &Value| (it.as_f64().unwrap() * 1e6).round() as i64;
    for size in ["hour", "day", "week", "month", "year"] {
        let billing = client.get(&format!("/v2/billing?bucketSize={size}"));
        let totals = &billing.body["metadata"]["totals"];
        assert_eq!(micros(&totals["totalAmount"]), charged, "{size}");
        let records = billing.body["records"].as_array().unwrap();
        assert_eq!(
            records.iter().map(|it| micros(&it["totalAmount"])).sum::<i64>(),
            charged,
            "{size}"
        );
        let parts = [
            "podGpuAmount",
            "podCpuAmount",
            "podDiskAmount",
            "storageStandardAmount",
        ];
        assert_eq!(parts.iter().map(|it| micros(&totals[*it])).sum::<i64>(), charged);
        let pods = client.get(&format!("/v2/billing/pods?bucketSize={size}"));
        let volumes = client.get(&format!("/v2/billing/network-volumes?bucketSize={size}"));
        let total = |it: &Value| micros(&it["metadata"]["totals"]["totalAmount"]);
        assert_eq!(total(&pods.body) + total(&volumes.body), charged, "{size}");
    }
}

#[test]
fn the_account_knows_its_end_of_money() {
    let mut client = Client::shared();
    client.act_as("Tide Robotics");
    let account = client.get("/api/v1/account");
    assert_eq!(account.text("/funds/state"), "low");
    let end = account.text("/runway/podsStopAt").to_owned();
    assert!(end.starts_with("2026-11-22T12:"), "{end}");
    let meters = account.body["meters"].as_array().unwrap();
    let hourly: i64 = meters
        .iter()
        .map(|it| {
            let number = |key: &str| it["meter"][key].as_i64().unwrap();
            number("rateMicros") * number("quantity") * 60 / number("perMinutes")
        })
        .sum();
    assert_eq!(account.number("/burn/microsPerHour"), hourly);
    let posted = account.number("/postedMicros") - account.number("/balanceMicros");
    assert!(
        (0..hourly).contains(&posted),
        "what is not posted is less than an hour: {posted}"
    );
}
