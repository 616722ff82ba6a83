//! The words of a shell's commands, as far as one must know them to see which programs are called.

use std::ops::Range;

use parse_dockerfile::{Command, RunInstruction};

/// A command: its words and where they are.
pub type Words<'t> = Vec<(&'t str, Range<usize>)>;

/// The commands of a `RUN`.
pub fn commands<'v>(run: &'v RunInstruction<'_>) -> Vec<Words<'v>> {
    let mut all = of(&run.arguments);
    for document in &run.here_docs {
        all.extend(split(&document.value, document.span.start));
    }
    all
}

/// The commands of an instruction that runs something.
pub fn of<'v>(command: &'v Command<'_>) -> Vec<Words<'v>> {
    match command {
        Command::Shell(text) => split(text.value, text.span.start),
        Command::Exec(words) => {
            let words: Words<'_> = words.value.iter().map(|word| (&*word.value, word.span.clone())).collect();
            match words.as_slice() {
                [(shell, _), (flag, _), (text, span), ..] if shell.ends_with("sh") && flag.ends_with('c') => {
                    split(text, span.start)
                }
                _ => vec![words],
            }
        }
        _ => Vec::new(),
    }
}

/// The commands of a text that begins at a byte of the file.
fn split(text: &str, start: usize) -> Vec<Words<'_>> {
    let mut all = vec![Words::new()];
    let mut at = start;
    let mut is_continued = true;
    for line in text.split_inclusive('\n') {
        let from = at;
        at += line.len();
        // Docker takes comments out of the middle of a command.
        if line.trim_start().starts_with('#') {
            continue;
        }
        if !is_continued {
            all.push(Words::new());
        }
        is_continued = line.trim_end().ends_with(['\\', '`', '&', '|']);
        let is_blank = |c: char| c.is_whitespace() || matches!(c, ';' | '(' | ')' | '&' | '|');
        let mut word = None;
        for (place, c) in line.char_indices() {
            if !is_blank(c) {
                word.get_or_insert(place);
                continue;
            }
            take(&mut all, line, word.take()..Some(place), from);
            if !c.is_whitespace() {
                all.push(Words::new());
            }
        }
        take(&mut all, line, word..Some(line.len()), from);
    }
    all.retain(|words| !words.is_empty());
    all
}

fn take<'t>(all: &mut [Words<'t>], line: &'t str, span: Range<Option<usize>>, from: usize) {
    let (Some(start), Some(end), Some(words)) = (span.start, span.end, all.last_mut()) else { return };
    let word = line[start..end].trim_matches(['"', '\'']);
    if !word.is_empty() && word != "\\" {
        words.push((word, from + start..from + end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_cut_where_a_shell_cuts_them() {
        let text = "cd a && cargo build \\\n  # why\n  --locked; (é \"b\")\nlast";
        let words: Vec<Vec<&str>> =
            split(text, 0).iter().map(|words| words.iter().map(|(word, _)| *word).collect()).collect();
        assert_eq!(words, [vec!["cd", "a"], vec!["cargo", "build", "--locked"], vec!["é", "b"], vec!["last"]]);
        for (word, span) in split(text, 0).into_iter().flatten() {
            assert!(text[span].contains(word));
        }
    }
}
