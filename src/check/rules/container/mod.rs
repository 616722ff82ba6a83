//! Rules on images: the `Dockerfile` of a server, and what is kept out of the build.
//!
//! A Dockerfile of ours that is as rendered is right, one that is gone is told of by another rule. Those of servers that
//! mcpgen did not make are held to the same, but for what only a binary of ours can do.

mod floating_image;
mod ignore_file;
mod invalid_dockerfile;
mod missing_expose;
mod missing_healthcheck;
mod root_user;
mod secret_in_image;
mod shell;
mod single_stage;
mod unlocked_build;
mod wrong_binary;

use std::collections::HashMap;

use parse_dockerfile::{Dockerfile, FromInstruction, Instruction, Stage};

pub use secret_in_image::{is_dockerfile, is_env_file};

use crate::check::finding::Place;
use crate::check::rule::Rule;
use crate::check::view::{FileView, ServerView, State};

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[
    &root_user::RULE,
    &single_stage::RULE,
    &unlocked_build::RULE,
    &missing_healthcheck::RULE,
    &missing_expose::RULE,
    &floating_image::RULE,
    &secret_in_image::RULE,
    &ignore_file::RULE,
    &invalid_dockerfile::RULE,
    &wrong_binary::RULE,
];

const FILE: &str = "Dockerfile";

/// How an image is built, where that is not as rendered.
struct Image<'v, 'f> {
    file: &'v FileView<'f>,
    stages: Vec<Stage<'f, 'v>>,
    /// The stages that have a name, by that in lower case.
    names: HashMap<String, usize>,
}

fn suspect<'v, 'f>(server: &'v ServerView<'f>) -> Option<&'v FileView<'f>> {
    server.files.get(FILE).filter(|file| file.is_suspect() && file.state != State::Outdated)
}

impl<'v, 'f> Image<'v, 'f> {
    fn of(server: &'v ServerView<'f>) -> Option<Self> {
        let file = suspect(server)?;
        let dockerfile: &Dockerfile<'_> = file.dockerfile()?;
        let stages: Vec<_> = dockerfile.stages().collect();
        let mut names = HashMap::new();
        for (at, stage) in stages.iter().enumerate() {
            if let Some((_, name)) = &stage.from.as_ {
                names.entry(name.value.to_ascii_lowercase()).or_insert(at);
            }
        }
        (!stages.is_empty()).then_some(Self { file, stages, names })
    }

    /// The stage before `before` that goes by this name.
    fn stage(&self, name: &str, before: usize) -> Option<usize> {
        self.names.get(&name.to_ascii_lowercase()).copied().filter(|at| *at < before)
    }

    /// The stages that the image itself is made of, the last one first: one may begin where another ended.
    fn layers(&self) -> Vec<&Stage<'f, 'v>> {
        let mut layers = Vec::new();
        let mut next = self.stages.len().checked_sub(1);
        while let Some(at) = next {
            layers.push(&self.stages[at]);
            // Only what is before it, so this comes to an end.
            next = self.stage(&self.stages[at].from.image.value, at);
        }
        layers
    }

    /// The instructions of the image itself, the last one first.
    fn instructions(&self) -> impl Iterator<Item = &'v Instruction<'f>> {
        self.layers().into_iter().flat_map(|stage| stage.instructions.iter().rev())
    }

    /// What the image itself begins with.
    fn root(&self) -> Option<&'v FromInstruction<'f>> {
        self.layers().last().map(|stage| stage.from)
    }

    /// The beginning of the last stage: the place for what it lacks.
    fn place(&self) -> Place {
        match self.stages.last() {
            Some(stage) => self.file.bytes(stage.from.from.span.start..stage.from.image.span.end),
            None => self.file.whole(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::finding::Findings;
    use crate::check::rule::Check;
    use crate::check::view::{Files, Inputs, RecordView, SpecView};
    use crate::tree::{Found, FoundFiles};

    /// Which rules speak of the Dockerfile of a server.
    fn said(text: &str, is_ours: bool) -> Vec<&'static str> {
        let found = FoundFiles::from([(FILE.to_owned(), Found::Text(text.to_owned()))]);
        let server = ServerView {
            id: "weather_v2",
            is_in_fleet: false,
            files: Files::new("weather_v2", &found, None, None),
            spec: SpecView::Missing,
            record: if is_ours { RecordView::Damaged(String::new()) } else { RecordView::Missing },
            inputs: Inputs { spec: "", settings: "", version: "" },
            ports: None,
            ids: &["hello_v2".to_owned(), "weather_v2".to_owned()].into(),
            workspace: None,
            tools_list: None,
            schema_budget: None,
        };
        let rules = RULES.iter().filter(|rule| {
            let mut out = Findings::new(rule, None);
            match rule.check {
                Check::Server(check) => check(&server, &mut out),
                Check::Files(check) => check(&server.files, &mut out),
                _ => {}
            }
            !out.into_list().is_empty()
        });
        rules.map(|rule| rule.name).collect()
    }

    /// A good one, with one line changed.
    fn with(from: &str, to: &str) -> String {
        const GOOD: &str = "ARG RUST=1.95\nFROM rust:${RUST} AS build\nRUN cargo build \\\n  # quick\n  --locked -p weather_v2\n\
            FROM registry.example:5000/debian@sha256:00 AS system\nUSER 10001:10001\nEXPOSE 9000\n\
            FROM SYSTEM\nCOPY --from=build /weather_v2 /bin/\n\
            HEALTHCHECK CMD [\"weather_v2\", \"healthcheck\"]\nENV BIND=0.0.0.0 TOKEN_FILE=/run/secrets/token\n\
            ENTRYPOINT [\"weather_v2\"]\n";
        assert!(GOOD.contains(from), "{from}");
        GOOD.replacen(from, to, 1)
    }

    #[test]
    fn a_good_one_is_left_in_peace() {
        assert_eq!(said(&with("", ""), true), [""; 0]);
        for (from, to) in [
            ("FROM registry.example:5000/debian@sha256:00", "FROM scratch"),
            ("USER 10001:10001", "USER $USER"),
            ("RUN cargo build", "RUN cargo --version && cargo fetch; cargo build"),
            ("ENV BIND=0.0.0.0", "ARG NPM_TOKEN\nENV API_KEY=$API_KEY PASSWORD= BIND=0.0.0.0"),
            ("ENTRYPOINT [\"weather_v2\"]", "ENTRYPOINT [\"tini\", \"--\", \"weather_v2\"]"),
        ] {
            assert_eq!(said(&with(from, to), true), [""; 0], "{to}");
        }
    }

    #[test]
    fn each_fault_is_told_once() {
        for (from, to, rule) in [
            ("USER 10001:10001\n", "", "root-user"),
            ("USER 10001:10001", "USER 10001\nUSER root:0", "root-user"),
            ("FROM SYSTEM", "FROM build AS last\nUSER 1\nEXPOSE 1", "single-stage"),
            ("--locked", "--release", "unlocked-build"),
            ("RUN cargo build", "RUN [\"cargo\", \"install\", \"x\"]\nRUN cargo build", "unlocked-build"),
            ("RUN cargo build", "RUN <<EOF\ncargo +nightly install x\nEOF\nRUN cargo build", "unlocked-build"),
            ("HEALTHCHECK CMD [\"weather_v2\", \"healthcheck\"]", "HEALTHCHECK NONE", "missing-healthcheck"),
            ("EXPOSE 9000\n", "", "missing-expose"),
            ("rust:${RUST}", "rust", "floating-image"),
            ("registry.example:5000/debian@sha256:00", "registry.example:5000/debian", "floating-image"),
            ("FROM SYSTEM", "FROM SYSTEM\nCOPY --from=nginx:latest /a /b", "floating-image"),
            ("ENV BIND", "ENV DB_PASSWORD=hunter BIND", "secret-in-image"),
            ("ENV BIND=0.0.0.0", "ENV API_KEY abc", "secret-in-image"),
            ("ENV BIND", "COPY .env /app/\nENV BIND", "secret-in-image"),
            ("ENTRYPOINT", "ENTRYPONT", "invalid-dockerfile"),
            ("ENTRYPOINT [\"weather_v2\"]", "ENTRYPOINT [\"/bin/hello_v2\"]", "wrong-binary"),
            ("-p weather_v2", "-p wether_v2", "wrong-binary"),
        ] {
            assert_eq!(said(&with(from, to), true), [rule], "{to}");
        }
    }

    #[test]
    fn other_servers_probe_themselves_as_they_can() {
        let text = with("CMD [\"weather_v2\", \"healthcheck\"]", "CMD curl --fail http://localhost:9000/health");
        assert_eq!(said(&text, true), ["missing-healthcheck"]);
        assert_eq!(said(&text, false), [""; 0]);
    }
}
