//! What the shape check says: shapes, ranges and characters in words.

use crate::spec::grammar::{Key, Shape};
use crate::spec::node::{Node, Value};
use crate::text::{any_of, is_override, quote};

/// Why a text cannot be rendered safely, if it cannot. Data may hold what reorders text: it is only ever escaped.
pub(super) fn forbidden(text: &str, is_data: bool) -> Option<String> {
    let is_control = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || is_break(c);
    let found = text.chars().find(|c| is_control(*c) || (!is_data && is_override(*c)))?;
    let code = u32::from(found);
    Some(if is_override(found) {
        format!("remove U+{code:04X}: it makes text read in another order than it is stored")
    } else {
        format!("remove U+{code:04X}: control characters other than newline and tab are refused")
    })
}

fn is_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// A shape in words, with its article.
pub(super) fn expected(shape: &Shape) -> String {
    match shape {
        Shape::Flag => "`true` or `false`".into(),
        Shape::Whole(..) => "a whole number".into(),
        Shape::Number(..) => "a number".into(),
        Shape::Choice(words) => any_of(words),
        Shape::Line(_) | Shape::Prose(_) | Shape::Text(_) | Shape::Open(_) => "a string".into(),
        Shape::Scalar => "a string, a number or a boolean".into(),
        Shape::Any | Shape::NotYet(_) => "a value that JSON can hold, a date in quotes".into(),
        Shape::List(..) => "an array".into(),
        Shape::Table(_) | Shape::Names(..) => "a table".into(),
        Shape::Either(Shape::Choice(words), long) => format!("{} or {}", any_of(words), expected(long)),
        Shape::Either(_, long) => format!("a string or {}", expected(long)),
    }
}

/// What to write where a value has the wrong type.
pub(super) fn instead(shape: &Shape, node: &Node<'_>, path: &[String]) -> String {
    let is_text = matches!(shape, Shape::Line(_) | Shape::Prose(_) | Shape::Text(_) | Shape::Open(_) | Shape::Any);
    match (shape, &node.value) {
        (_, Value::Whole(seconds)) if path.last().is_some_and(|key| key == "cache" || key == "list_cache") => {
            format!("write {} for that many seconds", quote(&format!("\"{seconds}s\"")))
        }
        (_, Value::Whole(_) | Value::Number(_) | Value::Flag(_) | Value::Time) if is_text => {
            "write it in quotes".into()
        }
        (Shape::Choice(words), _) => {
            let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            format!("write {}", any_of(&quoted))
        }
        (Shape::Flag | Shape::Whole(..) | Shape::Number(..), Value::Text(text))
            if matches!(text.as_ref(), "true" | "false") || text.parse::<f64>().is_ok() =>
        {
            "write it without quotes".into()
        }
        (Shape::Names(..) | Shape::Table(_), _) if !path.is_empty() => {
            format!("write a table: `[{}]`, or `{{ … }}` on one line", path.join("."))
        }
        (Shape::List(..), _) => "write a list: `[ … ]`".into(),
        _ => format!("write {}", expected(shape)),
    }
}

/// The whole numbers that are allowed.
pub(super) fn whole_range(min: i64, max: i64) -> String {
    if max == i64::MAX {
        format!("write a number of at least {min}")
    } else {
        format!("write a number from {min} to {max}")
    }
}

/// The numbers that are allowed.
pub(super) fn range(min: f64, max: f64) -> String {
    if max >= f64::MAX { "write a finite number".into() } else { format!("write a number from {min} to {max}") }
}

/// A key as it could be written in the table at `path`.
pub(super) fn sample(key: &Key, path: &[String]) -> String {
    let inner = path.iter().map(String::as_str).chain([key.name]).collect::<Vec<_>>().join(".");
    match key.shape {
        Shape::Table(_) | Shape::Names(..) => format!("`[{inner}]`"),
        Shape::List(..) => format!("`[[{inner}]]`"),
        Shape::Flag | Shape::Whole(..) | Shape::Number(..) => format!("`{} = …`", key.name),
        _ => format!("`{} = \"…\"`", key.name),
    }
}

/// A sentence of the grammar as the end of another.
pub(super) fn lower(about: &str) -> String {
    let about = about.trim_end_matches('.');
    let mut chars = about.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().to_string() + chars.as_str())
}
