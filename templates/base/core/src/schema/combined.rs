// Owned by mcpgen: edits are overwritten.
//! Schemas made of schemas: `allOf`, `anyOf`, `oneOf`, `not`, and `if` with `then` and `else`.

use serde_json::{Map, Value};

use super::check::Checker;
use super::compile::Compiler;
use super::keywords::{any, is_annotation};
use super::path::Path;
use super::place::{Compiled, Place};
use super::{Node, Problem};

const KEYWORDS: [&str; 7] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];

/// What else a value must be, apart from what the schema itself says.
#[derive(Debug, Default)]
pub(super) struct Combined {
    all: Vec<Node>,
    any: Vec<Node>,
    one: Vec<Node>,
    not: Option<Node>,
    condition: Option<Node>,
    then: Option<Node>,
    otherwise: Option<Node>,
}

/// Whether a keyword combines schemas.
pub(super) fn is_known(keyword: &str) -> bool {
    KEYWORDS.contains(&keyword)
}

/// Whether a place is inside of a schema that is a part of another one.
pub(super) fn is_part(at: &Place) -> bool {
    at.has(&KEYWORDS)
}

impl Combined {
    pub(super) fn new(
        compiler: &Compiler,
        keywords: &Map<String, Value>,
        at: &Place,
    ) -> Compiled<Option<Self>> {
        if !any(keywords, &KEYWORDS) {
            return Ok(None);
        }
        let one = |keyword| match keywords.get(keyword) {
            None => Ok(None),
            Some(schema) => compiler.node(schema, &at.then(keyword)).map(Some),
        };
        let list = |keyword| {
            let at = at.then(keyword);
            match keywords.get(keyword) {
                // A list of constants is a list of values; see `constants`.
                Some(schemas) if constants(schemas).is_some() => Ok(Vec::new()),
                None => Ok(Vec::new()),
                Some(Value::Array(schemas)) if !schemas.is_empty() => {
                    schemas.iter().map(|schema| compiler.node(schema, &at)).collect()
                }
                Some(_) => at.refuse("must be a list of at least one schema"),
            }
        };
        let all = match keywords.get("allOf") {
            Some(Value::Array(schemas)) if !schemas.is_empty() => {
                let at = at.then("allOf");
                schemas.iter().map(|schema| compiler.node(schema, &at)).collect::<Compiled<_>>()?
            }
            Some(_) => return at.then("allOf").refuse("must be a list of at least one schema"),
            None => Vec::new(),
        };
        Ok(Some(Self {
            all,
            any: list("anyOf")?,
            one: list("oneOf")?,
            not: one("not")?,
            condition: one("if")?,
            then: one("then")?,
            otherwise: one("else")?,
        }))
    }

    /// All schemas that look at the same value.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Node> {
        let single = [&self.not, &self.condition, &self.then, &self.otherwise];
        let lists = [&self.all, &self.any, &self.one];
        lists.into_iter().flatten().chain(single.into_iter().flatten())
    }
}

/// The values of a list of schemas of which each says no more than what it is: an enum with
/// titles.
pub(super) fn constants(schemas: &Value) -> Option<Vec<Value>> {
    let schemas = schemas.as_array().filter(|schemas| !schemas.is_empty())?;
    let constant = |schema: &Value| {
        let schema = schema.as_object()?;
        let more = |keyword: &String| keyword != "const" && !is_annotation(keyword);
        if schema.keys().any(more) { None } else { schema.get("const").cloned() }
    };
    schemas.iter().map(constant).collect()
}

impl Checker<'_> {
    pub(super) fn combined(&mut self, combined: &Combined, value: &mut Value, path: &Path) {
        for node in &combined.all {
            self.node(node, value, path);
        }
        if !combined.any.is_empty() {
            let tried = combined.any.iter().map(|node| self.attempt(node, value, path));
            self.closest(tried.collect(), value);
        }
        if !combined.one.is_empty() {
            let tried: Vec<_> =
                combined.one.iter().map(|node| self.attempt(node, value, path)).collect();
            if tried.iter().filter(|(_, problems)| problems.is_empty()).count() > 1 {
                self.report(path, "has more than one of the forms of which it must have one");
            } else {
                self.closest(tried, value);
            }
        }
        if let Some(node) = &combined.not
            && self.attempt(node, value, path).1.is_empty()
        {
            self.report(path, "has a form that it must not have");
        }
        if let Some(condition) = &combined.condition {
            let (_, problems) = self.attempt(condition, value, path);
            let next = if problems.is_empty() { &combined.then } else { &combined.otherwise };
            if let Some(node) = next {
                self.node(node, value, path);
            }
        }
    }

    /// Takes the attempt that fits, or tells what is wrong with the one that nearly does.
    fn closest(&mut self, tried: Vec<(Value, Vec<Problem>)>, value: &mut Value) {
        let closest = tried.into_iter().min_by_key(|(_, problems)| problems.len());
        if let Some((changed, problems)) = closest {
            if problems.is_empty() {
                *value = changed;
            }
            self.take(problems);
        }
    }
}
