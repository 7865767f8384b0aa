//! Sections and facts of a pod's page.

/// State, machine, price.
pub const SUMMARY: &str = "Summary";
/// Every way to reach it.
pub const CONNECT: &str = "Connect";
/// What each disk survives.
pub const DISKS: &str = "Disks";
/// Meters and sums.
pub const COST: &str = "Cost";
/// What happened so far.
pub const TIMELINE: &str = "Timeline";
/// Image, command, environment, ports.
pub const CONFIGURATION: &str = "Configuration";
/// Fact: state.
pub const STATE: &str = "State";
/// Fact: machine.
pub const MACHINE: &str = "Machine";
/// Fact: GPUs.
pub const GPUS: &str = "GPUs";
/// Fact: price now.
pub const PRICE: &str = "Price now";
/// Fact: spent so far.
pub const SPENT: &str = "Spent so far";
/// Fact: what could strand or erase its data.
pub const DATA: &str = "Data";
/// Fact: when it was made.
pub const CREATED: &str = "Created";
/// Fact: pod ID.
pub const ID: &str = "Pod ID";
/// Fact: name inside the cloud.
pub const INTERNAL_DNS: &str = "Internal DNS";
/// Fact: IP.
pub const PUBLIC_IP: &str = "Public IP";
/// Fact: SSH command.
pub const SSH: &str = "SSH";
/// Fact: image.
pub const IMAGE: &str = "Image";
/// Fact: start command.
pub const COMMAND: &str = "Start command";
/// In place of an empty start command.
pub const IMAGE_COMMAND: &str = "the image's own";
/// Fact: variables.
pub const ENVIRONMENT: &str = "Environment";
/// Fact: ports.
pub const PORTS: &str = "Ports";
/// Fact: vCPUs and memory.
pub const CPU_MEMORY: &str = "vCPUs and memory";
/// Fact: template.
pub const TEMPLATE: &str = "Template";
/// In place of an empty fact.
pub const NONE: &str = "none";
/// More actions than the two most likely ones.
pub const MORE: &str = "More actions";
/// Column of the connect table.
pub const WAY: &str = "Way in";
/// Column of the connect table. What is true of every row is said once.
pub const ADDRESS: &str = "Address, changes with a move";
/// In place of an address that is not there yet.
pub const ASSIGNED_AT_START: &str = "assigned at start";
/// Column of the disk table.
pub const DISK: &str = "Disk";
/// Column of the disk table.
pub const SIZE: &str = "Size";
/// Column of the disk table.
pub const USED: &str = "Used";
/// Column of the disk table.
pub const PATH: &str = "Mounted at";
/// Column of the disk table.
pub const FATE: &str = "Fate";
/// Column of the meter table.
pub const WHAT: &str = "What is charged";
/// Column of the meter table.
pub const QUANTITY: &str = "Quantity";
/// Column of the meter table.
pub const RATE: &str = "Rate";
/// Column of the meter table.
pub const AMOUNT: &str = "Per hour";
/// Column of the meter table.
pub const SINCE: &str = "Since";
/// Fact: price, stopped.
pub const STOPPED_PRICE: &str = "Price while stopped";
/// Fact: price, running with all it asks for.
pub const RUNNING_PRICE: &str = "Price while running";
/// In place of the meter table.
pub const NO_METERS: &str = "Nothing is charged for this pod now.";
/// Leads to its ledger lines.
pub const LEDGER: &str = "Every minute in the ledger";
/// Progress of the image.
pub const PULL: &str = "Image";
/// Title of the page while its pod is read.
pub const LOADING_TITLE: &str = "Pod";
