//! The JSON Schema of the registry's file.
//!
//! Knows the layout and nothing of contradictions between entries: those are found by reading.

use serde_json::{Value, json};

use super::registry::Status;
use super::write::VERSION;

/// The JSON Schema (draft 7, as editors read it) of a registry.
#[must_use]
pub fn schema() -> Value {
    let port =
        |description: &str| json!({ "description": description, "type": "integer", "minimum": 1, "maximum": 65_535 });
    let text = |description: &str| json!({ "description": description, "type": "string" });
    let span = |why: &str, description: &str| {
        json!({
            "type": "object",
            "required": ["start", "end"],
            "properties": {
                "start": port("The first port."),
                "end": port("The last port; not below the first."),
                why: text(description),
            },
        })
    };
    let statuses = Status::ALL.map(Status::as_str);
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Ports registry of an mcpgen fleet",
        "description": "Which server has which port. Written by `mcpgen ports`; read it, but do not write it by hand. \
                        Keys that are not described here are kept.",
        "type": "object",
        "required": ["version", "servers"],
        "properties": {
            "version": { "description": "The version of this layout.", "const": VERSION },
            "ranges": {
                "description": "Ports to allocate from, by the name of the range.",
                "type": "object",
                "propertyNames": { "minLength": 1 },
                "additionalProperties": span("description", "What the range is for."),
            },
            "reserved": {
                "description": "Ports that nobody gets.",
                "type": "array",
                "items": span("reason", "Why nobody gets them."),
            },
            "servers": {
                "description": "The servers by their ids, ordered by port, one a line. `-`, `_` and case make no other name.",
                "type": "object",
                "propertyNames": { "minLength": 1 },
                "additionalProperties": {
                    "type": "object",
                    "required": ["port", "status"],
                    "properties": {
                        "port": port("The port that the server listens on; no other living server has it."),
                        "health_port": port("A second port, where a server answers health checks elsewhere."),
                        "range": text("The range that the port is of; one of `ranges`."),
                        "status": {
                            "description": "`active`; `legacy`: active, and of the generation before; `released`: gone, \
                                            and its port is kept from being reused by chance.",
                            "enum": statuses,
                        },
                        "description": text("What the server is for."),
                        "allocated": text("The date of the allocation, `2026-11-22`."),
                        "released": text("The date of the release."),
                    },
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{Code, Ports, inspect};

    /// Values that fit somewhere, and that fit nowhere.
    const VALUES: &[&str] = &[
        "1",
        "9004",
        "65535",
        "0",
        "65536",
        "-1",
        "9.5",
        "true",
        "null",
        "\"x\"",
        "\"active\"",
        "\"released\"",
        "[]",
        "{}",
        "[{ \"start\": 1, \"end\": 2 }]",
        "{ \"a\": { \"start\": 1, \"end\": 2 } }",
        "{ \"a\": { \"port\": 9004, \"status\": \"active\" } }",
        "{ \"a\": { \"port\": 9004 } }",
        "{ \"a\": 9004 }",
    ];

    /// Whatever stands at whichever key: the schema and the reader say the same.
    #[test]
    fn the_schema_accepts_what_the_reader_reads() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let (mut accepted, mut refused) = (0, 0);
        let mut agree = |text: &str| {
            let is_valid = validator.is_valid(&serde_json::from_str(text).unwrap());
            let (_, problems) = inspect(text.as_bytes());
            let is_read = problems.iter().all(|problem| problem.code != Code::Malformed);
            assert_eq!(is_valid, is_read, "{text}: {problems:?}");
            *if is_read { &mut accepted } else { &mut refused } += 1;
        };
        for value in VALUES {
            for key in ["version", "ranges", "reserved", "servers", "other"] {
                let rest = [("version", "1"), ("servers", "{}")]
                    .map(|(known, value)| if known == key { String::new() } else { format!(", \"{known}\": {value}") });
                agree(&format!("{{ \"{key}\": {value}{} }}", rest.concat()));
            }
            for key in ["port", "health_port", "range", "status", "description", "allocated", "released", "other"] {
                let rest = [("port", "9004"), ("status", "\"active\"")]
                    .map(|(known, value)| if known == key { String::new() } else { format!(", \"{known}\": {value}") });
                agree(&format!(
                    "{{ \"version\": 1, \"servers\": {{ \"a\": {{ \"{key}\": {value}{} }} }} }}",
                    rest.concat()
                ));
            }
            for key in ["start", "end", "description", "reason", "other"] {
                let rest = [("start", "1"), ("end", "65535")]
                    .map(|(known, value)| if known == key { String::new() } else { format!(", \"{known}\": {value}") });
                let entry = format!("{{ \"{key}\": {value}{} }}", rest.concat());
                if key != "reason" {
                    agree(&format!("{{ \"version\": 1, \"servers\": {{}}, \"ranges\": {{ \"a\": {entry} }} }}"));
                }
                if key != "description" {
                    agree(&format!("{{ \"version\": 1, \"servers\": {{}}, \"reserved\": [{entry}] }}"));
                }
            }
        }
        for text in
            ["{ \"version\": 1 }", "{ \"servers\": {} }", "[]", "1", "{ \"version\": 1, \"servers\": { \"\": {} } }"]
        {
            agree(text);
        }
        agree(&Ports::default().to_text());
        assert!(accepted > 60 && refused > 100, "{accepted} accepted, {refused} refused");
    }
}
