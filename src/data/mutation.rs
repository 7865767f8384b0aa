//! The one way to write.

use std::marker::PhantomData;

use api::{Problem, ProblemCode};
use client::{Command, Method, browser};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::context::{Data, use_data};

/// A write whose answer never came, and the key under which a repetition counts once.
type Attempt = ((Method, String, Option<String>), String);

/// A kind of write as one form or dialog does it.
pub struct Mutation<C> {
    data: StoredValue<Data>,
    pending: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    unanswered: StoredValue<Option<Attempt>>,
    kind: PhantomData<fn(C)>,
}

impl<C> Clone for Mutation<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Mutation<C> {}

/// Writes commands of one kind. Call it in the body of the form or dialog.
pub fn use_mutation<C: Command>() -> Mutation<C> {
    Mutation {
        data: StoredValue::new(use_data()),
        pending: RwSignal::new(false),
        problem: RwSignal::new(None),
        unanswered: StoredValue::new(None),
        kind: PhantomData,
    }
}

impl<C: Command> Mutation<C> {
    /// Whether a write is under way.
    pub fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    /// Why the last write was refused or failed.
    pub fn problem(self) -> Signal<Option<Problem>> {
        self.problem.into()
    }

    /// Forgets the problem.
    pub fn clear(self) {
        self.problem.try_set(None);
    }

    /// Writes, unless a write is under way. `on_done` runs with the answer if the view still exists then.
    ///
    /// The write itself is never called off: nobody could say whether it happened. The same command sent again after a
    /// lost answer carries the same key, and counts once.
    pub fn run(self, command: C, on_done: impl FnOnce(C::Output) + 'static) {
        let Some(data) = self.data.try_get_value() else {
            return;
        };
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.problem.set(None);
        let request = command.request();
        let key = match self.unanswered.get_value() {
            Some((before, key)) if before == request => key,
            _ => browser::idempotency_key(),
        };
        spawn_local(async move {
            let answer = data.client.run(&command, key.clone()).await;
            if C::IN_SESSION && answer.as_ref().is_err_and(|it| it.status == 401) {
                data.signed_out();
            }
            let lost = answer
                .as_ref()
                .is_err_and(|it| it.code == ProblemCode::Unanswered);
            // What was lost may have happened.
            let written = answer.is_ok() || lost;
            // The view may be gone by now, and everything of it.
            self.unanswered.try_set_value(lost.then_some((request, key)));
            let gone = self.pending.try_set(false).is_some();
            match answer {
                Ok(output) if !gone => on_done(output),
                Ok(_) => {}
                Err(problem) => {
                    self.problem.try_set(Some(problem));
                }
            }
            if written {
                // After the view has had its turn: a page that leaves does not read what it has just ended.
                data.client.sleep(0).await;
                data.staleness.written(C::STALE);
            }
        });
    }
}
