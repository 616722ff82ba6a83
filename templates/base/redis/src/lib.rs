// Owned by mcpgen: edits are overwritten.
//! A cache in Redis, which the replicas of a server share: `CACHE_URL=redis://HOST:PORT/DATABASE`.
//!
//! It knows two commands of Redis. It does not know what happens when Redis is gone: the cache of
//! the base then keeps answers in memory. There is no TLS in it, and so no `rediss://`: a cache
//! belongs into the same private network as the server.

use std::sync::Arc;
use std::time::Duration;

use mcp_base::{Extension, StartError, Store, StoreFuture, exit};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, RedisResult};

/// Redis answers within a millisecond; a cache that takes longer than this is none.
const TIMEOUT: Duration = Duration::from_millis(200);

/// Serves a `CACHE_URL` of the scheme `redis`.
#[must_use]
pub fn extension() -> Extension {
    Extension::new("redis").store(&["redis"], open)
}

/// Opens the store; it connects when it is used first, and again when the connection is lost.
fn open(url: &str) -> Result<Arc<dyn Store>, StartError> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(TIMEOUT))
        .set_response_timeout(Some(TIMEOUT))
        .set_number_of_retries(0);
    let manager = Client::open(url)
        .and_then(|client| ConnectionManager::new_lazy_with_config(client, config))
        // What is wrong may quote the password.
        .map_err(|_| {
            StartError::new(
                "`CACHE_URL` is not an address such as `redis://:PASSWORD@redis:6379/0`",
            )
            .with_code(exit::SETTINGS)
        })?;
    Ok(Arc::new(Redis(manager)))
}

/// One connection, which all calls share; requests are sent without waiting for each other.
struct Redis(ConnectionManager);

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redis")
    }
}

impl Redis {
    /// Sends a command, and once more where the connection was lost since the last one: whoever
    /// finds that out opens a new one.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let answer = command.query_async(&mut self.0.clone()).await;
        match answer {
            Err(error) if error.is_unrecoverable_error() && !error.is_timeout() => {
                command.query_async(&mut self.0.clone()).await
            }
            answer => answer,
        }
    }
}

impl Store for Redis {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move { Ok(self.ask(&Cmd::get(key)).await?) })
    }

    fn put<'a>(&'a self, key: &'a str, text: Vec<u8>, ttl: Duration) -> StoreFuture<'a, ()> {
        let milliseconds = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1);
        Box::pin(async move { Ok(self.ask(&Cmd::pset_ex(key, text, milliseconds)).await?) })
    }
}

#[cfg(test)]
mod tests;
