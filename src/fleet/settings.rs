//! `mcpgen.toml`: what the people of a fleet decided once for all its servers.
//!
//! Knows the keys and their defaults. Knows no disk.

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::value::Datetime;

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
    /// The most bytes that `tools/list` of a server may have whose own spec does not say; none: any number.
    pub schema_budget_bytes: Option<u32>,
    /// `[support]`: what every README says about help.
    pub support: Support,
    /// `[images]`: where images go.
    pub images: Images,
    /// `[[waivers]]`: findings of `mcpgen check` that the team lives with, for a while.
    pub waivers: Vec<Spanned<Waiver>>,
}

/// `[[waivers]]`: why findings of a rule do not count, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule, by its id or name.
    pub rule: String,
    /// Where: a file or folder below the root of the repository, or a pattern with `*`; empty: everywhere.
    #[serde(default)]
    pub path: String,
    /// Why, for those who wonder.
    pub reason: String,
    /// The last day on which it counts, `2027-01-31`.
    #[serde(deserialize_with = "date")]
    pub expires: String,
}

/// A date, as TOML writes it or as a text.
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Date(Datetime),
        Text(String),
    }
    let date = match Either::deserialize(deserializer)? {
        Either::Date(date) => Some(date),
        Either::Text(text) => text.parse().ok(),
    };
    match date {
        Some(Datetime { date: Some(date), time: None, offset: None }) => Ok(date.to_string()),
        _ => Err(serde::de::Error::custom("`expires` is a date: write it like 2027-01-31")),
    }
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
            schema_budget_bytes: None,
            support: Support::default(),
            images: Images::default(),
            waivers: Vec::new(),
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
    fn a_waiver_has_a_reason_and_a_date() {
        let waiver = |expires: &str| format!("[[waivers]]\nrule = \"drift\"\nreason = \"x\"\nexpires = {expires}\n");
        for expires in ["2027-01-31", "\"2027-01-31\""] {
            assert_eq!(parse(&waiver(expires)).unwrap().waivers[0].get_ref().expires, "2027-01-31");
        }
        for expires in ["\"soon\"", "2027", "2027-01-31T00:00:00Z", "\"2027-02-31\""] {
            assert!(parse(&waiver(expires)).is_err(), "{expires}");
        }
        assert!(parse("[[waivers]]\nrule = \"drift\"\nexpires = 2027-01-31\n").is_err());
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = parse("[support]\nchanel = \"#mcp\"\n").unwrap_err().to_string();
        assert!(error.contains("chanel") && error.contains("line 2"), "{error}");
    }
}
