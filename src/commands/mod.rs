//! The commands: little code each, from parsed arguments to what is printed.

pub mod check;
pub mod explain;
mod files;
mod intent;
pub mod new;
pub mod ports;
mod report;
mod settle;
pub mod spec;

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

use crate::fleet::{self, Fleet};
use crate::ports::Location;

/// What a command has to say. It prints nothing itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// Data, for standard output; empty, or ends with a line break.
    pub stdout: String,
    /// Talk, for standard error; likewise.
    pub stderr: String,
    /// The exit code.
    pub code: u8,
}

impl Output {
    /// An input was refused: nothing was done, and this says why.
    #[must_use]
    pub fn refused(stderr: String) -> Self {
        Self { stdout: String::new(), stderr, code: 2 }
    }
}

/// Where a fleet's registry is.
fn registry_of(fleet: &Fleet) -> anyhow::Result<Location> {
    Location::parse(Path::new(&fleet.settings.registry), &fleet.folder)
        .with_context(|| format!("`registry` in `{}` is not valid", fleet.folder.join(fleet::FILE).display()))
}

/// The text of a file; none where there is no such file.
///
/// # Errors
///
/// When it cannot be read. That is not the same as its not being there, which [`Path::exists`] does not tell apart.
pub fn read_if_there(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// The date in UTC, `2026-11-22`.
#[must_use]
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date(seconds / 86_400)
}

/// The date that is so many days after 1970-01-01.
///
/// Counted in years that begin in March, so that the leap day is the last of its year; 719,468 days lie between
/// 0000-03-01 and 1970-01-01, 146,097 in 400 years, 153 in five months from March on.
fn date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, turn) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + turn)
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_know_leap_years() {
        let days = [0, 58, 59, 11_016, 11_017, 20_779, 47_540, 47_541];
        let dates = [
            "1970-01-01",
            "1970-02-28",
            "1970-03-01",
            "2000-02-29",
            "2000-03-01",
            "2026-11-22",
            "2100-02-28",
            "2100-03-01",
        ];
        assert_eq!(days.map(date), dates);
    }
}
