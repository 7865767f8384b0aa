//! Sends queries and commands, and reads what comes back.

use std::sync::Arc;

use api::{Problem, ProblemCode};
use domain::limits;
use futures::future::{Either, select};
use serde::de::DeserializeOwned;

use crate::{Command, Method, OnMessage, Query, RawResponse, Request, Subscription, Transport};

/// The API as typed calls. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    limit_ms: u32,
}

impl Client {
    /// A client that waits [`limits::REQUEST_MS_MAX`] for each answer.
    pub fn new(transport: impl Transport) -> Self {
        Self {
            transport: Arc::new(transport),
            limit_ms: limits::REQUEST_MS_MAX,
        }
    }

    /// The same with another limit, in milliseconds.
    #[must_use]
    pub fn with_limit_ms(mut self, limit_ms: u32) -> Self {
        self.limit_ms = limit_ms;
        self
    }

    /// Reads. Dropping the future closes the request.
    ///
    /// # Errors
    /// The server's problem, or `unanswered`.
    pub async fn read<Q: Query>(&self, query: &Q) -> Result<Q::Output, Problem> {
        self.get(query.path()).await?.parse()
    }

    /// Reads what stands at a path, for callers that know the type later: [`RawResponse::parse`].
    ///
    /// # Errors
    /// `unanswered`.
    pub async fn get(&self, path: String) -> Result<RawResponse, Problem> {
        self.send(Request {
            method: Method::Get,
            path,
            body: None,
            idempotency_key: None,
        })
        .await
    }

    /// Writes. `idempotency_key` makes a repetition after a lost answer count once.
    ///
    /// # Errors
    /// The server's problem, or `unanswered`: then the write may or may not have happened.
    pub async fn run<C: Command>(&self, command: &C, idempotency_key: String) -> Result<C::Output, Problem> {
        let (method, path, body) = command.request();
        self.send(Request {
            method,
            path,
            body,
            idempotency_key: Some(idempotency_key),
        })
        .await?
        .parse()
    }

    /// Follows the event stream; see [`Transport::subscribe`].
    #[must_use]
    pub fn subscribe(&self, last: Option<u64>, on_message: OnMessage) -> Subscription {
        self.transport.subscribe(last, on_message)
    }

    /// Ends in `ms` milliseconds.
    pub async fn sleep(&self, ms: u32) {
        self.transport.sleep(ms).await;
    }

    /// The time at the other end; see [`Transport::now_ms`].
    #[must_use]
    pub fn now_ms(&self) -> Option<i64> {
        self.transport.now_ms()
    }

    async fn send(&self, request: Request) -> Result<RawResponse, Problem> {
        let write = request.method.is_write();
        match select(self.transport.send(request), self.transport.sleep(self.limit_ms)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(unanswered(
                &format!("no answer within {} ms", self.limit_ms),
                write,
            )),
        }
    }
}

/// The problem of a request to which no answer came.
#[must_use]
pub fn unanswered(what: &str, write: bool) -> Problem {
    let next = if write {
        "It may have happened all the same: look at the present state, then try again. A repetition counts once."
    } else {
        "Check the connection and that the control plane runs, then try again."
    };
    Problem::new(
        ProblemCode::Unanswered,
        format!("The control plane did not answer: {what}."),
    )
    .next(next)
}

impl RawResponse {
    /// The value of a good answer.
    ///
    /// # Errors
    /// The server's problem, or that the answer is not what was expected.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_str(self.good()?).map_err(|error| unreadable(&error))
    }

    /// The body of a good answer, else the problem it tells of.
    fn good(&self) -> Result<&str, Problem> {
        if self.status >= 400 {
            return Err(serde_json::from_str(&self.body).unwrap_or_else(|_| foreign(self.status)));
        }
        // 204 has no body; `()` is read from null.
        Ok(if self.body.is_empty() { "null" } else { &self.body })
    }
}

fn unreadable(error: &serde_json::Error) -> Problem {
    Problem::new(
        ProblemCode::Internal,
        format!("The answer could not be read: {error}."),
    )
    .next("Reload the page: it may be older than the control plane.")
}

/// A failure that the control plane did not write: a proxy before it, or a version with codes not known here.
fn foreign(status: u16) -> Problem {
    let code = match status {
        401 => ProblemCode::KeyMissing,
        404 => ProblemCode::NotFound,
        429 => ProblemCode::RateLimited,
        502..=504 => ProblemCode::Unanswered,
        _ => ProblemCode::Internal,
    };
    let mut problem = Problem::new(code, format!("The answer was {status}, without an explanation."))
        .next("Try again. If it stays so, look at the proxy in front of the control plane.");
    problem.status = status;
    problem
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use futures::executor::block_on;
    use futures::future::{LocalBoxFuture, pending, ready};

    use super::*;
    use crate::commands::SignOut;
    use crate::queries::GetAccount;

    /// Answers everything alike, or nothing at all.
    struct Fixed(Option<(u16, &'static str)>);

    impl Transport for Fixed {
        fn send(&self, _: Request) -> LocalBoxFuture<'static, Result<RawResponse, Problem>> {
            match self.0 {
                Some((status, body)) => ready(Ok(RawResponse {
                    status,
                    body: body.to_owned(),
                }))
                .boxed_local(),
                None => pending().boxed_local(),
            }
        }

        fn subscribe(&self, _: Option<u64>, _: OnMessage) -> Subscription {
            Subscription::new(())
        }

        fn sleep(&self, _: u32) -> LocalBoxFuture<'static, ()> {
            if self.0.is_some() {
                pending().boxed_local()
            } else {
                ready(()).boxed_local()
            }
        }
    }

    fn problem_of(answer: Option<(u16, &'static str)>) -> Problem {
        block_on(Client::new(Fixed(answer)).read(&GetAccount)).unwrap_err()
    }

    #[test]
    fn a_problem_is_passed_on_as_it_is() {
        let body =
            r#"{"title":"Key not valid","status":401,"detail":"d","code":"key_invalid","requestId":"r1"}"#;
        let problem = problem_of(Some((401, body)));
        assert_eq!(
            (problem.code, problem.request_id.as_deref()),
            (ProblemCode::KeyInvalid, Some("r1"))
        );
    }

    #[test]
    fn what_a_proxy_says_becomes_a_problem() {
        assert_eq!(problem_of(Some((502, "<html>"))).code, ProblemCode::Unanswered);
        assert_eq!(problem_of(Some((500, ""))).status, 500);
        assert_eq!(problem_of(Some((200, "<html>"))).code, ProblemCode::Internal);
    }

    #[test]
    fn a_hung_request_ends_at_the_limit() {
        assert_eq!(problem_of(None).code, ProblemCode::Unanswered);
    }

    #[test]
    fn an_empty_answer_is_enough_for_a_command() {
        assert!(block_on(Client::new(Fixed(Some((204, "")))).run(&SignOut, "k".to_owned())).is_ok());
    }
}
