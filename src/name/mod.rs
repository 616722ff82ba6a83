//! Names: parsed once, then trusted.
//!
//! Knows how a name is spelled in each place that it is rendered into (snake, kebab, Pascal, SCREAMING, a Rust
//! identifier) and which spellings are refused. Knows nothing of files, specs or ports.

mod parts;
mod server;
mod words;

use std::fmt;

pub use parts::{EnvName, FieldName, TypeName};
pub use server::ServerName;
pub use words::{fold, is_keyword, rust_ident, variant, words_of};
use words::{pascal, snake};

/// The longest name that every MCP client is known to accept, in characters.
pub const MAX_TOOL_NAME: usize = 64;

/// The longest server name, in characters: it becomes a crate, a container and a host name (RFC 1035 allows 63).
pub const MAX_SERVER_NAME: usize = 48;

/// What clients call a tool that put the tools of several servers into one list.
#[must_use]
pub fn flattened(server: &str, tool: &str) -> [String; 2] {
    [format!("{server}_{tool}"), format!("mcp__{server}__{tool}")]
}

/// Why a text is not a name: one sentence without its subject, to be put behind the name in backticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError {
    /// What is wrong, for example `starts with a digit`.
    pub reason: String,
    /// A spelling that would be accepted, if one is near.
    pub suggestion: Option<String>,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for NameError {}

/// The name of a tool, resource, prompt or setting: `snake_case`, a Rust identifier as it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolName(String);

impl ToolName {
    /// Reads a name that must already be `snake_case`.
    ///
    /// # Errors
    ///
    /// When it is not `snake_case`, is longer than [`MAX_TOOL_NAME`], or is a Rust keyword.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        check_snake(text, MAX_TOOL_NAME)?;
        if is_keyword(text) {
            return Err(NameError { reason: "is a keyword of Rust".into(), suggestion: Some(format!("{text}_it")) });
        }
        Ok(Self(text.to_owned()))
    }

    /// A name that the caller knows to be one.
    pub(crate) fn trusted(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// `get_forecast`.
    #[must_use]
    pub fn snake(&self) -> &str {
        &self.0
    }

    /// `GetForecast`.
    #[must_use]
    pub fn pascal(&self) -> String {
        pascal(&self.0)
    }

    /// `GET_FORECAST`.
    #[must_use]
    pub fn screaming(&self) -> String {
        self.0.to_ascii_uppercase()
    }
}

impl fmt::Display for ToolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_snake(text: &str, longest: usize) -> Result<(), NameError> {
    let refuse = |reason: String| {
        let near = snake(&fold(text));
        let fine = near != text && near.starts_with(|c: char| c.is_ascii_lowercase()) && near.len() <= longest;
        let fine = fine && near.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        Err(NameError { reason, suggestion: fine.then_some(near) })
    };
    if text.is_empty() {
        return refuse("is empty".into());
    }
    if text.chars().count() > longest {
        return refuse(format!("has more than {longest} characters"));
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return refuse("starts with a digit".into());
    }
    if !text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        return refuse("is not `snake_case`: only `a`–`z`, `0`–`9` and `_`".into());
    }
    if text.starts_with('_') || text.ends_with('_') || text.contains("__") {
        return refuse("has a `_` at an end or two in a row".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_has_one_name_in_every_spelling() {
        for text in ["weather_report", "Weather-Report", "weather_report_v2", "WEATHER-REPORT-V2"] {
            let name = ServerName::parse(text).unwrap();
            assert_eq!(name.snake(), "weather_report", "{text}");
            assert_eq!(name.crate_name(), "weather_report_v2", "{text}");
        }
        let name = ServerName::parse("weather_report").unwrap();
        assert_eq!((name.kebab(), name.pascal()), ("weather-report".into(), "WeatherReport".into()));
        assert_eq!(name.screaming(), "WEATHER_REPORT");
    }

    #[test]
    fn a_bad_server_name_says_why() {
        for (text, reason) in [
            ("", "is empty"),
            ("4seasons", "starts with a digit"),
            ("../weather", "is not `snake_case`"),
            ("base", "is reserved"),
            ("fn", "is reserved"),
            ("a__b", "two in a row"),
            ("hello_v2_v2", "has the suffix `_v2` twice"),
            ("Hello-V2-V2-v2", "has the suffix `_v2` twice"),
        ] {
            let error = ServerName::parse(text).unwrap_err();
            assert!(error.reason.contains(reason), "`{text}` {error}");
        }
        for (text, near) in [("hello_v2_v2", Some("hello")), ("a-v2-v2-v2", Some("a")), ("fn_v2_v2", None)] {
            assert_eq!(ServerName::parse(text).unwrap_err().suggestion.as_deref(), near, "{text}");
        }
    }

    #[test]
    fn fields_keep_their_wire_name() {
        for (wire, ident) in [
            ("photoUrls", "photo_urls"),
            ("type", "r#type"),
            ("self", "self_"),
            ("X-Request-ID", "x_request_id"),
            ("HTTPServer2Go", "http_server2_go"),
            ("_id", "id"),
        ] {
            let name = FieldName::parse(wire).unwrap();
            assert_eq!((name.wire(), name.ident().as_str()), (wire, ident));
        }
    }

    #[test]
    fn every_text_has_a_variant_that_rust_accepts() {
        for (text, name) in [
            ("in progress", "InProgress"),
            ("404", "N404"),
            ("", "Empty"),
            ("+1", "Plus1"),
            ("-1", "Minus1"),
            (">=", "GreaterEqual"),
            ("1.5", "N1Dot5"),
            ("a-b", "AB"),
            ("…", "U2026"),
            ("__", "Other"),
            ("self", "Itself"),
        ] {
            assert_eq!(variant(text), name);
        }
    }
}
