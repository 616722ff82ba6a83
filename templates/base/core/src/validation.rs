// Owned by mcpgen: edits are overwritten.
//! Checks that the inputs of many tools share.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::schema::Problem;

/// Which part of a long list a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// The number of the page, from 1.
    pub page: i64,
    /// How many items a page has.
    pub page_size: i64,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            page: 1,
            page_size: 100,
        }
    }
}

impl Page {
    /// The most items that a page may have.
    pub const LARGEST: i64 = 1000;

    /// A page that was checked; it tells both problems where there are two.
    ///
    /// # Errors
    ///
    /// When there is no such page, or it is too large.
    pub fn new(page: i64, page_size: i64) -> Result<Self, Error> {
        Self { page, page_size }.checked()
    }

    /// The same page, if there can be one.
    ///
    /// # Errors
    ///
    /// When there is no such page, or it is too large.
    pub fn checked(self) -> Result<Self, Error> {
        let mut problems = Vec::new();
        if self.page < 1 {
            problems.push(problem("page", "must be at least 1".to_owned()));
        }
        if !(1..=Self::LARGEST).contains(&self.page_size) {
            let message = format!("must be from 1 to {}", Self::LARGEST);
            problems.push(problem("page_size", message));
        }
        if problems.is_empty() { Ok(self) } else { Err(Error::invalid(problems)) }
    }

    /// How many items come before this page.
    #[must_use]
    pub const fn offset(self) -> i64 {
        self.page.saturating_sub(1).saturating_mul(self.page_size)
    }

    /// The items of this page.
    #[must_use]
    pub fn of<T>(self, all: &[T]) -> &[T] {
        let start = usize::try_from(self.offset()).unwrap_or(usize::MAX).min(all.len());
        let size = usize::try_from(self.page_size).unwrap_or_default();
        &all[start..all.len().min(start.saturating_add(size))]
    }
}

/// Checks that settings which only some tools need are there, and tells all that are not.
///
/// # Errors
///
/// When one of them is `None` or empty; the sentence names the settings, for the caller to pass on.
pub fn require_settings(settings: &[(&str, Option<&str>)]) -> Result<(), Error> {
    let absent = |setting: &&(&str, Option<&str>)| setting.1.is_none_or(str::is_empty);
    let names: Vec<_> =
        settings.iter().filter(absent).map(|setting| format!("`{}`", setting.0)).collect();
    match names.as_slice() {
        [] => Ok(()),
        [name] => Err(Error::tool(format!("this server was started without the setting {name}"))),
        _ => {
            let names = names.join(", ");
            Err(Error::tool(format!("this server was started without the settings {names}")))
        }
    }
}

fn problem(field: &str, message: String) -> Problem {
    Problem {
        field: field.to_owned(),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, Page, require_settings};

    fn fields(page: i64, page_size: i64) -> Vec<String> {
        let error = Page::new(page, page_size).err();
        let problems = error.iter().flat_map(Error::problems);
        problems.map(|problem| problem.field.clone()).collect()
    }

    #[test]
    fn both_limits_are_inclusive() {
        assert_eq!(fields(1, 1), [""; 0]);
        assert_eq!(fields(i64::MAX, 1000), [""; 0]);
        assert_eq!(fields(0, 100), ["page"]);
        assert_eq!(fields(1, 1001), ["page_size"]);
        assert_eq!(fields(-1, 0), ["page", "page_size"]);
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let page: Page = serde_json::from_str("{}").expect("all is optional");
        assert_eq!(
            page,
            Page {
                page: 1,
                page_size: 100
            }
        );
        assert_eq!(page, Page::default());
    }

    #[test]
    fn a_page_is_a_part_of_the_whole() {
        let all: Vec<_> = (0..25).collect();
        let page = |page, page_size| Page { page, page_size }.of(&all);
        assert_eq!(page(1, 10), &all[..10]);
        assert_eq!(page(3, 10), &all[20..]);
        assert_eq!(page(4, 10), &[0; 0]);
        assert_eq!(page(i64::MAX, 1000), &[0; 0]);
    }

    #[test]
    fn settings_that_are_missing_are_all_named() {
        assert!(require_settings(&[("api_key", Some("x"))]).is_ok());
        let error = require_settings(&[("a", None), ("b", Some("x")), ("c", Some(""))]);
        let error = error.expect_err("two are missing");
        assert_eq!(error.message(), "this server was started without the settings `a`, `c`");
    }
}
