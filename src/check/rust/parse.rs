//! Reads Rust, unless that would take the parser too deep.

use super::super::place::Span;

/// Where and why a text does not parse.
pub type Unparsed = (Span, String);

/// Why Rust is not parsed that may well be Rust.
pub const UNREADABLE: &str = "it is nested too deep, or too long, to be read";

/// The text as Rust.
///
/// # Errors
///
/// When it does not parse, or is nested too deep to be parsed.
pub fn parse(text: &str) -> Result<syn::File, Unparsed> {
    check_depth(text)?;
    syn::parse_file(text).map_err(|error| (Span::rust(error.span()), error.to_string()))
}

/// Refuses what would take a parser that calls itself too deep.
///
/// # Errors
///
/// When brackets, or operators before a value, are nested more deeply than anyone writes by hand.
pub fn check_depth(text: &str) -> Result<(), Unparsed> {
    const DEEPEST: usize = 256;
    const LONGEST: usize = 1 << 19;
    let (mut depth, mut angles, mut run, mut operators) = (0_usize, 0_usize, 0_usize, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'<' => angles += 1,
            b'>' => angles = angles.saturating_sub(1),
            _ => {}
        }
        match byte {
            // A comparison opens what nothing closes.
            b';' | b'{' | b'}' => (angles, run, operators) = (0, 0, 0),
            b'!' | b'-' | b'*' | b'&' | b'|' | b'+' | b'/' | b'%' | b'^' | b'=' | b'?' => {
                run += 1;
                operators += 1;
            }
            b',' => (run, operators) = (0, 0),
            _ if byte.is_ascii_whitespace() => {}
            _ => run = 0,
        }
        // A line of `=====` or `-----` in a comment is no nesting; a line of thousands is no comment.
        if depth.max(angles) > DEEPEST || run > 8 * DEEPEST || operators > 32 * DEEPEST || at > LONGEST {
            return Err((Span::of(text, at..at), UNREADABLE.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_that_would_take_the_parser_too_deep_is_refused() {
        for text in [
            format!("const A: bool = {}true;", "!".repeat(400_000)),
            format!("const A: u8 = {}1;", "1+".repeat(200_000)),
            format!("const A: u8 = {}1{};", "(".repeat(50_000), ")".repeat(50_000)),
            format!("type A = {}u8{};", "Vec<".repeat(50_000), ">".repeat(50_000)),
        ] {
            assert!(parse(&text).is_err());
        }
    }
}
