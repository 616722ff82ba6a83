//! Which files there are.

use std::os::unix::ffi::OsStrExt as _;

use super::{Mutation, breaks, hold, near};
use crate::check::fleet::Fleet;

/// Puts a link in the place of a folder.
fn link_instead(fleet: &Fleet, path: &str) {
    fleet.delete(path);
    std::os::unix::fs::symlink("/", fleet.path(path)).unwrap();
}

pub const MUTATIONS: &[Mutation] = &[
    breaks("missing-file", "an Owned file is deleted", |fleet| fleet.delete("weather_v2/src/models.rs")),
    breaks("missing-file", "a Seeded file is deleted", |fleet| fleet.delete("hello_v2/src/lib.rs")),
    breaks("missing-file", "the Dockerfile is deleted", |fleet| fleet.delete("golden_v2/Dockerfile")),
    breaks("missing-file", "a file of the base is deleted", |fleet| fleet.delete("base/core/src/stats/window.rs")),
    breaks("missing-file", "the fleet's rustfmt.toml is deleted", |fleet| fleet.delete("rustfmt.toml")),
    breaks("missing-file", "a file that the spec names is deleted", |fleet| {
        fleet.delete("everything_v2/assets/van.png");
    }),
    breaks("missing-file", "the folder of the files that the spec names is deleted", |fleet| {
        fleet.delete("everything_v2/assets");
    }),
    near("missing-file", "a file that the spec names is another one, which git does not keep", |fleet| {
        std::fs::write(fleet.path("everything_v2/assets/van.png"), [0xff, 0xd8, 0xff]).unwrap();
        fleet.write("everything_v2/assets/returns.md", "Never.\n");
        fleet.append(".gitignore", "/everything_v2/assets\n");
    }),
    near("missing-file", "a file of one's own is added", |fleet| fleet.write("hello_v2/docs/why.md", "Because.\n")),
    breaks("empty-file", "a Seeded module is emptied", |fleet| fleet.write("hello_v2/src/lib.rs", "")),
    breaks("empty-file", "the README is emptied", |fleet| fleet.write("hello_v2/README.md", "\n\n")),
    breaks("empty-file", "a file of the base is emptied", |fleet| fleet.write("base/core/src/clock.rs", "")),
    near("empty-file", "an empty file marks a folder", |fleet| fleet.write("hello_v2/docs/.gitkeep", "")),
    breaks("foreign-name", "a test of another server is copied", |fleet| {
        let text = fleet.read("weather_v2/tests/common/mod.rs").replacen(
            "// Owned by mcpgen: edits are overwritten.\n",
            "",
            1,
        );
        fleet.write("hello_v2/tests/copied/mod.rs", &text);
        fleet.write(
            "hello_v2/tests/copied.rs",
            "//! A copy.\n\nmod copied;\n\n#[test]\nfn it_starts() {\n    let _ = copied::setup();\n    assert!(true);\n}\n",
        );
    }),
    near("foreign-name", "a comment and a text name another server", |fleet| {
        fleet.append(
            "hello_v2/src/services/core_service.rs",
            "\n/// Where `weather_v2` is.\npub const WEATHER: &str = \"http://weather_v2/mcp\";\n",
        );
    }),
    breaks("orphan-file", "a file that says it is Owned was rendered for nothing", |fleet| {
        fleet.write(
            "hello_v2/tests/tool_wave.rs",
            "// Owned by mcpgen: edits are overwritten.\n//! The tool `wave`.\n\n#[test]\nfn it_waves() {\n    assert_eq!(1, 1);\n}\n",
        );
    }),
    near("orphan-file", "a test of one's own is added", |fleet| {
        fleet.write("hello_v2/tests/mine.rs", "//! Mine.\n\n#[test]\nfn one_is_one() {\n    assert_eq!(1, 1);\n}\n");
    }),
    breaks("misnamed-folder", "a server's folder is renamed", |fleet| fleet.rename("hello_v2", "greeter_v2")),
    near("misnamed-folder", "the spec spells the name otherwise", |fleet| {
        fleet.replace("hello_v2/server.toml", "name = \"hello\"", "name = \"Hello\"");
    }),
    breaks("doubled-suffix", "a script adds the suffix again", |fleet| fleet.rename("hello_v2", "hello_v2_v2")),
    near("doubled-suffix", "a server's spec gives its name with the suffix", |fleet| {
        fleet.replace("hello_v2/server.toml", "name = \"hello\"", "name = \"hello_v2\"");
    }),
    breaks("conflict-markers", "a merge left its markers in a Seeded file", |fleet| {
        fleet.append("hello_v2/NOTES.md", "<<<<<<< ours\nA\n=======\nB\n>>>>>>> theirs\n");
    }),
    breaks("conflict-markers", "a merge left its markers in an Owned file", |fleet| {
        fleet.append("hello_v2/src/server.rs", "<<<<<<< ours\n//! A\n=======\n//! B\n>>>>>>> theirs\n");
    }),
    breaks("conflict-markers", "a merge left its markers in a record", |fleet| {
        fleet.append("hello_v2/mcpgen.lock", "<<<<<<< ours\n=======\n>>>>>>> theirs\n");
    }),
    breaks("conflict-markers", "a merge left its markers in a text of a spec", |fleet| {
        let text = "\"\"\"\n<<<<<<< ours\nHello\n=======\nGood day\n>>>>>>> theirs\n\"\"\"";
        let prompt = format!("\n[prompts.meet]\ndescription = \"Meet\"\nmessages = [{{ text = {text} }}]\n");
        fleet.append("hello_v2/server.toml", &prompt);
        fleet.run(&["check", "--fix"]);
    }),
    near("conflict-markers", "a heading is underlined", |fleet| {
        fleet.append("hello_v2/NOTES.md", "\nWhy\n=======\n\nBecause of `<<<<<<<`.\n");
    }),
    breaks("no-text", "an Owned file is a link", |fleet| {
        fleet.rename("hello_v2/src/main.rs", "hello_v2/main.txt");
        std::os::unix::fs::symlink("../main.txt", fleet.path("hello_v2/src/main.rs")).unwrap();
    }),
    breaks("no-text", "the folder of the tests is a link", |fleet| link_instead(fleet, "hello_v2/tests")),
    breaks("no-text", "the folder of the sources is a link", |fleet| link_instead(fleet, "everything_v2/src")),
    breaks("no-text", "the folder of a server's record is a link", |fleet| link_instead(fleet, "hello_v2/.mcpgen")),
    breaks("no-text", "a folder of the base is a link", |fleet| link_instead(fleet, "base/core/src")),
    breaks("no-text", "a folder that git does not keep is a link", |fleet| {
        link_instead(fleet, "hello_v2/tests/data");
        fleet.append(".gitignore", "/hello_v2/tests/data\n");
    }),
    breaks("no-text", "a file stands where the folder of the tests was", |fleet| {
        fleet.delete("hello_v2/tests");
        fleet.write("hello_v2/tests", "They are elsewhere.\n");
    }),
    breaks("no-text", "the folder of a server is a link", |fleet| link_instead(fleet, "hello_v2")),
    breaks("no-text", "a link has the name of a server", |fleet| {
        std::os::unix::fs::symlink("hello_v2", fleet.path("alias_v2")).unwrap();
    }),
    breaks("no-text", "a file that the spec names as text is none", |fleet| {
        std::fs::write(fleet.path("everything_v2/assets/returns.md"), [b'a', 0xff, 0xfe]).unwrap();
    }),
    breaks("no-text", "a file that the spec names is too large", |fleet| {
        std::fs::write(fleet.path("everything_v2/assets/van.png"), vec![0xff; (1 << 20) + 1]).unwrap();
    }),
    near("no-text", "a file that the spec names is as large as one may be", |fleet| {
        std::fs::write(fleet.path("everything_v2/assets/van.png"), vec![0xff; 1 << 20]).unwrap();
    }),
    breaks("no-text", "a file that the spec names is a link", |fleet| {
        fleet.delete("everything_v2/assets/van.png");
        std::os::unix::fs::symlink("../README.md", fleet.path("everything_v2/assets/van.png")).unwrap();
    }),
    breaks("no-text", "the folder of the files that the spec names is a link", |fleet| {
        link_instead(fleet, "everything_v2/assets");
    }),
    near("no-text", "a link has another name than servers have", |fleet| {
        std::os::unix::fs::symlink("hello_v2", fleet.path("greeter")).unwrap();
        std::os::unix::fs::symlink("../NOTES.md", fleet.path("hello_v2/tests/why.md")).unwrap();
    }),
    breaks("no-text", "a source has a name that is not UTF-8", |fleet| {
        let name = std::ffi::OsStr::from_bytes(b"\xff\xfe.rs");
        std::fs::write(fleet.path("hello_v2/src").join(name), "//! Whatever.\n").unwrap();
    }),
    near("no-text", "a name has the character that stands for what is not UTF-8", |fleet| {
        fleet.write("hello_v2/docs/what\u{fffd}.md", "Why not.\n");
    }),
    near("no-text", "a picture is in the documentation", |fleet| {
        fleet.write("hello_v2/docs/a.txt", "");
        std::fs::write(fleet.path("hello_v2/docs/a.png"), [0x89, b'P', 0xff, 0xfe]).unwrap();
    }),
];

#[test]
fn layout() {
    hold(MUTATIONS);
}
