//! The text of a file that another program wrote, and where in it a byte stands.
//!
//! Knows encodings and lines. Forgives what a reader can forgive without guessing, and says so; knows no JSON.

/// A text, and how to find a place in it.
pub(super) struct Source<'a> {
    pub text: &'a str,
    /// Line and column of every `STEP`th byte: a file may be one line of many thousand entries, and counting from its
    /// start for each of them would take minutes.
    marks: Vec<(usize, usize)>,
}

const STEP: usize = 1024;

/// What was forgiven.
pub(super) struct Forgiven {
    pub byte_order_mark: bool,
    pub carriage_returns: bool,
}

impl<'a> Source<'a> {
    /// Reads bytes as text.
    ///
    /// # Errors
    ///
    /// The number of bytes that are text, where the rest is not UTF-8.
    pub fn new(bytes: &'a [u8]) -> Result<(Self, Forgiven), (usize, Self)> {
        let (text, fault) = match str::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid = error.valid_up_to();
                (str::from_utf8(&bytes[..valid]).unwrap_or_default(), Some(valid))
            }
        };
        if let Some(valid) = fault {
            return Err((valid, Self::of(text)));
        }
        let stripped = text.strip_prefix('\u{feff}');
        let forgiven = Forgiven { byte_order_mark: stripped.is_some(), carriage_returns: text.contains('\r') };
        Ok((Self::of(stripped.unwrap_or(text)), forgiven))
    }

    fn of(text: &'a str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / STEP + 1);
        let (mut line, mut column) = (1, 1);
        for (at, c) in text.char_indices() {
            while marks.len() * STEP <= at {
                marks.push((line, column));
            }
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        Self { text, marks }
    }

    /// Where a slice of the text stands in it.
    pub fn at(&self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
    }

    /// The line and the column in characters of a byte, both from 1.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let Some(&(mut line, mut column)) = self.marks.get(at / STEP).or(self.marks.last()) else { return (1, 1) };
        // The mark is that of the first character that begins in its block.
        let block = (at / STEP).min(self.marks.len() - 1) * STEP;
        let begin = self.text.ceil_char_boundary(block).min(at);
        for c in self.text[begin..at].chars() {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        (line, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_the_same_as_counted_from_the_start() {
        let text = "é1\n\n3é5\n".repeat(700) + &"ä".repeat(3_000) + "\nx";
        let (source, _) = Source::new(text.as_bytes()).unwrap_or_else(|_| panic!("it is UTF-8"));
        for (at, _) in text.char_indices() {
            let before = &text[..at];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            assert_eq!(source.place(at), (line, column), "{at}");
        }
        assert_eq!(Source::of("").place(7), (1, 1));
    }

    #[test]
    fn a_mark_and_carriage_returns_are_forgiven_and_broken_text_is_not() {
        let (source, forgiven) = Source::new(b"\xef\xbb\xbf{\r\n}").unwrap_or_else(|_| panic!("it is UTF-8"));
        assert_eq!((source.text, forgiven.byte_order_mark, forgiven.carriage_returns), ("{\r\n}", true, true));
        assert!(Source::new(b"{\n \xff}").is_err_and(|(at, source)| source.place(at) == (2, 2)));
    }
}
