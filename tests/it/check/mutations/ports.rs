//! Ports: the registry, and whatever says a port.

use super::{Mutation, breaks, hold, near};
use crate::check::fleet::Fleet;

const REGISTRY: &str = "consolidated_mcp_ports.json";

/// Writes another port than the one that a server has, in place of the text with `{}` for the port.
fn say_other(fleet: &Fleet, id: &str, path: &str, text: &str) {
    let with = |port: u16| text.replace("{}", &port.to_string());
    let port = fleet.port(id);
    fleet.replace(path, &with(port), &with(port + 1000));
}

/// Writes a file of the fleet in which `{weather}` and the like stand for ports.
fn write_with_ports(fleet: &Fleet, path: &str, text: &str) {
    let mut text = text.to_owned();
    for name in ["weather", "hello", "everything", "golden"] {
        text = text.replace(&format!("{{{name}}}"), &fleet.port(&format!("{name}_v2")).to_string());
    }
    fleet.write(path, &text);
}

/// A compose file with all servers, of which `weather` has these lines besides.
fn compose(fleet: &Fleet, weather: &str) {
    let text = format!(
        "services:\n  weather-v2:\n    image: weather-v2:0.1.0\n{weather}  hello-v2: {{ image: 'hello-v2:0.1.0' }}\n  \
         everything-v2: {{ image: 'everything-v2:0.1.0' }}\n  golden-v2: {{ image: 'golden-v2:0.1.0' }}\n"
    );
    write_with_ports(fleet, "deploy/compose.yml", &text);
}

/// A scrape configuration with all servers, of which `weather` is at this address.
fn scrape(fleet: &Fleet, weather: &str) {
    let text = format!(
        "scrape_configs:\n  - job_name: mcp\n    static_configs:\n      - targets: ['{weather}', 'hello-v2:{{hello}}', \
         'everything-v2:{{everything}}', 'golden-v2:{{golden}}']\n"
    );
    write_with_ports(fleet, "deploy/prometheus.yml", &text);
}

/// What an editor is told of all servers, of which `weather` is at this address.
fn clients(fleet: &Fleet, weather: &str) {
    let client = |name: &str, url: &str| format!("    \"{name}\": {{ \"url\": \"{url}\" }}");
    let at = |name: &str| format!("http://127.0.0.1:{{{name}}}/mcp");
    let entries = [
        client("weather", weather),
        client("hello", &at("hello")),
        client("everything", &at("everything")),
        client("golden", &at("golden")),
    ];
    write_with_ports(
        fleet,
        ".cursor/mcp.json",
        &format!("{{\n  \"mcpServers\": {{\n{}\n  }}\n}}\n", entries.join(",\n")),
    );
}

/// The first line of the registry that has this, with one text in it replaced by another.
#[track_caller]
fn edit_entry(fleet: &Fleet, id: &str, from: &str, to: &str) {
    let text = fleet.read(REGISTRY);
    let line = text.lines().find(|line| line.contains(&format!("\"{id}\""))).unwrap().to_owned();
    assert!(line.contains(from), "{line}");
    fleet.replace(REGISTRY, &line, &line.replacen(from, to, 1));
}

/// Takes the entry of a server out of the registry.
fn remove_entry(fleet: &Fleet, id: &str) {
    let text = fleet.read(REGISTRY);
    let (before, entries) = text.split_once("\"servers\": {\n").unwrap();
    let (entries, after) = entries.split_once("\n  }").unwrap();
    let kept: Vec<&str> =
        entries.lines().filter(|line| !line.contains(id)).map(|line| line.trim_end_matches(',')).collect();
    fleet.write(REGISTRY, &format!("{before}\"servers\": {{\n{}\n  }}{after}", kept.join(",\n")));
}

fn reserve(fleet: &Fleet, start: u16, end: u16) {
    let entry = format!("\"reserved\": [\n    {{ \"start\": {start}, \"end\": {end}, \"reason\": \"the printer\" }},");
    fleet.replace(REGISTRY, "\"reserved\": [", &entry);
}

pub const MUTATIONS: &[Mutation] = &[
    breaks("unregistered-server", "the entry of a server is lost from the registry", |fleet| {
        remove_entry(fleet, "hello_v2");
    }),
    near("unregistered-server", "the registry has another spelling of a server's name", |fleet| {
        edit_entry(fleet, "hello_v2", "hello_v2", "hello-v2");
    }),
    near("unregistered-server", "the registry has a server that stands elsewhere", |fleet| {
        fleet.run(&["ports", "allocate", "news_v2"]).fine();
    }),
    breaks("other-port", "the registry gives a server another port", |fleet| {
        let port = fleet.port("weather_v2");
        let free = (9000..=9099).find(|port| !fleet.read(REGISTRY).contains(&port.to_string())).unwrap();
        edit_entry(fleet, "weather_v2", &port.to_string(), &free.to_string());
    }),
    breaks("other-port", "the record has another port", |fleet| {
        say_other(fleet, "hello_v2", "hello_v2/mcpgen.lock", "port = {}");
    }),
    near("other-port", "a server is moved, and resolve renders it anew", |fleet| {
        fleet.run(&["ports", "release", "hello_v2"]).fine();
        reserve(fleet, 9000, 9049);
        fleet.run(&["ports", "allocate", "hello_v2"]).fine();
        fleet.run(&["ports", "resolve"]).fine();
        fleet.remove_line(REGISTRY, "the printer");
    }),
    breaks("port-mention", "the constant in the code is another port", |fleet| {
        say_other(fleet, "weather_v2", "weather_v2/src/server.rs", "PORT: u16 = {}");
    }),
    breaks("port-mention", "the code announces a port of its own", |fleet| {
        fleet.replace("weather_v2/src/server.rs", "port: PORT,", "port: 9_001,");
    }),
    breaks("port-mention", "the image exposes another port", |fleet| {
        say_other(fleet, "hello_v2", "hello_v2/Dockerfile", "EXPOSE {}");
    }),
    breaks("port-mention", "the image sets another port", |fleet| {
        fleet.replace("hello_v2/Dockerfile", "ENV BIND=0.0.0.0", "ENV BIND=0.0.0.0 PORT=8080");
    }),
    breaks("port-mention", "the README says another port in its first lines", |fleet| {
        say_other(fleet, "golden_v2", "golden_v2/README.md", "Its port is **{}**");
    }),
    breaks("port-mention", "the README publishes another port", |fleet| {
        say_other(fleet, "golden_v2", "golden_v2/README.md", "docker run -p {}:");
    }),
    breaks("port-mention", "the README has another port in its table of settings", |fleet| {
        say_other(fleet, "golden_v2", "golden_v2/README.md", "| `PORT` | integer | `{}` |");
    }),
    breaks("port-mention", "every port in the README is another one", |fleet| {
        let text = fleet.read("weather_v2/README.md");
        let port = fleet.port("weather_v2").to_string();
        fleet.write("weather_v2/README.md", &text.replace(&port, "9500"));
    }),
    breaks("port-mention", "the compose file publishes the port of another server", |fleet| {
        compose(fleet, "    ports: ['{hello}:{weather}']\n");
    }),
    breaks("port-mention", "the compose file publishes a port that the container does not have", |fleet| {
        compose(fleet, "    ports: ['{weather}:9500']\n");
    }),
    breaks("port-mention", "the compose file sets another port", |fleet| {
        compose(fleet, "    environment:\n      - PORT=9500\n      - LOG=info\n");
    }),
    breaks("port-mention", "a service of the compose file calls a server at another port", |fleet| {
        compose(fleet, "    environment: { HELLO: 'http://hello-v2:9500/mcp' }\n");
    }),
    near("port-mention", "the compose file publishes ports as they are", |fleet| {
        compose(
            fleet,
            "    ports: ['127.0.0.1:{weather}:{weather}', { target: '{weather}', published: 443 }, '${ADMIN}:9100']\n    \
             expose: ['{weather}']\n    environment: { PORT: '{weather}', HELLO: 'http://hello-v2:{hello}/mcp', CACHE_URL: \
             'redis://redis:6379' }\n    healthcheck: { test: curl http://localhost:{weather}/health }\n",
        );
    }),
    breaks("port-mention", "a target of the scrape configuration has another port", |fleet| {
        scrape(fleet, "weather-v2:9500");
    }),
    near("port-mention", "the scrape configuration has the ports as they are", |fleet| {
        scrape(fleet, "tasks.weather-v2:{weather}', 'redis:9121', 'localhost:9090");
    }),
    breaks("port-mention", "a client is told another port", |fleet| clients(fleet, "http://127.0.0.1:9500/mcp")),
    near("port-mention", "a client is told the port as it is", |fleet| {
        clients(fleet, "http://localhost:{weather}/mcp?at=127.0.0.1");
    }),
    near("port-mention", "a module of one's own has a port of something else", |fleet| {
        fleet.write("weather_v2/src/printer.rs", "//! The printer.\n\n/// Its port.\npub const PORT: u16 = 631;\n");
        fleet.append("weather_v2/src/lib.rs", "\npub mod printer;\n");
    }),
    near("port-mention", "the notes name other ports", |fleet| {
        fleet.append("weather_v2/NOTES.md", "\nGrafana is at http://127.0.0.1:3000, its port is **3000**.\n");
    }),
    breaks("invalid-registry", "the registry is no JSON", |fleet| fleet.write(REGISTRY, "{ \"version\": 1, ")),
    breaks("invalid-registry", "a merge left its markers in the registry", |fleet| {
        let text = fleet.read(REGISTRY);
        let line = text.lines().find(|line| line.contains("\"hello_v2\"")).unwrap();
        let other = line.replace("hello_v2", "news_v2");
        let conflict = format!("<<<<<<< HEAD\n{line}\n=======\n{other}\n>>>>>>> news");
        fleet.replace(REGISTRY, line, &conflict);
    }),
    near("invalid-registry", "the registry has a key of its own", |fleet| {
        fleet.replace(REGISTRY, "\"version\": 1,", "\"version\": 1,\n  \"owner\": \"the platform team\",");
    }),
    breaks("duplicate-name", "a server is in the registry in two spellings", |fleet| {
        let text = fleet.read(REGISTRY);
        let line = text.lines().find(|line| line.contains("\"hello_v2\"")).unwrap().trim_end_matches(',');
        let port = fleet.port("hello_v2").to_string();
        let second = line.replace("hello_v2", "hello-v2").replace(&port, "9001");
        fleet.replace(REGISTRY, line, &format!("{line},\n{second}"));
    }),
    near("duplicate-name", "a server and its predecessor are in the registry", |fleet| {
        fleet.run(&["ports", "allocate", "hello"]).fine();
    }),
    breaks("duplicate-port", "two servers have one port", |fleet| {
        let (weather, hello) = (fleet.port("weather_v2").to_string(), fleet.port("hello_v2").to_string());
        edit_entry(fleet, "hello_v2", &hello, &weather);
    }),
    near("duplicate-port", "a released server had the port of another", |fleet| {
        let line = format!(
            "\"servers\": {{\n    \"old_v2\": {{ \"port\": {}, \"range\": \"v2\", \"status\": \"released\", \"released\": \
             \"2026-01-01\" }},",
            fleet.port("hello_v2")
        );
        fleet.replace(REGISTRY, "\"servers\": {", &line);
    }),
    breaks("outside-range", "a server is of a range that its port is not in", |fleet| {
        fleet.replace(REGISTRY, "\"start\": 9000, \"end\": 9099", "\"start\": 9900, \"end\": 9999");
        for id in ["weather_v2", "everything_v2", "golden_v2"] {
            edit_entry(fleet, id, "\"range\": \"v2\", ", "");
        }
    }),
    near("outside-range", "a server is of no range", |fleet| edit_entry(fleet, "hello_v2", "\"range\": \"v2\", ", "")),
    breaks("reserved-port", "the port of a server is reserved", |fleet| {
        let port = fleet.port("golden_v2");
        reserve(fleet, port, port);
    }),
    near("reserved-port", "the port of a server of the old generation is reserved", |fleet| {
        let port = fleet.port("golden_v2");
        reserve(fleet, port, port);
        edit_entry(fleet, "golden_v2", "\"active\"", "\"legacy\"");
    }),
    breaks("released-server", "a server that stands is released", |fleet| {
        fleet.run(&["ports", "release", "weather_v2"]).fine();
    }),
    near("released-server", "a server is released that does not stand", |fleet| {
        fleet.run(&["ports", "allocate", "news_v2"]).fine();
        fleet.run(&["ports", "release", "news_v2"]).fine();
    }),
    breaks("spec-port", "the spec asks for another port than the server has", |fleet| {
        fleet.replace("hello_v2/server.toml", "[server]\n", "[server]\nport = 9001\n");
        let text = fleet.read("hello_v2/server.toml");
        let kept: String = text.split_inclusive('\n').filter(|line| !line.starts_with("range")).collect();
        fleet.write("hello_v2/server.toml", &kept);
    }),
    near("spec-port", "the spec asks for the port that the server has", |fleet| {
        let key = format!("[server]\nport = {}\n", fleet.port("hello_v2"));
        fleet.replace("hello_v2/server.toml", "[server]\n", &key);
        let text = fleet.read("hello_v2/server.toml");
        let kept: String = text.split_inclusive('\n').filter(|line| !line.starts_with("range")).collect();
        fleet.write("hello_v2/server.toml", &kept);
    }),
    breaks("missing-registry", "the registry is deleted", |fleet| fleet.delete(REGISTRY)),
    near("missing-registry", "the registry is somewhere else", |fleet| {
        fleet.write("config/ports.json", &fleet.read(REGISTRY));
        fleet.delete(REGISTRY);
        fleet.replace("mcpgen.toml", REGISTRY, "config/ports.json");
    }),
];

#[test]
fn ports_rules() {
    hold(MUTATIONS);
}
