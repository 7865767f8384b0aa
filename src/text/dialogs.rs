//! Words of the dialogs that stop, terminate and rename a pod.

use super::format;

/// Title and primary button: verb and object.
pub fn stop(name: &str) -> String {
    format!("Stop {name}")
}
/// Block of the stop dialog.
pub const KEPT: &str = "Kept";
/// Block of the stop dialog.
pub const ERASED: &str = "Erased";
/// Block of the stop dialog.
pub const COSTS_STOPPED: &str = "Costs while stopped";
/// Block of the stop dialog.
pub const RETURN: &str = "Will I get the GPUs back?";
/// When no disk is kept.
pub const KEPT_NOTHING: &str = "Nothing. Everything on this pod is erased.";
/// When no disk is lost.
pub const ERASED_NOTHING: &str = "Nothing.";
/// Why the button is blocked while the preview is read.
pub const PREVIEW_WAITS: &str = "What a stop keeps and erases is being read.";
/// Why the button is blocked after that has failed.
pub const PREVIEW_NEEDED: &str = "What a stop keeps and erases has to be read first. Try again above.";
/// When the preview could not be read.
pub const PREVIEW_FAILED: &str = "What the stop keeps and erases could not be read";

/// A disk with its size and what is on it.
pub fn disk_line(disk: &str, size_gb: u32, used_bytes: u64) -> String {
    format!("{disk}: {} used of {size_gb} GB", format::bytes(used_bytes))
}

/// Price per minute and per day of the stopped pod.
pub fn stopped_price(micros_per_day: i64) -> String {
    let minute = format::rate(micros_per_day, 1_440, format::Period::Minute);
    let day = format::rate(micros_per_day, 1_440, format::Period::Day);
    format!("{minute} · {day}")
}

/// What speaks for and against getting the GPUs back, in counts.
pub fn return_odds(free: u32, needed: u32, waiting: u32) -> String {
    let gpus = if free == 1 {
        "GPU of this machine is"
    } else {
        "GPUs of this machine are"
    };
    let are = if needed == 1 { "is" } else { "are" };
    let pods = if waiting == 1 { "pod waits" } else { "pods wait" };
    match needed {
        0 => "This pod needs no GPU to start again.".to_owned(),
        _ => format!(
            "After the stop {free} {gpus} free, {needed} {are} needed, and {waiting} {pods} in its queue. \
             Anybody can take what is free; nothing is held for you."
        ),
    }
}

/// How restarts went here so far.
pub fn return_history(restarts: u32, refused: u32) -> String {
    match restarts {
        0 => "No restart on this machine was counted yet.".to_owned(),
        _ => format!("{refused} of {restarts} restarts on this machine found the GPUs taken."),
    }
}

/// Title and primary button.
pub fn terminate(name: &str) -> String {
    format!("Terminate {name}")
}
/// What happens.
pub const TERMINATE_HAPPENS: &str = "The pod ends and its ID is gone for good.";
/// What goes with it (R-2.10).
pub fn terminate_erases(disk: &str) -> String {
    format!("{disk} is deleted for good.")
}
/// The same for a disk with data on it.
pub fn terminate_erases_data(disk: &str, used_bytes: u64) -> String {
    format!(
        "{disk} and the {} on it are deleted for good.",
        format::bytes(used_bytes)
    )
}
/// What stays (R-2.10).
pub fn terminate_keeps(disk: &str) -> String {
    format!("{disk} stays, and stays charged.")
}
/// What it costs.
pub const TERMINATE_COSTS: &str = "Its charges end in the same minute.";
/// How to undo.
pub const TERMINATE_UNDO: &str = "There is no way back for the pod and its own disks.";
/// Label of the field that asks for the name (R-2.10).
pub fn type_name(name: &str) -> String {
    format!("Type {name} to delete the data on its pod volume")
}
/// Why the button is blocked.
pub const NAME_DIFFERS: &str = "The name does not match yet.";

/// Title and primary button.
pub fn start(name: &str) -> String {
    format!("Start {name}")
}
/// What happens.
pub fn start_happens(machine: &str) -> String {
    format!("The pod starts on its own machine, {machine}, with the GPUs it asks for. Its ID and URLs stay.")
}
/// What happens to the container disk.
pub const DISK_BEGINS_EMPTY: &str = "The container disk begins empty, as after every stop.";
/// How to undo.
pub const START_UNDO: &str = "Stop it at any time.";
/// Title and primary button.
pub fn restart(name: &str) -> String {
    format!("Restart {name}")
}
/// What happens.
pub const RESTART_HAPPENS: &str =
    "The container ends and starts again with the same command. Its ID and URLs stay.";
/// What is lost.
pub fn restart_erases(disk: &str) -> String {
    format!("{disk} and everything in memory is erased.")
}
/// What is kept.
pub fn keeps(disk: &str) -> String {
    format!("{disk} is kept.")
}
/// What happens to a pod that runs without its GPUs (R-2.8).
pub const RESTART_CPU_ONLY: &str = "It gets its GPUs back if they are free then.";
/// How to undo.
pub const RESTART_UNDO: &str = "What was erased cannot be brought back.";
/// What it costs.
pub fn running_price(price: &str) -> String {
    format!("{price} while it runs; nothing for the GPUs until it does.")
}

/// The request a dialog or form sends, for a shell.
pub fn curl(method: &str, path: &str, body: &str) -> String {
    // A quote ends the shell's text, stands alone, and begins it anew.
    let body = body.replace('\'', r"'\''");
    format!(
        "curl -X {method} \"$ROADSTEAD_URL{path}\" -H \"Authorization: Bearer $ROADSTEAD_KEY\" --json '{body}'"
    )
}
/// Label of that line.
pub const CURL: &str = "curl";

/// Title of the dialog.
pub const RENAME: &str = "Rename pod";
/// Label of its field.
pub const NEW_NAME: &str = "Name";
/// What a name does not do.
pub const RENAME_HINT: &str = "The pod ID and every address stay as they are.";
/// Its button.
pub const SAVE_NAME: &str = "Save name";
/// Leaves a dialog.
pub const CANCEL: &str = "Cancel";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_price_is_said_per_minute_and_day() {
        assert_eq!(stopped_price(1_180_000), "$0.0008/min · $1.18/day");
    }

    #[test]
    fn a_name_with_a_quote_stays_one_word_of_the_shell() {
        assert!(curl("POST", "/x", "it's").ends_with(r"--json 'it'\''s'"));
    }

    #[test]
    fn odds_say_their_counts() {
        assert!(
            return_odds(2, 2, 1).contains("2 GPUs of this machine are free, 2 are needed, and 1 pod waits")
        );
        assert!(return_odds(1, 1, 0).contains("1 GPU of this machine is free, 1 is needed, and 0 pods wait"));
        assert_eq!(
            return_history(10, 6),
            "6 of 10 restarts on this machine found the GPUs taken."
        );
        assert_eq!(return_odds(0, 0, 0), "This pod needs no GPU to start again.");
    }
}
