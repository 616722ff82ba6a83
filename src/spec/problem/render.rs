//! Problems the way rustc shows them.

use std::fmt;

use super::{Place, Problem, Problems};
use crate::excerpt::{Pointer, Style};
use crate::text::{count, visible};

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
        let (style, Place { line, column }) = (self.style, self.problems.place(problem));
        let pointer = Pointer {
            path: &self.problems.file_name,
            line,
            column,
            source: self.problems.line(line - 1),
            marked: self.problems.within_line(problem),
        };
        writeln!(f, "{}{}", style.red("error"), style.bold(&format!(": {}", visible(&problem.message))))?;
        write!(f, "{}", pointer.show(style))?;
        match &problem.help {
            Some(help) => writeln!(f, "{}: {}", style.green("help"), visible(help)),
            None => Ok(()),
        }
    }
}
