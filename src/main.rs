//! Mounts the dashboard.

#[cfg(target_arch = "wasm32")]
fn main() {
    roadstead_dashboard::start();
}

/// Natively there is nothing to mount.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The dashboard runs in a browser: `cargo xtask up` builds and serves it.");
}
