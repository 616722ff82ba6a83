//! What a template may name: arguments, settings, and what a client answered.
//!
//! Knows of each what its type is, where that is known, and whether it may be missing.

use crate::name::FieldName;
use crate::spec::types::{Field, Part, Presence, Setting, Type};

/// What a template may name.
pub(super) struct Scope<'s> {
    pub(super) arguments: Vec<Argument<'s>>,
    /// What the client was asked so far.
    pub(super) answers: Vec<Answered>,
    pub(super) settings: &'s [Setting],
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

/// An argument that a template may name.
pub(super) struct Argument<'s> {
    pub(super) name: &'s FieldName,
    /// Whether it can be written as text.
    pub(super) plain: bool,
    /// Whether it may be missing.
    pub(super) optional: bool,
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
    pub(super) fn answer(&self, name: &str) -> Option<Part> {
        let (key, field) = name.split_once('.').map_or((name, None), |(key, field)| (key, Some(field)));
        let answer = self.answers.iter().find(|answer| answer.key.wire() == key)?;
        let field = match (field, &answer.fields) {
            (Some(field), Some(fields)) => Some(fields.iter().find(|known| known.wire() == field)?.clone()),
            (Some(field), None) => Some(FieldName::trusted(field)),
            (None, _) => None,
        };
        Some(Part::Answer(answer.key.clone(), field))
    }

    pub(super) fn candidates(&self) -> Vec<String> {
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
