//! The specs that mcpgen writes itself: where a new server begins.

use super::validate::GOLDEN_TOOL;
use crate::name::ServerName;

/// The spec of a server of which only the name is known: the golden tool, written out.
#[must_use]
pub fn default_spec(name: &ServerName) -> String {
    let title = name.title();
    format!(
        "[server]\nname = \"{name}\"\ntitle = \"{title}\"\ndescription = \"{title} for MCP clients\"\n\n{GOLDEN_TOOL}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Spec, read};

    #[test]
    fn the_default_spec_says_what_a_spec_without_tools_means() {
        let name = ServerName::parse("weather_report").unwrap();
        let written: Spec = read(&default_spec(&name), "server.toml").unwrap();
        let bare = "[server]\nname = \"weather_report\"\ndescription = \"Weather Report for MCP clients\"\n";
        assert_eq!(written, read(bare, "server.toml").unwrap());
        assert_eq!(written.tools[0].name.snake(), "process_request");
    }
}
