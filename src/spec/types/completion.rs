//! What clients can offer for the arguments of prompts and of the addresses of resources.

use super::Spec;
use crate::name::FieldName;

/// What clients can offer for an argument while it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complete {
    /// These values; empty: none.
    Values(Vec<String>),
    /// What a Seeded Rust function says, which the user fills in.
    Code,
}

/// An argument that code completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion<'s> {
    /// `prompt` or `resource`: what it is an argument of.
    pub noun: &'static str,
    /// The name of that.
    pub owner: &'s str,
    /// The argument.
    pub argument: &'s FieldName,
}

impl Complete {
    /// The values that are fixed.
    #[must_use]
    pub fn values(&self) -> &[String] {
        match self {
            Self::Values(values) => values,
            Self::Code => &[],
        }
    }
}

impl Completion<'_> {
    /// `prompt_plan_trip_city`: the module of its function. No two of a spec have the same.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}_{}_{}", self.noun, self.owner, self.argument.snake())
    }

    /// `complete_prompt_plan_trip_city`.
    #[must_use]
    pub fn function(&self) -> String {
        format!("complete_{}", self.name())
    }
}

impl Spec {
    /// The arguments that code completes: those of resources, then those of prompts.
    pub fn completions(&self) -> impl Iterator<Item = Completion<'_>> {
        let resources = self.resources.iter().flat_map(|resource| {
            let arguments = resource.arguments.iter().filter(|argument| argument.complete == Complete::Code);
            arguments.map(|it| Completion { noun: "resource", owner: resource.name.snake(), argument: &it.name })
        });
        let prompts = self.prompts.iter().flat_map(|prompt| {
            let arguments = prompt.arguments.iter().filter(|argument| argument.complete == Complete::Code);
            arguments.map(|it| Completion { noun: "prompt", owner: prompt.name.snake(), argument: &it.name })
        });
        resources.chain(prompts)
    }
}
