// Owned by mcpgen: edits are overwritten.
//! The store by itself.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use mcp_base::{Store, exit};

use super::process::Process;
use crate::open;

const TTL: Duration = Duration::from_mins(1);

/// Waits until the store can be used.
async fn ready(store: &dyn Store) {
    let started = Instant::now();
    while let Err(error) = store.get("ready").await {
        assert!(started.elapsed() < Duration::from_secs(10), "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
#[ignore = "needs `redis-server`"]
async fn a_text_is_kept_for_its_time() {
    let redis = Process::start();
    let store = open(&redis.url()).expect("a store");
    ready(&*store).await;
    assert_eq!(store.get("weather_v2:tool:1").await.expect("Redis is there"), None);
    let text = b"{\"bytes\": \xff}".to_vec();
    store.put("weather_v2:tool:1", text.clone(), TTL).await.expect("Redis is there");
    assert_eq!(store.get("weather_v2:tool:1").await.expect("Redis is there"), Some(text));

    let short = Duration::from_millis(50);
    store.put("weather_v2:tool:2", b"{}".to_vec(), short).await.expect("Redis is there");
    tokio::time::sleep(2 * short).await;
    assert_eq!(store.get("weather_v2:tool:2").await.expect("Redis is there"), None);
}

#[tokio::test]
#[ignore = "needs `redis-server`"]
async fn replicas_share_what_is_kept() {
    let redis = Process::start();
    let (one, other) = (open(&redis.url()).expect("a store"), open(&redis.url()).expect("a store"));
    ready(&*one).await;
    one.put("key", b"text".to_vec(), TTL).await.expect("Redis is there");
    assert_eq!(other.get("key").await.expect("Redis is there"), Some(b"text".to_vec()));
}

#[tokio::test]
#[ignore = "needs `redis-server`"]
async fn a_redis_that_was_gone_is_used_again() {
    let mut redis = Process::start();
    let store = open(&redis.url()).expect("a store");
    ready(&*store).await;
    for _ in 0..2 {
        redis.kill();
        let started = Instant::now();
        store.get("key").await.expect_err("Redis is gone");
        store.put("key", b"text".to_vec(), TTL).await.expect_err("Redis is gone");
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        redis.restart();
        ready(&*store).await;
        assert_eq!(store.get("key").await.expect("Redis is there"), None, "it is empty");
        store.put("key", b"text".to_vec(), TTL).await.expect("Redis is there");
        assert_eq!(store.get("key").await.expect("Redis is there"), Some(b"text".to_vec()));
    }
}

#[tokio::test]
#[ignore = "needs `redis-server`"]
async fn a_connection_that_was_lost_meanwhile_goes_unnoticed() {
    let mut redis = Process::start();
    let (one, other) = (open(&redis.url()).expect("a store"), open(&redis.url()).expect("a store"));
    ready(&*one).await;
    ready(&*other).await;
    redis.kill();
    redis.restart();
    ready(&*one).await;
    assert_eq!(other.get("key").await.expect("Redis is there again"), None);
}

#[tokio::test]
async fn opening_waits_for_nobody() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let url = format!("redis://:hunter2@{}/0", port.expect("a free port"));
    let store = open(&url).expect("a store");
    let error = store.get("key").await.expect_err("nobody is there").to_string();
    assert!(!error.contains("hunter2"), "{error}");
    assert_eq!((store.name(), format!("{store:?}").as_str()), ("redis", "Redis"));
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_repeating_it() {
    for url in ["redis://", "redis://:hunter2@redis:port/0", "rediss://:hunter2@redis:6379/0"] {
        let error = open(url).expect_err(url);
        assert_eq!(error.exit_code(), exit::SETTINGS);
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
