//! Host agent: a pure reconciler and its drivers.
