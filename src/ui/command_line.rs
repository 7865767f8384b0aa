//! The command that does the same as the dialog, page or button beside it.

use leptos::prelude::*;

use super::copy_button::CopyButton;

/// A command with its copy button. It wraps and is never shortened.
#[component]
pub fn CommandLine(
    /// Which tool it is for: "CLI", "curl".
    #[prop(into)]
    label: Signal<String>,
    /// The whole command.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="command-line">
            <span class="command-line-label">{label}</span>
            <code class="command-line-text">{text}</code>
            <CopyButton text what=label />
        </div>
    }
}
