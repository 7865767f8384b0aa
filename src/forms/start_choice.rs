//! The choice a pod's owner has when its GPUs are taken: one column per way, one button per column.

use std::sync::Arc;

use api::pods::{Pod, PodActionRequest, StartKind, StartOption, StartOptions};
use client::commands;
use domain::pod::PodStateKind;
use leptos::{html, prelude::*};

use crate::{
    browser::page,
    components::{
        go::use_go,
        problem_note::ProblemNote,
        start_choice::{PodDisks, blocked, start_choice},
    },
    data::{Mutation, use_mutation},
    paths::{self, PodDialog},
    text::decide as text,
    ui::{Announcer, Button, ButtonLink, ButtonTone, Checkbox, Mark, MarkIcon},
};

/// What the buttons of all columns share.
#[derive(Clone, Copy)]
struct Choice {
    pod: Signal<Arc<Pod>>,
    act: Mutation<commands::PodAction>,
    /// Start by itself at its turn: as it is ticked.
    auto_start: RwSignal<bool>,
    /// The same as the server has it, while the pod waits.
    waits: Memo<Option<bool>>,
    /// Where the focus goes when the pressed button leaves.
    heading: NodeRef<html::H2>,
    /// The pod goes on in another state, which its page shows.
    done: Callback<()>,
}

/// Whether the pod could have its GPUs at once, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Free {
    No,
    /// It is stopped.
    Start,
    /// It runs with CPUs only.
    Restart,
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
    let waits = Memo::new(move |_| {
        let wait = |it: &&StartOption| it.kind == StartKind::Wait && it.waiting;
        options.with(|it| {
            it.options
                .iter()
                .find(wait)
                .map(|it| it.auto_start.unwrap_or(true))
        })
    });
    let choice = Choice {
        pod,
        act: use_mutation::<commands::PodAction>(),
        auto_start: RwSignal::new(true),
        waits,
        heading: NodeRef::new(),
        done: Callback::new(move |()| go.to(&paths::pod(pod.with_untracked(|pod| pod.summary.id)))),
    };
    let free = Memo::new(move |_| {
        let running = pod.with(|pod| pod.summary.state == PodStateKind::Running);
        options.with(|it| {
            let here = |it: &StartOption| it.kind == StartKind::Here && it.possible;
            if it.options.iter().any(here) {
                Free::Start
            } else if running && it.free_gpus >= it.needed_gpus {
                Free::Restart
            } else {
                Free::No
            }
        })
    });
    let place = Memo::new(move |_| {
        let option = options.with(|it| it.options.iter().find(|it| it.waiting)?.queue_position);
        option.or_else(|| pod.with(|pod| pod.summary.queue_position))
    });
    let is_queued =
        Memo::new(move |_| waits.get().is_some() || pod.with(|pod| pod.summary.queue_position.is_some()));
    let queue = Memo::new(move |_| {
        is_queued
            .get()
            .then(|| place.get().map_or_else(|| text::WAITS.to_owned(), text::waits))
    });
    announce(queue, free);
    // An effect that sets a signal: the tick begins as the server has it, and follows it.
    Effect::new(move |_| {
        if let Some(auto_start) = waits.get() {
            choice.auto_start.set(auto_start);
        }
    });

    let disks = Memo::new(move |_| pod.with(|pod| PodDisks::from(pod.as_ref())));
    // Columns are built once for each way: a press changes what they say, not which there are.
    let ways = Memo::new(move |_| {
        options.with(|it| {
            let others = it.options.iter().filter(|it| it.kind != StartKind::Here);
            others.cloned().collect::<Vec<_>>()
        })
    });
    let column = move |first: StartOption| {
        let kind = first.kind;
        let option = Memo::new(move |last: Option<&StartOption>| {
            ways.with(|ways| ways.iter().find(|it| it.kind == kind).cloned())
                .unwrap_or_else(|| last.unwrap_or(&first).clone())
        });
        start_choice(option, disks, button(choice, option))
    };
    view! {
        {move || free_view(choice, free.get())}
        <Show when=move || is_queued.get()>{queue_view(choice, queue)}</Show>
        <ProblemNote problem=choice.act.problem() />
        <section class="section">
            <div class="section-header">
                <h2 tabindex="-1" node_ref=choice.heading>
                    {text::CHOICE}
                </h2>
            </div>
            <div class="choice-columns">
                <For each=move || ways.get() key=|it| text::kind(it.kind) children=column />
            </div>
        </section>
    }
    .into_any()
}

/// Says aloud what changes above the columns: the place in the queue, and that the GPUs are free.
fn announce(queue: Memo<Option<String>>, free: Memo<Free>) {
    let announcer = use_context::<Announcer>();
    // An effect of the outside. What is so from the beginning is read with the page.
    Effect::new(move |before: Option<(Option<String>, Free)>| {
        let now = (queue.get(), free.get());
        if let (Some((queued, was_free)), Some(announcer)) = (before, &announcer) {
            match &now.0 {
                _ if now.1 != was_free && now.1 != Free::No => announcer.say(text::FREE_NOW),
                Some(queue) if queued.as_ref() != Some(queue) => announcer.say(queue.clone()),
                None if queued.is_some() => announcer.say(text::LEFT_QUEUE),
                Some(_) | None => {}
            }
        }
        now
    });
}

impl Choice {
    /// A start leads to the pod.
    fn start(self, gpu_count: Option<u32>) {
        let body = PodActionRequest {
            action: "start".to_owned(),
            gpu_count,
            ..PodActionRequest::default()
        };
        self.send(body, move || self.done.run(()));
    }

    /// Waiting changes nothing of the pod, so the choice stays on the screen.
    fn wait(self) {
        let body = PodActionRequest {
            action: "wait".to_owned(),
            auto_start: Some(self.auto_start.get_untracked()),
            ..PodActionRequest::default()
        };
        self.send(body, || {});
    }

    fn leave_queue(self) {
        let body = PodActionRequest {
            action: "leave_queue".to_owned(),
            ..PodActionRequest::default()
        };
        self.send(body, move || {
            if let Some(heading) = self.heading.get_untracked() {
                page::focus_quietly(&heading);
            }
        });
    }

    fn send(self, body: PodActionRequest, then: impl FnOnce() + 'static) {
        let id = self.pod.with_untracked(|pod| pod.summary.id);
        self.act.run(commands::PodAction { id, body }, move |_| then());
    }
}

/// A sentence with its action at the end of the line.
fn notice(mark: Mark, title: Signal<String>, action: AnyView) -> AnyView {
    view! {
        <div class="callout" data-tone=mark.tone().as_str() role="note">
            <MarkIcon mark />
            <div class="callout-body">
                <p class="callout-title">{title}</p>
            </div>
            <div class="callout-action">{action}</div>
        </div>
    }
    .into_any()
}

/// That the GPUs are free meanwhile, and the way to them.
fn free_view(choice: Choice, free: Free) -> Option<AnyView> {
    let action = match free {
        Free::No => return None,
        Free::Start => view! {
            <Button
                label=text::START_NOW
                tone=ButtonTone::Primary
                pending=choice.act.pending()
                on_press=move || choice.start(None)
            />
        }
        .into_any(),
        Free::Restart => {
            let id = choice.pod.with_untracked(|pod| pod.summary.id);
            view! {
                <ButtonLink label=text::RESTART tone=ButtonTone::Primary href=paths::pod_dialog(id, PodDialog::Restart) />
            }
            .into_any()
        }
    };
    Some(notice(Mark::Disc, text::FREE_NOW.into(), action))
}

/// The place in the queue, and the way out of it.
fn queue_view(choice: Choice, place: Memo<Option<String>>) -> AnyView {
    let action = view! {
        <Button label=text::LEAVE_QUEUE pending=choice.act.pending() on_press=move || choice.leave_queue() />
    };
    let title = Signal::derive(move || place.get().unwrap_or_default());
    notice(Mark::DottedRing, title, action.into_any())
}

/// The one button of a column.
fn button(choice: Choice, option: Memo<StartOption>) -> AnyView {
    let kind = option.with_untracked(|it| it.kind);
    let label = text::button(kind);
    let pending = choice.act.pending();
    let refused = Signal::derive(move || option.with(blocked));
    let id = choice.pod.with_untracked(|pod| pod.summary.id);
    match kind {
        StartKind::Wait => wait_view(choice, refused),
        StartKind::CpuOnly => {
            view! { <Button label pending blocked=refused on_press=move || choice.start(Some(0)) /> }
                .into_any()
        }
        StartKind::Here => {
            view! { <Button label pending blocked=refused on_press=move || choice.start(None) /> }.into_any()
        }
        StartKind::Migrate => {
            view! { <ButtonLink label href=paths::pod_migrate(id) blocked=refused /> }.into_any()
        }
        StartKind::Redeploy => {
            view! { <ButtonLink label href=paths::deploy_like(id) blocked=refused /> }.into_any()
        }
    }
}

/// To wait, or, while the pod waits, to change what happens at its turn.
fn wait_view(choice: Choice, refused: Signal<Option<String>>) -> AnyView {
    let auto = choice.auto_start;
    let is_changed = Memo::new(move |_| choice.waits.get().is_some_and(|it| it != auto.get()));
    let label = Signal::derive(move || {
        let label = if is_changed.get() {
            text::CHANGE_WAIT
        } else {
            text::button(StartKind::Wait)
        };
        label.to_owned()
    });
    let blocked = Signal::derive(move || match (choice.waits.get(), is_changed.get()) {
        (None, _) => refused.get(),
        (Some(_), true) => None,
        (Some(_), false) => Some(text::ALREADY_WAITS.to_owned()),
    });
    view! {
        <Checkbox label=text::AUTO_START checked=auto hint=Some(text::AUTO_START_HINT.to_owned()) />
        <Button label pending=choice.act.pending() blocked on_press=move || choice.wait() />
    }
    .into_any()
}
