//! The base and what is said of it elsewhere keep in step.

use std::path::Path;

use mcpgen::spec;
use serde_json::Value;

/// The settings that every server has: variable and default.
fn settings() -> Vec<(String, Option<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/base/core/src/settings/base.json");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let properties = document["properties"].as_object().unwrap();
    properties
        .values()
        .map(|property| {
            let default = match &property["default"] {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
            (property["x-env"].as_str().unwrap().to_owned(), default)
        })
        .collect()
}

#[test]
fn no_spec_takes_a_variable_of_the_base() {
    assert!(settings().len() > 10);
    for (variable, _) in settings() {
        let text = format!(
            "[server]\nname = \"x\"\ndescription = \"d\"\n[config.mine]\ntype = \"string\"\nenv = \"{variable}\"\n"
        );
        let problems = spec::read(&text, "server.toml").expect_err(&variable).render(false);
        assert!(problems.contains("already has a meaning for every server"), "{problems}");
    }
}

#[test]
fn the_readme_of_a_server_names_every_setting_and_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/server/README.md.tera");
    let readme = std::fs::read_to_string(path).unwrap();
    for (variable, default) in settings() {
        let row = readme.lines().find(|line| line.contains(&format!("| `{variable}` |")));
        let row = row.unwrap_or_else(|| panic!("`{variable}` is not in the README"));
        // The default of a limit is the spec's.
        let is_of_the_spec = row.contains("{{ server.");
        assert!(is_of_the_spec || default.is_none_or(|default| row.contains(&default)), "{row}");
    }
}
