//! Breaks the Rust lines that a long name made too wide, the way rustfmt breaks them.
//!
//! Templates are written for usual names, one construct a line. Knows the few constructs that they use and rustfmt's
//! answer to each (`use_small_heuristics = "Max"`, 100 columns). Knows no template. What fits in no layout
//! is left alone: rustfmt leaves it, too.

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
        match is_wide(line).then(|| break_line(line, Commas::Trailing)).flatten() {
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

/// Whether the last argument of a call, on a line of its own, has a comma behind it: never within a macro.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Commas {
    Trailing,
    Between,
}

fn is_wide(line: &str) -> bool {
    // rustfmt keeps two columns free behind an import.
    line.width() > if line.starts_with("use ") { MAX_WIDTH - 2 } else { MAX_WIDTH }
}

/// An argument on a line of its own always has room for a comma, also where it gets none.
fn is_wide_argument(line: &str) -> bool {
    line.strip_suffix(',').unwrap_or(line).width() >= MAX_WIDTH
}

fn break_line(line: &str, commas: Commas) -> Option<Vec<String>> {
    let code = line.trim_start();
    let indent = line.len() - code.len();
    if code.starts_with("//") {
        return None;
    }
    if let Some(rest) = code.strip_prefix("use ") {
        return break_use(rest, indent);
    }
    if let Some(rest) = code.strip_prefix("#[serde(") {
        return break_attribute(rest, indent);
    }
    if let Some(head) = code.strip_suffix(" {").filter(|head| is_type_head(head)) {
        return Some(vec![format!("{:indent$}{head}", ""), format!("{:indent$}{{", "")]);
    }
    let behind = |mark| break_behind(code, mark, indent);
    if code.starts_with("pub const ") || code.starts_with("const ") {
        return behind(" = ");
    }
    if code.starts_with("let ") {
        return behind(" = ").or_else(|| {
            let call = break_call(code, indent, commas);
            // rustfmt keeps a call of five lines or more beside its root.
            let is_long = call.as_ref().is_some_and(|lines| lines.len() >= 5);
            break_value(code, indent).filter(|_| !is_long).or(call)
        });
    }
    if code.starts_with("pub ") && code.ends_with(',') {
        return break_field(code, indent);
    }
    break_access(code, indent).or_else(|| break_chain(code, indent)).or_else(|| break_call(code, indent, commas))
}

/// `pub struct A` and `pub enum A`.
fn is_type_head(head: &str) -> bool {
    head.starts_with("pub struct ") || head.starts_with("pub enum ")
}

/// `#[serde(rename = "a")]`: what is in parentheses on a line of its own. A text may be wider than that.
fn break_attribute(rest: &str, indent: usize) -> Option<Vec<String>> {
    let inside = rest.strip_suffix(")]")?;
    Some(vec![format!("{:indent$}#[serde(", ""), format!("{:1$}{inside}", "", indent + 4), format!("{:indent$})]", "")])
}

/// `&input.a`, an argument: the field on a line of its own.
fn break_access(code: &str, indent: usize) -> Option<Vec<String>> {
    let (root, field) = code.split_once('.')?;
    let is_access = matches!(root, "input" | "&input") && !field.contains(['(', '.', ' ']);
    let lines = vec![format!("{:indent$}{root}", ""), format!("{:1$}.{field}", "", indent + 4)];
    (is_access && !lines.iter().any(|line| is_wide_argument(line))).then_some(lines)
}

/// `pub field: Type,`: the type on a line of its own, where it fits there, else broken.
fn break_field(code: &str, indent: usize) -> Option<Vec<String>> {
    let (name, ty) = code.split_once(": ")?;
    let name = format!("{:indent$}{name}:", "");
    let behind = format!("{:1$}{ty}", "", indent + 4);
    // rustfmt forgets the comma where the name leaves no room for a type.
    let comma = usize::from(name.width() + 1 >= MAX_WIDTH);
    if behind.width() <= MAX_WIDTH + comma {
        return Some(vec![name, behind]);
    }
    let head = code.split_once('<')?.0;
    if indent + head.width() < MAX_WIDTH {
        return break_type(code, indent);
    }
    Some([vec![name], break_type(ty, indent + 4)?].concat())
}

/// `head: A<B>,`: what is between the outermost `<…>` on a line of its own.
fn break_type(code: &str, indent: usize) -> Option<Vec<String>> {
    let (head, rest) = code.split_once('<')?;
    let inside = rest.strip_suffix(">,")?;
    let line = format!("{:1$}{inside},", "", indent + 4);
    let inner = if is_wide(&line) { break_type(line.trim_start(), indent + 4)? } else { vec![line] };
    Some([vec![format!("{:indent$}{head}<", "")], inner, vec![format!("{:indent$}>,", "")]].concat())
}

/// `request.query(a, b);`: the call on a line of its own, where all of it fits there. It seldom does, and one that would
/// be five lines beside its root stays there.
/// `self.upstream.send(a, b).await`: each call on a line of its own.
fn break_chain(code: &str, indent: usize) -> Option<Vec<String>> {
    // rustfmt never parts a root that is as short as an indent, such as `self`.
    if let Some(call) = code.strip_prefix("self.upstream.").and_then(|rest| rest.strip_suffix(".await")) {
        let call = format!("{:1$}.{call}", "", indent + 4);
        let call = if is_wide(&call) { break_line(&call, Commas::Trailing)? } else { vec![call] };
        let head = format!("{:indent$}self.upstream", "");
        return Some([vec![head], call, vec![format!("{:1$}.await", "", indent + 4)]].concat());
    }
    let (root, call) = code.split_once('.')?;
    if root.len() <= 4 || !root.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let lines = vec![format!("{:indent$}{root}", ""), format!("{:1$}.{call}", "", indent + 4)];
    let is_long = || break_call(code, indent, Commas::Trailing).is_some_and(|lines| lines.len() >= 5);
    (!lines.iter().any(|line| is_wide(line)) && !is_long()).then_some(lines)
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

/// `const X: T = value;` and `let x = value;`: what is behind the mark on a line of its own, where it fits there.
fn break_behind(code: &str, mark: &str, indent: usize) -> Option<Vec<String>> {
    let (head, rest) = code.split_once(mark)?;
    let lines = vec![format!("{:indent$}{head}{}", "", mark.trim_end()), format!("{:1$}{rest}", "", indent + 4)];
    (!is_wide(&lines[1])).then_some(lines)
}

/// `let x = ctx.ask(a, b);`: the call on a line of its own, where all of it fits there.
fn break_value(code: &str, indent: usize) -> Option<Vec<String>> {
    let (head, value) = code.split_once(" = ")?;
    let (root, call) = value.split_once('.')?;
    let is_name = root.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let ends = find_close(call, find_open(call, 0)?)? + 1 == call.len() - ";".len();
    let lines = vec![format!("{:indent$}{head} = {root}", ""), format!("{:1$}.{call}", "", indent + 4)];
    (is_name && ends && !lines.iter().any(|line| is_wide(line))).then_some(lines)
}

/// `head(a, b)tail`: one argument a line. A call whose only argument is a call again keeps it beside its head.
fn break_call(code: &str, indent: usize, commas: Commas) -> Option<Vec<String>> {
    let (open, close) = innermost_chain(code)?;
    let (head, inside, tail) = (&code[..=open], &code[open + 1..close], &code[close..]);
    let arguments = split_arguments(inside);
    let is_macro = code[..open].ends_with('!');
    let commas = if is_macro { Commas::Between } else { commas };
    // A text may be wider than a line, but not beside other arguments of a method.
    let is_method = code[..open].contains('.');
    let may_be_wide = |argument: &str| argument.starts_with('"') && (!is_method || arguments.len() == 1);
    let mut lines = vec![format!("{:indent$}{head}", "")];
    if is_macro && arguments.len() > 1 && fit_beside_each_other(&arguments[1..], indent + 4) {
        lines.push(format!("{:1$}{2},", "", indent + 4, arguments[0]));
        lines.push(format!("{:1$}{2}", "", indent + 4, arguments[1..].join(", ")));
    } else {
        let last = arguments.len() - 1;
        for (i, argument) in arguments.iter().enumerate() {
            let comma = if i < last || commas == Commas::Trailing { "," } else { "" };
            let line = format!("{:1$}{argument}{comma}", "", indent + 4);
            if is_wide_argument(&line) && !may_be_wide(argument) {
                // It may itself be a call.
                lines.extend(break_line(&line, commas)?);
            } else {
                lines.push(line);
            }
        }
    }
    lines.push(format!("{:indent$}{tail}", ""));
    Some(lines)
}

/// Whether the arguments of a formatting macro behind its text share a line: they do where none of them is a call.
fn fit_beside_each_other(arguments: &[&str], indent: usize) -> bool {
    let line = format!("{:indent$}{}", "", arguments.join(", "));
    !line.contains('(') && !is_wide_argument(&line)
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
mod tests;
