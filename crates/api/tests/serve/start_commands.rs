//! `/v2`: a start command as a line or as arrays, and clients that send back what they read.

use roadstead_api::serve::{Method, Prepared, Request, prepare};
use serde_json::{Value, json};

use crate::common::{Answer, Client};

fn sent(client: &mut Client, method: Method, path: &str, body: &Value) -> Answer {
    let answer = client.send(method, path, body.to_string().as_bytes());
    assert!(answer.status < 300, "{path} {body}: {:#}", answer.body);
    answer
}

/// The command of a pod or template as a reader sees it.
fn command(answer: &Answer) -> Value {
    json!([answer.body["args"], answer.body["entrypoint"], answer.body["cmd"]])
}

fn new_pod(more: &Value) -> Value {
    let mut body =
        json!({"name": "commanded", "image": "pytorch/pytorch:2.4", "gpu": {"id": "NVIDIA RTX A5000"}});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body
}

#[test]
fn a_pod_made_from_what_was_read_has_the_same_command() {
    let mut client = Client::demo();
    let line = json!({"args": "sleep infinity", "entrypoint": [], "cmd": []});
    let made = sent(&mut client, Method::Post, "/v2/pods", &new_pod(&line));
    assert_eq!(command(&made), json!(["sleep infinity", [], []]));

    let template =
        json!({"name": "commanded", "image": "a/b:1", "args": "sleep 1", "entrypoint": [], "cmd": []});
    let template = sent(&mut client, Method::Post, "/v2/templates", &template);
    assert_eq!(command(&template), json!(["sleep 1", [], []]));
    let from_it = json!({"templateId": template.text("/id"), "entrypoint": [], "cmd": []});
    let made = sent(&mut client, Method::Post, "/v2/pods", &new_pod(&from_it));
    assert_eq!(command(&made), json!(["sleep 1", [], []]), "the template's own");
}

#[test]
fn what_was_read_and_is_sent_back_changes_no_command() {
    let mut client = Client::demo();
    let arrays = json!({"entrypoint": ["sh"], "cmd": ["-c", "sleep infinity"]});
    let made = sent(&mut client, Method::Post, "/v2/pods", &new_pod(&arrays));
    let path = format!("/v2/pods/{}", made.text("/id"));
    client.world.advance_seconds(900);
    for name in ["one", "two"] {
        let mut read = json!({"name": name, "args": ""});
        if name == "two" {
            read["entrypoint"] = made.body["entrypoint"].clone();
            read["cmd"] = made.body["cmd"].clone();
        }
        let renamed = sent(&mut client, Method::Patch, &path, &read);
        assert_eq!(
            (renamed.text("/name"), renamed.text("/status")),
            (name, "RUNNING")
        );
        assert_eq!(command(&renamed), command(&made));
    }
    let line = json!({"args": "sleep 5", "entrypoint": [], "cmd": []});
    let edited = sent(&mut client, Method::Patch, &path, &line);
    assert_eq!(edited.text("/status"), "STARTING");
    assert_eq!(command(&edited), json!(["sleep 5", [], []]));

    let template = json!({"name": "commanded", "image": "a/b:1", "cmd": ["a"]});
    let template = sent(&mut client, Method::Post, "/v2/templates", &template);
    let path = format!("/v2/templates/{}", template.text("/id"));
    let renamed = sent(
        &mut client,
        Method::Patch,
        &path,
        &json!({"name": "other", "args": ""}),
    );
    assert_eq!(
        (renamed.text("/name"), command(&renamed)),
        ("other", json!(["", [], ["a"]]))
    );
    let edited = sent(&mut client, Method::Patch, &path, &line);
    assert_eq!(command(&edited), json!(["sleep 5", [], []]));
}

/// Two who change two things of a template at the same time: neither takes the other's back.
#[test]
fn changes_of_a_template_that_cross_are_both_kept() {
    let mut client = Client::demo();
    let template = json!({"name": "crossed", "image": "a/b:1"});
    let template = sent(&mut client, Method::Post, "/v2/templates", &template);
    let path = format!("/v2/templates/{}", template.text("/id"));
    let commands: Vec<_> = [json!({"name": "renamed"}), json!({"disk": 77})]
        .iter()
        .map(|body| {
            let body = body.to_string();
            let request = Request {
                method: Method::Patch,
                path: &path,
                query: "",
                body: body.as_bytes(),
                if_match: None,
                now: client.world.now(),
            };
            match prepare(client.world.fleet(), &client.principal, &request) {
                Prepared::Command { command, .. } => command,
                Prepared::Answer(answer) => panic!("{}", answer.status),
            }
        })
        .collect();
    for command in commands {
        client.run(command);
    }
    let now = client.get(&path);
    assert_eq!((now.text("/name"), now.number("/disk")), ("renamed", 77));
}
