//! The rendering machine: a [`Plan`] in, a [`Tree`] out.
//!
//! Knows Tera, the embedded templates and the escaping filters. Knows neither the disk nor why a file is in the plan.

mod layout;

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use include_dir::{Dir, include_dir};
use tera::{Context, Kwargs, State, Tera};

use crate::escape;
use crate::plan::{Data, Plan, PlannedFile, Source};
use crate::tree::{File, RelPath, Tree};

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The ending of a template that has tags; all others are copied as they stand.
const TERA: &str = ".tera";

/// The embedded text at `path` below `templates/`.
#[must_use]
pub fn embedded(path: &str) -> Option<&'static str> {
    // Not `Dir::get_file`: comparing paths by their components, it took a sixth of the time of `new`.
    let mut dir = &TEMPLATES;
    while let Some(inner) = dir.dirs().find(|inner| is_below(path, inner)) {
        dir = inner;
    }
    dir.files().find(|file| file.path().as_os_str() == path).and_then(|file| file.contents_utf8())
}

fn is_below(path: &str, dir: &Dir<'_>) -> bool {
    let rest = dir.path().to_str().and_then(|dir| path.strip_prefix(dir));
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// Every embedded file below `folder` (empty: all of them), by its path below `templates/`, in order.
#[must_use]
pub fn embedded_below(folder: &str) -> Vec<&'static str> {
    fn walk(dir: &'static Dir<'static>, found: &mut Vec<&'static str>) {
        found.extend(dir.files().filter_map(|file| file.path().to_str()));
        dir.dirs().for_each(|dir| walk(dir, found));
    }
    let mut found = Vec::new();
    let dir = if folder.is_empty() { Some(&TEMPLATES) } else { TEMPLATES.get_dir(folder) };
    if let Some(dir) = dir {
        walk(dir, &mut found);
    }
    found.sort_unstable();
    found
}

/// Templates that are parsed and ready.
#[derive(Debug)]
pub struct Machine(Tera);

impl Machine {
    /// With the templates that a plan needs.
    ///
    /// # Errors
    ///
    /// When one of them is not valid: a mistake in mcpgen.
    pub fn of(plan: &Plan) -> Result<Self> {
        let of = |file: &PlannedFile| match file.source {
            Source::Template(template) => Some(template),
            Source::Text(_) => None,
        };
        machine(plan.files.iter().filter_map(of).collect()).map(Self)
    }

    /// With all templates, for many plans.
    ///
    /// # Errors
    ///
    /// When one of them is not valid: a mistake in mcpgen.
    pub fn whole() -> Result<Self> {
        machine(embedded_below("")).map(Self)
    }

    /// Renders every file of a plan.
    ///
    /// # Errors
    ///
    /// When a template names something that its context does not have: a mistake in mcpgen, not in a spec.
    pub fn render(&self, plan: &Plan) -> Result<Tree> {
        let base = Context::from_serialize(&plan.context)?;
        let mut tree = Tree::default();
        for file in &plan.files {
            let text =
                render_file(&self.0, &base, plan, file).with_context(|| format!("cannot render `{}`", file.path))?;
            tree.insert(file.path.clone(), File { text: text.into_owned(), owner: file.owner });
        }
        Ok(tree)
    }
}

/// Renders every file of a plan.
///
/// # Errors
///
/// As [`Machine::render`].
pub fn render(plan: &Plan) -> Result<Tree> {
    Machine::of(plan)?.render(plan)
}

fn render_file<'a>(machine: &Tera, base: &Context, plan: &'a Plan, file: &'a PlannedFile) -> Result<Cow<'a, str>> {
    let template = match &file.source {
        Source::Text(text) => return Ok(Cow::Borrowed(text)),
        Source::Template(template) => *template,
    };
    if !template.ends_with(TERA) {
        return embedded(template).map(Cow::Borrowed).ok_or_else(|| anyhow!("there is no template `{template}`"));
    }
    let server = plan.context.server.as_ref();
    let text = match file.data {
        Data::Server => machine.render(template, base)?,
        Data::Tool(i) => machine.render(template, &with(base, "tool", &server.map(|server| &server.tools[i])))?,
        Data::Resource(i) => {
            machine.render(template, &with(base, "resource", &server.map(|server| &server.resources[i])))?
        }
        Data::Prompt(i) => machine.render(template, &with(base, "prompt", &server.map(|server| &server.prompts[i])))?,
        Data::Completion(i) => {
            machine.render(template, &with(base, "completion", &server.map(|server| &server.completions[i])))?
        }
    };
    let is_rust = Path::new(file.path.as_str()).extension().is_some_and(|extension| extension == "rs");
    Ok(Cow::Owned(if is_rust { layout::wrap(&text) } else { text }))
}

fn with<T: serde::Serialize>(base: &Context, key: &'static str, value: &T) -> Context {
    let mut context = base.clone();
    context.insert(key, value);
    context
}

/// One Tera with these templates, and nothing that is not strict.
fn machine(mut names: Vec<&'static str>) -> Result<Tera> {
    let mut tera = Tera::new();
    tera.autoescape_on(Vec::<&'static str>::new());
    tera.register_filter("rust", filter(escape::rust));
    tera.register_filter("doc", filter(escape::doc));
    tera.register_filter("toml", filter(escape::toml));
    tera.register_filter("json", filter(escape::json));
    tera.register_filter("yaml", filter(escape::json));
    tera.register_filter("md", filter(escape::markdown));
    tera.register_filter("docker", filter(escape::docker));
    tera.register_filter("line", filter(escape::line));
    names.retain(|name| name.ends_with(TERA));
    names.sort_unstable();
    names.dedup();
    let texts = names
        .into_iter()
        .map(|name| Ok((name, embedded(name).ok_or_else(|| anyhow!("there is no template `{name}`"))?)))
        .collect::<Result<Vec<_>>>()?;
    tera.add_raw_templates(texts)?;
    Ok(tera)
}

fn filter(escape: fn(&str) -> String) -> impl Fn(&str, Kwargs, &State<'_>) -> String + Send + Sync + 'static {
    move |text, _, _| escape(text)
}

/// The path that a template of a folder has in the output: `base/core/Cargo.toml.tera` is `base/core/Cargo.toml`.
#[must_use]
pub fn output_path(template: &str) -> Option<RelPath> {
    RelPath::parse(template.strip_suffix(TERA).unwrap_or(template)).ok()
}
