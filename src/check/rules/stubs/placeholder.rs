//! A text that somebody was meant to replace.
//!
//! Knows where such a text can only be one that was forgotten: a value, a line of a Dockerfile, prose. It is none in code
//! that is quoted, in what others fill in, or in what a program compares with.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::check::Span;
use crate::check::document::Value;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust::{self, Piece};
use crate::check::view::{FileView, Files};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP403",
    name: "placeholder",
    severity: Severity::Error,
    summary: "a placeholder that nobody filled in: `CHANGE_ME`, `<YOUR_NAME>`, `{{ project_name }}`",
    docs: "A text such as `CHANGE_ME`, `YOUR_API_KEY`, `<insert name>`, `TBD` as a value, lorem ipsum, or the tag of a \
           template, was meant to be replaced. What is in quoted code of Markdown, in tests, in comments and in templates is \
           left alone, and so are the expressions of workflows, alerts and dashboards.\n\nWrite what belongs there. A secret \
           belongs into the environment, and not into a file.",
    check: Check::Files(check),
};

/// Names in tags that only a scaffold fills in, so that they are none of a dashboard, an alert or a changelog.
const SCAFFOLD: &[&str] = &[
    "project_name",
    "project-name",
    "project_slug",
    "package_name",
    "crate-name",
    "service_name",
    "service-name",
    "server_name",
    "server-name",
    "service_port",
    "server_port",
];

/// Which tags of templates are none that belong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tags {
    /// No tag is looked for.
    None,
    /// Those that only a scaffold fills in.
    Scaffold,
    /// All but the expressions of Go templates.
    All,
}

/// Where in a file a placeholder is.
enum Where {
    Bytes(Range<usize>),
    Rust(proc_macro2::Span),
}

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in files.suspects().filter(|file| is_looked_at(file.path) && !is_test(files, file)) {
        look(file, out);
    }
}

fn look(file: &FileView<'_>, out: &mut Findings) {
    let found = match extension(file.name()) {
        "rs" => in_rust(file),
        "toml" | "yaml" | "yml" | "json" => in_values(file),
        "md" => {
            let is_readme = file.name().to_ascii_lowercase().starts_with("readme");
            in_text(&prose(file.text), if is_readme { Tags::All } else { Tags::Scaffold })
        }
        // What a plain text is for, nobody knows.
        "txt" => in_text(file.text, Tags::None),
        _ => in_text(&without_comments(file.text), Tags::All),
    };
    let mut last_line = 0;
    for (place, text) in found {
        let span = match place {
            Where::Bytes(bytes) => file.span(bytes),
            Where::Rust(span) => Span::rust(span),
        };
        // One finding a line is enough to go there.
        if span.line != last_line {
            last_line = span.line;
            let message = format!("{} is a placeholder that nobody filled in", quote(&text));
            let finding = out.add(file.place(span), message);
            finding.help("write what belongs here; a secret belongs into the environment");
            // Prose shows readers where a name of theirs goes in the same way.
            if file.has_extension("md") {
                finding.severity(Severity::Warning);
            }
        }
    }
}

/// Whether a placeholder in the file can only be a forgotten one.
fn is_looked_at(path: &str) -> bool {
    const KINDS: &[&str] = &["rs", "toml", "yaml", "yml", "json", "md", "sh", "conf", "ini", "service", "txt"];
    const OTHERS: &[&str] = &[
        ".mcpgen",
        "tests",
        "benches",
        "examples",
        "data",
        "fixtures",
        "testdata",
        "templates",
        "charts",
        "vendor",
        "target",
        "node_modules",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_ours = path.split('/').any(|part| {
        OTHERS.contains(&part) || part.contains("snapshot") || part.to_ascii_uppercase().contains("TEMPLATE")
    });
    let is_example = [".example", ".sample", ".dist"].iter().any(|part| name.contains(part));
    let is_kind = KINDS.contains(&extension(name)) || name.starts_with("Dockerfile");
    let is_code = extension(name) != "rs" || rust::is_source(path);
    is_kind && is_code && !is_ours && !is_example && !name.starts_with(".env")
}

fn is_test(files: &Files<'_>, file: &FileView<'_>) -> bool {
    file.has_extension("rs") && rust::is_test_file(files, file.path)
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, end)| end)
}

fn in_text(text: &str, tags: Tags) -> Vec<(Where, String)> {
    hits(text, tags).into_iter().map(|hit| (Where::Bytes(hit.clone()), text[hit].to_owned())).collect()
}

fn in_rust(file: &FileView<'_>) -> Vec<(Where, String)> {
    let mut found = Vec::new();
    let Some(source) = file.rust() else { return found };
    rust::live(source, &mut |piece| {
        if let Piece::Text { value, span, is_compared: false } = piece
            && let Some(hit) = hits(&value, Tags::None).into_iter().next()
        {
            found.push((Where::Rust(span), value[hit].to_owned()));
        }
    });
    found
}

fn in_values(file: &FileView<'_>) -> Vec<(Where, String)> {
    let mut found = Vec::new();
    let Some(Ok(documents)) = file.documents() else { return found };
    for document in documents {
        document.walk(&mut |keys, node| {
            let Value::Text(text) = &node.value else { return };
            // The legend of a graph is filled in by the dashboard.
            let tags = if keys.last() == Some(&"legendFormat") { Tags::None } else { Tags::Scaffold };
            let place = Where::Bytes(node.span.clone());
            if text.trim() == "TBD" {
                found.push((place, "TBD".to_owned()));
            } else if let Some(hit) = hits(text, tags).into_iter().next() {
                found.push((place, text[hit].to_owned()));
            }
        });
    }
    found
}

/// Markdown with blanks for its code and comments.
fn prose(text: &str) -> Cow<'_, str> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    let quoted = events.filter_map(|(event, range)| match event {
        Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => Some(range),
        Event::Html(html) | Event::InlineHtml(html) if html.starts_with("<!--") => Some(range),
        _ => None,
    });
    blank(text, quoted)
}

/// A text with blanks for the lines that are comments.
fn without_comments(text: &str) -> Cow<'_, str> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').filter_map(|line| {
        let range = start..start + line.len();
        start = range.end;
        line.trim_start().starts_with(['#', ';']).then_some(range)
    });
    blank(text, lines)
}

fn blank(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> Cow<'_, str> {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        for byte in bytes.get_mut(range).into_iter().flatten().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
    }
    // The parser's ranges begin and end between characters, so this is still text.
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Where placeholders are, in order.
fn hits(text: &str, tags: Tags) -> Vec<Range<usize>> {
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(['<', '{', 'C', 'c', 'R', 'r', 'Y', 'L', 'l']).map(|at| from + at) {
        let rest = &text[at..];
        let is_within_word =
            text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
        let length = match rest.as_bytes().first() {
            Some(b'<') => angle(rest),
            Some(b'{') if !text[..at].ends_with(['$', '{']) => tag(rest, tags),
            Some(b'{') => None,
            _ if is_within_word => None,
            _ => word(rest),
        };
        match length {
            Some(length) => {
                hits.push(at..at + length);
                from = at + length;
            }
            None => from = at + 1,
        }
    }
    hits
}

/// How long `CHANGE_ME`, `YOUR_API_KEY` or lorem ipsum is, if a text begins with it.
fn word(text: &str) -> Option<usize> {
    const WORDS: &[&str] =
        &["changeme", "change_me", "change-me", "replaceme", "replace_me", "replace-me", "lorem ipsum dolor"];
    let known = WORDS.iter().find(|word| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    let length = match known {
        Some(word) => word.len(),
        None => name_of_yours(text)?,
    };
    let goes_on = text[length..].chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
    (!goes_on).then_some(length)
}

/// How long `YOUR_API_KEY` is, if a text begins with it.
fn name_of_yours(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("YOUR_").or(text.strip_prefix("YOUR-"))?;
    let length = rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || "_-".contains(c)));
    let length = length.unwrap_or(rest.len());
    (length >= 2).then_some("YOUR_".len() + length)
}

/// How long `<YOUR_NAME>` or `<insert name>` is, if a text begins with it.
fn angle(text: &str) -> Option<usize> {
    const LONGEST: usize = 60;
    const STARTS: &[&str] =
        &["your_", "your-", "your ", "insert ", "insert_", "insert-", "replace ", "replace_", "replace-", "enter your"];
    let end = text.bytes().take(LONGEST).position(|byte| byte == b'>' || byte == b'\n')?;
    let inner = text.get(1..end).filter(|_| text[end..].starts_with('>'))?.to_ascii_lowercase();
    let is_one = STARTS.iter().any(|start| inner.starts_with(start)) || inner == "placeholder";
    is_one.then_some(end + 1)
}

/// How long `{{ project_name }}` or `{% if … %}` is, if a text begins with it.
fn tag(text: &str, tags: Tags) -> Option<usize> {
    const LONGEST: usize = 200;
    if tags == Tags::None {
        return None;
    }
    let window = &text[..text.floor_char_boundary(LONGEST)];
    if tags == Tags::All && text.starts_with("{% ") {
        return window.lines().next()?.find(" %}").map(|end| end + " %}".len());
    }
    let rest = window.strip_prefix("{{")?;
    let end = rest.lines().next()?.find("}}")?;
    let name = rest[..end].trim();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        && !matches!(name, "end" | "else" | "true" | "false");
    let is_scaffold = SCAFFOLD.contains(&name) || name.starts_with("cookiecutter.");
    (is_name && (is_scaffold || tags == Tags::All)).then_some(end + "{{}}".len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, tags: Tags) -> Vec<&str> {
        hits(text, tags).into_iter().map(|hit| &text[hit]).collect()
    }

    #[test]
    fn placeholders_are_told_from_words() {
        assert_eq!(found("key = CHANGE_ME, other: <YOUR_NAME>", Tags::None), ["CHANGE_ME", "<YOUR_NAME>"]);
        assert_eq!(found("YOUR_API_KEY and changeme!", Tags::None), ["YOUR_API_KEY", "changeme"]);
        assert_eq!(found("<insert the name here>", Tags::None), ["<insert the name here>"]);
        assert_eq!(
            found("{{ project_name }} {{cookiecutter.a}}", Tags::Scaffold),
            ["{{ project_name }}", "{{cookiecutter.a}}"]
        );
        assert_eq!(found("FROM {{ image }} {% if x %}", Tags::All), ["{{ image }}", "{% if x %}"]);
        for fine in [
            "EXCHANGE_ME",
            "change_me_not",
            "your key",
            "YOUR_",
            "a < your_limit",
            "Vec<Your>",
            "${{ secrets.name }}",
            "{{.Node.Hostname}}",
            "{{ $labels.server }}",
            "{{{ a }}}",
            "{{ range . }}",
        ] {
            assert!(found(fine, Tags::All).is_empty(), "{fine}: {:?}", found(fine, Tags::All));
        }
        assert!(found("{{ version }}", Tags::Scaffold).is_empty());
    }

    #[test]
    fn quoted_code_is_no_prose() {
        let text = "Set `CHANGE_ME`.\n\n```sh\nKEY=YOUR_API_KEY\n```\n\n<!-- <your name> -->\nÉ <YOUR_NAME>\n";
        let prose = prose(text);
        assert_eq!(found(&prose, Tags::All), ["<YOUR_NAME>"]);
        assert_eq!(prose.len(), text.len());
    }
}
