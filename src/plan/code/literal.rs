//! Values of a spec as Rust: numbers, hints, cache classes.
//!
//! Knows how clippy wants numbers written.

use crate::escape;
use crate::spec::{Cache, Hints};

/// A number, a boolean or text as a Rust literal that clippy accepts.
pub(super) fn literal_code(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => escape::rust(text),
        serde_json::Value::Number(number) => number_code(&number.to_string()),
        other => other.to_string(),
    }
}

/// A number with a point in it: `50.0`, `12_345.5`.
pub fn float_code(number: f64) -> String {
    let text = format!("{number:?}");
    let Some((whole, fraction)) = text.split_once('.').filter(|_| !text.contains('e')) else { return text };
    let of_fraction = |i: usize| i.is_multiple_of(3);
    format!("{}.{}", grouped(whole, |i| (whole.len() - i).is_multiple_of(3)), grouped(fraction, of_fraction))
}

/// More than four digits with `_` before those where a group begins.
fn grouped(digits: &str, begins: impl Fn(usize) -> bool) -> String {
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && digits.len() > 4 && begins(i) {
            out.push('_');
        }
        out.push(c);
    }
    out
}

/// Code without what is in its string literals.
pub fn bare(code: &str) -> String {
    let (mut out, mut inside, mut escaped) = (String::with_capacity(code.len()), false, false);
    for c in code.chars() {
        match (inside, escaped, c) {
            (true, true, _) => escaped = false,
            (true, false, '\\') => escaped = true,
            (_, _, '"') => inside = !inside,
            (true, ..) => {}
            (false, ..) => out.push(c),
        }
    }
    out
}

/// `12345` as `12_345`; beyond 32 bits with its type.
pub fn number_code(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{text}_f64");
    }
    let suffix = if digits.parse::<i32>().is_ok() { "" } else { "_i64" };
    format!("{sign}{}{suffix}", grouped(digits, |i| (digits.len() - i).is_multiple_of(3)))
}

/// The hints as a struct literal, laid out for an entry of `server.rs`.
pub fn hints(hints: Hints) -> String {
    let given: Vec<String> = [
        ("read_only", hints.read_only),
        ("destructive", hints.destructive),
        ("idempotent", hints.idempotent),
        ("open_world", hints.open_world),
    ]
    .into_iter()
    .filter_map(|(name, hint)| hint.map(|hint| format!("            {name}: Some({hint}),\n")))
    .collect();
    match given.len() {
        0 => "Hints::NONE".into(),
        4 => format!("Hints {{\n{}        }}", given.concat()),
        _ => format!("Hints {{\n{}            ..Hints::NONE\n        }}", given.concat()),
    }
}

/// `CacheClass::Medium`.
pub fn cache(cache: Cache) -> String {
    match cache {
        Cache::None => "CacheClass::None".into(),
        Cache::Short => "CacheClass::Short".into(),
        Cache::Medium => "CacheClass::Medium".into(),
        Cache::Long => "CacheClass::Long".into(),
        Cache::Seconds(seconds) => format!("CacheClass::Seconds({})", number_code(&seconds.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable_and_fit() {
        assert_eq!(number_code("1000"), "1000");
        assert_eq!(number_code("-1234567"), "-1_234_567");
        assert_eq!(number_code("3000000000"), "3_000_000_000_i64");
        assert_eq!(number_code("1.5"), "1.5_f64");
        for (number, code) in [(0.0, "0.0"), (50.0, "50.0"), (12_345.678_91, "12_345.678_91"), (1e300, "1e300")] {
            assert_eq!(float_code(number), code);
        }
    }

    #[test]
    fn what_is_in_a_literal_is_no_code() {
        assert_eq!(bare(r#"plain(&a, "plain(\"b\")", c)"#), "plain(&a, , c)");
    }
}
