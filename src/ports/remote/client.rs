//! Clients of the stores, as the environment has them.
//!
//! Knows the settings of each service, and what of an endpoint may be shown. Asks nothing.

use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{BackoffConfig, ClientConfigKey, ObjectStore, RetryConfig};

use crate::ports::location::{Address, Service};

/// What the client is told about waiting; each within the limit of a request.
const CLIENT: [(ClientConfigKey, &str); 2] =
    [(ClientConfigKey::ConnectTimeout, "5 seconds"), (ClientConfigKey::Timeout, "10 seconds")];

/// A store with the words for its messages.
pub struct Client {
    pub store: Box<dyn ObjectStore>,
    /// Who is asked, for messages: `https://s3.eu-west-1.amazonaws.com`.
    pub endpoint: String,
    /// Whether the environment has credentials.
    pub is_known: bool,
}

impl Client {
    /// The client for an address, with the settings and credentials of the environment.
    ///
    /// # Errors
    ///
    /// A sentence without its subject, with its help: when the environment has settings that cannot be.
    pub fn of(address: &Address) -> Result<Self, String> {
        match address.service {
            Service::S3 => s3(&address.bucket),
            Service::Google => google(&address.bucket),
            Service::Azure => azure(&address.bucket),
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
}
