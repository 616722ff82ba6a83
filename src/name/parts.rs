//! The names of what a server is made of: fields, types and environment variables.

use std::fmt;

use super::words::{fold, pascal, rust_ident, snake};
use super::{MAX_TOOL_NAME, NameError, check_snake};

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
