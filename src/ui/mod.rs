//! Generic parts. They know no route, no request and nothing of pods; pages and components give them words and callbacks.
//!
//! Each part `name.rs` has its look in `style/ui/name.css` under the class `.name`.

mod badge;
mod button;
mod command_line;
mod copy_button;
mod definition;
mod dialog;
mod empty;
mod failure;
mod field;
mod live_region;
mod mark;
mod menu;
mod now;
mod progress;
mod skeleton;
mod slot_strip;
mod tabs;
mod time;
mod toast;

pub use self::{
    badge::Badge,
    button::{Button, ButtonLink, ButtonSize, ButtonTone, SubmitButton, provide_writes_blocked},
    command_line::CommandLine,
    copy_button::{CopyButton, Copyable},
    definition::{Definition, DefinitionRow},
    dialog::{Consequences, Dialog, DialogBody, DialogFooter, DialogShell},
    empty::Empty,
    failure::{Failure, Stale},
    field::{Checkbox, InputKind, NumberField, SelectField, TextArea, TextField},
    live_region::{Announcer, LiveRegions, provide_announcer},
    mark::{Mark, MarkIcon, Tone},
    menu::{Menu, MenuEntry},
    now::{provide_now, provide_wall_clock, use_now},
    progress::Progress,
    skeleton::Skeleton,
    slot_strip::{Slot, SlotSize, SlotState, SlotStrip},
    tabs::{Tab, Tabs},
    time::{Time, TimeLeft},
    toast::{Toast, ToastAction, ToastRegion, Toasts, provide_toasts},
};

use std::sync::atomic::{AtomicU32, Ordering};

/// An ID for an element, unique in the page, for `aria-describedby` and the like.
fn unique_id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("ui-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
