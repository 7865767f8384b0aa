//! Entry point and command given as arrays, kept in the one start command as a JSON object with these keys.

use serde::{Deserialize, Serialize};

/// Entry point and command of a container; both empty for those of the image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StartCommand {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) entrypoint: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) cmd: Vec<String>,
}

impl StartCommand {
    /// From the two fields of a request.
    pub(super) fn new(entrypoint: Option<Vec<String>>, cmd: Option<Vec<String>>) -> Self {
        Self {
            entrypoint: entrypoint.unwrap_or_default(),
            cmd: cmd.unwrap_or_default(),
        }
    }

    /// A start command as the published shape shows it: as a shell line, or as arrays.
    pub(super) fn split(args: &str) -> (String, Self) {
        let arrays = args.starts_with('{').then(|| serde_json::from_str(args).ok());
        match arrays.flatten() {
            Some(arrays) => (String::new(), arrays),
            None => (args.to_owned(), Self::default()),
        }
    }

    /// As it is kept; none if both are empty.
    pub(super) fn text(&self) -> Option<String> {
        let empty = self.entrypoint.is_empty() && self.cmd.is_empty();
        if empty {
            None
        } else {
            serde_json::to_string(self).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_a_command_read_back() {
        let command = StartCommand {
            entrypoint: vec!["sh".to_owned()],
            cmd: vec!["-c".to_owned(), "a b".to_owned()],
        };
        let text = command.text().unwrap();
        assert_eq!(StartCommand::split(&text), (String::new(), command));
        for line in ["sleep infinity", r#"{"run":1}"#, "{"] {
            assert_eq!(
                StartCommand::split(line),
                (line.to_owned(), StartCommand::default())
            );
        }
        assert_eq!(StartCommand::default().text(), None);
    }
}
