//! Words of a move: its plan, what changes, how it goes and its receipt.

mod identities;
mod plan;
mod progress;

pub use identities::*;
pub use plan::*;
pub use progress::*;

/// Names of columns, rows and fields.
pub mod label {
    /// Column, row or field.
    pub const DURING_THE_MOVE: &str = "During the move";
    /// Column, row or field.
    pub const FROM_THE_SWITCH_ON: &str = "From the switch on";
    /// Column, row or field.
    pub const GPUS: &str = "GPUs";
    /// Column, row or field.
    pub const MANIFEST_BLAKE3: &str = "Manifest, BLAKE3";
    /// Column, row or field.
    pub const MIGRATION: &str = "Migration";
    /// Column, row or field.
    pub const NEW_POD: &str = "New pod";
    /// Column, row or field.
    pub const OLD_POD: &str = "Old pod";
    /// Column, row or field.
    pub const OLD_POD_WHILE_IT_IS_KEPT: &str = "Old pod, while it is kept";
    /// Column, row or field.
    pub const OPEN_THE_POD: &str = "Open the pod";
    /// Column, row or field.
    pub const BYTES_COMPARED: &str = "Bytes compared";
    /// Column, row or field.
    pub const COPY_BEGAN: &str = "Copy began";
    /// Column, row or field.
    pub const DATA_CENTRE: &str = "Data centre";
    /// Column, row or field.
    pub const DISK: &str = "Disk";
    /// Column, row or field.
    pub const EVERY_BYTE_VERIFIED: &str = "Every byte verified";
    /// Column, row or field.
    pub const FILES_COMPARED: &str = "Files compared";
    /// Column, row or field.
    pub const GPUS_FREE: &str = "GPUs free";
    /// Column, row or field.
    pub const GPU_TYPE: &str = "GPU type";
    /// Column, row or field.
    pub const IN_THIS_MOVE: &str = "In this move";
    /// Column, row or field.
    pub const MACHINE: &str = "Machine";
    /// Column, row or field.
    pub const MACHINES: &str = "Machines";
    /// Column, row or field.
    pub const NEW_POD_TOOK_OVER: &str = "New pod took over";
    /// Column, row or field.
    pub const NOW: &str = "Now";
    /// Column, row or field.
    pub const PER_HOUR: &str = "Per hour";
    /// Column, row or field.
    pub const PER_MINUTE: &str = "Per minute";
    /// Column, row or field.
    pub const PLAN: &str = "Plan";
    /// Column, row or field.
    pub const PRICE_OF_THE_POD_THERE: &str = "Price of the pod there";
    /// Column, row or field.
    pub const SIZE: &str = "Size";
    /// Column, row or field.
    pub const TIER: &str = "Tier";
    /// Column, row or field.
    pub const USED: &str = "Used";
    /// Column, row or field.
    pub const WHAT_THAT_MEANS: &str = "What that means";
    /// Column, row or field.
    pub const WHEN: &str = "When";
    /// Column, row or field.
    pub const WHY: &str = "Why";
}
