//! The rows, kept outside signals, with one signal that says that something has changed.

use std::sync::{Arc, RwLock};

use leptos::prelude::*;

use super::column::Row;

/// Rows of a grid. A signal for each of 100,000 rows would cost more than the rows; each *visible* row has a memo
/// of its own value instead, so that a change of one row is drawn in that row only.
pub struct GridSource<R> {
    // A plain lock, not a stored value: callbacks may write after the view is gone, and must not panic then.
    rows: Arc<RwLock<Vec<Arc<R>>>>,
    version: ArcRwSignal<u64>,
    key: fn(&R) -> String,
}

impl<R> Clone for GridSource<R> {
    fn clone(&self) -> Self {
        Self {
            rows: Arc::clone(&self.rows),
            version: self.version.clone(),
            key: self.key,
        }
    }
}

impl<R: Row> GridSource<R> {
    /// No rows. `key` names a row for ever: its ID.
    pub fn new(key: fn(&R) -> String) -> Self {
        Self {
            rows: Arc::default(),
            version: ArcRwSignal::new(0),
            key,
        }
    }

    /// Replaces all rows, in the order in which they are shown.
    pub fn replace(&self, rows: Vec<R>) {
        self.edit(|old| *old = rows.into_iter().map(Arc::new).collect());
    }

    /// Puts a newer value in the place of the row with the same key. Returns whether there is such a row.
    pub fn update(&self, row: R) -> bool {
        let key = (self.key)(&row);
        let place = self.read(|rows| rows.iter().position(|old| (self.key)(old) == key));
        if let Some(place) = place {
            self.edit(|rows| {
                if let Some(old) = rows.get_mut(place) {
                    *old = Arc::new(row);
                }
            });
        }
        place.is_some()
    }

    /// Changes rows in place and tells the grid once.
    pub fn edit(&self, change: impl FnOnce(&mut Vec<Arc<R>>)) {
        self.edit_if(|rows| {
            change(rows);
            true
        });
    }

    /// The same, where it may turn out that there is nothing to change: `change` returns whether it has changed rows, and
    /// otherwise nobody looks at them again.
    pub fn edit_if(&self, change: impl FnOnce(&mut Vec<Arc<R>>) -> bool) {
        // A poisoned lock only means that another edit panicked; the rows are whole between edits.
        let changed = change(&mut self.rows.write().unwrap_or_else(|poisoned| poisoned.into_inner()));
        if changed {
            self.version.update(|version| *version += 1);
        }
    }

    /// Number of rows; tracked.
    pub fn len(&self) -> u32 {
        self.version.track();
        self.read(|rows| u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }

    /// Whether there are no rows; tracked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All rows in their order, looked at in place; tracked. For sums over a list.
    pub fn with<T>(&self, look: impl FnOnce(&[Arc<R>]) -> T) -> T {
        self.version.track();
        self.read(|rows| look(rows))
    }

    /// The row at an index; tracked.
    pub(super) fn get(&self, index: u32) -> Option<Arc<R>> {
        self.version.track();
        self.read(|rows| rows.get(index as usize).cloned())
    }

    /// Index and key of the rows at `indexes`, as many of them as there are; tracked.
    pub(super) fn keys(&self, indexes: impl Iterator<Item = u32>) -> Vec<(u32, String)> {
        self.version.track();
        self.read(|rows| {
            indexes
                .filter_map(|index| Some((index, (self.key)(rows.get(index as usize)?))))
                .collect()
        })
    }

    /// Index of the row with this key; tracked. It is looked for from `near` outwards, because rows seldom move far.
    pub(super) fn index_of(&self, key: &str, near: u32) -> Option<u32> {
        self.version.track();
        self.read(|rows| {
            let near = (near as usize).min(rows.len());
            let (before, after) = rows.split_at(near);
            let mut before = before.iter().enumerate().rev();
            let mut after = after.iter().zip(near..).map(|(row, index)| (index, row));
            loop {
                let pair = [after.next(), before.next()];
                if pair.iter().all(Option::is_none) {
                    return None;
                }
                if let Some((index, _)) = pair.into_iter().flatten().find(|(_, row)| (self.key)(row) == key) {
                    return u32::try_from(index).ok();
                }
            }
        })
    }

    fn read<T>(&self, look: impl FnOnce(&Vec<Arc<R>>) -> T) -> T {
        look(&self.rows.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}
