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
    for server in ports.servers.iter_mut().filter(|server| server.health_port == Some(server.port)) {
        server.health_port = None;
    }
    let mut claims = vec![0_u8; 1 << 16];
    let living = || ports.servers.iter().filter(|server| server.lives());
    for port in living().flat_map(Server::ports) {
        claims[usize::from(port)] = claims[usize::from(port)].saturating_add(1);
    }
    let is_shared = |server: &&Server| server.ports().any(|port| claims[usize::from(port)] > 1);
    let mut contested: Vec<&Server> = living().filter(is_shared).collect();
    contested.sort_by_cached_key(|server| precedence.rank(server));
    let mut keepers: HashMap<u16, &str> = HashMap::new();
    let mut newcomers: Vec<(String, u16, String)> = Vec::new();
    for server in contested {
        let shared: Vec<_> = server.ports().filter_map(|port| Some((port, *keepers.get(&port)?))).collect();
        newcomers.extend(shared.iter().map(|(port, keeper)| (server.id.clone(), *port, (*keeper).to_owned())));
        let kept = server.ports().filter(|port| shared.iter().all(|(other, _)| other != port));
        keepers.extend(kept.map(|port| (port, server.id.as_str())));
    }
    // Whoever merges the same two sides comes to the same ports.
    newcomers.sort();
    let mut moves = Vec::with_capacity(newcomers.len());
    for (id, from, keeper) in newcomers {
        let to = renumber(ports, &claims, &id, from)?;
        claims[usize::from(to)] = 1;
        moves.push(Move { id, from, to, keeper });
    }
    Ok(moves)
}

/// Gives a server another port instead of this one, and one that nobody had a claim on: of those who have to move, none
/// gets what another has to give up.
fn renumber(ports: &mut Ports, claims: &[u8], id: &str, from: u16) -> Result<u16, PortError> {
    let has_it = |server: &Server| server.id == id && server.lives() && server.ports().any(|port| port == from);
    let index = ports.servers.iter().position(has_it).ok_or_else(|| ports.unknown(id))?;
    let server = &ports.servers[index];
    let named = server.range.as_ref().and_then(|name| ports.range(name));
    let range = named.or_else(|| ports.range_of(from)).or_else(|| ports.ranges.first());
    let range = range.ok_or_else(|| PortError::UnknownRange { range: "v2".into(), known: Vec::new() })?;
    let is_claimed = |port: u16| claims[usize::from(port)] > 0;
    let to = ports.choose(id, range, Terms { is_busy: Some(&is_claimed), ..Terms::default() })?;
    let range = range.name.clone();
    let mut server = ports.servers.remove(index);
    if server.port == from {
        (server.port, server.range) = (to, Some(range));
    } else {
        server.health_port = Some(to);
    }
    ports.insert(server);
    Ok(to)
}
