//! The shapes that registries have: where in a file names and their ports stand.
//!
//! One table. A new shape is a row of it; a file may have several, and often has. Knows keys and kinds, no file.

use crate::ports::json::{self, Kind};

use super::words::{is_quantity, is_setting};

/// A way to write down who has which port.
#[derive(Debug)]
pub(super) struct Shape {
    /// What a person would call it.
    pub title: &'static str,
    /// The way to an entry.
    path: &'static [Step],
    /// What an entry may be.
    pub entry: Entry,
}

/// One step of the way to an entry.
#[derive(Debug)]
enum Step {
    /// One of these keys.
    Key(&'static [&'static str]),
    /// Any key: a group, tier, instance or environment, or the name itself.
    Any,
    /// Any item of a list.
    Item,
}

/// What stands at the end of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// A number or an object with `port`. Whatever else stands there is worth a remark.
    Any,
    /// An object with `port`; a number is none, for it could be anything.
    Object,
    /// An object with `port`, and nothing is expected there.
    ObjectIfAny,
    /// A number of four or five digits, or an object with `port`, and nothing is expected there.
    NumberIfAny,
    /// A list's item: an object with `name` and `port`.
    Named,
    /// The port for health checks of the server that the key names.
    Health,
}

/// What a value is to the table.
#[derive(Debug)]
pub(super) enum Fit {
    /// An entry of this shape.
    Entry(&'static Shape),
    /// It stands where an entry should.
    Near,
    /// Nothing.
    No,
}

/// A key or an index on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Key(String),
    Item(usize),
}

use Step::{Any, Item, Key};

const TABLE: &[Shape] = &[
    Shape {
        title: "`environments`: services of tiers, in environments",
        path: &[Key(&["environments"]), Any, Key(&["tiers", "groups"]), Any, Key(&["services", "servers"]), Any],
        entry: Entry::Any,
    },
    Shape {
        title: "`environments`: services, in environments",
        path: &[Key(&["environments"]), Any, Key(&["services", "servers"]), Any],
        entry: Entry::Any,
    },
    Shape {
        title: "`port_tiers`: services of tiers",
        path: &[Key(&["port_tiers", "tiers"]), Any, Key(&["services", "servers"]), Any],
        entry: Entry::Any,
    },
    Shape {
        title: "`instances`: services of instances",
        path: &[Any, Key(&["instances"]), Any, Key(&["services", "servers"]), Any],
        entry: Entry::Any,
    },
    Shape {
        title: "`instances`: services of instances",
        path: &[Key(&["instances"]), Any, Key(&["services", "servers"]), Any],
        entry: Entry::Any,
    },
    Shape {
        title: "`service_registry`: lists of services with names",
        path: &[Key(&["service_registry", "server_registry"]), Any, Item],
        entry: Entry::Named,
    },
    Shape {
        title: "`servers`: a list of servers with names",
        path: &[Key(&["servers", "services", "mcp_servers", "service_registry"]), Item],
        entry: Entry::Named,
    },
    Shape {
        title: "`health_monitoring`: health ports of services",
        path: &[Key(&["health_monitoring", "health_checks"]), Key(&["services", "ports"]), Any],
        entry: Entry::Health,
    },
    Shape { title: "`health_ports`: names with numbers", path: &[Key(&["health_ports"]), Any], entry: Entry::Health },
    Shape { title: "`active_servers`: names with numbers", path: &[Key(&["active_servers"]), Any], entry: Entry::Any },
    Shape {
        title: "`servers`: names with numbers or objects",
        path: &[Key(&["servers", "services"]), Any],
        entry: Entry::Any,
    },
    Shape {
        title: "`servers`: groups of names with objects",
        path: &[Key(&["servers", "services"]), Any, Any],
        entry: Entry::ObjectIfAny,
    },
    Shape {
        title: "`port_allocation`: groups of names with numbers",
        path: &[Key(&["port_allocation", "port_allocations", "port_assignments"]), Any, Any],
        entry: Entry::Any,
    },
    Shape {
        title: "`port_allocation`: names with numbers",
        path: &[Key(&["port_allocation", "port_allocations", "port_assignments"]), Any],
        entry: Entry::Any,
    },
    Shape {
        title: "`unified_mcp_servers`: tiers of names with objects",
        path: &[Key(&["unified_mcp_servers"]), Any, Any],
        entry: Entry::Object,
    },
    Shape { title: "`mcp_servers`: names with objects", path: &[Key(&["mcp_servers"]), Any], entry: Entry::Any },
    Shape {
        title: "`mcp_servers`: categories of names with objects",
        path: &[Key(&["mcp_servers"]), Any, Any],
        entry: Entry::Object,
    },
    Shape { title: "groups of names with objects", path: &[Any, Any], entry: Entry::ObjectIfAny },
    Shape { title: "names with numbers or objects at the top", path: &[Any], entry: Entry::NumberIfAny },
];

/// What the value at the end of this way is.
pub(super) fn fit(path: &[Segment], value: &str) -> Fit {
    let mut near = false;
    for shape in TABLE.iter().filter(|shape| shape.leads(path)) {
        if shape.entry.takes(path, value) {
            return Fit::Entry(shape);
        }
        near |= shape.entry.expects();
    }
    if near { Fit::Near } else { Fit::No }
}

impl Shape {
    fn leads(&self, path: &[Segment]) -> bool {
        self.path.len() == path.len()
            && self.path.iter().zip(path).all(|(step, segment)| match (step, segment) {
                (Step::Key(keys), Segment::Key(key)) => keys.iter().any(|known| key.eq_ignore_ascii_case(known)),
                (Step::Any, Segment::Key(_)) | (Step::Item, Segment::Item(_)) => true,
                _ => false,
            })
    }
}

impl Entry {
    fn takes(self, path: &[Segment], value: &str) -> bool {
        let Some(segment) = path.last() else { return false };
        let sets_up = matches!(segment, Segment::Key(key) if is_setting(key));
        let measures = sets_up || matches!(segment, Segment::Key(key) if is_quantity(key));
        match (self, json::kind(value)) {
            (Self::Any | Self::Object, Kind::Object) => has(value, "port"),
            (Self::ObjectIfAny | Self::NumberIfAny, Kind::Object) => has_number(value, "port"),
            (Self::Named, Kind::Object) => has(value, "port") && has(value, "name"),
            (Self::Any | Self::Health, Kind::Number) => !sets_up,
            (Self::NumberIfAny, Kind::Number) => !measures && value.parse::<u16>().is_ok_and(|port| port >= 1024),
            (Self::Any | Self::Health, Kind::String) => !sets_up && digits(value).is_some(),
            (Self::NumberIfAny, Kind::String) => {
                !measures && digits(value).and_then(|d| d.parse::<u16>().ok()).is_some_and(|port| port >= 1024)
            }
            _ => false,
        }
    }

    fn expects(self) -> bool {
        matches!(self, Self::Any | Self::Object | Self::Named | Self::Health)
    }
}

fn has(value: &str, key: &str) -> bool {
    json::members(value).unwrap_or_default().iter().any(|member| member.key.eq_ignore_ascii_case(key))
}

fn has_number(value: &str, key: &str) -> bool {
    let is_number = |value: &str| json::kind(value) == Kind::Number || digits(value).is_some();
    let members = json::members(value).unwrap_or_default();
    members.iter().any(|member| member.key.eq_ignore_ascii_case(key) && is_number(member.value))
}

/// The digits of a string that has nothing else in it.
pub(super) fn digits(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?.trim();
    (!inner.is_empty() && inner.len() < 20 && inner.bytes().all(|b| b.is_ascii_digit())).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(path: &str, value: &str) -> String {
        let segment = |part: &str| part.parse().map_or_else(|_| Segment::Key(part.to_owned()), Segment::Item);
        let path: Vec<Segment> = path.split('.').map(segment).collect();
        match fit(&path, value) {
            Fit::Entry(shape) => shape.title.split(':').next().unwrap_or_default().to_owned(),
            Fit::Near => "near".into(),
            Fit::No => "no".into(),
        }
    }

    #[test]
    fn an_entry_is_known_by_its_way_and_its_kind() {
        let object = r#"{"port": 9100}"#;
        for (path, value, expected) in [
            ("active_servers.tide", "9100", "`active_servers`"),
            ("active_servers.tide", "\"9100\"", "`active_servers`"),
            ("active_servers.tide", "\"retired\"", "near"),
            ("active_servers.base_port", "9100", "near"),
            ("servers.tide", object, "`servers`"),
            ("mcp_servers.tide", object, "`mcp_servers`"),
            ("mcp_servers.sea.tide", object, "`mcp_servers`"),
            ("mcp_servers.sea", "{}", "near"),
            ("mcp_servers.sea.pool", "9100", "near"),
            ("port_allocation.sea.tide", "9100", "`port_allocation`"),
            ("environments.live.tiers.sea.services.tide", object, "`environments`"),
            ("x.instances.one.services.tide", "9100", "`instances`"),
            ("service_registry.sea.0", r#"{"name": "tide", "port": 9100}"#, "`service_registry`"),
            ("harbour.tide", object, "groups of names with objects"),
            ("harbour.tide", "9100", "no"),
            ("tide", "9100", "names with numbers or objects at the top"),
            ("tide", "80", "no"),
            ("from_count", "9100", "no"),
            ("gateway_port", "9100", "no"),
        ] {
            assert_eq!(title(path, value), expected, "{path} {value}");
        }
    }
}
