//! The before → after table of every identity: changed rows joined by the route line, the rest muted.

use domain::endpoints::IdentityChange;
use leptos::prelude::*;

use crate::text::migrations as words;
use crate::ui::CopyButton;

/// Every identity before and after a move, those that stay as well, and a button that copies the table.
#[component]
pub fn IdentityChangeList(
    /// The rows, in the order of the plan.
    #[prop(into)]
    changes: Signal<Vec<IdentityChange>>,
) -> impl IntoView {
    let markdown = Signal::derive(move || changes.with(|it| words::changes_markdown(it)));
    let rows = move || changes.with(|it| it.iter().map(row_view).collect_view());
    view! {
        <div class="stack" data-gap="tight">
            <table class="before-after">
                <caption class="visually-hidden">{words::IDENTITIES}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words::COLUMN_IDENTITY}</th>
                        <th scope="col">{words::COLUMN_BEFORE}</th>
                        <td aria-hidden="true"></td>
                        <th scope="col">{words::COLUMN_AFTER}</th>
                        <th scope="col">{words::COLUMN_BREAKS}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <div class="cluster no-print">
                <span class="caption muted">{words::THE_TABLE}</span>
                <CopyButton text=markdown what=words::TABLE_AS_MARKDOWN />
            </div>
        </div>
    }
    .into_any()
}

fn row_view(change: &IdentityChange) -> AnyView {
    let same = change.is_same();
    let after = if same {
        words::SAME
    } else {
        words::value_after(change)
    };
    // A screen reader meets one cell at a time, so each cell says the whole change.
    let cell = |shown: &str| {
        let spoken = words::change_spoken(change);
        // A line ends between the words of a name, so that one can read it.
        let shown = words::pieces(shown)
            .into_iter()
            .map(|piece| view! { {piece.to_owned()} <wbr /> })
            .collect_view();
        view! {
            <span class="mono" aria-hidden="true">{shown}</span>
            <span class="visually-hidden">{spoken}</span>
        }
    };
    view! {
        <tr data-change=if same { "same" } else { "changes" }>
            <th scope="row">{words::identity(change)}</th>
            <td class="before" data-label=words::COLUMN_BEFORE>{cell(words::value_before(change))}</td>
            <td class="route" aria-hidden="true"></td>
            <td class="after" data-label=words::COLUMN_AFTER>{cell(after)}</td>
            <td class="breaks" data-label=words::COLUMN_BREAKS>
                {(!same).then(|| words::breaks_for(change.kind))}
            </td>
        </tr>
    }
    .into_any()
}
