//! The repository checks itself. Each message names the rule and the way out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with one of these endings, without what tools leave behind.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.map(|it| it.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                if !["target", "node_modules", "dist", "dist-demo", ".git"].contains(&name) {
                    folders.push(path);
                }
            } else if endings.iter().any(|it| name.ends_with(it)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Every file that is committed or would be: what git ignores is nobody's business but the builder's.
fn committed() -> Vec<String> {
    let output = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git is there wherever a clone is");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8(output.stdout).unwrap();
    names
        .lines()
        .filter(|it| root().join(it).exists())
        .map(str::to_owned)
        .collect()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|it| panic!("{}: {it}", path.display()))
}

/// Fails with every place where a word stands outside the places it may stand in.
fn only_in(word: &str, folders: &[&str], allowed: &[&str], why: &str) {
    let this = "tests/tidy.rs";
    let found: Vec<String> = folders
        .iter()
        .flat_map(|it| files(it, &[".rs"]))
        .filter(|it| {
            read(it)
                .lines()
                .any(|line| !line.trim_start().starts_with("//") && line.contains(word))
        })
        .map(|it| relative(&it))
        .filter(|it| it != this && !allowed.iter().any(|place| it.starts_with(place)))
        .collect();
    assert!(found.is_empty(), "`{word}` stands in {found:#?}: {why}");
}

#[test]
fn the_top_level_holds_what_it_should() {
    let allowed: BTreeSet<&str> = [
        ".cargo",
        ".ci",
        ".github",
        ".gitignore",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "Trunk.toml",
        "clippy.toml",
        "crates",
        "docs",
        "index.html",
        "public",
        "rustfmt.toml",
        "src",
        "style",
        "tests",
        "xtask",
    ]
    .into();
    let entries = committed()
        .into_iter()
        .map(|it| it.split('/').next().unwrap_or_default().to_owned())
        .collect::<BTreeSet<_>>()
        .into_iter();
    let unexpected: Vec<String> = entries.filter(|it| !allowed.contains(it.as_str())).collect();
    assert!(
        unexpected.is_empty(),
        "not a place of this project: {unexpected:?}; find its room or change this list"
    );
    let public: Vec<_> = fs::read_dir(root().join("public"))
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(
        public,
        ["assets"],
        "public/ holds only assets/: what the server serves and nothing else"
    );
}

/// Normal dependencies of ours in a manifest.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    const OURS: [&str; 9] = [
        "agent-api",
        "api",
        "client",
        "control-plane",
        "domain",
        "engine",
        "host-agent",
        "roadstead",
        "scenarios",
    ];
    let mut found = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside =
                line.ends_with("dependencies]") && !line.contains("dev-") && !line.contains("workspace.");
            inside |=
                line.starts_with("[target.") && line.contains("dependencies]") && !line.contains("dev-");
        } else if inside {
            let name = line.split([' ', '=', '.']).next().unwrap_or_default();
            if OURS.contains(&name) {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

#[test]
fn edges_between_crates_are_those_of_the_drawing() {
    let page = read(&root().join("docs/architecture.md"));
    let block = page
        .split("```edges\n")
        .nth(1)
        .and_then(|it| it.split("```").next())
        .expect("an edges block");
    let drawn: BTreeMap<String, BTreeSet<String>> = block
        .lines()
        .map(|line| {
            let (from, to) = line.split_once("->").expect("`a -> b c`");
            let to = to
                .split_whitespace()
                .map(|it| it.split('[').next().unwrap().to_owned())
                .collect();
            (from.trim().to_owned(), to)
        })
        .collect();
    let mut built = BTreeMap::from([
        (
            "dashboard".to_owned(),
            dependencies(&read(&root().join("Cargo.toml"))),
        ),
        (
            "xtask".to_owned(),
            dependencies(&read(&root().join("xtask/Cargo.toml"))),
        ),
    ]);
    for entry in fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|it| it.unwrap().path())
    {
        let name = entry.file_name().unwrap().to_str().unwrap().to_owned();
        built.insert(name, dependencies(&read(&entry.join("Cargo.toml"))));
    }
    assert_eq!(
        built, drawn,
        "docs/architecture.md draws every edge between crates and no other"
    );
}

#[test]
fn every_package_shares_its_settings() {
    for manifest in files("crates", &["Cargo.toml"])
        .into_iter()
        .chain(["Cargo.toml", "xtask/Cargo.toml"].map(|it| root().join(it)))
    {
        let text = read(&manifest);
        for line in [
            "[lints]\nworkspace = true",
            "rust-version.workspace = true",
            "edition.workspace = true",
        ] {
            assert!(
                text.contains(line),
                "{} lacks `{line}`: one setting, one place",
                relative(&manifest)
            );
        }
    }
}

#[test]
fn the_engine_reads_nothing_but_its_arguments() {
    let pure = [
        "crates/domain/src",
        "crates/agent-api/src",
        "crates/engine/src",
        "crates/host-agent/src",
    ];
    for word in [
        "SystemTime",
        "Instant::now",
        "Utc::now",
        "HashMap",
        "HashSet",
        "std::fs",
        "std::net",
        "std::env",
        "async fn",
        "rand::",
    ] {
        only_in(
            word,
            &pure,
            &[],
            "time, randomness and order are arguments, so that one seed gives one history",
        );
    }
}

#[test]
fn the_clock_is_read_in_its_modules_only() {
    let all = ["src", "crates"];
    let clocks = [
        "src/browser/",
        "crates/control-plane/src/clock.rs",
        "crates/control-plane/tests",
        "crates/client/src",
    ];
    for word in ["SystemTime::now", "Utc::now", "Date::now"] {
        only_in(
            word,
            &all,
            &clocks,
            "read the clock through src/browser/clock or control-plane's clock",
        );
    }
}

#[test]
fn libraries_stay_in_their_rooms() {
    let all = ["src", "crates"];
    only_in(
        "axum",
        &all,
        &["crates/control-plane"],
        "only the control plane speaks HTTP",
    );
    only_in(
        "sqlx",
        &all,
        &["crates/control-plane"],
        "only the control plane's store speaks SQL",
    );
    only_in("view! {", &all, &["src/"], "views belong to the dashboard");
    let web = ["src/browser/", "src/data/", "crates/client/src/", "tests/web"];
    only_in(
        "web_sys",
        &all,
        &web,
        "the browser is reached through src/browser",
    );
    only_in(
        "leptos_router",
        &["src/ui", "src/table"],
        &[],
        "generic parts know no router",
    );
    let written = [
        "crates/agent-api/src",
        "crates/api/src",
        // Texts of IDs and money, and the things that the store writes whole.
        "crates/domain/src",
        "crates/engine/src",
        "crates/control-plane/src/store/record.rs",
        "crates/client/src/commands.rs",
    ];
    only_in(
        "Serialize",
        &all,
        &written,
        "what crosses a process boundary or is stored has its type in api, agent-api or the engine",
    );
    for word in ["client::", "domain::", "api::"] {
        only_in(
            word,
            &["src/ui"],
            &[],
            "generic parts know no client and no domain",
        );
    }
}

#[test]
fn banned_words_have_a_replacement() {
    let all = ["src", "crates", "xtask", "tests"];
    let bans = [
        ("unbounded_channel", "a channel has a bound from domain::limits"),
        ("mpsc::unbounded", "a channel has a bound from domain::limits"),
        ("LocalResource::new", "use_query reads"),
        (
            "mount_to_body(",
            "tests mount into a section of their own; only the two starts of the application mount to the body",
        ),
        (
            "#[allow(",
            "#[expect(…, reason = \"…\")] reports itself when it is no longer needed",
        ),
        ("FIXME", "finish it"),
        ("XXX", "say what"),
    ];
    for (word, why) in bans {
        only_in(word, &all, &["src/app.rs", "src/demo.rs"], why);
    }
}

#[test]
fn rules_stand_on_their_page_and_in_the_code() {
    let numbers = |text: &str| -> BTreeSet<String> {
        text.match_indices("R-")
            .filter(|(at, _)| !text[..*at].ends_with(|it: char| it.is_alphanumeric()))
            .filter_map(|(at, _)| {
                let rest = &text[at + 2..];
                let end = rest
                    .find(|it: char| !it.is_ascii_digit() && it != '.')
                    .unwrap_or(rest.len());
                let number = rest[..end].trim_end_matches('.');
                let whole = number
                    .split_once('.')
                    .is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
                whole.then(|| format!("R-{number}"))
            })
            .collect()
    };
    let promised = numbers(&read(&root().join("docs/rules.md")));
    let gather = |folder: &str| -> BTreeSet<String> {
        files(folder, &[".rs", ".mjs"])
            .iter()
            .flat_map(|it| numbers(&read(it)))
            .collect()
    };
    let kept: BTreeSet<String> = ["crates", "src"].into_iter().flat_map(gather).collect();
    let missing: Vec<_> = promised.difference(&kept).collect();
    assert!(
        missing.is_empty(),
        "promised in docs/rules.md and nowhere in the code: {missing:?}"
    );
    let unknown: Vec<_> = kept.difference(&promised).collect();
    assert!(
        unknown.is_empty(),
        "in the code and not promised in docs/rules.md: {unknown:?}"
    );
    let tested: BTreeSet<String> = files("crates", &[".rs"])
        .into_iter()
        .chain(files("src", &[".rs"]))
        .chain(files("tests", &[".rs", ".mjs"]))
        .filter(|it| relative(it) != "tests/tidy.rs")
        .flat_map(|it| {
            let text = read(&it);
            let whole = relative(&it)
                .split('/')
                .any(|part| part == "tests" || part == "tests.rs");
            let from = if whole { Some(0) } else { text.find("#[cfg(test)]") };
            from.map(|from| numbers(&text[from..])).unwrap_or_default()
        })
        .collect();
    let untested: Vec<_> = promised.difference(&tested).collect();
    assert!(
        untested.is_empty(),
        "promised in docs/rules.md and in no test: {untested:?}"
    );
}

#[test]
fn colours_stand_in_the_tokens_only() {
    for path in files("style", &[".css"]) {
        let name = relative(&path);
        if name == "style/tokens.css" {
            continue;
        }
        for (number, line) in (1..).zip(read(&path).lines()) {
            let hex = line.match_indices('#').any(|(at, _)| {
                let digits = line[at + 1..].bytes().take_while(u8::is_ascii_hexdigit).count();
                matches!(digits, 3 | 6 | 8)
            });
            let found = hex || ["rgb(", "hsl(", "oklch("].iter().any(|it| line.contains(it));
            assert!(
                !found,
                "{name}:{number} names a colour: only style/tokens.css knows colours"
            );
        }
    }
}

#[test]
fn every_generic_part_has_its_styles() {
    for path in files("style/ui", &[".css"]) {
        let part = path.file_stem().unwrap().to_str().unwrap().replace('-', "_");
        let twin = root().join(format!("src/ui/{part}.rs"));
        assert!(twin.exists(), "{} has no src/ui/{part}.rs", relative(&path));
    }
    let index = read(&root().join("style/index.css"));
    for path in files("style", &[".css"]) {
        let name = relative(&path).trim_start_matches("style/").to_owned();
        assert!(
            name == "index.css"
                || index.contains(&format!("\"{name}\""))
                || index.contains(&format!("\"./{name}\"")),
            "style/index.css does not import {name}"
        );
    }
}

#[test]
fn every_path_has_a_flow() {
    let paths = read(&root().join("src/paths.rs"));
    let flows: String = files("tests/e2e", &[".mjs"]).iter().map(|it| read(it)).collect();
    let constants = paths.lines().filter_map(|line| {
        let literal = line
            .trim()
            .strip_prefix('"')
            .or_else(|| line.split_once("\"/").map(|it| it.1))?;
        let path = literal.split(['"', '{', '?']).next()?.trim_matches('/');
        (!path.is_empty() && !line.trim_start().starts_with("//"))
            .then(|| path.split('/').next().unwrap().to_owned())
    });
    let sections: BTreeSet<String> = constants
        .filter(|it| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'))
        .collect();
    let missing: Vec<_> = sections
        .iter()
        .filter(|it| !flows.contains(&format!("/{it}")))
        .collect();
    assert!(missing.is_empty(), "no flow in tests/e2e opens {missing:?}");
}

/// An address without its parts that differ: `/pods/{id}` and `pods/:id` are both `pods/*`.
fn address(text: &str) -> String {
    let whole = text.split(['#', '?']).next().unwrap_or_default();
    let parts = whole.split('/').filter(|it| !it.is_empty());
    let parts: Vec<_> = parts
        .map(|it| if it.starts_with([':', '{']) { "*" } else { it })
        .collect();
    parts.join("/")
}

#[test]
fn every_route_has_a_function_for_its_address() {
    let literals = |text: &str, before: &str| -> BTreeSet<String> {
        let parts = text.split(before).skip(1);
        parts
            .filter_map(|it| it.split('"').next())
            .map(address)
            .filter(|it| !it.is_empty())
            .collect()
    };
    let functions = read(&root().join("src/paths.rs"));
    let functions = literals(functions.split("#[cfg(test)]").next().unwrap(), "\"/");
    let routes = literals(&read(&root().join("src/routes.rs")), "path!(\"");
    // An optional part is an address with it and one without; a page of its own for what is not found has none.
    let missing: Vec<_> = routes
        .iter()
        .filter(|it| !it.starts_with('*') && !it.starts_with("embed/"))
        .filter(|it| !functions.contains(*it))
        .collect();
    assert!(
        missing.is_empty(),
        "src/paths.rs makes no address for the routes {missing:?}"
    );
}

#[test]
fn links_and_pictures_of_the_pages_are_there() {
    let committed: BTreeSet<String> = committed().into_iter().collect();
    let mut shown = BTreeSet::new();
    for page in committed.iter().filter(|it| it.ends_with(".md")) {
        let text = read(&root().join(page));
        let folder = Path::new(page).parent().unwrap();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|it| it.split([')', '#']).next())
        {
            if link.is_empty() || link.contains("://") {
                continue;
            }
            let target = folder.join(link).to_str().unwrap().to_owned();
            let there = committed.contains(&target) || root().join(&target).is_dir();
            assert!(there, "{page} leads to {link}, which is not there");
            shown.insert(target);
        }
    }
    let unseen: Vec<_> = committed
        .iter()
        .filter(|it| it.ends_with(".png") && !shown.contains(*it))
        .collect();
    assert!(unseen.is_empty(), "no page shows {unseen:?}");
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let folders = [
        "src", "crates", "xtask", "tests", "docs", "style", ".ci", "public",
    ];
    let words = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/tm", "p/w"),
        concat!("crates", ".io"),
        concat!("registry.", "npmjs"),
    ];
    for path in folders.iter().flat_map(|it| {
        files(
            it,
            &[".rs", ".md", ".css", ".mjs", ".js", ".toml", "run", ".html"],
        )
    }) {
        let text = read(&path);
        for word in words {
            assert!(
                !text.contains(word),
                "{} names {word}: no path of a machine, no host of a registry",
                relative(&path)
            );
        }
    }
}
