// Owned by mcpgen: edits are overwritten.
//! A Redis as far as a cache needs one: keeps what it is given, and shows what it keeps.
//!
//! It speaks RESP 2 on a port of its own, so no test needs an installed Redis. It does not forget
//! what has expired: no test waits that long.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

type Entries = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A Redis that lives as long as its test.
#[derive(Debug)]
pub struct Redis {
    address: SocketAddr,
    entries: Entries,
    task: JoinHandle<()>,
}

impl Redis {
    /// Starts an empty one.
    pub async fn start() -> Self {
        let listener = match TcpListener::bind(("127.0.0.1", 0)).await {
            Ok(listener) => listener,
            Err(error) => panic!("the Redis of the test has no port: {error}"),
        };
        let address = match listener.local_addr() {
            Ok(address) => address,
            Err(error) => panic!("the Redis of the test has no address: {error}"),
        };
        let entries = Entries::default();
        let task = tokio::spawn(serve(listener, Arc::clone(&entries)));
        Self {
            address,
            entries,
            task,
        }
    }

    /// What the setting `CACHE_URL` has to be.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}/0", self.address)
    }

    /// The keys that it keeps, sorted.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        lock(&self.entries).keys().cloned().collect()
    }

    /// Ends all connections, and nobody listens at its address any longer.
    pub async fn go_down(&self) {
        self.task.abort();
        while TcpStream::connect(self.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, entries: Entries) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let entries = Arc::clone(&entries);
        // A client that goes away ends its connection, and no more.
        connections.spawn(async move {
            let _ = converse(stream, entries).await;
        });
    }
}

async fn converse(stream: TcpStream, entries: Entries) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(command) = command(&mut stream).await? {
        let answer = answer(&command, &entries);
        stream.write_all(&answer).await?;
    }
    Ok(())
}

/// A command is a list of texts, each with its length: `*2\r\n$3\r\nGET\r\n$1\r\na\r\n`.
async fn command(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Vec<Vec<u8>>>> {
    let Some(count) = length(stream, '*').await? else { return Ok(None) };
    let mut words = Vec::new();
    for _ in 0..count {
        let Some(length) = length(stream, '$').await? else { return Ok(None) };
        let mut word = vec![0; length + 2];
        stream.read_exact(&mut word).await?;
        word.truncate(length);
        words.push(word);
    }
    Ok(Some(words))
}

async fn length(stream: &mut BufReader<TcpStream>, mark: char) -> std::io::Result<Option<usize>> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    Ok(line.strip_prefix(mark).and_then(|length| length.trim().parse().ok()))
}

fn answer(command: &[Vec<u8>], entries: &Entries) -> Vec<u8> {
    let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    match command {
        [name, key] if name.eq_ignore_ascii_case(b"GET") => match lock(entries).get(&text(key)) {
            Some(value) => [format!("${}\r\n", value.len()).as_bytes(), value, b"\r\n"].concat(),
            None => b"$-1\r\n".to_vec(),
        },
        [name, key, value] if name.eq_ignore_ascii_case(b"SET") => {
            lock(entries).insert(text(key), value.clone());
            b"+OK\r\n".to_vec()
        }
        [name, key, _, value] if name.eq_ignore_ascii_case(b"PSETEX") => {
            lock(entries).insert(text(key), value.clone());
            b"+OK\r\n".to_vec()
        }
        // Names, passwords and numbers of databases are all the same to it.
        _ => b"+OK\r\n".to_vec(),
    }
}

fn lock(entries: &Entries) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
    entries.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn said(stream: &mut TcpStream, sent: &str, length: usize) -> String {
        stream.write_all(sent.as_bytes()).await.expect("it is sent");
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer).await.expect("it is answered");
        String::from_utf8(answer).expect("it is text")
    }

    #[tokio::test]
    async fn it_keeps_what_it_is_given() {
        let redis = Redis::start().await;
        let mut stream = TcpStream::connect(redis.address).await.expect("it listens");
        let get = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n";
        assert_eq!(said(&mut stream, get, 5).await, "$-1\r\n");
        let set = "*4\r\n$6\r\nPSETEX\r\n$1\r\na\r\n$4\r\n1000\r\n$3\r\nx\r\n\r\n";
        assert_eq!(said(&mut stream, set, 5).await, "+OK\r\n");
        assert_eq!(said(&mut stream, get, 9).await, "$3\r\nx\r\n\r\n");
        assert_eq!(redis.keys(), ["a"]);
        redis.go_down().await;
        assert_eq!(stream.read(&mut [0]).await.expect("the end is no error"), 0);
    }
}
