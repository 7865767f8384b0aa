//! The marks of states: eleven fixed shapes of 12 px, told apart in one colour.

use leptos::prelude::*;

/// What a state means; names the colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// As it should be.
    Ok,
    /// On its way.
    Busy,
    /// Waits for its turn.
    Queue,
    /// Works in another way than usual.
    Info,
    /// Needs attention before something is lost.
    Warn,
    /// Failed.
    Danger,
    /// At rest.
    Off,
}

impl Tone {
    /// Value of `data-tone`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Busy => "busy",
            Self::Queue => "queue",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Danger => "danger",
            Self::Off => "off",
        }
    }
}

/// A shape. Each belongs to one tone, so that colour, shape and word always agree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Running, ready.
    Disc,
    /// Starting, stopping, copying; turns, and stands still under reduced motion.
    QuarterRing,
    /// Waiting, offered.
    DottedRing,
    /// CPUs only.
    HalfDisc,
    /// Draining, maintenance, stranded; point down.
    Triangle,
    /// Failed.
    Cross,
    /// Interrupted.
    Lozenge,
    /// Unreachable.
    BrokenRing,
    /// Stopped.
    HollowSquare,
    /// Fenced.
    BarredSquare,
    /// Terminated.
    Dash,
}

impl Mark {
    /// All shapes.
    pub const ALL: [Self; 11] = [
        Self::Disc,
        Self::QuarterRing,
        Self::DottedRing,
        Self::HalfDisc,
        Self::Triangle,
        Self::Cross,
        Self::Lozenge,
        Self::BrokenRing,
        Self::HollowSquare,
        Self::BarredSquare,
        Self::Dash,
    ];

    /// The tone this shape belongs to.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Disc => Tone::Ok,
            Self::QuarterRing => Tone::Busy,
            Self::DottedRing => Tone::Queue,
            Self::HalfDisc => Tone::Info,
            Self::Triangle => Tone::Warn,
            Self::Cross | Self::Lozenge | Self::BrokenRing => Tone::Danger,
            Self::HollowSquare | Self::BarredSquare | Self::Dash => Tone::Off,
        }
    }

    /// Value of `data-mark`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disc => "disc",
            Self::QuarterRing => "quarter-ring",
            Self::DottedRing => "dotted-ring",
            Self::HalfDisc => "half-disc",
            Self::Triangle => "triangle",
            Self::Cross => "cross",
            Self::Lozenge => "lozenge",
            Self::BrokenRing => "broken-ring",
            Self::HollowSquare => "hollow-square",
            Self::BarredSquare => "barred-square",
            Self::Dash => "dash",
        }
    }

    /// Path to fill, path to draw, and the class of the latter.
    const fn paths(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Disc => ("M6 .75a5.25 5.25 0 1 1 0 10.5a5.25 5.25 0 1 1 0-10.5z", "", ""),
            Self::QuarterRing => ("M6 6V1a5 5 0 0 1 5 5z", RING, ""),
            Self::DottedRing => ("", RING, "mark-dots"),
            Self::HalfDisc => ("M6 1a5 5 0 0 0 0 10z", RING, ""),
            Self::Triangle => ("M.5 1.5h11L6 11.25z", "", ""),
            Self::Cross => ("", "M1.75 1.75l8.5 8.5M10.25 1.75l-8.5 8.5", "mark-thick"),
            Self::Lozenge => ("", "M6 .9L11.1 6L6 11.1L.9 6z", ""),
            Self::BrokenRing => ("", RING, "mark-breaks"),
            Self::HollowSquare => ("", SQUARE, ""),
            Self::BarredSquare => ("", "M1.5 1.5h9v9h-9zM1.5 10.5l9-9", ""),
            Self::Dash => ("", "M1 6h10", "mark-thick"),
        }
    }
}

const RING: &str = "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10z";
const SQUARE: &str = "M1.5 1.5h9v9h-9z";

/// A mark alone, in the colour of the text around. The word beside it is what is read out.
#[component]
pub fn MarkIcon(
    /// The shape.
    #[prop(into)]
    mark: Signal<Mark>,
) -> impl IntoView {
    let paths = move || mark.get().paths();
    view! {
        <svg class="mark" viewBox="0 0 12 12" aria-hidden="true" data-mark=move || mark.get().as_str()>
            <path class="mark-fill" d=move || paths().0></path>
            <path class=move || paths().2 d=move || paths().1></path>
        </svg>
    }
}
