//! Secrets, addresses, errors and checks.
//!
//! What looks like a secret is here in two parts, so that nobody who looks for secrets in this repository finds it.

use super::{Mutation, breaks, hold, near};
use crate::check::fleet::Fleet;

/// A file of the user's, where code can be added.
const USERS: &str = "hello_v2/src/services/core_service.rs";

const KEY: &str = concat!("a8f5f167f44f", "4964e6c998de");

pub const MUTATIONS: &[Mutation] = &[
    breaks("secret", "a token is in a note", |fleet| {
        let token = concat!("ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8");
        fleet.append("hello_v2/NOTES.md", &format!("\nTry it with `{token}`.\n"));
    }),
    breaks("secret", "a password is in a URL", |fleet| {
        let url = concat!("redis://:hun", "ter2hunter2@cache:6379");
        fleet.write("deploy/values.yaml", &format!("cache: {url}\n"));
    }),
    breaks("secret", "a private key is in a file", |fleet| {
        let key = concat!("-----BEGIN PRIVATE", " KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n");
        fleet.write("hello_v2/tests/data/key.pem", key);
    }),
    breaks("secret", "a key is in the settings of a tool", |fleet| {
        fleet.write("deploy/values.json", &format!("{{\"weather\": {{\"api_key\": \"{KEY}\"}}}}\n"));
    }),
    breaks("secret", "a key is in an entry of an environment", |fleet| {
        fleet.write("deploy/values.yaml", &format!("env:\n  - name: API_KEY\n    value: {KEY}\n"));
    }),
    breaks("secret", "a key is in the example of a file of secrets", |fleet| {
        fleet.write("hello_v2/deploy.env", &format!("# ours\nexport WEATHER_API_KEY=\"{KEY}\"\n"));
    }),
    breaks("secret", "a key is in the code", |fleet| {
        fleet.append(USERS, &format!("\n/// Opens everything.\npub const API_KEY: &str = \"{KEY}\";\n"));
    }),
    breaks("secret", "a key is in the settings of the fleet", |fleet| {
        fleet.append("mcpgen.toml", &format!("\n# token: {}\n", concat!("glpat", "-a1B2c3D4e5F6g7H8i9J0")));
    }),
    breaks("secret", "a token is in a comment of a spec", |fleet| {
        let token = concat!("ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8");
        fleet.append("hello_v2/server.toml", &format!("# Until we have our own: {token}\n"));
    }),
    breaks("secret", "a token is the default of a setting that is not secret", |fleet| {
        let setting = format!("\n[config.partner_token]\ntype = \"string\"\ndefault = \"{KEY}\"\n");
        fleet.append("hello_v2/server.toml", &setting);
        fleet.run(&["check", "--fix"]);
    }),
    near("secret", "a spec says of a setting that it is secret", |fleet| {
        fleet.append("hello_v2/server.toml", "\n[config.partner_token]\ntype = \"string\"\nsecret = true\n");
        fleet.run(&["check", "--fix"]).fine();
    }),
    near("secret", "files say where secrets are", |fleet| {
        fleet.write(
            "deploy/values.yaml",
            "api_key: ${WEATHER_API_KEY}\npassword: example-only\npassword_file: /run/secrets/db2\n\
             secretName: weather-api-key-2\nkey: value\ntoken: ${{ secrets.TOKEN_2 }}\n\
             uses: actions/checkout@0123456789abcdef0123456789abcdef01234567\n\
             request_id: 0b7c1f4e-5a54-4a2f-9d0c-3b6b1f4e5a54\ncache: redis://:${PASSWORD}@cache\n",
        );
        fleet.write("package-lock.json", "{\"integrity\": \"sha512-a8f5f167f44f4964e6c998dee827110cA8F5F167==\"}\n");
        fleet.append(USERS, "\n/// Where the key is.\npub const API_KEY: &str = \"WEATHER_API_KEY_2\";\n");
        fleet.append("hello_v2/NOTES.md", "\nSet `API_KEY=…`, or `postgres://user:password@localhost/db`.\n");
    }),
    near("secret", "secrets are named, and files that hold them", |fleet| {
        fleet.write(
            "deploy/compose.yaml",
            "services:\n  app:\n    image: app@sha256:0123\n    secrets: [hello_token_v2, tls_cert_2026]\n    environment:\n      \
             TLS_PRIVATE_KEY: server-key2.pem\n      PASSWORD: keyring:db-main-1\n",
        );
        fleet.write(
            "deploy/keys.json",
            "{\"private_key\": \"id_ed25519\", \"access_key\": \"Ctrl+Shift+S\", \"api_key\": \"ENC[AES256_GCM,data:aB3=]\"}\n",
        );
    }),
    breaks("secret", "a key is in a file that cannot be read as what it is", |fleet| {
        fleet.write("deploy/values.yaml", &format!("a: [\nAPI_KEY={KEY}\n"));
    }),
    breaks("env-file", "a file of secrets is not ignored", |fleet| fleet.write("hello_v2/.env.production", "A=b\n")),
    breaks("env-file", "files of secrets are ignored no more", |fleet| {
        fleet.remove_line(".gitignore", ".env");
        fleet.write(".env", "A=b\n");
    }),
    near("env-file", "a file of secrets is ignored, and its example is not", |fleet| {
        fleet.write(".env", "A=b\n");
        fleet.write("hello_v2/.env", "A=b\n");
        fleet.write(".env.example", "API_KEY=…\n");
    }),
    breaks("open-bind", "code of a server listens on every address", |fleet| {
        fleet.append(
            USERS,
            "\n/// Listens.\npub fn listen() {\n    drop(std::net::TcpListener::bind(\"0.0.0.0:8000\"));\n}\n",
        );
    }),
    breaks("open-bind", "the base listens on every address", |fleet| {
        fleet.replace("base/core/src/settings/base.json", "\"default\": \"127.0.0.1\"", "\"default\": \"0.0.0.0\"");
    }),
    near("open-bind", "a module is there for tests alone", |fleet| {
        fleet.append(USERS, "\n#[cfg(test)]\nmod fakes;\n");
        fleet.write(
            "hello_v2/src/services/core_service/fakes.rs",
            "pub fn fake() {\n    let _ = std::net::TcpListener::bind(\"0.0.0.0:8000\");\n    todo!(\"later\")\n}\n",
        );
    }),
    near("open-bind", "an address is compared, tested, and given to a container", |fleet| {
        fleet.append(
            USERS,
            "\n/// Whether it is any address.\npub fn is_any(host: &str) -> bool {\n    host == \"0.0.0.0\"\n}\n",
        );
        fleet.write(
            "hello_v2/tests/bind.rs",
            "#[test]\nfn binds() {\n    assert!(std::net::TcpListener::bind(\"0.0.0.0:8000\").is_ok());\n}\n",
        );
        fleet.write("deploy/values.yaml", "env:\n  BIND: 0.0.0.0\n");
    }),
    breaks("leaked-error", "the text of an error is sent", |fleet| {
        fleet.append(
            USERS,
            "\n/// Reads a file.\n///\n/// # Errors\n///\n/// When it is not there.\npub fn text(path: &str) -> \
             Result<String, mcp_base::Error> {\n    std::fs::read_to_string(path).map_err(|error| \
             mcp_base::Error::tool(format!(\"cannot read: {error}\")))\n}\n",
        );
    }),
    near("leaked-error", "the caller learns what the caller wrote", |fleet| {
        fleet.append(
            USERS,
            "\n/// Reads a number.\n///\n/// # Errors\n///\n/// When it is none.\npub fn number(text: &str) -> Result<u8, \
             mcp_base::Error> {\n    text.parse().map_err(|error| mcp_base::Error::tool(format!(\"no number: \
             {error}\")))\n}\n",
        );
    }),
    breaks("auth-not-mounted", "a server asks for no key", |fleet| {
        fleet.replace("everything_v2/src/server.rs", "Auth::Bearer", "Auth::None");
    }),
    breaks("auth-not-mounted", "the line that asks for a key is removed", |fleet| {
        fleet.remove_line("everything_v2/src/server.rs", "server.auth(");
    }),
    breaks("auth-not-mounted", "the base does not ask for keys", |fleet| {
        fleet.replace("base/core/src/http/around.rs", "(&web.keys, &web.guard)", "(&None::<Keys>, &web.guard)");
    }),
    breaks("auth-not-mounted", "the base does not ask for tokens", |fleet| {
        fleet.replace("base/core/src/http/around.rs", "(&web.keys, &web.guard)", "(&web.keys, &None::<Guard>)");
    }),
    breaks("auth-not-mounted", "the base looks at keys and lets everybody in", |fleet| {
        let ask = "Some(keys.open(headers).ok_or_else(Refusal::no_key)?)";
        fleet.replace("base/core/src/http/around.rs", ask, "keys.open(headers)");
    }),
    breaks("auth-not-mounted", "the base looks at tokens and lets everybody in", |fleet| {
        let ask = "Some(guard.enter(headers).await?)";
        fleet.replace("base/core/src/http/around.rs", ask, "guard.enter(headers).await.ok()");
    }),
    breaks("auth-not-mounted", "a server that takes tokens asks for a key instead", |fleet| {
        add_guarded(fleet);
        fleet.replace("guarded_v2/src/server.rs", "Auth::OAuth", "Auth::Bearer");
    }),
    breaks("auth-not-mounted", "a tool needs a scope less than its spec says", |fleet| {
        add_guarded(fleet);
        fleet.remove_line("guarded_v2/src/server.rs", "server.tool_scope(");
    }),
    near("auth-not-mounted", "a server takes tokens", add_guarded),
    breaks("auth-not-mounted", "requests go past what asks for keys", |fleet| {
        fleet.remove_line("base/core/src/http/mod.rs", "around::around");
    }),
    near("auth-not-mounted", "who may call is written with other ends of lines", |fleet| {
        let text = fleet.read("everything_v2/src/server.rs");
        fleet.write("everything_v2/src/server.rs", &text.replace('\n', "\r\n"));
    }),
    breaks("unsafe-code", "code of a server is unsafe", |fleet| {
        fleet.append(USERS, "\n/// Reads.\npub fn read(at: *const u8) -> u8 {\n    unsafe { *at }\n}\n");
    }),
    breaks("unsafe-code", "the lint against unsafe code is switched off", |fleet| {
        let text = fleet.read("hello_v2/src/lib.rs");
        let code = text.lines().position(|line| !line.starts_with("//")).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.insert(code, "#![allow(unsafe_code)]");
        fleet.write("hello_v2/src/lib.rs", &(lines.join("\n") + "\n"));
    }),
    breaks("unsafe-code", "the base is unsafe", |fleet| {
        fleet.append("base/core/src/clock.rs", "\nunsafe impl Sync for Clock {}\n");
    }),
    near("unsafe-code", "the word is in a name and in a text", |fleet| {
        fleet.append(USERS, "\n/// Not unsafe.\n#[allow(dead_code)]\npub const UNSAFE: &str = \"unsafe { }\";\n");
    }),
    breaks("disabled-check", "a client accepts any certificate", |fleet| {
        fleet.append(
            USERS,
            "\n/// A client.\npub fn client() {\n    drop(reqwest::Client::builder().danger_accept_invalid_certs(true).build());\n}\n",
        );
    }),
    breaks("disabled-check", "the base does not look at hosts", |fleet| {
        fleet.replace("base/core/src/http/around.rs", "_ => web.hosts.check(uri, headers)?,", "_ => {}");
    }),
    near("disabled-check", "a client says that it verifies certificates", |fleet| {
        fleet.append(
            USERS,
            "\n/// A client.\npub fn client() {\n    drop(reqwest::Client::builder().danger_accept_invalid_certs(false).build());\n}\n",
        );
    }),
];

/// A server that takes access tokens, for the fleet.
fn add_guarded(fleet: &Fleet) {
    let spec = "[server]\nname = \"guarded\"\ndescription = \"Takes tokens\"\n[auth]\nmode = \"oauth\"\nscopes = [\"a\"]\n\
                [tools.erase]\ndescription = \"Erases\"\nscopes = [\"b\"]\nrespond = { text = \"Erased\" }\n";
    fleet.write("guarded.toml", spec);
    fleet.run(&["new", "guarded", "--spec", "guarded.toml"]).fine();
    fleet.delete("guarded.toml");
}

#[test]
fn security_rules() {
    hold(MUTATIONS);
}
