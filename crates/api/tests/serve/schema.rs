//! As much of JSON Schema as the descriptions use, and strict: an object has no member its schema does not name.

use serde_json::{Map, Value};

/// What is wrong with `value`, each with its place. `extra` are members that may be there all the same.
pub fn mistakes(document: &Value, schema: &Value, value: &Value, extra: &[&str]) -> Vec<String> {
    let mut checker = Checker {
        document,
        extra,
        mistakes: Vec::new(),
    };
    checker.check(schema, value, "$", true);
    checker.mistakes
}

struct Checker<'a> {
    document: &'a Value,
    extra: &'a [&'a str],
    mistakes: Vec<String>,
}

impl<'a> Checker<'a> {
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => self
                .document
                .pointer(&reference[1..])
                .unwrap_or_else(|| panic!("{reference}")),
            None => schema,
        }
    }

    fn wrong(&mut self, at: &str, what: impl std::fmt::Display) {
        self.mistakes.push(format!("{at}: {what}"));
    }

    fn check(&mut self, schema: &'a Value, value: &Value, at: &str, strict: bool) {
        let schema = self.resolve(schema);
        if let Some(wanted) = schema.get("type").filter(|it| !is_type(it, value)) {
            self.wrong(at, format!("{value} is not {wanted}"));
            return;
        }
        if let Some(words) = schema
            .get("enum")
            .and_then(Value::as_array)
            .filter(|it| !it.contains(value))
        {
            self.wrong(at, format!("{value} is not one of {words:?}"));
        }
        self.check_numbers(schema, value, at);
        for part in array(schema, "allOf") {
            self.check(part, value, at, false);
        }
        for key in ["anyOf", "oneOf"] {
            let mut parts = array(schema, key).peekable();
            if parts.peek().is_some()
                && !parts.any(|it| mistakes(self.document, it, value, self.extra).is_empty())
            {
                self.wrong(at, format!("{value} is none of {key}"));
            }
        }
        match value {
            Value::Object(members) => self.check_members(schema, members, at, strict),
            Value::Array(items) => {
                if schema
                    .get("maxItems")
                    .and_then(Value::as_u64)
                    .is_some_and(|max| items.len() as u64 > max)
                {
                    self.wrong(at, "too many items");
                }
                if let Some(schema) = schema.get("items") {
                    for (index, item) in items.iter().enumerate() {
                        self.check(schema, item, &format!("{at}[{index}]"), true);
                    }
                }
            }
            _ => {}
        }
    }

    fn check_numbers(&mut self, schema: &Value, value: &Value, at: &str) {
        let bound = |key| schema.get(key).and_then(Value::as_f64);
        let Some(number) = value.as_f64() else { return };
        if bound("minimum").is_some_and(|it| number < it) || bound("maximum").is_some_and(|it| number > it) {
            self.wrong(at, format!("{value} is out of range"));
        }
    }

    fn check_members(&mut self, schema: &'a Value, members: &Map<String, Value>, at: &str, strict: bool) {
        for name in array(schema, "required").filter_map(Value::as_str) {
            if !members.contains_key(name) {
                self.wrong(at, format!("{name} is missing"));
            }
        }
        let others = schema.get("additionalProperties").filter(|it| it.is_object());
        for (name, member) in members {
            let at = format!("{at}.{name}");
            match (schema.get("properties").and_then(|it| it.get(name)), others) {
                (Some(schema), _) | (None, Some(schema)) => self.check(schema, member, &at, true),
                (None, None) => {}
            }
        }
        let mut known = Vec::new();
        if strict && self.names(schema, &mut known) {
            for name in members.keys().filter(|it| !known.contains(&it.as_str())) {
                if !self.extra.contains(&name.as_str()) {
                    self.wrong(at, format!("{name} is not described"));
                }
            }
        }
    }

    /// Collects the members a schema names; false if it allows any.
    fn names(&self, schema: &'a Value, known: &mut Vec<&'a str>) -> bool {
        let schema = self.resolve(schema);
        known.extend(
            schema
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .map(|it| it.0.as_str()),
        );
        let parts = ["allOf", "anyOf", "oneOf"]
            .into_iter()
            .flat_map(|key| array(schema, key));
        let open = schema
            .get("additionalProperties")
            .is_some_and(|it| it.is_object());
        parts.fold(!open, |closed, it| self.names(it, known) && closed)
    }
}

fn array<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn is_type(wanted: &Value, value: &Value) -> bool {
    let is = |word: &str| match word {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("{other}"),
    };
    match wanted {
        Value::String(word) => is(word),
        Value::Array(words) => words.iter().filter_map(Value::as_str).any(is),
        other => panic!("{other}"),
    }
}

#[test]
fn the_checker_finds_each_kind_of_mistake() {
    let document = serde_json::json!({"components": {"schemas": {
        "Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        "Thing": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "properties": {
            "kind": {"enum": ["A", "B"]}, "size": {"type": ["integer", "null"], "minimum": 10},
            "env": {"type": "object", "additionalProperties": {"type": "string"}}
        }}]}
    }}});
    let schema = serde_json::json!({"$ref": "#/components/schemas/Thing"});
    let count = |value| mistakes(&document, &schema, &value, &["extra"]).len();
    assert_eq!(
        count(serde_json::json!({"id": "x", "kind": "A", "size": null, "env": {"a": "b"}, "extra": 1})),
        0
    );
    assert_eq!(
        count(serde_json::json!({"kind": "C", "size": 9, "env": {"a": 1}, "other": 1})),
        5
    );
    assert_eq!(count(serde_json::json!([])), 2);
}
