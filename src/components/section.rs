//! A part of a page under its heading.

use leptos::prelude::*;

/// A part with a heading of the second level.
pub fn section(title: &'static str, content: AnyView) -> AnyView {
    part(title, None, content)
}

/// The same, with an ID that an address can lead to.
pub fn section_at(id: &'static str, title: &'static str, content: AnyView) -> AnyView {
    part(title, Some(id), content)
}

fn part(title: &'static str, id: Option<&'static str>, content: AnyView) -> AnyView {
    view! {
        <section class="section" id=id>
            <div class="section-header">
                <h2>{title}</h2>
            </div>
            {content}
        </section>
    }
    .into_any()
}
