//! The demo: the same application over a cloud that runs inside the page, with a line to hold and hurry its time.

use client::Client;
use client::in_process::{InProcess, Pace};
use leptos::mount::mount_to_body;
use leptos::prelude::*;

use crate::app::App;
use crate::shell::provide_standing;
use crate::text::demo as words;
use crate::ui::{Button, ButtonSize, Failure};

/// Speeds on offer, in seconds of the demo per second.
const SPEEDS: [u32; 4] = [1, 10, 60, 600];

/// Starts the demo in the page.
pub(crate) fn start() {
    crate::browser::appearance::mark_framed();
    match InProcess::start() {
        Ok(cloud) => mount_to_body(move || demo_view(cloud)),
        Err(error) => {
            let detail = Some(error.to_string());
            let on_retry = crate::browser::page::reload;
            mount_to_body(
                move || view! { <Failure title=words::FAILED detail on_retry=move || on_retry() /> },
            );
        }
    }
}

fn demo_view(cloud: InProcess) -> AnyView {
    let client = Client::new(cloud.clone());
    provide_standing(move || view! { <DemoBar cloud=cloud.clone() /> }.into_any());
    view! { <App client /> }.into_any()
}

/// Says what this is, and how its time goes.
#[component]
fn DemoBar(
    /// The cloud in the page.
    cloud: InProcess,
) -> impl IntoView {
    let pace = RwSignal::new(cloud.pace());
    let problem = RwSignal::new(None::<String>);
    let set = {
        let cloud = cloud.clone();
        Callback::new(move |wanted: Pace| {
            cloud.set_pace(wanted);
            pace.set(cloud.pace());
        })
    };
    let hold = move |()| {
        set.run(Pace {
            paused: !pace.get_untracked().paused,
            ..pace.get_untracked()
        })
    };
    let speed = move |speed: u32| {
        let chosen = move || pace.with(|it| !it.paused && it.speed == speed);
        view! {
            <button
                type="button"
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=move |_| set.run(Pace { paused: false, speed })
            >
                {words::speed(speed)}
            </button>
        }
    };
    let again = move |()| problem.set(cloud.reset().err().map(|it| it.to_string()));
    view! {
        <aside class="banner" aria-label=words::DEMO>
            <p>{words::WHAT}</p>
            {move || problem.get().map(|text| view! { <p role="alert">{text}</p> })}
            <div class="cluster">
                <span class="segments" role="group" aria-label=words::TIME>
                    {SPEEDS.map(speed).into_iter().collect_view()}
                </span>
                <Button
                    label=Signal::derive(move || words::hold(pace.get().paused).to_owned())
                    size=ButtonSize::Small
                    on_press=hold
                />
                <Button label=words::AGAIN size=ButtonSize::Small on_press=again />
            </div>
        </aside>
    }
    .into_any()
}
