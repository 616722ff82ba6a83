//! Rules on stubs: what was left to be written, and whatever pretends that it was.

mod hollow_tool;
mod placeholder;
mod todo_macro;
mod unimplemented_tool;

use std::borrow::Cow;

use syn::ImplItemFn;

use crate::check::rule::Rule;
use crate::check::rust;
use crate::spec::{Body, PromptBody, Spec};

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[&unimplemented_tool::RULE, &todo_macro::RULE, &placeholder::RULE, &hollow_tool::RULE];

/// A tool, resource, prompt or completion that a user writes.
struct Unwritten<'a> {
    noun: &'static str,
    name: Cow<'a, str>,
    /// The file that its body was rendered in.
    path: String,
    /// The function of `CoreService` that answers.
    function: String,
    /// Whether it takes any arguments.
    has_input: bool,
}

/// What of a spec its user writes.
fn by_hand(spec: &Spec) -> impl Iterator<Item = Unwritten<'_>> {
    let tools = spec.tools.iter().filter(|tool| tool.body == Body::Code).map(|tool| {
        let name = tool.name.snake();
        let (path, function) = (format!("src/services/tools/{name}.rs"), name.to_owned());
        Unwritten { noun: "tool", name: name.into(), path, function, has_input: !tool.input.is_empty() }
    });
    let resources = spec.resources.iter().filter(|resource| resource.body == Body::Code).map(|resource| {
        let name = resource.name.snake();
        let (path, function) = (format!("src/services/resources/{name}.rs"), format!("read_{name}"));
        Unwritten { noun: "resource", name: name.into(), path, function, has_input: !resource.arguments.is_empty() }
    });
    let prompts = spec.prompts.iter().filter(|prompt| prompt.body == PromptBody::Code).map(|prompt| {
        let name = prompt.name.snake();
        let (path, function) = (format!("src/services/prompts/{name}.rs"), format!("prompt_{name}"));
        Unwritten { noun: "prompt", name: name.into(), path, function, has_input: !prompt.arguments.is_empty() }
    });
    let completions = spec.completions().map(|completion| {
        let (name, function) = (completion.name(), completion.function());
        let path = format!("src/services/completions/{name}.rs");
        Unwritten { noun: "completion", name: name.into(), path, function, has_input: true }
    });
    tools.chain(resources).chain(prompts).chain(completions)
}

/// The function that answers, in a file.
fn body<'a>(source: &'a syn::File, unwritten: &Unwritten<'_>) -> Option<&'a ImplItemFn> {
    rust::methods(source).into_iter().find(|method| rust::bare_name(&method.sig.ident) == unwritten.function)
}
