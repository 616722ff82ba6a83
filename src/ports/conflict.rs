//! A text with conflict markers, taken apart into the versions that git could not merge.
//!
//! Knows markers and lines; knows nothing of what is in them.

/// The versions of a text that has conflict markers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The text with the first part of each conflict: the branch that was merged into.
    pub ours: String,
    /// The text with the last part of each conflict: the branch that was merged.
    pub theirs: String,
    /// The text with the middle part of each conflict, where git was told to write it (`merge.conflictStyle`).
    pub base: Option<String>,
}

/// Which part of a conflict a line is in.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Outside,
    Ours,
    Base,
    Theirs,
}

/// Takes a text apart; `None` where it has no markers.
///
/// # Errors
///
/// The line, from 1, of a marker that stands where none of its kind can, or the last line where one is missing.
pub fn sides(text: &str) -> Result<Option<Sides>, usize> {
    let mut sides = Sides { ours: String::new(), theirs: String::new(), base: None };
    let (mut part, mut base, mut has_base, mut any) = (Part::Outside, String::new(), false, false);
    let mut last = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        last = index + 1;
        let next = match (marker(line), part) {
            (None, _) => None,
            (Some('<'), Part::Outside) => Some(Part::Ours),
            (Some('|'), Part::Ours) => Some(Part::Base),
            (Some('='), Part::Ours | Part::Base) => Some(Part::Theirs),
            (Some('>'), Part::Theirs) => Some(Part::Outside),
            (Some(_), _) => return Err(last),
        };
        if let Some(next) = next {
            any = true;
            has_base |= next == Part::Base;
            part = next;
            continue;
        }
        if matches!(part, Part::Outside | Part::Ours) {
            sides.ours.push_str(line);
        }
        if matches!(part, Part::Outside | Part::Base) {
            base.push_str(line);
        }
        if matches!(part, Part::Outside | Part::Theirs) {
            sides.theirs.push_str(line);
        }
    }
    if part != Part::Outside {
        return Err(last);
    }
    sides.base = has_base.then_some(base);
    Ok(any.then_some(sides))
}

/// The character that a line is a marker of: seven of it, then a blank or nothing.
fn marker(line: &str) -> Option<char> {
    let line = line.trim_end_matches(['\n', '\r']);
    let first = line.chars().next().filter(|c| "<|=>".contains(*c))?;
    let rest = line.trim_start_matches(first);
    (line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '))).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_is_the_text_with_its_parts() {
        let text = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\nd\n<<<<<<< HEAD\n=======\ne\n>>>>>>> other\n";
        let found = sides(text).unwrap().unwrap();
        assert_eq!((found.ours.as_str(), found.theirs.as_str(), found.base), ("a\nb\nd\n", "a\nc\nd\ne\n", None));
        let text = "<<<<<<< HEAD\nb\n||||||| 1234\nx\n=======\nc\n>>>>>>> other\nd";
        let found = sides(text).unwrap().unwrap();
        assert_eq!((found.ours.as_str(), found.theirs.as_str(), found.base.as_deref()), ("b\nd", "c\nd", Some("x\nd")));
    }

    #[test]
    fn a_text_without_markers_has_no_sides() {
        for text in ["", "a\n", "======== eight\n", "  ======= \n", "=======x\n"] {
            assert_eq!(sides(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn markers_out_of_order_are_told_by_their_line() {
        assert_eq!(sides("a\n=======\n"), Err(2));
        assert_eq!(sides("<<<<<<< x\n<<<<<<< y\n"), Err(2));
        assert_eq!(sides("<<<<<<< x\n=======\na"), Err(3));
        assert_eq!(sides("<<<<<<< x\n>>>>>>> y\n"), Err(2));
    }
}
