//! From text to [`Table`]: TOML 1.0, bounded in size and depth.
//!
//! Knows the syntax only. The parser underneath also reads TOML 1.1, which editors do not: what only 1.1 allows is a
//! problem here.

mod words;

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};
use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

use super::node::{Entry, Node, Table, Value};
use super::problem::Problem;

/// The largest text that is read, in bytes.
pub const LARGEST: usize = 1 << 20;

/// Brackets within brackets, and dots in one key.
const DEEPEST: usize = 16;

/// Reads a document. Nothing where the text is no TOML, or too large or deep: a part of it would be misleading.
pub fn read<'a>(text: &'a str, problems: &mut Vec<Problem>) -> Option<Table<'a>> {
    if text.len() > LARGEST {
        let help = "keep generated data out of the spec: a tool can read it at run time";
        problems.push(Problem::new(0..0, format!("the file is larger than {} KiB", LARGEST >> 10)).help(help));
        return None;
    }
    let tokens = Source::new(text).lex().into_vec();
    if let Err(problem) = scan(text, &tokens, problems) {
        problems.push(problem);
        return None;
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    problems.extend(errors.iter().map(|error| words::problem(error, text)));
    let whole = errors.iter().all(|error| error.message() == words::DUPLICATE);
    whole.then(|| table(document.get_ref()))
}

/// Looks at the brackets: refuses what is too deep, and collects what only TOML 1.1 allows.
fn scan(text: &str, tokens: &[Token], problems: &mut Vec<Problem>) -> Result<(), Problem> {
    let mut open: Vec<Open> = Vec::new();
    let mut dots = 0;
    let mut after_comma = None;
    for token in tokens {
        let span = token.span().start()..token.span().end();
        match token.kind() {
            TokenKind::Dot => dots += 1,
            TokenKind::Whitespace
            | TokenKind::Comment
            | TokenKind::Atom
            | TokenKind::LiteralString
            | TokenKind::MlLiteralString => {}
            TokenKind::BasicString | TokenKind::MlBasicString => escapes(text, span.clone(), problems),
            _ => dots = 0,
        }
        match token.kind() {
            TokenKind::LeftSquareBracket => open.push(Open { at: span.clone(), table: false, newline: false }),
            TokenKind::LeftCurlyBracket => open.push(Open { at: span.clone(), table: true, newline: false }),
            TokenKind::RightSquareBracket => drop(open.pop_if(|open| !open.table)),
            TokenKind::RightCurlyBracket => {
                if let Some(table) = open.pop_if(|open| open.table) {
                    problems.extend(table.only_in_1_1(after_comma.clone()));
                }
            }
            TokenKind::Newline => {
                if let Some(inner) = open.last_mut() {
                    inner.newline = true;
                }
            }
            _ => {}
        }
        match token.kind() {
            TokenKind::Comma => after_comma = Some(span.clone()),
            TokenKind::Whitespace | TokenKind::Comment | TokenKind::Newline => {}
            _ => after_comma = None,
        }
        if open.len() > DEEPEST || dots > DEEPEST {
            return Err(Problem::new(span, format!("nested more than {DEEPEST} levels deep")).help(
                "give the inner objects names: in `[types.Name]`, for `type = \"Name\"`, or in the `$defs` of a JSON \
                     Schema, for `$ref`",
            ));
        }
    }
    Ok(())
}

/// A bracket that is not closed yet.
struct Open {
    at: Range<usize>,
    table: bool,
    newline: bool,
}

impl Open {
    fn only_in_1_1(&self, trailing_comma: Option<Range<usize>>) -> Option<Problem> {
        if self.newline {
            let message = "this inline table spans several lines, which TOML 1.0 does not allow";
            let help = "write it on one line, or as a table with a header of its own, `[…]`";
            return Some(Problem::new(self.at.clone(), message).help(help));
        }
        let comma = trailing_comma?;
        Some(Problem::new(comma, "an inline table may not end with a comma in TOML 1.0").help("remove the comma"))
    }
}

/// Finds the escapes that TOML 1.1 added.
fn escapes(text: &str, span: Range<usize>, problems: &mut Vec<Problem>) {
    let Some(raw) = text.get(span.clone()) else { return };
    let mut chars = raw.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let Some((_, escaped)) = chars.next() else { return };
        if matches!(escaped, 'e' | 'x') {
            let message = format!("the escape `\\{escaped}` is not part of TOML 1.0");
            let at = span.start + at;
            problems.push(Problem::new(at..at + 2, message).help("write `\\u` and four hexadecimal digits"));
        }
    }
}

fn table<'a>(table: &DeTable<'a>) -> Table<'a> {
    let entry = |(key, value): (&Spanned<Cow<'a, str>>, &Spanned<DeValue<'a>>)| Entry {
        key: key.get_ref().clone(),
        at: key.span(),
        node: node(value),
    };
    Table { entries: table.iter().map(entry).collect() }
}

fn node<'a>(value: &Spanned<DeValue<'a>>) -> Node<'a> {
    let span = value.span();
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(unix(text)),
        DeValue::Integer(number) => integer(number),
        DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(_) => Value::Time,
        DeValue::Array(items) => Value::List(items.iter().map(node).collect()),
        DeValue::Table(inner) => Value::Table(table(inner)),
    };
    Node { span, value }
}

/// An integer; one that does not fit 64 bits is as good as infinite to every limit.
fn integer(number: &DeInteger<'_>) -> Value<'static> {
    match i64::from_str_radix(number.as_str(), number.radix()) {
        Ok(number) => Value::Whole(number),
        Err(_) => Value::Number(if number.as_str().starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }),
    }
}

/// A text of several lines is the same text in a file with CRLF endings.
fn unix<'a>(text: &Cow<'a, str>) -> Cow<'a, str> {
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { text.clone() }
}
