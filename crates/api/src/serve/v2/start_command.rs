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
    /// The start command with the two fields of a request over what is there; none if the request has neither.
    ///
    /// Two empty arrays give an empty text: the image's own entry point and command.
    pub(super) fn merged(
        before: Option<&str>,
        entrypoint: Option<Vec<String>>,
        cmd: Option<Vec<String>>,
    ) -> Option<String> {
        if entrypoint.is_none() && cmd.is_none() {
            return None;
        }
        let (line, there) = before.map(Self::split).unwrap_or_default();
        let arrays = Self {
            entrypoint: entrypoint.unwrap_or(there.entrypoint),
            cmd: cmd.unwrap_or(there.cmd),
        };
        // Clients send back what they read: empty arrays beside a shell line are no wish to lose it.
        match arrays.text() {
            None if !line.is_empty() => None,
            text => Some(text.unwrap_or_default()),
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
    fn text(&self) -> Option<String> {
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
        let arrays = |text: &str| Some(vec![text.to_owned()]);
        let both = StartCommand::merged(None, arrays("sh"), arrays("a"));
        assert_eq!(both.as_deref(), Some(r#"{"entrypoint":["sh"],"cmd":["a"]}"#));
        let other = StartCommand::merged(both.as_deref(), None, arrays("b"));
        assert_eq!(other.as_deref(), Some(r#"{"entrypoint":["sh"],"cmd":["b"]}"#));
        let none = StartCommand::merged(both.as_deref(), Some(Vec::new()), Some(Vec::new()));
        assert_eq!(none.as_deref(), Some(""));
        let line = StartCommand::merged(Some("sleep 1"), Some(Vec::new()), Some(Vec::new()));
        assert_eq!((line, StartCommand::merged(None, None, None)), (None, None));
    }
}
