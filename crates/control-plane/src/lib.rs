//! The control plane: HTTP edge, writer, store, runner, events.
