//! A text that a regular expression matches: what samples are made of where a spec gives no example.
//!
//! Knows the shape of expressions. Gives the shortest obvious text, and nothing where that one does not match.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The shortest obvious text that the pattern matches and that has at least `least` and at most `most` characters.
#[must_use]
pub fn example(pattern: &str, least: u64, most: u64) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let regex = regex_lite::Regex::new(pattern).ok()?;
    // More turns of every loop make longer texts; few are ever needed.
    (0..=32).find_map(|turns| {
        let mut text = String::new();
        write(&hir, turns, &mut text)?;
        let length = text.chars().count() as u64;
        (length >= least && length <= most && regex.is_match(&text)).then_some(text)
    })
}

fn write(hir: &Hir, turns: u32, out: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(()),
        HirKind::Literal(literal) => {
            out.push_str(std::str::from_utf8(&literal.0).ok()?);
            Some(())
        }
        HirKind::Class(Class::Unicode(class)) => {
            // A letter or a digit reads better than the first character of all.
            let ranges = || class.ranges().iter().map(|range| (range.start(), range.end()));
            let nice = ['a', 'A', '1'].into_iter().find(|c| ranges().any(|(first, last)| first <= *c && *c <= last));
            out.push(nice.or_else(|| ranges().next().map(|(first, _)| first))?);
            Some(())
        }
        HirKind::Class(Class::Bytes(class)) => {
            out.push(char::from(class.ranges().first()?.start()));
            Some(())
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.saturating_add(turns).min(most).min(10_000) {
                write(&repetition.sub, turns, out)?;
            }
            Some(())
        }
        HirKind::Capture(capture) => write(&capture.sub, turns, out),
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, turns, out)),
        HirKind::Alternation(choices) => write(choices.first()?, turns, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_patterns_have_an_example() {
        for (pattern, least, most, text) in [
            ("^[a-z]{2}-[a-z]+$", 0, 100, "aa-a"),
            ("^[0-9A-Z -]{3,10}$", 5, 10, "AAAAA"),
            ("^(foo|bar)?\\d$", 0, 100, "1"),
            ("[^a]", 0, 100, "A"),
            ("^v\\d+\\.\\d+$", 0, 100, "v1.1"),
        ] {
            assert_eq!(example(pattern, least, most).as_deref(), Some(text), "{pattern}");
        }
    }

    #[test]
    fn what_nothing_obvious_matches_has_none() {
        assert_eq!(example("^a$", 2, 10), None);
        assert_eq!(example("\\bx\\By\\b$^", 0, 10), None);
    }
}
