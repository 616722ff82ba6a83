//! The name of a server.

use std::fmt;

use super::words::{fold, is_keyword, pascal};
use super::{MAX_SERVER_NAME, NameError, check_snake};

/// The name of a server in canonical `snake_case`, without the `_v2` that its crate carries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerName(String);

impl ServerName {
    /// Reads a server name in any usual spelling: `weather`, `Weather`, `weather-v2` and `weather_v2` are one name.
    ///
    /// # Errors
    ///
    /// When the text is empty, too long, starts with a digit, has characters other than ASCII letters, digits, `_` and
    /// `-`, or the suffix twice.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let folded = fold(text);
        let base = folded.strip_suffix("_v2").filter(|base| !base.is_empty()).unwrap_or(&folded);
        if let Some(rest) = base.strip_suffix("_v2") {
            // Its crate would carry the suffix twice.
            let mut rest = rest;
            while let Some(shorter) = rest.strip_suffix("_v2") {
                rest = shorter;
            }
            let suggestion = Self::parse(rest).ok().map(|name| name.0);
            return Err(NameError { reason: "has the suffix `_v2` twice".into(), suggestion });
        }
        check_snake(base, MAX_SERVER_NAME)?;
        if is_keyword(base) || RESERVED_SERVERS.contains(&base) {
            let why =
                if is_keyword(base) { "it is a keyword of Rust" } else { "a folder or a crate of the fleet has it" };
            return Err(NameError {
                reason: format!("is reserved: {why}"),
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
