//! Rows that outlive the changes of what they show.

use std::hash::Hash;

use leptos::prelude::*;

/// A view for each thing, which stays the same elements while the thing changes, so that the focus stays in it.
pub fn keyed<T, K>(
    each: Signal<Vec<T>>,
    key: fn(&T) -> K,
    view: impl Fn(Signal<T>) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Eq + Hash + Send + Sync + 'static,
{
    let children = move |first: T| {
        let own = key(&first);
        // A row that leaves keeps its last value: something in it may still be read.
        let thing = Memo::new(move |last: Option<&T>| {
            each.with(|all| all.iter().find(|it| key(it) == own).cloned())
                .unwrap_or_else(|| last.unwrap_or(&first).clone())
        });
        view(thing.into())
    };
    view! { <For each=move || each.get() key children /> }.into_any()
}
