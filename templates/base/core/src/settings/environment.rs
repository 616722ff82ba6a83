// Owned by mcpgen: edits are overwritten.
//! Where the text of a setting comes from: a variable, or the file that another one names.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// The variables of the process as they were when the server started.
pub struct Environment {
    variables: HashMap<OsString, OsString>,
}

impl Environment {
    /// The variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
        }
    }

    /// These variables and no others.
    pub fn of<N: Into<OsString>, T: Into<OsString>>(
        variables: impl IntoIterator<Item = (N, T)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, text)| (name.into(), text.into()));
        Self {
            variables: variables.collect(),
        }
    }

    /// The text of a setting. An empty variable counts as one that is not set, because that is what
    /// `${NAME:-}` in a compose file leaves behind.
    pub(super) fn value(&self, variable: &str) -> Result<Option<String>, String> {
        let file = format!("{variable}_FILE");
        match (self.text(variable)?, self.text(&file)?) {
            (None, None) => Ok(None),
            (Some(text), None) => Ok(Some(text.to_owned())),
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => Ok(Some(without_newline(text)).filter(|text| !text.is_empty())),
                Err(error) => Err(format!("cannot be read from the file in `{file}`: {error}")),
            },
            (Some(_), Some(_)) => Err(format!("and `{file}` are both set; unset one of them")),
        }
    }

    /// The file that holds the text of a setting, where there is one.
    pub(super) fn file(&self, variable: &str) -> Option<PathBuf> {
        let path = self.text(&format!("{variable}_FILE")).ok()??;
        Some(PathBuf::from(path))
    }

    fn text(&self, variable: &str) -> Result<Option<&str>, String> {
        let Some(text) = self.variables.get(&OsString::from(variable)) else { return Ok(None) };
        match text.to_str() {
            Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            None => Err("is not valid UTF-8".to_owned()),
        }
    }
}

/// The values may be secrets: only the names are shown.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// Editors and `echo` end a file with a newline that is not part of the secret.
fn without_newline(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}
