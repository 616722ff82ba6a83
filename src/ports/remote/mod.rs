//! An object in a store: Amazon S3 and what speaks its language, Google Cloud Storage, Azure Blob Storage.
//!
//! Knows how to read an object together with its version, and how to replace it only where it still has that version.
//! Knows bytes, not registries. Every wait has an end; nothing that is told has a secret in it.
//!
//! There is no lock: of many writers that read the same version the store lets one replace it, and the others are told
//! to read again. All of that rests on the store's word, and a store that does not know conditions may ignore them in
//! silence. So its word is tested before the first write of each connection, by a replacement that must be refused and
//! would change nothing if it were not.

mod client;
mod told;

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectStore as _, PutMode, PutOptions, PutPayload, UpdateVersion};
use tokio::runtime::Runtime;

use super::location::Address;
use super::read::MAX_BYTES;
use client::Client;
use told::is_without_bucket;

/// How long one request may take in all, with its repetitions.
const LIMIT: Duration = Duration::from_secs(15);

/// How long it may take where the environment has no credentials: then they are asked of the cloud's own machines, and
/// elsewhere nobody answers.
const LIMIT_WITHOUT_CREDENTIALS: Duration = Duration::from_secs(5);

/// A connection to the store of one object.
pub struct Remote {
    address: Address,
    path: Path,
    client: Client,
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

impl Remote {
    /// Prepares to ask the store; asks nothing yet. Its settings and credentials are those of the environment.
    ///
    /// # Errors
    ///
    /// A sentence without its subject, with its help: when the environment has settings that cannot be.
    pub fn connect(address: &Address) -> Result<Self, String> {
        // Not the first to do so is as good: the process has one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::of(address)?;
        let path = Path::parse(&address.key).map_err(|error| format!("cannot be named: {error}"))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot be asked for: {error}"))?;
        Ok(Self { address: address.clone(), path, client, is_tested: Cell::new(false), runtime: Some(runtime) })
    }

    /// The object's bytes and their version; `None` where there is no object.
    ///
    /// # Errors
    ///
    /// A sentence without its subject, with its help: when the store cannot be reached or refuses, the bucket does not
    /// exist, or the object is too large.
    pub fn read(&self) -> Result<Option<(Vec<u8>, Version)>, String> {
        let get = async {
            let found = self.client.store.get_opts(&self.path, GetOptions::default()).await?;
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
        let put = self.client.store.put_opts(&self.path, PutPayload::from(bytes.to_vec()), options);
        match self.wait(put) {
            Ok(Ok(_)) => Ok(true),
            Ok(Err(Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotModified { .. })) => Ok(false),
            Ok(Err(error)) => Err(self.told("written", &error)),
            Err(late) => Err(late + "\n  help: it may have been written all the same; asking again tells"),
        }
    }

    /// Waits for an answer, but not for ever.
    fn wait<T>(&self, answer: impl Future<Output = T>) -> Result<T, String> {
        let limit = if self.client.is_known { LIMIT } else { LIMIT_WITHOUT_CREDENTIALS };
        let runtime = self.runtime.as_ref().expect("it is only taken when this is dropped");
        runtime.block_on(async { tokio::time::timeout(limit, answer).await }).map_err(|_| {
            if self.client.is_known {
                format!("cannot be reached: `{}` did not answer within {} s", self.client.endpoint, limit.as_secs())
            } else {
                self.without_credentials()
            }
        })
    }
}
