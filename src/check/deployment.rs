//! The files by which a fleet is run: which there are, told by what is in them, and what they say of servers.
//!
//! Knows compose and stack files, scrape configurations, alerts, and what clients are told of servers. Knows no server.

use super::document::{Node, Value};
use super::view::{FileView, FleetView};

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Services of Docker Compose or Swarm.
    Compose,
    /// What Prometheus scrapes.
    Scrape,
    /// When Prometheus calls somebody.
    Alerts,
    /// Servers that an editor or agent may call.
    Clients,
}

/// A document of one kind.
pub struct Deployed<'v, 'a> {
    /// Where it is.
    pub file: &'v FileView<'a>,
    /// The key that it is known by.
    pub key: &'v Node,
    /// What is at that key.
    pub list: &'v Node,
    /// All of it.
    pub root: &'v Node,
}

/// All documents of one kind that are not as rendered.
pub fn of_kind<'v, 'a>(fleet: &'v FleetView<'a>, kind: Kind) -> Vec<Deployed<'v, 'a>> {
    let mut found = Vec::new();
    for file in fleet.all().filter(|file| file.is_suspect() && kind.is_in(file)) {
        let Some(Ok(documents)) = file.documents() else { continue };
        for root in documents {
            if let Some((key, list)) = root.entry(kind.key(file.path)).filter(|(_, it)| kind.is(it)) {
                found.push(Deployed { file, key, list, root });
            }
        }
    }
    found
}

impl Kind {
    /// The key that such a file has at its top.
    fn key(self, path: &str) -> &'static str {
        match self {
            Self::Compose => "services",
            Self::Scrape => "scrape_configs",
            Self::Alerts => "groups",
            Self::Clients if path.ends_with(".vscode/mcp.json") => "servers",
            Self::Clients => "mcpServers",
        }
    }

    /// Whether a file may be of this kind, told without parsing it.
    fn is_in(self, file: &FileView<'_>) -> bool {
        let extensions: &[&str] = if self == Self::Clients { &["json"] } else { &["yml", "yaml"] };
        extensions.iter().any(|extension| file.has_extension(extension)) && file.text.contains(self.key(file.path))
    }

    /// Whether what is at the key is what such a file has there.
    fn is(self, list: &Node) -> bool {
        match self {
            Self::Compose => {
                list.entries().any(|(_, service)| ["image", "build"].iter().any(|key| service.get(key).is_some()))
            }
            Self::Scrape => list.items().iter().any(|config| config.get("job_name").is_some()),
            Self::Alerts => alerts(list).next().is_some(),
            Self::Clients => list.entries().any(|(_, client)| {
                ["command", "url", "serverUrl", "httpUrl"].iter().any(|key| client.get(key).is_some())
            }),
        }
    }
}

/// The alerts in a list of groups.
pub fn alerts(groups: &Node) -> impl Iterator<Item = &Node> {
    let rules = groups.items().iter().filter_map(|group| group.get("rules")).flat_map(Node::items);
    rules.filter(|rule| rule.get("alert").is_some())
}

/// Every key and every scalar in a value.
pub fn scalars<'n>(node: &'n Node, visit: &mut impl FnMut(&'n Node)) {
    match &node.value {
        Value::Text(_) | Value::Plain(_) => visit(node),
        Value::List(items) => items.iter().for_each(|item| scalars(item, visit)),
        Value::Map(entries) => {
            for (key, value) in entries {
                scalars(key, visit);
                scalars(value, visit);
            }
        }
    }
}

/// The texts by which a service says what it runs: its image without the tag, and where it is built.
pub fn runs(service: &Node) -> impl Iterator<Item = &str> {
    let image = service.get("image").and_then(Node::word).map(image_name);
    let build = service.get("build");
    let context = build.and_then(|build| build.word().or_else(|| build.get("context")?.word()));
    let context = context.map(|path| path.trim_end_matches('/').rsplit('/').next().unwrap_or(path));
    let dockerfile = build.and_then(|build| build.get("dockerfile")?.word());
    let dockerfile = dockerfile.and_then(|path| path.rsplit('/').nth(1));
    [image, context, dockerfile].into_iter().flatten()
}

/// `weather-v2` of `registry.example/mcp/weather-v2:0.1.0@sha256:…`.
#[must_use]
pub fn image_name(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split(':').next().unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::document::yaml;

    #[test]
    fn a_service_says_what_it_runs() {
        for (text, expected) in [
            ("image: registry.example:5000/mcp/weather-v2:0.1.0", "weather-v2"),
            ("build: ./weather_v2/", "weather_v2"),
            ("build: { context: ., dockerfile: weather_v2/Dockerfile }", "."),
        ] {
            let service = yaml(text).unwrap().remove(0);
            assert_eq!(runs(&service).next(), Some(expected), "{text}");
        }
        let service = yaml("build: { context: ., dockerfile: weather_v2/Dockerfile }").unwrap().remove(0);
        assert_eq!(runs(&service).collect::<Vec<_>>(), [".", "weather_v2"]);
    }
}
