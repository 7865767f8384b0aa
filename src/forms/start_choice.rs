//! The choice a pod's owner has when its GPUs are taken: one column per way, one button per column.

use std::sync::Arc;

use api::pods::{Pod, PodActionRequest, StartKind, StartOption, StartOptions};
use client::commands;
use leptos::prelude::*;

use crate::{
    components::{
        go::use_go,
        notice::Notice,
        problem_note::ProblemNote,
        start_choice::{PodDisks, blocked, start_choice},
    },
    data::{Mutation, use_mutation},
    paths,
    text::{decide as text, pods},
    ui::{Button, ButtonLink, ButtonTone, Checkbox, Mark},
};

/// What the buttons of all columns share.
#[derive(Clone, Copy)]
struct Choice {
    pod: Signal<Arc<Pod>>,
    act: Mutation<commands::PodAction>,
    /// Start by itself at its turn.
    auto_start: RwSignal<bool>,
    /// The pod goes on in another state, which its page shows.
    done: Callback<()>,
}

/// The ways to go on, and what holds for all of them.
#[component]
pub fn StartChoice(
    /// The pod.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
    /// The ways, as they are now.
    #[prop(into)]
    options: Signal<Arc<StartOptions>>,
) -> impl IntoView {
    let go = use_go();
    let act = use_mutation::<commands::PodAction>();
    let done = Callback::new(move |()| go.to(&paths::pod(pod.with_untracked(|pod| pod.summary.id))));
    let choice = Choice {
        pod,
        act,
        auto_start: RwSignal::new(true),
        done,
    };
    let here = Memo::new(move |_| {
        options.with(|it| {
            it.options
                .iter()
                .any(|it| it.kind == StartKind::Here && it.possible)
        })
    });
    let waiting = Memo::new(move |_| {
        let place = options.with(|it| {
            it.options
                .iter()
                .find(|it| it.waiting)
                .map(|it| it.queue_position)
        });
        place.or_else(|| pod.with(|pod| pod.summary.queue_position).map(Some))
    });
    let ways = Memo::new(move |_| {
        options.with(|it| {
            it.options
                .iter()
                .filter(|it| it.kind != StartKind::Here)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let disks = move || pod.with(|pod| PodDisks::from(pod.as_ref()));
    let columns = move || {
        let disks = disks();
        ways.get()
            .iter()
            .map(|it| start_choice(it, disks, button(choice, it)))
            .collect_view()
    };
    view! {
        <Show when=move || here.get()>
            <Notice mark=Mark::Disc title=text::FREE_NOW>
                <Button
                    label=text::START_NOW
                    tone=ButtonTone::Primary
                    pending=act.pending()
                    on_press=move || choice.send("start", None, None)
                />
            </Notice>
        </Show>
        {move || waiting.get().map(|place| queue_view(choice, place))}
        <ProblemNote problem=act.problem() />
        <section class="section">
            <div class="section-header">
                <h2>{text::CHOICE}</h2>
            </div>
            <div class="choice-columns">{columns}</div>
        </section>
    }
    .into_any()
}

impl Choice {
    fn send(self, action: &str, gpu_count: Option<u32>, auto_start: Option<bool>) {
        let body = PodActionRequest {
            action: action.to_owned(),
            gpu_count,
            auto_start,
            confirm: None,
        };
        let id = self.pod.with_untracked(|pod| pod.summary.id);
        // Waiting changes nothing of the pod, so the choice stays on the screen; a start leads to the pod.
        let starts = action == "start";
        self.act.run(commands::PodAction { id, body }, move |_| {
            if starts {
                self.done.run(());
            }
        });
    }
}

/// The place in the queue, and the way out of it.
fn queue_view(choice: Choice, place: Option<u32>) -> AnyView {
    let title = place.map_or_else(|| text::WAITS.to_owned(), text::waits);
    view! {
        <Notice mark=Mark::DottedRing title>
            <Button
                label=text::LEAVE_QUEUE
                pending=choice.act.pending()
                on_press=move || choice.send("leave_queue", None, None)
            />
        </Notice>
    }
    .into_any()
}

/// The one button of a column.
fn button(choice: Choice, option: &StartOption) -> AnyView {
    let label = text::button(option.kind);
    let pending = choice.act.pending();
    let refused = blocked(option);
    let id = choice.pod.with_untracked(|pod| pod.summary.id);
    match option.kind {
        StartKind::Wait => {
            let refused = if option.waiting { Some(text::ALREADY_WAITS.to_owned()) } else { refused };
            let auto = choice.auto_start;
            view! {
                <Checkbox label=text::AUTO_START checked=auto hint=Some(text::AUTO_START_HINT.to_owned()) />
                <Button
                    label
                    pending
                    blocked=refused
                    on_press=move || choice.send("wait", None, Some(auto.get_untracked()))
                />
            }
            .into_any()
        }
        StartKind::CpuOnly => {
            view! { <Button label pending blocked=refused on_press=move || choice.send("start", Some(0), None) /> }.into_any()
        }
        StartKind::Here => {
            view! { <Button label pending blocked=refused on_press=move || choice.send("start", None, None) /> }.into_any()
        }
        StartKind::Migrate => view! { <ButtonLink label href=paths::pod_migrate(id) blocked=refused /> }.into_any(),
        StartKind::Redeploy => view! { <ButtonLink label href=paths::deploy_like(id) blocked=refused /> }.into_any(),
    }
}

/// Facts above the choice, in the words of the pod's page.
pub fn facts(pod: &Pod) -> Vec<(&'static str, String)> {
    let volume = pod.volume.as_ref();
    let volume = volume.map_or_else(
        || text::NO_VOLUME.to_owned(),
        |it| text::volume_intact(it.size_gb, it.used_bytes),
    );
    let price = crate::components::pod_cost::per_minute_and_hour(pod.cost.now_micros_per_hour);
    vec![
        (
            pods::page::GPUS,
            pods::gpus(pod.summary.gpu_type.as_deref(), pod.summary.gpu_count),
        ),
        (text::POD_VOLUME, volume),
        (text::CONTAINER_DISK, text::DISK_ERASED.to_owned()),
        (text::PRICE_NOW, price),
    ]
}
