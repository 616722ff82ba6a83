//! Where a registry is: a file, or an object in a store.
//!
//! Knows how locations are spelled, and keeps secrets out of them. Knows neither disks nor stores.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::text;

/// Where a registry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file on this machine, or in a file system that it shares with others.
    File(PathBuf),
    /// An object in a store that others reach over the network.
    Object(Address),
}

/// An object in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The kind of store.
    pub service: Service,
    /// The bucket, which Azure calls a container.
    pub bucket: String,
    /// The object's name in it.
    pub key: String,
}

/// A kind of object store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Amazon S3, and everything that speaks its language.
    S3,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
}

/// Why a text is no location: a sentence with its help, and without whatever could be a secret in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationError(String);

impl fmt::Display for LocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LocationError {}

impl Service {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::S3, Self::Google, Self::Azure];

    /// What its locations begin with.
    #[must_use]
    pub fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Google => "gs",
            Self::Azure => "az",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}/{}", self.service.scheme(), self.bucket, self.key)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Object(address) => write!(f, "{address}"),
        }
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl Location {
    /// Reads a location: a path, which is taken from `folder` on where it is not absolute, or `SCHEME://…`.
    ///
    /// # Errors
    ///
    /// When the scheme is unknown, no object is named, or there is something in it that could be a secret: credentials
    /// come from the environment, because locations are written into files and messages.
    pub fn parse(given: &Path, folder: &Path) -> Result<Self, LocationError> {
        let Some((scheme, rest)) = given.to_str().and_then(split) else { return Ok(Self::File(folder.join(given))) };
        let scheme = scheme.to_ascii_lowercase();
        if scheme == "file" {
            return file(rest);
        }
        if rest.contains(['@', '?', '#']) {
            return Err(LocationError(format!(
                "the location of the registry, which begins with `{scheme}://`, has an `@`, `?` or `#` in it\n  help: \
                 write `{scheme}://BUCKET/NAME.json` alone; credentials and options come from the environment"
            )));
        }
        let given = format!("{scheme}://{rest}").escape_debug().to_string();
        let Some(service) = Service::ALL.into_iter().find(|service| service.scheme() == scheme) else {
            let schemes = Service::ALL.map(|service| format!("{}://", service.scheme()));
            let known = text::any_of(&schemes.each_ref().map(String::as_str));
            let why = if matches!(scheme.as_str(), "http" | "https") {
                "cannot hold a registry: over plain HTTP nothing keeps two writers apart"
            } else {
                "is of no kind that can hold a registry"
            };
            return Err(LocationError(format!("`{given}` {why}\n  help: it is a path, `file://`, {known}")));
        };
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let wrong = |why: &str| {
            Err(LocationError(format!(
                "`{given}` {why}\n  help: name the object: `{scheme}://BUCKET/NAME.json`, with letters, digits, `-`, `_` \
                 and `.` in its names"
            )))
        };
        if bucket.is_empty() || !bucket.chars().all(is_plain) {
            return wrong("names no bucket");
        }
        if key.is_empty() || key.ends_with('/') {
            return wrong("names no object");
        }
        if key.split('/').any(|part| matches!(part, "" | "." | "..") || !part.chars().all(|c| is_plain(c) || c == '='))
        {
            return wrong("cannot be the name of an object");
        }
        Ok(Self::Object(Address { service, bucket: bucket.to_owned(), key: key.to_owned() }))
    }

    /// As it can be parsed again, from any folder if it was absolute.
    #[must_use]
    pub fn spelled(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Object(address) => address.to_string().into(),
        }
    }
}

/// Characters that no store and no URL reads as anything but themselves.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// The scheme of a URL and what comes after `://`; `None` for a path.
fn split(given: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = given.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some((scheme, rest))
}

/// The path that a `file://` URL means.
fn file(rest: &str) -> Result<Location, LocationError> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    if !path.starts_with('/') {
        return Err(LocationError(
            "a location that begins with `file://` needs an absolute path behind it\n  help: write \
             `file:///folder/ports.json`, or the path alone"
                .into(),
        ));
    }
    let decoded = decode(path).ok_or_else(|| {
        LocationError(format!(
            "`file://{}` is not valid: a `%` begins two hexadecimal digits in it\n  help: write the path alone",
            path.escape_debug()
        ))
    })?;
    // `file:///C:/ports.json`
    let is_drive = cfg!(windows) && decoded.as_bytes().get(2) == Some(&b':');
    Ok(Location::File(PathBuf::from(if is_drive { &decoded[1..] } else { &decoded })))
}

/// Turns `%20` and its like into what they stand for.
fn decode(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(given: &str) -> Result<Location, LocationError> {
        Location::parse(Path::new(given), Path::new("/fleet"))
    }

    #[test]
    fn paths_are_paths_and_begin_at_the_folder() {
        for (given, path) in [
            ("ports.json", "/fleet/ports.json"),
            ("../ports.json", "/fleet/../ports.json"),
            ("/etc/ports.json", "/etc/ports.json"),
            ("s3:/bucket/ports.json", "/fleet/s3:/bucket/ports.json"),
            ("a b://c", "/fleet/a b://c"),
            ("://c", "/fleet/://c"),
            ("file:///srv/ports.json", "/srv/ports.json"),
            ("FILE://localhost/srv/ports.json", "/srv/ports.json"),
            ("file:///srv/two%20words%C3%A9.json", "/srv/two wordsé.json"),
        ] {
            assert_eq!(parse(given), Ok(Location::File(path.into())), "{given}");
        }
    }

    #[test]
    fn objects_have_a_bucket_and_a_name_and_are_shown_as_they_were_given() {
        for (given, service, bucket, key) in [
            ("s3://fleet/ports.json", Service::S3, "fleet", "ports.json"),
            ("gs://our.fleet/a/b-c/ports_v2.json", Service::Google, "our.fleet", "a/b-c/ports_v2.json"),
            ("az://fleet/team=a/ports.json", Service::Azure, "fleet", "team=a/ports.json"),
        ] {
            let location = parse(given).unwrap();
            assert_eq!(location, Location::Object(Address { service, bucket: bucket.into(), key: key.into() }));
            assert_eq!(location.to_string(), given);
            assert_eq!(Location::parse(&location.spelled(), Path::new("/elsewhere")), Ok(location));
        }
        assert_eq!(parse("S3://fleet/ports.json").unwrap().to_string(), "s3://fleet/ports.json");
    }

    #[test]
    fn what_is_no_location_is_told() {
        for (given, why) in [
            ("s3://", "names no bucket"),
            ("s3:///ports.json", "names no bucket"),
            ("s3://fleet", "names no object"),
            ("s3://fleet/", "names no object"),
            ("s3://fleet/folder/", "names no object"),
            ("s3://fleet//ports.json", "cannot be the name of an object"),
            ("s3://fleet/../ports.json", "cannot be the name of an object"),
            ("s3://fleet/a%2Fb.json", "cannot be the name of an object"),
            ("s3://fleet/a b.json", "cannot be the name of an object"),
            ("s3://fleet/a\nb.json", "`s3://fleet/a\\nb.json` cannot be the name"),
            ("https://host/ports.json", "over plain HTTP nothing keeps two writers apart"),
            ("ftp://host/ports.json", "`ftp://host/ports.json` is of no kind that can hold a registry"),
            ("ftp://host/ports.json", "help: it is a path, `file://`, `s3://`, `gs://` or `az://`"),
            ("file://ports.json", "needs an absolute path"),
            ("file:///a%2", "is not valid"),
            ("file:///a%+1b", "is not valid"),
            ("file:///a%00b", "is not valid"),
            ("file:///a%é", "is not valid"),
        ] {
            let error = parse(given).unwrap_err().to_string();
            assert!(error.contains(why), "{given}: {error}");
            assert!(error.contains("\n  help: "), "{given}: {error}");
        }
    }

    #[test]
    fn what_could_be_a_secret_is_neither_taken_nor_repeated() {
        for given in [
            "s3://key:hunter2@fleet/ports.json",
            "s3://key:hun/hunter2@fleet/ports.json",
            "az://fleet/ports.json?sig=hunter2",
            "https://me:hunter2@host/ports.json",
            "gs://fleet/ports.json#hunter2",
        ] {
            let error = parse(given).unwrap_err().to_string();
            assert!(error.contains("from the environment") && !error.contains("hunter2"), "{error}");
        }
    }
}
