// Owned by mcpgen: edits are overwritten.
//! What `tools/list` and its like answer: made once, with the schemas exactly as the spec has them.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, ErrorCode, Icon, IconTheme, Implementation, JsonObject, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, MetaObject,
    PaginatedRequestParams, Prompt, PromptArgument, PromptsCapability, Resource, ResourceTemplate,
    ResourcesCapability, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use serde_json::{Map, Value};

use super::{completion, convert};
use crate::document::{IconText, Theme};
use crate::prompts;
use crate::resources;
use crate::site::Site;
use crate::toolset::Entry;

/// How long a client may keep a list unless the server says otherwise: it changes only with a new
/// version of the server.
const TTL_SECONDS: u64 = 300;
/// Everybody is offered the same.
const SCOPE: CacheScope = CacheScope::Public;

/// All that a client can be told without a call. Clients before 2026-07-28 ignore how long they
/// may keep it.
pub(super) struct Lists {
    pub config: ServerConfig,
    pub tools: Vec<Tool>,
    resources: Vec<Resource>,
    templates: Vec<ResourceTemplate>,
    prompts: Vec<Prompt>,
    ttl_ms: u64,
    page_size: usize,
}

impl Lists {
    pub(super) fn new(site: &Site) -> Self {
        let (templates, resources): (Vec<_>, Vec<_>) =
            site.resources.entries.iter().partition(|entry| entry.template.has_variables());
        Self {
            config: config(site),
            tools: site.toolset.entries().iter().map(tool).collect(),
            resources: resources.into_iter().map(resource).collect(),
            templates: templates.into_iter().map(template).collect(),
            prompts: site.prompts.entries.iter().map(prompt).collect(),
            ttl_ms: site.texts.list_ttl_seconds.unwrap_or(TTL_SECONDS).saturating_mul(1000),
            page_size: site.page_size,
        }
    }

    pub(super) fn tools(&self, from: Asked) -> Result<ListToolsResult, ErrorData> {
        let (items, next) = page(&self.tools, self.page_size, from)?;
        let mut list = ListToolsResult::with_all_items(items);
        list.next_cursor = next;
        Ok(list.with_ttl_ms(self.ttl_ms).with_cache_scope(SCOPE))
    }

    pub(super) fn resources(&self, from: Asked) -> Result<ListResourcesResult, ErrorData> {
        known(!(self.resources.is_empty() && self.templates.is_empty()), "resources/list")?;
        let (items, next) = page(&self.resources, self.page_size, from)?;
        let mut list = ListResourcesResult::with_all_items(items);
        list.next_cursor = next;
        Ok(list.with_ttl_ms(self.ttl_ms).with_cache_scope(SCOPE))
    }

    pub(super) fn templates(&self, from: Asked) -> Result<ListResourceTemplatesResult, ErrorData> {
        let offers = !(self.resources.is_empty() && self.templates.is_empty());
        known(offers, "resources/templates/list")?;
        let (items, next) = page(&self.templates, self.page_size, from)?;
        let mut list = ListResourceTemplatesResult::with_all_items(items);
        list.next_cursor = next;
        Ok(list.with_ttl_ms(self.ttl_ms).with_cache_scope(SCOPE))
    }

    pub(super) fn prompts(&self, from: Asked) -> Result<ListPromptsResult, ErrorData> {
        known(!self.prompts.is_empty(), "prompts/list")?;
        let (items, next) = page(&self.prompts, self.page_size, from)?;
        let mut list = ListPromptsResult::with_all_items(items);
        list.next_cursor = next;
        Ok(list.with_ttl_ms(self.ttl_ms).with_cache_scope(SCOPE))
    }
}

/// Refuses what belongs to a capability that this server does not declare.
fn known(is_offered: bool, method: &'static str) -> Result<(), ErrorData> {
    if is_offered {
        return Ok(());
    }
    Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None))
}

/// Where a client wants to go on in a list.
type Asked = Option<PaginatedRequestParams>;

/// The part of a list that a client asks for, and where the next one begins.
fn page<T: Clone>(
    items: &[T],
    size: usize,
    from: Asked,
) -> Result<(Vec<T>, Option<String>), ErrorData> {
    let start = match from.and_then(|from| from.cursor) {
        None => 0,
        Some(cursor) => start(&cursor, items.len(), size).ok_or_else(|| {
            ErrorData::invalid_params("`cursor` is not one that this server gave", None)
        })?,
    };
    if size == 0 || items.len() - start <= size {
        return Ok((items[start..].to_vec(), None));
    }
    let end = start + size;
    Ok((items[start..end].to_vec(), Some(BASE64_URL_SAFE_NO_PAD.encode(end.to_string()))))
}

/// The place that a cursor stands for; a page begins where another one of this size ends.
fn start(cursor: &str, length: usize, size: usize) -> Option<usize> {
    let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let place: usize = text.parse().ok()?;
    (size > 0 && place > 0 && place < length && place.is_multiple_of(size)).then_some(place)
}

fn config(site: &Site) -> ServerConfig {
    let about = site.status.about;
    let texts = &site.texts;
    let mut server = Implementation::new(about.name, about.version);
    server.title.clone_from(&texts.title);
    server.description = Some(about.description.to_owned());
    server.icons = icons(&texts.icons);
    let mut config = ServerConfig::new(capabilities(site)).with_server_info(server);
    config.instructions.clone_from(&texts.instructions);
    config.meta = meta(texts.meta.as_ref());
    config
}

fn capabilities(site: &Site) -> ServerCapabilities {
    let changes = site.house.hub.changes();
    let said = |does: bool| does.then_some(true);
    let mut capabilities = ServerCapabilities::builder().enable_tools().build();
    if let Some(tools) = &mut capabilities.tools {
        tools.list_changed = said(changes.tools);
    }
    if !site.resources.entries.is_empty() {
        let mut resources = ResourcesCapability::default();
        resources.list_changed = said(changes.resources);
        resources.subscribe = said(changes.subscriptions);
        capabilities.resources = Some(resources);
    }
    if !site.prompts.entries.is_empty() {
        let mut prompts = PromptsCapability::default();
        prompts.list_changed = said(changes.prompts);
        capabilities.prompts = Some(prompts);
    }
    if completion::exists(site) {
        capabilities.completions = Some(JsonObject::new());
    }
    if site.logs {
        capabilities.logging = Some(JsonObject::new());
    }
    if site.toolset.has_tasks() {
        let tasks = (rmcp::model::TASKS_EXTENSION_ID.to_owned(), JsonObject::new());
        capabilities.extensions = Some([tasks].into());
    }
    capabilities
}

/// Takes back what only a client that is remembered can have.
pub(super) fn forget_notices(capabilities: &mut ServerCapabilities) {
    if let Some(tools) = &mut capabilities.tools {
        tools.list_changed = None;
    }
    if let Some(resources) = &mut capabilities.resources {
        resources.list_changed = None;
        resources.subscribe = None;
    }
    if let Some(prompts) = &mut capabilities.prompts {
        prompts.list_changed = None;
    }
    capabilities.logging = None;
}

fn tool(entry: &Entry) -> Tool {
    let text = &entry.text;
    let mut tool = Tool::new(entry.name, text.description.clone(), Arc::new(text.input.clone()));
    tool.title.clone_from(&text.title);
    tool.output_schema = text.output.clone().map(Arc::new);
    tool.icons = icons(&text.icons);
    tool.meta = meta(text.meta.as_ref());
    let hints = entry.hints;
    let said = [hints.read_only, hints.destructive, hints.idempotent, hints.open_world];
    if said.iter().any(Option::is_some) {
        let [read_only, destructive, idempotent, open_world] = said;
        tool.annotations =
            Some(ToolAnnotations::from_raw(None, read_only, destructive, idempotent, open_world));
    }
    tool
}

fn resource(entry: &resources::Entry) -> Resource {
    let text = &entry.text;
    let mut resource = Resource::new(&text.uri, entry.name);
    resource.title.clone_from(&text.title);
    resource.icons = icons(&text.icons);
    resource.meta = meta(text.meta.as_ref());
    resource.annotations = text.annotations.clone().map(convert::annotations);
    resource.with_description(&text.description).with_mime_type(&text.mime_type)
}

fn template(entry: &resources::Entry) -> ResourceTemplate {
    let text = &entry.text;
    let mut template = ResourceTemplate::new(&text.uri, entry.name);
    template.title.clone_from(&text.title);
    template.icons = icons(&text.icons);
    template.meta = meta(text.meta.as_ref());
    template.annotations = text.annotations.clone().map(convert::annotations);
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
    prompt.icons = icons(&entry.icons);
    prompt.meta = meta(entry.meta.as_ref());
    prompt
}

fn icons(icons: &[IconText]) -> Option<Vec<Icon>> {
    let icon = |text: &IconText| {
        let mut icon = Icon::new(&text.src);
        icon.mime_type.clone_from(&text.mime_type);
        icon.sizes.clone_from(&text.sizes);
        icon.theme = text.theme.map(|theme| match theme {
            Theme::Light => IconTheme::Light,
            Theme::Dark => IconTheme::Dark,
        });
        icon
    };
    (!icons.is_empty()).then(|| icons.iter().map(icon).collect())
}

fn meta(meta: Option<&Map<String, Value>>) -> Option<MetaObject> {
    meta.map(|meta| MetaObject(meta.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(size: usize) -> Vec<Vec<u8>> {
        let (items, mut pages) = ((0..5).collect::<Vec<u8>>(), Vec::new());
        let mut from = None;
        loop {
            let (items, next) = page(&items, size, from).expect("the cursor is its own");
            pages.push(items);
            if next.is_none() {
                return pages;
            }
            from = Some(PaginatedRequestParams::default().with_cursor(next));
        }
    }

    #[test]
    fn pages_have_everything_once() {
        assert_eq!(listed(0), [vec![0, 1, 2, 3, 4]]);
        assert_eq!(listed(2), [vec![0, 1], vec![2, 3], vec![4]]);
        assert_eq!(listed(5), [vec![0, 1, 2, 3, 4]]);
        assert_eq!(listed(1).len(), 5);
    }

    #[test]
    fn a_made_up_cursor_is_refused() {
        for made_up in ["", "x", "MA", "LTE", "OTk", "Mw"] {
            let from = PaginatedRequestParams::default().with_cursor(Some(made_up.to_owned()));
            assert!(page(&[1, 2, 3, 4, 5], 2, Some(from)).is_err(), "{made_up:?}");
        }
    }
}
