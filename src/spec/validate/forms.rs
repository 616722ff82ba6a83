//! `[forms.*]`, and JSON Schemas that a spec gives itself.

use serde_json::{Map, Value as Json};

use super::Check;
use super::claims::Space;
use crate::name::{FieldName, TypeName};
use crate::spec::node::{Entry, Table};
use crate::spec::types::{Form, FormBody, Type};
use crate::text::quote;

impl<'d> Check<'d> {
    pub(super) fn forms(&self, document: &'d Table<'d>) -> Vec<Form> {
        document.entries_of("forms").iter().filter_map(|entry| self.form(entry)).collect()
    }

    fn form(&self, entry: &'d Entry<'d>) -> Option<Form> {
        let table = entry.node.as_table()?;
        let name = self.callable_name(entry, "form");
        let what = format!("the form {}", quote(&entry.key));
        let type_name = format!("{}Form", name.pascal());
        self.claim(Space::Type, &type_name, &what, &entry.at);
        let (fields, schema) = (table.entry("fields"), table.entry("schema"));
        if let (Some(_), Some(schema)) = (fields, schema) {
            self.say(&schema.at, "`fields` and `schema` are two forms", "keep one of them");
        }
        let body = match (fields, schema) {
            (None, None) => {
                self.say(&entry.at, format!("{what} asks for nothing"), "add `fields` or `schema`");
                return None;
            }
            (None, Some(schema)) => FormBody::Schema(self.raw_schema(schema)),
            (Some(_), _) => {
                let entries = table.entries_of("fields");
                let fields = self.fields(entries, &type_name, &what);
                for (field, entry) in fields.iter().zip(entries) {
                    if let Type::Array { items, .. } = &field.ty
                        && !matches!(**items, Type::Enum { .. })
                    {
                        let message = format!("the field {} of {what} is a list of anything", quote(&entry.key));
                        self.say(&entry.at, message, "give its `items` an `enum`: a form offers a choice");
                    }
                }
                FormBody::Fields(fields)
            }
        };
        Some(Form { name, body })
    }

    /// A JSON Schema of an object.
    pub(super) fn raw_schema(&self, entry: &Entry<'_>) -> Map<String, Json> {
        let Json::Object(schema) = entry.node.to_json() else { return Map::new() };
        if schema.get("type") != Some(&Json::from("object")) {
            let message = format!("{} is not the schema of an object", quote(&entry.key));
            self.say(&entry.at, message, "add `type = \"object\"`");
        }
        let dialect = schema.get("$schema").and_then(Json::as_str).unwrap_or(DIALECT);
        if dialect.trim_end_matches('#') != DIALECT {
            let message = format!("{} is in another dialect of JSON Schema: {}", quote(&entry.key), quote(dialect));
            self.say(&entry.at, message, format!("write it in that of 2020-12, `{DIALECT}`"));
        }
        schema
    }
}

/// JSON Schema 2020-12.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

impl Form {
    /// What is filled in, as a type; nothing where a schema says it.
    pub(super) fn ty(&self) -> Option<Type> {
        match &self.body {
            FormBody::Fields(fields) => {
                let name = TypeName::trusted(&format!("{}Form", self.name.pascal()));
                Some(Type::Object { name, fields: fields.clone() })
            }
            FormBody::Schema(_) => None,
        }
    }

    /// The names of its fields, as placeholders can have them.
    pub(super) fn field_names(&self) -> Vec<FieldName> {
        match &self.body {
            FormBody::Fields(fields) => fields.iter().map(|field| field.name.clone()).collect(),
            FormBody::Schema(schema) => properties(schema),
        }
    }
}

/// The properties of a schema whose names placeholders can have.
pub(super) fn properties(schema: &Map<String, Json>) -> Vec<FieldName> {
    let names = schema.get("properties").and_then(Json::as_object).into_iter().flat_map(Map::keys);
    names.filter_map(|name| FieldName::parse(name).ok()).collect()
}
