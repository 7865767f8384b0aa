//! A server of plain files on the loopback address, for the demo: it shows that any static host will do.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::shell;

/// The content security policy of the dashboard, as the control plane sends it.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Serves the folder at `http://127.0.0.1:port` until the process ends.
pub fn serve(dist: &Path, port: u16, open: bool) -> Result<()> {
    let site = Site::read(dist)?;
    let server =
        Server::http(("127.0.0.1", port)).map_err(|it| anyhow!("cannot listen on port {port}: {it}"))?;
    let url = format!("http://{}/", server.server_addr());
    println!("Demo: {url}  (Ctrl-C ends it)");
    if open {
        open_browser(&url);
    }
    for request in server.incoming_requests() {
        let response = site.answer(&request);
        // The browser may have gone away meanwhile; the next request is another one.
        if let Err(error) = request.respond(response) {
            eprintln!("answer not sent: {error}");
        }
    }
    Ok(())
}

/// All files by URL path, in memory: a path that is not a key does not exist, wherever it points.
struct Site {
    files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    fn read(dist: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        for path in shell::files(dist)? {
            let name = path.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
            files.insert(format!("/{name}"), std::fs::read(&path)?);
        }
        // The page of the documentation that shows a view of the demo.
        for name in ["migrate.html", "page.css"] {
            files.insert(
                format!("/docs/{name}"),
                std::fs::read(shell::root().join("docs").join(name))?,
            );
        }
        Ok(Self { files })
    }

    /// What a page of the documentation may frame, and who may frame what: only `/embed` can be framed.
    fn policy(url: &str) -> String {
        if url.starts_with("/embed/") {
            CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        } else if url.starts_with("/docs/") {
            format!("{CONTENT_SECURITY_POLICY}; frame-src 'self'")
        } else {
            CONTENT_SECURITY_POLICY.to_owned()
        }
    }

    fn answer(&self, request: &Request) -> Response<Cursor<Vec<u8>>> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return Response::from_data("Only GET and HEAD\n").with_status_code(405);
        }
        let Some(path) = self.resolve(request.url()) else {
            return Response::from_data("Not found\n").with_status_code(404);
        };
        let accepted = request
            .headers()
            .iter()
            .filter(|it| it.field.equiv("Accept-Encoding"))
            .map(|it| it.value.as_str())
            .collect::<Vec<_>>()
            .join(",");
        let (body, encoding) = self.smallest(path, &accepted);
        let policy = Self::policy(request.url());
        let mut headers = vec![
            ("Content-Type", content_type(path)),
            ("Cache-Control", cache_control(path)),
            ("Content-Security-Policy", policy.as_str()),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Vary", "Accept-Encoding"),
        ];
        headers.extend(encoding.map(|it| ("Content-Encoding", it)));
        headers
            .into_iter()
            .filter_map(|(name, value)| Header::from_bytes(name, value).ok())
            .fold(Response::from_data(body), Response::with_header)
    }

    /// The file a URL means; a path without an extension is a page of the dashboard.
    fn resolve<'a>(&self, url: &'a str) -> Option<&'a str> {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        if self.files.contains_key(path) {
            return Some(path);
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        (!last.contains('.') && self.files.contains_key("/index.html")).then_some("/index.html")
    }

    fn smallest(&self, path: &str, accepted: &str) -> (Vec<u8>, Option<&'static str>) {
        let wanted = |name: &str| {
            accepted
                .split(',')
                .any(|it| it.split(';').next().is_some_and(|it| it.trim() == name))
        };
        for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
            if let Some(body) = self
                .files
                .get(&format!("{path}.{suffix}"))
                .filter(|_| wanted(encoding))
            {
                return (body.clone(), Some(encoding));
            }
        }
        (self.files.get(path).cloned().unwrap_or_default(), None)
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Files beside the entry page carry a hash in their name and never change; the page and the assets may.
fn cache_control(path: &str) -> &'static str {
    let hashed = path != "/index.html" && !path.starts_with("/assets/") && !path.starts_with("/docs/");
    if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// A desktop without a browser is no reason to stop.
fn open_browser(url: &str) {
    let (program, words): (_, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/c", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let started = Command::new(program)
        .args(words)
        .arg(url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        eprintln!("Open the address above in a browser.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let names = ["/index.html", "/app-1.js", "/app-1.js.br", "/assets/favicon.svg"];
        Site {
            files: names.map(|it| (it.to_owned(), it.as_bytes().to_vec())).into(),
        }
    }

    #[test]
    fn pages_fall_back_to_the_entry_and_files_do_not() {
        let site = site();
        assert_eq!(site.resolve("/"), Some("/index.html"));
        assert_eq!(site.resolve("/pods/pod1?tab=logs"), Some("/index.html"));
        assert_eq!(site.resolve("/app-1.js"), Some("/app-1.js"));
        assert_eq!(site.resolve("/app-2.js"), None);
        assert_eq!(site.resolve("/../secret.txt"), None);
    }

    #[test]
    fn the_browser_gets_what_it_accepts() {
        let site = site();
        assert_eq!(site.smallest("/app-1.js", "gzip, br").1, Some("br"));
        assert_eq!(site.smallest("/app-1.js", "gzip").1, None);
        assert_eq!(site.smallest("/app-1.js", "").0, b"/app-1.js");
    }

    #[test]
    fn only_hashed_names_are_kept_for_good() {
        assert!(cache_control("/app-1.js").contains("immutable"));
        assert_eq!(cache_control("/index.html"), "no-cache");
        assert_eq!(cache_control("/assets/favicon.svg"), "no-cache");
    }

    #[test]
    fn only_embedded_views_can_be_framed() {
        assert!(Site::policy("/embed/migrate").contains("frame-ancestors 'self'"));
        assert!(Site::policy("/docs/migrate.html").contains("frame-src 'self'"));
        assert_eq!(Site::policy("/pods"), CONTENT_SECURITY_POLICY);
    }

    /// `trunk serve` shows in development what production forbids.
    #[test]
    fn development_has_the_policy_of_production() {
        let trunk = std::fs::read_to_string(shell::root().join("Trunk.toml")).unwrap();
        assert!(trunk.contains(CONTENT_SECURITY_POLICY));
    }
}
