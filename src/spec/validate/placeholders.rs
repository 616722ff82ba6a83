//! Texts with `{placeholders}`: cut into parts, every name looked up.

use std::ops::Range;

use super::Check;
use crate::name::FieldName;
use crate::spec::problem::Problems;
use crate::spec::types::{Field, Part, Presence, Setting, Template, Type};
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

/// What a template may name.
pub(super) struct Scope<'s> {
    arguments: Vec<Argument<'s>>,
    /// What the client was asked so far.
    pub(super) answers: Vec<Answered>,
    settings: &'s [Setting],
    /// For messages, such as "the tool `x`".
    pub(super) what: String,
}

/// A question that was asked.
pub(super) struct Answered {
    pub(super) key: FieldName,
    /// Whether there may be no answer.
    pub(super) optional: bool,
    /// What the answer is, as far as that is known.
    pub(super) ty: Option<Type>,
    /// The names of the fields of the answer: none where it is no form; nothing where the question is wrong itself.
    pub(super) fields: Option<Vec<FieldName>>,
}

/// What is known of the value of a placeholder.
pub(super) struct Known<'k> {
    /// Its type; none: it can be anything.
    pub(super) ty: Option<&'k Type>,
    /// Whether it may be missing.
    pub(super) may_miss: bool,
    /// The question that it answers, where that is why it may be missing.
    pub(super) question: Option<&'k str>,
}

struct Argument<'s> {
    name: &'s FieldName,
    plain: bool,
    optional: bool,
    ty: Option<&'s Type>,
}

impl<'s> Scope<'s> {
    /// The arguments of a tool.
    pub(super) fn of_fields(fields: &'s [Field], settings: &'s [Setting], what: String) -> Self {
        let argument = |field: &'s Field| Argument {
            name: &field.name,
            plain: is_plain(&field.ty),
            optional: field.presence == Presence::Optional,
            ty: Some(&field.ty),
        };
        Self { arguments: fields.iter().map(argument).collect(), answers: Vec::new(), settings, what }
    }

    /// Arguments that are all text.
    pub(super) fn of_names(names: impl Iterator<Item = &'s FieldName>, settings: &'s [Setting], what: String) -> Self {
        let arguments = names.map(|name| Argument { name, plain: true, optional: false, ty: None }).collect();
        Self { arguments, answers: Vec::new(), settings, what }
    }

    /// The same, and nothing is known of what the arguments hold.
    pub(super) fn untyped(mut self) -> Self {
        self.arguments.iter_mut().for_each(|argument| argument.ty = None);
        self
    }

    /// What is known of the value of a placeholder; nothing where there is none of this name.
    pub(super) fn known(&self, name: &str) -> Option<Known<'_>> {
        let of_field = |field: &'_ Field| field.presence == Presence::Optional;
        if let Some(setting) = name.strip_prefix("config.") {
            let field = &self.settings.iter().find(|found| found.field.name.wire() == setting)?.field;
            return Some(Known { ty: Some(&field.ty), may_miss: of_field(field), question: None });
        }
        let (key, field) = name.split_once('.').map_or((name, None), |(key, field)| (key, Some(field)));
        if let Some(answer) = self.answers.iter().find(|answer| answer.key.wire() == key) {
            let field = match (field, &answer.ty) {
                (None, ty) => {
                    let ty = ty.as_ref();
                    let question = answer.optional.then(|| answer.key.wire());
                    return Some(Known { ty, may_miss: answer.optional, question });
                }
                (Some(name), Some(Type::Object { fields, .. })) => {
                    fields.iter().find(|field| field.name.wire() == name)?
                }
                (Some(_), _) => return Some(Known { ty: None, may_miss: false, question: None }),
            };
            let question = answer.optional.then(|| answer.key.wire());
            let may_miss = answer.optional || of_field(field);
            return Some(Known { ty: Some(&field.ty), may_miss, question });
        }
        let argument = self.arguments.iter().find(|argument| argument.name.wire() == name)?;
        Some(Known { ty: argument.ty, may_miss: argument.optional, question: None })
    }

    /// The type of an argument, where it has one.
    pub(super) fn type_of(&self, name: &str) -> Option<&'s Type> {
        self.arguments.iter().find(|argument| argument.name.wire() == name)?.ty
    }

    /// Whether an argument may be missing.
    pub(super) fn may_miss(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| argument.name.wire() == name && argument.optional)
    }

    pub(super) fn has_argument(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| argument.name.wire() == name)
    }

    /// `{contact}` or `{contact.email}`, where that was asked.
    fn answer(&self, name: &str) -> Option<Part> {
        let (key, field) = name.split_once('.').map_or((name, None), |(key, field)| (key, Some(field)));
        let answer = self.answers.iter().find(|answer| answer.key.wire() == key)?;
        let field = match (field, &answer.fields) {
            (Some(field), Some(fields)) => Some(fields.iter().find(|known| known.wire() == field)?.clone()),
            (Some(field), None) => Some(FieldName::trusted(field)),
            (None, _) => None,
        };
        Some(Part::Answer(answer.key.clone(), field))
    }

    fn candidates(&self) -> Vec<String> {
        let arguments = self.arguments.iter().map(|argument| argument.name.wire().to_owned());
        let open = self.settings.iter().filter(|setting| !setting.secret);
        let fields = |answer: &Answered| {
            let field = |field: &FieldName| format!("{}.{field}", answer.key);
            answer.fields.iter().flatten().map(field).chain([answer.key.to_string()]).collect::<Vec<_>>()
        };
        let answers = self.answers.iter().flat_map(fields);
        arguments.chain(answers).chain(open.map(|setting| format!("config.{}", setting.field.name))).collect()
    }
}

/// Whether a value can be written as text: a single one, or a list of such.
fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Array { items, .. } => !matches!(**items, Type::Array { .. }) && is_plain(items),
        Type::Object { .. } | Type::Map | Type::Named(_) => false,
        _ => true,
    }
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
