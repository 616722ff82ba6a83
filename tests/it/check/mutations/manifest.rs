//! Manifests and the lock file.

use super::{Mutation, breaks, hold, near};
use crate::check::Fleet;

/// Adds a dependency to a server's stanza in the lock file, as cargo does.
fn lock(fleet: &Fleet, server: &str, package: &str) {
    let text = fleet.read("Cargo.lock");
    let stanza = text.find(&format!("name = \"{server}\"")).expect("the server has a stanza");
    let list =
        stanza + text[stanza..].find("dependencies = [\n").expect("it has dependencies") + "dependencies = [\n".len();
    fleet.write("Cargo.lock", &format!("{} \"{package}\",\n{}", &text[..list], &text[list..]));
}

/// Gives a package another version in the lock file.
fn lock_other(fleet: &Fleet, package: &str, version: &str) {
    let text = fleet.read("Cargo.lock");
    let stanza = format!("name = \"{package}\"\nversion = \"");
    let (before, after) = text.split_once(&stanza).expect("the package has a stanza");
    let (_, rest) = after.split_once('"').unwrap();
    fleet.write("Cargo.lock", &format!("{before}{stanza}{version}\"{rest}"));
}

pub const MUTATIONS: &[Mutation] = &[
    breaks("package-name", "a crate is renamed in its manifest", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "name = \"hello_v2\"", "name = \"hello\"");
    }),
    near("package-name", "a crate gets another version", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "version = \"0.1.0\"", "version = \"0.2.0\"");
        fleet.replace(
            "Cargo.lock",
            "name = \"hello_v2\"\nversion = \"0.1.0\"",
            "name = \"hello_v2\"\nversion = \"0.2.0\"",
        );
    }),
    breaks("manifest-key", "a server has an edition of its own", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "edition.workspace = true", "edition = \"2021\"");
    }),
    breaks("manifest-key", "a server drops the lints of the workspace", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "[lints]\nworkspace = true\n", "");
    }),
    breaks("manifest-key", "the fleet allows unsafe code", |fleet| {
        fleet.replace("Cargo.toml", "unsafe_code = \"forbid\"", "unsafe_code = \"allow\"");
    }),
    breaks("manifest-key", "the fleet's release profile is gone", |fleet| {
        fleet.replace("Cargo.toml", "[profile.release]\nlto = \"fat\"\ncodegen-units = 1\nstrip = true\n", "");
    }),
    near("manifest-key", "keys of one's own stand beside those of mcpgen", |fleet| {
        fleet.replace(
            "hello_v2/Cargo.toml",
            "[lints]",
            "[features]\nextra = []\n\n[package.metadata.ours]\nteam = 1\n\n[lints]",
        );
        fleet.replace(
            "Cargo.toml",
            "[profile.dev]\ndebug = \"line-tables-only\"",
            "[profile.dev]\ndebug = 0\n\n[profile.bench]\nlto = false",
        );
        fleet.replace(
            "Cargo.toml",
            "unsafe_code = \"forbid\"",
            "unsafe_code = \"forbid\" # never\nunused_must_use = \"deny\"",
        );
        fleet.replace("Cargo.toml", "codegen-units = 1\n", "codegen-units = 1\npanic = \"unwind\"\n");
    }),
    breaks("not-a-member", "the servers are no members of the workspace any more", |fleet| {
        fleet.replace("Cargo.toml", ", \"*_v2\"]", "]");
    }),
    breaks("not-a-member", "a server is excluded from the workspace", |fleet| {
        fleet.replace("Cargo.toml", "[workspace]\n", "[workspace]\nexclude = [\"hello_v2\"]\n");
    }),
    breaks("not-a-member", "a server is a workspace of its own", |fleet| {
        fleet.append("hello_v2/Cargo.toml", "\n[workspace]\n");
    }),
    near("not-a-member", "the members are named one by one", |fleet| {
        let servers = "\"everything_v2\", \"golden_v2/\", \"./hello_v2\", \"weather_*\"";
        fleet.replace("Cargo.toml", "\"*_v2\"]", &format!("{servers}]\nexclude = [\"experiments\"]"));
    }),
    breaks("unshared-version", "a server has a version of its own", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "serde.workspace = true", "serde = \"1.0.200\"");
    }),
    breaks("unshared-version", "a server has a path of its own to the base", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "mcp-base.workspace = true", "mcp-base = { path = \"../base/core\" }");
    }),
    near("unshared-version", "a server has more dependencies and features", |fleet| {
        fleet.replace(
            "hello_v2/Cargo.toml",
            "serde.workspace = true",
            "serde = { workspace = true, features = [\"rc\"] }\nserde_json.workspace = true\nitoa = \"1\"",
        );
        lock(fleet, "hello_v2", "serde_json");
        lock(fleet, "hello_v2", "itoa");
    }),
    breaks("forbidden-dependency", "a server depends on rmcp", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "serde.workspace = true", "serde.workspace = true\nrmcp.workspace = true");
        lock(fleet, "hello_v2", "rmcp");
    }),
    breaks("forbidden-dependency", "a server takes any version", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "serde.workspace = true", "serde.workspace = true\nitoa = \"*\"");
        lock(fleet, "hello_v2", "itoa");
    }),
    breaks("forbidden-dependency", "a server follows a branch", |fleet| {
        let line = "words = { git = \"https://git.example/words\", branch = \"main\" }";
        fleet.replace("hello_v2/Cargo.toml", "serde.workspace = true", &format!("serde.workspace = true\n{line}"));
        lock(fleet, "hello_v2", "words");
    }),
    breaks("forbidden-dependency", "the fleet shares OpenSSL", |fleet| {
        fleet.replace("Cargo.toml", "sha2 = ", "openssl = \"0.10\"\nsha2 = ");
    }),
    near("forbidden-dependency", "a test uses hyper, and a dependency is pinned", |fleet| {
        let line = "words = { git = \"https://git.example/words\", tag = \"v1\" }";
        fleet.replace("hello_v2/Cargo.toml", "serde.workspace = true", &format!("serde.workspace = true\n{line}"));
        fleet.replace("hello_v2/Cargo.toml", "tokio.workspace", "hyper.workspace = true\ntokio.workspace");
        lock(fleet, "hello_v2", "words");
        lock(fleet, "hello_v2", "hyper");
    }),
    breaks("missing-dependency", "a dependency of a server is removed", |fleet| {
        fleet.remove_line("weather_v2/Cargo.toml", "mcp-upstream.workspace");
    }),
    breaks("missing-dependency", "a dependency of the tests is removed", |fleet| {
        fleet.remove_line("weather_v2/Cargo.toml", "mcp-testing.workspace");
    }),
    breaks("missing-dependency", "a shared dependency is removed", |fleet| {
        fleet.remove_line("Cargo.toml", "httpdate = ");
    }),
    near("missing-dependency", "a dependency of the tests becomes one of the crate", |fleet| {
        fleet.remove_line("weather_v2/Cargo.toml", "tokio.workspace");
        fleet.replace(
            "weather_v2/Cargo.toml",
            "serde.workspace = true",
            "serde.workspace = true\ntokio.workspace = true",
        );
    }),
    breaks("duplicate-dependency", "a package is there under two names", |fleet| {
        let line = "itoa = \"1\"\nitoa_old = { package = \"itoa\", version = \"1\" }";
        fleet.replace("hello_v2/Cargo.toml", "serde.workspace = true", &format!("serde.workspace = true\n{line}"));
        lock(fleet, "hello_v2", "itoa");
    }),
    breaks("duplicate-dependency", "tests use another version than the crate", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "serde.workspace = true", "serde.workspace = true\nitoa = \"1\"");
        fleet.replace("hello_v2/Cargo.toml", "tokio.workspace = true", "itoa = \"0.4\"\ntokio.workspace = true");
        lock(fleet, "hello_v2", "itoa");
        fleet.append("Cargo.lock", "\n[[package]]\nname = \"itoa\"\nversion = \"0.4.8\"\n");
    }),
    near("duplicate-dependency", "tests have more features of the same package", |fleet| {
        let dev = "serde = { workspace = true, features = [\"rc\"] }\ntokio.workspace = true";
        fleet.replace("hello_v2/Cargo.toml", "tokio.workspace = true", dev);
    }),
    breaks("outdated-lock", "the lock file is deleted", |fleet| fleet.delete("Cargo.lock")),
    breaks("outdated-lock", "the lock file is no TOML", |fleet| fleet.append("Cargo.lock", "\n<<<<<<< ours\n")),
    breaks("outdated-lock", "the stanza of a server is lost", |fleet| {
        fleet.replace("Cargo.lock", "name = \"hello_v2\"", "name = \"hallo_v2\"");
    }),
    breaks("outdated-lock", "a server has another version than its stanza", |fleet| {
        fleet.replace("hello_v2/Cargo.toml", "version = \"0.1.0\"", "version = \"0.2.0\"");
    }),
    breaks("outdated-lock", "a dependency is not in the lock file", |fleet| {
        fleet.replace(
            "hello_v2/Cargo.toml",
            "serde.workspace = true",
            "serde.workspace = true\nserde_json.workspace = true",
        );
    }),
    breaks("outdated-lock", "the stanza of the base is lost", |fleet| {
        fleet.replace("Cargo.lock", "name = \"mcp-docs\"", "name = \"mcp-dogs\"");
    }),
    breaks("outdated-lock", "the lock file has an older version than the workspace asks for", |fleet| {
        lock_other(fleet, "httpdate", "0.0.1");
    }),
    near("outdated-lock", "the lock file has another version that the workspace may have", |fleet| {
        lock_other(fleet, "httpdate", "1.99.0");
    }),
    near("outdated-lock", "the lock file has more than the fleet needs", |fleet| {
        fleet.append("Cargo.lock", "\n[[package]]\nname = \"words\"\nversion = \"0.1.0\"\n");
        lock(fleet, "hello_v2", "words");
    }),
    breaks("invalid-manifest", "the manifest of a server is no TOML", |fleet| {
        fleet.append("hello_v2/Cargo.toml", "\n=======\n");
    }),
    breaks("invalid-manifest", "the fleet's manifest is no TOML", |fleet| fleet.append("Cargo.toml", "\n[workspace\n")),
    breaks("invalid-manifest", "the fleet's manifest is that of no workspace any more", |fleet| {
        fleet.write("Cargo.toml", "members = 3\n");
    }),
    breaks("invalid-manifest", "a folder has the name of a server, and is no crate", |fleet| {
        fleet.write("foo_v2/x", "");
    }),
    breaks("invalid-manifest", "an empty folder has the name of a server", |fleet| {
        std::fs::create_dir(fleet.path("foo_v2")).unwrap();
    }),
    breaks("invalid-manifest", "a folder that git does not keep stands among the crates of the base", |fleet| {
        fleet.write("base/.cache/x", "");
        fleet.append(".gitignore", "\n.cache\n");
    }),
    breaks("invalid-manifest", "the workspace names a folder that is not there", |fleet| {
        fleet.replace("Cargo.toml", ", \"*_v2\"]", ", \"*_v2\", \"ours/tool\"]");
    }),
    near("invalid-manifest", "folders that the workspace does not take in are no crates", |fleet| {
        fleet.write("foo_v2/x", "");
        fleet.write("foo/x", "");
        fleet.write("base/x", "");
        fleet.replace("Cargo.toml", "[workspace]\n", "[workspace]\nexclude = [\"foo_v2\"]\n");
    }),
    near("invalid-manifest", "a manifest is checked out with CRLF", |fleet| {
        let text = fleet.read("hello_v2/Cargo.toml");
        fleet.write("hello_v2/Cargo.toml", &text.replace('\n', "\r\n"));
    }),
    breaks("untested-version", "the fleet takes another rmcp", |fleet| {
        fleet.replace("Cargo.toml", "rmcp = { version = \"=", "rmcp = { version = \"^");
    }),
    breaks("untested-version", "the fleet drops a feature of the base", |fleet| {
        fleet.remove_line("Cargo.toml", "\"transport-io\",");
    }),
    near("untested-version", "the fleet adds a feature and a dependency", |fleet| {
        fleet.replace("Cargo.toml", "serde = { version", "chrono = \"0.4\"\nserde = { version");
        fleet.replace("Cargo.toml", "features = [\"alloc\"]", "features = [\"alloc\", \"std\"]");
        fleet.replace("Cargo.toml", "{ path = \"base/docs\" }", "{ path = \"./base/docs/\" }");
    }),
];

/// What is to be pasted is there as a whole.
#[test]
fn a_line_that_is_to_be_added_is_not_cut_off() {
    let fleet = Fleet::new();
    let line = fleet.read("Cargo.toml").lines().find(|line| line.starts_with("base64 = ")).unwrap().to_owned();
    fleet.remove_line("Cargo.toml", &line);
    let help = fleet.findings().remove(0).help.unwrap();
    assert_eq!(help, format!("add `{line}` to `[workspace.dependencies]`"));
}

#[test]
fn manifest_rules() {
    hold(MUTATIONS);
}
