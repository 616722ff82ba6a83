//! Escaping: one function for each language that a text of a spec is rendered into.
//!
//! Knows how a hostile text is made harmless in Rust, TOML, JSON, YAML, Markdown and a Dockerfile. Knows no template.
//! Each also removes or escapes what a reader cannot see: controls, bidirectional marks, zero-width characters.

use std::fmt::Write as _;

use crate::text::is_unseen;

/// A Rust string literal with its quotes.
#[must_use]
pub fn rust(text: &str) -> String {
    quoted(text, |c, out| push_fmt(out, format_args!("\\u{{{:x}}}", u32::from(c))))
}

/// A TOML basic string with its quotes (TOML 1.0, section "String").
#[must_use]
pub fn toml(text: &str) -> String {
    quoted(text, |c, out| push_fmt(out, format_args!("\\U{:08X}", u32::from(c))))
}

/// A JSON string with its quotes (RFC 8259, section 7); also a double-quoted YAML scalar.
#[must_use]
pub fn json(text: &str) -> String {
    quoted(text, |c, out| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            push_fmt(out, format_args!("\\u{unit:04x}"));
        }
    })
}

/// A text in double quotes, with the escapes that Rust, TOML and JSON share; `unseen` writes the rest in its own way.
fn quoted(text: &str, unseen: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unseen(c) => unseen(c, &mut out),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A double-quoted value of a Dockerfile instruction: one line, no variable is expanded.
#[must_use]
pub fn docker(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in line(text).chars() {
        if matches!(c, '"' | '\\' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// One line of plain text: white space folded, unseen characters dropped. For comments that end with the line.
#[must_use]
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !(out.is_empty() || out.ends_with(' ')) {
                out.push(' ');
            }
        } else if !is_unseen(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Markdown text within a line: nothing in it is markup, and it may stand in a table. Balanced code spans stay.
#[must_use]
pub fn markdown(text: &str) -> String {
    prose(text, "\\`[]<>*~&${}", |c, rest, in_code| match c {
        '|' => Some("\\|"),
        ':' if !in_code && rest.starts_with("://") => Some("&#58;"),
        '@' if !in_code => Some("&#64;"),
        _ => None,
    })
}

/// A sentence for a Rust documentation comment: one line of Markdown without markup, with a full stop.
///
/// Few characters are escaped, so that the source stays readable where it is read most: in an editor.
#[must_use]
pub fn doc(text: &str) -> String {
    let mut out = prose(text, "\\`[]<>*~|&", |c, rest, in_code| {
        (c == ':' && !in_code && rest.starts_with("://")).then_some("\\:")
    });
    if !out.ends_with(['.', '!', '?', '…', ':']) {
        out.push('.');
    }
    out
}

/// One line of Markdown in which only balanced code spans are markup. `special` characters get a backslash; `instead` has
/// the last word on a character, what begins with it, and whether it is in code.
fn prose(text: &str, special: &str, instead: impl Fn(char, &str, bool) -> Option<&'static str>) -> String {
    let text = line(text);
    let code_is_balanced = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut out = String::with_capacity(text.len() + 8);
    let mut in_code = false;
    for (i, c) in text.char_indices() {
        if let Some(other) = instead(c, &text[i..], in_code) {
            out.push_str(other);
            continue;
        }
        if c == '`' && code_is_balanced {
            in_code = !in_code;
        } else if !in_code && (special.contains(c) || is_mark_at(&text, i, c)) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Whether a character is markup only because of where it stands: emphasis, a heading, a list.
fn is_mark_at(text: &str, i: usize, c: char) -> bool {
    match c {
        '_' => !inside_word(text, i),
        '#' | '-' | '+' | '=' => i == 0,
        '.' | ')' => i > 0 && text[..i].bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

/// Whether the character at `i` stands between letters or digits, where `_` is no emphasis.
fn inside_word(text: &str, i: usize) -> bool {
    let before = text[..i].chars().next_back().is_some_and(char::is_alphanumeric);
    let after = text[i + 1..].chars().next().is_some_and(char::is_alphanumeric);
    before && after
}

fn push_fmt(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn documentation_has_no_markup_and_ends_as_a_sentence() {
        for (text, expected) in [
            ("City name", "City name."),
            ("see [x](y) <b> */ ", "see \\[x\\](y) \\<b\\> \\*/."),
            ("use `repo`, e.g. 'a'", "use `repo`, e.g. 'a'."),
            ("odd ` tick", "odd \\` tick."),
            ("a\n    indented\u{202e}", "a indented."),
            ("# title", "\\# title."),
            ("1. one", "1\\. one."),
            ("snake_case and _this_", "snake_case and \\_this\\_."),
            ("https://x.example", "https\\://x.example."),
        ] {
            assert_eq!(doc(text), expected);
        }
    }

    proptest! {
        #[test]
        fn json_and_toml_give_the_text_back(text in any::<String>()) {
            prop_assert_eq!(&serde_json::from_str::<String>(&json(&text)).unwrap(), &text);
            let table: ::toml::Table = ::toml::from_str(&format!("x = {}", toml(&text))).unwrap();
            prop_assert_eq!(table["x"].as_str().unwrap(), &text);
        }

        #[test]
        fn nothing_unseen_gets_through(text in any::<String>()) {
            for out in [rust(&text), toml(&text), json(&text), docker(&text), markdown(&text), doc(&text)] {
                prop_assert!(!out.chars().any(is_unseen), "{out:?}");
            }
        }

        #[test]
        fn a_rust_literal_ends_where_it_should(text in any::<String>()) {
            let literal = rust(&text);
            let inner = &literal[1..literal.len() - 1];
            let mut escaped = false;
            for c in inner.chars() {
                prop_assert!(escaped || c != '"');
                escaped = !escaped && c == '\\';
            }
            prop_assert!(!escaped);
        }
    }
}
