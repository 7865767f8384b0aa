//! Words of what changes its name or address: a row for each identity, before and after.

use domain::endpoints::{ChangeKind, IdentityChange};

/// Heading of the table of identities.
pub const IDENTITIES: &str = "What changes its name or address";
/// Before the button under the table of identities.
pub const THE_TABLE: &str = "This table as Markdown";
/// What that button copies.
pub const TABLE_AS_MARKDOWN: &str = "table as Markdown";
/// Value of an identity that stays.
pub const SAME: &str = "same";
/// Value that is given when the pod starts.
pub const AT_START: &str = "assigned at start";
/// Value that does not exist.
pub const NONE: &str = "none";
/// Heading of a column of the table of identities.
pub const COLUMN_IDENTITY: &str = "Identity";
/// Heading of the values now.
pub const COLUMN_BEFORE: &str = "Before";
/// Heading of the values afterwards.
pub const COLUMN_AFTER: &str = "After";
/// Heading of who notices.
pub const COLUMN_BREAKS: &str = "Breaks for";

/// Name of an identity, with its port where it has one.
#[must_use]
pub fn identity(change: &IdentityChange) -> String {
    let name = kind_name(change.kind);
    match (change.kind, change.port) {
        (ChangeKind::PortMapping, Some(port)) => format!("{name} {port}"),
        (_, Some(port)) => format!("{name}, port {port}"),
        (_, None) => name.to_owned(),
    }
}

/// Name of a kind of identity.
#[must_use]
pub const fn kind_name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::PodId => "Pod ID",
        ChangeKind::ProxyUrl => "Proxy URL",
        ChangeKind::PublicIp => "Public IP",
        ChangeKind::PortMapping => "TCP port",
        ChangeKind::SshEndpoint => "SSH command",
        ChangeKind::InternalDns => "Internal DNS",
        ChangeKind::DataCenter => "Data centre",
    }
}

/// Who notices that an identity of this kind changes.
#[must_use]
pub const fn breaks_for(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::PodId => "API calls, scripts, firewall and VPN rules that name it",
        ChangeKind::ProxyUrl => "bookmarks, webhooks, open pages, other services",
        ChangeKind::PublicIp => "allow lists, firewall rules, VPN peers",
        ChangeKind::PortMapping => "clients that connect to IP and port",
        ChangeKind::SshEndpoint => "SSH config, known_hosts, deploy scripts",
        ChangeKind::InternalDns => "other pods that use the name",
        ChangeKind::DataCenter => "latency, network volumes",
    }
}

/// What a tick says: what changes, and what stops working.
#[must_use]
pub const fn acknowledgement(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::PodId => {
            "The pod ID changes. API calls and scripts that hold it, and firewall or VPN rules with it, stop working."
        }
        ChangeKind::ProxyUrl => {
            "The proxy URLs change. Bookmarks, webhooks, and user interfaces or servers called by them stop answering."
        }
        ChangeKind::PublicIp => {
            "The public IP changes. Firewall, allow-list and VPN rules with the old IP no longer match."
        }
        ChangeKind::PortMapping => {
            "The mapped TCP ports change. Clients that connect to the old IP and port lose the pod."
        }
        ChangeKind::SshEndpoint => {
            "The SSH command changes. SSH config, known_hosts and deploy scripts need the new address."
        }
        ChangeKind::InternalDns => "The internal DNS name changes. Other pods that use it lose the pod.",
        ChangeKind::DataCenter => "The data centre changes. Distances to your other systems differ.",
    }
}

/// A value before the move.
#[must_use]
pub fn value_before(change: &IdentityChange) -> &str {
    change.from.as_deref().unwrap_or(NONE)
}

/// A value after the move. IPs, mapped ports and the SSH command at them are only known once the pod starts.
#[must_use]
pub fn value_after(change: &IdentityChange) -> &str {
    match (&change.to, change.kind) {
        (Some(value), _) => value,
        (None, ChangeKind::PublicIp | ChangeKind::PortMapping | ChangeKind::SshEndpoint)
            if change.from.is_some() =>
        {
            AT_START
        }
        (None, _) => NONE,
    }
}

/// What a screen reader says for a row of the table.
#[must_use]
pub fn change_spoken(change: &IdentityChange) -> String {
    if change.is_same() {
        format!("stays {}", value_before(change))
    } else {
        format!("changes from {} to {}", value_before(change), value_after(change))
    }
}

/// The table of identities as Markdown.
#[must_use]
pub fn changes_markdown(changes: &[IdentityChange]) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let mut text = format!("| {COLUMN_IDENTITY} | {COLUMN_BEFORE} | {COLUMN_AFTER} |\n| --- | --- | --- |\n");
    for change in changes {
        let after = if change.is_same() {
            SAME
        } else {
            value_after(change)
        };
        let row = [identity(change).as_str(), value_before(change), after]
            .map(cell)
            .join(" | ");
        text.push_str(&format!("| {row} |\n"));
    }
    text
}

/// A value in pieces after each of which a line may end: behind dots, hyphens and slashes, never inside a word.
#[must_use]
pub fn pieces(value: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, character) in value.char_indices() {
        let next = at + character.len_utf8();
        let goes_on = value[next..].starts_with(SEPARATORS);
        if SEPARATORS.contains(&character) && !goes_on {
            found.push(&value[start..next]);
            start = next;
        }
    }
    if start < value.len() {
        found.push(&value[start..]);
    }
    found
}

/// Where names, addresses and URLs may break.
const SEPARATORS: [char; 3] = ['.', '-', '/'];

#[cfg(test)]
mod tests {
    use super::*;

    fn change(kind: ChangeKind, from: Option<&str>, to: Option<&str>) -> IdentityChange {
        IdentityChange {
            kind,
            port: None,
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        }
    }

    #[test]
    fn a_row_says_both_values() {
        let id = change(ChangeKind::PodId, Some("poda"), Some("podb"));
        assert_eq!(change_spoken(&id), "changes from poda to podb");
        let place = change(ChangeKind::DataCenter, Some("EU-NL-1"), Some("EU-NL-1"));
        assert_eq!(change_spoken(&place), "stays EU-NL-1");
        assert_eq!(
            value_after(&change(ChangeKind::PortMapping, Some("203.0.113.24:10341"), None)),
            AT_START
        );
        assert_eq!(value_after(&change(ChangeKind::PublicIp, None, None)), NONE);
    }

    #[test]
    fn the_copied_table_is_markdown() {
        let mut url = change(ChangeKind::ProxyUrl, Some("https://a"), Some("https://b|c"));
        url.port = Some(8888);
        let place = change(ChangeKind::DataCenter, Some("EU-NL-1"), Some("EU-NL-1"));
        assert_eq!(
            changes_markdown(&[url, place]),
            "| Identity | Before | After |\n| --- | --- | --- |\n\
             | Proxy URL, port 8888 | https://a | https://b\\|c |\n| Data centre | EU-NL-1 | same |\n"
        );
    }

    #[test]
    fn values_break_between_words_only() {
        assert_eq!(pieces("poda.pods.internal"), ["poda.", "pods.", "internal"]);
        assert_eq!(
            pieces("https://poda-8888.proxy/x"),
            ["https://", "poda-", "8888.", "proxy/", "x"]
        );
        assert_eq!(pieces("ends."), ["ends."]);
        assert!(pieces("").is_empty());
    }

    /// each kind is agreed to by itself, so each has its own sentence.
    #[test]
    fn every_kind_says_something_of_its_own() {
        let said: std::collections::BTreeSet<_> =
            ChangeKind::ALL.iter().map(|it| acknowledgement(*it)).collect();
        assert_eq!(said.len(), ChangeKind::ALL.len());
    }
}
