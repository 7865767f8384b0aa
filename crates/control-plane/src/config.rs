//! What an operator decides when starting a control plane.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use domain::limits;

/// Settings of one start. Where they come from is the executable's business.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder of the database.
    pub data: PathBuf,
    /// How the fleet's time passes.
    pub pace: Pace,
    /// Requests a principal may make.
    pub quotas: Quotas,
    /// Send cookies over TLS only: true behind a proxy that ends it.
    pub secure_cookies: bool,
    /// Pods' addresses are on this machine, below the port listened on; else the settings of the fleet say where.
    pub local_pods: bool,
    /// Where people open the dashboard, if that is not the address listened on: `https://cloud.example`.
    pub public_url: Option<String>,
    /// Origins of other pages whose scripts may use the API with a key: `https://tools.example`.
    pub origins: Vec<String>,
    /// Events between two snapshots.
    pub snapshot_events: u64,
}

/// Everything on this machine alone, and nothing that somebody has to ask for.
impl Default for Config {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            data: PathBuf::new(),
            pace: Pace::Wall,
            quotas: Quotas::PUBLISHED,
            secure_cookies: false,
            local_pods: true,
            public_url: None,
            origins: Vec::new(),
            snapshot_events: limits::SNAPSHOT_EVENTS,
        }
    }
}

impl Config {
    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data.join(DATABASE_FILE)
    }

    /// Whether a text can be one of [`origins`](Self::origins).
    #[must_use]
    pub fn is_origin(text: &str) -> bool {
        crate::http::origin(text).is_some()
    }

    /// Whether only this machine can connect: a proxy in front lets others in.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.listen.ip().is_loopback() && self.public_url.is_none()
    }
}

/// The database's name in the folder of the data.
pub const DATABASE_FILE: &str = "roadstead.db";

/// How the fleet's time passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// As the machine's clock.
    Wall,
    /// A time of its own, from where the log ends, this many times as fast.
    Virtual(f64),
}

/// Requests a principal may make in a minute, an hour and a day.
///
/// They are for API keys. Browser sessions count too, except where only this machine can connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// In a minute.
    pub minute: u32,
    /// In an hour.
    pub hour: u32,
    /// In a day.
    pub day: u32,
}

impl Quotas {
    /// The published ones.
    pub const PUBLISHED: Self = Self {
        minute: 600,
        hour: 20_000,
        day: 200_000,
    };
}
