//! Where a pod answers: proxy URLs, mapped ports, SSH, internal names; and what changes with a move
//!

use serde::{Deserialize, Serialize};

use crate::PodId;

/// How the control plane's pods are named on the network; an operator's setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodDomain {
    /// `https`, or `http` in local use.
    pub scheme: String,
    /// The domain below which `proxy.` stands, such as `pods.example` or `localhost`.
    pub domain: String,
    /// A port to write behind the domain, in local use.
    pub port: Option<u16>,
}

impl PodDomain {
    /// The domain of local use: `{podId}-{port}.proxy.localhost:{server port}`.
    #[must_use]
    pub fn local(port: u16) -> Self {
        Self {
            scheme: "http".to_owned(),
            domain: "localhost".to_owned(),
            port: Some(port),
        }
    }

    /// The URL of an HTTP port.
    #[must_use]
    pub fn proxy_url(&self, pod_id: PodId, port: u16) -> String {
        let (scheme, domain) = (&self.scheme, &self.domain);
        match self.port {
            Some(own) => format!("{scheme}://{pod_id}-{port}.proxy.{domain}:{own}"),
            None => format!("{scheme}://{pod_id}-{port}.proxy.{domain}"),
        }
    }

    /// The name other pods use.
    #[must_use]
    pub fn internal_dns(&self, pod_id: PodId) -> String {
        format!("{pod_id}.pods.internal")
    }

    /// The host that proxies SSH for pods whose machine has no public IP.
    #[must_use]
    pub fn ssh_proxy_host(&self) -> String {
        format!("ssh.{}", self.domain)
    }
}

/// The SSH command at a machine's IP and mapped port.
#[must_use]
pub fn ssh_direct(ip: &str, port: u16) -> String {
    format!("ssh root@{ip} -p {port}")
}

/// The SSH command through the proxy.
#[must_use]
pub fn ssh_proxy(pod_id: PodId, domain: &PodDomain) -> String {
    format!("ssh {pod_id}@{}", domain.ssh_proxy_host())
}

/// The kinds of identity a move changes. Each is acknowledged by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// The pod ID.
    PodId,
    /// The URL of an HTTP port.
    ProxyUrl,
    /// The public IP, in and out.
    PublicIp,
    /// The IP and port a TCP port is reached at.
    PortMapping,
    /// The SSH command.
    SshEndpoint,
    /// The name other pods use.
    InternalDns,
    /// The data centre.
    DataCenter,
}

impl ChangeKind {
    /// Every kind, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::PodId,
        Self::ProxyUrl,
        Self::PublicIp,
        Self::PortMapping,
        Self::SshEndpoint,
        Self::InternalDns,
        Self::DataCenter,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PodId => "pod_id",
            Self::ProxyUrl => "proxy_url",
            Self::PublicIp => "public_ip",
            Self::PortMapping => "port_mapping",
            Self::SshEndpoint => "ssh_endpoint",
            Self::InternalDns => "internal_dns",
            Self::DataCenter => "data_center",
        }
    }
}

/// One identity before and after a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityChange {
    /// What kind of identity.
    pub kind: ChangeKind,
    /// The port inside the pod, for kinds that have one per port.
    pub port: Option<u16>,
    /// The value now, or none if it has none.
    pub from: Option<String>,
    /// The value after, or none if it is assigned at start or no longer exists.
    pub to: Option<String>,
}

impl IdentityChange {
    /// Whether both values are the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.from == self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::ids::IdMint;

    ///
    #[test]
    fn names_follow_the_pod_id() {
        let id = PodId::mint(&mut IdMint::new(Timestamp::from_millis(0), 1));
        let local = PodDomain::local(8080);
        assert_eq!(
            local.proxy_url(id, 8888),
            format!("http://{id}-8888.proxy.localhost:8080")
        );
        let public = PodDomain {
            scheme: "https".into(),
            domain: "pods.example".into(),
            port: None,
        };
        assert_eq!(
            public.proxy_url(id, 80),
            format!("https://{id}-80.proxy.pods.example")
        );
        assert_eq!(ssh_direct("203.0.113.7", 10341), "ssh root@203.0.113.7 -p 10341");
    }

    #[test]
    fn change_words_are_distinct() {
        let words: std::collections::BTreeSet<_> = ChangeKind::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(words.len(), ChangeKind::ALL.len());
    }
}
