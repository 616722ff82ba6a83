// Owned by mcpgen: edits are overwritten.
//! The way to a field of a value.

use std::fmt::Write as _;

/// A name that the caller made up is repeated up to this length.
const LONGEST_NAME: usize = 64;

/// The way to a field, from the innermost step outwards.
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
    /// How many steps it has.
    pub(super) depth: usize,
}

pub(super) enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

impl Path<'_> {
    pub(super) const ROOT: Self = Self {
        parent: None,
        step: Step::Field(""),
        depth: 0,
    };

    pub(super) const fn then<'a>(&'a self, step: Step<'a>) -> Path<'a> {
        Path {
            parent: Some(self),
            step,
            depth: self.depth + 1,
        }
    }

    pub(super) fn text(&self) -> String {
        let Some(parent) = self.parent else { return String::new() };
        let mut text = parent.text();
        match self.step {
            Step::Field(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.extend(name.chars().take(LONGEST_NAME));
            }
            Step::Index(index) => {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "[{index}]");
            }
        }
        text
    }
}
