//! The formats that a text may be asked to have, judged as the servers judge them.

use crate::spec::types::Format;

/// Whether the text has the format.
pub(super) fn holds(format: Format, text: &str) -> bool {
    match format {
        Format::Date => is_date(text),
        Format::DateTime => is_date_time(text),
        Format::Email => is_email(text),
        Format::Uri => is_uri(text),
        Format::Uuid => is_uuid(text),
        Format::Byte => is_base64(text),
    }
}

/// A text that has the format, to be shown in help.
pub(super) fn sample(format: Format) -> &'static str {
    match format {
        Format::Date => "2026-01-31",
        Format::DateTime => "2026-01-31T08:30:00Z",
        Format::Email => "someone@example.org",
        Format::Uri => "https://example.org/page",
        Format::Uuid => "123e4567-e89b-12d3-a456-426614174000",
        Format::Byte => "aGVsbG8=",
    }
}

/// The digits at these bytes as a number.
fn digits(text: &str, from: usize, to: usize) -> Option<u32> {
    let part = text.get(from..to)?;
    part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
}

fn is_date(text: &str) -> bool {
    let parts = (digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
    let (Some(year), Some(month), Some(day)) = parts else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    text.len() == 10 && &text[4..5] == "-" && &text[7..8] == "-" && (1..=days).contains(&day)
}

/// RFC 3339.
fn is_date_time(text: &str) -> bool {
    let (Some(date), Some(time)) = (text.get(..10), text.get(11..)) else { return false };
    let separated = text.get(10..11).is_some_and(|t| t.eq_ignore_ascii_case("t"));
    let Some(zone_at) = time.find(['Z', 'z', '+', '-']) else { return false };
    let (clock, zone) = time.split_at(zone_at);
    is_date(date) && separated && is_clock(clock) && is_zone(zone)
}

fn is_clock(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let (Some(hour), Some(minute), Some(second)) = (digits(whole, 0, 2), digits(whole, 3, 5), digits(whole, 6, 8))
    else {
        return false;
    };
    let fraction_is_fine = fraction.is_none_or(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
    whole.len() == 8
        && &whole[2..3] == ":"
        && &whole[5..6] == ":"
        && hour < 24
        && minute < 60
        && second <= 60
        && fraction_is_fine
}

fn is_zone(text: &str) -> bool {
    if text.eq_ignore_ascii_case("z") {
        return true;
    }
    let parts = (digits(text, 1, 3), digits(text, 4, 6));
    text.len() == 6 && &text[3..4] == ":" && matches!(parts, (Some(0..24), Some(0..60)))
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '@' | '"' | '<' | '>' | ',' | ';');
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    !local.is_empty() && local.chars().all(plain) && domain.split('.').all(label)
}

/// An absolute URI: a scheme and something behind it, without blanks.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    is_scheme(scheme) && !rest.is_empty() && text.chars().all(is_uri_char)
}

/// Whether the text can be the scheme of a URI.
pub(super) fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Whether a URI may hold the character.
pub(super) fn is_uri_char(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
}

fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let lengths = [8, 4, 4, 4, 12];
    let fits = lengths.iter().all(|length| {
        groups.next().is_some_and(|group| group.len() == *length && group.bytes().all(|b| b.is_ascii_hexdigit()))
    });
    fits && groups.next().is_none()
}

/// Standard alphabet, with padding.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_holds_for_its_sample_only() {
        let all = [Format::Date, Format::DateTime, Format::Email, Format::Uri, Format::Uuid, Format::Byte];
        for format in all {
            for other in all {
                let both = holds(format, sample(other));
                assert_eq!(both, format == other, "{format:?} and the sample of {other:?}");
            }
        }
    }

    #[test]
    fn what_looks_like_a_format_and_is_not_is_refused() {
        for (format, texts) in [
            (Format::Date, &["2026-02-29", "2026-13-01", "2026-1-01", "2026-01-3é", "+026-01-01", ""][..]),
            (
                Format::DateTime,
                &["2026-01-31T08:30:00", "2026-01-31T25:00:00Z", "2026-01-31 08:30Z", "2026-01-31T08:30:00.Z"],
            ),
            (Format::Email, &["someone", "@example.org", "a b@example.org", "a@", "a@-x.org"]),
            (Format::Uri, &["/page", "example.org", "ht tp://x", "https:", "https://é"]),
            (
                Format::Uuid,
                &["123e4567", "123e4567-e89b-12d3-a456-42661417400g", "123e4567-e89b-12d3-a456-426614174000-"],
            ),
            (Format::Byte, &["a", "a===", "aGVsbG8", "a-_="]),
        ] {
            for text in texts {
                assert!(!holds(format, text), "{format:?} {text:?}");
            }
        }
        assert!(holds(Format::Date, "2024-02-29") && holds(Format::DateTime, "2026-01-31t08:30:60.25+01:00"));
    }
}
