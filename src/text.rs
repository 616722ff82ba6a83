//! The grammar of every message: counts, lists, quotes, "did you mean".
//!
//! Knows nothing of what the words mean. What it quotes may come from a hostile file: it is shortened here, and made
//! harmless for a terminal by [`visible`].

/// `1 problem`, `2 problems`, `2 entries`.
#[must_use]
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        return format!("1 {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{n} {stem}ies"),
        _ => format!("{n} {noun}s"),
    }
}

/// `` `a` ``, `` `a` or `b` ``, `` `a`, `b` or `c` ``.
#[must_use]
pub fn any_of<T: AsRef<str>>(words: &[T]) -> String {
    list(words, "or")
}

/// `` `a` ``, `` `a` and `b` ``, `` `a`, `b` and `c` ``.
#[must_use]
pub fn all_of<T: AsRef<str>>(words: &[T]) -> String {
    list(words, "and")
}

fn list<T: AsRef<str>>(words: &[T], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quote(word.as_ref())).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// The text in backticks, shortened where it is long.
#[must_use]
pub fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return format!("`{text}`");
    }
    let start: String = text.chars().take(LONGEST - 1).collect();
    format!("`{start}…`")
}

/// The candidate that `word` was probably meant to be.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within((word.chars().count() / 3).clamp(1, 3), word, candidates)
}

/// The same where so many characters may differ: few, where the candidates are alike.
#[must_use]
pub fn nearest_within<'a>(
    tolerance: usize,
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const LONGEST: usize = 100;
    let word: String = word.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The text with every character that a terminal would act upon, or that reorders what is read, made visible.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

/// The character itself, or a picture of one that a terminal would act upon.
#[must_use]
pub fn visible_char(c: char) -> char {
    match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        _ if c.is_control() || is_direction(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
            char::REPLACEMENT_CHARACTER
        }
        _ => c,
    }
}

/// Whether the character is an invisible mark that changes the direction of text.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}') || is_override(c)
}

/// Whether the character can make text read in another order than it is stored; Rust refuses it in sources.
#[must_use]
pub fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a reader cannot see `c`: controls, line separators, bidirectional marks, zero-width and tag characters.
/// These are also what `rustc` and `clippy` refuse in source text.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(any_of(&["a"]), "`a`");
        assert_eq!(any_of(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(all_of(&["a", "b"]), "`a` and `b`");
        assert_eq!((count(1, "problem"), count(0, "problem")), ("1 problem".into(), "0 problems".into()));
        assert_eq!((count(2, "entry"), count(2, "key")), ("2 entries".into(), "2 keys".into()));
    }

    #[test]
    fn the_nearest_word_is_near() {
        let keys = ["description", "default", "read_only", "a"];
        assert_eq!(nearest("descripton", keys), Some("description"));
        assert_eq!(nearest("Default", keys), Some("default"));
        assert_eq!(nearest("readonly", keys), Some("read_only"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), keys), None);
    }

    #[test]
    fn nothing_that_a_terminal_acts_upon_stays() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}b\u{9b}é\u{7f}"), "a␛[31m\u{fffd}b\u{fffd}é␡");
    }
}
