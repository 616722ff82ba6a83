//! The format of `server.toml` as one table: which keys stand where, and what each holds.
//!
//! The shape check, the JSON Schema and the comments of a new spec are all made from it, so they cannot disagree. What
//! depends on more than one key (a default and its limits, a placeholder and its argument) is left to
//! [`validate`](super::validate).

mod offer;
mod table;

pub use offer::LONGEST_FILE;
pub use table::{FIELD, ITEM, ROOT, TYPES};

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// What it is for, in one line.
    pub about: &'static str,
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// A whole number between these.
    Whole(i64, i64),
    /// A number, whole or not, between these.
    Number(f64, f64),
    /// Text of one line that is not blank, with at most so many characters.
    Line(usize),
    /// Text that is not blank, with at most so many characters.
    Prose(usize),
    /// Any text, with at most so many characters.
    Text(usize),
    /// Text like [`Shape::Line`], for which these are the usual values.
    Open(&'static [&'static str]),
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A text, a number or a boolean.
    Scalar,
    /// Anything that JSON can hold.
    Any,
    /// A list of at least so many items.
    List(usize, &'static Shape),
    /// A table with these keys, given in groups.
    Table(&'static [&'static [Key]]),
    /// A table whose keys are names; at least so many.
    Names(Name, usize, &'static Shape),
    /// A text, or a table or list: the short form and the long one.
    Either(&'static Shape, &'static Shape),
    /// A key that is known and refused: why, and what to write instead.
    NotYet(&'static str),
}

/// What the keys of a table are, where the spec chooses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// The name of a tool, resource, prompt or setting.
    Snake,
    /// The name of a field on the wire.
    Field,
    /// The name of a type.
    Type,
    /// The name of an HTTP header.
    Header,
    /// Any text that is not empty.
    Any,
}

impl Shape {
    /// What stands under `name` within this shape: a key of a table, any name of a table of names, an item of a list.
    #[must_use]
    pub fn under(&'static self, name: &str) -> Option<&'static Shape> {
        match self {
            Self::Table(groups) => groups.iter().copied().flatten().find(|key| key.name == name).map(|key| &key.shape),
            Self::Names(_, _, shape) => Some(shape),
            Self::List(_, shape) | Self::Either(_, shape) => shape.under(name),
            _ => None,
        }
    }

    /// The keys of a table that can be written, also where a list or a short form stands before it.
    pub fn keys(&'static self) -> impl Iterator<Item = &'static Key> {
        let groups: &'static [&'static [Key]] = match self {
            Self::Table(groups) | Self::List(_, Self::Table(groups)) | Self::Either(_, Self::Table(groups)) => groups,
            _ => &[],
        };
        groups.iter().copied().flatten().filter(|key| !matches!(key.shape, Self::NotYet(_)))
    }
}

impl Name {
    /// A regular expression for the names, for editors; validation says more.
    #[must_use]
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Snake => "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
            Self::Field => "^[A-Za-z_][A-Za-z0-9_-]*$",
            Self::Type => "^[A-Z][A-Za-z0-9]*$",
            Self::Header => "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
            Self::Any => "^[\\s\\S]+$",
        }
    }
}

const fn must(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: true, about }
}

const fn may(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: false, about }
}
