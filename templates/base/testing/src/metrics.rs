// Owned by mcpgen: edits are overwritten.
//! Reads the text that a scraper would.

/// All samples of a server at one moment.
#[derive(Debug)]
pub struct Metrics(Vec<Sample>);

#[derive(Debug)]
struct Sample {
    name: String,
    labels: Vec<(String, String)>,
    value: String,
}

impl Metrics {
    #[track_caller]
    pub(crate) fn parse(page: &str) -> Self {
        let lines = page.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let sample = |line: &str| match Sample::parse(line) {
            Some(sample) => sample,
            None => panic!("`{line}` is no sample"),
        };
        Self(lines.map(sample).collect())
    }

    /// How often: the sum of the samples of this name that have these labels.
    #[must_use]
    #[track_caller]
    pub fn count(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let named: Vec<_> = self.0.iter().filter(|sample| sample.name == name).collect();
        assert!(!named.is_empty(), "there is no metric `{name}`");
        let matching: Vec<_> = named.iter().filter(|sample| sample.has(labels)).collect();
        assert!(!matching.is_empty(), "no sample of `{name}` has {labels:?}: {named:?}");
        let count = |sample: &&&Sample| match sample.value.parse::<u64>() {
            Ok(count) => count,
            Err(error) => panic!("{sample:?} is no count: {error}"),
        };
        matching.iter().map(count).sum()
    }
}

impl Sample {
    fn parse(line: &str) -> Option<Self> {
        let (series, value) = line.rsplit_once(' ')?;
        let value = value.to_owned();
        let Some((name, rest)) = series.split_once('{') else {
            return Some(Self {
                name: series.to_owned(),
                labels: Vec::new(),
                value,
            });
        };
        let mut labels = Vec::new();
        let mut rest = rest.strip_suffix('}')?;
        while let Some((label, after)) = rest.split_once("=\"") {
            let (text, after) = unquoted(after)?;
            labels.push((label.trim_start_matches(',').to_owned(), text));
            rest = after;
        }
        Some(Self {
            name: name.to_owned(),
            labels,
            value,
        })
    }

    fn has(&self, labels: &[(&str, &str)]) -> bool {
        let has = |(name, value): &(&str, &str)| {
            self.labels.iter().any(|(known, text)| known == name && text == value)
        };
        labels.iter().all(has)
    }
}

/// The text up to the closing quote, and what comes after it.
fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((text, &quoted[at + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => text.push('\n'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# HELP a Things.\na{x=\"1\",y=\"q\\\"}\"} 2\na{x=\"2\",y=\"\"} 3\nb 1\n";

    #[test]
    fn samples_are_found_by_their_labels() {
        let metrics = Metrics::parse(PAGE);
        assert_eq!(metrics.count("a", &[]), 5);
        assert_eq!(metrics.count("a", &[("x", "1"), ("y", "q\"}")]), 2);
        assert_eq!(metrics.count("b", &[]), 1);
    }

    #[test]
    #[should_panic(expected = "no sample of `a` has")]
    fn a_label_that_no_sample_has_is_said() {
        let _ = Metrics::parse(PAGE).count("a", &[("x", "3")]);
    }
}
