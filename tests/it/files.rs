//! Files that a spec names: copied into the server, compiled into it, and refused with everything that is wrong.

use std::fs;

use crate::sandbox::{Ran, Sandbox};

/// A spec with a picture, a text and a message from files.
const SPEC: &str = r#"[server]
name = "shop"
description = "Sells things"

[tools.show]
description = "Show it"
[[tools.show.respond.content]]
type = "image"
mime_type = "image/png"
file = "assets/logo.png"

[resources.terms]
description = "The small print"
uri = "shop://terms"
mime_type = "text/markdown"
file = "assets/deep/terms.md"

[prompts.sell]
description = "Sell it"
messages = [{ content = { type = "text", file = "assets/deep/terms.md" } }]
"#;

/// Bytes that are no text.
const LOGO: &[u8] = &[0x89, b'P', b'N', b'G', 0xff, 0x00, 0xfe];

fn with_files() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("specs/shop.toml", SPEC);
    sandbox.write("specs/assets/deep/terms.md", "No {returns}.\r\n\"Ever\".");
    fs::write(sandbox.path("specs/assets/logo.png"), LOGO).unwrap();
    sandbox
}

#[test]
fn they_are_copied_beside_the_spec_and_compiled_in() {
    let sandbox = with_files();
    let listed = sandbox.run(&["new", "shop", "--spec", "specs/shop.toml", "--dry-run"]).fine().stdout;
    assert!(listed.contains("create  seeded  shop_v2/assets/logo.png\n"), "{listed}");
    assert!(!sandbox.path("shop_v2").exists());

    let report = sandbox.run(&["new", "shop", "--spec", "specs/shop.toml", "--json"]).fine().json();
    let files: Vec<&str> =
        report["files"].as_array().unwrap().iter().filter_map(|file| file["path"].as_str()).collect();
    assert!(files.contains(&"shop_v2/assets/deep/terms.md"), "{files:?}");
    assert_eq!(fs::read(sandbox.path("shop_v2/assets/logo.png")).unwrap(), LOGO);
    assert_eq!(sandbox.read("shop_v2/assets/deep/terms.md"), "No {returns}.\r\n\"Ever\".");
    for (path, code) in [
        ("tools/show.rs", "reply.push(Content::image(include_bytes!(\"../../../assets/logo.png\"), \"image/png\"));"),
        ("resources/terms.rs", "Ok(String::from(include_str!(\"../../../assets/deep/terms.md\")))"),
        ("prompts/sell.rs", "include_str!(\"../../../assets/deep/terms.md\")"),
    ] {
        let text = sandbox.read(&format!("shop_v2/src/services/{path}"));
        assert!(text.contains(code), "no `{code}` in: {text}");
    }
    let ran = sandbox.run(&["check", "--strict"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
}

#[test]
fn all_that_is_wrong_with_them_is_told_at_once_and_nothing_is_made() {
    let sandbox = with_files();
    fs::remove_file(sandbox.path("specs/assets/logo.png")).unwrap();
    fs::write(sandbox.path("specs/assets/deep/terms.md"), [0xff, 0xfe]).unwrap();
    for (args, code) in
        [(&["new", "shop", "--spec", "specs/shop.toml"][..], 2), (&["spec", "check", "specs/shop.toml"], 1)]
    {
        let ran = sandbox.run(args);
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        let told = ran.stdout + &ran.stderr;
        for part in [
            "the file `assets/logo.png` is not there",
            "specs/shop.toml:10:8",
            "help: put it beside the spec, below its folder",
            "the file `assets/deep/terms.md` is not text in UTF-8",
            "specs/shop.toml:16:8",
            "specs/shop.toml:20:49",
        ] {
            assert!(told.contains(part), "no `{part}` in: {told}");
        }
    }
    assert!(!sandbox.path("shop_v2").exists() && !sandbox.path("mcpgen.toml").exists());
}

#[test]
fn what_was_meant_by_a_path_is_told() {
    let sandbox = with_files();
    for (path, parts) in [
        ("./assets/logo.png", &["leaves or repeats a folder", "help: write `assets/logo.png`"][..]),
        ("assets\\\\logo.png", &["has the character `\\`, which", "help: write `assets/logo.png`"]),
        ("assets", &["is in no folder", "help: name a file in a folder beside the spec"]),
        ("assets/deep", &["is a folder", "help: name a file that is in it"]),
        ("assets/logp.png", &["is not there", "help: did you mean `assets/logo.png`?"]),
        ("assets/deep/term.md", &["is not there", "help: did you mean `assets/deep/terms.md`?"]),
        ("assets/other/terms.md", &["is not there", "help: put it beside the spec"]),
    ] {
        sandbox.write("specs/shop.toml", &SPEC.replace("assets/logo.png", path));
        let ran = sandbox.run(&["spec", "check", "specs/shop.toml"]);
        for part in parts {
            assert!(ran.stdout.contains(part), "no `{part}` in: {}", ran.stdout);
        }
    }
}

#[test]
fn a_large_file_is_refused_and_one_of_the_size_of_the_limit_is_not() {
    let sandbox = with_files();
    fs::write(sandbox.path("specs/assets/logo.png"), vec![0xff; (1 << 20) + 1]).unwrap();
    sandbox
        .run(&["new", "shop", "--spec", "specs/shop.toml"])
        .refused("the file `assets/logo.png` has more than 1 MiB");
    fs::write(sandbox.path("specs/assets/logo.png"), vec![0xff; 1 << 20]).unwrap();
    sandbox.run(&["spec", "check", "specs/shop.toml"]).fine();
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    use std::os::unix::fs::symlink;
    for link in ["assets/logo.png", "assets/deep", "assets"] {
        let sandbox = with_files();
        fs::rename(sandbox.path(&format!("specs/{link}")), sandbox.path("elsewhere")).unwrap();
        symlink(sandbox.path("elsewhere"), sandbox.path(&format!("specs/{link}"))).unwrap();
        sandbox.run(&["new", "shop", "--spec", "specs/shop.toml"]).refused("is no file, or is behind a link");
        assert!(!sandbox.path("shop_v2").exists());
    }
}

/// Nobody knows where standard input was: its files are not looked for, and what can be said of their paths is said.
#[test]
fn a_spec_from_standard_input_is_read_without_its_files() {
    let sandbox = Sandbox::new();
    let check = |text: &str| {
        sandbox.write("shop.toml", text);
        let stdin = fs::File::open(sandbox.path("shop.toml")).unwrap();
        Ran::from(sandbox.command(&["spec", "check", "-"]).stdin(stdin).output().unwrap())
    };
    check(SPEC).fine();
    let ran = check(&SPEC.replace("assets/logo.png", "src/logo.png"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stdout.contains("the file `src/logo.png` is where code is"), "{}", ran.stdout);
    // In a file, the same spec has a place.
    let ran = sandbox.run(&["spec", "check", "shop.toml"]);
    assert!(ran.stdout.contains("the file `assets/deep/terms.md` is not there"), "{}", ran.stdout);
}

#[test]
fn an_example_that_is_printed_says_which_files_it_leaves_behind() {
    let sandbox = Sandbox::new();
    let example = sandbox.run(&["spec", "new", "--example", "everything"]).fine();
    assert!(example.stderr.contains("`assets/returns.md` and `assets/van.png`"), "{}", example.stderr);
    sandbox.write("everything.toml", &example.stdout);
    sandbox.run(&["new", "everything", "--spec", "everything.toml"]).refused("the file `assets/van.png` is not there");
}
