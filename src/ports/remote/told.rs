//! What went wrong with a store, in words: sentences without their subject, with their help.
//!
//! What the client says is not shown as it is: it may have more in it than people should see.

use std::error::Error as _;

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

use super::Remote;
use crate::ports::location::Service;

impl Remote {
    /// What went wrong, in a sentence without its subject. What the client says is not shown as it is: it may have
    /// more in it than people should see.
    pub(super) fn told(&self, action: &str, error: &Error) -> String {
        let is_write = action == "written";
        let endpoint = &self.client.endpoint;
        let said = error.to_string();
        if let Some(error) = transport(error) {
            let cause = root(error);
            return match error.kind() {
                _ if !self.client.is_known => self.without_credentials(),
                HttpErrorKind::Connect => format!(
                    "cannot be reached: there is no connection to `{endpoint}`: {cause}\n  help: check the network and \
                     the endpoint, which {} can set",
                    self.endpoint_variable()
                ),
                _ => format!("cannot be {action}: the connection to `{endpoint}` failed: {cause}"),
            };
        }
        let status = status(&said);
        let answer = match (status, element(&said, "Code")) {
            (Some(status), Some(code)) => format!("`{status}`, `{code}`"),
            (Some(status), None) => format!("`{status}`"),
            (None, _) => "what this program does not understand".into(),
        };
        if is_without_bucket(&said) {
            return format!(
                "is in a bucket that does not exist: `{}` does not know `{}`\n  help: make the bucket first",
                endpoint, self.address.bucket
            );
        }
        let is_unsupported = matches!(error, Error::NotImplemented { .. } | Error::NotSupported { .. })
            || status.is_some_and(|status| status.starts_with("501"));
        if is_unsupported && is_write {
            return self.unfit("does not know conditional writes");
        }
        if !self.client.is_known {
            return self.without_credentials();
        }
        if matches!(error, Error::PermissionDenied { .. } | Error::Unauthenticated { .. }) {
            return format!(
                "may not be {action}: `{endpoint}` answered {answer}\n  help: check the credentials in the environment, \
                 and that they may read and write this object and list its bucket"
            );
        }
        format!("cannot be {action}: `{endpoint}` answered {answer}")
    }

    /// A store that a registry would not be safe in.
    pub(super) fn unfit(&self, why: &str) -> String {
        format!(
            "cannot be kept safely at `{}`, which {why}: two writers at once would lose what one of them wrote\n  help: \
             use a store with conditional writes (`If-Match` and `If-None-Match`)",
            self.client.endpoint
        )
    }

    pub(super) fn without_credentials(&self) -> String {
        let variables = match self.address.service {
            Service::S3 => "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
            Service::Google => "`GOOGLE_APPLICATION_CREDENTIALS`",
            Service::Azure => "`AZURE_STORAGE_ACCOUNT_NAME` and `AZURE_STORAGE_ACCOUNT_KEY`",
        };
        format!(
            "cannot be reached: the environment has no credentials for `{}`\n  help: set {variables}; the README names \
             all that is read",
            self.client.endpoint
        )
    }

    fn endpoint_variable(&self) -> &'static str {
        match self.address.service {
            Service::S3 => "`AWS_ENDPOINT_URL`",
            Service::Google => "`GOOGLE_BASE_URL`",
            Service::Azure => "`AZURE_STORAGE_ENDPOINT`",
        }
    }
}

/// Whether an answer of 404 is about the bucket and not about the object.
pub(super) fn is_without_bucket(said: &str) -> bool {
    ["NoSuchBucket", "ContainerNotFound"].iter().any(|code| said.contains(code))
}

/// The failure on the way to the store, if that is what it was.
fn transport(error: &Error) -> Option<&HttpError> {
    let mut next = error.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The innermost cause, which is of the system or of TLS: `Connection refused (os error 111)`.
fn root(error: &HttpError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// The status in what the client said: `403 Forbidden`.
fn status(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("status code: ")?;
    let status = rest.split(':').next()?;
    (status.len() < 50).then_some(status)
}

/// The text of an XML element in what the client said, if it is a word.
fn element<'a>(said: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = said.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once('<')?;
    (text.len() < 50 && text.chars().all(|c| c.is_ascii_alphanumeric())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_store_answered_is_found_in_what_the_client_says() {
        let said = "Error performing PUT http://host/b/k in 1ms - Server returned non-2xx status code: 403 Forbidden: \
                    <?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
        assert_eq!((status(said), element(said, "Code")), (Some("403 Forbidden"), Some("AccessDenied")));
        assert_eq!((status("nothing"), element("nothing", "Code")), (None, None));
        assert_eq!(element("<Code>two words</Code>", "Code"), None);
    }
}
