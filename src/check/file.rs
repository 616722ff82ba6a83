//! One file that was found, parsed at most once as what its name says it is.
//!
//! Knows how to read each format and where in the file things are; not what they mean.

use std::cell::OnceCell;
use std::ops::Range;

use parse_dockerfile::Dockerfile;

use super::document::{self, Node, Unreadable};
use super::finding::Place;
use super::place::{Lines, Span};
use super::rust;
use super::state::{State, state};
use super::view::join;
use crate::record::Rendered;
use crate::tree::Owner;

/// The longest line that is shown, in bytes: every finding in it holds a copy.
const LONGEST_LINE: usize = 2_000;

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
    lines: OnceCell<Lines>,
    rust: OnceCell<Result<syn::File, rust::Unparsed>>,
    expected_rust: OnceCell<Option<syn::File>>,
    documents: OnceCell<Result<Vec<Node>, Unreadable>>,
    dockerfile: OnceCell<Option<Dockerfile<'a>>>,
}

impl<'a> FileView<'a> {
    pub(super) fn new(folder: &'a str, path: &'a str, text: &'a str) -> Self {
        Self {
            folder,
            path,
            text,
            owner: None,
            expected: None,
            state: State::Extra,
            lines: OnceCell::new(),
            rust: OnceCell::new(),
            expected_rust: OnceCell::new(),
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
        let line = self.lines().content(self.text, span.line);
        let source = (line.len() <= LONGEST_LINE).then(|| line.to_owned());
        Place { path: self.full_path(), span: Some(span), source }
    }

    /// Where some bytes of the file are.
    #[must_use]
    pub fn span(&self, bytes: Range<usize>) -> Span {
        self.lines().span(self.text, bytes)
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(self.text))
    }

    /// Some bytes of the file as a place.
    #[must_use]
    pub fn bytes(&self, bytes: Range<usize>) -> Place {
        self.place(self.span(bytes))
    }

    /// A line of the file, from 1, as a place.
    #[must_use]
    pub fn line(&self, line: usize) -> Place {
        self.place(self.lines().line(self.text, line))
    }

    /// The file as Rust; none where it is not Rust or does not parse.
    #[must_use]
    pub fn rust(&self) -> Option<&syn::File> {
        self.rust_or_why()?.ok()
    }

    /// The file as Rust, or where and why it does not parse; none where it is not Rust.
    pub fn rust_or_why(&self) -> Option<Result<&syn::File, &rust::Unparsed>> {
        self.has_extension("rs").then(|| self.rust.get_or_init(|| rust::parse(self.text)).as_ref())
    }

    /// What would be rendered, as Rust; none where nothing would be, or no Rust.
    #[must_use]
    pub fn expected_rust(&self) -> Option<&syn::File> {
        let parse = || rust::parse(self.expected?).ok();
        self.has_extension("rs").then(|| self.expected_rust.get_or_init(parse).as_ref())?
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

    /// Holds it against what would be rendered there.
    pub(super) fn compare(&mut self, expected: &'a str, owner: Owner, record: Option<&Rendered>) {
        self.expected = Some(expected);
        self.owner = Some(owner);
        self.state = state(self.path, self.text, (expected, owner), record);
    }
}
