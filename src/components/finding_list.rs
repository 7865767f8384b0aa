//! What to read before a move, the gravest first.

use api::migrations::{Finding, Severity};
use leptos::prelude::*;

use crate::text::migrations as words;
use crate::ui::{Mark, MarkIcon};

/// The findings of a plan. Their ticks stand below, by kind of change.
#[component]
pub fn FindingList(
    /// The findings.
    #[prop(into)]
    findings: Signal<Vec<Finding>>,
) -> impl IntoView {
    let items = move || {
        let mut findings = findings.get();
        findings.sort_by_key(|it| std::cmp::Reverse(it.severity));
        findings.into_iter().map(item_view).collect_view()
    };
    view! { <ul>{items}</ul> }
}

fn item_view(finding: Finding) -> AnyView {
    let mark = match finding.severity {
        Severity::Info => Mark::HalfDisc,
        Severity::Warn => Mark::Triangle,
        Severity::Block => Mark::Cross,
    };
    view! {
        <li class="finding">
            <span class="tone" data-tone=mark.tone().as_str()>
                <MarkIcon mark />
            </span>
            <div>
                <p class="finding-title">{finding.text}</p>
                <p class="caption muted">
                    {words::severity(finding.severity)} " · " <code class="mono">{finding.code}</code>
                </p>
            </div>
        </li>
    }
    .into_any()
}
