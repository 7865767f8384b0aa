//! The actions of a pod as menu and buttons. What is not possible stays in its place and says why.

use std::sync::Arc;

use api::pods::{Pod, PodSummary, UpdatePod};
use client::commands;
use domain::allowed::PodAction;
use domain::pod::PodStateKind;
use leptos::prelude::*;

use super::{
    go::{Go, use_go},
    pod_facts::{pod_blocked, row_blocked},
};
use crate::{
    browser::clipboard,
    data::{Mutation, use_mutation},
    paths::{self, PodDialog},
    text::{pods as text, words},
    ui::{Button, ButtonTone, Mark, Menu, MenuEntry, Toast, Toasts},
};

/// What runs the actions of all pods below one page.
#[derive(Clone)]
pub struct PodActions {
    go: Go,
    update: Mutation<commands::UpdatePod>,
    toasts: Option<Toasts>,
}

/// Makes the actions available to every row and button below the current owner.
pub fn provide_pod_actions() -> PodActions {
    let update = use_mutation::<commands::UpdatePod>();
    let toasts = use_context::<Toasts>();
    let actions = PodActions {
        go: use_go(),
        update,
        toasts: toasts.clone(),
    };
    // An effect of the outside: a refusal that no form is there to show becomes a message.
    Effect::new(move |_| {
        if let (Some(problem), Some(toasts)) = (update.problem().get(), &toasts) {
            let detail = problem.next.unwrap_or_else(|| problem.code.as_str().to_owned());
            toasts.show(Toast {
                mark: Mark::Cross,
                title: problem.detail,
                detail: Some(detail),
                action: None,
            });
        }
    });
    provide_context(actions.clone());
    actions
}

impl PodActions {
    /// Does it, or opens the dialog or page that says first what it breaks and costs.
    fn run(&self, action: PodAction, pod: &PodSummary) {
        let id = pod.id;
        match action {
            PodAction::Start if pod.gpus_taken => self.go.to(&paths::pod_decide(id)),
            PodAction::Start => self.go.to(&paths::pod_dialog(id, PodDialog::Start)),
            PodAction::Stop => self.go.to(&paths::pod_dialog(id, PodDialog::Stop)),
            PodAction::Restart => self.go.to(&paths::pod_dialog(id, PodDialog::Restart)),
            PodAction::Edit => self.go.to(&paths::pod_dialog(id, PodDialog::Edit)),
            PodAction::Terminate => self.go.to(&paths::pod_dialog(id, PodDialog::Terminate)),
            PodAction::Migrate => self.go.to(&paths::pod_migrate(id)),
            PodAction::Lock | PodAction::Unlock => {
                // One after the other: a second press must not pass for done.
                if self.update.pending().get_untracked() {
                    if let Some(toasts) = &self.toasts {
                        toasts.show(Toast {
                            mark: Mark::Cross,
                            title: text::not_asked(action, &pod.name),
                            detail: Some(text::ONE_AT_A_TIME.to_owned()),
                            action: None,
                        });
                    }
                    return;
                }
                let locked = action == PodAction::Lock;
                let (said, toasts) = (text::asked(action, &pod.name), self.toasts.clone());
                let body = UpdatePod {
                    locked: Some(locked),
                    ..UpdatePod::default()
                };
                self.update.run(commands::UpdatePod { id, body }, move |_| {
                    if let Some(toasts) = toasts {
                        toasts.show(Toast {
                            mark: Mark::Disc,
                            title: said,
                            detail: None,
                            action: None,
                        });
                    }
                });
            }
        }
    }

    fn copy_id(&self, id: String) {
        let toasts = self.toasts.clone();
        clipboard::copy(id.clone(), move |copied| {
            let (mark, title, detail) = if copied {
                (Mark::Disc, text::ID_COPIED, None)
            } else {
                (Mark::Cross, words::COPY_FAILED, Some(id))
            };
            if let Some(toasts) = toasts {
                toasts.show(Toast {
                    mark,
                    title: title.to_owned(),
                    detail,
                    action: None,
                });
            }
        });
    }

    /// One entry for each action that has a place for this pod: a lock is either set or taken off.
    fn entries(
        &self,
        pod: &Arc<PodSummary>,
        blocked: impl Fn(PodAction) -> Option<String>,
    ) -> Vec<MenuEntry> {
        let unfit = if pod.locked {
            PodAction::Lock
        } else {
            PodAction::Unlock
        };
        let entry = |action: PodAction| {
            let (actions, row) = (self.clone(), Arc::clone(pod));
            MenuEntry {
                label: text::action(action, pod.gpus_taken).to_owned(),
                blocked: blocked(action),
                danger: action == PodAction::Terminate,
                run: Arc::new(move || actions.run(action, &row)),
            }
        };
        PodAction::ALL
            .into_iter()
            .filter(|it| *it != unfit)
            .map(entry)
            .collect()
    }

    fn row_entries(&self, pod: &Arc<PodSummary>) -> Vec<MenuEntry> {
        let running = pod.state == PodStateKind::Running;
        let (id, go, actions) = (pod.id, self.go, self.clone());
        let plain = |label: &str, blocked, run| MenuEntry {
            label: label.to_owned(),
            blocked,
            danger: false,
            run,
        };
        let connect = plain(
            text::CONNECT,
            (!running).then(|| text::NOT_RUNNING.to_owned()),
            Arc::new(move || go.to(&paths::pod_connect(id))) as Arc<dyn Fn() + Send + Sync>,
        );
        let copy = plain(
            text::COPY_ID,
            None,
            Arc::new(move || actions.copy_id(id.to_string())),
        );
        let mut entries = vec![connect];
        entries.extend(self.entries(pod, |action| row_blocked(action, pod)));
        entries.push(copy);
        entries
    }
}

/// The menu of a row of the list; needs [`provide_pod_actions`] above.
pub fn pod_row_menu(row: Signal<Arc<PodSummary>>) -> AnyView {
    let actions = expect_context::<PodActions>();
    let entries = Signal::derive(move || row.with(|pod| actions.row_entries(pod)));
    let of = Signal::derive(move || row.with(|pod| pod.name.clone()));
    view! { <Menu entries of in_grid=true /> }.into_any()
}

/// The two most likely actions of a pod as buttons, and all of them in a menu.
#[component]
pub fn PodButtons(
    /// The pod, with what the server allows.
    #[prop(into)]
    pod: Signal<Arc<Pod>>,
) -> impl IntoView {
    let actions = expect_context::<PodActions>();
    let likely = Memo::new(move |_| pod.with(|pod| likely(&pod.summary)));
    let run = actions.clone();
    let button = move |(place, action): (usize, PodAction)| {
        let run = run.clone();
        // What ends something is never the button that stands out.
        let tone = match (place, action) {
            (0, PodAction::Start | PodAction::Restart) => ButtonTone::Primary,
            _ => ButtonTone::Plain,
        };
        let label =
            Signal::derive(move || pod.with(|pod| text::action(action, pod.summary.gpus_taken).to_owned()));
        let blocked = Signal::derive(move || pod.with(|pod| pod_blocked(action, pod)));
        let press = move || run.run(action, &pod.get_untracked().summary);
        view! { <Button label tone blocked on_press=press /> }
    };
    let entries = Signal::derive(move || {
        pod.with(|pod| {
            let row = Arc::new(pod.summary.clone());
            actions.entries(&row, |action| pod_blocked(action, pod))
        })
    });
    let of = Signal::derive(move || pod.with(|pod| pod.summary.name.clone()));
    view! {
        {move || likely.get().into_iter().enumerate().map(button.clone()).collect_view()}
        <Menu entries of label=text::page::MORE />
    }
    .into_any()
}

/// What one most likely wants of a pod in this state. Nothing that loses data stands first.
fn likely(pod: &PodSummary) -> [PodAction; 2] {
    match pod.state {
        PodStateKind::Running if pod.cpu_only => [PodAction::Restart, PodAction::Stop],
        PodStateKind::Stopped | PodStateKind::Error => [PodAction::Start, PodAction::Migrate],
        PodStateKind::Queued
        | PodStateKind::Provisioning
        | PodStateKind::Starting
        | PodStateKind::Running
        | PodStateKind::Stopping
        | PodStateKind::Unreachable
        | PodStateKind::Terminating
        | PodStateKind::Terminated => [PodAction::Stop, PodAction::Restart],
    }
}
