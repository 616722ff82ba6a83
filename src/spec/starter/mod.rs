//! The specs that mcpgen writes itself: where a new server begins.
//!
//! The comments come from the grammar; only the values are chosen here.

mod sections;

use std::fmt::Write;

use super::grammar::{FIELD, Key, ROOT, Shape};
use super::validate::GOLDEN_TOOL;
use crate::name::ServerName;
use sections::{SECTIONS, Section};

/// The spec of a server of which only the name is known: the golden tool, written out.
#[must_use]
pub fn default_spec(name: &ServerName) -> String {
    let title = name.title();
    format!(
        "[server]\nname = \"{name}\"\ntitle = \"{title}\"\ndescription = \"{title} for MCP clients\"\n\n{GOLDEN_TOOL}"
    )
}

/// The same spec with everything else that can be said, commented out. `schema` is where its JSON Schema is, seen from
/// the file.
#[must_use]
pub fn template(name: &ServerName, schema: &str) -> String {
    let mut out = format!("#:schema {schema}\n{INTRODUCTION}");
    for section in SECTIONS {
        section.write(name, &mut out);
    }
    out
}

const INTRODUCTION: &str = "\
# The spec of one MCP server: the source of its code, tests, image and README.
# `mcpgen spec check` tells everything that is wrong with it; lines that begin with `#` and no blank can be switched on.
";

impl Section {
    fn shape(&self) -> Option<&'static Shape> {
        self.header.split('.').try_fold(&ROOT, Shape::under)
    }

    fn write(&self, name: &ServerName, out: &mut String) {
        let mark = |live: bool| if live { "" } else { "#" };
        let shape = self.shape();
        let about = self.about().map(|about| format!("# {about}\n")).filter(|about| !out.contains(about));
        let header = match shape {
            Some(Shape::List(..)) => format!("[[{}]]", self.header),
            _ => format!("[{}]", self.header),
        };
        out.push('\n');
        out.push_str(&about.unwrap_or_default());
        if self.header == "types.Item" {
            out.push_str(&field_help());
        }
        let _ = writeln!(out, "{}{header}", mark(self.live));
        for (key, value, live) in self.rows {
            let value = value.replace("{name}", name.snake()).replace("{title}", &name.title());
            let known = shape.and_then(|shape| shape.keys().find(|known| known.name == *key));
            let comment = known.map(|known| format!("  # {}", known.about)).unwrap_or_default();
            let _ = writeln!(out, "{}{key} = {value}{comment}", mark(*live));
        }
    }

    /// What the table is for: said by the key that holds it, once.
    fn about(&self) -> Option<&'static str> {
        let (holder, last) = match self.header.rsplit_once('.') {
            None => (&ROOT, self.header),
            Some((parents, last)) => {
                let holder = parents.split('.').try_fold(&ROOT, Shape::under)?;
                // `[config.units]` is explained by `config`.
                if matches!(holder, Shape::Names(..)) { (&ROOT, parents) } else { (holder, last) }
            }
        };
        holder.keys().find(|key| key.name == last).map(|key| key.about)
    }
}

/// What a field can say, as comment lines.
fn field_help() -> String {
    let mut out = String::from("# A field is `name = \"type\"`, or a table with\n");
    let keys: Vec<&Key> = FIELD.keys().collect();
    let widest = keys.iter().map(|key| key.name.len()).max().unwrap_or_default();
    for key in keys {
        let _ = writeln!(out, "#   {:widest$}  {}", key.name, key.about);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Spec, check_shape, read};

    fn name() -> ServerName {
        ServerName::parse("weather_report").unwrap()
    }

    #[test]
    fn the_default_spec_says_what_a_spec_without_tools_means() {
        let written: Spec = read(&default_spec(&name()), "server.toml").unwrap();
        let bare = "[server]\nname = \"weather_report\"\ndescription = \"Weather Report for MCP clients\"\n";
        assert_eq!(written, read(bare, "server.toml").unwrap());
        assert_eq!(written.tools[0].name.snake(), "process_request");
    }

    #[test]
    fn the_template_means_the_default_spec() {
        let template = read(&template(&name(), "server.schema.json"), "server.toml").unwrap();
        assert_eq!(template, read(&default_spec(&name()), "server.toml").unwrap());
    }

    #[test]
    fn every_line_of_the_template_can_be_switched_on() {
        let on: Vec<String> = template(&name(), "server.schema.json")
            .lines()
            .map(
                |line| {
                    if line.starts_with("# ") || line.starts_with("#:") { line } else { line.trim_start_matches('#') }
                },
            )
            .map(str::to_owned)
            .collect();
        if let Err(problems) = check_shape(&on.join("\n"), "server.toml") {
            panic!("{problems}");
        }
    }

    #[test]
    fn the_template_shows_every_key_of_the_grammar() {
        let template = template(&name(), "server.schema.json");
        for section in SECTIONS {
            let shape = section.shape().unwrap();
            // `config` shows what only settings have; the rest is in the help on fields.
            let keys = shape.keys().filter(|key| {
                !FIELD.keys().any(|field| field.name == key.name && section.header.starts_with("config"))
            });
            let same = |other: &&Section| other.shape().is_some_and(|other| std::ptr::eq(other, shape));
            for key in keys {
                let elsewhere = ["request", "respond", "input", "output", "fields"].contains(&key.name);
                let shows = |section: &Section| {
                    let table = format!("[{}.{}", section.header, key.name);
                    section.rows.iter().any(|(row, ..)| *row == key.name) || template.contains(&table)
                };
                let shown = SECTIONS.iter().filter(same).any(shows);
                assert!(shown || elsewhere, "`{}` of `[{}]`", key.name, section.header);
            }
        }
    }
}
