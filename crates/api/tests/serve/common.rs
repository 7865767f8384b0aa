//! A fleet behind the API, and a client of it.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use domain::endpoints::PodDomain;
use domain::{AccountId, Timestamp};
use engine::{Actor, Command};
use roadstead_api::serve::{Method, Prepared, Principal, Request, Response, Scopes, prepare, render};
use scenarios::World;
use serde_json::Value;

/// A world, and who asks.
pub struct Client {
    pub world: World,
    pub principal: Principal,
}

/// An answer with its body read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub content_type: &'static str,
    pub body: Value,
}

impl Answer {
    pub fn of(response: Response) -> Self {
        let Response {
            status,
            content_type,
            headers,
            body,
        } = response;
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        };
        Self {
            status,
            headers,
            content_type,
            body,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|it| it.0 == name)
            .map(|it| it.1.as_str())
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{pointer} in {:#}", self.body))
    }

    pub fn number(&self, pointer: &str) -> i64 {
        self.body
            .pointer(pointer)
            .and_then(Value::as_i64)
            .unwrap_or_else(|| panic!("{pointer} in {:#}", self.body))
    }
}

/// The present of every fleet here.
pub fn present() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

impl Client {
    /// The demo, as its main account.
    pub fn demo() -> Self {
        let domain = PodDomain {
            scheme: "https".to_owned(),
            domain: "pods.example".to_owned(),
            port: None,
        };
        let world = scenarios::demo(present(), domain).unwrap();
        let main = account(&world, scenarios::demo::MAIN_ACCOUNT);
        Self {
            principal: Principal {
                account_id: main,
                operator: true,
                scopes: Scopes::ALL,
            },
            world,
        }
    }

    /// The demo for who only looks: made once, and given back as it was found.
    pub fn shared() -> MutexGuard<'static, Self> {
        static SHARED: OnceLock<Mutex<Client>> = OnceLock::new();
        let lock = SHARED.get_or_init(|| Mutex::new(Self::demo()));
        // A test that failed has changed nothing but who asks.
        let mut client = lock.lock().unwrap_or_else(PoisonError::into_inner);
        let account_id = account(&client.world, scenarios::demo::MAIN_ACCOUNT);
        client.principal = Principal {
            account_id,
            operator: true,
            scopes: Scopes::ALL,
        };
        client
    }

    /// From now on this account asks, with every scope, not as an operator.
    pub fn act_as(&mut self, name: &str) {
        let account_id = account(&self.world, name);
        self.principal = Principal {
            account_id,
            operator: false,
            scopes: Scopes::ALL,
        };
    }

    /// Sends a request; `path` may have a query string.
    pub fn send(&mut self, method: Method, path: &str, body: &[u8]) -> Answer {
        self.ask(method, path, body, None)
    }

    /// The same, tied to a generation of the thing.
    pub fn send_if(&mut self, method: Method, path: &str, body: &[u8], generation: &str) -> Answer {
        self.ask(method, path, body, Some(generation))
    }

    fn ask(&mut self, method: Method, path: &str, body: &[u8], if_match: Option<&str>) -> Answer {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method,
            path,
            query,
            body,
            if_match,
            now: self.world.now(),
        };
        Answer::of(match prepare(self.world.fleet(), &self.principal, &request) {
            Prepared::Answer(response) => response,
            Prepared::Command {
                actor,
                command,
                render: form,
            } => {
                let outcome = self.world.run(&actor, command);
                render(
                    self.world.fleet(),
                    &self.principal,
                    &form,
                    outcome.as_ref(),
                    self.world.now(),
                )
            }
        })
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send(Method::Get, path, b"")
    }

    pub fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::Post, path, body.to_string().as_bytes())
    }

    /// The ID of the account's pod with this name.
    pub fn pod(&self, name: &str) -> String {
        let mut pods = self
            .world
            .fleet()
            .pods_of(self.principal.account_id)
            .filter(|it| it.is_listed());
        pods.find(|it| it.name.as_str() == name)
            .unwrap_or_else(|| panic!("{name}"))
            .id
            .to_string()
    }

    /// The ID of the account's volume with this name.
    pub fn volume(&self, name: &str) -> String {
        let mut volumes = self.world.fleet().volumes_of(self.principal.account_id);
        volumes
            .find(|it| it.name.as_str() == name)
            .unwrap_or_else(|| panic!("{name}"))
            .id
            .to_string()
    }

    /// Asks the engine directly.
    pub fn run(&mut self, command: Command) {
        self.world
            .run(&Actor::Account(self.principal.account_id), command)
            .unwrap();
    }
}

pub fn account(world: &World, name: &str) -> AccountId {
    world
        .fleet()
        .accounts()
        .find(|it| it.name.as_str() == name)
        .unwrap_or_else(|| panic!("{name}"))
        .id
}

/// Escapes a query's value.
pub fn escaped(text: &str) -> String {
    let keep = |it: u8| it.is_ascii_alphanumeric() || b"-._~".contains(&it);
    text.bytes()
        .map(|it| {
            if keep(it) {
                char::from(it).to_string()
            } else {
                format!("%{it:02X}")
            }
        })
        .collect()
}
