//! The plan: every file to be written, with its owner, its source and what its template may see.
//!
//! Pure and infallible: a [`Spec`] cannot be wrong. Knows neither Tera nor the disk: same spec, same port, same plan.

mod cases;
mod code;
mod context;
mod files;
mod listed;
pub mod lock;
pub mod manifest;
mod marker;
mod models;
mod respond;
mod sample;
mod schema;

use std::borrow::Cow;

use serde_json::{Value, json};

pub use context::{Context, FleetContext, ServerContext};
pub use files::{BASE, FILES, GENERATED, Kind, Part, Row, When};

use crate::fleet;
use crate::spec::{Auth, Cache, Spec};
use crate::tree::{Owner, RelPath};

/// Everything that is to be rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The files, in the order of the tables.
    pub files: Vec<PlannedFile>,
    /// What all templates see.
    pub context: Context,
}

/// One file of a [`Plan`].
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedFile {
    /// Below the fleet's folder.
    pub path: RelPath,
    /// Who may change it later.
    pub owner: Owner,
    /// Where its text comes from.
    pub source: Source,
    /// What its template sees beside the context.
    pub data: Data,
}

/// Where the text of a file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A template; copied as it stands unless its name ends with `.tera`.
    Template(&'static str),
    /// This text.
    Text(String),
}

/// What a template sees beside the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// Nothing more.
    Server,
    /// `tool`: the one with this index.
    Tool(usize),
    /// `resource`: the one with this index.
    Resource(usize),
    /// `prompt`: the one with this index.
    Prompt(usize),
    /// `completion`: the one with this index.
    Completion(usize),
}

/// The files of these parts of the base, and where the fleet is new, its own.
#[must_use]
pub fn fleet(settings: &fleet::Settings, is_new: bool, parts: &[Part]) -> Plan {
    let mut files: Vec<PlannedFile> = FILES
        .iter()
        .filter(|row| is_new && row.when == When::Fleet)
        .filter_map(|row| template(row, row.path, Data::Server))
        .collect();
    if is_new && let Ok(path) = RelPath::parse("server.schema.json") {
        let source = Source::Text(schema::pretty(&crate::spec::schema()));
        files.push(PlannedFile { path, owner: Owner::Owned, source, data: Data::Server });
    }
    files.extend(base(parts));
    Plan { files, context: Context { fleet: context::fleet(settings), server: None } }
}

fn base(parts: &[Part]) -> impl Iterator<Item = PlannedFile> {
    BASE.iter().filter(|(part, _)| parts.contains(part)).flat_map(|(_, templates)| *templates).filter_map(|template| {
        let path = RelPath::parse(template.strip_suffix(".tera").unwrap_or(template)).ok()?;
        Some(PlannedFile { path, owner: Owner::Owned, source: Source::Template(template), data: Data::Server })
    })
}

/// The files of one server; `text` is its spec as it will stand on disk.
#[must_use]
pub fn server(settings: &fleet::Settings, spec: &Spec, text: &str, port: u16) -> Plan {
    let folder = spec.server.name.crate_name();
    let mut files = Vec::new();
    for row in FILES {
        files.extend(targets(row.when, spec).into_iter().filter_map(|(name, data)| {
            let path = format!("{folder}/{}", row.path.replace("{name}", &name));
            template(row, &path, data)
        }));
    }
    let generated = |path: &str, owner, text| {
        let path = RelPath::parse(&format!("{folder}/{path}")).ok()?;
        Some(PlannedFile { path, owner, source: Source::Text(text), data: Data::Server })
    };
    files.extend(generated("server.toml", Owner::Seeded, text.to_owned()));
    let mut json = |path: &str, owner, value: &Value| files.extend(generated(path, owner, schema::pretty(value)));
    json("schemas.json", Owner::Owned, &schemas(spec));
    let all_settings = context::settings(spec);
    json("tests/data/settings.json", Owner::Owned, &cases::settings(spec, &all_settings));
    for tool in &spec.tools {
        json(&format!("tests/data/tools/{}.json", tool.name), owner_of(Kind::of(&tool.body)), &cases::tool(spec, tool));
    }
    for resource in &spec.resources {
        let path = format!("tests/data/resources/{}.json", resource.name);
        json(&path, owner_of(Kind::of(&resource.body)), &cases::resource(spec, resource));
    }
    for prompt in &spec.prompts {
        let owner = owner_of(Kind::of_prompt(prompt));
        json(&format!("tests/data/prompts/{}.json", prompt.name), owner, &cases::prompt(spec, prompt));
    }
    let fleet = context::fleet(settings);
    let server = context::server(spec, port, &fleet);
    Plan { files, context: Context { fleet, server: Some(server) } }
}

/// The parts of the base that a server needs.
#[must_use]
pub fn parts(spec: &Spec) -> Vec<Part> {
    Part::ALL.into_iter().filter(|part| part.is_needed_by(spec)).collect()
}

fn template(row: &Row, path: &str, data: Data) -> Option<PlannedFile> {
    // Names are checked by their newtypes, so a path made of them parses.
    let path = RelPath::parse(path).ok()?;
    Some(PlannedFile { path, owner: row.owner, source: Source::Template(row.template), data })
}

/// For what a row makes files in a server: the name that goes into the path, and what the template sees.
fn targets(when: When, spec: &Spec) -> Vec<(Cow<'_, str>, Data)> {
    let once_if = |condition| if condition { vec![("".into(), Data::Server)] } else { Vec::new() };
    match when {
        When::Fleet => Vec::new(),
        When::Server => once_if(true),
        When::Models => once_if(has_models(spec)),
        When::OAuth => once_if(matches!(spec.auth, Auth::OAuth(_))),
        When::Resources => once_if(!spec.resources.is_empty()),
        When::Tool(kind) => spec
            .tools
            .iter()
            .enumerate()
            .filter(|(_, tool)| Kind::of(&tool.body) == kind)
            .map(|(i, tool)| (tool.name.snake().into(), Data::Tool(i)))
            .collect(),
        When::Prompts => once_if(spec.prompts.iter().any(|prompt| !prompt.is_data())),
        When::Prompt(kind) => spec
            .prompts
            .iter()
            .enumerate()
            .filter(|(_, prompt)| !prompt.is_data() && Kind::of_prompt(prompt) == kind)
            .map(|(i, prompt)| (prompt.name.snake().into(), Data::Prompt(i)))
            .collect(),
        When::Completions => once_if(spec.completions().next().is_some()),
        When::Completion => {
            spec.completions().enumerate().map(|(i, it)| (it.name().into(), Data::Completion(i))).collect()
        }
        When::Resource(kind) => spec
            .resources
            .iter()
            .enumerate()
            .filter(|(_, resource)| Kind::of(&resource.body) == kind)
            .map(|(i, resource)| (resource.name.snake().into(), Data::Resource(i)))
            .collect(),
    }
}

/// Whether the server's code needs any type of its own.
fn has_models(spec: &Spec) -> bool {
    spec.upstream.is_some()
        || !(spec.settings.is_empty() && spec.types.is_empty() && spec.forms.is_empty())
        || spec.prompts.iter().any(|prompt| !prompt.is_data() && !prompt.arguments.is_empty())
        || spec.tools.iter().any(|tool| !(tool.input.is_empty() && tool.output.is_empty()))
        || spec.resources.iter().any(|resource| !resource.arguments.is_empty())
}

/// `schemas.json`: everything that clients see of a server, in the order of the spec.
#[must_use]
pub fn schemas(spec: &Spec) -> Value {
    let mut out = serde_json::Map::new();
    out.insert("title".into(), json!(spec.server.title));
    schema::extras(&spec.server.extras, &mut out);
    // The base says the same of itself.
    if spec.server.list_cache != Cache::Medium {
        out.insert("listTtlSeconds".into(), json!(schema::seconds(spec.server.list_cache).unwrap_or(0)));
    }
    let settings = context::settings(spec);
    if !settings.is_empty() {
        out.insert("settings".into(), schema::settings(&settings, &spec.types));
    }
    let mut put = |key: &str, entries: Vec<(&str, Value)>| {
        if !entries.is_empty() {
            let entries = entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            out.insert(key.into(), Value::Object(entries));
        }
    };
    put("forms", spec.forms.iter().map(|form| (form.name.snake(), schema::form(form))).collect());
    put("tools", spec.tools.iter().map(|tool| (tool.name.snake(), schema::tool(tool, &spec.types))).collect());
    put("resources", spec.resources.iter().map(|item| (item.name.snake(), schema::resource(item))).collect());
    put("prompts", spec.prompts.iter().map(|item| (item.name.snake(), schema::prompt(item))).collect());
    Value::Object(out)
}

/// What clients read in `tools/list` and its like: an object with the lists under the names they have in answers.
#[must_use]
pub fn lists(spec: &Spec) -> Value {
    listed::listed(spec, &schemas(spec))
}

/// Who may change what belongs to a body: the spec is the source of all but the user's code.
fn owner_of(kind: Kind) -> Owner {
    match kind {
        Kind::Code => Owner::Seeded,
        Kind::Request | Kind::Respond => Owner::Owned,
    }
}
