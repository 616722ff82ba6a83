//! The fleet as a whole: whoever lists servers lists all of them; and the waivers.

use super::{Mutation, breaks, hold, near};
use crate::check::fleet::Fleet;

const ALL: &[&str] = &["everything", "golden", "hello", "weather"];

/// A workflow with this matrix, that also checks the fleet.
fn matrix(fleet: &Fleet, servers: &[&str]) {
    let list = servers.iter().map(|name| format!("          - {name}\n")).collect::<String>();
    let text = format!(
        "name: ci\non: push\njobs:\n  test:\n    strategy:\n      matrix:\n        server:\n{list}    steps:\n      - uses: \
         actions/checkout@v5\n      - run: cargo test --locked -p ${{{{ matrix.server }}}}\n      - run: mcpgen check\n"
    );
    fleet.write(".github/workflows/ci.yml", &text);
}

/// Makes a server with one tool.
fn server_with(fleet: &Fleet, name: &str, tool: &str) {
    let server = format!("[server]\nname = \"{name}\"\ndescription = \"Lists\"\n");
    fleet.write(
        "one.toml",
        &format!("{server}[tools.{tool}]\ndescription = \"List\"\nrespond = {{ text = \"none\" }}\n"),
    );
    fleet.run(&["new", name, "--spec", "one.toml"]).fine();
    fleet.delete("one.toml");
}

/// A workflow with one job and these steps.
fn steps(fleet: &Fleet, steps: &str) {
    let text = format!("name: ci\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n{steps}");
    fleet.write(".github/workflows/ci.yml", &text);
}

fn service(name: &str) -> String {
    format!("  {name}-v2:\n    image: {name}-v2:0.1.0\n    restart: unless-stopped\n")
}

/// A compose file with these servers and a cache.
fn compose(fleet: &Fleet, path: &str, servers: &[&str], more: &str) {
    let services: String = servers.iter().map(|name| service(name)).collect();
    fleet.write(path, &format!("services:\n{services}  redis:\n    image: redis:8\n{more}"));
}

/// A scrape configuration with these servers.
fn scrape(fleet: &Fleet, servers: &[&str], more: &str) {
    let target = |name: &&str| format!("        - {name}-v2:{}\n", fleet.port(&format!("{name}_v2")));
    let targets: String = servers.iter().map(target).collect();
    let text = format!(
        "global:\n  scrape_interval: 15s\nscrape_configs:\n  - job_name: mcp\n    static_configs:\n      - targets:\n{targets}{more}"
    );
    fleet.write("deploy/prometheus.yml", &text);
}

fn alert(selector: &str) -> String {
    format!(
        "      - alert: Errors\n        expr: rate(mcp_requests_total{{{selector}}}[5m]) > 1\n        labels: {{ severity: page }}\n"
    )
}

/// Alerts for these servers, each by its name.
fn alerts(fleet: &Fleet, servers: &[&str], more: &str) {
    let rules: String = servers.iter().map(|name| alert(&format!("server=\"{name}_v2\""))).collect();
    fleet.write("deploy/alerts.yml", &format!("groups:\n  - name: mcp\n    rules:\n{rules}{more}"));
}

/// What an editor is told of these servers.
fn clients(fleet: &Fleet, path: &str, key: &str, servers: &[&str]) {
    let entry = |name: &&str| {
        let port = fleet.port(&format!("{name}_v2"));
        format!("    \"{name}\": {{ \"url\": \"http://127.0.0.1:{port}/mcp\" }}")
    };
    let entries: Vec<String> = servers.iter().map(entry).collect();
    fleet.write(path, &format!("{{\n  // ours\n  \"{key}\": {{\n{}\n  }}\n}}\n", entries.join(",\n")));
}

fn waive(fleet: &Fleet, rule: &str, path: &str, reason: &str, expires: &str) {
    let waiver =
        format!("\n[[waivers]]\nrule = \"{rule}\"\npath = \"{path}\"\nreason = \"{reason}\"\nexpires = {expires}\n");
    fleet.append("mcpgen.toml", &waiver);
}

fn edit_readme(fleet: &Fleet) {
    fleet.replace("hello_v2/README.md", "An MCP server in Rust.", "A very fast MCP server.");
}

pub const MUTATIONS: &[Mutation] = &[
    breaks("missing-in-ci", "a server is not in the matrix of CI", |fleet| {
        matrix(fleet, &["everything_v2", "golden_v2", "hello_v2"]);
    }),
    breaks("missing-in-ci", "a server is not in the matrix of CI, which has names alone", |fleet| {
        matrix(fleet, &["everything", "golden", "weather"]);
    }),
    breaks("missing-in-ci", "CI tests packages one by one, and not all of them", |fleet| {
        steps(fleet, "      - run: cargo test -p weather_v2 && cargo test -p hello_v2\n      - run: mcpgen check\n");
    }),
    breaks("missing-in-ci", "a server is not in the matrix of GitLab", |fleet| {
        let text = "test:\n  parallel:\n    matrix:\n      - SERVER: [weather_v2, hello_v2, golden_v2]\n  script:\n    - cargo test \
                    -p $SERVER\n    - mcpgen check\n";
        fleet.write(".gitlab-ci.yml", text);
    }),
    near("missing-in-ci", "all servers are in the matrix of CI", |fleet| {
        matrix(fleet, &["weather_v2", "hello-v2", "everything_v2", "golden_v2"]);
    }),
    near("missing-in-ci", "a matrix is of something else", |fleet| {
        matrix(fleet, &["ubuntu-latest", "weather", "windows-latest"]);
    }),
    near("missing-in-ci", "one server has a step of its own beside the workspace", |fleet| {
        steps(
            fleet,
            "      - run: |\n          cargo test --locked --workspace\n          cargo test -p weather_v2 --release\n      - run: \
             ./mcpgen check --output-format github\n",
        );
    }),
    breaks("check-not-in-ci", "CI tests the fleet and does not check it", |fleet| {
        steps(fleet, "      - run: cargo test --locked\n      - run: mcpgen ports check\n");
    }),
    breaks("check-not-in-ci", "CI uses a local action that does something else", |fleet| {
        fleet.write(".github/actions/setup/action.yml", "name: setup\nruns: { using: composite, steps: [] }\n");
        steps(fleet, "      - uses: ./.github/actions/setup\n      - run: cargo test --locked\n");
    }),
    near("check-not-in-ci", "CI uses an action of mcpgen's", |fleet| {
        steps(fleet, "      - run: cargo test --locked\n      - uses: example/mcpgen-check@v1\n");
    }),
    near("check-not-in-ci", "CI uses a local action that checks the fleet", |fleet| {
        let action = "name: conform\nruns:\n  using: composite\n  steps:\n    - run: mcpgen check\n      shell: bash\n";
        fleet.write(".github/actions/conform/action.yml", action);
        steps(fleet, "      - uses: ./.github/actions/conform\n      - run: cargo test --locked\n");
    }),
    near("check-not-in-ci", "CI runs a script that checks the fleet", |fleet| {
        fleet.write("ci.sh", "#!/bin/sh\nset -e\ncargo test\nmcpgen check\n");
        steps(fleet, "      - run: cargo build\n      - run: ./ci.sh\n");
    }),
    near("check-not-in-ci", "the check is a hook of pre-commit", |fleet| {
        let hooks =
            "repos:\n  - repo: https://git.example/mcpgen\n    rev: v0.1.0\n    hooks: [{ id: mcpgen-check }]\n";
        fleet.write(".pre-commit-config.yaml", hooks);
        steps(fleet, "      - run: cargo build\n");
    }),
    near("check-not-in-ci", "CI does nothing with the fleet", |fleet| steps(fleet, "      - run: echo done\n")),
    breaks("missing-in-compose", "a server is not in the compose file", |fleet| {
        compose(fleet, "compose.yml", &["everything", "golden", "weather"], "");
    }),
    breaks("missing-in-compose", "a server is in the compose file only as somebody's dependency", |fleet| {
        let more = "  gateway:\n    image: nginx:1.29\n    depends_on: [hello-v2]\n";
        compose(fleet, "deploy/any-name.yaml", &["everything", "golden", "weather"], more);
    }),
    near("missing-in-compose", "all servers are in the compose file, one under another name", |fleet| {
        let more = "  greeter:\n    build: { context: ., dockerfile: hello_v2/Dockerfile }\n";
        compose(fleet, "compose.yml", &["everything", "golden", "weather"], more);
    }),
    near("missing-in-compose", "a compose file is completed by another beside it", |fleet| {
        compose(fleet, "compose.yml", &["everything", "golden", "weather"], "");
        compose(fleet, "compose.greeting.yml", &["hello"], "");
    }),
    near("missing-in-compose", "a compose file has no server of the fleet", |fleet| {
        compose(fleet, "compose.yml", &[], "  weather:\n    image: vendor/weather:3\n");
    }),
    breaks("missing-in-scrape-config", "a server is not scraped", |fleet| {
        scrape(fleet, &["everything", "golden", "hello"], "");
    }),
    near("missing-in-scrape-config", "all servers are scraped, one at its address", |fleet| {
        let more = format!("        - 10.0.0.7:{}\n", fleet.port("weather_v2"));
        scrape(fleet, &["everything", "golden", "hello"], &more);
    }),
    near("missing-in-scrape-config", "targets are discovered", |fleet| {
        let more =
            "  - job_name: rest\n    dockerswarm_sd_configs: [{ host: 'unix:///var/run/docker.sock', role: tasks }]\n";
        scrape(fleet, &["everything"], more);
    }),
    breaks("missing-in-alerts", "a server has no alerts", |fleet| {
        alerts(fleet, &["everything", "golden", "hello"], "");
    }),
    near("missing-in-alerts", "all servers have alerts", |fleet| alerts(fleet, ALL, "")),
    near("missing-in-alerts", "one alert is for all servers, and one has another besides", |fleet| {
        alerts(fleet, &["golden"], &alert("outcome=\"error\""));
    }),
    breaks("missing-in-client-config", "an editor is not told of a server", |fleet| {
        clients(fleet, ".cursor/mcp.json", "mcpServers", &["everything", "golden", "hello"]);
    }),
    breaks("missing-in-client-config", "another editor is not told of a server", |fleet| {
        clients(fleet, ".vscode/mcp.json", "servers", &["everything", "golden", "hello"]);
    }),
    near("missing-in-client-config", "an editor is told of all servers and of one more", |fleet| {
        clients(fleet, ".cursor/mcp.json", "mcpServers", ALL);
        fleet.replace(".cursor/mcp.json", "// ours", "\n    // ours\n");
        let other = "\"mcpServers\": {\n    \"docs\": { \"command\": \"npx\", \"args\": [\"-y\", \"docs-mcp\"] },";
        fleet.replace(".cursor/mcp.json", "\"mcpServers\": {", other);
    }),
    near("missing-in-client-config", "an editor is told of other servers alone", |fleet| {
        fleet.write(
            ".mcp.json",
            "{ \"mcpServers\": { \"docs\": { \"command\": \"npx\", \"args\": [\"docs-mcp\"] } } }\n",
        );
    }),
    breaks("unknown-server", "the matrix of CI has a server that is gone", |fleet| {
        matrix(fleet, &["everything_v2", "golden_v2", "hello_v2", "weather_v2", "news_v2"]);
    }),
    breaks("unknown-server", "the compose file builds a server that is gone", |fleet| {
        let more = "  news-v2:\n    build: { context: ., dockerfile: news_v2/Dockerfile }\n";
        compose(fleet, "compose.yml", ALL, more);
    }),
    breaks("unknown-server", "a server is scraped that was released", |fleet| {
        fleet.run(&["ports", "allocate", "news_v2"]).fine();
        fleet.run(&["ports", "release", "news_v2"]).fine();
        scrape(fleet, ALL, "        - news-v2:9001\n");
    }),
    near("unknown-server", "the compose file runs what others made", |fleet| {
        compose(fleet, "compose.yml", ALL, "  metrics-v2:\n    image: vendor/metrics-v2:3\n");
    }),
    near("unknown-server", "the compose file runs a server that the registry knows from elsewhere", |fleet| {
        fleet.run(&["ports", "allocate", "news_v2"]).fine();
        compose(fleet, "compose.yml", ALL, &service("news"));
    }),
    breaks("duplicate-server", "a server is copied", |fleet| {
        for (path, text) in fleet.texts() {
            if let Some(inner) = path.strip_prefix("hello_v2/") {
                fleet.write(&format!("greeter_v2/{inner}"), &text);
            }
        }
    }),
    near("unknown-server", "the matrix of CI has versions of something beside the servers", |fleet| {
        matrix(fleet, &["everything_v2", "golden_v2", "hello_v2", "weather_v2"]);
        fleet.replace(".github/workflows/ci.yml", "matrix:\n", "matrix:\n        api: [api_v1, api_v2]\n");
    }),
    near("duplicate-server", "a server is made from a copy of a spec", |fleet| {
        fleet.write("greeter.toml", &fleet.read("hello_v2/server.toml"));
        fleet.run(&["new", "greeter", "--spec", "greeter.toml"]).fine();
        fleet.delete("greeter.toml");
    }),
    breaks("clashing-tools", "the tools of two servers are one behind the names of the servers", |fleet| {
        // `weather` has the tool `list_alerts`.
        server_with(fleet, "weather_list", "alerts");
    }),
    near("clashing-tools", "two servers have tools of one name", |fleet| {
        server_with(fleet, "weather_list", "list_alerts");
    }),
    breaks("unreadable-file", "a workflow is no YAML", |fleet| {
        fleet.write(".github/workflows/ci.yml", "jobs:\n  test:\n\t- run: cargo test\n");
    }),
    breaks("conflict-markers", "a merge left its markers in the compose file", |fleet| {
        compose(fleet, "compose.yml", ALL, "<<<<<<< HEAD\n  a: [\n=======\n  b: }\n>>>>>>> other\n");
    }),
    near("unreadable-file", "a template of YAML is no YAML", |fleet| {
        fleet.write("deploy/templates/service.yaml", "{{- if .Values.on }}\nkind: Service\n{{- end }}\n");
    }),
    breaks("stale-waiver", "a waiver is needed by nothing", |fleet| {
        waive(fleet, "drift", "hello_v2", "we are faster", "2999-12-31");
    }),
    breaks("stale-waiver", "a waiver names no rule", |fleet| {
        waive(fleet, "drifft", "hello_v2", "we are faster", "2999-12-31");
    }),
    breaks("stale-waiver", "a waiver without a reason stands before one that has one", |fleet| {
        edit_readme(fleet);
        waive(fleet, "drift", "hello_v2", " ", "2999-12-31");
        waive(fleet, "drift", "hello_v2/README.md", "we are faster", "2999-12-31");
    }),
    breaks("stale-waiver", "a waiver has a path that is no pattern", |fleet| {
        waive(fleet, "drift", "hello_v2/[", "we are faster", "2999-12-31");
    }),
    near("stale-waiver", "a finding is waived", |fleet| {
        edit_readme(fleet);
        waive(fleet, "MCP203", "hello_v2/*.md", "we are faster", "2999-12-31");
    }),
    breaks("expired-waiver", "a waiver is over", |fleet| {
        waive(fleet, "drift", "hello_v2", "we were faster", "2020-01-31");
    }),
    near("expired-waiver", "a waiver is good for a long time", |fleet| {
        edit_readme(fleet);
        waive(fleet, "drift", "", "we are faster", "\"2999-12-31\"");
    }),
];

#[test]
fn fleet_rules() {
    hold(MUTATIONS);
}
