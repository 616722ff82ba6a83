//! Ports that two servers share, given to one of them: who keeps, who moves, and where to.
//!
//! Pure. Knows which registries go before others, not what they stand for.

use std::borrow::Cow;
use std::collections::HashMap;

use super::allocate::Terms;
use super::error::PortError;
use super::registry::{Ports, Server, folded};

/// A server that lost its port to another one, and the port it has instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The server.
    pub id: String,
    /// The port it had.
    pub from: u16,
    /// The port it has now.
    pub to: u16,
    /// The server that keeps the port.
    pub keeper: String,
}

/// Registries whose servers go before others, the most binding first: the port of each name.
pub(super) struct Precedence<'a>(Vec<HashMap<Cow<'a, str>, u16>>);

impl<'a> Precedence<'a> {
    pub fn of(registries: impl IntoIterator<Item = &'a Ports>) -> Self {
        let port = |server: &'a Server| (folded(&server.id), server.port);
        Self(registries.into_iter().map(|ports| ports.servers.iter().rev().map(port).collect()).collect())
    }

    /// Who goes first: a server that an earlier registry has with the same port, then the one that was allocated on an
    /// earlier day.
    pub fn rank(&self, server: &Server) -> (usize, Option<String>, String) {
        let name = folded(&server.id);
        let known = self.0.iter().position(|ports| ports.get(&name) == Some(&server.port));
        (known.unwrap_or(self.0.len()), server.allocated.clone(), server.id.clone())
    }

    /// Of several servers with one name, the one that stays.
    pub fn first<'s>(&self, same: &[&'s Server]) -> Option<&'s Server> {
        match same {
            [only] => Some(only),
            _ => same.iter().min_by_key(|server| self.rank(server)).copied(),
        }
    }
}

/// Gives each server that shares a port with one before it, in the order of [`Precedence::rank`], another port.
pub(super) fn separate(ports: &mut Ports, precedence: &Precedence<'_>) -> Result<Vec<Move>, PortError> {
    let mut claims = vec![0_u8; 1 << 16];
    let living = || ports.servers.iter().filter(|server| server.lives());
    for port in living().flat_map(Server::ports) {
        claims[usize::from(port)] = claims[usize::from(port)].saturating_add(1);
    }
    let is_shared = |server: &&Server| server.ports().any(|port| claims[usize::from(port)] > 1);
    let mut contested: Vec<&Server> = living().filter(is_shared).collect();
    contested.sort_by_cached_key(|server| precedence.rank(server));
    let mut keepers: HashMap<u16, &Server> = HashMap::new();
    let mut newcomers = Vec::new();
    for server in contested {
        let shared = server.ports().find_map(|port| Some((port, keepers.get(&port)?.id.clone())));
        match shared {
            Some((port, keeper)) => newcomers.push((server.id.clone(), port, keeper)),
            None => keepers.extend(server.ports().map(|port| (port, server))),
        }
    }
    // Whoever merges the same two sides comes to the same ports.
    newcomers.sort();
    let mut taken: Vec<Server> = Vec::with_capacity(newcomers.len());
    for (id, ..) in &newcomers {
        let index = ports.servers.iter().position(|server| server.id == *id);
        taken.extend(index.map(|index| ports.servers.remove(index)));
    }
    let mut moves = Vec::new();
    for (mut server, (id, from, keeper)) in taken.into_iter().zip(newcomers) {
        let to = renumber(ports, &mut server, from)?;
        ports.insert(server);
        moves.push(Move { id, from, to, keeper });
    }
    Ok(moves)
}

/// Gives a server that stands in no registry ports that are free in this one, where its own are not. Tells which it has
/// instead of `from`.
fn renumber(ports: &Ports, server: &mut Server, from: u16) -> Result<u16, PortError> {
    let named = server.range.as_ref().and_then(|name| ports.range(name));
    let range = named.or_else(|| ports.range_of(from)).or_else(|| ports.ranges.first());
    let range = range.ok_or_else(|| PortError::UnknownRange { range: "v2".into(), known: Vec::new() })?;
    let is_taken = |port| ports.by_port(port).is_some_and(Server::lives);
    let mut to = from;
    if is_taken(server.port) {
        let is_own = |port| server.health_port == Some(port);
        let port = ports.choose(&server.id, range, Terms { is_busy: Some(&is_own), ..Terms::default() })?;
        (server.port, server.range, to) = (port, Some(range.name.clone()), port);
    }
    if let Some(health) = server.health_port.filter(|&port| is_taken(port)) {
        let is_own = |port| server.port == port;
        let port = ports.choose(&server.id, range, Terms { is_busy: Some(&is_own), ..Terms::default() })?;
        server.health_port = Some(port);
        to = if health == from { port } else { to };
    }
    Ok(to)
}
