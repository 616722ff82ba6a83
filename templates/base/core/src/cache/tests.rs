// Owned by mcpgen: edits are overwritten.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::{Cache, Found, Key, Store, StoreFuture};
use crate::metrics::Counter;

const TTL: Duration = Duration::from_mins(1);

/// A cache, and how often something ran behind it.
struct Fixture {
    cache: Cache<String, String>,
    runs: AtomicUsize,
}

impl Fixture {
    fn new(cache: Cache<String, String>) -> Arc<Self> {
        Arc::new(Self {
            cache,
            runs: AtomicUsize::new(0),
        })
    }

    fn in_memory() -> Arc<Self> {
        Self::new(Cache::in_memory())
    }

    /// One call, whose run takes a second and gives its number.
    async fn call(&self) -> (Found, Result<String, String>) {
        let (found, shared) = self
            .cache
            .get_or_run(key(), TTL, async {
                let run = self.runs.fetch_add(1, Ordering::SeqCst) + 1;
                sleep(Duration::from_secs(1)).await;
                Ok(run.to_string())
            })
            .await;
        (found, shared.map(|value| value.to_string()).map_err(|error| error.to_string()))
    }
}

fn key() -> Key {
    Key::new("tool", &json!({ "city": "Oslo" }))
}

fn answer(found: Found, text: &str) -> (Found, Result<String, String>) {
    (found, Ok(text.to_owned()))
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_kept_until_it_is_too_old() {
    let fixture = Fixture::in_memory();
    assert_eq!(fixture.call().await, answer(Found::Miss, "1"));
    assert_eq!(fixture.call().await, answer(Found::Hit, "1"));
    sleep(TTL).await;
    assert_eq!(fixture.call().await, answer(Found::Miss, "2"));
}

#[tokio::test(start_paused = true)]
async fn other_arguments_have_other_answers() {
    let fixture = Fixture::in_memory();
    assert_eq!(fixture.call().await.0, Found::Miss);
    let other = Key::new("tool", &json!({ "city": "Bergen" }));
    let (found, _) = fixture.cache.get_or_run(other, TTL, async { Ok(String::new()) }).await;
    assert_eq!(found, Found::Miss);
}

#[tokio::test(start_paused = true)]
async fn calls_at_the_same_time_share_one_run() {
    let fixture = Fixture::in_memory();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let fixture = Arc::clone(&fixture);
            tokio::spawn(async move { fixture.call().await })
        })
        .collect();
    let mut joined = 0;
    for call in calls {
        let (found, text) = call.await.expect("no panic");
        assert_eq!(text.as_deref(), Ok("1"));
        joined += usize::from(found == Found::Joined);
    }
    assert_eq!(joined, 49);
    assert_eq!(fixture.cache.flights.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn when_the_call_that_runs_is_cancelled_another_one_runs() {
    let fixture = Fixture::in_memory();
    let spawn = || {
        let fixture = Arc::clone(&fixture);
        tokio::spawn(async move { fixture.call().await })
    };
    let first = spawn();
    sleep(Duration::from_millis(500)).await;
    let (second, third) = (spawn(), spawn());
    sleep(Duration::from_millis(100)).await;
    first.abort();
    assert_eq!(second.await.expect("no panic"), answer(Found::Miss, "2"));
    assert_eq!(third.await.expect("no panic"), answer(Found::Joined, "2"));
    assert_eq!(fixture.cache.flights.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_cancelled_alone_leaves_nothing_behind() {
    let fixture = Fixture::in_memory();
    assert!(tokio::time::timeout(Duration::from_millis(10), fixture.call()).await.is_err());
    assert_eq!(fixture.cache.flights.len(), 0);
    assert_eq!(fixture.call().await, answer(Found::Miss, "2"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_run_leaves_nothing_behind() {
    let fixture = Fixture::in_memory();
    let broken = Arc::clone(&fixture);
    let broken = tokio::spawn(async move {
        broken.cache.get_or_run(key(), TTL, async { panic!("on purpose") }).await
    });
    assert!(broken.await.is_err_and(|error| error.is_panic()));
    assert_eq!(fixture.call().await, answer(Found::Miss, "1"));
}

#[tokio::test(start_paused = true)]
async fn errors_are_shared_but_not_kept() {
    let fixture = Fixture::in_memory();
    let fail = || {
        fixture.cache.get_or_run(key(), TTL, async {
            sleep(Duration::from_secs(1)).await;
            Err("down".to_owned())
        })
    };
    let (one, other) = tokio::join!(fail(), fail());
    assert_eq!((one.0, other.0), (Found::Miss, Found::Joined));
    assert_eq!(other.1.expect_err("it failed").as_str(), "down");
    assert_eq!(fixture.call().await, answer(Found::Miss, "1"));
}

/// A store in the test that can be switched off.
#[derive(Debug, Default)]
struct Shelf {
    texts: Mutex<HashMap<String, Vec<u8>>>,
    dead: AtomicBool,
    silent: AtomicBool,
    uses: AtomicUsize,
}

impl Shelf {
    async fn used(&self) -> Result<(), super::StoreError> {
        self.uses.fetch_add(1, Ordering::SeqCst);
        if self.silent.load(Ordering::SeqCst) {
            sleep(Duration::from_hours(1)).await;
        }
        if self.dead.load(Ordering::SeqCst) { Err("gone".into()) } else { Ok(()) }
    }
}

impl Store for Shelf {
    fn name(&self) -> &'static str {
        "shelf"
    }

    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            self.used().await?;
            Ok(self.texts.lock().expect("no panic").get(key).cloned())
        })
    }

    fn put<'a>(&'a self, key: &'a str, text: Vec<u8>, _: Duration) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.used().await?;
            self.texts.lock().expect("no panic").insert(key.to_owned(), text);
            Ok(())
        })
    }
}

fn stored() -> (Arc<Shelf>, Counter, Arc<Fixture>) {
    let (shelf, failures) = (Arc::new(Shelf::default()), Counter::default());
    let store = Arc::clone(&shelf) as Arc<dyn Store>;
    (shelf, failures.clone(), Fixture::new(Cache::in_store("weather_v2", store, failures)))
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_the_store_serves_every_replica() {
    let (shelf, failures, fixture) = stored();
    assert_eq!(fixture.call().await, answer(Found::Miss, "1"));
    assert_eq!(fixture.call().await, answer(Found::Hit, "1"));
    let store = Arc::clone(&shelf) as Arc<dyn Store>;
    let replica = Fixture::new(Cache::in_store("weather_v2", store, Counter::default()));
    assert_eq!(replica.call().await, answer(Found::Hit, "1"));
    let store = Arc::clone(&shelf) as Arc<dyn Store>;
    let stranger = Fixture::new(Cache::in_store("other_v2", store, Counter::default()));
    assert_eq!(stranger.call().await, answer(Found::Miss, "1"));
    let keys: Vec<_> = shelf.texts.lock().expect("no panic").keys().cloned().collect();
    assert!(keys.contains(&format!("weather_v2:{}", key())), "{keys:?}");
    assert_eq!(failures.get(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_dead_store_never_fails_a_call() {
    let (shelf, failures, fixture) = stored();
    shelf.dead.store(true, Ordering::SeqCst);
    assert_eq!(fixture.call().await, answer(Found::Miss, "1"));
    assert!(fixture.cache.is_degraded());
    assert_eq!(fixture.call().await, answer(Found::Hit, "1"), "memory stands in");
    assert_eq!((failures.get(), shelf.uses.load(Ordering::SeqCst)), (1, 1), "it is left alone");

    shelf.dead.store(false, Ordering::SeqCst);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(fixture.call().await, answer(Found::Miss, "2"), "the store is used again");
    assert!(!fixture.cache.is_degraded());
    assert_eq!(fixture.call().await, answer(Found::Hit, "2"));
}

#[tokio::test(start_paused = true)]
async fn a_silent_store_costs_little() {
    let (shelf, failures, fixture) = stored();
    shelf.silent.store(true, Ordering::SeqCst);
    let start = tokio::time::Instant::now();
    assert_eq!(fixture.call().await, answer(Found::Miss, "1"));
    assert_eq!(start.elapsed(), Duration::from_millis(1250));
    assert_eq!(failures.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_text_that_is_no_answer_counts_as_not_there() {
    let (shelf, failures, fixture) = stored();
    let name = format!("weather_v2:{}", key());
    shelf.texts.lock().expect("no panic").insert(name, b"{broken".to_vec());
    assert_eq!(fixture.call().await, answer(Found::Miss, "1"));
    assert_eq!(fixture.call().await, answer(Found::Hit, "1"));
    assert_eq!(failures.get(), 0);
}
