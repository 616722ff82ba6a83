//! Problems the way rustc shows them.
//!
//! Knows columns, tabs, long lines and what must not reach a terminal. Knows nothing of specs.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::{Place, Problem, Problems};
use crate::text::{count, visible, visible_char};

/// Problems on their way to a reader.
pub(super) struct Rendering<'p> {
    pub(super) problems: &'p Problems,
    pub(super) style: Style,
}

impl fmt::Display for Rendering<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = &self.problems.list;
        for problem in list.iter().take(Problems::SHOWN) {
            self.one(problem, f)?;
            writeln!(f)?;
        }
        if list.len() > Problems::SHOWN {
            writeln!(f, "… and {} more", list.len() - Problems::SHOWN)?;
        }
        writeln!(f, "{}: {}", visible(&self.problems.file_name), count(list.len(), "problem"))
    }
}

impl Rendering<'_> {
    fn one(&self, problem: &Problem, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.problems.place(problem);
        let excerpt = Excerpt::of(self.problems.line(line - 1), self.problems.within_line(problem));
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        let style = &self.style;
        let bar = style.blue("|");
        let message = style.bold(&format!(": {}", visible(&problem.message)));
        let source = format!("{} {bar} {}", style.blue(&number), excerpt.text);
        writeln!(f, "{}{message}", style.red("error"))?;
        writeln!(f, "{margin}{} {}:{line}:{column}", style.blue("-->"), visible(&self.problems.file_name))?;
        writeln!(f, "{margin} {bar}")?;
        writeln!(f, "{}", source.trim_end())?;
        writeln!(f, "{margin} {bar} {}{}", " ".repeat(excerpt.indent), style.red(&excerpt.carets()))?;
        match &problem.help {
            Some(help) => writeln!(f, "{}: {}", style.green("help"), visible(help)),
            None => Ok(()),
        }
    }
}

/// The part of a source line that is shown, and what is underlined in it.
struct Excerpt {
    text: String,
    /// Columns before the first caret.
    indent: usize,
    /// Columns under carets; at least 1.
    width: usize,
}

impl Excerpt {
    /// Columns of a line that are shown.
    const WIDEST: usize = 110;
    /// Columns kept before the place where a long line is cut.
    const LEAD: usize = 40;

    fn of(line: &str, marked: Range<usize>) -> Self {
        let before = width(&line[..marked.start]);
        let cut = if before + Self::LEAD / 2 > Self::WIDEST { before - Self::LEAD } else { 0 };
        let (mut text, mut column, mut indent, mut end) = (String::new(), 0, None, None);
        if cut > 0 {
            text.push('…');
        }
        let shift = |column: usize| column - cut.min(column) + usize::from(cut > 0);
        for (at, c) in line.char_indices() {
            if at >= marked.start {
                indent.get_or_insert(shift(column));
            }
            if at >= marked.end {
                end.get_or_insert(shift(column));
            }
            if shift(column) >= Self::WIDEST {
                text.push('…');
                break;
            }
            if column >= cut {
                push_shown(&mut text, c);
            }
            column += char_width(c);
        }
        let indent = indent.unwrap_or_else(|| shift(column));
        let end = end.unwrap_or_else(|| shift(column));
        Self { text, indent, width: end.saturating_sub(indent).max(1) }
    }

    fn carets(&self) -> String {
        "^".repeat(self.width)
    }
}

const TAB: usize = 4;

/// How wide a character is once shown.
fn char_width(c: char) -> usize {
    if c == '\t' { TAB } else { visible_char(c).width().unwrap_or(1) }
}

fn push_shown(text: &mut String, c: char) {
    if c == '\t' {
        text.push_str(&" ".repeat(TAB));
    } else {
        text.push(visible_char(c));
    }
}

pub(super) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Whether there are colours.
pub(super) struct Style {
    pub(super) colour: bool,
}

impl Style {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn red(&self, text: &str) -> String {
        self.paint("1;31", text)
    }

    fn blue(&self, text: &str) -> String {
        self.paint("1;34", text)
    }

    fn green(&self, text: &str) -> String {
        self.paint("1;32", text)
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }
}
