//! Rows of a long list while events change them: nothing jumps, and new rows wait until they are asked for.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// A row that keeps its identity while it changes.
pub trait LiveRow: PartialEq + Send + Sync + 'static {
    /// What names it for ever.
    type Id: Copy + Eq + Hash + Send + Sync + 'static;

    /// Its name.
    fn id(&self) -> Self::Id;

    /// Raised by every change.
    fn generation(&self) -> u64;
}

impl LiveRow for api::pods::PodSummary {
    type Id = domain::PodId;

    fn id(&self) -> domain::PodId {
        self.id
    }

    fn generation(&self) -> u64 {
        self.generation
    }
}

impl LiveRow for api::machines::Machine {
    type Id = domain::MachineId;

    fn id(&self) -> domain::MachineId {
        self.id
    }

    fn generation(&self) -> u64 {
        self.generation
    }
}

/// What became of a row that an event brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It stands in the place of the former one.
    Changed,
    /// It waits to be revealed.
    Waits,
    /// It is not newer than what is known.
    Old,
}

/// Which rows are shown and where, which wait, and which are gone. The rows themselves are the grid's.
pub struct RowSet<R: LiveRow> {
    places: HashMap<R::Id, usize>,
    /// In the order in which they appeared, newest last.
    waiting: Vec<Arc<R>>,
    /// Deleted while pages were still being read: a page read before may bring them back otherwise.
    gone: HashSet<R::Id>,
    /// Brought by events since the reading began: the pages read before do not know them, or know them as they were.
    brought: HashSet<R::Id>,
    /// The rows are of another log; what comes next is newer, whatever its number.
    outdated: bool,
    /// The reading under way began after that, so it is the one that ends it.
    renews: bool,
}

impl<R: LiveRow> Default for RowSet<R> {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            waiting: Vec::new(),
            gone: HashSet::new(),
            brought: HashSet::new(),
            outdated: false,
            renews: false,
        }
    }
}

impl<R: LiveRow> RowSet<R> {
    /// Rows that wait.
    pub const fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether a row is shown.
    pub fn shows(&self, id: R::Id) -> bool {
        self.places.contains_key(&id)
    }

    /// A reading of the whole list begins. What events have said before, it will say too.
    pub fn begin(&mut self) {
        self.gone.clear();
        self.brought.clear();
        self.renews = self.outdated;
    }

    /// The log has begun anew: generations of the rows so far compare with nothing, until the list is read again.
    pub fn outdate(&mut self) {
        self.brought.clear();
        self.outdated = true;
        self.renews = false;
    }

    /// The first page of another list: nothing of the former one stays.
    pub fn replace(&mut self, rows: &mut Vec<Arc<R>>, page: Vec<R>) {
        rows.clear();
        *self = Self::default();
        self.append(rows, page);
    }

    /// A further page. What an event has already brought is kept if it is newer, in the place the page gives it.
    pub fn append(&mut self, rows: &mut Vec<Arc<R>>, page: Vec<R>) {
        for row in page {
            let id = row.id();
            if self.gone.contains(&id) || self.shows(id) {
                continue;
            }
            let row = match self.take_waiting(id) {
                Some(waiting) if waiting.generation() > row.generation() => waiting,
                _ => Arc::new(row),
            };
            self.places.insert(id, rows.len());
            rows.push(row);
        }
    }

    /// All pages are read; from now on a deletion needs no memory.
    pub fn complete(&mut self) {
        self.gone.clear();
        self.brought.clear();
        self.outdated &= !self.renews;
        self.renews = false;
    }

    /// The whole list anew: shown rows keep their places, those no longer in it go, new ones wait. What events brought
    /// since [`Self::begin`] stays, because the pages may be older. Returns whether what is shown has changed.
    pub fn merge(&mut self, rows: &mut Vec<Arc<R>>, list: Vec<R>) -> bool {
        // After a new log, only what it has brought itself can be compared with its pages.
        let comparable = |id: R::Id| !self.renews || self.brought.contains(&id);
        let mut changed = false;
        let mut fresh: HashMap<R::Id, R> = HashMap::with_capacity(list.len());
        let mut order = Vec::with_capacity(list.len());
        for row in list.into_iter().filter(|row| !self.gone.contains(&row.id())) {
            order.push(row.id());
            fresh.insert(row.id(), row);
        }
        rows.retain_mut(|shown| match fresh.remove(&shown.id()) {
            Some(row) => {
                let older = comparable(row.id()) && row.generation() < shown.generation();
                if !older && **shown != row {
                    *shown = Arc::new(row);
                    changed = true;
                }
                true
            }
            None => {
                let stays = self.brought.contains(&shown.id());
                changed |= !stays;
                stays
            }
        });
        let mut known: HashMap<R::Id, Arc<R>> = HashMap::with_capacity(self.waiting.len());
        let mut arrivals = Vec::new();
        for row in std::mem::take(&mut self.waiting) {
            if fresh.contains_key(&row.id()) {
                known.insert(row.id(), row);
            } else if self.brought.contains(&row.id()) {
                arrivals.push(row);
            }
        }
        let mut waiting = Vec::with_capacity(fresh.len() + arrivals.len());
        // The list begins with what comes first; revealed rows do too.
        for id in order.into_iter().rev() {
            if let Some(row) = fresh.remove(&id) {
                waiting.push(match known.remove(&id) {
                    Some(known) if comparable(id) && known.generation() > row.generation() => known,
                    _ => Arc::new(row),
                });
            }
        }
        // Newest last: the list does not have them yet.
        waiting.extend(arrivals);
        self.waiting = waiting;
        self.index(rows);
        self.complete();
        changed
    }

    /// A row as an event brings it.
    pub fn patch(&mut self, rows: &mut [Arc<R>], row: R) -> Taken {
        let id = row.id();
        // The first word of a row after a new log has begun is newer than all before.
        let comparable = !self.outdated || self.brought.contains(&id);
        let older = |known: &R| comparable && row.generation() < known.generation();
        if let Some(shown) = self.places.get(&id).and_then(|place| rows.get_mut(*place)) {
            if older(shown) || **shown == row {
                return Taken::Old;
            }
            self.brought.insert(id);
            *shown = Arc::new(row);
            return Taken::Changed;
        }
        match self.waiting.iter_mut().find(|it| it.id() == id) {
            Some(known) if older(known) => return Taken::Old,
            Some(known) => *known = Arc::new(row),
            None => self.waiting.push(Arc::new(row)),
        }
        self.brought.insert(id);
        Taken::Waits
    }

    /// The row is gone, wherever it was. Returns whether it was shown.
    pub fn remove(&mut self, rows: &mut Vec<Arc<R>>, id: R::Id) -> bool {
        self.gone.insert(id);
        self.brought.remove(&id);
        self.take_waiting(id);
        let shown = self.places.remove(&id);
        if let Some(place) = shown.filter(|place| *place < rows.len()) {
            rows.remove(place);
            self.index(rows);
        }
        shown.is_some()
    }

    /// Puts what waits before everything else, newest first. Returns whether anything did.
    pub fn reveal(&mut self, rows: &mut Vec<Arc<R>>) -> bool {
        let waiting = std::mem::take(&mut self.waiting);
        let any = !waiting.is_empty();
        rows.splice(0..0, waiting.into_iter().rev());
        self.index(rows);
        any
    }

    fn take_waiting(&mut self, id: R::Id) -> Option<Arc<R>> {
        let place = self.waiting.iter().position(|it| it.id() == id)?;
        Some(self.waiting.remove(place))
    }

    fn index(&mut self, rows: &[Arc<R>]) {
        self.places = rows
            .iter()
            .enumerate()
            .map(|(place, row)| (row.id(), place))
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Identity and generation.
    #[derive(Debug, Clone, Copy, PartialEq)]
    struct Buoy(u32, u64);

    impl LiveRow for Buoy {
        type Id = u32;

        fn id(&self) -> u32 {
            self.0
        }

        fn generation(&self) -> u64 {
            self.1
        }
    }

    fn shown(rows: &[Arc<Buoy>]) -> Vec<(u32, u64)> {
        rows.iter().map(|it| (it.0, it.1)).collect()
    }

    fn set(page: &[Buoy]) -> (RowSet<Buoy>, Vec<Arc<Buoy>>) {
        let (mut set, mut rows) = (RowSet::default(), Vec::new());
        set.replace(&mut rows, page.to_vec());
        (set, rows)
    }

    #[test]
    fn a_changed_row_stays_where_it_is_and_never_goes_back() {
        let (mut set, mut rows) = set(&[Buoy(1, 1), Buoy(2, 5)]);
        assert_eq!(set.patch(&mut rows, Buoy(1, 2)), Taken::Changed);
        assert_eq!(set.patch(&mut rows, Buoy(2, 4)), Taken::Old);
        assert_eq!(shown(&rows), [(1, 2), (2, 5)]);
    }

    #[test]
    fn new_rows_wait_until_they_are_asked_for() {
        let (mut set, mut rows) = set(&[Buoy(1, 1)]);
        assert_eq!(set.patch(&mut rows, Buoy(7, 1)), Taken::Waits);
        assert_eq!(set.patch(&mut rows, Buoy(8, 1)), Taken::Waits);
        assert_eq!(set.patch(&mut rows, Buoy(7, 2)), Taken::Waits);
        assert_eq!((set.waiting(), shown(&rows)), (2, vec![(1, 1)]));
        set.reveal(&mut rows);
        assert_eq!((set.waiting(), shown(&rows)), (0, vec![(8, 1), (7, 2), (1, 1)]));
        assert_eq!(set.patch(&mut rows, Buoy(1, 2)), Taken::Changed);
        assert_eq!(shown(&rows)[2], (1, 2));
    }

    #[test]
    fn a_row_deleted_while_pages_are_read_does_not_come_back() {
        let (mut set, mut rows) = set(&[Buoy(1, 1)]);
        set.patch(&mut rows, Buoy(2, 9));
        set.remove(&mut rows, 3);
        assert!(set.remove(&mut rows, 1));
        set.append(&mut rows, vec![Buoy(2, 1), Buoy(3, 1)]);
        assert_eq!((shown(&rows), set.waiting()), (vec![(2, 9)], 0));
    }

    #[test]
    fn a_second_reading_moves_nothing() {
        let (mut set, mut rows) = set(&[Buoy(1, 1), Buoy(2, 3), Buoy(3, 1)]);
        set.merge(&mut rows, vec![Buoy(9, 1), Buoy(3, 2), Buoy(2, 2), Buoy(8, 1)]);
        assert_eq!((shown(&rows), set.waiting()), (vec![(2, 3), (3, 2)], 2));
        set.reveal(&mut rows);
        assert_eq!(shown(&rows), [(9, 1), (8, 1), (2, 3), (3, 2)]);
        assert!(set.remove(&mut rows, 2));
        assert_eq!(set.patch(&mut rows, Buoy(3, 3)), Taken::Changed);
        assert_eq!(shown(&rows), [(9, 1), (8, 1), (3, 3)]);
    }

    #[test]
    fn what_events_bring_while_the_list_is_read_is_not_lost() {
        let (mut set, mut rows) = set(&[Buoy(1, 1)]);
        set.complete();
        set.patch(&mut rows, Buoy(2, 1));
        set.begin();
        set.patch(&mut rows, Buoy(7, 1));
        set.reveal(&mut rows);
        set.patch(&mut rows, Buoy(8, 1));
        set.patch(&mut rows, Buoy(9, 1));
        set.remove(&mut rows, 9);
        // The pages were made before all this, and one row had gone before they were.
        assert!(!set.merge(&mut rows, vec![Buoy(2, 1), Buoy(1, 1)]));
        assert_eq!((shown(&rows), set.waiting()), (vec![(7, 1), (2, 1), (1, 1)], 1));
        // The next reading knows them, or they have gone.
        set.begin();
        assert!(set.merge(&mut rows, vec![Buoy(2, 1), Buoy(1, 1)]));
        assert_eq!((shown(&rows), set.waiting()), (vec![(2, 1), (1, 1)], 0));
    }

    #[test]
    fn after_a_new_log_lower_generations_are_taken_once() {
        let (mut set, mut rows) = set(&[Buoy(1, 7), Buoy(2, 7), Buoy(3, 7)]);
        set.complete();
        set.patch(&mut rows, Buoy(4, 7));
        set.begin();
        set.outdate();
        // A reading that began before is still of the former log.
        set.merge(&mut rows, vec![Buoy(1, 6), Buoy(2, 7), Buoy(3, 7), Buoy(4, 7)]);
        assert_eq!(shown(&rows), [(1, 7), (2, 7), (3, 7)]);
        set.begin();
        assert_eq!(set.patch(&mut rows, Buoy(2, 3)), Taken::Changed);
        assert_eq!(set.patch(&mut rows, Buoy(2, 2)), Taken::Old);
        assert!(set.merge(&mut rows, vec![Buoy(4, 1), Buoy(1, 1), Buoy(2, 2)]));
        assert_eq!(shown(&rows), [(1, 1), (2, 3)]);
        set.reveal(&mut rows);
        assert_eq!(shown(&rows), [(4, 1), (1, 1), (2, 3)]);
        set.begin();
        set.merge(&mut rows, vec![Buoy(4, 0), Buoy(1, 2), Buoy(2, 2)]);
        assert_eq!(shown(&rows), [(4, 1), (1, 2), (2, 3)]);
    }
}
