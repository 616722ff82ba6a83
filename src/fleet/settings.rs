//! `mcpgen.toml`: what the people of a fleet decided once for all its servers.
//!
//! Knows the keys and their defaults. Knows no disk.

use serde::Deserialize;

/// The settings of a fleet; every key has a default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The fleet's name, for people.
    pub name: String,
    /// The root of the repository, from the fleet's folder; empty: the nearest folder with `.git`, else the fleet.
    pub root: String,
    /// The ports registry: a path from the fleet's folder, or the URL of an object.
    pub registry: String,
    /// `[support]`: what every README says about help.
    pub support: Support,
    /// `[images]`: where images go.
    pub images: Images,
}

/// `[support]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Support {
    /// Where to ask.
    pub channel: String,
    /// Where to read.
    pub docs: String,
    /// Who is called at night.
    pub on_call: String,
    /// Where dashboards are.
    pub dashboard: String,
}

/// `[images]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Images {
    /// The registry and its path, for example `registry.example/mcp`.
    pub registry: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: String::new(),
            root: String::new(),
            registry: "consolidated_mcp_ports.json".into(),
            support: Support::default(),
            images: Images::default(),
        }
    }
}

/// Reads the text of `mcpgen.toml`.
///
/// # Errors
///
/// When it is not TOML, or has a key that is unknown or of another type; the message names the place.
pub fn parse(text: &str) -> Result<Settings, toml::de::Error> {
    toml::from_str(text.trim_start_matches('\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_a_fleet() {
        assert_eq!(parse("").unwrap(), Settings::default());
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = parse("[support]\nchanel = \"#mcp\"\n").unwrap_err().to_string();
        assert!(error.contains("chanel") && error.contains("line 2"), "{error}");
    }
}
