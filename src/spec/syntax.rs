//! From text to [`Table`]: TOML 1.0, bounded in size and depth.
//!
//! Knows the syntax only. The parser underneath also reads TOML 1.1, which editors do not: what only 1.1 allows is a
//! problem here.

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
const DEEPEST: usize = 24;

/// Reads a document. Problems that leave no trustworthy tree come as `Err`; others are added to `problems`.
///
/// # Errors
///
/// When the text is no TOML, is too large or too deep.
pub fn read<'a>(text: &'a str, problems: &mut Vec<Problem>) -> Result<Table<'a>, Vec<Problem>> {
    if text.len() > LARGEST {
        let help = "keep generated data out of the spec: a tool can read it at run time";
        return Err(vec![Problem::new(0..0, format!("the file is larger than {} KiB", LARGEST >> 10)).help(help)]);
    }
    let tokens = Source::new(text).lex().into_vec();
    scan(text, &tokens, problems).map_err(|problem| vec![problem])?;
    let (document, errors) = DeTable::parse_recoverable(text);
    let duplicates_only = errors.iter().all(|error| error.message() == DUPLICATE);
    let syntax = errors.iter().map(|error| from_toml(error, text));
    if !duplicates_only {
        problems.extend(syntax);
        return Err(std::mem::take(problems));
    }
    problems.extend(syntax);
    let mut reader = Reader { problems };
    Ok(reader.table(document.get_ref()))
}

const DUPLICATE: &str = "duplicate key";

fn from_toml(error: &toml::de::Error, text: &str) -> Problem {
    let span = error.span().unwrap_or(text.len()..text.len());
    let word = text.get(span.clone()).unwrap_or_default();
    if error.message() == DUPLICATE {
        return Problem::new(span, format!("{} is defined twice", crate::text::quote(word)))
            .help("a key or table may stand only once: join the two, or rename one");
    }
    Problem::new(span, format!("this is not TOML: {}", error.message()))
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
            return Err(Problem::new(span, format!("nested more than {DEEPEST} levels deep"))
                .help("give the inner objects names in `[types.Name]`, and refer to them with `type = \"Name\"`"));
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

struct Reader<'p> {
    problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    fn table<'a>(&mut self, table: &DeTable<'a>) -> Table<'a> {
        let entry = |(key, value): (&Spanned<Cow<'a, str>>, &Spanned<DeValue<'a>>)| Entry {
            key: key.get_ref().clone(),
            at: key.span(),
            node: self.node(value),
        };
        Table { entries: table.iter().map(entry).collect() }
    }

    fn node<'a>(&mut self, value: &Spanned<DeValue<'a>>) -> Node<'a> {
        let span = value.span();
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(unix(text)),
            DeValue::Integer(number) => Value::Whole(self.whole(number, &span)),
            DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(_) => Value::Time,
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node { span, value }
    }

    fn whole(&mut self, number: &DeInteger<'_>, span: &Range<usize>) -> i64 {
        i64::from_str_radix(number.as_str(), number.radix()).unwrap_or_else(|_| {
            let message = "the number does not fit 64 bits";
            let help = format!("whole numbers reach from {} to {}", i64::MIN, i64::MAX);
            self.problems.push(Problem::new(span.clone(), message).help(help));
            0
        })
    }
}

/// A text of several lines is the same text in a file with CRLF endings.
fn unix<'a>(text: &Cow<'a, str>) -> Cow<'a, str> {
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { text.clone() }
}
