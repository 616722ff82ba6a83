//! A secret that is built into an image.

use std::ops::Range;

use parse_dockerfile::{Instruction, Source};

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, Files};
use crate::secret;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP607",
    name: "secret-in-image",
    severity: Severity::Error,
    summary: "a Dockerfile has a secret in it, or copies a file of secrets into the image",
    docs: "Whoever can pull an image can read its layers: every `ENV`, every default of an `ARG` and every file that was \
           copied, also one that a later layer removes. The secret itself is not printed here.\n\nTake it out, and make it \
           invalid where it is good for. Servers read secrets when they start: from the environment, or from a file that \
           `NAME_FILE` names; a build reads them with `RUN --mount=type=secret`.",
    check: Check::Files(check),
};

/// Whether a file is a Dockerfile by its name.
pub fn is_dockerfile(name: &str) -> bool {
    let is = |word: &str| name == word || name.strip_prefix(word).is_some_and(|rest| rest.starts_with('.'));
    is("Dockerfile") || is("Containerfile")
}

/// Whether a file of that name holds the settings of a running service, secrets among them.
pub fn is_env_file(name: &str) -> bool {
    const EXAMPLES: &[&str] = &["defaults", "dist", "example", "sample", "schema", "template", "tpl"];
    let Some(rest) = name.strip_prefix(".env") else { return false };
    let is_example = rest.split('.').any(|part| EXAMPLES.contains(&part));
    (rest.is_empty() || rest.starts_with('.')) && !is_example
}

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in files.suspects().filter(|file| is_dockerfile(file.name())) {
        look(file, out);
    }
}

fn look(file: &FileView<'_>, out: &mut Findings) {
    let Some(dockerfile) = file.dockerfile() else { return };
    let mut report = |span: Range<usize>, message: String| {
        let mut place = file.bytes(span);
        // Whoever reads the report must not read the secret.
        place.source = None;
        out.add(place, message).help("take it out and make it invalid; the server reads secrets when it starts");
    };
    let known = secret::known(file.text);
    for found in &known {
        report(found.span.clone(), format!("{} is in the `{}`", found.kind, file.name()));
    }
    let is_told = |span: &Range<usize>| {
        let next = known.partition_point(|known| known.span.start < span.start);
        known.get(next).is_some_and(|known| known.span.start < span.end)
    };
    for instruction in &dockerfile.instructions {
        let (word, span, pairs) = match instruction {
            Instruction::Env(env) => ("ENV", &env.arguments.span, pairs(&env.arguments.value)),
            Instruction::Arg(arg) => ("ARG", &arg.arguments.span, pairs(&arg.arguments.value)),
            Instruction::Copy(copy) => {
                copied(&copy.src, &mut report);
                continue;
            }
            Instruction::Add(add) => {
                copied(&add.src, &mut report);
                continue;
            }
            _ => continue,
        };
        for name in pairs.into_iter().filter(|(name, value)| is_secret(name, value)).map(|(name, _)| name) {
            if !is_told(span) {
                report(span.clone(), format!("`{word}` puts the value of {} into the image", quote(name)));
            }
        }
    }
}

fn copied(sources: &[Source<'_>], report: &mut impl FnMut(Range<usize>, String)) {
    for source in sources {
        let Source::Path(path) = source else { continue };
        if path.value.rsplit('/').next().is_some_and(is_env_file) {
            report(path.span.clone(), format!("{} is copied into the image, secrets and all", quote(&path.value)));
        }
    }
}

/// Whether a name says that its value is secret, and the value is no reference, path or nothing.
fn is_secret(name: &str, value: &str) -> bool {
    secret::names_one(name) && !value.is_empty() && !value.starts_with(['$', '/'])
}

/// The names and values of `NAME=value NAME="a value"`, or of the old form `NAME value`.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    let bare = |value: &str| -> usize { value.len() - value.trim_start_matches(['"', '\'']).len() };
    let first = text.split_whitespace().next().unwrap_or_default();
    if !first.contains('=') {
        let value = text.trim_start().strip_prefix(first).unwrap_or_default();
        return vec![(first, value.trim())];
    }
    let mut pairs = Vec::new();
    let (mut quoted, mut start) = (None, 0);
    let ends = text.char_indices().map(|(at, c)| (at, c, c.len_utf8())).chain([(text.len(), ' ', 0)]);
    for (at, c, length) in ends {
        match quoted {
            Some(open) if c == open => quoted = None,
            None if matches!(c, '"' | '\'') => quoted = Some(c),
            None if c.is_whitespace() => {
                if let Some((name, value)) = text[start..at].split_once('=') {
                    let quotes = bare(value);
                    pairs.push((name, value[quotes..].trim_end_matches(['"', '\''])));
                }
                start = at + length;
            }
            _ => {}
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_read_as_docker_does() {
        assert_eq!(pairs("A=1 B=\"x y\" C='' D"), [("A", "1"), ("B", "x y"), ("C", "")]);
        assert_eq!(pairs("A b c"), [("A", "b c")]);
        assert_eq!(pairs("A"), [("A", "")]);
        assert_eq!(pairs(""), [("", "")]);
    }

    #[test]
    fn files_of_secrets_are_known_by_their_names() {
        assert!([".env", ".env.production", ".env.local"].into_iter().all(is_env_file));
        assert!(
            [".env.example", ".env.local.sample", ".envrc", "env", ".environment"]
                .into_iter()
                .all(|it| !is_env_file(it))
        );
        assert!(is_dockerfile("Dockerfile.dev") && is_dockerfile("Containerfile") && !is_dockerfile("Dockerfiles"));
    }
}
