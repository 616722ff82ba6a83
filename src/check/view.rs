//! What the rules see: the files on disk beside what would be rendered, each parsed at most once.
//!
//! Knows which files are as they should be, so that rules look only at the others. Knows no disk and renders nothing.

use std::cell::OnceCell;
use std::ops::Range;
use std::str::FromStr as _;

use parse_dockerfile::Dockerfile;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::document::{self, Node, Unreadable};
use super::finding::Place;
use super::member::Member;
use super::place::Span;
use super::tools_list::ToolsList;
use crate::fleet::Settings;
use crate::ports::{self, Ports};
use crate::record::{self, Rendered};
use crate::spec::{Problems, Spec};
use crate::tree::{Found, FoundFiles, Owner, Tree, same_lines};

/// How a file on disk stands to what would be rendered now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is the same, but perhaps for the ends of its lines.
    Same,
    /// An Owned file that differs in blanks alone.
    Reformatted,
    /// It is as it once was rendered; today it would be rendered otherwise.
    Outdated,
    /// An Owned file that somebody changed.
    Edited,
    /// A Seeded or Merged file that somebody changed, as they may.
    Users,
    /// A file that was rendered once and would not be today.
    Orphan,
    /// A file that is none of ours.
    Extra,
}

/// One file.
pub struct FileView<'a> {
    folder: &'a str,
    /// Below the folder of the server, or of the fleet.
    pub path: &'a str,
    /// What is in it.
    pub text: &'a str,
    /// Who may change it; none where it is not rendered.
    pub owner: Option<Owner>,
    /// What would be rendered.
    pub expected: Option<&'a str>,
    /// How the one stands to the other.
    pub state: State,
    rust: OnceCell<Result<syn::File, (Span, String)>>,
    documents: OnceCell<Result<Vec<Node>, Unreadable>>,
    dockerfile: OnceCell<Option<Dockerfile<'a>>>,
}

/// The files of a server, of the fleet beside its servers, or of the repository around the fleet.
pub struct Files<'a> {
    /// The folder, below the root of the repository; empty: that root.
    pub folder: &'a str,
    list: Vec<FileView<'a>>,
    /// What is no text: its path, and what it is.
    pub others: Vec<(&'a str, &'a Found)>,
    /// What would be rendered and is not there at all: its path below the folder, and its text and owner.
    pub missing: Vec<(&'a str, &'a crate::tree::File)>,
}

/// What a record says, if it can be read.
#[derive(Debug)]
pub enum RecordView<'a> {
    /// It says this.
    Read(&'a Rendered),
    /// It cannot be read, and why.
    Damaged(String),
    /// There is none.
    Missing,
}

/// What a spec says, if it can be read.
#[derive(Debug, Clone, Copy)]
pub enum SpecView<'a> {
    /// It says this.
    Read(&'a Spec),
    /// Everything that is wrong with it.
    Wrong(&'a Problems),
    /// There is none.
    Missing,
}

/// One server.
pub struct ServerView<'a> {
    /// Its folder's name: `weather_v2`.
    pub id: &'a str,
    /// Whether it is in a fleet; a crate alone has no registry, base and workspace of ours.
    pub is_in_fleet: bool,
    /// Its files.
    pub files: Files<'a>,
    /// Its spec.
    pub spec: SpecView<'a>,
    /// What was rendered.
    pub record: RecordView<'a>,
    /// What would be rendered from.
    pub inputs: Inputs<'a>,
    /// The registry, where it is sound.
    pub ports: Option<&'a Ports>,
    /// All servers of the fleet, this one included.
    pub ids: &'a [String],
    /// The workspace's manifest, where the server is in a fleet.
    pub workspace: Option<&'a Node>,
    /// The list of its tools as it would be rendered, where somebody decided how large it may be.
    pub tools_list: Option<ToolsList>,
    /// The most bytes that the list may have whose spec does not say.
    pub schema_budget: Option<u32>,
}

/// What decides how a server is rendered, beside the templates.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The digest of its spec.
    pub spec: &'a str,
    /// The digest of the fleet's settings.
    pub settings: &'a str,
    /// The version of this mcpgen.
    pub version: &'a str,
}

/// What the fleet knows of one of its servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its folder's name: `weather_v2`.
    pub id: String,
    /// Its folder, below the root of the repository.
    pub folder: String,
    /// Its name in its spec: `weather`.
    pub name: Option<String>,
    /// Its port: of the registry, or else the one it was rendered with.
    pub port: Option<u16>,
    /// Names of its tools, in the order of the spec.
    pub tools: Vec<String>,
    /// How many copies of it run.
    pub replicas: u32,
    /// What its manifest says, where it can be read.
    pub manifest: Option<Member>,
}

/// The fleet.
pub struct FleetView<'a> {
    /// Its own files: everything in its folder but the servers.
    pub own: Files<'a>,
    /// What the repository has around it that concerns it; nothing where the fleet is the repository.
    pub around: Files<'a>,
    /// Its settings.
    pub settings: &'a Settings,
    /// What was rendered.
    pub record: RecordView<'a>,
    /// The version of this mcpgen.
    pub version: &'a str,
    /// Its servers.
    pub servers: &'a [Summary],
    /// The registry.
    pub registry: RegistryView<'a>,
}

/// The registry of the fleet.
#[derive(Debug)]
pub struct RegistryView<'a> {
    /// Where it is: below the root of the repository, or a URL or path outside of it.
    pub path: &'a str,
    /// Its text, where there is one.
    pub text: Option<&'a str>,
    /// What it says, where it can be read.
    pub ports: Option<&'a Ports>,
    /// What is wrong with it.
    pub problems: &'a [ports::Problem],
}

impl<'a> FileView<'a> {
    fn new(folder: &'a str, path: &'a str, text: &'a str) -> Self {
        Self {
            folder,
            path,
            text,
            owner: None,
            expected: None,
            state: State::Extra,
            rust: OnceCell::new(),
            documents: OnceCell::new(),
            dockerfile: OnceCell::new(),
        }
    }

    /// Whether it is not as rendered: only then is there anything to look for.
    #[must_use]
    pub fn is_suspect(&self) -> bool {
        self.state != State::Same
    }

    /// Its path below the root of the repository.
    #[must_use]
    pub fn full_path(&self) -> String {
        join(self.folder, self.path)
    }

    /// The last part of its path.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// Whether its name ends so: `rs`, `toml`.
    #[must_use]
    pub fn has_extension(&self, extension: &str) -> bool {
        self.name().rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case(extension))
    }

    /// The file as a place.
    #[must_use]
    pub fn whole(&self) -> Place {
        Place { path: self.full_path(), span: None, source: None }
    }

    /// A part of the file as a place.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let source = self.text.lines().nth(span.line.saturating_sub(1)).map(str::to_owned);
        Place { path: self.full_path(), span: Some(span), source }
    }

    /// Some bytes of the file as a place.
    #[must_use]
    pub fn bytes(&self, bytes: Range<usize>) -> Place {
        self.place(Span::of(self.text, bytes))
    }

    /// A line of the file, from 1, as a place.
    #[must_use]
    pub fn line(&self, line: usize) -> Place {
        self.place(Span::line(self.text, line))
    }

    /// The file as Rust; none where it is not Rust or does not parse.
    #[must_use]
    pub fn rust(&self) -> Option<&syn::File> {
        self.rust_or_why()?.ok()
    }

    /// The file as Rust, or where and why it does not parse; none where it is not Rust.
    pub fn rust_or_why(&self) -> Option<Result<&syn::File, &(Span, String)>> {
        self.has_extension("rs").then(|| self.rust.get_or_init(|| parse_rust(self.text)).as_ref())
    }

    /// The first document of a TOML, YAML or JSON file; none where it is none or does not parse.
    #[must_use]
    pub fn document(&self) -> Option<&Node> {
        self.documents()?.ok()?.first()
    }

    /// The documents of a TOML, YAML or JSON file, or where and why it does not parse; none where it is none.
    pub fn documents(&self) -> Option<Result<&[Node], &Unreadable>> {
        let extension = self.name().rsplit_once('.').map_or("", |(_, end)| end);
        let parse: fn(&str) -> Result<Vec<Node>, Unreadable> = match extension {
            "toml" => |text| document::toml(text).map(|node| vec![node]),
            "yaml" | "yml" => document::yaml,
            "json" => |text| document::json(text).map(|node| vec![node]),
            _ => return None,
        };
        Some(self.documents.get_or_init(|| parse(self.text)).as_ref().map(Vec::as_slice))
    }

    /// The file as a Dockerfile; none where it does not parse.
    #[must_use]
    pub fn dockerfile(&self) -> Option<&Dockerfile<'a>> {
        self.dockerfile.get_or_init(|| parse_dockerfile::parse(self.text).ok()).as_ref()
    }
}

impl<'a> Files<'a> {
    /// Holds files that were found in a folder against what would be rendered there, if that can be said, and what once
    /// was; `base` is the folder that the rendered paths are below of.
    #[must_use]
    pub fn new(
        folder: &'a str,
        found: &'a FoundFiles,
        expected: Option<(&'a Tree, &'a str)>,
        record: Option<&Rendered>,
    ) -> Self {
        let mut files = Self { folder, list: Vec::new(), others: Vec::new(), missing: Vec::new() };
        for (path, found) in found {
            match found {
                Found::Text(text) => files.list.push(FileView::new(folder, path, text)),
                other => files.others.push((path, other)),
            }
        }
        if let Some((tree, prefix)) = expected {
            for (path, file) in tree.iter() {
                let Some(path) = below(path.as_str(), prefix) else { continue };
                match files.position(path) {
                    Ok(index) => files.list[index].compare(&file.text, file.owner, record),
                    // What is there and is no text has a rule of its own.
                    Err(_) if found.contains_key(path) => {}
                    Err(_) => files.missing.push((path, file)),
                }
            }
        }
        for (path, recorded) in record.iter().flat_map(|record| &record.files) {
            if let Ok(index) = files.position(path)
                && expected.is_some()
                && files.list[index].state == State::Extra
            {
                files.list[index].state = State::Orphan;
                files.list[index].owner = Some(recorded.owner);
            }
        }
        files
    }

    fn position(&self, path: &str) -> Result<usize, usize> {
        self.list.binary_search_by(|file| file.path.cmp(path))
    }

    /// All text files, in the order of their paths.
    #[must_use]
    pub fn all(&self) -> &[FileView<'a>] {
        &self.list
    }

    /// The text file at a path below the folder.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&FileView<'a>> {
        self.position(path).ok().map(|index| &self.list[index])
    }

    /// The files that are not as rendered: only in them is there anything to look for.
    pub fn suspects(&self) -> impl Iterator<Item = &FileView<'a>> {
        self.list.iter().filter(|file| file.is_suspect())
    }

    /// The Rust files that are not as rendered.
    pub fn suspect_rust(&self) -> impl Iterator<Item = (&FileView<'a>, &syn::File)> {
        self.suspects().filter_map(|file| Some((file, file.rust()?)))
    }

    /// A path below the folder as a place, for what is not there.
    #[must_use]
    pub fn place(&self, path: &str) -> Place {
        Place { path: join(self.folder, path), span: None, source: None }
    }
}

impl<'a> FileView<'a> {
    fn compare(&mut self, expected: &'a str, owner: Owner, record: Option<&Rendered>) {
        self.expected = Some(expected);
        self.owner = Some(owner);
        let was_rendered = || {
            let recorded = record.and_then(|record| record.files.get(self.path));
            recorded.is_some_and(|recorded| recorded.sha256 == record::sha256(self.text))
        };
        self.state = if same_lines(self.text, expected) {
            State::Same
        } else if owner == Owner::Seeded {
            // The user's from the first day on, whatever would be rendered today.
            State::Users
        } else if was_rendered() {
            State::Outdated
        } else if owner == Owner::Merged {
            State::Users
        } else if is_reformatted(self.path, self.text, expected) {
            State::Reformatted
        } else {
            State::Edited
        };
    }
}

impl ServerView<'_> {
    /// Its spec, where it is sound.
    #[must_use]
    pub fn sound_spec(&self) -> Option<&Spec> {
        if let SpecView::Read(spec) = self.spec { Some(spec) } else { None }
    }

    /// Its record, where it can be read.
    #[must_use]
    pub fn rendered(&self) -> Option<&Rendered> {
        self.record.read()
    }

    /// Whether it was made by mcpgen.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        !matches!((&self.spec, &self.record), (SpecView::Missing, RecordView::Missing))
    }

    /// What the registry says of it: under the name that its spec gives it, wherever its folder is.
    #[must_use]
    pub fn registered(&self) -> Option<&ports::Server> {
        let name = self.sound_spec().map(|spec| spec.server.name.crate_name());
        self.ports?.by_name(name.as_deref().unwrap_or(self.id))
    }
}

impl<'a> RecordView<'a> {
    /// What it says, where it can be read.
    #[must_use]
    pub fn read(&self) -> Option<&'a Rendered> {
        if let Self::Read(rendered) = self { Some(rendered) } else { None }
    }
}

impl<'a> FleetView<'a> {
    /// The fleet's own files, and those around it.
    pub fn all(&self) -> impl Iterator<Item = &FileView<'a>> {
        self.own.all().iter().chain(self.around.all())
    }
}

/// Two paths, of which the first may be empty.
#[must_use]
pub fn join(folder: &str, path: &str) -> String {
    match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{folder}/{path}"),
    }
}

/// The rest of a path below a folder, which may be empty.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// Whether a text differs from the other in blanks alone, and means the same.
fn is_reformatted(path: &str, text: &str, expected: &str) -> bool {
    let is = |extension: &str| path.rsplit_once('.').is_some_and(|(_, end)| end == extension);
    if is("rs") {
        // rustfmt also sets and takes commas at the ends of lists. Comments are no tokens, so both are compared.
        let bare = |text: &str| {
            let solid: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            solid.replace(",)", ")").replace(",]", "]").replace(",}", "}").replace(",>", ">")
        };
        bare(text) == bare(expected) && tokens(text).is_some_and(|found| Some(found) == tokens(expected))
    } else if is("json") {
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        value(text).is_some_and(|found| Some(found) == value(expected))
    } else {
        let lines = |text: &str| text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        lines(text) == lines(expected)
    }
}

/// The tokens of a Rust text, without commas at the ends of lists.
fn tokens(text: &str) -> Option<Vec<String>> {
    fn flatten(stream: TokenStream, out: &mut Vec<String>) {
        for token in stream {
            let TokenTree::Group(group) = token else {
                out.push(token.to_string());
                continue;
            };
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            out.push(open.to_owned());
            flatten(group.stream(), out);
            out.push(close.to_owned());
        }
    }
    check_depth(text).ok()?;
    let mut all = Vec::new();
    flatten(TokenStream::from_str(text).ok()?, &mut all);
    let is_last = |at: usize| all.get(at + 1).is_some_and(|next| matches!(next.as_str(), ")" | "]" | "}" | ">"));
    let kept = (0..all.len()).filter(|at| all[*at] != "," || !is_last(*at));
    Some(kept.map(|at| all[at].clone()).collect())
}

/// Why Rust is not parsed that may well be Rust.
pub const UNREADABLE: &str = "it is nested too deep, or too long, to be read";

fn parse_rust(text: &str) -> Result<syn::File, (Span, String)> {
    check_depth(text)?;
    syn::parse_file(text).map_err(|error| (Span::rust(error.span()), error.to_string()))
}

/// Refuses what would take a parser that calls itself too deep.
///
/// # Errors
///
/// When brackets, or operators before a value, are nested more deeply than anyone writes by hand.
fn check_depth(text: &str) -> Result<(), (Span, String)> {
    const DEEPEST: usize = 256;
    const LONGEST: usize = 1 << 19;
    let (mut depth, mut angles, mut run, mut operators) = (0_usize, 0_usize, 0_usize, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'<' => angles += 1,
            b'>' => angles = angles.saturating_sub(1),
            _ => {}
        }
        match byte {
            // A comparison opens what nothing closes.
            b';' | b'{' | b'}' => (angles, run, operators) = (0, 0, 0),
            b'!' | b'-' | b'*' | b'&' | b'|' | b'+' | b'/' | b'%' | b'^' | b'=' | b'?' => {
                run += 1;
                operators += 1;
            }
            b',' => (run, operators) = (0, 0),
            _ if byte.is_ascii_whitespace() => {}
            _ => run = 0,
        }
        // A line of `=====` or `-----` in a comment is no nesting; a line of thousands is no comment.
        if depth.max(angles) > DEEPEST || run > 8 * DEEPEST || operators > 32 * DEEPEST || at > LONGEST {
            return Err((Span::of(text, at..at), UNREADABLE.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_is_told_from_changes() {
        let rendered = "fn f(a: u8, b: u8) -> u8 {\n    // why\n    a + b\n}\n";
        for same in
            ["fn f(a: u8,b: u8)->u8 {\n// why\na + b }", "fn f(\n    a: u8,\n    b: u8,\n) -> u8 {\n// why\na + b\n}\n"]
        {
            assert!(is_reformatted("a.rs", same, rendered), "{same}");
        }
        for other in [
            "fn f(a: u8, b: u8) -> u8 {\n    // what\n    a + b\n}\n",
            "fn f(a: u8, b: u8) -> u8 {\n    a + b\n}\n",
            "fn f(a: u8, b: u8) -> u8 {\n    // why\n    a - b\n}\n",
            "not Rust (",
        ] {
            assert!(!is_reformatted("a.rs", other, rendered), "{other}");
        }
        assert!(!is_reformatted("a.rs", "const A: &str = \"a b\";", "const A: &str = \"ab\";"));
        assert!(is_reformatted("a.json", "{\"a\":1}", "{\n  \"a\": 1\n}\n"));
        assert!(is_reformatted("a.md", "a  \nb", "a\nb\n") && !is_reformatted("a.md", "a b\n", "a\nb\n"));
    }

    #[test]
    fn rust_that_would_take_the_parser_too_deep_is_refused() {
        for text in [
            format!("const A: bool = {}true;", "!".repeat(400_000)),
            format!("const A: u8 = {}1;", "1+".repeat(200_000)),
            format!("const A: u8 = {}1{};", "(".repeat(50_000), ")".repeat(50_000)),
            format!("type A = {}u8{};", "Vec<".repeat(50_000), ">".repeat(50_000)),
        ] {
            assert!(parse_rust(&text).is_err());
        }
    }
}
