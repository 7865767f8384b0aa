//! Every address of the dashboard, as a function. Links are made here and nowhere else.
//!
//! All state of a view is in its address: dialogs, tabs and filters are query parameters, and a default has none.

use domain::{MachineId, MigrationId, MigrationPlanId, PodId, VolumeId};

/// What needs attention, and the sum of everything.
pub fn overview() -> String {
    "/overview".to_owned()
}

/// All pods.
pub fn pods() -> String {
    "/pods".to_owned()
}

/// All pods that a filter lets through.
pub fn pods_filtered(q: &str) -> String {
    with(pods(), FILTER, q)
}

/// All pods that a filter lets through, in an order; both empty for the list as it is.
pub fn pods_view(q: &str, sort: &str) -> String {
    let path = pods_filtered(q);
    match (sort, q) {
        ("", _) => path,
        (sort, "") => format!("{path}?{SORT}={}", encode(sort)),
        (sort, _) => format!("{path}&{SORT}={}", encode(sort)),
    }
}

/// One pod.
pub fn pod(id: PodId) -> String {
    format!("/pods/{id}")
}

/// One pod with a dialog open.
pub fn pod_dialog(id: PodId, dialog: PodDialog) -> String {
    with(pod(id), DIALOG, dialog.as_str())
}

/// The ways to start a pod whose GPUs are taken.
pub fn pod_decide(id: PodId) -> String {
    format!("/pods/{id}/decide")
}

/// The ways to reach a pod, on its page.
pub fn pod_connect(id: PodId) -> String {
    format!("/pods/{id}#{CONNECT}")
}

/// The plan of a pod's move, made when the page opens.
pub fn pod_migrate(id: PodId) -> String {
    format!("/pods/{id}/migrate")
}

/// A certain plan of a pod's move.
pub fn pod_migrate_plan(id: PodId, plan: MigrationPlanId) -> String {
    with(pod_migrate(id), PLAN, &plan.to_string())
}

/// A new pod.
pub fn deploy() -> String {
    "/deploy".to_owned()
}

/// A new pod with choices made: names and values of parameters, of which empty ones are left out.
pub fn deploy_view(choices: &[(&str, &str)]) -> String {
    let mut path = deploy();
    let mut sign = '?';
    for (name, value) in choices.iter().filter(|(_, value)| !value.is_empty()) {
        path.push(sign);
        path.push_str(name);
        path.push('=');
        path.push_str(&encode(value));
        sign = '&';
    }
    path
}

/// A new pod that is made like another one.
pub fn deploy_like(id: PodId) -> String {
    with(deploy(), LIKE, &id.to_string())
}

/// All machines.
pub fn machines() -> String {
    "/machines".to_owned()
}

/// All machines that a filter lets through.
pub fn machines_filtered(q: &str) -> String {
    with(machines(), "q", q)
}

/// One machine.
pub fn machine(id: MachineId) -> String {
    format!("/machines/{id}")
}

/// A move that has been started.
pub fn migration(id: MigrationId) -> String {
    format!("/migrations/{id}")
}

/// A move with a dialog open.
pub fn migration_dialog(id: MigrationId, dialog: MigrationDialog) -> String {
    with(migration(id), DIALOG, dialog.as_str())
}

/// All network volumes.
pub fn volumes() -> String {
    "/volumes".to_owned()
}

/// The form for a new network volume.
pub fn volume_new() -> String {
    "/volumes/new".to_owned()
}

/// One network volume, in a panel beside the others.
pub fn volume(id: VolumeId) -> String {
    format!("/volumes/{id}")
}

/// One network volume with a dialog open.
pub fn volume_dialog(id: VolumeId, dialog: VolumeDialog) -> String {
    with(volume(id), DIALOG, dialog.as_str())
}

/// The question before a network volume is taken out of a pod.
pub fn volume_detach(id: VolumeId, pod_id: PodId) -> String {
    format!("{}&{POD}={pod_id}", volume_dialog(id, VolumeDialog::Detach))
}

/// Balance, usage and ledger.
pub fn billing() -> String {
    "/billing".to_owned()
}

/// A tab of billing.
pub fn billing_tab(tab: BillingTab) -> String {
    // The first tab is the page itself.
    if tab == BillingTab::Usage {
        billing()
    } else {
        with(billing(), TAB, tab.as_str())
    }
}

/// The ledger's lines of one pod.
pub fn ledger_of_pod(id: PodId) -> String {
    format!("{}&{POD}={id}", billing_tab(BillingTab::Ledger))
}

/// The ledger's lines of one network volume.
pub fn ledger_of_volume(id: VolumeId) -> String {
    format!("{}&{VOLUME}={id}", billing_tab(BillingTab::Ledger))
}

/// Where a session begins.
pub fn sign_in() -> String {
    "/sign-in".to_owned()
}

/// Query parameter of filters.
pub const FILTER: &str = "q";
/// Query parameter of orders.
pub const SORT: &str = "sort";
/// Query parameter of dialogs.
pub const DIALOG: &str = "dialog";
/// Query parameter of a template.
pub const TEMPLATE: &str = "template";
/// Query parameter of a GPU type.
pub const GPU: &str = "gpu";
/// Query parameter of a tier.
pub const CLOUD: &str = "cloud";
/// Query parameter of a number of GPUs.
pub const COUNT: &str = "count";
/// Query parameter of a data centre.
pub const DATA_CENTER: &str = "dc";
/// Query parameter of the pod that the deploy page copies.
pub const LIKE: &str = "like";
/// Part of a pod's page with the ways to reach it.
pub const CONNECT: &str = "connect";
/// Query parameter of tabs.
pub const TAB: &str = "tab";
/// Query parameter of the plan on the migration page.
pub const PLAN: &str = "plan";
/// Query parameter of the pod that a dialog or filter is about.
pub const POD: &str = "pod";
/// Query parameter of the network volume that a filter is about.
pub const VOLUME: &str = "volume";

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $case:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$note])* $case,)*
        }

        impl $name {
            /// The word in the address.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$case => $word),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(word: &str) -> Result<Self, ()> {
                match word { $($word => Ok(Self::$case),)* _ => Err(()) }
            }
        }
    )*};
}

words! {
    /// Dialogs over a pod.
    PodDialog {
        /// Stop it.
        Stop = "stop",
        /// Start it.
        Start = "start",
        /// End its container and start it again.
        Restart = "restart",
        /// Terminate it.
        Terminate = "terminate",
        /// Change its name.
        Edit = "edit",
    }
    /// Dialogs over a move.
    MigrationDialog {
        /// End it before the switch.
        Cancel = "cancel",
        /// Keep the new pod.
        Confirm = "confirm",
        /// Go back to the old pod.
        Revert = "revert",
    }
    /// Dialogs over a network volume.
    VolumeDialog {
        /// Make it larger.
        Grow = "grow",
        /// Move it to the bin.
        Delete = "delete",
        /// Mount it in a pod.
        Attach = "attach",
        /// Take it out of a pod.
        Detach = "detach",
        /// Change its name.
        Edit = "edit",
    }
    /// Tabs of billing.
    BillingTab {
        /// What is charged now.
        Usage = "usage",
        /// Every line.
        Ledger = "ledger",
    }
}

fn with(path: String, name: &str, value: &str) -> String {
    if value.is_empty() {
        return path;
    }
    format!("{path}?{name}={}", encode(value))
}

/// Escapes what has a meaning in a query string; the rest stays readable in the address bar.
fn encode(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            ' ' => text.push('+'),
            '%' | '&' | '#' | '+' | '=' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                // All of these are one byte.
                text.push_str(&format!("%{:02X}", u32::from(character)));
            }
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialogs_and_tabs_read_back() {
        let id: PodId = "pod00000000000000000000000000".parse().unwrap();
        assert_eq!(pod_dialog(id, PodDialog::Stop), format!("/pods/{id}?dialog=stop"));
        assert_eq!("stop".parse(), Ok(PodDialog::Stop));
        assert_eq!("stopp".parse::<PodDialog>(), Err(()));
        assert_eq!(billing_tab(BillingTab::Usage), "/billing");
        assert_eq!(billing_tab(BillingTab::Ledger), "/billing?tab=ledger");
    }

    #[test]
    fn filters_keep_their_meaning() {
        assert_eq!(pods_filtered(""), "/pods");
        assert_eq!(deploy(), deploy_view(&[(GPU, "")]));
        assert_eq!(
            deploy_view(&[(GPU, "NVIDIA L4"), (COUNT, "2")]),
            "/deploy?gpu=NVIDIA+L4&count=2"
        );
        assert_eq!(pods_view("", "-cost"), "/pods?sort=-cost");
        assert_eq!(pods_view("a", "-cost"), "/pods?q=a&sort=-cost");
        assert_eq!(
            pods_filtered("state:running cost>0.5 a&b"),
            "/pods?q=state:running+cost%3E0.5+a%26b"
        );
    }
}
