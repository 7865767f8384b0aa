//! A control plane that does what a test tells it, and counts.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use api::Problem;
use client::{Client, FeedMessage, OnMessage, RawResponse, Request, Subscription, Transport};
use futures::FutureExt;
use futures::future::{LocalBoxFuture, pending};
use send_wrapper::SendWrapper;

/// What happens to a request.
#[derive(Clone)]
pub enum Reply {
    /// Nothing, for ever.
    Never,
    /// A status and JSON.
    Json(u16, String),
}

type Answer = Box<dyn Fn(&Request) -> Reply>;

#[derive(Default)]
struct Counts {
    sent: Vec<Request>,
    aborted: Vec<String>,
    streams: Vec<Stream>,
}

struct Stream {
    last: Option<u64>,
    tell: Rc<OnMessage>,
    open: bool,
}

/// Cheap to clone; all clones are the same server.
#[derive(Clone)]
pub struct Server {
    counts: SendWrapper<Rc<RefCell<Counts>>>,
    answer: SendWrapper<Rc<Answer>>,
    /// Whether a stream is accepted at once.
    opens: SendWrapper<Rc<RefCell<VecDeque<bool>>>>,
}

/// Knows nothing and accepts every stream.
pub fn empty() -> Server {
    serving(|_| not_found())
}

/// Answers as the test says.
pub fn serving(answer: impl Fn(&Request) -> Reply + 'static) -> Server {
    Server {
        counts: SendWrapper::new(Rc::default()),
        answer: SendWrapper::new(Rc::new(Box::new(answer))),
        opens: SendWrapper::new(Rc::default()),
    }
}

/// 404 with a problem.
pub fn not_found() -> Reply {
    problem(404, "not_found")
}

/// A problem without more to say.
pub fn problem(status: u16, code: &str) -> Reply {
    Reply::Json(
        status,
        format!(r#"{{"title":"t","status":{status},"detail":"Detail.","code":"{code}"}}"#),
    )
}

impl Server {
    /// A client of this server.
    pub fn client(&self) -> Client {
        Client::new(self.clone())
    }

    /// Requests so far whose path begins like this.
    pub fn sent(&self, path: &str) -> usize {
        self.counts
            .borrow()
            .sent
            .iter()
            .filter(|it| it.path.starts_with(path))
            .count()
    }

    /// The last request whose path begins like this.
    pub fn last_sent(&self, path: &str) -> Option<Request> {
        self.counts
            .borrow()
            .sent
            .iter()
            .rev()
            .find(|it| it.path.starts_with(path))
            .cloned()
    }

    /// What was written so far: path and body, in order.
    pub fn written(&self) -> Vec<(String, serde_json::Value)> {
        let counts = self.counts.borrow();
        let body = |it: &Request| serde_json::from_str(it.body.as_ref()?).ok();
        let writes = counts.sent.iter().filter(|it| it.method.is_write());
        writes
            .map(|it| (it.path.clone(), body(it).unwrap_or_default()))
            .collect()
    }

    /// Requests that were closed before they were answered, whose path begins like this.
    pub fn aborted(&self, path: &str) -> usize {
        self.counts
            .borrow()
            .aborted
            .iter()
            .filter(|it| it.starts_with(path))
            .count()
    }

    /// Streams ever asked for.
    pub fn streams(&self) -> usize {
        self.counts.borrow().streams.len()
    }

    /// Streams that are open now.
    pub fn open_streams(&self) -> usize {
        self.counts.borrow().streams.iter().filter(|it| it.open).count()
    }

    /// Where the newest stream was asked to begin.
    pub fn resumed_at(&self) -> Option<u64> {
        self.counts.borrow().streams.last().and_then(|it| it.last)
    }

    /// Says something on the newest stream.
    pub fn say(&self, message: FeedMessage) {
        let tell = self.counts.borrow().streams.last().map(|it| it.tell.clone());
        if let Some(tell) = tell {
            tell(message);
        }
    }

    /// The next streams are refused this often.
    pub fn refuse_streams(&self, times: usize) {
        self.opens.borrow_mut().extend(std::iter::repeat_n(false, times));
    }
}

/// Counts a request that is dropped before it has an answer.
struct Open {
    server: Server,
    path: String,
    answered: bool,
}

impl Open {
    fn answer(mut self) {
        self.answered = true;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.answered {
            self.server
                .counts
                .borrow_mut()
                .aborted
                .push(std::mem::take(&mut self.path));
        }
    }
}

impl Transport for Server {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<RawResponse, Problem>> {
        let reply = (self.answer)(&request);
        let open = Open {
            server: self.clone(),
            path: request.path.clone(),
            answered: false,
        };
        self.counts.borrow_mut().sent.push(request);
        async move {
            // A real answer never comes in the same turn.
            client::browser::sleep(1).await;
            match reply {
                Reply::Never => {
                    let _open = open;
                    pending().await
                }
                Reply::Json(status, body) => {
                    open.answer();
                    Ok(RawResponse { status, body })
                }
            }
        }
        .boxed_local()
    }

    fn subscribe(&self, last: Option<u64>, on_message: OnMessage) -> Subscription {
        struct Close(Server, usize);

        impl Drop for Close {
            fn drop(&mut self) {
                self.0.counts.borrow_mut().streams[self.1].open = false;
            }
        }

        let accepted = self.opens.borrow_mut().pop_front().unwrap_or(true);
        let tell = Rc::new(on_message);
        let place = {
            let mut counts = self.counts.borrow_mut();
            counts.streams.push(Stream {
                last,
                tell: tell.clone(),
                open: true,
            });
            counts.streams.len() - 1
        };
        tell(if accepted {
            FeedMessage::Opened
        } else {
            FeedMessage::Lost
        });
        Subscription::new(Close(self.clone(), place))
    }

    fn sleep(&self, ms: u32) -> LocalBoxFuture<'static, ()> {
        client::browser::sleep(ms).boxed_local()
    }
}
