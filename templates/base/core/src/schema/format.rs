// Owned by mcpgen: edits are overwritten.
//! The formats that a string may be asked to have.

/// A format of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Date,
    DateTime,
    Email,
    Uri,
    Uuid,
    Byte,
}

impl Format {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "date" => Self::Date,
            "date-time" => Self::DateTime,
            "email" => Self::Email,
            "uri" => Self::Uri,
            "uuid" => Self::Uuid,
            "byte" => Self::Byte,
            _ => return None,
        })
    }

    pub(super) const fn described(self) -> &'static str {
        match self {
            Self::Date => "a date such as `2026-01-31`",
            Self::DateTime => "a date and time such as `2026-01-31T09:30:00Z`",
            Self::Email => "an email address",
            Self::Uri => "a URI with a scheme, such as `https://example.org/`",
            Self::Uuid => "a UUID such as `123e4567-e89b-12d3-a456-426614174000`",
            Self::Byte => "base64 with padding",
        }
    }

    pub(super) fn admits(self, text: &str) -> bool {
        match self {
            Self::Date => date(text),
            Self::DateTime => date_time(text),
            Self::Email => email(text),
            Self::Uri => uri(text),
            Self::Uuid => uuid(text),
            Self::Byte => base64(text),
        }
    }
}

/// RFC 3339, `full-date`.
fn date(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, '-', [4, 2, 2]) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// RFC 3339, `date-time`; the offset is not optional there.
fn date_time(text: &str) -> bool {
    let Some((day, rest)) = text.split_once(['T', 't']) else { return false };
    let Some(end) = rest.find(['Z', 'z', '+', '-']) else { return false };
    let (time, offset) = rest.split_at(end);
    date(day) && time_of_day(time) && (matches!(offset, "Z" | "z") || hours(&offset[1..]))
}

fn time_of_day(text: &str) -> bool {
    let (time, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    // The second 60 is a leap second.
    digits
        && numbers(time, ':', [2, 2, 2])
            .is_some_and(|[hour, minute, second]| hour < 24 && minute < 60 && second <= 60)
}

fn hours(text: &str) -> bool {
    numbers(text, ':', [2, 2]).is_some_and(|[hour, minute]| hour < 24 && minute < 60)
}

/// Numbers of exactly these widths.
fn numbers<const N: usize>(text: &str, between: char, widths: [usize; N]) -> Option<[u32; N]> {
    let mut parts = text.split(between);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next()?;
        if part.len() != width || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// What mail servers accept in practice: no comments, no quotes, no addresses in brackets.
fn email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |byte: u8| byte > b' ' && byte != 0x7f && !b"\"(),:;<>@[\\]".contains(&byte);
    local.len() <= 64
        && local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
        && domain.len() <= 253
        && domain.split('.').all(label)
}

fn label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || !byte.is_ascii();
    (1..=63).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// RFC 3986: a scheme, and after it only characters that a URI may hold.
fn uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(in_scheme)
        && !rest.is_empty()
        && uri_characters(rest.as_bytes())
}

fn uri_characters(bytes: &[u8]) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte);
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest
            }
            [byte, rest @ ..] if plain(*byte) => rest,
            _ => return false,
        };
    }
}

fn uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    text.len().is_multiple_of(4) && text.len() - digits.len() <= 2 && digits.bytes().all(digit)
}

#[cfg(test)]
mod tests {
    use super::Format;

    fn check(format: Format, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(format.admits(text), "{format:?} must admit {text:?}");
        }
        for text in bad {
            assert!(!format.admits(text), "{format:?} must refuse {text:?}");
        }
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        check(
            Format::Date,
            &["2026-01-31", "2024-02-29", "2000-02-29", "0001-12-01"],
            &["2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00"],
        );
        check(
            Format::Date,
            &[],
            &["", "2026-1-31", "26-01-31", "2026-01-31T", "2026-01-31-01", "+026-01-31"],
        );
    }

    #[test]
    fn times_have_an_offset() {
        check(
            Format::DateTime,
            &[
                "2026-01-31T09:30:00Z",
                "2026-01-31t09:30:00.123456789z",
                "2026-01-31T23:59:60-23:59",
            ],
            &["2026-01-31", "2026-01-31T09:30:00", "2026-01-31 09:30:00Z", "2026-01-31T24:00:00Z"],
        );
        check(
            Format::DateTime,
            &["2026-01-31T09:30:00+01:00"],
            &[
                "2026-01-31T09:30:00.Z",
                "2026-01-31T09:30:00+1",
                "2026-01-31T09:30:00ZZ",
                "2026-01-31T09:30:00é",
            ],
        );
    }

    #[test]
    fn email_addresses_have_two_parts() {
        check(
            Format::Email,
            &[
                "a@b.example",
                "first.last+tag@sub.example.org",
                "ö@bücher.example",
                "root@localhost",
            ],
            &["", "a", "@b", "a@", "a b@c.d", "a@b..c", ".a@b.c", "a@-b.c", "a@@b.c", "a@b.c\n"],
        );
    }

    #[test]
    fn uris_have_a_scheme() {
        check(
            Format::Uri,
            &["https://example.org/a%20b?c=d#e", "urn:isbn:0451450523", "mailto:a@b.c", "h2:x"],
            &[
                "",
                "example.org",
                "/path",
                "https://a b",
                "1http://a",
                "https:",
                "http://a/%2",
                "http://a/<b>",
            ],
        );
    }

    #[test]
    fn uuids_and_bytes_are_exact() {
        let good = "123e4567-E89B-12d3-a456-426614174000";
        check(
            Format::Uuid,
            &[good],
            &["", &good[1..], &good.replace('-', ""), &good.replace('1', "g")],
        );
        check(
            Format::Byte,
            &["", "AAAA", "AA==", "AAA=", "+/9z"],
            &["A", "AA", "A===", "====", "AA=A", "AA-_", "AAA\n"],
        );
    }
}
