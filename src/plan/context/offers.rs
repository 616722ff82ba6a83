//! What templates see of tools, resources, prompts and completions: plain data.
//!
//! Knows what there is to see; how it comes from a spec is in `tool`.

use serde::Serialize;

use crate::plan::code::Statement;

/// One tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolContext {
    /// `get_forecast`.
    pub name: String,
    /// What it does.
    pub description: String,
    /// `GetForecastInput`; empty: it takes nothing.
    pub input: String,
    /// What its function gives: `GetForecastOutput`, `Value`, `Reply`.
    pub output: String,
    /// `code`, `request` or `respond`.
    pub body: &'static str,
    /// Models that its file imports, and those of the base.
    pub imports: Imports,
    /// `&self, input: GetForecastInput`.
    pub parameters: String,
    /// Hints, as Rust.
    pub hints: String,
    /// Its cache class, as Rust.
    pub cache: String,
    /// Whether answers are reused.
    pub cached: bool,
    /// Its request, where it has one.
    pub request: Option<RequestContext>,
    /// The lines of its fixed answer, as Rust.
    pub lines: Vec<String>,
    /// When a fixed answer is an error.
    pub errors: &'static str,
    /// Rows of the README.
    pub arguments: Vec<ArgumentContext>,
    /// Arguments that it accepts, as a word of a shell.
    pub example_sh: String,
    /// Where its answers come from, for the README.
    pub source: &'static str,
    /// What the test of a request imports.
    pub test_imports: &'static str,
    /// Whether a failed call of the upstream is repeated.
    pub is_repeated: bool,
    /// How often a failing upstream is asked in the tests.
    pub attempts: u8,
    /// Whether replicas can share its answers.
    pub shared_cache: bool,
    /// Whether its fixed answer is an error of the tool, in words.
    pub is_error: bool,
    /// Whether its fixed answer is one that says that it failed.
    pub is_failure: bool,
    /// Whether its fixed answer is an error of the protocol.
    pub is_refusal: bool,
    /// Whether a client must be able to do something.
    pub needs_ability: bool,
    /// Whether it can only be called as a task.
    pub needs_task: bool,
    /// Whether any client can call it.
    pub is_open: bool,
    /// What a caller gets over REST, who cannot be asked: `output` or `unasked` of its case.
    pub rest_output: &'static str,
    /// Whether tests know what is wrong with an input, and every client is told.
    pub refuses_input: bool,
}

/// What a body imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imports {
    /// From `mcp_base`, in order, as in a `use`.
    pub base: String,
    /// From `crate::models`, in order, as in a `use`; empty: nothing.
    pub models: String,
    /// Whether it uses `std::time::Duration`.
    pub duration: bool,
    /// Whether it uses `serde_json::json`.
    pub json: bool,
}

/// A call of the upstream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestContext {
    /// `get`.
    pub method: String,
    /// The path as a literal.
    pub path: String,
    /// `mut request`, where something fills it in.
    pub binding: &'static str,
    /// What fills it in.
    pub statements: Vec<Statement>,
    /// The pointer to the result as a literal.
    pub result: String,
}

/// An argument in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArgumentContext {
    /// Its name on the wire.
    pub name: String,
    /// `string`, `integer from 1 to 14`.
    pub kind: String,
    /// `yes`, `no`, or the default.
    pub required: String,
    /// What it is.
    pub description: String,
}

/// One resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceContext {
    /// Its name.
    pub name: String,
    /// Its URI or template.
    pub uri: String,
    /// Its media type.
    pub mime_type: String,
    /// What it is.
    pub description: String,
    /// `StationsArguments`; empty: none.
    pub input: String,
    /// `code`, `request` or `respond`.
    pub body: &'static str,
    /// What its function gives.
    pub output: String,
    /// What its file imports.
    pub imports: Imports,
    /// `&self, input: StationsArguments`.
    pub parameters: String,
    /// Its request, where it has one.
    pub request: Option<RequestContext>,
    /// The lines of its fixed content, as Rust.
    pub lines: Vec<String>,
    /// When a fixed answer is an error.
    pub errors: &'static str,
}

/// One prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromptContext {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its arguments, in a list.
    pub arguments: String,
    /// `data`, `code` or `respond`.
    pub body: &'static str,
    /// Whether it has no function: all of it is in `schemas.json`.
    pub is_data: bool,
    /// What its file imports.
    pub imports: Imports,
    /// `&self, input: PlanTripPromptArguments`.
    pub parameters: String,
    /// The lines of its function, as Rust.
    pub lines: Vec<String>,
    /// When it is an error.
    pub errors: &'static str,
}

/// An argument that code completes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompletionContext {
    /// `prompt_plan_trip_city`.
    pub name: String,
    /// `prompt` or `resource`.
    pub noun: &'static str,
    /// The name of that.
    pub owner: String,
    /// The argument, as clients know it.
    pub argument: String,
}
