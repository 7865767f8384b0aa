//! The deterministic state machine of the control plane: decide, evolve, query.
