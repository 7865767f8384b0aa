//! A network volume grows, it never shrinks.

use std::sync::Arc;

use api::volumes::{UpdateVolume as Body, Volume};
use client::commands::UpdateVolume;
use client::queries::GetOffers;
use domain::Money;
use leptos::prelude::*;

use crate::components::problem_note::ProblemNote;
use crate::data::{use_mutation, use_query};
use crate::text::volumes as words;
use crate::ui::{Button, Consequences, Dialog, DialogBody, DialogFooter, NumberField, SubmitButton};

/// Asks for the new size and says what it costs.
#[component]
pub fn VolumeGrowDialog(
    /// The volume.
    #[prop(into)]
    volume: Signal<Arc<Volume>>,
    /// Takes the dialog out of the address.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let grow = use_mutation::<UpdateVolume>();
    let offers = use_query(|| Some(GetOffers));
    let first = volume.get_untracked();
    let (id, title) = (first.id, format!("{} {}", words::GROW, first.name));
    let size = RwSignal::new(first.size_gb.to_string());
    let checked = Memo::new(move |_| size.with(|it| words::parse_growth(it, volume.with(|it| it.size_gb))));
    // The present size is where the field begins, and no mistake.
    let error = Signal::derive(move || {
        let untouched = size.with(|it| it.parse() == Ok(volume.with(|it| it.size_gb)));
        checked.get().err().filter(|_| !untouched)
    });
    let costs = move || {
        let now = words::price(Money::from_micros(volume.with(|it| it.micros_per_month)));
        let then = checked.get().ok().and_then(|gb| {
            let offers = offers.value()?;
            Some(words::price(words::month_price(&offers.prices, gb)))
        });
        then.map_or_else(|| now.clone(), |then| format!("{now} → {then}"))
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(size_gb) = checked.get_untracked() else {
            return;
        };
        let body = Body {
            name: None,
            size_gb: Some(size_gb),
        };
        grow.run(UpdateVolume { id, body }, move |_| on_close.run(()));
    };
    let costs = Memo::new(move |_| costs());
    view! {
        <Dialog title=title.clone() on_close>
            <form on:submit=on_submit>
                <DialogBody>
                    <Consequences
                        happens=move || view! { <p>{move || volume.with(|it| words::grow_effect(it))}</p> }
                        costs=move || view! { <p>{costs}</p> }
                        undo=|| view! { <p>{words::NEVER_SHRINKS}</p> }
                    />
                    <NumberField label=words::SIZE value=size error unit="GB" hint=Some(words::size_hint()) />
                    <ProblemNote problem=grow.problem() />
                </DialogBody>
                <DialogFooter>
                    <Button label=words::CANCEL on_press=move || on_close.run(()) />
                    <SubmitButton
                        label=title
                        pending=grow.pending()
                        blocked=Signal::derive(move || checked.get().err())
                    />
                </DialogFooter>
            </form>
        </Dialog>
    }
    .into_any()
}
