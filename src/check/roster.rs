//! The servers of a fleet by the names and ports under which files speak of them.
//!
//! Knows what is certainly a server of the fleet (`weather_v2`, `weather-v2`), and what may be one (`weather`). Knows no file
//! format.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::view::Summary;
use crate::name::fold;

/// What the id of every server that mcpgen made ends with.
const SUFFIX: &str = "_v2";

/// Hosts that mean the machine itself.
const LOOPBACK: &[&str] = &["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"];

/// The servers of a fleet, to be found by what files call them.
#[derive(Debug)]
pub struct Roster<'a> {
    /// The servers.
    pub servers: &'a [Summary],
    ids: HashMap<String, usize>,
    names: HashMap<String, usize>,
    ports: HashMap<u16, usize>,
}

/// A port behind the name of a host: `weather-v2:9004`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPort<'t> {
    /// The host.
    pub host: &'t str,
    /// The port.
    pub port: u16,
    /// Where the port stands in the text.
    pub at: Range<usize>,
}

impl<'a> Roster<'a> {
    /// Of these servers.
    #[must_use]
    pub fn new(servers: &'a [Summary]) -> Self {
        let (mut ids, mut names, mut ports) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (index, server) in servers.iter().enumerate() {
            let id = fold(&server.id);
            let name = server.name.clone().unwrap_or_else(|| id.strip_suffix(SUFFIX).unwrap_or(&id).to_owned());
            names.insert(name, index);
            ids.insert(id, index);
            if let Some(port) = server.port {
                ports.insert(port, index);
            }
        }
        Self { servers, ids, names, ports }
    }

    /// The server that this is the id of, in one of its spellings. A folder without `_v2` may have the name of anything.
    #[must_use]
    pub fn certain(&self, word: &str) -> Option<usize> {
        let id = fold(word);
        id.ends_with(SUFFIX).then(|| self.ids.get(&id).copied())?
    }

    /// The server that is probably meant: also by its name alone, or by an id without `_v2`.
    #[must_use]
    pub fn probable(&self, word: &str) -> Option<usize> {
        let id = fold(word);
        self.ids.get(&id).or_else(|| self.names.get(&id)).copied()
    }

    /// The server with this port.
    #[must_use]
    pub fn by_port(&self, port: u16) -> Option<usize> {
        self.ports.get(&port).copied()
    }

    /// The servers whose ids stand in a text as words.
    pub fn certain_in(&self, text: &str) -> impl Iterator<Item = usize> {
        words(text).filter_map(|word| self.certain(word))
    }

    /// The servers that are probably meant in a text: by a word, or by a port of theirs.
    pub fn probable_in(&self, text: &str) -> impl Iterator<Item = usize> {
        words(text).filter_map(|word| self.probable(word).or_else(|| self.by_port(word.parse().ok()?)))
    }

    /// The ids of the servers that are not among these, of those that are wanted.
    #[must_use]
    pub fn without(&self, there: &BTreeSet<usize>, is_wanted: fn(&Summary) -> bool) -> Vec<&'a str> {
        let missing =
            self.servers.iter().enumerate().filter(|(index, server)| !there.contains(index) && is_wanted(server));
        missing.map(|(_, server)| server.id.as_str()).collect()
    }

    /// Whether this is an id as mcpgen gives them, of a server that is not in the fleet.
    #[must_use]
    pub fn is_unknown(&self, word: &str) -> bool {
        let id = fold(word);
        let is_plain = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        is_plain && id.strip_suffix(SUFFIX).is_some_and(|name| !name.is_empty()) && !self.ids.contains_key(&id)
    }
}

/// The words of a text: letters, digits, `_` and `-`.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).filter(|word| !word.is_empty())
}

/// Whether a host means the machine itself.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    LOOPBACK.contains(&host)
}

/// The hosts with ports in a text.
#[must_use]
pub fn hosts(text: &str) -> Vec<HostPort<'_>> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']');
    let mut found = Vec::new();
    for (colon, _) in text.match_indices(':') {
        let (before, after) = (&text[..colon], &text[colon + 1..]);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let is_word = after[digits..].chars().next().is_none_or(|c| !c.is_ascii_alphanumeric());
        let Some(port) = after[..digits].parse().ok().filter(|port| is_word && *port != 0) else { continue };
        // `[::1]` has colons of its own.
        let start = match before.strip_suffix("[::1]") {
            Some(rest) => rest.len(),
            None => before.len() - before.chars().rev().take_while(|c| is_host(*c)).map(char::len_utf8).sum::<usize>(),
        };
        if start < colon {
            found.push(HostPort { host: &before[start..], port, at: colon + 1..colon + 1 + digits });
        }
    }
    found
}

impl HostPort<'_> {
    /// The host as a server may be called on a network: without a domain, and without what Swarm puts before it.
    #[must_use]
    pub fn name(&self) -> &str {
        let host = self.host.strip_prefix("tasks.").unwrap_or(self.host);
        host.split('.').next().unwrap_or(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(id: &str, name: Option<&str>, port: u16) -> Summary {
        let (folder, name) = (id.to_owned(), name.map(str::to_owned));
        Summary { id: id.to_owned(), folder, name, port: Some(port), tools: Vec::new(), replicas: 1, manifest: None }
    }

    #[test]
    fn servers_are_found_by_what_files_call_them() {
        let servers = [server("weather_v2", Some("weather"), 9004), server("redis", None, 9005)];
        let roster = Roster::new(&servers);
        assert_eq!((roster.certain("weather-v2"), roster.certain("Weather_V2")), (Some(0), Some(0)));
        assert_eq!((roster.certain("weather"), roster.certain("redis"), roster.certain("x_v2")), (None, None, None));
        assert_eq!(
            (roster.probable("weather"), roster.probable("redis"), roster.probable("x")),
            (Some(0), Some(1), None)
        );
        let certain: Vec<usize> = roster.certain_in("cargo test -p weather_v2 && ls weather-v2-data").collect();
        assert_eq!(certain, [0]);
        assert_eq!(roster.probable_in("127.0.0.1:9005").collect::<Vec<_>>(), [1]);
        assert!(roster.is_unknown("news-v2") && !roster.is_unknown("weather-v2") && !roster.is_unknown("_v2"));
        assert_eq!(roster.without(&BTreeSet::from([0]), |_| true), ["redis"]);
    }

    #[test]
    fn hosts_have_ports_behind_them() {
        let found = |text| hosts(text).iter().map(|found| (found.host, found.port)).collect::<Vec<_>>();
        assert_eq!(found("http://weather-v2:9004/mcp"), [("weather-v2", 9004)]);
        assert_eq!(found("http://[::1]:9004, 127.0.0.1:80"), [("[::1]", 9004), ("127.0.0.1", 80)]);
        assert_eq!(found("é:1 a:99999 b:1x :5 c:/d"), [("", 0); 0]);
        assert_eq!(hosts("tasks.weather-v2.internal:9004")[0].name(), "weather-v2");
    }
}
