// Owned by mcpgen: edits are overwritten.
//! What `tools/list` and its like answer: made once, with the schemas exactly as the spec has them.

use std::sync::Arc;

use rmcp::model::{
    CacheScope, Implementation, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    Prompt, PromptArgument, PromptsCapability, Resource, ResourceTemplate, ResourcesCapability, ServerCapabilities,
    ServerConfig, Tool, ToolAnnotations,
};

use crate::prompts;
use crate::resources;
use crate::site::Site;
use crate::toolset::Entry;

/// How long a client may keep a list: it changes only with a new version of the server.
const TTL_MS: u64 = 300_000;
/// Everybody is offered the same.
const SCOPE: CacheScope = CacheScope::Public;

/// All that a client can be told without a call. Clients before 2026-07-28 ignore how long they
/// may keep it.
pub(super) struct Lists {
    pub config: ServerConfig,
    pub tools: ListToolsResult,
    pub resources: ListResourcesResult,
    pub templates: ListResourceTemplatesResult,
    pub prompts: ListPromptsResult,
}

impl Lists {
    pub(super) fn new(site: &Site) -> Self {
        let (templates, resources): (Vec<_>, Vec<_>) =
            site.resources.entries.iter().partition(|entry| entry.template.has_variables());
        let tools = site.toolset.entries().iter().map(tool).collect();
        let resources = resources.into_iter().map(resource).collect();
        let templates = templates.into_iter().map(template).collect();
        let prompts = site.prompts.entries.iter().map(prompt).collect();
        Self {
            config: config(site),
            tools: ListToolsResult::with_all_items(tools).with_ttl_ms(TTL_MS).with_cache_scope(SCOPE),
            resources: ListResourcesResult::with_all_items(resources).with_ttl_ms(TTL_MS).with_cache_scope(SCOPE),
            templates: ListResourceTemplatesResult::with_all_items(templates)
                .with_ttl_ms(TTL_MS)
                .with_cache_scope(SCOPE),
            prompts: ListPromptsResult::with_all_items(prompts).with_ttl_ms(TTL_MS).with_cache_scope(SCOPE),
        }
    }
}

fn config(site: &Site) -> ServerConfig {
    let about = site.status.about;
    let mut capabilities = ServerCapabilities::builder().enable_tools().build();
    if !site.resources.entries.is_empty() {
        capabilities.resources = Some(ResourcesCapability::default());
    }
    if !site.prompts.entries.is_empty() {
        capabilities.prompts = Some(PromptsCapability::default());
    }
    let mut server = Implementation::new(about.name, about.version);
    server.title.clone_from(&site.title);
    server.description = Some(about.description.to_owned());
    let config = ServerConfig::new(capabilities).with_server_info(server);
    match &site.instructions {
        Some(instructions) => config.with_instructions(instructions),
        None => config,
    }
}

fn tool(entry: &Entry) -> Tool {
    let text = &entry.text;
    let mut tool = Tool::new(entry.name, text.description.clone(), Arc::new(text.input.clone()));
    tool.title.clone_from(&text.title);
    tool.output_schema = text.output.clone().map(Arc::new);
    let hints = entry.hints;
    let said = [hints.read_only, hints.destructive, hints.idempotent, hints.open_world];
    if said.iter().any(Option::is_some) {
        let [read_only, destructive, idempotent, open_world] = said;
        tool.annotations = Some(ToolAnnotations::from_raw(None, read_only, destructive, idempotent, open_world));
    }
    tool
}

fn resource(entry: &resources::Entry) -> Resource {
    let text = &entry.text;
    let mut resource = Resource::new(&text.uri, entry.name);
    resource.title.clone_from(&text.title);
    resource.with_description(&text.description).with_mime_type(&text.mime_type)
}

fn template(entry: &resources::Entry) -> ResourceTemplate {
    let text = &entry.text;
    let mut template = ResourceTemplate::new(&text.uri, entry.name);
    template.title.clone_from(&text.title);
    template.with_description(&text.description).with_mime_type(&text.mime_type)
}

fn prompt(entry: &prompts::Entry) -> Prompt {
    let arguments = entry.arguments.iter().map(|argument| {
        let mut declared = PromptArgument::new(&argument.name).with_required(argument.required);
        declared.description.clone_from(&argument.description);
        declared
    });
    let arguments: Vec<_> = arguments.collect();
    let arguments = (!arguments.is_empty()).then_some(arguments);
    let mut prompt = Prompt::new(entry.name, Some(&entry.description), arguments);
    prompt.title.clone_from(&entry.title);
    prompt
}
