//! What holds for every input: it never panics, loses nothing silently, and gives no secret away.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const SECRET: &str = concat!("ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8");
const DAY: &str = "2026-11-22";

/// Keys that mean something to somebody, and names.
fn key() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "servers",
        "active_servers",
        "mcp_servers",
        "unified_mcp_servers",
        "port_allocation",
        "environments",
        "tiers",
        "services",
        "port_tiers",
        "instances",
        "service_registry",
        "port_ranges",
        "range",
        "reserved_ranges",
        "reserved",
        "removed_servers",
        "server_status",
        "health_monitoring",
        "port",
        "health_port",
        "name",
        "status",
        "description",
        "offset",
        "gateway_port",
        "redirect_to",
        "api_key",
        "password",
        "endpoint",
        "production",
        "tide",
        "Tide",
        "reef",
        "reef_v2",
        "kelp",
        "a b",
        "ELIMINATED",
        "",
    ]);
    prop_oneof![6 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn leaf() -> impl Strategy<Value = serde_json::Value> {
    let port = prop_oneof![9000_u32..9012, 8000_u32..8003, 3000_u32..3002, Just(0), Just(70_000)];
    let word = prop::sample::select(vec![
        "tide",
        "reef",
        "removed",
        "active",
        "9001",
        "9000-9019",
        "9100–9119",
        "ELIMINATED",
        "2026-01-02",
        "http://192.0.2.1:7000/health",
        "a text",
    ]);
    prop_oneof![
        5 => port.prop_map(serde_json::Value::from),
        4 => word.prop_map(serde_json::Value::from),
        2 => prop::sample::select(vec![SECRET.to_owned(), format!("use {SECRET}"), format!("https://u:{SECRET}@h/x")]).prop_map(serde_json::Value::from),
        1 => any::<String>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::Null),
        1 => Just(serde_json::Value::from(true)),
        1 => Just(serde_json::Value::from(9001.5)),
    ]
}

/// JSON that looks like a registry now and then; keys may be there twice.
fn json() -> impl Strategy<Value = String> {
    let leaf = leaf().prop_map(|value| value.to_string());
    let tree = leaf.prop_recursive(6, 48, 6, |inner| {
        let list = vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(",")));
        let object = vec((key(), inner), 0..6).prop_map(|members| object(&members));
        prop_oneof![1 => list, 4 => object]
    });
    vec((key(), tree), 0..8).prop_map(|members| object(&members))
}

fn object(members: &[(String, String)]) -> String {
    let member = |(key, value): &(String, String)| format!("{}:{value}", serde_json::Value::from(key.as_str()));
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(",\n"))
}

fn surveyed(texts: &[String], ports: &Ports) -> Survey {
    let files = texts.iter().enumerate().map(|(index, text)| read(index, "f.json", text.as_bytes()).unwrap()).collect();
    survey(files, &[], ports, None).unwrap()
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200), text in any::<String>()) {
        let _ = read(0, "f", &bytes);
        let _ = read(0, "f", text.as_bytes());
        let _ = parse(&text);
    }

    #[test]
    fn every_claim_is_in_the_registry_or_in_a_contradiction(texts in vec(json(), 1..3)) {
        let ports = Ports::default();
        let survey = surveyed(&texts, &ports);
        let answers = parse(&resolution::write(&survey, "sha256:x", "mcpgen")).unwrap();
        let built = survey.build(&ports, Some(&answers), DAY).unwrap();
        prop_assert_eq!(&Ports::from_bytes(built.to_text().as_bytes()).unwrap(), &built);
        let contested: Vec<&str> = survey.contested().map(|candidate| candidate.key.as_str()).collect();
        for candidate in survey.candidates.iter().filter(|candidate| !contested.contains(&candidate.key.as_str())) {
            let server = built.by_name(&candidate.key).unwrap();
            prop_assert!(candidate.claims.iter().all(|claim| claim.port == Ok(server.port)));
        }
        if survey.contradictions.is_empty() {
            prop_assert_eq!(&survey.build(&ports, None, DAY).unwrap(), &built);
        }
        // Twice is once, with the answers of before and with new ones.
        let again = surveyed(&texts, &built);
        prop_assert_eq!(&again.build(&built, Some(&answers), "2027-01-01").unwrap(), &built);
        let new = parse(&resolution::write(&again, "sha256:x", "mcpgen")).unwrap();
        prop_assert_eq!(&again.build(&built, Some(&new), "2027-01-01").unwrap(), &built);
    }

    #[test]
    fn every_number_that_may_be_a_port_is_named(text in json()) {
        // Numbers that are secret are not shown, and those of other environments are only counted.
        let text = text.replace("\"api_key\"", "\"a\"").replace("\"password\"", "\"b\"").replace("\"environments\"", "\"c\"");
        // One number at a place of its own, so that no other can stand for it.
        for (n, (at, _)) in text.match_indices(":9").enumerate() {
            let Some(number) = text.get(at + 1..at + 5).filter(|four| four.bytes().all(|b| b.is_ascii_digit())) else { continue };
            let unique = (20_000 + n).to_string();
            let text = format!("{}{unique}{}", &text[..=at], &text[at + 1 + number.len()..]);
            let is_whole = text[at + 1 + unique.len()..].starts_with([',', '}', ']']);
            if is_whole && !text[..at].ends_with("\"offset\"") && serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                let survey = surveyed(&[text], &Ports::default());
                let port: u16 = unique.parse().unwrap();
                let in_span = |note: &Note| {
                    let span = note.text.rsplit_once('(').and_then(|(_, span)| range::parse_text(span.strip_suffix(')')?));
                    span.is_some_and(|(low, high)| (low..=high).contains(&port))
                };
                prop_assert!(format!("{survey:?}").contains(&unique) || survey.notes.iter().any(in_span), "{}", unique);
            }
        }
    }

    #[test]
    fn no_secret_is_given_away(texts in vec(json(), 1..3), name in key(), inner in json()) {
        let hidden = format!("{{{}: {inner}, \"api_key\": \"hunter2hunter2\", \"password\": 54321, \"servers\": {{\"db_password\": 54321}}, \"{SECRET}\": 9001}}", serde_json::Value::from(name));
        let texts = [texts, vec![hidden]].concat();
        let ports = Ports::default();
        let survey = surveyed(&texts, &ports);
        let text = resolution::write(&survey, "sha256:x", "mcpgen");
        let built = survey.build(&ports, Some(&parse(&text).unwrap()), DAY).unwrap();
        for out in [text, built.to_text(), format!("{survey:?}")] {
            prop_assert!(!out.contains(SECRET) && !out.contains("hunter2") && !out.contains("54321"), "{}", out);
        }
        prop_assert!(survey.notes.iter().any(|note| note.kind == NoteKind::Secret));
    }
}
