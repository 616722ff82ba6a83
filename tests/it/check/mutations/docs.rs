//! Documentation.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Mutation, breaks, hold, near};
use crate::check::fleet::Fleet;

/// A crate in the fleet that mcpgen did not make. Whatever else is to be said of it is waived.
fn foreign(fleet: &Fleet, rule: &str, files: &[(&str, &str)]) {
    let manifest =
        "[package]\nname = \"old_v2\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nrmcp = \"3\"\n";
    fleet.write("old_v2/Cargo.toml", manifest);
    fleet.write("old_v2/src/main.rs", "//! Serves.\n\nfn main() {}\n");
    for (path, text) in files {
        fleet.write(&format!("old_v2/{path}"), text);
    }
    let findings = fleet.findings();
    let others: BTreeSet<&str> =
        findings.iter().map(|finding| finding.rule.name).filter(|name| *name != rule).collect();
    let mut waivers = String::new();
    for other in others {
        let _ = write!(waivers, "\n[[waivers]]\nrule = \"{other}\"\nreason = \"it is old\"\nexpires = 2999-12-31\n");
    }
    fleet.append("mcpgen.toml", &waivers);
}

/// Takes a part of a file away, from one text up to another.
#[track_caller]
fn cut(fleet: &Fleet, path: &str, from: &str, to: &str) {
    let text = fleet.read(path);
    let start = text.find(from).expect(from);
    let end = start + text[start..].find(to).expect(to);
    fleet.write(path, &format!("{}{}", &text[..start], &text[end..]));
}

const README: &str = "weather_v2/README.md";

pub const MUTATIONS: &[Mutation] = &[
    breaks("readme-section", "the README loses its section on troubleshooting", |fleet| {
        cut(fleet, README, "## Troubleshooting", "## Support");
    }),
    breaks("readme-section", "the README loses its section on tools, with all there is in it", |fleet| {
        cut(fleet, README, "## Tools", "## Resources");
    }),
    breaks("readme-section", "a heading of the README is renamed", |fleet| {
        fleet.replace(README, "## Settings", "## Configuration");
    }),
    near("readme-section", "the notes have sections of their own", |fleet| {
        fleet.append("weather_v2/NOTES.md", "\n## Settings\n\nNone that matter.\n");
    }),
    breaks("settings-table", "a setting is taken out of the README", |fleet| {
        fleet.remove_line(README, "| `WEATHER_TIMEOUT_SECONDS`");
    }),
    breaks("settings-table", "a setting that does not exist is added to the README", |fleet| {
        fleet.replace(README, "| `BIND` | string", "| `WEATHER_COLOUR` | string | none | Colour |\n| `BIND` | string");
    }),
    breaks("settings-table", "the README has another default", |fleet| {
        fleet.replace(
            README,
            "| `LOG_FORMAT` | one of text, json | `text` |",
            "| `LOG_FORMAT` | one of text, json | `json` |",
        );
    }),
    breaks("settings-table", "the table of settings is gone", |fleet| {
        cut(fleet, README, "| variable | type", "The image sets");
    }),
    near("settings-table", "the notes have a table of settings", |fleet| {
        fleet.append("weather_v2/NOTES.md", "\n## Settings\n\n| variable | type |\n|---|---|\n| `X` | string |\n");
    }),
    breaks("tools-table", "a tool is taken out of the README", |fleet| {
        fleet.remove_line(README, "| [`list_alerts`]");
    }),
    breaks("tools-table", "an argument is described otherwise", |fleet| {
        fleet.replace(README, "| `city` | string | yes | City name |", "| `city` | string | no | City name |");
    }),
    breaks("tools-table", "an endpoint is added that does not exist", |fleet| {
        fleet.replace(README, "| `GET /info` |", "| `GET /admin` | for admins |\n| `GET /info` |");
    }),
    near("tools-table", "the README is checked out with CRLF", |fleet| {
        let text = fleet.read(README);
        fleet.write(README, &text.replace('\n', "\r\n"));
    }),
    breaks("dead-link", "the notes link to a file that is not there", |fleet| {
        fleet.append("weather_v2/NOTES.md", "\nSee [the plan](docs/plan.md).\n");
    }),
    breaks("dead-link", "the notes link to a heading that is not there", |fleet| {
        fleet.append("weather_v2/NOTES.md", "\nSee [below](#what-went-wrong).\n");
    }),
    breaks("dead-link", "an image of the fleet's README is not there", |fleet| {
        fleet.write("README.md", "# Ours\n\n![how it looks](docs/fleet.svg)\n");
    }),
    near("dead-link", "links go to what is there", |fleet| {
        fleet.write(
            "weather_v2/docs/the plan.md",
            "# Plan\n\n## What's next?\n\nSee [notes](../NOTES.md#x), [next](#whats-next).\n",
        );
        fleet.append(
            "weather_v2/NOTES.md",
            "\n[plan](docs/the%20plan.md) [docs](./docs/) [spec](server.toml) [web](https://example.org/x) \
             [mail](mailto:a@example.org) [root](/x) [fleet](../README.md) [item](crate::models) [top](#)\n\n```md\n\
             [no](link.md)\n```\n",
        );
        fleet.write("README.md", "# Ours\n\n[weather](weather_v2/docs/x.md) [base](base) [settings](mcpgen.toml)\n");
    }),
    breaks("missing-readme", "a server that mcpgen did not make has no README", |fleet| {
        foreign(fleet, "missing-readme", &[]);
    }),
    near("missing-readme", "a server that mcpgen did not make has a README", |fleet| {
        foreign(fleet, "missing-readme", &[("readme.rst", "Old\n===\n")]);
    }),
];

#[test]
fn docs_rules() {
    hold(MUTATIONS);
}
