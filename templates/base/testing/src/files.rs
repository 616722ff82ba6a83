// Owned by mcpgen: edits are overwritten.
//! The files of the server that is tested, and files that are gone when their test is over: secrets
//! as an orchestrator mounts them.

use std::mem;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};

/// A folder that is removed with all that is in it.
#[derive(Debug)]
pub(crate) struct Files(PathBuf);

impl Files {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("mcp-testing-{}-{number}", process::id()));
        // A process with the same id may have left one behind.
        let _ = std::fs::remove_dir_all(&folder);
        if let Err(error) = std::fs::create_dir_all(&folder) {
            panic!("the folder `{}` cannot be made: {error}", folder.display());
        }
        Self(folder)
    }

    /// Writes a file with a newline at its end, as editors and `echo` do.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        if let Err(error) = std::fs::write(&path, format!("{text}\n")) {
            panic!("the file `{}` cannot be written: {error}", path.display());
        }
        path
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // The folder is in the system's place for such: what stays is removed there.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Reads a file below `tests/data` of the server that is tested.
pub(crate) fn read(below_data: &Path) -> String {
    text(&Path::new("tests/data").join(below_data))
}

/// The text of a file of the server that is tested.
fn text(path: &Path) -> String {
    match String::from_utf8(bytes(path)) {
        Ok(text) => text,
        Err(error) => panic!("`{}` is no text: {error}", path.display()),
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| ".".into());
    let path = Path::new(&package).join(path);
    match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => panic!("`{}` cannot be read: {error}", path.display()),
    }
}

/// The same as JSON.
pub(crate) fn read_json(below_data: &Path) -> Value {
    match serde_json::from_str(&read(below_data)) {
        Ok(value) => value,
        Err(error) => panic!("`tests/data/{}` is no JSON: {error}", below_data.display()),
    }
}

/// A value with what is in files in the places of `{ "$text": path }`, `{ "$base64": path }` and
/// `{ "$json": path }`. The object in `{ "$literal": { … } }` is none of these, but what it has may
/// be.
pub(crate) fn filled(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(filled).collect(),
        Value::Object(mut fields) => {
            if fields.len() == 1
                && let Some(Value::Object(inner)) = fields.get_mut("$literal")
            {
                return within(mem::take(inner));
            }
            let first = fields.iter().next().filter(|_| fields.len() == 1);
            let named = first.and_then(|(key, of)| Some((key.as_str(), Path::new(of.as_str()?))));
            match named {
                Some(("$text", path)) => text(path).into(),
                Some(("$base64", path)) => BASE64_STANDARD.encode(bytes(path)).into(),
                // What says that it is JSON and is not is read as a text.
                Some(("$json", path)) => {
                    let text = text(path);
                    serde_json::from_str(&text).unwrap_or(Value::String(text))
                }
                _ => within(fields),
            }
        }
        other => other,
    }
}

fn within(fields: Map<String, Value>) -> Value {
    fields.into_iter().map(|(key, of)| (key, filled(of))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// These tests' own manifest stands for a file of a server.
    #[test]
    fn what_is_in_a_file_takes_the_place_of_its_name() {
        let manifest = include_str!("../Cargo.toml");
        let path = "Cargo.toml";
        let answer = json!([{ "text": { "$text": path } }, { "$json": path }, { "$text": 1 }]);
        let expected = json!([{ "text": manifest }, manifest, { "$text": 1 }]);
        assert_eq!(filled(answer), expected);
        let encoded = BASE64_STANDARD.encode(manifest);
        let more = json!({ "blob": { "$base64": path }, "b": 2 });
        assert_eq!(filled(more), json!({ "blob": encoded, "b": 2 }));
        let literal = json!({ "a": { "$literal": { "$text": { "$text": path } } } });
        assert_eq!(filled(literal), json!({ "a": { "$text": manifest } }));
        let literal = json!({ "$literal": { "$literal": { "$literal": { "$text": path } } } });
        assert_eq!(filled(literal), json!({ "$literal": { "$text": path } }));
    }
}
