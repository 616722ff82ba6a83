// Owned by mcpgen: edits are overwritten.
//! Brings together what `server.rs` and `schemas.json` say of each tool, resource, prompt and
//! completion.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::ask::Ability;
use crate::completions::{self, Completed, Owner};
use crate::document::{self, Complete, Document, PromptText, ResourceText, ToolText};
use crate::features::TaskSupport;
use crate::metrics::Metrics;
use crate::prompts::{self, Prompts};
use crate::resources::{self, Resources};
use crate::schema::Schema;
use crate::server::{Prompt, Resource, Server, Tool};
use crate::start_error::StartError;
use crate::status;
use crate::toolset;
use crate::uri::Template;

pub(super) fn tool_texts<S>(
    Server { tools, oauth, .. }: &Server<S>,
    document: &mut Document,
) -> Result<Vec<ToolText>, StartError> {
    document::matched("tools", &document.tools, tools.iter().map(|tool| tool.name))?;
    let is_no_tool = |name: &str| tools.iter().all(|tool| tool.name != name);
    if let Some((name, _)) = oauth.tool_scopes.iter().find(|(name, _)| is_no_tool(name)) {
        return Err(StartError::new(format!("a scope is asked for `{name}`, which is no tool")));
    }
    if let Some(tool) = tools.iter().find(|tool| status::BUILT_IN.contains(&tool.name)) {
        return Err(StartError::new(format!("every server has a tool `{}` already", tool.name)));
    }
    let texts = tools.iter().map(|tool| document::entry("tools", &mut document.tools, tool.name));
    texts.collect()
}

/// What holds for some tools only, by their names.
pub(super) struct Special {
    pub tasks: HashMap<&'static str, TaskSupport>,
    pub requires: HashMap<&'static str, Vec<Ability>>,
    pub scopes: HashMap<&'static str, Vec<&'static str>>,
}

pub(super) fn special<S>(server: &Server<S>) -> Result<Special, StartError> {
    let names = server.tasks.iter().map(|(name, _)| name);
    let names = names.chain(server.requires.iter().map(|(name, _)| name));
    for name in names {
        if server.tools.iter().all(|tool| tool.name != *name) {
            return Err(StartError::new(format!("there is no tool `{name}` to say more about")));
        }
    }
    let mut scopes: HashMap<_, Vec<_>> = HashMap::new();
    for (name, scope) in &server.oauth.tool_scopes {
        scopes.entry(*name).or_default().push(*scope);
    }
    Ok(Special {
        scopes,
        tasks: server.tasks.iter().copied().collect(),
        requires: server.requires.iter().cloned().collect(),
    })
}

pub(super) fn resource_texts<S>(
    resources: &[Resource<S>],
    document: &mut Document,
) -> Result<Vec<ResourceText>, StartError> {
    let entries = &mut document.resources;
    document::matched("resources", entries, resources.iter().map(|resource| resource.name))?;
    let names = resources.iter().map(|resource| resource.name);
    names.map(|name| document::entry("resources", entries, name)).collect()
}

pub(super) fn prompt_texts<S>(
    prompts: &[Prompt<S>],
    document: &mut Document,
) -> Result<Vec<PromptText>, StartError> {
    let entries = &mut document.prompts;
    document::matched("prompts", entries, prompts.iter().map(|prompt| prompt.name))?;
    let names = prompts.iter().map(|prompt| prompt.name);
    names.map(|name| document::entry("prompts", entries, name)).collect()
}

pub(super) fn prompt_entries<S: Send + Sync + 'static>(
    prompts: Vec<Prompt<S>>,
    texts: Vec<PromptText>,
    service: &Arc<S>,
) -> Result<Vec<prompts::Entry>, StartError> {
    let prompts = prompts.into_iter().zip(texts);
    prompts.map(|(prompt, text)| prompt_entry(prompt, text, service)).collect()
}

fn prompt_entry<S: Send + Sync + 'static>(
    prompt: Prompt<S>,
    text: PromptText,
    service: &Arc<S>,
) -> Result<prompts::Entry, StartError> {
    let body = prompt.get.map(|get| {
        let (service, get) = (Arc::clone(service), get.0);
        let body: prompts::Body =
            Box::new(move |arguments, context| get(Arc::clone(&service), arguments, context));
        body
    });
    prompts::Entry::new(prompt.name, text, body)
}

pub(super) fn tool_entries<S: Send + Sync + 'static>(
    tools: Vec<Tool<S>>,
    texts: Vec<ToolText>,
    mut special: Special,
    service: &Arc<S>,
    metrics: &Metrics,
) -> Result<Vec<toolset::Entry>, StartError> {
    let tools = tools.into_iter().zip(texts);
    let entry = |(tool, text): (Tool<S>, ToolText)| {
        let name = tool.name;
        let entry = tool_entry(tool, text, service, metrics)?;
        Ok(entry
            .with_scopes(special.scopes.remove(name).unwrap_or_default())
            .task(special.tasks.remove(name))
            .requires(special.requires.remove(name).unwrap_or_default()))
    };
    tools.map(entry).collect()
}

fn tool_entry<S: Send + Sync + 'static>(
    tool: Tool<S>,
    text: ToolText,
    service: &Arc<S>,
    metrics: &Metrics,
) -> Result<toolset::Entry, StartError> {
    let schema = Schema::compile(&Value::Object(text.input.clone())).map_err(|cause| {
        StartError::new(format!("the input of the tool `{}`: {cause}", tool.name))
    })?;
    let is_plain = !tool.call.takes_context && !has_headers(&text.input);
    let (service, call) = (Arc::clone(service), tool.call.run);
    let body: toolset::Body =
        Box::new(move |input, context| call(Arc::clone(&service), input, context));
    let Tool {
        name, hints, cache, ..
    } = tool;
    let entry =
        toolset::Entry::new(name, text, hints, schema, cache.ttl(), metrics.tool(name), body);
    Ok(if is_plain { entry.plain() } else { entry })
}

/// Whether a schema wants a field repeated in a header, at any depth.
fn has_headers(schema: &Map<String, Value>) -> bool {
    schema
        .iter()
        .any(|(key, value)| key == "x-mcp-header" || value.as_object().is_some_and(has_headers))
}

pub(super) fn resource_entries<S: Send + Sync + 'static>(
    resources: Vec<Resource<S>>,
    texts: Vec<ResourceText>,
    service: &Arc<S>,
) -> Result<Vec<resources::Entry>, StartError> {
    let resources = resources.into_iter().zip(texts);
    resources.map(|(resource, text)| resource_entry(resource, text, service)).collect()
}

fn resource_entry<S: Send + Sync + 'static>(
    resource: Resource<S>,
    text: ResourceText,
    service: &Arc<S>,
) -> Result<resources::Entry, StartError> {
    let template = Template::parse(&text.uri).map_err(StartError::new)?;
    let (service, read) = (Arc::clone(service), resource.read.0);
    let body: resources::Body =
        Box::new(move |arguments, context| read(Arc::clone(&service), arguments, context));
    Ok(resources::Entry {
        name: resource.name,
        text,
        template,
        body,
    })
}

/// What completes arguments: `schemas.json` says that it does, and it does so once.
pub(super) fn completions<S: Send + Sync + 'static>(
    completed: Vec<Completed<S>>,
    prompts: &Prompts,
    resources: &Resources,
    service: &Arc<S>,
) -> Result<Vec<completions::Entry>, StartError> {
    let mut open = completed_by_code(prompts, resources);
    let wrong = |(owner, argument): (Owner, &str), why: &str| {
        let (noun, name) = (owner.noun(), owner.name());
        StartError::new(format!("the argument `{argument}` of the {noun} `{name}` {why}"))
    };
    let mut entries: Vec<completions::Entry> = Vec::with_capacity(completed.len());
    for Completed {
        owner,
        argument,
        call,
    } in completed
    {
        if entries.iter().any(|entry| entry.owner == owner && entry.argument == argument) {
            return Err(wrong((owner, argument), "is completed twice"));
        }
        let place = open.iter().position(|known| *known == (owner, argument)).ok_or_else(|| {
            let why = "is completed, but `schemas.json` does not say that code completes it";
            wrong((owner, argument), why)
        })?;
        open.swap_remove(place);
        let service = Arc::clone(service);
        let body: completions::Body = Box::new(move |completion, context| {
            (call.0)(Arc::clone(&service), completion, context)
        });
        entries.push(completions::Entry {
            owner,
            argument,
            body,
        });
    }
    match open.first() {
        Some(argument) => Err(wrong(*argument, "has no function in `server.rs` that completes it")),
        None => Ok(entries),
    }
}

/// The arguments of which `schemas.json` says that code completes them, with what they are of.
fn completed_by_code<'e>(prompts: &'e Prompts, resources: &'e Resources) -> Vec<(Owner, &'e str)> {
    let is_code = |complete: &Complete| matches!(complete, Complete::Function(_));
    let of_prompts = prompts.entries.iter().flat_map(|prompt| {
        let arguments = prompt.arguments.iter();
        let completed = arguments.filter(move |it| it.complete.as_ref().is_some_and(is_code));
        completed.map(|argument| (Owner::Prompt(prompt.name), argument.name.as_str()))
    });
    let of_resources = resources.entries.iter().flat_map(|resource| {
        let arguments = resource.text.complete.iter().filter(move |(_, it)| is_code(it));
        arguments.map(|(argument, _)| (Owner::Resource(resource.name), argument.as_str()))
    });
    of_prompts.chain(of_resources).collect()
}
