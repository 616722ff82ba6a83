//! Images.
//!
//! A Dockerfile is Owned, so whatever comes close in one of a server is drift; what is fine in one is in the unit tests of
//! the family. Here it is in a Dockerfile that is no server's.

use super::{Mutation, breaks, hold, near};
use crate::check::Fleet;

const IMAGE: &str = "hello_v2/Dockerfile";

/// A crate that is no server, with an image of its own.
fn tool(fleet: &Fleet, dockerfile: &str) {
    fleet.write("tool/Cargo.toml", "[package]\nname = \"tool\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    fleet.write("tool/src/main.rs", "//! A tool.\n\nfn main() {}\n");
    fleet.write("tool/Dockerfile", dockerfile);
}

pub const MUTATIONS: &[Mutation] = &[
    breaks("root-user", "the image names no user", |fleet| fleet.remove_line(IMAGE, "USER 10001")),
    breaks("root-user", "the image runs as root", |fleet| fleet.replace(IMAGE, "USER 10001", "USER root")),
    near("root-user", "an image that is no server's runs as root", |fleet| {
        tool(fleet, "FROM debian:trixie-slim\nUSER root\nCMD [\"true\"]\n");
    }),
    breaks("single-stage", "the image is compiled where it is shipped", |fleet| {
        fleet.replace(IMAGE, "FROM debian:trixie-slim", "FROM build");
    }),
    near("single-stage", "an image that is no server's has one stage", |fleet| {
        tool(fleet, "FROM rust:1.95\nRUN cargo build --locked\n");
    }),
    breaks("unlocked-build", "the image is built without the lock file", |fleet| {
        fleet.replace(IMAGE, "cargo build --locked", "cargo build");
    }),
    near("unlocked-build", "an image that is no server's compiles nothing", |fleet| {
        tool(fleet, "FROM rust:1.95\nRUN cargo --version\n");
    }),
    breaks("missing-healthcheck", "the image is not probed", |fleet| fleet.remove_line(IMAGE, "HEALTHCHECK")),
    breaks("missing-healthcheck", "the image is probed by curl", |fleet| {
        fleet.replace(IMAGE, "CMD [\"hello_v2\", \"healthcheck\"]", "CMD curl --fail http://localhost/health");
    }),
    near("missing-healthcheck", "an image that is no server's is not probed", |fleet| {
        tool(fleet, "FROM debian:trixie-slim\nHEALTHCHECK NONE\n");
    }),
    breaks("missing-expose", "the image exposes no port", |fleet| fleet.remove_line(IMAGE, "EXPOSE")),
    near("missing-expose", "an image that is no server's exposes no port", |fleet| {
        tool(fleet, "FROM debian:trixie-slim\nCMD [\"true\"]\n");
    }),
    breaks("floating-image", "the image begins with the latest Debian", |fleet| {
        fleet.replace(IMAGE, "FROM debian:trixie-slim", "FROM debian:latest");
    }),
    breaks("floating-image", "the compiler has no version", |fleet| {
        fleet.replace(IMAGE, "FROM rust:1.95-slim-trixie", "FROM rust");
    }),
    near("floating-image", "an image that is no server's has no version", |fleet| tool(fleet, "FROM debian\n")),
    breaks("secret-in-image", "the image has a password", |fleet| {
        fleet.replace(IMAGE, "ENV BIND", concat!("ENV DB_PASSWORD=hun", "ter2 BIND"));
    }),
    breaks("secret-in-image", "a file of secrets is copied into the image", |fleet| {
        fleet.replace(IMAGE, "USER 10001", "COPY .env /etc/\nUSER 10001");
    }),
    breaks("secret-in-image", "a token is in a Dockerfile that is no server's", |fleet| {
        let token = concat!("ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8");
        tool(fleet, &format!("FROM debian:trixie-slim\nRUN git clone https://{token}@git.example/a\n"));
    }),
    near("secret-in-image", "an image says where its secrets are", |fleet| {
        tool(fleet, "FROM debian:trixie-slim\nARG NPM_TOKEN\nENV PASSWORD_FILE=/run/secrets/a API_KEY=$API_KEY\n");
    }),
    breaks("ignore-file", "secrets are copied into the build", |fleet| fleet.remove_line(".dockerignore", ".env")),
    breaks("ignore-file", "the history is taken back into the build", |fleet| fleet.append(".dockerignore", "!.git\n")),
    near("ignore-file", "what is ignored is checked out with CRLF", |fleet| {
        let text = fleet.read(".dockerignore");
        fleet.write(".dockerignore", &text.replace('\n', "\r\n"));
    }),
    breaks("invalid-dockerfile", "an instruction is misspelt", |fleet| {
        fleet.replace(IMAGE, "STOPSIGNAL", "STOPSINGAL");
    }),
    near("invalid-dockerfile", "a Dockerfile is checked out with CRLF", |fleet| {
        let text = fleet.read(IMAGE);
        fleet.write(IMAGE, &text.replace('\n', "\r\n"));
    }),
    breaks("wrong-binary", "the image starts another server", |fleet| {
        fleet.replace(IMAGE, "ENTRYPOINT [\"hello_v2\"]", "ENTRYPOINT [\"weather_v2\"]");
    }),
    breaks("wrong-binary", "the image builds a crate that is not there", |fleet| {
        fleet.replace(IMAGE, "-p hello_v2", "-p hallo_v2");
    }),
    near("wrong-binary", "an image that is no server's starts a server", |fleet| {
        tool(fleet, "FROM debian:trixie-slim\nENTRYPOINT [\"hello_v2\"]\n");
    }),
];

#[test]
fn container_rules() {
    hold(MUTATIONS);
}
