//! Ranges of ports in the spellings that people use.
//!
//! Knows `"9000-9019"`, `[9000, 9019]` and `{"start": 9000, "end": 9019}`. Knows no file.

use crate::ports::json::{self, Kind};

/// The first and the last port of a range; nothing where the value is none.
pub(super) fn parse(value: &str) -> Option<(u16, u16)> {
    let (start, end) = match json::kind(value) {
        Kind::String => parse_text(&json::string(value)?)?,
        Kind::Array => match json::items(value)?.as_slice() {
            [start, end] => (port(start)?, port(end)?),
            _ => return None,
        },
        Kind::Object => {
            let members = json::members(value)?;
            let get =
                |keys: &[&str]| members.iter().find(|m| keys.contains(&m.key.as_ref())).and_then(|m| port(m.value));
            (get(&["start", "from", "min", "first"])?, get(&["end", "to", "max", "last"])?)
        }
        Kind::Number | Kind::Boolean | Kind::Null => return None,
    };
    (start <= end).then_some((start, end))
}

/// A range within a text that is nothing else.
pub(super) fn parse_text(text: &str) -> Option<(u16, u16)> {
    let dash = ["..=", "..", "\u{2013}", "\u{2014}", " to ", "-", ":"];
    let (start, end) = dash.into_iter().find_map(|dash| text.split_once(dash))?;
    Some((port(start.trim())?, port(end.trim())?))
}

fn port(text: &str) -> Option<u16> {
    let text = text.trim_matches('"');
    text.parse().ok().filter(|&port| port > 0 && text.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_many_spellings() {
        for value in [
            r#""9100-9119""#,
            "\"9100–9119\"",
            r#"" 9100 - 9119 ""#,
            r#""9100..9119""#,
            "[9100, 9119]",
            r#"["9100", "9119"]"#,
            r#"{"start": 9100, "end": 9119}"#,
            r#"{"note": "x", "to": 9119, "from": 9100}"#,
        ] {
            assert_eq!(parse(value), Some((9100, 9119)), "{value}");
        }
        for value in
            [r#""9119-9100""#, r#""80, 443""#, "[1]", "[1, 2, 3]", r#""0-5""#, "9100", r#""9100-99999""#, r#""-""#]
        {
            assert_eq!(parse(value), None, "{value}");
        }
    }
}
