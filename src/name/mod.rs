//! Names: parsed once, then trusted.
//!
//! Knows how a name is spelled in each place that it is rendered into (snake, kebab, Pascal, SCREAMING, a Rust
//! identifier) and which spellings are refused. Knows nothing of files, specs or ports.

mod words;

use std::fmt;

pub use words::{fold, is_keyword, rust_ident, variant};
use words::{pascal, snake};

/// The longest name that every MCP client is known to accept, in characters.
pub const MAX_TOOL_NAME: usize = 64;

/// The longest server name, in characters: it becomes a crate, a container and a host name (RFC 1035 allows 63).
pub const MAX_SERVER_NAME: usize = 48;

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

/// The name of a server in canonical `snake_case`, without the `_v2` that its crate carries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerName(String);

impl ServerName {
    /// Reads a server name in any usual spelling: `weather`, `Weather`, `weather-v2` and `weather_v2` are one name.
    ///
    /// # Errors
    ///
    /// When the text is empty, too long, starts with a digit, or has characters other than ASCII letters, digits,
    /// `_` and `-`.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let folded = fold(text);
        let base = folded.strip_suffix("_v2").filter(|base| !base.is_empty()).unwrap_or(&folded);
        check_snake(base, MAX_SERVER_NAME)?;
        if is_keyword(base) || RESERVED_SERVERS.contains(&base) {
            return Err(NameError {
                reason: "is reserved: it would clash with a folder or a crate of the fleet".into(),
                suggestion: Some(format!("{base}_server")),
            });
        }
        Ok(Self(base.to_owned()))
    }

    /// A name to begin with, where nobody has given one.
    #[must_use]
    pub fn placeholder() -> Self {
        Self("my_server".to_owned())
    }

    /// `weather_report`.
    #[must_use]
    pub fn snake(&self) -> &str {
        &self.0
    }

    /// `weather-report`.
    #[must_use]
    pub fn kebab(&self) -> String {
        self.0.replace('_', "-")
    }

    /// `WeatherReport`.
    #[must_use]
    pub fn pascal(&self) -> String {
        pascal(&self.0)
    }

    /// `Weather Report`, where nobody gave it a title.
    #[must_use]
    pub fn title(&self) -> String {
        self.0.split('_').map(pascal).collect::<Vec<_>>().join(" ")
    }

    /// `WEATHER_REPORT`, the prefix of the server's environment variables.
    #[must_use]
    pub fn screaming(&self) -> String {
        self.0.to_ascii_uppercase()
    }

    /// `weather_report_v2`: the crate, its folder, and its id in the registry.
    #[must_use]
    pub fn crate_name(&self) -> String {
        format!("{}_v2", self.0)
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names that a server may not have: folders of a fleet, and crates that every server links.
const RESERVED_SERVERS: &[&str] = &[
    "alloc",
    "axum",
    "base",
    "core",
    "deploy",
    "mcp",
    "mcp_base",
    "mcp_docs",
    "mcp_redis",
    "mcp_testing",
    "mcp_upstream",
    "proc_macro",
    "rmcp",
    "serde",
    "std",
    "target",
    "test",
    "tests",
    "tokio",
];

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

/// The name of a field as it goes over the wire, and the Rust identifier that stands for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldName {
    wire: String,
    snake: String,
}

impl FieldName {
    /// Reads the name of a field: letters, digits, `_` and `-`, not starting with a digit or `-`.
    ///
    /// # Errors
    ///
    /// When it is empty, longer than [`MAX_TOOL_NAME`], or has other characters.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let refuse = |reason: &str| {
            let near = fold(text);
            let suggestion = check_snake(&near, MAX_TOOL_NAME).is_ok().then_some(near);
            Err(NameError { reason: reason.into(), suggestion })
        };
        if text.is_empty() {
            return refuse("is empty");
        }
        if text.chars().count() > MAX_TOOL_NAME {
            return refuse(&format!("has more than {MAX_TOOL_NAME} characters"));
        }
        if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return refuse("does not start with a letter or `_`");
        }
        if !text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
            return refuse("has characters other than ASCII letters, digits, `_` and `-`");
        }
        let snake = snake(text);
        if !snake.starts_with(|c: char| c.is_ascii_lowercase()) {
            return refuse("has no letter before its first digit");
        }
        Ok(Self { wire: text.to_owned(), snake })
    }

    /// A `snake_case` name that the caller knows to be one.
    pub(crate) fn trusted(text: &str) -> Self {
        Self { wire: text.to_owned(), snake: text.to_owned() }
    }

    /// The name as the spec wrote it, as it stands in JSON.
    #[must_use]
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// The name folded to `snake_case`, not yet safe as a Rust identifier; two fields of one object must differ in it.
    #[must_use]
    pub fn snake(&self) -> &str {
        &self.snake
    }

    /// The Rust identifier: `photo_urls`, `r#type`, `self_`.
    #[must_use]
    pub fn ident(&self) -> String {
        rust_ident(&self.snake)
    }

    /// `PhotoUrls`, used to name a type that belongs to the field.
    #[must_use]
    pub fn pascal(&self) -> String {
        pascal(&self.snake)
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wire)
    }
}

/// The name of a type in `PascalCase`: a named type of the spec, or one that the generated code needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName(String);

impl TypeName {
    /// Reads a type name that must already be `PascalCase`.
    ///
    /// # Errors
    ///
    /// When it is not `PascalCase`, is longer than [`MAX_TOOL_NAME`], or stands for a type that generated code uses.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let refuse = |reason: &str| {
            let near = pascal(&snake(text));
            let fine = near != text && near.starts_with(|c: char| c.is_ascii_uppercase());
            Err(NameError { reason: reason.into(), suggestion: fine.then_some(near) })
        };
        if text.chars().count() > MAX_TOOL_NAME {
            return refuse(&format!("has more than {MAX_TOOL_NAME} characters"));
        }
        if !text.starts_with(|c: char| c.is_ascii_uppercase()) {
            return refuse("does not start with a capital letter");
        }
        if !text.chars().all(|c| c.is_ascii_alphanumeric()) {
            return refuse("has characters other than ASCII letters and digits");
        }
        if RESERVED_TYPES.contains(&text) {
            return Err(NameError {
                reason: "is the name of a type that the generated code uses".into(),
                suggestion: Some(format!("{text}Item")),
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// A name that the caller knows to be one: made of names, it may be long.
    pub(crate) fn trusted(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// `Alert`.
    #[must_use]
    pub fn pascal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Types that generated code names without a path.
const RESERVED_TYPES: &[&str] = &[
    "Box",
    "Clone",
    "Context",
    "CoreService",
    "Debug",
    "Default",
    "Deserialize",
    "Err",
    "Error",
    "Map",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Reply",
    "Request",
    "Result",
    "Secret",
    "Self",
    "Serialize",
    "Server",
    "Settings",
    "Some",
    "String",
    "Tool",
    "Upstream",
    "Value",
    "Vec",
];

/// The name of an environment variable: `WEATHER_UNITS`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvName(String);

impl EnvName {
    /// Reads the name of an environment variable, POSIX style.
    ///
    /// # Errors
    ///
    /// When it is empty, starts with a digit, or has characters other than `A`–`Z`, `0`–`9` and `_`.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let near: String = fold(text).to_ascii_uppercase();
        let fine = text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if fine {
            return Ok(Self(text.to_owned()));
        }
        Err(NameError {
            reason: "is not a variable name in capital letters, digits and `_`".into(),
            suggestion: check_snake(&near.to_ascii_lowercase(), usize::MAX).is_ok().then_some(near),
        })
    }

    /// A name that the caller knows to be one.
    pub(crate) fn trusted(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The name as it stands in the environment.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvName {
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
        ] {
            let error = ServerName::parse(text).unwrap_err();
            assert!(error.reason.contains(reason), "`{text}` {error}");
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
