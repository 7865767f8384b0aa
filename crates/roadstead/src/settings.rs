//! Settings of a start: a flag goes before the environment, the environment before the file.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use control_plane::{Config, Pace, Quotas};
use serde::Deserialize;

use crate::fleet::FleetChoice;

/// Shown below the options of a server.
pub const HELP: &str = "\
Each option can be a flag, an environment variable, or a line of the TOML file that --config names, and counts in this \
order. In the file the names are those of the flags without the dashes in front: `port = 8080`, `public-url = \"https://…\"`, \
`origin = [\"https://…\", \"https://…\"]`.";

/// The port that is tried when none is named.
pub const PORT: u16 = 8080;
/// The fastest that a fleet's time may run.
const SPEED_MAX: f64 = 1_000_000.0;

/// Options of a server. The same names are keys of the file.
#[derive(Debug, Clone, Default, PartialEq, clap::Args, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServerArgs {
    /// TOML file with these options
    #[arg(long, value_name = "FILE", env = "ROADSTEAD_CONFIG")]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// Address to listen on; anything but this computer's own lets others in [default: 127.0.0.1]
    #[arg(long, value_name = "IP", env = "ROADSTEAD_LISTEN")]
    listen: Option<IpAddr>,
    /// Port to listen on; 0 takes a free one [default: 8080]
    #[arg(long, env = "ROADSTEAD_PORT")]
    port: Option<u16>,
    /// Folder of the data [default: a folder for this fleet in your own data folder]
    #[arg(long, value_name = "DIR", env = "ROADSTEAD_DATA")]
    data: Option<PathBuf>,
    /// Let the fleet's time run this many times as fast, for good [default: 1; 3600 for a trace]
    #[arg(long, value_name = "N", env = "ROADSTEAD_SPEED")]
    speed: Option<f64>,
    /// Where people open the dashboard, if a proxy stands in front: https://cloud.example
    #[arg(long, value_name = "URL", env = "ROADSTEAD_PUBLIC_URL")]
    public_url: Option<String>,
    /// Origin of another page whose scripts may use the API with a key: https://tools.example; several as several
    /// flags, or with commas between
    #[arg(
        long = "origin",
        value_name = "URL",
        env = "ROADSTEAD_ORIGIN",
        value_delimiter = ','
    )]
    #[serde(rename = "origin")]
    origins: Option<Vec<String>>,
    /// Requests a key may make in a minute [default: 600]
    #[arg(long, value_name = "N", env = "ROADSTEAD_REQUESTS_PER_MINUTE")]
    requests_per_minute: Option<u32>,
    /// Requests a key may make in an hour [default: 20000]
    #[arg(long, value_name = "N", env = "ROADSTEAD_REQUESTS_PER_HOUR")]
    requests_per_hour: Option<u32>,
    /// Requests a key may make in a day [default: 200000]
    #[arg(long, value_name = "N", env = "ROADSTEAD_REQUESTS_PER_DAY")]
    requests_per_day: Option<u32>,
    /// The operator's API key, set at the first start; without it one is made and shown once
    #[arg(long, value_name = "KEY", env = "ROADSTEAD_ADMIN_KEY", hide_env_values = true)]
    admin_key: Option<String>,
    /// What is written to standard error: error, warn, info, debug, or a filter [default: warn]
    #[arg(long, value_name = "FILTER", env = "ROADSTEAD_LOG")]
    log: Option<String>,
    /// Of `up` alone: what an empty data folder is filled with.
    #[arg(skip)]
    pub fleet: Option<FleetChoice>,
    /// Of `up` alone: whether the browser stays closed.
    #[arg(skip)]
    pub no_open: Option<bool>,
}

/// Settings without a choice left.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The control plane's.
    pub config: Config,
    /// Speed, if somebody named one.
    pub speed: Option<f64>,
    /// The operator's key, if somebody named one.
    pub admin_key: Option<String>,
    /// What is logged.
    pub log: String,
    /// The fleet somebody named.
    pub fleet: Option<FleetChoice>,
    /// Whether a browser is opened.
    pub browser: bool,
}

impl ServerArgs {
    /// Adds the file and the defaults. `folder` names the data's default folder, given the fleet somebody named.
    pub fn settle(self, folder: impl FnOnce(Option<&FleetChoice>) -> String) -> Result<Settings> {
        let file = match &self.config {
            Some(path) => read(path)?,
            None => Self::default(),
        };
        let all = self.over(file);
        let data = match all.data {
            Some(data) => data,
            None => default_data(&folder(all.fleet.as_ref()))?,
        };
        if let Some(speed) = all.speed {
            ensure!(
                (0.001..=SPEED_MAX).contains(&speed),
                "a speed is between 0.001 and {SPEED_MAX}, not {speed}"
            );
        }
        let mut origins = all.origins.unwrap_or_default();
        for origin in &mut origins {
            *origin = origin.trim().to_owned();
            ensure!(
                Config::is_origin(origin),
                "{origin:?} is no origin: name it as browsers do, https://tools.example or http://localhost:3000, \
                 in small letters and without a path or the scheme's own port"
            );
        }
        let ip = all.listen.unwrap_or(Ipv4Addr::LOCALHOST.into());
        let quotas = Quotas {
            minute: all.requests_per_minute.unwrap_or(Quotas::PUBLISHED.minute),
            hour: all.requests_per_hour.unwrap_or(Quotas::PUBLISHED.hour),
            day: all.requests_per_day.unwrap_or(Quotas::PUBLISHED.day),
        };
        let config = Config {
            listen: SocketAddr::new(ip, all.port.unwrap_or(PORT)),
            data,
            pace: all.speed.map_or(Pace::Wall, Pace::Virtual),
            quotas,
            secure_cookies: all
                .public_url
                .as_deref()
                .is_some_and(|it| it.starts_with("https:")),
            local_pods: ip.is_loopback() && all.public_url.is_none(),
            public_url: all.public_url,
            origins,
            ..Config::default()
        };
        let log = all.log.unwrap_or_else(|| "warn".to_owned());
        Ok(Settings {
            config,
            speed: all.speed,
            admin_key: all.admin_key,
            log,
            fleet: all.fleet,
            browser: !all.no_open.unwrap_or(false),
        })
    }

    /// These options, and `others` where there is none.
    fn over(self, others: Self) -> Self {
        Self {
            config: self.config,
            listen: self.listen.or(others.listen),
            port: self.port.or(others.port),
            data: self.data.or(others.data),
            speed: self.speed.or(others.speed),
            public_url: self.public_url.or(others.public_url),
            origins: self.origins.or(others.origins),
            requests_per_minute: self.requests_per_minute.or(others.requests_per_minute),
            requests_per_hour: self.requests_per_hour.or(others.requests_per_hour),
            requests_per_day: self.requests_per_day.or(others.requests_per_day),
            admin_key: self.admin_key.or(others.admin_key),
            log: self.log.or(others.log),
            fleet: self.fleet.or(others.fleet),
            no_open: self.no_open.or(others.no_open),
        }
    }
}

fn read(path: &Path) -> Result<ServerArgs> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not understood", path.display()))
}

fn default_data(folder: &str) -> Result<PathBuf> {
    let own = dirs::data_dir().context("there is no data folder for this user; name one with --data")?;
    Ok(own.join("roadstead").join(folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn by_fleet(_: Option<&FleetChoice>) -> String {
        "x".to_owned()
    }

    #[test]
    fn a_flag_goes_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roadstead.toml");
        std::fs::write(
            &path,
            "port = 9000\nlisten = \"0.0.0.0\"\npublic-url = \"https://cloud.example\"\nfleet = \"empty\"\nno-open = true\n",
        )
        .unwrap();
        let args = ServerArgs {
            config: Some(path),
            port: Some(9001),
            ..ServerArgs::default()
        };
        let settings = args.settle(by_fleet).unwrap();
        assert_eq!(settings.config.listen, "0.0.0.0:9001".parse().unwrap());
        assert!(settings.config.secure_cookies && !settings.config.local_pods);
        assert_eq!(
            (settings.fleet, settings.browser),
            (Some(FleetChoice::Empty), false)
        );
    }

    #[test]
    fn a_misspelt_option_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roadstead.toml");
        std::fs::write(&path, "prot = 9000\n").unwrap();
        let args = ServerArgs {
            config: Some(path),
            ..ServerArgs::default()
        };
        assert!(format!("{:#}", args.settle(by_fleet).unwrap_err()).contains("prot"));
        let args = ServerArgs {
            speed: Some(f64::NAN),
            ..ServerArgs::default()
        };
        assert!(args.settle(by_fleet).is_err());
    }

    /// The options, read as the executable reads them.
    #[derive(clap::Parser)]
    struct Words {
        #[command(flatten)]
        server: ServerArgs,
    }

    fn origins(words: &[&str], config: Option<&Path>) -> Result<Vec<String>> {
        let mut args = Words::try_parse_from([&["roadstead"], words].concat())?.server;
        args.config = config.map(Path::to_owned);
        Ok(args.settle(by_fleet)?.config.origins)
    }

    #[test]
    fn other_pages_are_named_by_their_origins() {
        let (tools, local) = ("https://tools.example", "http://localhost:3000");
        assert!(origins(&[], None).unwrap().is_empty());
        assert_eq!(
            origins(&["--origin", tools, "--origin", local], None).unwrap(),
            [tools, local]
        );
        let listed = format!("{tools}, {local}");
        assert_eq!(origins(&["--origin", &listed], None).unwrap(), [tools, local]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roadstead.toml");
        std::fs::write(&path, format!("origin = [\"{tools}\", \"{local}\"]\n")).unwrap();
        assert_eq!(origins(&[], Some(&path)).unwrap(), [tools, local]);
        assert_eq!(origins(&["--origin", local], Some(&path)).unwrap(), [local]);
        for text in [
            "tools.example",
            "https://tools.example/",
            "ftp://tools.example",
            "*",
        ] {
            let said = format!("{:#}", origins(&["--origin", text], None).unwrap_err());
            assert!(said.contains(&format!("{text:?} is no origin")), "{said}");
        }
    }
}
