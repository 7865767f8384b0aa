//! How a pod was made: image, command, processors, ports, environment.

use std::sync::Arc;

use api::pods::Pod;
use domain::pod::PortKind;
use leptos::prelude::*;

use crate::{
    text::{format, pods::page},
    ui::{Copyable, Definition, DefinitionRow},
};

/// GiB in bytes.
const GIB: u64 = 1 << 30;

/// A list of facts. Nothing of it changes while the pod lives but its name.
#[component]
pub fn PodConfig(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
) -> impl IntoView {
    let image = move || pod.with(|pod| pod.image.clone());
    let command = move || {
        pod.with(|pod| match pod.args.as_str() {
            "" => view! { <span class="muted">{page::IMAGE_COMMAND}</span> }.into_any(),
            args => view! { <code class="mono">{args.to_owned()}</code> }.into_any(),
        })
    };
    let processors = move || {
        pod.with(|pod| {
            let memory = format::memory(u64::from(pod.memory_gib) * GIB);
            format!("{} vCPU · {memory}", pod.vcpu_count)
        })
    };
    let ports = move || pod.with(|pod| lines(pod.endpoints.iter().map(|it| port(it.private, it.kind))));
    let env = move || pod.with(|pod| lines(pod.env.iter().map(|(name, value)| format!("{name}={value}"))));
    let template = move || {
        pod.with(|pod| {
            pod.template_id
                .map_or_else(|| page::NONE.to_owned(), |it| it.to_string())
        })
    };
    view! {
        <Definition>
            <DefinitionRow term=page::IMAGE>
                <Copyable text=Signal::derive(image) what=page::IMAGE />
            </DefinitionRow>
            <DefinitionRow term=page::COMMAND>{command}</DefinitionRow>
            <DefinitionRow term=page::CPU_MEMORY>{processors}</DefinitionRow>
            <DefinitionRow term=page::PORTS>{ports}</DefinitionRow>
            <DefinitionRow term=page::ENVIRONMENT>{env}</DefinitionRow>
            <DefinitionRow term=page::TEMPLATE>{template}</DefinitionRow>
        </Definition>
    }
    .into_any()
}

fn port(number: u16, kind: PortKind) -> String {
    domain::pod::Port { number, kind }.to_string()
}

/// Literal texts below each other, or the word for none.
fn lines(texts: impl Iterator<Item = String>) -> AnyView {
    let lines: Vec<_> = texts.map(|text| view! { <li class="mono">{text}</li> }).collect();
    if lines.is_empty() {
        return view! { <span class="muted">{page::NONE}</span> }.into_any();
    }
    view! { <ul>{lines}</ul> }.into_any()
}
