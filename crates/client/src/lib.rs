//! Typed client of the control-plane API over a transport: browser fetch or in-process engine.
