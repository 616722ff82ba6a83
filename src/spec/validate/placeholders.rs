//! Texts with `{placeholders}`: cut into parts, every name looked up.

use std::ops::Range;

use super::Check;
use super::scope::Scope;
use crate::name::FieldName;
use crate::spec::problem::Problems;
use crate::spec::types::{Part, Presence, Template};
use crate::text::{any_of, nearest, quote};

/// Where a template stands, which decides what may be put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The path of a request: values that are always there.
    Path,
    /// A query parameter, a header, or a text to be read.
    Text,
    /// A text in a JSON body: alone it can stand for any value.
    Body,
}

impl Check<'_> {
    /// Cuts the text at `span` into parts.
    pub(super) fn template(&self, text: &str, span: &Range<usize>, scope: &Scope<'_>, usage: Use) -> Template {
        let pieces = pieces(text);
        let alone = matches!(pieces.as_slice(), [Piece::Name(_)]);
        let mut parts = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => parts.push(Part::Text(text)),
                Piece::Name(name) => {
                    let at = self.within(span, &format!("{{{name}}}"));
                    parts.extend(self.look_up(name, &at, scope, usage, alone));
                }
                Piece::Broken(from, why) => {
                    let at = self.within(span, from);
                    let help = "write `{name}` for a placeholder, `{{` and `}}` for braces";
                    self.say(&at, format!("{why} in {}", scope.what), help);
                }
            }
        }
        Template { parts }
    }

    /// The place of `part` within the text that stands at `span`; the whole where escapes hide it.
    fn within(&self, span: &Range<usize>, part: &str) -> Range<usize> {
        let found = self.source.get(span.clone()).and_then(|raw| raw.find(part));
        found.map_or_else(|| span.clone(), |at| span.start + at..span.start + at + part.len())
    }

    fn look_up(&self, name: &str, at: &Range<usize>, scope: &Scope<'_>, usage: Use, alone: bool) -> Option<Part> {
        if let Some(setting) = name.strip_prefix("config.") {
            return self.look_up_setting(setting, name, at, scope, usage);
        }
        if let Some(answer) = scope.answer(name) {
            return Some(answer);
        }
        let Some(argument) = scope.arguments.iter().find(|argument| argument.name.wire() == name) else {
            self.unknown(name, at, scope);
            return None;
        };
        if usage == Use::Path && argument.optional {
            let message = format!("the path needs `{name}`, which may be missing");
            self.say(at, message, format!("give `{name}` a default or remove its `optional`, or move it to `query`"));
        }
        let fits = argument.plain || (usage == Use::Body && alone);
        if !fits {
            let message = format!("`{name}` holds objects or lists of lists, which are no text");
            self.say(at, message, "put it into `body` as a text of its own, `\"{…}\"`, or write the tool in Rust");
        }
        Some(Part::Argument(argument.name.clone()))
    }

    fn look_up_setting(
        &self,
        setting: &str,
        name: &str,
        at: &Range<usize>,
        scope: &Scope<'_>,
        usage: Use,
    ) -> Option<Part> {
        let Some(found) = scope.settings.iter().find(|found| found.field.name.wire() == setting) else {
            self.unknown(name, at, scope);
            return None;
        };
        if found.secret {
            let message = format!("`{setting}` is secret, and this text would tell it");
            self.say(at, message, "the key of a service goes with `[upstream] auth`; other uses need a tool in Rust");
        }
        if usage == Use::Path && found.field.presence == Presence::Optional {
            let message = format!("the path needs the setting `{setting}`, which may be missing");
            self.say(at, message, "give it a default, or remove its `optional`");
        }
        Some(Part::Setting(found.field.name.clone()))
    }

    /// Says that an answer has no such field, where the name before the dot is that of a question.
    fn unknown_field(&self, name: &str, at: &Range<usize>, scope: &Scope<'_>) -> bool {
        let Some((key, field)) = name.split_once('.') else { return false };
        let Some(answer) = scope.answers.iter().find(|answer| answer.key.wire() == key) else { return false };
        let names: Vec<&str> = answer.fields.iter().flatten().map(FieldName::wire).collect();
        let braced = |field: &str| format!("{{{key}.{field}}}");
        if names.is_empty() {
            let message = format!("the answer to {} has no fields", quote(key));
            self.say(at, message, format!("write {}", quote(&format!("{{{key}}}"))));
            return true;
        }
        let help = match nearest(field, names.iter().copied()) {
            Some(near) => format!("did you mean {}?", quote(&braced(near))),
            None => format!("it can be {}", any_of(&names.iter().map(|name| braced(name)).collect::<Vec<_>>())),
        };
        self.say(at, format!("the form of {} has no field {}", quote(key), quote(field)), help);
        true
    }

    fn unknown(&self, name: &str, at: &Range<usize>, scope: &Scope<'_>) {
        if self.unknown_field(name, at, scope) {
            return;
        }
        // Who has hundreds of problems is not helped by a suggestion for each.
        let candidates = if self.found.borrow().len() < Problems::SHOWN { scope.candidates() } else { Vec::new() };
        let bare = name.strip_prefix("input.").unwrap_or(name);
        let near = candidates.iter().find(|c| *c == bare).map(String::as_str);
        let near =
            near.or_else(|| candidates.iter().map(String::as_str).find(|c| c.strip_prefix("config.") == Some(name)));
        let help = match near.or_else(|| nearest(name, candidates.iter().map(String::as_str))) {
            Some(near) => format!("did you mean `{{{near}}}`?"),
            None if candidates.is_empty() => "there is nothing to put in; write `{{` and `}}` for braces".to_owned(),
            None => {
                let braced: Vec<String> = candidates.iter().map(|c| format!("{{{c}}}")).collect();
                format!("it can be {}; write `{{{{` and `}}}}` for braces", any_of(&braced))
            }
        };
        let message = match name.strip_prefix("config.") {
            Some(setting) => format!("there is no setting {}", quote(setting)),
            None => format!("{} has no argument {}", scope.what, quote(name)),
        };
        self.say(at, message, help);
    }
}

/// What a template is cut into.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Text as it stands, braces unescaped.
    Text(String),
    /// What stands between braces.
    Name(&'t str),
    /// From where it cannot be read, and why.
    Broken(&'t str, &'static str),
}

/// Cuts a template; no two texts in a row, no empty one.
pub(super) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..];
        if brace.starts_with("{{") || brace.starts_with("}}") {
            text.push_str(&brace[..1]);
            rest = &brace[2..];
            continue;
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        let end = brace[1..].find(['{', '}']).map(|end| end + 1).filter(|end| brace.as_bytes()[*end] == b'}');
        match end {
            Some(end) if brace.starts_with('{') => {
                let name = &brace[1..end];
                let broken = name.is_empty() || name.contains(char::is_whitespace);
                pieces.push(if broken {
                    Piece::Broken(&brace[..=end], "a placeholder without a name")
                } else {
                    Piece::Name(name)
                });
                rest = &brace[end + 1..];
            }
            _ => {
                let why = if brace.starts_with('{') { "a `{` is never closed" } else { "a `}` closes nothing" };
                pieces.push(Piece::Broken(&brace[..1], why));
                rest = &brace[1..];
            }
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece<'static> {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn a_template_is_cut_at_its_placeholders() {
        assert_eq!(
            pieces("/v1/{city}/{config.x}"),
            [text("/v1/"), Piece::Name("city"), text("/"), Piece::Name("config.x")]
        );
        assert_eq!(pieces("{{a}} {b}{c}"), [text("{a} "), Piece::Name("b"), Piece::Name("c")]);
        assert_eq!(pieces(""), []);
        assert_eq!(pieces("{{{a}}}"), [text("{"), Piece::Name("a"), text("}")]);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_rest_still_read() {
        assert_eq!(pieces("a{b"), [text("a"), Piece::Broken("{", "a `{` is never closed"), text("b")]);
        assert_eq!(pieces("}{a}"), [Piece::Broken("}", "a `}` closes nothing"), Piece::Name("a")]);
        assert_eq!(pieces("{}"), [Piece::Broken("{}", "a placeholder without a name")]);
    }
}
