//! Lines of the ledger, newest first: quantity × rate × minutes = amount, and the minutes behind each.

use api::account::LedgerLine;
use leptos::prelude::*;

use crate::browser::intl::{self, Moment};
use crate::paths;
use crate::text::{
    billing::{self as words, MinuteLine},
    format,
};
use crate::ui::{Button, ButtonSize, ButtonTone};

const COLUMNS: u8 = 6;

/// Lines as rows of one table, from however many pages they came.
#[component]
pub fn LedgerTable(
    /// The lines, newest first.
    #[prop(into)]
    lines: Signal<Vec<LedgerLine>>,
) -> impl IntoView {
    view! {
        <table class="tide" data-stack="" data-ruled="">
            <caption class="visually-hidden">{words::LEDGER}</caption>
            <thead>
                <tr>
                    <th scope="col">{words::label::TIME}</th>
                    <th scope="col">{words::label::POD_OR_VOLUME}</th>
                    <th scope="col">{words::label::WHY}</th>
                    <th scope="col">{words::label::MINUTES_QUANTITY_RATE}</th>
                    <th scope="col" class="num">{words::label::AMOUNT}</th>
                    <th scope="col" class="num">{words::label::BALANCE_AFTER}</th>
                </tr>
            </thead>
            // Lines never change, so a row is kept for as long as its line is shown, opened or not.
            <For each=move || lines.get() key=|it| it.id let(line)>
                <LedgerRows line />
            </For>
        </table>
    }
    .into_any()
}

/// A line, and below it its minutes once it is opened.
#[component]
fn LedgerRows(
    /// The line.
    line: LedgerLine,
) -> impl IntoView {
    let opened = RwSignal::new(false);
    let minutes = StoredValue::new(words::minutes(&line));
    let can_open = minutes.with_value(Option::is_some);
    let detail = move || {
        opened.get().then(|| {
            let rows = minutes.with_value(|it| it.iter().flatten().map(minute_row).collect_view());
            view! { {rows} }
        })
    };
    let label = Signal::derive(move || {
        if opened.get() {
            words::CLOSE_MINUTES
        } else {
            words::OPEN_MINUTES
        }
        .to_owned()
    });
    let toggle = can_open.then(|| {
        let on_press = move || opened.update(|it| *it = !*it);
        view! { <Button label tone=ButtonTone::Link size=ButtonSize::Small on_press /> }
    });
    view! {
        <tbody id=line.id.to_string()>
            <tr>
                <th scope="row">
                    <span class="nowrap">{span_text(&line)}</span>
                </th>
                <td data-label=words::label::POD_OR_VOLUME>{name_cell(&line)}</td>
                <td data-label=words::label::WHY>{reason_cell(&line)}</td>
                <td data-label=words::label::MINUTES_QUANTITY_RATE>
                    {words::line_sum(&line)} " " {toggle}
                </td>
                <td class="num" data-label=words::label::AMOUNT>
                    {format::money_exact(line.amount_micros)}
                </td>
                <td class="num" data-label=words::label::BALANCE_AFTER>
                    {format::money_exact(line.balance_after_micros)}
                </td>
            </tr>
            {detail}
        </tbody>
    }
    .into_any()
}

/// `12 May 2026, 14:06 – 15:00`, in the reader's zone.
fn span_text(line: &LedgerLine) -> String {
    let from = intl::moment(line.from.millis(), Moment::DateTime);
    if line.to <= line.from {
        return from;
    }
    format!("{from} – {}", intl::moment(line.to.millis(), Moment::Time))
}

fn name_cell(line: &LedgerLine) -> AnyView {
    let href = line
        .pod_id
        .map(paths::pod)
        .or_else(|| line.volume_id.map(paths::volume));
    let name = line.name.clone();
    match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    }
}

/// Why the line is there: reason, what for, note, the line it corrects, the move it belongs to.
fn reason_cell(line: &LedgerLine) -> AnyView {
    let corrects = line.corrects.map(|id| {
        let short = format::short_id(&id.to_string());
        view! { <span class="caption">" corrects " <a href=format!("#{id}") class="mono">{short}</a></span> }
    });
    let moved = line
        .migration_id
        .map(|id| view! { " " <a href=paths::migration(id)>{words::THE_MOVE}</a> });
    let note = line
        .note
        .clone()
        .filter(|it| !it.is_empty())
        .map(|it| view! { <span class="muted">" · " {it}</span> });
    // A credit and a network volume say what they are by their reason.
    let says_itself = line.resource == "credit" || line.resource == line.reason;
    let resource = (!says_itself).then(|| format!("{}, ", words::resource(&line.resource)));
    view! { {resource} {words::reason(&line.reason)} {note} {corrects} {moved} }.into_any()
}

fn minute_row(minute: &MinuteLine) -> AnyView {
    let at = intl::moment(minute.at.millis(), Moment::Time);
    let number = words::minute_number(minute.number);
    view! {
        <tr data-muted="">
            <th scope="row" class="num">{at}</th>
            <td colspan=(COLUMNS - 3).to_string() data-label=words::label::MINUTE>{number}</td>
            <td class="num" data-label=words::label::AMOUNT>{format::money_exact(minute.amount.micros())}</td>
            <td></td>
        </tr>
    }
    .into_any()
}
