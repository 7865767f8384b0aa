//! The receipt of a verified copy, on screen and on paper.

use std::sync::Arc;

use api::migrations::{Migration, Receipt as Proof};
use domain::Timestamp;
use leptos::prelude::*;

use super::facts::facts;
use super::identity_change_list::IdentityChangeList;
use crate::browser::{
    intl::{self, Moment},
    page,
};
use crate::text::{format, migrations as words};
use crate::ui::{Button, ButtonSize, Copyable};

/// The receipt of a move, once its copy is verified; nothing before.
#[component]
pub fn Receipt(
    /// The move.
    #[prop(into)]
    migration: Signal<Arc<Migration>>,
) -> impl IntoView {
    let proof = Memo::new(move |_| migration.with(|it| it.receipt.clone()));
    move || {
        proof
            .get()
            .map(|proof| receipt_view(&migration.get_untracked(), &proof))
    }
}

fn receipt_view(migration: &Migration, proof: &Proof) -> AnyView {
    let at = |moment: Timestamp| intl::moment(moment.millis(), Moment::Full);
    let (source, target) = (
        migration.source_pod_id.to_string(),
        migration.target_pod_id.to_string(),
    );
    let machines = format!("{} → {}", migration.source_machine, migration.target_machine);
    let bytes = format!(
        "{} ({} bytes)",
        format::bytes(proof.bytes),
        format::count(proof.bytes)
    );
    let hash = proof.manifest_hash.clone();
    let switched = proof.switched_at.map_or_else(|| "not yet".to_owned(), at);
    let list = facts(vec![
        (
            words::label::MIGRATION,
            view! { <Copyable text=migration.id.to_string() what="migration ID" /> }.into_any(),
        ),
        (
            words::label::OLD_POD,
            view! { <Copyable text=source what="old pod ID" /> }.into_any(),
        ),
        (
            words::label::NEW_POD,
            view! { <Copyable text=target what="new pod ID" /> }.into_any(),
        ),
        (words::label::MACHINES, machines.into_any()),
        (
            words::label::FILES_COMPARED,
            format::count(proof.files).into_any(),
        ),
        (words::label::BYTES_COMPARED, bytes.into_any()),
        // A copy with a mismatch fails its phase and makes no receipt, so this is what the receipt says.
        (words::MISMATCHES, "0".into_any()),
        (
            words::label::MANIFEST_BLAKE3,
            view! { <Copyable text=hash what="manifest hash" /> }.into_any(),
        ),
        (words::label::COPY_BEGAN, at(proof.copy_started_at).into_any()),
        (
            words::label::EVERY_BYTE_VERIFIED,
            at(proof.verified_at).into_any(),
        ),
        (words::label::NEW_POD_TOOK_OVER, switched.into_any()),
    ]);
    let changes = migration.changes.clone();
    view! {
        <section class="section invoice" id="receipt">
            <div class="section-header">
                <h2>{words::RECEIPT}</h2>
                <span class="no-print">
                    <Button label=words::PRINT size=ButtonSize::Small on_press=move || page::print() />
                </span>
            </div>
            {list}
            <IdentityChangeList changes=Signal::stored(changes) />
        </section>
    }
    .into_any()
}
