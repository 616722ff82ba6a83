// Owned by mcpgen: edits are overwritten.
//! Settings: text from the environment and from secret files, checked by a schema.
//!
//! A schema says all there is to know about a setting: its variable (`x-env`), whether it is a
//! secret (`x-secret`), its type, limits, default and description. The server's own settings and
//! those that every server has are read the same way, and all their problems are reported at once.
//! No message ever repeats a value.

mod base;
mod coerce;
mod environment;
mod secret;

use std::fmt;

use serde_json::{Map, Value};

pub use self::base::{BaseSettings, LogFormat};
pub use self::environment::Environment;
pub use self::secret::Secret;
use crate::schema::{Problem, Schema, SchemaError};

/// What a server reads when it starts.
pub struct Settings {
    /// The settings that every server has.
    pub base: BaseSettings,
    /// The settings of this server; they may hold secrets.
    pub own: Value,
    /// The settings of this server that may be shown: all but the secrets.
    pub shown: Map<String, Value>,
    /// The settings of whoever checks tokens, where the server takes them.
    pub tokens: Map<String, Value>,
}

/// Why the settings cannot be read.
#[derive(Debug)]
pub enum SettingsError {
    /// The schema is wrong; nobody who starts the server can help it.
    Schema(SchemaError),
    /// These variables are missing or wrong; `field` is the variable.
    Values(Vec<Problem>),
}

impl From<SchemaError> for SettingsError {
    fn from(error: SchemaError) -> Self {
        Self::Schema(error)
    }
}

impl Settings {
    /// Reads the settings of a server, those of whoever checks tokens, and those that every server
    /// has, of which some have these defaults and some are required.
    ///
    /// # Errors
    ///
    /// With every variable that is missing or wrong.
    pub fn read(
        own: Value,
        tokens: Option<Value>,
        defaults: &[(&str, Value)],
        required: &[&str],
        environment: &Environment,
    ) -> Result<Self, SettingsError> {
        let base = base_table(defaults, required)?;
        let own = Table::new(own)?;
        let tokens = tokens.map(Table::new).transpose()?;
        let mut problems = base::unreadable(environment);
        let mut read = |table: &Table| {
            table.read(environment).unwrap_or_else(|found| {
                problems.extend(found);
                Map::new()
            })
        };
        let (base, values) = (read(&base), read(&own));
        let tokens = tokens.as_ref().map(read).unwrap_or_default();
        if !problems.is_empty() {
            return Err(SettingsError::Values(problems));
        }
        Ok(Self {
            base: BaseSettings::new(base, environment).map_err(SettingsError::Values)?,
            shown: own.shown(&values),
            own: Value::Object(values),
            tokens,
        })
    }
}

/// The table of the settings that every server has, with these defaults.
///
/// # Errors
///
/// When a default does not fit its setting.
pub fn base_table(defaults: &[(&str, Value)], required: &[&str]) -> Result<Table, SchemaError> {
    Table::new(base::schema(defaults, required))
}

/// Without the settings that may be secrets.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut settings = f.debug_struct("Settings");
        settings.field("base", &self.base).field("shown", &self.shown).finish_non_exhaustive()
    }
}

/// One row for each setting.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Row>,
    schema: Schema,
}

/// What is known of a setting, for instance to print a list of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The name of the field.
    pub name: String,
    /// The variable of the environment; with `_FILE` after it, the file that holds the value.
    pub variable: String,
    /// Whether its value is never shown.
    pub secret: bool,
    /// Whether the server does not start without it.
    pub required: bool,
    /// What it is when it is not set.
    pub default: Option<Value>,
    /// A sentence about it.
    pub description: String,
    /// What its text becomes.
    form: coerce::Form,
}

impl Table {
    /// Compiles the schema of some settings.
    ///
    /// # Errors
    ///
    /// When the schema is wrong, or does not name the variable of a setting.
    pub fn new(mut schema: Value) -> Result<Self, SchemaError> {
        let required = strings(schema.get("required"));
        let mut rows = Vec::new();
        for (name, source) in schema["properties"].as_object().into_iter().flatten() {
            rows.push(Row {
                variable: variable(name, source)?,
                secret: source["x-secret"] == true,
                required: required.iter().any(|one| one == name),
                default: source.get("default").cloned(),
                description: source["description"].as_str().unwrap_or_default().to_owned(),
                form: coerce::Form::of(source, &schema["$defs"]),
                name: name.clone(),
            });
        }
        // What is missing is reported by variable here, not by field there.
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("required");
        }
        Ok(Self {
            rows,
            schema: Schema::compile(&schema)?,
        })
    }

    /// The settings in the order of the schema.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Reads the values of all settings.
    ///
    /// # Errors
    ///
    /// With every variable that is missing or wrong.
    pub fn read(&self, environment: &Environment) -> Result<Map<String, Value>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut values = Map::new();
        for row in &self.rows {
            match row.read(environment) {
                Ok(Some(value)) => {
                    values.insert(row.name.clone(), value);
                }
                Ok(None) => {}
                Err(message) => {
                    problems.push(Problem {
                        field: row.variable.clone(),
                        message,
                    });
                }
            }
        }
        match self.schema.check(Value::Object(values)) {
            Ok(Value::Object(values)) if problems.is_empty() => return Ok(values),
            Ok(_) => {}
            Err(found) => problems.extend(found.into_iter().map(|problem| self.renamed(problem))),
        }
        Err(problems)
    }

    /// The values without the secrets.
    #[must_use]
    pub fn shown(&self, values: &Map<String, Value>) -> Map<String, Value> {
        let shown = self.rows.iter().filter(|row| !row.secret);
        shown.filter_map(|row| Some((row.name.clone(), values.get(&row.name)?.clone()))).collect()
    }

    /// The same problem, of the variable instead of the field: `tags[2]` of `WEATHER_TAGS[2]`.
    fn renamed(&self, problem: Problem) -> Problem {
        let end = problem.field.find(['.', '[']).unwrap_or(problem.field.len());
        let (name, rest) = problem.field.split_at(end);
        match self.rows.iter().find(|row| row.name == name) {
            Some(row) => Problem {
                field: format!("{}{rest}", row.variable),
                ..problem
            },
            None => problem,
        }
    }
}

impl Row {
    fn read(&self, environment: &Environment) -> Result<Option<Value>, String> {
        match environment.value(&self.variable)? {
            Some(text) => self.form.value(&text).map(Some),
            None if self.required && self.default.is_none() => Err(self.missing()),
            None => Ok(None),
        }
    }

    fn missing(&self) -> String {
        let Self {
            variable,
            description,
            ..
        } = self;
        let about =
            if description.is_empty() { String::new() } else { format!(" ({description})") };
        format!("is required{about}; set it, or `{variable}_FILE` to a file that holds it")
    }
}

fn variable(name: &str, source: &Value) -> Result<String, SchemaError> {
    source["x-env"].as_str().map(str::to_owned).ok_or_else(|| SchemaError {
        pointer: format!("/properties/{name}/x-env"),
        message: "must name the variable of the setting".to_owned(),
    })
}

fn strings(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
