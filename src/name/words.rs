//! How the words of a name are cut and joined, and which words Rust keeps for itself.

/// Strict and reserved keywords of Rust (edition 2024), and the weak ones that read badly as identifiers.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that Rust does not accept even as raw identifiers.
const NEVER_RAW: &[&str] = &["crate", "self", "super"];

/// Whether `word` is a Rust keyword.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Folds the spellings of one name into one: lower case, `-` and blanks as `_`.
#[must_use]
pub fn fold(text: &str) -> String {
    text.trim().chars().map(|c| if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// The words of a key in lower case: `apiKey`, `api_key` and `API-KEY` have the same two.
#[must_use]
pub fn words_of(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_was_lower = false;
    for c in key.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_was_lower) {
            words.push(String::new());
        }
        before_was_lower = c.is_lowercase() || c.is_ascii_digit();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A Rust identifier for a `snake_case` word: keywords become raw, the few that cannot get a `_` behind them.
#[must_use]
pub fn rust_ident(snake: &str) -> String {
    if NEVER_RAW.contains(&snake) {
        format!("{snake}_")
    } else if is_keyword(snake) {
        format!("r#{snake}")
    } else {
        snake.to_owned()
    }
}

/// A name for the variant of an enum: `in progress` is `InProgress`, `404` is `N404`, `+1` is `Plus1`, nothing is
/// `Empty`.
#[must_use]
pub fn variant(text: &str) -> String {
    let speaks = text.contains(|c: char| c.is_ascii_alphabetic());
    let folded: String = text.chars().map(|c| if speaks { letter_or_gap(c) } else { spelled(c) }).collect();
    let name = pascal(&snake(&folded));
    match name.chars().next() {
        None if text.is_empty() => "Empty".into(),
        None => "Other".into(),
        Some(first) if first.is_ascii_digit() => format!("N{name}"),
        Some(_) if name == "Self" => "Itself".into(),
        Some(_) => name,
    }
}

fn letter_or_gap(c: char) -> String {
    if c.is_ascii_alphanumeric() { c.into() } else { "_".into() }
}

/// A character of a text without letters, where signs are all there is to tell `+1` and `-1` apart.
fn spelled(c: char) -> String {
    let word = match c {
        '0'..='9' => return c.into(),
        '_' | ' ' => return "_".into(),
        '+' => "plus",
        '-' => "minus",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '*' => "star",
        '/' => "slash",
        '.' => "dot",
        ':' => "colon",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '?' => "question",
        '#' => "hash",
        '@' => "at",
        _ => return format!("_u{:x}_", u32::from(c)),
    };
    format!("_{word}_")
}

/// `photoUrls`, `photo-urls` and `Photo_URLs` all as `photo_urls`: words are cut at `_`, `-` and rising case.
pub fn snake(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if matches!(c, '_' | '-') {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            continue;
        }
        let rises = c.is_ascii_uppercase()
            && i > 0
            && (chars[i - 1].is_ascii_lowercase()
                || chars[i - 1].is_ascii_digit()
                || (chars[i - 1].is_ascii_uppercase() && chars.get(i + 1).is_some_and(char::is_ascii_lowercase)));
        if rises && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out.trim_end_matches('_').to_owned()
}

/// `PhotoUrls`.
pub fn pascal(snake: &str) -> String {
    snake
        .split('_')
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
        })
        .collect()
}
