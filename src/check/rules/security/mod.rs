//! Rules on security: secrets in files, addresses, what clients are told, and checks that somebody switched off.
//!
//! Rust is read as Rust. Only the search for secrets reads text, because a secret may stand anywhere.

mod auth_not_mounted;
mod disabled_check;
mod env_file;
mod leaked_error;
mod open_bind;
mod secret;
mod unsafe_code;

use crate::check::rule::Rule;
use crate::check::rust;
use crate::check::view::{FileView, FleetView};

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[
    &secret::RULE,
    &env_file::RULE,
    &open_bind::RULE,
    &leaked_error::RULE,
    &auth_not_mounted::RULE,
    &unsafe_code::RULE,
    &disabled_check::RULE,
];

/// The Rust files of the base that are not as rendered and not there for tests.
fn base<'v, 'f>(fleet: &'v FleetView<'f>) -> impl Iterator<Item = (&'v FileView<'f>, &'v syn::File)> {
    let is_product = |path: &str| path.starts_with("base/") && !rust::is_test_file(&fleet.own, path);
    fleet.own.suspect_rust().filter(move |(file, _)| is_product(file.path))
}
