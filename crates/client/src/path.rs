//! Query strings.

/// A path under the origin that grows by parameters.
pub(crate) struct Path(String, bool);

impl Path {
    /// A path without parameters; its segments need no encoding, they are words and IDs.
    pub(crate) fn new(path: impl Into<String>) -> Self {
        Self(path.into(), false)
    }

    /// With a parameter, unless the value is empty: an empty value means the default everywhere.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.0.push(if self.1 { '&' } else { '?' });
            self.0.push_str(name);
            self.0.push('=');
            encode(value, &mut self.0);
            self.1 = true;
        }
        self
    }

    /// With a parameter, if there is a value.
    pub(crate) fn with_some(self, name: &str, value: Option<&impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, &value.to_string()),
            None => self,
        }
    }

    /// With the size of a page and where it begins.
    pub(crate) fn page(self, limit: u32, cursor: Option<&String>) -> Self {
        self.with_some("limit", (limit > 0).then_some(&limit))
            .with_some("cursor", cursor)
    }

    /// The whole.
    pub(crate) fn text(self) -> String {
        self.0
    }
}

/// Escapes all but the unreserved characters of RFC 3986.
fn encode(value: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(HEX[usize::from(byte >> 4)]));
            into.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_escaped_and_empty_ones_left_out() {
        let path = Path::new("/api/v1/pods")
            .with("q", "state:running cost>0.5 ü")
            .with("sort", "")
            .page(50, None);
        assert_eq!(
            path.text(),
            "/api/v1/pods?q=state%3Arunning%20cost%3E0.5%20%C3%BC&limit=50"
        );
        assert_eq!(
            Path::new("/a").page(0, Some(&"x=1&y".to_owned())).text(),
            "/a?cursor=x%3D1%26y"
        );
    }
}
