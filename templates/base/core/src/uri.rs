// Owned by mcpgen: edits are overwritten.
//! Addresses of resources: `weather://stations/{id}`, as far as RFC 6570 is used in specs.
//!
//! `{name}` stands for one part of a path, percent-encoded; `{+name}` also for slashes.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// An address, or a form that many addresses have.
#[derive(Debug)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Literal(String),
    Variable { name: String, slashes: bool },
}

impl Template {
    /// Takes a template apart.
    pub(crate) fn parse(uri: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = uri;
        while let Some((literal, after)) = rest.split_once('{') {
            let (inside, after) = after
                .split_once('}')
                .ok_or_else(|| format!("`{uri}` has a `{{` without its `}}`"))?;
            if literal.is_empty() && matches!(pieces.last(), Some(Piece::Variable { .. })) {
                return Err(format!("`{uri}` has two variables with nothing between them"));
            }
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.to_owned()));
            }
            let (name, slashes) =
                inside.strip_prefix('+').map_or((inside, false), |name| (name, true));
            pieces.push(Piece::Variable {
                name: name.to_owned(),
                slashes,
            });
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// Whether it stands for more than one address.
    pub(crate) fn has_variables(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Variable { .. }))
    }

    /// The names of its variables.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Variable { name, .. } => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }

    /// The values of the variables, if the address has this form.
    pub(crate) fn read(&self, uri: &str) -> Option<Map<String, Value>> {
        let mut values = Map::new();
        let mut rest = uri;
        for (place, piece) in self.0.iter().enumerate() {
            match piece {
                Piece::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                Piece::Variable { name, slashes } => {
                    let end = match self.0.get(place + 1) {
                        Some(Piece::Literal(next)) => rest.find(next.as_str())?,
                        _ => rest.len(),
                    };
                    let (value, after) = rest.split_at(end);
                    if value.is_empty() || (!slashes && value.contains('/')) {
                        return None;
                    }
                    let text = percent_decode_str(value).decode_utf8().ok()?;
                    values.insert(name.clone(), Value::String(text.into_owned()));
                    rest = after;
                }
            }
        }
        rest.is_empty().then_some(values)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(template: &str, uri: &str) -> Option<Value> {
        let template = Template::parse(template).expect("the template is well formed");
        template.read(uri).map(Value::Object)
    }

    #[test]
    fn variables_take_one_part_of_the_path() {
        let template = "weather://stations/{id}/days/{day}";
        let found = read(template, "weather://stations/oslo%20s/days/3");
        assert_eq!(found, Some(json!({ "id": "oslo s", "day": "3" })));
        assert_eq!(read(template, "weather://stations/a/b/days/3"), None);
        assert_eq!(read(template, "weather://stations//days/3"), None);
        assert_eq!(read(template, "weather://stations/a/days/3/more"), None);
    }

    #[test]
    fn a_plus_takes_slashes_too() {
        let found = read("file:///{+path}", "file:///a/b.txt");
        assert_eq!(found, Some(json!({ "path": "a/b.txt" })));
    }

    #[test]
    fn a_plain_address_is_only_itself() {
        assert_eq!(read("a://b", "a://b"), Some(json!({})));
        assert_eq!(read("a://b", "a://bc"), None);
    }

    #[test]
    fn broken_templates_are_refused() {
        assert!(Template::parse("a://{b").is_err());
        assert!(Template::parse("a://{b}{c}").is_err());
    }
}
