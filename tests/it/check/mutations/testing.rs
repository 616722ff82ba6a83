//! Testing.

use super::{Mutation, breaks, hold, near};

pub const MUTATIONS: &[Mutation] = &[
    breaks("untested-tool", "the test of a tool is deleted", |fleet| {
        fleet.delete("weather_v2/tests/tool_list_alerts.rs");
    }),
    breaks("untested-tool", "the test of a tool that is yours is deleted", |fleet| fleet.delete(SEEDED)),
    breaks("untested-tool", "the test of a tool has no test in it", |fleet| {
        let text = fleet.read(SEEDED);
        fleet.write(SEEDED, &text.replace("#[tokio::test]\n", ""));
    }),
    near("untested-tool", "the test of a tool is written otherwise", |fleet| {
        fleet.write(SEEDED, "//! The tool.\n\n#[test]\nfn it_adds() {\n    assert_eq!(1 + 1, 2);\n}\n");
    }),
    breaks("golden-test", "a golden test is removed", |fleet| {
        let text = fleet.read(GOLDEN);
        let (start, rest) = text.split_once("#[tokio::test]\nasync fn status_is_measured").unwrap();
        let (_, rest) = rest.split_once("\n}\n").unwrap();
        fleet.write(GOLDEN, &format!("{start}{rest}"));
    }),
    breaks("golden-test", "a golden test is renamed", |fleet| {
        fleet.replace(GOLDEN, "fn status_is_measured", "fn status");
    }),
    breaks("golden-test", "a golden test asks for less", |fleet| {
        fleet.remove_line(GOLDEN, "assert_eq!(data[\"healthy\"], true);");
    }),
    breaks("golden-test", "a golden test is no test any more", |fleet| {
        fleet.replace(GOLDEN, "#[tokio::test]\nasync fn status_is_measured", "async fn status_is_measured");
    }),
    breaks("golden-test", "the body of a golden test is switched off", |fleet| {
        fleet.replace(
            "hello_v2/tests/tool_greet.rs",
            "    let server = common::setup().start().await;\n",
            "    if false {\n        panic!();\n    }\n    let server = common::setup().start().await;\n",
        );
    }),
    near("golden-test", "tests of one's own are beside it", |fleet| {
        fleet.write(
            "hello_v2/tests/ours.rs",
            "//! Ours.\n\n#[test]\nfn status_is_measured() {\n    assert!(true);\n}\n",
        );
    }),
    breaks("test-without-assertions", "a test asks for nothing", |fleet| {
        fleet.write(
            "hello_v2/tests/ours.rs",
            "//! Ours.\n\nmod common;\n\n#[tokio::test]\nasync fn it_runs() {\n    \
             let server = common::setup().start().await;\n    let _ = server.get(\"/info\").await;\n    println!(\"{}\", 1);\n}\n",
        );
    }),
    breaks("test-without-assertions", "a test in a module has no body", |fleet| {
        fleet.append(
            "hello_v2/src/services/core_service.rs",
            "\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn it_works() {}\n}\n",
        );
    }),
    near("test-without-assertions", "tests assert in many ways", |fleet| {
        fleet.write(
            "hello_v2/tests/ours.rs",
            r#"//! Ours.

mod common;

fn shows(text: &str) {
    looks(text);
}

fn looks(text: &str) {
    assert!(!text.is_empty());
}

#[test]
fn by_a_helper_of_a_helper() {
    shows("a");
}

#[test]
fn by_unwrap() {
    let _ = "1".parse::<u8>().unwrap();
}

#[test]
fn by_its_result() -> Result<(), std::num::ParseIntError> {
    "1".parse::<u8>().map(|_| ())
}

#[test]
#[should_panic(expected = "no")]
fn by_a_panic() {
    stop();
}

#[test]
fn by_a_macro_of_others() {
    insta::with_settings!({}, {});
}

#[test]
fn by_compiling() {
    is_send::<String>();
}

fn is_send<T: Send>() {}

#[tokio::test]
async fn by_the_testing_crate() {
    let server = common::setup().start().await;
    server.get("/nothing").await.refusal(404);
}
"#,
        );
    }),
    breaks("ignored-test", "a golden test is ignored", |fleet| {
        fleet.replace(GOLDEN, "#[tokio::test]\nasync fn status", "#[tokio::test]\n#[ignore]\nasync fn status");
    }),
    breaks("ignored-test", "a golden test is never compiled", |fleet| {
        fleet.replace(GOLDEN, "#[tokio::test]\nasync fn status", "#[cfg(any())]\n#[tokio::test]\nasync fn status");
    }),
    breaks("ignored-test", "a test of one's own is ignored with a reason", |fleet| {
        fleet.replace(SEEDED, "#[tokio::test]\n", "#[tokio::test]\n#[ignore = \"later\"]\n");
    }),
    breaks("ignored-test", "a test of one's own is ignored under a condition that always holds", |fleet| {
        fleet.replace(SEEDED, "#[tokio::test]\n", "#[tokio::test]\n#[cfg_attr(all(), ignore)]\n");
    }),
    breaks("ignored-test", "all of a file of tests is never compiled", |fleet| {
        fleet.write(
            "hello_v2/tests/ours.rs",
            "//! Ours.\n#![cfg(any())]\n\n#[test]\nfn it_adds() {\n    assert_eq!(1 + 1, 2);\n}\n",
        );
    }),
    breaks("ignored-test", "the body of a test is in `if false`", |fleet| {
        fleet.write("hello_v2/tests/ours.rs", "//! Ours.\n\n#[test]\nfn it_adds() {\n    if false {\n        assert_eq!(1 + 1, 3);\n    }\n    assert!(true);\n}\n");
    }),
    breaks("ignored-test", "a test of the base is ignored", |fleet| {
        fleet.replace("base/core/tests/wire/lifecycle.rs", "#[tokio::test]\n", "#[tokio::test]\n#[ignore]\n");
    }),
    near("ignored-test", "a test is passed over where the platform has no such thing", |fleet| {
        fleet.write(
            "hello_v2/tests/ours.rs",
            "//! Ours.\n\n#[test]\n#[cfg_attr(windows, ignore)]\nfn it_adds() {\n    assert_eq!(1 + 1, 2);\n}\n\n\
             #[cfg(unix)]\n#[test]\nfn it_is_unix() {\n    assert!(cfg!(unix));\n}\n",
        );
    }),
];

/// The golden tests of a server.
const GOLDEN: &str = "weather_v2/tests/server.rs";
/// The test of a tool that its user writes.
const SEEDED: &str = "everything_v2/tests/tool_browse_categories.rs";

#[test]
fn testing_rules() {
    hold(MUTATIONS);
}
