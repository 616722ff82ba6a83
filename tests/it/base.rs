//! The base and what is said of it elsewhere keep in step.

use std::path::Path;

use mcpgen::spec;
use serde_json::Value;

/// The variables of the settings that a file of the base describes.
fn variables(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/base").join(file);
    let document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let properties = document["properties"].as_object().unwrap();
    properties.values().map(|property| property["x-env"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn no_spec_takes_a_variable_of_the_base() {
    let variables = variables("core/src/settings/base.json");
    assert!(variables.len() > 10);
    for variable in variables {
        let text = format!(
            "[server]\nname = \"x\"\ndescription = \"d\"\n[config.mine]\ntype = \"string\"\nenv = \"{variable}\"\n"
        );
        let problems = spec::read(&text, "server.toml").expect_err(&variable).render(false);
        assert!(problems.contains("already has a meaning for every server"), "{problems}");
    }
}

#[test]
fn no_spec_that_takes_tokens_takes_a_variable_of_theirs() {
    let variables = variables("oauth/src/settings.json");
    assert!(variables.len() > 3);
    for variable in variables {
        let text = format!(
            "[server]\nname = \"x\"\ndescription = \"d\"\n[auth]\nmode = \"oauth\"\n\
             [config.mine]\ntype = \"string\"\nenv = \"{variable}\"\n"
        );
        let problems = spec::read(&text, "server.toml").expect_err(&variable).render(false);
        assert!(problems.contains("would have the same environment variable"), "{problems}");
    }
}
