//! The Rust types of a server: what `models.rs` declares.
//!
//! Knows how a type of the spec is spelled in Rust. Knows no template and no file.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::escape;
use crate::name::{FieldName, TypeName};
use crate::spec::{Field, FormBody, NamedType, Presence, Prompt, Spec, Type, UriArgument, Variant};

/// A struct or an enum of `models.rs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// `struct` or `enum`.
    pub keyword: &'static str,
    /// Its name.
    pub name: String,
    /// One sentence.
    pub doc: String,
    /// What it derives.
    pub derives: &'static str,
    /// Its fields or variants.
    pub members: Vec<Member>,
    /// The only, nameless thing in it, where it has no members.
    pub inner: &'static str,
    /// The form that it answers; empty: none.
    pub form: String,
}

/// A field of a struct or a variant of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// One sentence.
    pub doc: String,
    /// Attributes, in order.
    pub attributes: Vec<String>,
    /// `pub city: String` or `Metric`.
    pub code: String,
}

const VALUE: &str = "Debug, Clone, PartialEq, Serialize, Deserialize";
const CHOICE: &str = "Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize";
const SETTINGS: &str = "Debug, Clone, Deserialize";

/// Every type that the server's code names, in reading order: settings, named types, then tools and resources.
pub fn items(spec: &Spec, settings: &[Field], secrets: &BTreeSet<&str>) -> Vec<Item> {
    let mut maker = Maker { types: &spec.types, items: Vec::new() };
    if !settings.is_empty() {
        maker.structure(
            "Settings",
            "What the environment decides, read once at the start.",
            SETTINGS,
            settings,
            secrets,
        );
    }
    let none = BTreeSet::new();
    for named in &spec.types {
        let doc = format!("`{}`, as tools take and give it.", named.name);
        maker.structure(named.name.pascal(), &doc, VALUE, &named.fields, &none);
    }
    for form in &spec.forms {
        let (name, doc) =
            (format!("{}Form", form.name.pascal()), format!("What a client answers to the form `{}`.", form.name));
        let at = maker.items.len();
        match &form.body {
            FormBody::Fields(fields) => maker.structure(&name, &doc, VALUE, fields, &none),
            FormBody::Schema(_) => {
                maker.items.push(Item { inner: "Value", ..Item::new("struct", &name, &doc, VALUE, Vec::new()) });
            }
        }
        maker.items[at].form.push_str(form.name.snake());
    }
    for tool in &spec.tools {
        for (fields, suffix, verb) in [(&tool.input, "Input", "takes"), (&tool.output, "Output", "gives")] {
            if !fields.is_empty() {
                let doc = format!("What `{}` {verb}.", tool.name);
                maker.structure(&format!("{}{suffix}", tool.name.pascal()), &doc, VALUE, fields, &none);
            }
        }
    }
    for resource in &spec.resources {
        if !resource.arguments.is_empty() {
            let fields = uri_fields(&resource.arguments);
            let doc = format!("What the URI of `{}` names.", resource.name);
            maker.structure(&format!("{}Arguments", resource.name.pascal()), &doc, VALUE, &fields, &none);
        }
    }
    for prompt in spec.prompts.iter().filter(|prompt| !prompt.is_data() && !prompt.arguments.is_empty()) {
        let doc = format!("What `{}` is filled with.", prompt.name);
        let name = format!("{}PromptArguments", prompt.name.pascal());
        maker.structure(&name, &doc, VALUE, &prompt_fields(prompt), &none);
    }
    maker.items
}

/// The arguments of a URI as the fields that they become.
pub fn uri_fields(arguments: &[UriArgument]) -> Vec<Field> {
    let field = |argument: &UriArgument| text_field(&argument.name, argument.description.as_ref(), Presence::Required);
    arguments.iter().map(field).collect()
}

/// The arguments of a prompt as the fields that they become.
pub fn prompt_fields(prompt: &Prompt) -> Vec<Field> {
    let presence = |optional| if optional { Presence::Optional } else { Presence::Required };
    let arguments = prompt.arguments.iter();
    arguments.map(|it| text_field(&it.name, it.description.as_ref(), presence(it.optional))).collect()
}

fn text_field(name: &FieldName, description: Option<&String>, presence: Presence) -> Field {
    Field {
        name: name.clone(),
        description: description.cloned(),
        example: None,
        presence,
        ty: Type::String { min_length: None, max_length: None, pattern: None, format: None },
        header: None,
    }
}

impl Item {
    fn new(keyword: &'static str, name: &str, doc: &str, derives: &'static str, members: Vec<Member>) -> Self {
        Self { keyword, name: name.to_owned(), doc: doc.to_owned(), derives, members, inner: "", form: String::new() }
    }
}

struct Maker<'a> {
    types: &'a [NamedType],
    items: Vec<Item>,
}

impl Maker<'_> {
    fn structure(&mut self, name: &str, doc: &str, derives: &'static str, fields: &[Field], secrets: &BTreeSet<&str>) {
        let members = fields
            .iter()
            .map(|field| {
                let mut member = self.member(name, field);
                if secrets.contains(field.name.wire()) {
                    member.code = member.code.replace("String", "Secret");
                }
                member
            })
            .collect();
        self.items.push(Item::new("struct", name, doc, derives, members));
        for field in fields {
            self.nested(&field.ty, &format!("`{}` of `{name}`", field.name));
        }
    }

    /// Types that a field brings along stand right behind the struct that has it.
    fn nested(&mut self, ty: &Type, place: &str) {
        match ty {
            Type::Enum { name, variants } => self.items.push(choice(name, variants, place)),
            Type::Object { name, fields } => {
                self.structure(name.pascal(), &format!("What {place} holds."), VALUE, fields, &BTreeSet::new());
            }
            Type::Array { items, .. } => self.nested(items, place),
            _ => {}
        }
    }

    fn member(&self, owner: &str, field: &Field) -> Member {
        let ident = field.name.ident();
        let mut attributes = Vec::new();
        if ident.trim_start_matches("r#") != field.name.wire() {
            attributes.push(format!("#[serde(rename = {})]", escape::rust(field.name.wire())));
        }
        let mut ty = rust_type(&field.ty);
        if let Type::Named(name) = &field.ty
            && self.reaches(name, owner, &mut BTreeSet::new())
        {
            ty = format!("Box<{ty}>");
        }
        if field.presence == Presence::Optional {
            ty = format!("Option<{ty}>");
            if owner != "Settings" {
                attributes.push("#[serde(skip_serializing_if = \"Option::is_none\")]".into());
            }
        }
        let doc = field.description.clone().unwrap_or_else(|| format!("The `{}`.", field.name));
        Member { doc, attributes, code: format!("pub {ident}: {ty}") }
    }

    /// Whether a value of the type `from` holds one of `owner` in place, so that only a box gives it a size.
    fn reaches(&self, from: &TypeName, owner: &str, seen: &mut BTreeSet<TypeName>) -> bool {
        if from.pascal() == owner {
            return true;
        }
        if !seen.insert(from.clone()) {
            return false;
        }
        let Some(named) = self.types.iter().find(|named| named.name == *from) else { return false };
        self.any_reaches(&named.fields, owner, seen)
    }

    fn any_reaches(&self, fields: &[Field], owner: &str, seen: &mut BTreeSet<TypeName>) -> bool {
        fields.iter().any(|field| match &field.ty {
            Type::Named(next) => self.reaches(next, owner, seen),
            Type::Object { name, fields } => name.pascal() == owner || self.any_reaches(fields, owner, seen),
            _ => false,
        })
    }
}

fn choice(name: &TypeName, variants: &[Variant], place: &str) -> Item {
    let members = variants
        .iter()
        .map(|variant| Member {
            doc: format!("`{}`.", variant.wire.replace('`', "'")),
            attributes: vec![format!("#[serde(rename = {})]", escape::rust(&variant.wire))],
            code: variant.name.clone(),
        })
        .collect();
    Item::new("enum", name.pascal(), &format!("What {place} can be."), CHOICE, members)
}

/// How a type is spelled in Rust.
pub fn rust_type(ty: &Type) -> String {
    match ty {
        Type::String { .. } => "String".into(),
        Type::Enum { name, .. } | Type::Object { name, .. } | Type::Named(name) => name.pascal().to_owned(),
        Type::Integer { .. } => "i64".into(),
        Type::Number { .. } => "f64".into(),
        Type::Boolean => "bool".into(),
        Type::Array { items, .. } => format!("Vec<{}>", rust_type(items)),
        Type::Map => "Map<String, Value>".into(),
    }
}
