//! The grid over 8,000 rows: what is mounted, where the focus goes, and what a change leaves alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;
use roadstead_dashboard::table::{Align, Cell, Column, Grid, GridSource, Place, Priority, SortBy};
use roadstead_dashboard::ui::{Menu, MenuEntry};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use crate::hands::{self, focused, has_focus, html, key};
use crate::screen::{Screen, render_styled, settle, until};

const ROWS: u32 = 8_000;
/// What a window of 600 px may hold, whatever the list.
const MOUNTED_MAX: usize = 60;
const SHEETS: [&str; 4] = [
    include_str!("../../style/reset.css"),
    include_str!("../../style/tokens.css"),
    include_str!("../../style/base.css"),
    include_str!("../../style/components/grid.css"),
];

#[derive(Clone, PartialEq)]
struct Item {
    id: u32,
    cost: u32,
}

const fn item(id: u32) -> Item {
    Item { id, cost: ROWS - id }
}

static COLUMNS: [Column<Item>; 4] = [
    Column {
        header: "Name",
        track: "minmax(8rem, 2fr)",
        align: Align::Start,
        priority: Priority::High,
        place: Some(Place::TopStart),
        sort: Some("name"),
        cell: Cell::Link(|it| format!("item {}", it.id)),
    },
    Column {
        header: "Note",
        track: "8rem",
        align: Align::Start,
        priority: Priority::Low,
        place: None,
        sort: None,
        cell: Cell::Value(|it| format!("note {}", it.id).into_any()),
    },
    Column {
        header: "Cost",
        track: "8rem",
        align: Align::End,
        priority: Priority::High,
        place: Some(Place::TopEnd),
        sort: Some("cost"),
        cell: Cell::Value(|it| it.cost.to_string().into_any()),
    },
    Column {
        header: "Actions",
        track: "8rem",
        align: Align::End,
        priority: Priority::High,
        place: Some(Place::BottomEnd),
        sort: None,
        cell: Cell::Stable(menu),
    },
];

fn menu(row: Signal<Arc<Item>>) -> AnyView {
    let entry = MenuEntry {
        label: "Look".to_owned(),
        blocked: None,
        danger: false,
        run: Arc::new(|| {}),
    };
    let entries = Signal::stored(vec![entry]);
    let of = Signal::derive(move || row.with(|it| format!("item {}", it.id)));
    view! { <Menu entries of in_grid=true /> }.into_any()
}

/// How often a row was asked for its key.
static KEYS: AtomicU32 = AtomicU32::new(0);

fn key_of(item: &Item) -> String {
    KEYS.fetch_add(1, Ordering::Relaxed);
    item.id.to_string()
}

/// A grid of its own with its rows, and what was asked of its owner.
struct Shown {
    screen: Screen,
    source: GridSource<Item>,
    asked: RwSignal<Option<SortBy>>,
    _owner: Owner,
}

/// Shows the rows in a window of 600 px, `width` wide.
async fn shown(width: &str) -> Shown {
    let owner = Owner::new();
    let (source, asked) = owner.with(|| (GridSource::new(key_of), RwSignal::new(None)));
    source.replace((0..ROWS).map(item).collect());
    let rows = source.clone();
    let screen = render_styled(
        &SHEETS,
        &format!("display: flex; block-size: 600px; inline-size: {width}"),
        move || {
            view! {
                <Grid
                    label="Items"
                    source=rows
                    columns=&COLUMNS
                    href=|it: &Item| format!("/items/{}", it.id)
                    sort=asked
                    on_sort=move |by: SortBy| asked.set(Some(by))
                    busy=false
                />
            }
            .into_any()
        },
    );
    screen.find("link", "item 0").await;
    Shown {
        screen,
        source,
        asked,
        _owner: owner,
    }
}

impl Shown {
    fn grid(&self) -> HtmlElement {
        self.screen.all("grid").remove(0)
    }

    /// Mounted rows without the header.
    fn mounted(&self) -> usize {
        self.screen.all("row").len() - 1
    }

    fn scroll_to(&self, top_px: i32) {
        self.grid().set_scroll_top(top_px);
    }

    /// Waits until a row is mounted, and gives its cell in a column, both counted as the grid says them.
    async fn cell(&self, row: u32, column: u32) -> HtmlElement {
        let selector = format!("[role=row][aria-rowindex='{row}'] > [aria-colindex='{column}']");
        html(self.screen.finds(&selector).await)
    }

    /// The text of a cell that is mounted.
    fn cell_text(&self, row: u32, column: u32) -> Option<String> {
        let selector = format!("[role=row][aria-rowindex='{row}'] > [aria-colindex='{column}']");
        self.grid().query_selector(&selector).unwrap()?.text_content()
    }

    /// Waits until the focus is in a cell.
    async fn focus_is_at(&self, row: u32, column: u32) {
        until(&format!("the focus is in row {row}, column {column}"), || {
            focus_at() == Some((row, column))
        })
        .await;
        let (row, grid) = (seat("[role=row]"), self.grid().get_bounding_client_rect());
        let row = row.get_bounding_client_rect();
        assert!(
            row.top() >= grid.top() && row.bottom() <= grid.bottom() + 1.0,
            "the row is seen"
        );
    }
}

fn seat(selector: &str) -> Element {
    focused().closest(selector).unwrap().unwrap()
}

fn focus_at() -> Option<(u32, u32)> {
    let number = |element: &Element, name| element.get_attribute(name)?.parse().ok();
    let cell = focused().closest("[aria-colindex]").unwrap()?;
    let row = cell.closest("[aria-rowindex]").unwrap()?;
    Some((number(&row, "aria-rowindex")?, number(&cell, "aria-colindex")?))
}

#[wasm_bindgen_test]
async fn of_many_rows_only_the_seen_ones_are_in_the_page() {
    let it = shown("1200px").await;
    assert_eq!(
        it.grid().get_attribute("aria-rowcount").unwrap(),
        (ROWS + 1).to_string()
    );
    assert!((10..=MOUNTED_MAX).contains(&it.mounted()), "{}", it.mounted());
    let first = it.cell(2, 1).await;
    assert_eq!(first.text_content().unwrap(), "item 0");
    it.scroll_to(36 * 4_000);
    it.screen.find("link", "item 4000").await;
    assert!((10..=MOUNTED_MAX).contains(&it.mounted()), "{}", it.mounted());
    assert!(it.screen.get("link", "item 0").is_none());
    assert_eq!(it.cell(4_002, 1).await.text_content().unwrap(), "item 4000");
}

/// Making a row costs more than filling one; and who reads the page reads it in the order of the list.
#[wasm_bindgen_test]
async fn rows_are_filled_anew_and_stand_in_order_once_scrolling_ends() {
    let it = shown("1200px").await;
    let rows = || {
        let rows = it.screen.all("row");
        rows.into_iter().skip(1).collect::<Vec<_>>()
    };
    let number = |row: &HtmlElement| {
        row.get_attribute("aria-rowindex")
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    let is_sorted = || rows().iter().map(number).is_sorted();
    let last = || rows().iter().map(number).max().unwrap();
    it.scroll_to(36 * 1_000);
    it.screen.find("link", "item 1000").await;
    let (before, mounted) = (last(), rows());
    it.scroll_to(36 * 1_003);
    until("rows have come", || last() == before + 3).await;
    assert_eq!(rows(), mounted, "the same elements");
    assert!(!is_sorted());
    until("rows stand as they are seen", is_sorted).await;
    let stayed = rows().iter().filter(|row| mounted.contains(row)).count();
    assert_eq!(stayed, mounted.len() - 3, "what was in its place is not touched");
}

/// A menu must not do to one row what it was opened for on another.
#[wasm_bindgen_test]
async fn the_focus_and_an_open_menu_go_with_their_row() {
    let it = shown("1200px").await;
    it.screen.find("link", "item 3").await.focus().unwrap();
    it.focus_is_at(5, 1).await;
    key(".");
    it.screen.find("menuitem", "Look").await;
    it.source.edit(|rows| {
        rows.remove(3);
    });
    it.screen.loses("link", "item 3").await;
    assert!(it.screen.get("menuitem", "Look").is_none());
    assert_eq!(focus_at(), None, "no other row has the focus");
    let held = it.screen.find("link", "item 5").await;
    held.focus().unwrap();
    it.scroll_to(36 * 5_000);
    it.screen.find("link", "item 5000").await;
    key("ArrowDown");
    until("the focus has moved", || {
        focus_at().is_some_and(|(row, _)| row == 7)
    })
    .await;
    assert_ne!(
        focused(),
        Element::from(held),
        "whoever hears the focus hears it move"
    );
}

#[wasm_bindgen_test]
async fn keys_move_the_focus_and_what_has_it_is_seen() {
    let it = shown("1200px").await;
    it.screen.find("link", "item 0").await.focus().unwrap();
    it.focus_is_at(2, 1).await;
    for (press, row, column) in [
        ("ArrowDown", 3, 1),
        ("ArrowDown", 4, 1),
        ("ArrowUp", 3, 1),
        ("ArrowRight", 3, 2),
        ("ArrowLeft", 3, 1),
        ("ArrowLeft", 3, 1),
        ("End", ROWS + 1, 1),
        ("ArrowDown", ROWS + 1, 1),
        ("ArrowUp", ROWS, 1),
        ("Home", 2, 1),
    ] {
        key(press);
        it.focus_is_at(row, column).await;
    }
    assert_eq!(it.grid().scroll_top(), 0);
    key("PageDown");
    until("a page further", || focus_at().is_some_and(|(row, _)| row > 8)).await;
    let (row, _) = focus_at().unwrap();
    it.focus_is_at(row, 1).await;
    key("PageDown");
    it.focus_is_at(2 * row - 2, 1).await;
    assert!(it.grid().scroll_top() > 0);
    key("PageUp");
    it.focus_is_at(row, 1).await;
}

#[wasm_bindgen_test]
async fn tab_reaches_one_cell_of_the_body() {
    let it = shown("1200px").await;
    let reached = || {
        let list = it
            .grid()
            .query_selector_all("[aria-rowindex]:not([aria-rowindex='1']) [tabindex='0']")
            .unwrap();
        list.length()
    };
    assert_eq!(reached(), 1);
    it.screen.find("link", "item 2").await.focus().unwrap();
    it.focus_is_at(4, 1).await;
    until("still one", || {
        reached() == 1 && focused().get_attribute("tabindex").as_deref() == Some("0")
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_focused_row_stays_mounted_when_it_is_scrolled_away() {
    let it = shown("1200px").await;
    let link = it.screen.find("link", "item 3").await;
    link.focus().unwrap();
    it.focus_is_at(5, 1).await;
    it.scroll_to(36 * 5_000);
    it.screen.find("link", "item 5000").await;
    assert!(has_focus(&link) && link.is_connected());
    assert!(it.mounted() <= MOUNTED_MAX, "{}", it.mounted());
    // From where it is, not from what is seen.
    key("ArrowDown");
    it.focus_is_at(6, 1).await;
}

#[wasm_bindgen_test]
async fn a_press_on_a_header_asks_for_an_order() {
    let it = shown("1200px").await;
    let header = it.screen.find("columnheader", "Cost").await;
    assert_eq!(header.get_attribute("aria-sort").as_deref(), Some("none"));
    let button = it.screen.press("Cost").await;
    let ascending = SortBy {
        key: "cost".to_owned(),
        descending: false,
    };
    assert_eq!(it.asked.get_untracked(), Some(ascending));
    it.source.replace((0..ROWS).rev().map(item).collect());
    it.screen.find("link", "item 7999").await;
    until("the header says so", || {
        header.get_attribute("aria-sort").as_deref() == Some("ascending")
    })
    .await;
    assert_eq!(it.cell(2, 1).await.text_content().unwrap(), "item 7999");
    assert!(has_focus(&button));
    key("Enter");
    until("the other way round", || {
        header.get_attribute("aria-sort").as_deref() == Some("descending")
    })
    .await;
    let name = it.screen.find("columnheader", "Name").await;
    assert_eq!(name.get_attribute("aria-sort").as_deref(), Some("none"));
    let note = it.screen.find("columnheader", "Note").await;
    assert_eq!(note.get_attribute("aria-sort"), None);
}

#[wasm_bindgen_test]
async fn a_hidden_column_is_skipped() {
    let it = shown("800px").await;
    assert_eq!(it.cell(2, 2).await.get_bounding_client_rect().width(), 0.0);
    it.screen.find("link", "item 0").await.focus().unwrap();
    it.focus_is_at(2, 1).await;
    key("ArrowRight");
    it.focus_is_at(2, 3).await;
    key("ArrowLeft");
    it.focus_is_at(2, 1).await;
}

#[wasm_bindgen_test]
async fn a_change_touches_one_cell_and_moves_nothing() {
    const SELECT: &str = "
        const range = document.createRange();
        range.selectNodeContents(args[0]);
        getSelection().removeAllRanges();
        getSelection().addRange(range);";
    let selected = || {
        hands::script(&[], "return getSelection().toString()")
            .as_string()
            .unwrap()
    };
    let it = shown("1200px").await;
    it.scroll_to(36 * 100);
    let link = it.screen.find("link", "item 105").await;
    link.focus().unwrap();
    it.focus_is_at(107, 1).await;
    hands::script(&[it.cell(108, 2).await.into()], SELECT);
    let (cost, scrolled) = (it.cell(107, 3).await, it.grid().scroll_top());
    assert_eq!(selected(), "note 106");

    assert!(it.source.update(Item { id: 105, cost: 1 }));
    until("the new value", || cost.text_content().as_deref() == Some("1")).await;
    assert!(has_focus(&link));
    assert_eq!(
        (selected().as_str(), it.grid().scroll_top()),
        ("note 106", scrolled)
    );

    // A row before it moves every index by one, and still neither focus nor scroll.
    it.source
        .edit(|rows| rows.insert(0, Arc::new(Item { id: 99_999, cost: 2 })));
    until("one further down", || focus_at() == Some((108, 1))).await;
    assert!(has_focus(&link));
    assert_eq!(it.grid().scroll_top(), scrolled);
    assert_eq!(it.cell(108, 3).await.text_content().unwrap(), "1");
}

#[wasm_bindgen_test]
async fn a_point_opens_the_menu_of_the_focused_row() {
    let it = shown("1200px").await;
    it.screen.find("link", "item 1").await.focus().unwrap();
    it.focus_is_at(3, 1).await;
    key(".");
    let entry = it.screen.find("menuitem", "Look").await;
    until("the entry has the focus", || has_focus(&entry)).await;
    let menu = entry.closest("[role=menu]").unwrap().unwrap();
    assert_eq!(
        menu.get_attribute("aria-label").as_deref(),
        Some("Actions: item 1")
    );
    // Keys of the menu are not keys of the grid.
    key("ArrowDown");
    key("Escape");
    it.screen.loses("menuitem", "Look").await;
    assert_eq!(focus_at().map(|(row, _)| row), Some(3));
}

#[wasm_bindgen_test]
async fn a_list_that_becomes_empty_and_full_again_goes_on() {
    let it = shown("1200px").await;
    it.screen.find("link", "item 1").await.focus().unwrap();
    it.focus_is_at(3, 1).await;
    it.source.replace(Vec::new());
    until("no rows", || it.mounted() == 0).await;
    assert_eq!(it.grid().get_attribute("aria-rowcount").as_deref(), Some("1"));
    it.source.replace((0..5).map(item).collect());
    until("five rows", || it.mounted() == 5).await;
    settle().await;
    let link: HtmlElement = it.screen.find("link", "item 4").await.unchecked_into();
    link.focus().unwrap();
    it.focus_is_at(6, 1).await;
    key("Home");
    it.focus_is_at(2, 1).await;
}

#[wasm_bindgen_test]
async fn a_focused_row_that_has_left_is_not_looked_for_again() {
    let it = shown("1200px").await;
    it.screen.find("link", "item 3").await.focus().unwrap();
    it.focus_is_at(5, 1).await;
    it.source.edit(|rows| {
        rows.remove(3);
    });
    until("the row has left", || it.screen.get("link", "item 3").is_none()).await;
    settle().await;
    KEYS.store(0, Ordering::Relaxed);
    it.source.edit(|rows| rows[0] = Arc::new(Item { id: 0, cost: 7 }));
    until("the change is drawn", || {
        it.cell_text(2, 3).as_deref() == Some("7")
    })
    .await;
    let asked = KEYS.load(Ordering::Relaxed);
    assert!(asked < ROWS / 10, "{asked} keys");
    // Tab reaches the place where it was.
    assert_eq!(it.cell(5, 1).await.text_content().unwrap(), "item 4");
    it.screen.finds("[aria-rowindex='5'] [tabindex='0']").await;
}
