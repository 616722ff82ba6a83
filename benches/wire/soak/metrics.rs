//! Reads `/metrics`.

use std::net::SocketAddr;

use crate::http::{self, Connection};

/// The page, as text.
pub struct Page(String);

impl Page {
    pub fn of(address: SocketAddr) -> Self {
        let mut connection = Connection::open(address).expect("the server listens");
        let (status, body) = connection.ask(&http::get("/metrics")).expect("an answer");
        assert_eq!(status, 200);
        Self(String::from_utf8(body.to_vec()).expect("it is text"))
    }

    /// The sum of all series of this name that have these labels.
    pub fn get(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let lines = self.0.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('{')?.split_once("} "));
        let fitting = lines.filter(|(all, _)| labels.iter().all(|label| all.split(',').any(|one| one == label)));
        fitting.map(|(_, value)| value.parse::<u64>().expect("a whole number")).sum()
    }
}
