//! A fleet with servers of every kind, to be broken in one place at a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mcpgen::check::{Finding, Severity};
use mcpgen::cli::CheckArgs;

use crate::sandbox::{Ran, Sandbox};

/// A fleet on disk.
pub struct Fleet {
    sandbox: Sandbox,
}

impl Fleet {
    /// A fleet with `hello`, `weather`, `everything` and the golden default, as they are made.
    pub fn new() -> Self {
        let sandbox = Sandbox::new();
        for example in ["hello", "weather", "everything"] {
            sandbox.run(&["new", example, "--example", example]).fine();
        }
        sandbox.run(&["new", "golden"]).fine();
        Self { sandbox }
    }

    pub fn root(&self) -> &Path {
        self.sandbox.root()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.sandbox.path(path)
    }

    pub fn read(&self, path: &str) -> String {
        self.sandbox.read(path)
    }

    /// Writes a file, and the folders that it is in.
    pub fn write(&self, path: &str, text: &str) {
        self.sandbox.write(path, text);
    }

    /// Replaces one text in a file with another; it must be there.
    #[track_caller]
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "`{path}` has no `{from}`");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// Puts a text behind what is in a file.
    pub fn append(&self, path: &str, text: &str) {
        let before = self.read(path);
        self.write(path, &(before + text));
    }

    /// Makes a file as if it had been rendered with another text, by a mcpgen of this version; `folder` has the record.
    #[track_caller]
    pub fn rendered_by(&self, version: &str, folder: &str, path: &str, from: &str, to: &str) {
        let (file, lock) = (format!("{folder}{path}"), format!("{folder}mcpgen.lock"));
        let before = mcpgen::record::sha256(&self.read(&file));
        self.replace(&file, from, to);
        self.replace(&lock, &before, &mcpgen::record::sha256(&self.read(&file)));
        self.replace(&lock, &format!("mcpgen = \"{}\"", env!("CARGO_PKG_VERSION")), &format!("mcpgen = \"{version}\""));
    }

    /// Takes the first line away that has this text in it; one must.
    #[track_caller]
    pub fn remove_line(&self, path: &str, with: &str) {
        let text = self.read(path);
        let line = text.split_inclusive('\n').find(|line| line.contains(with)).expect(with);
        self.write(path, &text.replacen(line, "", 1));
    }

    pub fn delete(&self, path: &str) {
        let path = self.path(path);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }

    pub fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// The port of a server.
    pub fn port(&self, id: &str) -> u16 {
        self.sandbox.ports().by_name(id).unwrap().port
    }

    pub fn command(&self, args: &[&str]) -> std::process::Command {
        self.sandbox.command(args)
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.sandbox.run(args)
    }

    /// What `mcpgen check` finds in it, but for the notes on what was made without a body.
    pub fn findings(&self) -> Vec<Finding> {
        const UNWRITTEN: &[&str] = &[
            "everything_v2/src/services/tools/browse_categories.rs",
            "everything_v2/src/services/resources/stock.rs",
            "everything_v2/src/services/prompts/stocktake.rs",
            "everything_v2/src/services/completions/prompt_stocktake_hall.rs",
            "everything_v2/src/services/completions/resource_order_id.rs",
        ];

        let args = CheckArgs::default();
        let verdict = mcpgen::commands::check::judge(&args, self.root()).unwrap();
        let is_as_made =
            |finding: &Finding| finding.severity == Severity::Note && UNWRITTEN.contains(&finding.place.path.as_str());
        verdict.findings.into_iter().filter(|finding| !is_as_made(finding)).collect()
    }

    /// Every file and its text, by path below the fleet.
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.sandbox.everything()
    }

    /// Every file and its bytes.
    pub fn everything(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = walkdir::WalkDir::new(self.root()).into_iter().map(Result::unwrap);
        let files = files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
        files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    /// Makes everything again as it is in `before`.
    pub fn restore(&self, before: &BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(self.root()).unwrap().map(Result::unwrap) {
            let is_folder = entry.file_type().unwrap().is_dir();
            if is_folder { fs::remove_dir_all(entry.path()).unwrap() } else { fs::remove_file(entry.path()).unwrap() }
        }
        for (path, bytes) in before {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}
