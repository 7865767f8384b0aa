//! Theme and density: chosen by the reader, remembered in this browser, shown by attributes of the root element.

use super::{document, storage};

/// Also read by the script that runs before the first paint.
const THEME_KEY: &str = "roadstead.theme";
const DENSITY_KEY: &str = "roadstead.density";

/// Light, dark, or what the system says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// Follows the system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The stored form and the value of the attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Height of rows; on touch screens the style sheet makes them high whatever is chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Density {
    /// 36 px.
    #[default]
    Regular,
    /// 32 px.
    Compact,
}

impl Density {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Regular, Self::Compact];

    /// The stored form and the value of the attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Compact => "compact",
        }
    }
}

/// The remembered theme.
pub fn theme() -> Theme {
    let stored = storage::get(THEME_KEY);
    Theme::ALL
        .into_iter()
        .find(|it| stored.as_deref() == Some(it.as_str()))
        .unwrap_or_default()
}

/// Shows a theme and remembers it.
pub fn set_theme(theme: Theme) {
    storage::set(THEME_KEY, theme.as_str());
    mark_root("data-theme", (theme != Theme::System).then(|| theme.as_str()));
}

/// The remembered density.
pub fn density() -> Density {
    let stored = storage::get(DENSITY_KEY);
    Density::ALL
        .into_iter()
        .find(|it| stored.as_deref() == Some(it.as_str()))
        .unwrap_or_default()
}

/// Shows a density and remembers it.
pub fn set_density(density: Density) {
    storage::set(DENSITY_KEY, density.as_str());
    mark_root(
        "data-density",
        (density != Density::Regular).then(|| density.as_str()),
    );
}

/// Shows what was remembered. Called once when the application starts.
pub fn restore() {
    set_theme(theme());
    set_density(density());
}

/// Leaves out the frame of the application where the page is itself in a frame.
pub fn mark_framed() {
    mark_root("data-framed", super::page::is_framed().then_some(""));
}

fn mark_root(name: &str, value: Option<&str>) {
    let Some(root) = document().document_element() else {
        return;
    };
    // Both can only fail for an invalid attribute name.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}
