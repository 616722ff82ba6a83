//! Where a registry can be, on the command line and in `mcpgen.toml`.

use crate::sandbox::Sandbox;

#[test]
fn a_file_url_is_that_file_with_its_lock() {
    let sandbox = Sandbox::new();
    let url = format!("file://{}", sandbox.path("ports.json").display());
    sandbox.run(&["ports", "allocate", "a", "--port", "9001", "--registry", &url]).fine();
    assert!(sandbox.path("ports.json.lock").exists());
    let path = sandbox.path("ports.json").display().to_string();
    assert_eq!(sandbox.run(&["ports", "show", "a", "--registry", &path]).code, Some(0));

    sandbox.write("fleet/mcpgen.toml", &format!("registry = \"{url}\"\n"));
    let show = sandbox.command(&["ports", "show", "a"]).current_dir(sandbox.path("fleet")).output().unwrap();
    assert_eq!(show.status.code(), Some(0));
}

#[test]
fn a_location_that_cannot_be_is_refused_by_whoever_says_it() {
    let sandbox = Sandbox::new();
    let http = ["ports", "list", "--registry", "https://host/ports.json"];
    sandbox.run(&http).refused("over plain HTTP nothing keeps two writers apart");
    sandbox.run(&["init"]).fine();
    sandbox.write("mcpgen.toml", "registry = \"s3://key:hunter2@fleet/ports.json\"\n");
    let before = sandbox.everything();
    for args in [&["ports", "list"][..], &["new", "hello", "--example", "hello"]] {
        let ran = sandbox.run(args);
        ran.refused("mcpgen.toml` is not valid: the location of the registry");
        assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
    }
    assert_eq!(sandbox.everything(), before);
}

#[cfg(not(feature = "object-store"))]
#[test]
fn a_binary_without_object_stores_says_how_to_get_one() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init"]).fine();
    sandbox.write("mcpgen.toml", "registry = \"s3://fleet/ports.json\"\n");
    let before = sandbox.everything();
    for args in [&["ports", "list"][..], &["ports", "allocate", "a"], &["new", "hello", "--example", "hello"]] {
        sandbox.run(args).refused(
            "the registry `s3://fleet/ports.json` is in an object store, which this `mcpgen` was built without\n  help: \
             build one that has them, in a checkout of mcpgen: `cargo install --path . --locked --features object-store`",
        );
    }
    assert_eq!(sandbox.everything(), before);
}
