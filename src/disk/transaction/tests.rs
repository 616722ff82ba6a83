//! What is there after a transaction, and after one that was cut off.

use super::*;
use crate::tree::{File, Owner};

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::default();
    for (path, text) in files {
        tree.insert(RelPath::parse(path).unwrap(), File { text: (*text).into(), owner: Owner::Owned });
    }
    tree
}

/// These files and nothing else.
fn write<'a>(root: &'a Path, files: &'a Tree) -> Write<'a> {
    Write { root, files, gone: &[], folder: None, copies: &[], note: "" }
}

fn everything(root: &Path) -> Vec<(String, String)> {
    let walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(Result::unwrap);
    walk.filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn all_of_it_happens() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("Cargo.lock"), "old").unwrap();
    let (files, folder) =
        (tree(&[("Cargo.lock", "new"), ("base/core/lib.rs", "core")]), tree(&[("a_v2/src/main.rs", "main")]));
    let copies = [(RelPath::parse("assets/a.md").unwrap(), b"of somebody".to_vec())];
    let write = Write { folder: Some(("a_v2", &folder)), copies: &copies, ..write(root.path(), &files) };
    apply(&write, || Ok(())).unwrap();
    let expected = [
        ("Cargo.lock", "new"),
        ("a_v2/assets/a.md", "of somebody"),
        ("a_v2/src/main.rs", "main"),
        ("base/core/lib.rs", "core"),
    ];
    assert_eq!(everything(root.path()), expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
    assert!(pending(root.path()).unwrap().is_none());
}

#[test]
fn what_fails_in_between_is_undone() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("Cargo.lock"), "old").unwrap();
    let (files, folder) =
        (tree(&[("Cargo.lock", "new"), ("base/core/lib.rs", "core")]), tree(&[("a_v2/src/main.rs", "main")]));
    let write = Write { folder: Some(("a_v2", &folder)), note: "port 9000", ..write(root.path(), &files) };
    let before = everything(root.path());
    assert!(apply(&write, || bail!("the registry is full")).is_err());
    let left = pending(root.path()).unwrap().unwrap();
    assert_eq!((left.note(), left.is_done()), ("port 9000", false));
    left.undo().unwrap();
    assert_eq!(everything(root.path()), before);
    assert!(!root.path().join("base").exists());
}

#[test]
fn without_a_folder_it_is_done_when_the_caller_has_done_its_part() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a"), "old").unwrap();
    let files = tree(&[("a", "new")]);
    let write = write(root.path(), &files);
    let seen = || {
        assert_eq!(fs::read_to_string(root.path().join("a")).unwrap(), "new");
        // Whoever is killed here has not saved what the files speak of.
        assert!(!pending(root.path()).unwrap().unwrap().is_done());
        Ok(())
    };
    apply(&write, seen).unwrap();
    assert!(pending(root.path()).unwrap().is_none());
    assert!(apply(&write, || bail!("no")).is_err());
    let left = pending(root.path()).unwrap().unwrap();
    assert!(!left.is_done());
    left.undo().unwrap();
    assert_eq!(everything(root.path()), [("a".to_owned(), "new".to_owned())]);
}

#[test]
fn what_goes_comes_back_where_the_rest_fails() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a"), "old").unwrap();
    fs::create_dir(root.path().join("b")).unwrap();
    fs::write(root.path().join("b/c"), "gone").unwrap();
    let before = everything(root.path());
    let files = tree(&[("a", "new")]);
    let path = |path: &str| RelPath::parse(path).unwrap();
    let write = write(root.path(), &files);
    // The second is not there, so the first comes back.
    for gone in [vec![path("b/c"), path("b/d")], vec![path("b/c")]] {
        assert!(apply(&Write { gone: &gone, ..write }, || bail!("no")).is_err());
        let left = pending(root.path()).unwrap().unwrap();
        assert!(!left.is_done() && !root.path().join("b/c").exists());
        left.undo().unwrap();
        assert_eq!(everything(root.path()), before);
    }
    apply(&Write { gone: &[path("b/c")], ..write }, || Ok(())).unwrap();
    assert_eq!(everything(root.path()), [("a".to_owned(), "new".to_owned())]);
}

#[test]
fn a_journal_of_somebody_else_reaches_nothing_outside() {
    let root = tempfile::tempdir().unwrap();
    let inside = root.path().join("fleet");
    fs::create_dir_all(inside.join(WORK)).unwrap();
    fs::write(root.path().join("file"), "theirs").unwrap();
    let step =
        "{\"folder\":null,\"steps\":[{\"path\":\"../file\",\"replaces\":false}],\"made_folders\":[],\"note\":\"\"}";
    fs::write(inside.join(WORK).join("journal.json"), step).unwrap();
    assert!(pending(&inside).is_err());
    assert_eq!(fs::read_to_string(root.path().join("file")).unwrap(), "theirs");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    use std::os::unix::fs::symlink;
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("file"), "theirs").unwrap();
    symlink(outside.path(), root.path().join("folder")).unwrap();
    symlink(outside.path().join("file"), root.path().join("link")).unwrap();
    let path = |path: &str| RelPath::parse(path).unwrap();
    let refused = |files: &Tree, gone: &[RelPath]| {
        let write = Write { gone, ..write(root.path(), files) };
        assert!(apply(&write, || Ok(())).unwrap_err().to_string().contains("is a link"));
        assert!(pending(root.path()).unwrap().is_none());
    };
    for name in ["link", "folder/file", "folder/new/file"] {
        refused(&tree(&[("a", "a"), (name, "ours")]), &[]);
        refused(&tree(&[("a", "a")]), &[path(name)]);
    }
    symlink(outside.path(), root.path().join(".mcpgen")).unwrap();
    let files = tree(&[("a", "a")]);
    let write = write(root.path(), &files);
    assert!(apply(&write, || Ok(())).is_err() && pending(root.path()).is_err());
    assert_eq!(everything(outside.path()), [("file".to_owned(), "theirs".to_owned())]);
    assert!(!root.path().join("a").exists());
}

#[test]
fn what_was_only_staged_is_rubbish() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join(WORK).join("folder")).unwrap();
    assert!(pending(root.path()).unwrap().is_none());
    assert!(everything(root.path()).is_empty());
}
