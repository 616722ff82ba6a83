//! How much the list of tools takes of a model's context, and whether that is more than it may be.
//!
//! Knows entries as clients read them. What a client adds, and how a model counts, nobody here knows: tokens are an
//! estimate.

use std::ops::Range;

use serde_json::Value;

use super::document::Node;
use crate::text::quote;

/// Bytes of JSON that are about one token.
const BYTES_OF_A_TOKEN: usize = 4;

/// Tools that are named where not all of them are.
const SHOWN: usize = 3;

/// The size of `tools` in the answer to `tools/list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolsList {
    /// The tools, with the bytes that each takes: the largest first.
    tools: Vec<(String, usize)>,
}

/// A list that is larger than it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverBudget {
    /// Where in the spec that is said, or would be.
    pub span: Range<usize>,
    /// How large it is.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl ToolsList {
    /// Of the lists that a server answers.
    #[must_use]
    pub fn of(lists: &Value) -> Self {
        let entries = lists["tools"].as_array().into_iter().flatten();
        let mut tools: Vec<(String, usize)> = entries
            .map(|tool| (tool["name"].as_str().unwrap_or_default().to_owned(), tool.to_string().len()))
            .collect();
        tools.sort_by(|(one, size), (other, than)| than.cmp(size).then_with(|| one.cmp(other)));
        Self { tools }
    }

    /// The tools, with the bytes that each takes: the largest first.
    #[must_use]
    pub fn largest_first(&self) -> &[(String, usize)] {
        &self.tools
    }

    /// The bytes of the whole array.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let brackets_and_commas = 2 + self.tools.len().saturating_sub(1);
        self.tools.iter().map(|(_, bytes)| bytes).sum::<usize>() + brackets_and_commas
    }

    /// About how many tokens that is.
    #[must_use]
    pub fn estimated_tokens(&self) -> usize {
        self.bytes().div_ceil(BYTES_OF_A_TOKEN)
    }

    /// `` 1203 bytes, about 301 tokens by estimate; the largest are `a` with 600, `b` with 400 ``.
    #[must_use]
    pub fn told(&self) -> String {
        let largest: Vec<String> =
            self.tools.iter().take(SHOWN).map(|(name, bytes)| format!("{} with {bytes}", quote(name))).collect();
        let (bytes, tokens) = (self.bytes(), self.estimated_tokens());
        format!("{bytes} bytes, about {tokens} tokens by estimate; the largest are {}", largest.join(", "))
    }

    /// What is wrong where it is larger than the spec, or else the fleet, allows. `spec`: the file as a document.
    #[must_use]
    pub fn over(&self, own: Option<u32>, of_fleet: Option<u32>, spec: Option<&Node>) -> Option<OverBudget> {
        let budget = own.or(of_fleet)?;
        if self.bytes() <= usize::try_from(budget).unwrap_or(usize::MAX) {
            return None;
        }
        let whose = if own.is_some() { "" } else { " of the fleet" };
        let server = spec.and_then(|spec| spec.entry("server"));
        let span = server.map_or(0..0, |(key, server)| {
            server.get("schema_budget_bytes").map_or_else(|| key.span.clone(), |value| value.span.clone())
        });
        Some(OverBudget {
            span,
            message: format!("`tools/list` passes the budget{whose} of {budget} bytes: it has {}", self.told()),
            help:
                "shorten descriptions, leave out what no caller needs, split the server, or raise `schema_budget_bytes`"
                    .to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::check::document;

    #[test]
    fn the_size_is_that_of_the_array_as_it_is_sent() {
        let lists = json!({ "tools": [{ "name": "a", "inputSchema": { "type": "object" } }, { "name": "bé" }] });
        let size = ToolsList::of(&lists);
        assert_eq!(size.bytes(), lists["tools"].to_string().len());
        assert_eq!(size.estimated_tokens(), size.bytes().div_ceil(4));
        assert_eq!(size.largest_first()[1], ("bé".to_owned(), 14));
        assert_eq!(ToolsList::of(&json!({ "tools": [] })).bytes(), 2);
    }

    #[test]
    fn the_budget_of_the_spec_wins_over_that_of_the_fleet() {
        let text = "[server]\nname = \"a\"\nschema_budget_bytes = 20\n";
        let spec = document::toml(text).unwrap();
        let size = ToolsList::of(&json!({ "tools": [{ "name": "a" }, { "name": "b" }] }));
        assert_eq!(size.bytes(), 27);
        assert_eq!((size.over(None, None, None), size.over(Some(27), Some(1), None)), (None, None));
        let over = size.over(Some(20), Some(100), Some(&spec)).unwrap();
        assert_eq!((&text[over.span], over.message.contains("the budget of 20 bytes: it has 27")), ("20", true));
        let bare = document::toml("[server]\nname = \"a\"\n").unwrap();
        let over = size.over(None, Some(20), Some(&bare)).unwrap();
        assert_eq!(over.span, 1..7);
        assert!(over.message.contains("the budget of the fleet of 20 bytes"), "{}", over.message);
    }
}
