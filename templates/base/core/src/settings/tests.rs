// Owned by mcpgen: edits are overwritten.

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Environment, LogFormat, Problem, Settings, SettingsError, Table, base_table};

fn own() -> Value {
    json!({
        "type": "object",
        "properties": {
            "api_key": {
                "type": "string", "minLength": 8, "description": "Key of the upstream",
                "x-env": "WEATHER_API_KEY", "x-secret": true,
            },
            "units": {
                "type": "string", "enum": ["metric", "imperial"], "default": "metric",
                "x-env": "WEATHER_UNITS",
            },
            "tags": { "type": "array", "items": { "type": "string", "maxLength": 3 }, "x-env": "WEATHER_TAGS" },
        },
        "required": ["api_key"],
    })
}

fn read(variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let environment = Environment::of(variables.iter().copied());
    match Settings::read(own(), None, &[("port", json!(9004))], &["auth_token"], &environment) {
        Ok(settings) => Ok(settings),
        Err(SettingsError::Values(problems)) => {
            Err(problems.iter().map(Problem::to_string).collect())
        }
        Err(SettingsError::Schema(error)) => panic!("{error}"),
    }
}

/// A file in the folder for temporary files, gone with the test.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mcp-base-{}-{name}", std::process::id()));
        std::fs::write(&path, text).expect("a file can be written");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("a UTF-8 path")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

const KEYS: [(&str, &str); 2] = [("WEATHER_API_KEY", "hunter2hunter2"), ("AUTH_TOKEN", "hunter3")];

#[test]
fn defaults_need_no_variables() {
    let settings = read(&KEYS).expect("all is there");
    assert_eq!(settings.base.port, 9004);
    assert_eq!(settings.base.bind.to_string(), "127.0.0.1");
    assert_eq!(settings.base.log_format, LogFormat::Text);
    assert_eq!(settings.base.max_concurrency, 256);
    assert!(settings.base.allowed_hosts.is_empty());
    assert_eq!(settings.own, json!({ "api_key": "hunter2hunter2", "units": "metric" }));
    assert_eq!(Value::from(settings.shown), json!({ "units": "metric" }));
}

#[test]
fn variables_go_before_defaults() {
    let more = [
        ("PORT", "80"),
        ("WEATHER_TAGS", "a,b"),
        ("ALLOWED_HOSTS", "a.example, b.example"),
        ("HOME", "?"),
    ];
    let settings = read(&[&KEYS[..], &more].concat()).expect("all is there");
    assert_eq!(settings.base.port, 80);
    assert_eq!(settings.base.allowed_hosts, ["a.example", "b.example"]);
    assert_eq!(settings.own["tags"], json!(["a", "b"]));
}

#[test]
fn every_problem_is_reported_at_once_and_no_value() {
    let problems = read(&[
        ("PORT", "70000"),
        ("MAX_CONCURRENCY", "many"),
        ("WEATHER_API_KEY", "hunter2"),
        ("WEATHER_UNITS", "kelvin"),
        ("WEATHER_TAGS", "a,long"),
    ])
    .expect_err("all is wrong");
    assert_eq!(
        problems,
        [
            "`AUTH_TOKEN` is required (Keys that callers must present, with commas or newlines between them); \
             set it, or `AUTH_TOKEN_FILE` to a file that holds it",
            "`MAX_CONCURRENCY` must be a whole number of at most 64 bits",
            "`PORT` must be at most 65535",
            "`WEATHER_API_KEY` must have at least 8 characters",
            "`WEATHER_UNITS` must be one of `metric`, `imperial`",
            "`WEATHER_TAGS[1]` must have at most 3 characters",
        ]
    );
}

#[test]
fn the_address_is_an_address() {
    let problems = read(&[KEYS[0], KEYS[1], ("BIND", "everywhere")]).expect_err("no address");
    assert_eq!(problems, ["`BIND` must be an IP address, such as `127.0.0.1` or `0.0.0.0`"]);
    let settings = read(&[KEYS[0], KEYS[1], ("BIND", "::1")]).expect("an address");
    assert!(settings.base.bind.is_loopback());
}

#[test]
fn a_file_gives_its_text_without_the_newline() {
    let file = File::new("key", "hunter2 hunter2\r\n");
    let settings = read(&[("WEATHER_API_KEY_FILE", file.path()), KEYS[1]]).expect("all is there");
    assert_eq!(settings.own["api_key"], "hunter2 hunter2");
}

#[test]
fn a_file_must_be_readable_and_alone() {
    let file = File::new("both", "hunter2hunter2");
    let both = read(&[("WEATHER_API_KEY_FILE", file.path()), KEYS[0], KEYS[1]]);
    let both = both.expect_err("two sources");
    assert_eq!(
        both,
        ["`WEATHER_API_KEY` and `WEATHER_API_KEY_FILE` are both set; unset one of them"]
    );
    let gone = read(&[("WEATHER_API_KEY_FILE", "/nowhere/at/all"), KEYS[1]]).expect_err("no file");
    assert!(gone[0].starts_with("`WEATHER_API_KEY` cannot be read from the file in"), "{gone:?}");
}

#[test]
fn empty_counts_as_not_set() {
    let file = File::new("empty", "\n");
    for name in ["WEATHER_API_KEY", "WEATHER_API_KEY_FILE"] {
        let problems = read(&[(name, ""), ("WEATHER_UNITS", ""), KEYS[1]]).expect_err("no key");
        assert!(
            problems[0].starts_with("`WEATHER_API_KEY` is required (Key of the upstream)"),
            "{problems:?}"
        );
    }
    assert!(read(&[("WEATHER_API_KEY_FILE", file.path()), KEYS[1]]).is_err());
}

#[cfg(unix)]
#[test]
fn text_that_is_not_utf8_is_a_problem() {
    use std::os::unix::ffi::OsStringExt as _;

    let bytes = OsString::from_vec(vec![0xff, 0xfe]);
    let environment = Environment::of([(OsString::from("LOG"), bytes)]);
    let table = base_table(&[("port", json!(1))], &[]).expect("a schema");
    let problems = table.read(&environment).expect_err("no text");
    assert_eq!(problems[0].to_string(), "`LOG` is not valid UTF-8");
}

#[test]
fn every_base_setting_is_described() {
    let table = base_table(&[], &[]).expect("a schema");
    assert_eq!(table.rows().len(), 19);
    for row in table.rows() {
        assert_eq!(row.variable, row.name.to_uppercase());
        assert!(!row.description.is_empty(), "{}", row.name);
    }
}

#[test]
fn a_setting_without_a_variable_is_refused() {
    let error = Table::new(json!({ "properties": { "a": { "type": "string" } } }))
        .expect_err("no variable");
    assert_eq!(error.pointer, "/properties/a/x-env");
}

#[test]
fn nothing_shows_a_secret() {
    let environment = Environment::of(KEYS);
    let settings = read(&KEYS).expect("all is there");
    let printed = format!("{environment:?} {settings:?}");
    assert!(!printed.contains("hunter"), "{printed}");
}
