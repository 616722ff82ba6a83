//! Another name in the text of a spec, and nothing else changed.
//!
//! Knows where `name` stands in `[server]`. The text is one that was read without problems.

use crate::escape;
use crate::name::ServerName;

/// The text with this name in `[server]`; as it is where the name is there already.
#[must_use]
pub fn rename(text: &str, name: &ServerName) -> String {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    let Ok(document) = toml::de::DeTable::parse(body) else { return text.to_owned() };
    let Some(found) = document.get_ref().get("server").and_then(|server| server.get_ref().get("name")) else {
        return text.to_owned();
    };
    if found.get_ref().as_str().and_then(|found| ServerName::parse(found).ok()).as_ref() == Some(name) {
        return text.to_owned();
    }
    let span = found.span();
    let (before, after) = (&text[..span.start + shift], &text[span.end + shift..]);
    format!("{before}{}{after}", escape::toml(name.snake()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_changes() {
        let name = ServerName::parse("climate").unwrap();
        let text = "# mine\n[server]\nname = \"weather\" # it\ntitle = \"weather\"\n";
        assert_eq!(rename(text, &name), "# mine\n[server]\nname = \"climate\" # it\ntitle = \"weather\"\n");
        let same = "[server]\nname = \"climate_v2\"\n";
        assert_eq!(rename(same, &name), same);
    }
}
