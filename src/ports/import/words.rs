//! The words that people use in registries: for settings, for what is gone, for names.
//!
//! Knows vocabulary only: every list that may have to grow when one more registry is met is here.

use crate::name::{fold, words_of as words};

/// Whether a key is about a port, as `gateway_port` is and `support` is not.
pub(super) fn names_a_port(key: &str) -> bool {
    words(key).iter().any(|word| matches!(word.as_str(), "port" | "ports"))
}

/// Whether a number behind this key is a quantity and no port, whatever its size.
pub(super) fn is_quantity(key: &str) -> bool {
    const WHOLE: &[&str] =
        &["memory", "number", "order", "priority", "revision", "timestamp", "version", "weight", "year"];
    const LAST: &[&str] = &[
        "bytes", "count", "cpu", "days", "delay", "hours", "interval", "kb", "length", "limit", "mb", "millis",
        "minutes", "ms", "offset", "replicas", "retries", "seconds", "size", "timeout", "tokens", "total", "ttl",
    ];
    let words = words(key);
    let is = |known: &[&str], word: Option<&String>| word.is_some_and(|word| known.contains(&word.as_str()));
    is(LAST, words.last()) || (words.len() == 1 && is(WHOLE, words.last()))
}

/// Whether a number behind this key, among names with numbers, sets something up. Fewer words than for a quantity: a
/// server may well be called `bean_count`, and it must not be lost.
pub(super) fn is_setting(key: &str) -> bool {
    let words = words(key);
    match words.last().map(String::as_str) {
        Some("port" | "ports" | "offset" | "replicas" | "timeout" | "interval" | "ms" | "seconds") => true,
        Some("base" | "count" | "end" | "max" | "min" | "start" | "total" | "version") => words.len() == 1,
        _ => false,
    }
}

/// Words for what is gone. Some fleets have them as a status, some as the name of a list, some instead of a name.
const GONE: &[&str] = &[
    "archived",
    "decommissioned",
    "deleted",
    "deprecated",
    "eliminated",
    "gone",
    "obsolete",
    "released",
    "removed",
    "retired",
];

/// Whether a status says that a server is gone.
pub(super) fn is_gone(status: &str) -> bool {
    words(status).first().is_some_and(|word| GONE.contains(&word.as_str()))
}

/// Whether a status says that a server is of the generation before.
pub(super) fn is_legacy(status: &str) -> bool {
    matches!(fold(status).as_str(), "legacy" | "v1")
}

/// Whether a key is that of a list of servers that are gone: `removed_servers`.
pub(super) fn lists_gone(key: &str) -> bool {
    let words = words(key);
    let is_list = |word: &String| matches!(word.as_str(), "servers" | "services" | "mcp" | "names");
    words.split_first().is_some_and(|(first, rest)| GONE.contains(&first.as_str()) && rest.iter().all(is_list))
}

/// Whether a text stands where a name should, and is none: a mass edit writes such words over names.
pub(super) fn is_no_name(name: &str) -> bool {
    let folded = fold(name);
    GONE.contains(&folded.as_str()) || matches!(folded.as_str(), "tbd" | "todo" | "none" | "null" | "n/a" | "unknown")
}

/// A name without what says only that it is a server, or which generation of it: near names are equal then.
pub(super) fn stem(folded: &str) -> &str {
    let mut stem = folded;
    loop {
        let cut = ["_mcp", "_server", "_service", "_v1", "_v2", "_v3"].iter().find_map(|end| stem.strip_suffix(end));
        match cut {
            Some(shorter) if !shorter.is_empty() => stem = shorter,
            _ => return stem,
        }
    }
}

/// An id from any text: what an id cannot have becomes `_`. May still be no id, for example empty.
pub(super) fn id_of(text: &str) -> String {
    let tame = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '_' };
    let id: String = text.chars().map(tame).take(64).collect();
    let mut parts = id.split('_').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default().trim_start_matches('-').to_owned();
    parts.fold(first, |id, part| if id.is_empty() { part.to_owned() } else { id + "_" + part })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fall_into_words() {
        assert_eq!(words("gatewayPort"), ["gateway", "port"]);
        assert_eq!(words("API-Key_2"), ["api", "key", "2"]);
        assert!(names_a_port("basePort") && !names_a_port("support") && !names_a_port("report_count"));
        assert!(is_quantity("from_count") && is_quantity("offset") && is_quantity("memory") && !is_quantity("counter"));
        assert!(is_setting("base_port") && is_setting("timeout"));
        assert!(["tide_memory", "port_scanner", "bean_count"].iter().all(|name| !is_setting(name)));
    }

    #[test]
    fn what_is_gone_is_known_as_a_status_a_list_and_a_word() {
        assert!(is_gone("Removed 2026-01-02") && is_gone("DEPRECATED") && !is_gone("active"));
        assert!(lists_gone("removed_servers") && lists_gone("retired") && !lists_gone("deprecated_files"));
        assert!(is_no_name("ELIMINATED") && !is_no_name("eliminator"));
    }

    #[test]
    fn near_names_have_one_stem_and_any_text_has_an_id() {
        assert_eq!(["tide_v2", "tide_mcp", "tide_mcp_server", "tide"].map(stem), ["tide"; 4]);
        assert_eq!(stem("_v2"), "_v2");
        assert_eq!(["../Tide Table", "--a b", "ä", ""].map(id_of), ["tide_table", "a_b", "", ""]);
    }
}
