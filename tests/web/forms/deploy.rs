//! What the deploy form sends.

use api::pods::CreatePod;
use api::templates::Template;
use domain::machine::Cloud;
use leptos::prelude::*;
use roadstead_dashboard::forms::pod_create::{DataChoice, Fields, offer_key};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::facts::{id, read};

fn template() -> Template {
    read(json!({
        "id": id("tpl", 1), "name": "Jupyter", "image": "jupyter:1", "args": "start.sh", "env": { "A": "1", "B": "2" },
        "ports": ["8888/http"], "diskGb": 20, "volumeGb": 50, "volumePath": "/workspace", "startSsh": true,
        "official": true,
    }))
}

/// The form filled from the template, with something changed.
fn sent(change: impl Fn(Fields)) -> CreatePod {
    let owner = Owner::new();
    owner.with(|| {
        let fields = Fields::default();
        fields.fill_from_template(&template());
        fields.name.set("lab".to_owned());
        fields.choose_gpu(offer_key("NVIDIA L4", Cloud::Secure));
        change(fields);
        fields.request(&[template()]).unwrap()
    })
}

/// The server lays a request over its template, so what was taken out would come back, and be charged.
#[wasm_bindgen_test]
fn what_was_taken_out_of_a_template_does_not_come_back() {
    let body = sent(|_| {});
    assert_eq!(body.template_id, Some(template().id));
    assert_eq!(body.args.as_deref(), Some("start.sh"));

    let body = sent(|it| it.args.set(String::new()));
    assert_eq!(body.template_id, Some(template().id));
    assert_eq!(body.args.as_deref(), Some(""), "the image's own command is meant");

    let body = sent(|it| it.data.set(DataChoice::None));
    assert!(body.template_id.is_none() && body.mounts.is_none());
    assert_eq!(
        (body.start_ssh, body.image.as_deref()),
        (Some(true), Some("jupyter:1"))
    );

    let body = sent(|it| it.env.set("A=1".to_owned()));
    assert_eq!(body.template_id, None);
    assert_eq!(body.env.unwrap().len(), 1);

    let body = sent(|it| it.env.set("A=1\nB=\nC=3".to_owned()));
    assert_eq!(
        body.template_id,
        Some(template().id),
        "more and other values are no loss"
    );
}
