//! The templates and the tables that name them keep in step.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mcpgen::plan::{BASE, FILES, GENERATED, Source, When};

fn templates() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let files = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(Result::unwrap);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn has_tags(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "tera")
}

#[test]
fn every_template_is_in_a_table_and_every_row_has_its_template() {
    let there: BTreeSet<String> =
        templates().into_iter().map(|(path, _)| path).filter(|path| !path.starts_with("fleet/locks/")).collect();
    let rows = FILES.iter().map(|row| row.template);
    let base = BASE.iter().flat_map(|(_, templates)| *templates).copied();
    let listed: BTreeSet<String> = rows.chain(base).map(str::to_owned).collect();
    let missing: Vec<_> = listed.difference(&there).collect();
    let unlisted: Vec<_> = there.difference(&listed).collect();
    assert!(missing.is_empty() && unlisted.is_empty(), "no such template: {missing:?}; in no table: {unlisted:?}");
}

#[test]
fn templates_mirror_the_paths_of_what_they_make() {
    for row in FILES.iter().filter(|row| !row.path.contains("{name}")) {
        let template = row.template.trim_end_matches(".tera");
        let (_, inner) = template.split_once('/').unwrap();
        assert_eq!(inner, row.path.trim_start_matches('.'), "`{}`", row.template);
    }
}

/// A spec can name files of its own, which are copied into the server: never where something is rendered, nor below it.
#[test]
fn no_file_of_a_spec_stands_in_the_way_of_one_that_is_rendered() {
    let spec = |file: &str| {
        format!(
            "[server]\nname = \"a\"\ndescription = \"A\"\n[resources.r]\ndescription = \"R\"\nuri = \"a://r\"\n\
             mime_type = \"image/png\"\nfile = \"{file}\"\n"
        )
    };
    let read = |file: &str| mcpgen::spec::read(&spec(file), "server.toml");
    read("assets/logo.png").unwrap();
    for row in FILES.iter().chain(GENERATED).filter(|row| row.when != When::Fleet) {
        for file in [row.path.to_owned(), format!("{}/logo.png", row.path)] {
            assert!(read(&file).is_err(), "`{file}` is taken");
        }
    }
}

#[test]
fn few_lines_of_the_templates_carry_a_tag() {
    let (mut tagged, mut all) = (0, 0);
    for (path, text) in templates().into_iter().filter(|(path, _)| !path.starts_with("fleet/locks/")) {
        all += text.lines().count();
        if has_tags(&path) {
            tagged += text.lines().filter(|line| line.contains("{{") || line.contains("{%")).count();
        }
    }
    assert!(tagged * 100 < all * 8, "{tagged} of {all} lines carry a tag");
}

#[test]
fn templates_decide_nothing() {
    for (path, text) in templates().into_iter().filter(|(path, _)| has_tags(path)) {
        for (i, line) in text.lines().enumerate() {
            for tag in line.split("{%").skip(1) {
                let tag = tag.split("%}").next().unwrap().trim_matches(['-', ' ']);
                let words = tag.split(' ').count();
                let is_plain = match tag.split(' ').next().unwrap() {
                    "if" | "elif" => words == 2,
                    "for" => words == 4,
                    "else" | "endif" | "endfor" | "raw" | "endraw" => words == 1,
                    _ => false,
                };
                assert!(is_plain, "{path}:{}: `{tag}` is more than a flag or a list", i + 1);
            }
        }
    }
}

#[test]
fn every_text_of_a_spec_is_escaped() {
    // What comes from people and not from a newtype or from our own code.
    let prose = ["title", "description", "doc", "support_channel", "docs_url", "on_call", "dashboard_url", "feature"];
    for (path, text) in templates().into_iter().filter(|(path, _)| has_tags(path)) {
        for (i, line) in text.lines().enumerate() {
            for tag in line.split("{{").skip(1) {
                let tag = tag.split("}}").next().unwrap().trim();
                let value = tag.split('|').next().unwrap().trim();
                let last = value.rsplit('.').next().unwrap();
                assert!(!prose.contains(&last) || tag.contains('|'), "{path}:{}: `{tag}` has no filter", i + 1);
            }
        }
    }
}

#[test]
fn every_template_and_example_is_in_the_package() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = std::process::Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(root)
        .output()
        .unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let listed: BTreeSet<&str> = listed.lines().collect();
    assert!(listed.contains("src/main.rs"), "{}", String::from_utf8_lossy(&output.stderr));
    let left_out: Vec<String> = templates()
        .into_iter()
        .map(|(path, _)| format!("templates/{path}"))
        .chain(mcpgen::spec::example_names().into_iter().map(|name| format!("examples/{name}.toml")))
        .filter(|path| !listed.contains(path.as_str()))
        .collect();
    assert!(left_out.is_empty(), "{left_out:?}");
}

#[test]
fn what_is_made_without_a_template_is_in_its_table() {
    let text = mcpgen::spec::example("everything").unwrap();
    let spec = mcpgen::spec::read(text, "server.toml").unwrap();
    let plan = mcpgen::plan::server(&mcpgen::fleet::Settings::default(), &spec, text, 9000);
    let made = plan.files.iter().filter(|file| matches!(file.source, Source::Text(_)));
    let mut count = 0;
    for file in made {
        let (_, inner) = file.path.as_str().split_once('/').unwrap();
        let fits = |row: &&mcpgen::plan::Row| match row.path.split_once("{name}") {
            Some((before, after)) => inner.starts_with(before) && inner.ends_with(after),
            None => inner == row.path,
        };
        let rows: Vec<_> = GENERATED.iter().filter(fits).collect();
        let owned = rows.iter().any(|row| row.owner == file.owner);
        assert!(!rows.is_empty() && owned, "`{inner}` is in no row of GENERATED with its owner");
        count += 1;
    }
    assert!(count > 10, "{count}");
}
