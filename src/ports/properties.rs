//! What holds for every registry, whoever asked for what in which order.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::spec::PortRequest;

use super::registry::State;
use super::{Outcome, Ports, Range};

const DAY: &str = "2026-11-22";

#[derive(Debug, Clone)]
enum Step {
    Allocate(String, PortRequest),
    Release(String),
    Remove(String),
}

/// Few names in several spellings, and ports that are often taken, reserved or in no range.
fn step() -> impl Strategy<Value = Step> {
    let name = || "[abAB][-_]?[cd]{0,2}";
    let exact = (8990_u16..9030).prop_map(PortRequest::Exact);
    let range = prop_oneof![Just("v2"), Just("small"), Just("none")].prop_map(|r| PortRequest::Range(r.into()));
    prop_oneof![
        4 => (name(), prop_oneof![exact, range]).prop_map(|(name, request)| Step::Allocate(name, request)),
        1 => name().prop_map(Step::Release),
        1 => name().prop_map(Step::Remove),
    ]
}

fn registry() -> Ports {
    let mut ports = Ports::default();
    ports.ranges[0].end = 9019;
    ports.ranges.push(Range { name: "small".into(), start: 9010, end: 9013, description: None, extra: vec![] });
    ports.reserved[2].end = 9002;
    ports
}

fn walk(ports: &mut Ports, step: &Step) {
    match step {
        Step::Allocate(name, request) => drop(ports.allocate(name, request, DAY)),
        Step::Release(name) => drop(ports.release(name, DAY).map(|_| ())),
        Step::Remove(name) => {
            let port = ports.by_name(name).map_or(0, |server| server.port);
            drop(ports.remove(name, port));
        }
    }
}

/// JSON of any shape, as text.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("-1.50e+400".to_owned()),
        any::<u64>().prop_map(|n| n.to_string()),
        any::<String>().prop_map(|s| serde_json::Value::from(s).to_string()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let blank = prop_oneof![Just(""), Just(" "), Just("\n"), Just("\n\t  \n")];
        let list = (vec(inner.clone(), 0..4), blank.clone())
            .prop_map(|(items, b)| format!("[{b}{}{b}]", items.join(&format!(",{b}"))));
        let object = (vec(inner, 0..4), blank).prop_map(|(values, b)| {
            let members: Vec<String> =
                values.iter().enumerate().map(|(i, value)| format!("\"k{i}\":{b}{value}")).collect();
            format!("{{{b}{}{b}}}", members.join(&format!("{b},")))
        });
        prop_oneof![list, object]
    })
}

proptest! {
    #[test]
    fn nobody_gets_a_port_that_is_not_free(steps in vec(step(), 0..40)) {
        let mut ports = registry();
        for step in &steps {
            let states = ports.states();
            let before = ports.clone();
            if let Step::Allocate(name, request) = step {
                let Ok(given) = ports.allocate(name, request, DAY) else {
                    prop_assert_eq!(&ports, &before);
                    continue;
                };
                let expected = match given.outcome {
                    Outcome::Created => State::Free,
                    Outcome::Revived => State::Released,
                    Outcome::Existing => State::Used,
                };
                prop_assert_eq!(states[usize::from(given.port)], expected);
                let again = ports.clone().allocate(&name.to_uppercase(), &PortRequest::Exact(9999), DAY).unwrap();
                prop_assert_eq!((again.port, again.outcome), (given.port, Outcome::Existing));
            } else {
                walk(&mut ports, step);
            }
        }
    }

    #[test]
    fn writing_and_reading_is_the_identity(steps in vec(step(), 0..40), extra in vec(json(), 3)) {
        let mut ports = registry();
        for step in &steps {
            walk(&mut ports, step);
        }
        ports.extra.push(("\"top\"".into(), extra[0].clone()));
        ports.ranges[0].extra.push(("a".into(), extra[1].clone()));
        if let Some(server) = ports.servers.first_mut() {
            server.extra.push(("b".into(), extra[2].clone()));
            server.description = Some("\u{2028}\\\"".into());
        }
        let text = ports.to_text();
        let read = Ports::from_bytes(text.as_bytes()).unwrap();
        prop_assert_eq!(read.to_text(), text);
        prop_assert_eq!(Ports::from_bytes(read.to_text().as_bytes()).unwrap(), read);
    }

    #[test]
    fn the_same_servers_give_the_same_bytes_in_any_order(mut servers in vec((9000_u16..9100, "[a-z]{1,8}"), 0..30), seed in any::<usize>()) {
        let write = |servers: &[(u16, String)]| {
            let mut ports = Ports::default();
            for (port, name) in servers {
                let _ = ports.allocate(name, &PortRequest::Exact(*port), DAY);
            }
            ports.to_text()
        };
        // Only distinct ones: of two that want the same, the first would win.
        servers.sort();
        servers.dedup_by_key(|(port, _)| *port);
        let mut names = std::collections::HashSet::new();
        servers.retain(|(_, name)| names.insert(name.clone()));
        let sorted = write(&servers);
        if !servers.is_empty() {
            let middle = seed % servers.len();
            servers.rotate_left(middle);
            servers[middle..].reverse();
        }
        prop_assert_eq!(write(&servers), sorted);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200), json in json()) {
        let _ = Ports::from_bytes(&bytes);
        let _ = Ports::from_bytes(json.as_bytes());
        for shape in ["{\"version\":1,\"servers\":?}", "{\"version\":1,\"servers\":{\"a\":?,\"A\":?}}", "{\"version\":1,\"ranges\":?,\"reserved\":[?],\"servers\":{}}"] {
            let _ = Ports::from_bytes(shape.replace('?', &json).as_bytes());
        }
    }

    #[test]
    fn a_damaged_file_is_refused_or_still_sound(at in any::<prop::sample::Index>(), with in vec(any::<u8>(), 0..4), cut in 0_usize..30) {
        let mut ports = registry();
        for name in ["weather_v2", "news_v2", "mail_v2"] {
            ports.allocate(name, &PortRequest::Range("v2".into()), DAY).unwrap();
        }
        let mut bytes = ports.to_text().into_bytes();
        let at = at.index(bytes.len());
        bytes.splice(at..(at + cut).min(ports.to_text().len()), with);
        if let Ok(read) = Ports::from_bytes(&bytes) {
            prop_assert_eq!(Ports::from_bytes(read.to_text().as_bytes()).unwrap(), read);
        }
    }
}
