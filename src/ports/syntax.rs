//! Whether a text is JSON at all, as clean as what this program writes.
//!
//! Knows what editors and merges do to a file. Knows nothing of registries.

use super::fields::{RESOLVE, RESTORE, Reader, short};
use super::json;
use super::problem::Code;

impl<'a> Reader<'a> {
    /// The one JSON value that the text is; `None` where it has a problem that leaves nothing to read.
    pub fn syntax(&mut self) -> Option<&'a str> {
        if self.text.starts_with('\u{feff}') {
            self.problem(0, "begins with a byte order mark", Some("save it as UTF-8 without BOM"));
            return None;
        }
        if self.text.trim().is_empty() {
            self.problem(
                0,
                "is empty",
                Some("delete it, or restore it from version control: a new one is begun where none exists"),
            );
            return None;
        }
        match json::root(self.text) {
            Ok(root) => {
                // Outside of strings a carriage return is a blank, and no string can hold one.
                if let Some(at) = self.text.find('\r') {
                    let help = "save it with LF only, and add `*.json text eol=lf` to `.gitattributes`";
                    self.problem(at, "has line endings other than LF", Some(help));
                }
                Some(root)
            }
            Err(error) => {
                if !self.conflicts() {
                    self.syntax_error(&error);
                }
                None
            }
        }
    }

    /// Looks for what `git merge` leaves behind. No line of valid JSON can begin like that.
    fn conflicts(&mut self) -> bool {
        let text = self.text;
        for line in text.lines().filter(|line| line.starts_with("<<<<<<<")) {
            let message = format!("has a merge conflict: `{}`", short(line));
            self.coded(Code::ConflictMarkers, self.at(line), message, Some(RESOLVE));
        }
        !self.found.is_empty()
    }

    fn syntax_error(&mut self, error: &serde_json::Error) {
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or(&whole);
        let start = self.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let at = (start + error.column().saturating_sub(1)).min(self.text.len());
        self.problem(at, format!("is not JSON: {message}"), Some(RESTORE));
    }
}
