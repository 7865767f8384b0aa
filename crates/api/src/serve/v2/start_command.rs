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
    /// The start command that a request asks for, over what is there; none if it leaves that as it is.
    ///
    /// Clients send back what they read, a shell line beside empty arrays or arrays beside an empty line, so a field
    /// that says what was shown is no wish. Of the rest, arrays that hold something beat the line. With nothing before,
    /// empty arrays are no wish either; over arrays they ask for the image's own entry point and command.
    pub(super) fn asked(
        before: Option<&str>,
        args: Option<String>,
        entrypoint: Option<Vec<String>>,
        cmd: Option<Vec<String>>,
    ) -> Option<String> {
        let (line, there) = before.map(Self::split).unwrap_or_default();
        let args = args.filter(|it| before.is_none() || *it != line);
        if entrypoint.is_none() && cmd.is_none() {
            return args;
        }
        let arrays = Self {
            entrypoint: entrypoint.unwrap_or_else(|| there.entrypoint.clone()),
            cmd: cmd.unwrap_or_else(|| there.cmd.clone()),
        };
        if let Some(text) = arrays.text() {
            return (arrays != there).then_some(text);
        }
        match args {
            Some(args) if !args.is_empty() => Some(args),
            args if arrays == there => args.filter(|_| before.is_some()),
            _ => Some(String::new()),
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
    }

    #[test]
    fn what_a_request_asks_for_is_told_from_what_was_read() {
        let list = |text: &str| Some(text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let arrays = r#"{"entrypoint":["sh"],"cmd":["a"]}"#;
        // Written by hand, so that writing it again would be a change.
        let spaced = r#"{ "cmd": ["a"] }"#;
        let (none, empty) = (None, list(""));
        let rows = [
            // A new one: empty arrays are no wish, the line counts.
            (None, None, &none, &none, None),
            (None, None, &empty, &empty, None),
            (None, Some(""), &empty, &empty, None),
            (None, Some("sleep 1"), &empty, &empty, Some("sleep 1")),
            (None, Some("sleep 1"), &list("sh"), &list("a"), Some(arrays)),
            // Over none.
            (Some(""), Some("sleep 1"), &empty, &empty, Some("sleep 1")),
            (Some(""), Some(""), &empty, &empty, None),
            // Over a line.
            (Some("sleep 1"), Some("sleep 1"), &empty, &empty, None),
            (Some("sleep 1"), Some("sleep 2"), &empty, &empty, Some("sleep 2")),
            (Some("sleep 1"), None, &empty, &empty, None),
            (Some("sleep 1"), Some(""), &none, &none, Some("")),
            (Some("sleep 1"), Some(""), &empty, &empty, Some("")),
            (
                Some("sleep 1"),
                Some("sleep 1"),
                &list("sh"),
                &list("a"),
                Some(arrays),
            ),
            // Over arrays.
            (Some(arrays), Some(""), &none, &none, None),
            (Some(arrays), Some(""), &list("sh"), &list("a"), None),
            (Some(spaced), Some(""), &empty, &list("a"), None),
            (Some(arrays), Some("sleep 1"), &none, &none, Some("sleep 1")),
            (Some(arrays), Some("sleep 1"), &empty, &empty, Some("sleep 1")),
            (Some(arrays), None, &empty, &empty, Some("")),
            (
                Some(arrays),
                None,
                &none,
                &list("b"),
                Some(r#"{"entrypoint":["sh"],"cmd":["b"]}"#),
            ),
        ];
        for (before, args, entrypoint, cmd, expected) in rows {
            let asked = StartCommand::asked(before, args.map(str::to_owned), entrypoint.clone(), cmd.clone());
            assert_eq!(
                asked.as_deref(),
                expected,
                "{args:?}, {entrypoint:?}, {cmd:?} over {before:?}"
            );
        }
    }
}
