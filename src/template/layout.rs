//! Breaks the Rust lines that a long name made too wide, the way rustfmt breaks them.
//!
//! Templates are written for usual names, one construct a line. Knows the few constructs that they use and rustfmt's
//! answer to each (`use_small_heuristics = "Max"`, 100 columns). Knows no template. What rustfmt leaves alone, because no
//! layout fits, is left alone here too.

use unicode_width::UnicodeWidthStr as _;

/// rustfmt's default `max_width`, in columns.
const MAX_WIDTH: usize = 100;

/// The source with every line that is too wide broken at its outermost delimiter.
pub fn wrap(source: &str) -> String {
    if !source.lines().any(is_wide) {
        return source.to_owned();
    }
    let mut out = String::with_capacity(source.len() + 256);
    for line in source.lines() {
        match is_wide(line).then(|| break_line(line)).flatten() {
            Some(lines) => lines.iter().for_each(|line| push_line(&mut out, line)),
            None => push_line(&mut out, line),
        }
    }
    out
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

fn is_wide(line: &str) -> bool {
    line.width() > MAX_WIDTH
}

fn break_line(line: &str) -> Option<Vec<String>> {
    let code = line.trim_start();
    let indent = line.len() - code.len();
    if code.starts_with("//") {
        return None;
    }
    if let Some(rest) = code.strip_prefix("use ") {
        return break_use(rest, indent);
    }
    let behind = |mark| break_behind(code, mark, indent);
    if code.starts_with("pub const ") || code.starts_with("const ") {
        return behind(" = ");
    }
    if code.starts_with("let ") {
        return behind(" = ").or_else(|| break_call(code, indent));
    }
    if code.starts_with("pub ") && code.ends_with(',') {
        return behind(": ");
    }
    break_chain(code, indent).or_else(|| break_call(code, indent))
}

/// `request.query(a, b);`: the call on a line of its own, where all of it fits there. It seldom does.
/// `self.upstream.send(a, b).await`: each call on a line of its own.
fn break_chain(code: &str, indent: usize) -> Option<Vec<String>> {
    // rustfmt never parts a root that is as short as an indent, such as `self`.
    if let Some(call) = code.strip_prefix("self.upstream.").and_then(|rest| rest.strip_suffix(".await")) {
        let call = fitted(format!("{:1$}.{call}", "", indent + 4))?;
        let head = format!("{:indent$}self.upstream", "");
        return Some([vec![head], call, vec![format!("{:1$}.await", "", indent + 4)]].concat());
    }
    let (root, call) = code.split_once('.')?;
    if root.len() <= 4 || !root.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let lines = vec![format!("{:indent$}{root}", ""), format!("{:1$}.{call}", "", indent + 4)];
    lines.iter().all(|line| !is_wide(line)).then_some(lines)
}

/// A line as it stands where it fits, else broken.
fn fitted(line: String) -> Option<Vec<String>> {
    if is_wide(&line) { break_line(&line) } else { Some(vec![line]) }
}

/// `use a::{B, C};`: as many names a line as fit.
fn break_use(rest: &str, indent: usize) -> Option<Vec<String>> {
    let (path, names) = rest.strip_suffix("};")?.split_once('{')?;
    let mut lines = vec![format!("{:indent$}use {path}{{", "")];
    let mut row = String::new();
    for name in names.split(", ") {
        let wider = indent + 4 + row.width() + name.width() + 2;
        if !row.is_empty() && wider > MAX_WIDTH {
            lines.push(format!("{:1$}{row}", "", indent + 4));
            row.clear();
        }
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(name);
        row.push(',');
    }
    lines.push(format!("{:1$}{row}", "", indent + 4));
    lines.push(format!("{:indent$}}};", ""));
    Some(lines)
}

/// `const X: T = value;` and `pub field: Type,`: what is behind the mark on a line of its own, where it fits there.
fn break_behind(code: &str, mark: &str, indent: usize) -> Option<Vec<String>> {
    let (head, rest) = code.split_once(mark)?;
    let lines = vec![format!("{:indent$}{head}{}", "", mark.trim_end()), format!("{:1$}{rest}", "", indent + 4)];
    lines.iter().all(|line| !is_wide(line)).then_some(lines)
}

/// `head(a, b)tail`: one argument a line. A call whose only argument is a call again keeps it beside its head.
fn break_call(code: &str, indent: usize) -> Option<Vec<String>> {
    let (open, close) = innermost_chain(code)?;
    let (head, inside, tail) = (&code[..=open], &code[open + 1..close], &code[close..]);
    let arguments = split_arguments(inside);
    let is_macro = code[..open].ends_with('!');
    let comma = if is_macro { "" } else { "," };
    let mut lines = vec![format!("{:indent$}{head}", "")];
    if is_macro && arguments.len() > 1 {
        lines.push(format!("{:1$}{2},", "", indent + 4, arguments[0]));
        lines.extend(format_arguments(&arguments[1..], indent + 4));
    } else {
        let last = arguments.len() - 1;
        for (i, argument) in arguments.iter().enumerate() {
            let comma = if i == last { comma } else { "," };
            lines.push(format!("{:1$}{argument}{comma}", "", indent + 4));
        }
    }
    lines.push(format!("{:indent$}{tail}", ""));
    // An argument may itself be a call that does not fit. A text that is alone, or the text of a macro, may be wider
    // than a line.
    let may_be_wide = |line: &str| (is_macro || arguments.len() == 1) && line.trim_start().starts_with('"');
    let broken: Option<Vec<Vec<String>>> =
        lines.into_iter().map(|line| if may_be_wide(&line) { Some(vec![line]) } else { fitted(line) }).collect();
    broken.map(|lines| lines.concat())
}

/// The arguments of a formatting macro behind its text: beside each other where they fit and none of them is a call.
fn format_arguments(arguments: &[&str], indent: usize) -> Vec<String> {
    let one_line = arguments.join(", ");
    if !one_line.contains('(') && indent + one_line.width() <= MAX_WIDTH {
        return vec![format!("{:indent$}{one_line}", "")];
    }
    let last = arguments.len() - 1;
    let comma = |i| if i == last { "" } else { "," };
    arguments.iter().enumerate().map(|(i, argument)| format!("{:indent$}{argument}{}", "", comma(i))).collect()
}

/// Where the delimiters stand at which to break: the first `(…)` of the line, or of its only argument while that is a
/// call itself.
fn innermost_chain(code: &str) -> Option<(usize, usize)> {
    let mut open = find_open(code, 0)?;
    let mut close = find_close(code, open)?;
    if !code[..open].starts_with("pub ") {
        while let [argument] = split_arguments(&code[open + 1..close])[..] {
            let Some(inner) = find_open(code, open + 1).filter(|inner| *inner < close) else { break };
            let Some(end) = find_close(code, inner) else { break };
            if argument.starts_with('"') || end + 1 != close {
                break;
            }
            (open, close) = (inner, end);
        }
    }
    (!code[open + 1..close].is_empty()).then_some((open, close))
}

fn find_open(code: &str, from: usize) -> Option<usize> {
    outside_strings(code).find(|(i, c)| *i >= from && *c == '(').map(|(i, _)| i)
}

fn find_close(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, c) in outside_strings(code).filter(|(i, _)| *i >= open) {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

fn split_arguments(inside: &str) -> Vec<&str> {
    let mut arguments = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (i, c) in outside_strings(inside) {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                arguments.push(inside[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    arguments.push(inside[start..].trim());
    arguments
}

/// The characters of a line that are not inside a string literal.
fn outside_strings(code: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut inside, mut escaped) = (false, false);
    code.char_indices().filter(move |(_, c)| {
        let was_inside = inside;
        if escaped {
            escaped = false;
        } else if inside && *c == '\\' {
            escaped = true;
        } else if *c == '"' {
            inside = !inside;
        }
        !was_inside && *c != '"'
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays() {
        let source = "    pub async fn short(&self) -> Result<Value, Error> {\n";
        assert_eq!(wrap(source), source);
    }

    #[test]
    fn each_construct_breaks_as_rustfmt_breaks_it() {
        let name = "a".repeat(60);
        let source = format!(
            "use crate::models::{{{name}Input, {name}Output}};\n\
             \x20   pub async fn {name}(&self, input: Input) -> Result<Value, Error> {{\n\
             \x20       request.query(\"{name}\", &input.{name});\n\
             \x20       Ok(Reply::text(format!(\"Hello, {{}}! {name}\", input.name, input.other)))\n"
        );
        let expected = format!(
            "use crate::models::{{\n    {name}Input,\n    {name}Output,\n}};\n\
             \x20   pub async fn {name}(\n        &self,\n        input: Input,\n    ) -> Result<Value, Error> {{\n\
             \x20       request.query(\n            \"{name}\",\n            &input.{name},\n        );\n\
             \x20       Ok(Reply::text(format!(\n            \"Hello, {{}}! {name}\",\n            input.name, input.other\n        )))\n"
        );
        assert_eq!(wrap(&source), expected);
    }

    #[test]
    fn what_cannot_fit_is_left_alone() {
        let source = format!("        say(\"{}\", 1);\n", "x".repeat(120));
        assert_eq!(wrap(&source), source);
    }
}
