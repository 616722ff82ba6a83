//! What must not be copied or committed: values that look like secrets.
//!
//! Knows the words of keys and the shapes of tokens. There are two ways to ask. [`in_text`] would rather call a harmless
//! text a secret than the other way round, because whoever asks loses little by leaving it out. [`known`](shape::known)
//! and [`is_value`] say it of what nobody would take for anything else, because whoever is told must do something about it.

mod drawn;
mod guess;
mod key;
mod shape;
mod value;

pub use guess::in_text;
pub use key::{Key, is_called, key, names_one};
pub use shape::{Known, LOGIN, known, without};
pub use value::{is_given_in, is_reference, is_value};
