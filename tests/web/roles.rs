//! What a reader meets: roles, names and descriptions, as assistive technology computes them, in short.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

/// Elements that are in the page and that nobody can meet.
const UNSEEN: &str = "[hidden], [aria-hidden=true], dialog:not([open]), [popover]:not(:popover-open)";

/// All elements of a role below `root`.
pub fn all(root: &HtmlElement, role: &str) -> Vec<HtmlElement> {
    let list = root.query_selector_all("*").unwrap();
    (0..list.length())
        .filter_map(|it| list.get(it)?.dyn_into::<HtmlElement>().ok())
        .filter(|it| role_of(it).as_deref() == Some(role) && it.closest(UNSEEN).unwrap().is_none())
        .collect()
}

/// The role of an element, its own or that of its kind.
pub fn role_of(element: &Element) -> Option<String> {
    if let Some(role) = element.get_attribute("role") {
        return Some(role);
    }
    let role = match element.tag_name().to_lowercase().as_str() {
        "a" if element.has_attribute("href") => "link",
        "button" => "button",
        "dialog" => "dialog",
        "fieldset" => "group",
        "h1" | "h2" | "h3" => "heading",
        "input" => match element.get_attribute("type").as_deref() {
            Some("checkbox") => "checkbox",
            Some("number") => "spinbutton",
            Some("radio") => "radio",
            Some("search") => "searchbox",
            _ => "textbox",
        },
        "li" => "listitem",
        "main" => "main",
        "nav" => "navigation",
        "option" => "option",
        "progress" => "progressbar",
        "select" => "combobox",
        "table" => "table",
        "textarea" => "textbox",
        "time" => "time",
        "tr" => "row",
        _ => return None,
    };
    Some(role.to_owned())
}

/// The name of an element.
pub fn name(element: &Element) -> String {
    let by_attribute = referred(element, "aria-labelledby").or_else(|| element.get_attribute("aria-label"));
    let by_label = || {
        let id = element.get_attribute("id")?;
        let label = document().query_selector(&format!("label[for='{id}']")).ok()??;
        Some(text(&label))
    };
    let by_part = || {
        let part = element
            .query_selector(":scope > legend, :scope > caption")
            .ok()??;
        Some(text(&part))
    };
    by_attribute
        .or_else(by_label)
        .or_else(by_part)
        .unwrap_or_else(|| text(element))
}

/// What is read after the name: a reason, a hint, an error.
pub fn description(element: &Element) -> String {
    referred(element, "aria-describedby").unwrap_or_default()
}

fn referred(element: &Element, attribute: &str) -> Option<String> {
    let ids = element.get_attribute(attribute)?;
    let texts: Vec<String> = ids
        .split_whitespace()
        .map(|id| {
            let found = document().get_element_by_id(id);
            text(&found.unwrap_or_else(|| panic!("{attribute} names #{id}, which is not in the page")))
        })
        .collect();
    Some(texts.join(" "))
}

/// The text of an element without what is hidden, its white space as one reads it.
pub fn text(element: &Element) -> String {
    let mut whole = String::new();
    add(element, &mut whole);
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn add(node: &Node, whole: &mut String) {
    let children = node.child_nodes();
    for child in (0..children.length()).filter_map(|it| children.get(it)) {
        match child.dyn_ref::<Element>() {
            Some(element) if element.matches(UNSEEN).unwrap() => {}
            Some(element) => {
                whole.push(' ');
                add(element, whole);
                whole.push(' ');
            }
            None if child.node_type() == Node::TEXT_NODE => {
                whole.push_str(&child.text_content().unwrap_or_default());
            }
            // The marks between which the view library puts its nodes.
            None => {}
        }
    }
}
