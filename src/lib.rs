//! mcpgen renders whole MCP servers from one TOML spec each, keeps their ports in one registry, and keeps the fleet that
//! they form in order. This page is its map.
//!
//! ```text
//! server.toml ──read──▶ Spec ─────┐
//! mcpgen.toml ──parse─▶ Settings ─┼─plan─▶ Plan ─render─▶ Tree ─compare─▶ [Change] ─apply─▶ disk
//! ports.json ───load──▶ Ports ────┘                        │                                │
//!                                                          ├─view─▶ rules ─▶ [Finding]      │
//!                                                      FoundFiles ◀──────────read───────────┘
//! ```
//!
//! Data flows one way. Everything is computed before anything is done; reading and writing happen at the rim, in
//! [`disk`], [`fleet`], [`live`], [`ports`]' store and [`commands`]. Between the modules there is only plain data:
//!
//! * [`spec::Spec`] is what is true of one server: it cannot be wrong, because [`spec::read`] tells every problem of a
//!   file at once and gives no `Spec` then.
//! * [`ports::Ports`] is the registry of a fleet; only mcpgen writes it.
//! * [`plan::Plan`] is every file that is to be written, its owner, its template, and what that template may see. Making
//!   it is pure and cannot fail.
//! * [`tree::Tree`] is files in memory, rendered or read; [`template::render`] makes one from a plan.
//! * [`record`] is what was rendered, so that an update can tell a user's edits from its own text.
//! * [`check::view`] is what was found beside what would be rendered now; the rules see nothing else, and look only at what
//!   differs. [`live`] gets the answers of a running server for rules of their own. [`check::Finding`] is what all of them
//!   say, and [`report`] prints it in every form.
//! * [`disk::transaction`] applies a tree as a whole or not at all, whatever happens in between.
//!
//! The product is not this crate but what it renders: `templates/base` (crates that all servers of a fleet share),
//! `templates/server` (one server) and `templates/fleet` (the workspace around them). Templates mirror the output path
//! for path and decide nothing.
//!
//! # What always holds
//!
//! Tests keep each of these:
//!
//! * `name`, `text`, `tree` and `pattern` import nothing of ours; `secret`, `spec`, `ports` and `fleet` import only those;
//!   `plan` imports only those and is pure; `check` imports none of `plan`, `template` and `disk`; only `template` names
//!   Tera; only `cli` and `main` name clap's types; only `ports` names clients of object stores,
//!   only `live` one of HTTP.
//! * Same spec, same settings, same port: the same bytes. There is no clock, environment or randomness in `plan` and
//!   `template`.
//! * Every template is in a table of `plan::files`, and every row has its template.
//! * Every text of a spec goes through the escaping of its target before it stands in a file.
//! * No path leaves the folder it belongs to: [`tree::RelPath`] cannot say so, and [`disk::transaction`] writes through no
//!   link.
//! * What is rendered is as rustfmt would write it, and clippy's pedantic lints find nothing in it.
//! * A command that fails has changed nothing; one that was killed is undone by the next. Of both, a port that was taken
//!   from a registry in an object store, where others may have seen it, stays with its name.
//!
//! # Where things go
//!
//! A generated file is one template and one row in `plan::files`. A key of the spec goes through `spec::grammar`,
//! `spec::validate` and `plan::context`, in that order. A rule is one file in `check::rules`, one line in the table of its
//! family, and a mutation that it sees. A command is one file in `commands` and a type in `cli`. A form in
//! which findings are printed is one file in `report` and a variant in `cli`.

pub mod check;
pub mod cli;
pub mod commands;
pub mod disk;
pub mod escape;
pub mod excerpt;
pub mod fleet;
pub mod live;
pub mod name;
pub mod pattern;
pub mod plan;
pub mod ports;
pub mod record;
pub mod report;
pub mod secret;
pub mod spec;
pub mod template;
pub mod text;
pub mod tree;
