//! The fleet's `Cargo.toml`: the key in it that mcpgen owns.
//!
//! Knows the workspace's members. Everything else in the file, its comments and its order, is the team's.

use toml_edit::{DocumentMut, TomlError, Value};

/// The pattern that all servers match.
const SERVERS: &str = "*_v2";

/// The manifest with the servers among its members; as it is where they are there already.
///
/// A fleet without servers has no such pattern, because cargo refuses one that matches nothing.
///
/// # Errors
///
/// When the text is not TOML.
pub fn with_servers(text: &str) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let members = document.get_mut("workspace").and_then(|workspace| workspace.get_mut("members"));
    let Some(members) = members.and_then(|members| members.as_array_mut()) else { return Ok(text.to_owned()) };
    let known = |member: &Value| member.as_str().is_some_and(|member| matches!(member, SERVERS | "./*_v2" | "*"));
    if members.iter().any(known) {
        return Ok(text.to_owned());
    }
    members.push(SERVERS);
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_server_brings_the_pattern_and_the_second_nothing() {
        let text = "# ours\n[workspace]\nmembers = [\"base/*\"] # all\n\n[profile.dev]\ndebug = 0\n";
        let once = with_servers(text).unwrap();
        assert_eq!(once, text.replace("[\"base/*\"]", "[\"base/*\", \"*_v2\"]"));
        assert_eq!(with_servers(&once).unwrap(), once);
    }
}
