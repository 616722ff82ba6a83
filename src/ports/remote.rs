//! An object in a store: Amazon S3 and what speaks its language, Google Cloud Storage, Azure Blob Storage.
//!
//! Knows how to read an object together with its version, and how to replace it only where it still has that version.
//! Knows bytes, not registries. Every wait has an end; nothing that is told has a secret in it.
//!
//! There is no lock: of many writers that read the same version the store lets one replace it, and the others are told
//! to read again. All of that rests on the store's word, and a store that does not know conditions may ignore them in
//! silence. So its word is tested before the first write of each connection, by a replacement that must be refused and
//! would change nothing if it were not.

use std::cell::Cell;
use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::client::{HttpError, HttpErrorKind};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientConfigKey, Error, GetOptions, ObjectStore, PutMode, PutOptions, PutPayload, RetryConfig,
    UpdateVersion,
};
use tokio::runtime::Runtime;

use super::location::{Address, Service};
use super::read::MAX_BYTES;

/// How long one request may take in all, with its repetitions.
const LIMIT: Duration = Duration::from_secs(15);

/// How long it may take where the environment has no credentials: then they are asked of the cloud's own machines, and
/// elsewhere nobody answers.
const LIMIT_WITHOUT_CREDENTIALS: Duration = Duration::from_secs(5);

/// What the client is told about waiting; each within [`LIMIT`].
const CLIENT: [(ClientConfigKey, &str); 2] =
    [(ClientConfigKey::ConnectTimeout, "5 seconds"), (ClientConfigKey::Timeout, "10 seconds")];

/// A connection to the store of one object.
pub struct Remote {
    address: Address,
    path: Path,
    store: Box<dyn ObjectStore>,
    /// Who is asked, for messages: `https://s3.eu-west-1.amazonaws.com`.
    endpoint: String,
    /// Whether the environment has credentials.
    is_known: bool,
    /// Whether the store has shown that it refuses what it should.
    is_tested: Cell<bool>,
    /// Only taken when this is dropped.
    runtime: Option<Runtime>,
}

/// Which of the object's contents was read.
pub type Version = UpdateVersion;

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The store has the credentials.
        f.debug_struct("Remote").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A name server that does not answer is not waited for.
            runtime.shutdown_background();
        }
    }
}

/// A store with the words for its messages.
struct Client {
    store: Box<dyn ObjectStore>,
    endpoint: String,
    is_known: bool,
}

impl Remote {
    /// Prepares to ask the store; asks nothing yet. Its settings and credentials are those of the environment.
    ///
    /// # Errors
    ///
    /// A sentence without its subject, with its help: when the environment has settings that cannot be.
    pub fn connect(address: &Address) -> Result<Self, String> {
        // Not the first to do so is as good: the process has one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = match address.service {
            Service::S3 => s3(&address.bucket),
            Service::Google => google(&address.bucket),
            Service::Azure => azure(&address.bucket),
        }?;
        let path = Path::parse(&address.key).map_err(|error| format!("cannot be named: {error}"))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot be asked for: {error}"))?;
        Ok(Self {
            address: address.clone(),
            path,
            store: client.store,
            endpoint: client.endpoint,
            is_known: client.is_known,
            is_tested: Cell::new(false),
            runtime: Some(runtime),
        })
    }

    /// The object's bytes and their version; `None` where there is no object.
    ///
    /// # Errors
    ///
    /// A sentence without its subject, with its help: when the store cannot be reached or refuses, the bucket does not
    /// exist, or the object is too large.
    pub fn read(&self) -> Result<Option<(Vec<u8>, Version)>, String> {
        let get = async {
            let found = self.store.get_opts(&self.path, GetOptions::default()).await?;
            if found.meta.size > MAX_BYTES {
                return Ok(None);
            }
            let version = UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
            // The client takes no more bytes than the size that was told.
            Ok(Some((found.bytes().await?.to_vec(), version)))
        };
        match self.wait(get)? {
            Ok(Some((_, version))) if version.e_tag.is_none() && version.version.is_none() => {
                Err(self.unfit("tells no version of it"))
            }
            Ok(Some(found)) => Ok(Some(found)),
            Ok(None) => Err(format!("has more than {} MB: that is no registry", MAX_BYTES / 1_000_000)),
            Err(Error::NotFound { source, .. }) if !is_without_bucket(&source.to_string()) => Ok(None),
            Err(error) => Err(self.told("read", &error)),
        }
    }

    /// Makes the object where there is none; where there is one by now, that one stays.
    ///
    /// # Errors
    ///
    /// As [`Remote::replace`].
    pub fn create(&self, bytes: &[u8]) -> Result<(), String> {
        // The second one must be refused: that is the test.
        if self.put(bytes, PutMode::Create)? && self.put(bytes, PutMode::Create)? {
            return Err(self.unfit("replaces an object that it was told to make only if there is none"));
        }
        Ok(())
    }

    /// Replaces what was read; `false` where it has been replaced by others since.
    ///
    /// # Errors
    ///
    /// A sentence without its subject, with its help: when the store cannot be reached, refuses, or does not know
    /// conditions. Where an answer was lost, it may have been replaced all the same; the sentence says so.
    pub fn replace(&self, (old, version): (&[u8], &Version), new: &[u8]) -> Result<bool, String> {
        if !self.is_tested.get() {
            // No object ever has this version. A store that ignores that writes what is there already.
            let never = UpdateVersion {
                e_tag: Some("\"00000000000000000000000000000000\"".into()),
                version: version.version.is_some().then(|| "1".into()),
            };
            if self.put(old, PutMode::Update(never))? {
                return Err(self.unfit("replaces an object whatever version it was told to replace"));
            }
            self.is_tested.set(true);
        }
        self.put(new, PutMode::Update(version.clone()))
    }

    /// Writes under a condition; `false` where it was not met.
    fn put(&self, bytes: &[u8], mode: PutMode) -> Result<bool, String> {
        let options = PutOptions { mode, ..PutOptions::default() };
        let put = self.store.put_opts(&self.path, PutPayload::from(bytes.to_vec()), options);
        match self.wait(put) {
            Ok(Ok(_)) => Ok(true),
            Ok(Err(Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotModified { .. })) => Ok(false),
            Ok(Err(error)) => Err(self.told("written", &error)),
            Err(late) => Err(late + "\n  help: it may have been written all the same; asking again tells"),
        }
    }

    /// Waits for an answer, but not for ever.
    fn wait<T>(&self, answer: impl Future<Output = T>) -> Result<T, String> {
        let limit = if self.is_known { LIMIT } else { LIMIT_WITHOUT_CREDENTIALS };
        let runtime = self.runtime.as_ref().expect("it is only taken when this is dropped");
        runtime.block_on(async { tokio::time::timeout(limit, answer).await }).map_err(|_| {
            if self.is_known {
                format!("cannot be reached: `{}` did not answer within {} s", self.endpoint, limit.as_secs())
            } else {
                self.without_credentials()
            }
        })
    }

    /// What went wrong, in a sentence without its subject. What the client says is not shown as it is: it may have
    /// more in it than people should see.
    fn told(&self, action: &str, error: &Error) -> String {
        let is_write = action == "written";
        let endpoint = &self.endpoint;
        let said = error.to_string();
        if let Some(error) = transport(error) {
            let cause = root(error);
            return match error.kind() {
                _ if !self.is_known => self.without_credentials(),
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
        if !self.is_known {
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
    fn unfit(&self, why: &str) -> String {
        format!(
            "cannot be kept safely at `{}`, which {why}: two writers at once would lose what one of them wrote\n  help: \
             use a store with conditional writes (`If-Match` and `If-None-Match`)",
            self.endpoint
        )
    }

    fn without_credentials(&self) -> String {
        let variables = match self.address.service {
            Service::S3 => "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
            Service::Google => "`GOOGLE_APPLICATION_CREDENTIALS`",
            Service::Azure => "`AZURE_STORAGE_ACCOUNT_NAME` and `AZURE_STORAGE_ACCOUNT_KEY`",
        };
        format!(
            "cannot be reached: the environment has no credentials for `{}`\n  help: set {variables}; the README names \
             all that is read",
            self.endpoint
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

fn s3(bucket: &str) -> Result<Client, String> {
    use AmazonS3ConfigKey as Key;
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry());
    for (key, value) in CLIENT {
        builder = builder.with_config(Key::Client(key), value);
    }
    let region = builder.get_config_value(&Key::Region).unwrap_or_else(|| "us-east-1".into());
    let endpoint = builder.get_config_value(&Key::S3Endpoint).or_else(|| builder.get_config_value(&Key::Endpoint));
    let endpoint = endpoint.unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com"));
    let allows_http = builder.get_config_value(&Key::Client(ClientConfigKey::AllowHttp));
    let endpoint = shown(&endpoint, allows_http.as_deref(), "AWS_ALLOW_HTTP")?;
    let sources = [
        Key::AccessKeyId,
        Key::SecretAccessKey,
        Key::WebIdentityTokenFile,
        Key::ContainerCredentialsRelativeUri,
        Key::ContainerCredentialsFullUri,
    ];
    let is_known = sources.iter().any(|key| builder.get_config_value(key).is_some())
        || builder.get_config_value(&Key::SkipSignature).as_deref() == Some("true");
    let store = builder.build().map_err(|_| unusable("AWS_"))?;
    Ok(Client { store: Box::new(store), endpoint, is_known })
}

fn google(bucket: &str) -> Result<Client, String> {
    use GoogleConfigKey as Key;
    let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(retry());
    for (key, value) in CLIENT {
        builder = builder.with_config(Key::Client(key), value);
    }
    let endpoint = builder.get_config_value(&Key::BaseUrl).unwrap_or_else(|| "https://storage.googleapis.com".into());
    let allows_http = builder.get_config_value(&Key::Client(ClientConfigKey::AllowHttp));
    let endpoint = shown(&endpoint, allows_http.as_deref(), "GOOGLE_ALLOW_HTTP")?;
    let store = builder.build().map_err(|_| unusable("GOOGLE_"))?;
    // Credentials may also lie where Google's own tools put them, so none in the environment tells nothing.
    Ok(Client { store: Box::new(store), endpoint, is_known: true })
}

fn azure(container: &str) -> Result<Client, String> {
    use AzureConfigKey as Key;
    let mut builder = MicrosoftAzureBuilder::from_env().with_container_name(container).with_retry(retry());
    for (key, value) in CLIENT {
        builder = builder.with_config(Key::Client(key), value);
    }
    let is_emulator = builder.get_config_value(&Key::UseEmulator).as_deref() == Some("true");
    let account = builder.get_config_value(&Key::AccountName).unwrap_or_default();
    let endpoint = match builder.get_config_value(&Key::Endpoint) {
        _ if is_emulator => "the storage emulator".into(),
        Some(endpoint) => endpoint,
        None => format!("https://{account}.blob.core.windows.net"),
    };
    let allows_http = builder.get_config_value(&Key::Client(ClientConfigKey::AllowHttp));
    let endpoint = shown(&endpoint, allows_http.as_deref(), "AZURE_ALLOW_HTTP")?;
    let sources = [Key::AccessKey, Key::SasKey, Key::Token, Key::ClientId, Key::FederatedTokenFile, Key::MsiEndpoint];
    let flags = [Key::UseAzureCli, Key::SkipSignature];
    let is_known = is_emulator
        || sources.iter().any(|key| builder.get_config_value(key).is_some())
        || flags.iter().any(|key| builder.get_config_value(key).as_deref() == Some("true"));
    let store = builder.build().map_err(|_| unusable("AZURE_"))?;
    Ok(Client { store: Box::new(store), endpoint, is_known })
}

/// An endpoint without whatever could be a secret in it. One without TLS must be asked for.
fn shown(endpoint: &str, allows_http: Option<&str>, variable: &str) -> Result<String, String> {
    let (scheme, rest) = endpoint.split_once("://").unwrap_or(("", endpoint));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let shown = if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") };
    if scheme == "http" && allows_http != Some("true") {
        return Err(format!(
            "cannot be reached safely: `{shown}` is without TLS\n  help: use `https://`, or set `{variable}=true` on a \
             network that nobody else is in"
        ));
    }
    Ok(shown)
}

/// That a client cannot be made. Its own words are not told: they quote keys, and endpoints with whatever is in them.
fn unusable(prefix: &str) -> String {
    format!(
        "cannot be reached with the settings of the environment\n  help: check the variables that begin with `{prefix}`; \
         the README names them"
    )
}

/// Repetitions of what failed on the way; a condition that is not met is no failure.
fn retry() -> RetryConfig {
    let backoff =
        BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(2), base: 2. };
    RetryConfig { backoff, max_retries: 4, retry_timeout: Duration::from_secs(8) }
}

/// Whether an answer of 404 is about the bucket and not about the object.
fn is_without_bucket(said: &str) -> bool {
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
    fn endpoints_are_shown_without_secrets_and_need_tls_unless_asked_otherwise() {
        assert_eq!(shown("https://me:hunter2@host:9000/path?sig=hunter2", None, "X").unwrap(), "https://host:9000");
        assert_eq!(shown("http://127.0.0.1:9000", Some("true"), "X").unwrap(), "http://127.0.0.1:9000");
        let error = shown("http://me:hunter2@host", None, "AWS_ALLOW_HTTP").unwrap_err();
        assert!(error.contains("set `AWS_ALLOW_HTTP=true`") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn what_the_store_answered_is_found_in_what_the_client_says() {
        let said = "Error performing PUT http://host/b/k in 1ms - Server returned non-2xx status code: 403 Forbidden: \
                    <?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
        assert_eq!((status(said), element(said, "Code")), (Some("403 Forbidden"), Some("AccessDenied")));
        assert_eq!((status("nothing"), element("nothing", "Code")), (None, None));
        assert_eq!(element("<Code>two words</Code>", "Code"), None);
    }
}
