//! Steps before a fixed answer: what a client is told and asked.

use std::ops::Range;

use super::Check;
use super::fields::any_text;
use super::placeholders::{Piece, Use, pieces};
use super::scope::{Answered, Scope};
use crate::name::FieldName;
use crate::spec::node::{Entry, Table};
use crate::spec::types::{Form, Level, List, Pause, Question, QuestionKind, Step, Type};
use crate::text::{any_of, nearest, quote};

/// What a step can do; it does one of them.
const DEEDS: &[&str] = &["progress", "log", "sleep", "ask", "changed", "updated"];

/// Keys that say more of what a step does.
const MORE: &[(&str, &str)] = &[("total", "progress"), ("message", "progress"), ("level", "log")];

/// What a question can be about; it is about one of them.
const QUESTIONS: &[&str] = &["form", "sample", "roots"];

/// Keys that say more of a question.
const MORE_OF_A_QUESTION: &[(&str, &str)] = &[("message", "form"), ("max_tokens", "sample")];

/// Names that the generated function has already, and the one that settings have in placeholders.
const TAKEN: &[&str] =
    &["block", "config", "ctx", "description", "input", "message", "messages", "mime_type", "reply", "uri"];

/// Longest pause: an hour.
const LONGEST: u64 = 3_600_000;

impl Check<'_> {
    /// The steps in `steps`; the scope learns what they ask, for what stands behind them.
    pub(super) fn steps(&self, table: &Table<'_>, scope: &mut Scope<'_>, forms: &[Form]) -> Vec<Step> {
        let mut steps = Vec::new();
        for node in table.items_of("steps") {
            let Some(table) = node.as_table() else { continue };
            let deed = self.only(table, &node.span, DEEDS, MORE, "step");
            steps.extend(deed.and_then(|deed| self.step(deed, table, scope, forms)));
        }
        steps
    }

    /// The one of `kinds` that a table has, where it has nothing that belongs to another.
    fn only<'t>(
        &self,
        table: &'t Table<'t>,
        span: &Range<usize>,
        kinds: &[&str],
        more: &[(&str, &str)],
        what: &str,
    ) -> Option<&'t Entry<'t>> {
        for (key, of) in more {
            if let (Some(entry), None) = (table.entry(key), table.entry(of)) {
                let message = format!("`{key}` says nothing without `{of}`");
                self.say(&entry.at, message, format!("remove it, or add `{of}`"));
            }
        }
        let mut found = table.entries.iter().filter(|entry| kinds.contains(&&*entry.key));
        let (first, second) = (found.next(), found.next());
        match (first, second) {
            (None, _) => self.say(span, format!("this {what} does nothing"), format!("give it {}", any_of(kinds))),
            (Some(first), Some(second)) => {
                let message = format!("one {what} has both {} and {}", quote(&first.key), quote(&second.key));
                self.say(&second.at, message, "make two of it");
            }
            _ => {}
        }
        first
    }

    fn step(&self, deed: &Entry<'_>, table: &Table<'_>, scope: &mut Scope<'_>, forms: &[Form]) -> Option<Step> {
        let text = |key: &str| table.text(key).map(|(text, span)| self.template(text, &span, scope, Use::Text));
        Some(match &*deed.key {
            "progress" => {
                Step::Progress { done: deed.node.as_number()?, total: table.number("total"), message: text("message") }
            }
            "log" => {
                self.uses_deprecated("logging", deed);
                Step::Log {
                    level: table.text("level").map_or(Level::Info, |(word, _)| level(word)),
                    message: text("log")?,
                }
            }
            "sleep" => Step::Sleep(self.pause(deed, scope)?),
            "changed" => Step::Changed(match deed.node.as_text()? {
                "tools" => List::Tools,
                "prompts" => List::Prompts,
                _ => List::Resources,
            }),
            "updated" => Step::Updated(text("updated")?),
            _ => {
                let entries = table.entries_of("ask");
                // Questions of one step do not know each other's answers.
                let mut answers = Vec::new();
                let asked = entries.iter().filter_map(|entry| self.question(entry, scope, forms, &mut answers));
                let questions = asked.collect();
                scope.answers.extend(answers);
                Step::Ask(questions)
            }
        })
    }

    /// `50ms`, `2s`, `{seconds}s`.
    fn pause(&self, entry: &Entry<'_>, scope: &Scope<'_>) -> Option<Pause> {
        let (text, span) = (entry.node.as_text()?, &entry.node.span);
        let pieces = pieces(text);
        if let [Piece::Name(name), Piece::Text(unit)] = pieces.as_slice()
            && matches!(unit.as_str(), "s" | "ms")
        {
            let is_known = !self.template(&format!("{{{name}}}"), span, scope, Use::Text).parts.is_empty();
            let is_time = match scope.type_of(name) {
                Some(Type::Integer { minimum, .. }) => minimum.is_some_and(|minimum| minimum >= 0),
                Some(Type::Number { minimum, maximum }) => {
                    minimum.is_some_and(|minimum| minimum >= 0.0) && maximum.is_some_and(|most| most <= 3_600_000.0)
                }
                _ => false,
            };
            if is_known && (!is_time || scope.may_miss(name)) {
                let message = format!("{} is not an amount of time", quote(name));
                let help = "wait for a number that is always there, with `minimum = 0` and, where it need not be whole, \
                            a `maximum`";
                self.say(span, message, help);
            }
            return Some(Pause::Argument { name: FieldName::parse(name).ok()?, is_in_milliseconds: unit == "ms" });
        }
        let parsed = [("ms", 1), ("s", 1_000), ("m", 60_000)].into_iter().find_map(|(unit, times)| {
            let number = text.strip_suffix(unit).filter(|number| number.bytes().all(|b| b.is_ascii_digit()))?;
            number.parse::<u64>().ok()?.checked_mul(times).filter(|pause| (1..=LONGEST).contains(pause))
        });
        if parsed.is_none() {
            let help =
                "it can be up to an hour, such as `50ms` or `2s`, or a number of the input, such as `{seconds}s`";
            self.say(span, format!("{} is not an amount of time", quote(text)), help);
        }
        parsed.map(Pause::Fixed)
    }

    /// `answers` learns of the question, also where it cannot be asked: what names its answer is then no second mistake.
    fn question(
        &self,
        entry: &Entry<'_>,
        scope: &Scope<'_>,
        forms: &[Form],
        answers: &mut Vec<Answered>,
    ) -> Option<Question> {
        let table = entry.node.as_table()?;
        let key = FieldName::parse(&entry.key).unwrap_or_else(|error| {
            self.bad_name("question", entry, &error);
            FieldName::trusted("answer")
        });
        self.free_key(&key, entry, scope);
        let optional = table.flag("optional").unwrap_or(false);
        answers.push(Answered { key: key.clone(), optional, ty: None, fields: None });
        let answered = answers.last_mut()?;
        let about = self.only(table, &entry.at, QUESTIONS, MORE_OF_A_QUESTION, "question")?;
        let text = |key: &str| table.text(key).map(|(text, span)| self.template(text, &span, scope, Use::Text));
        let kind = match &*about.key {
            "form" => {
                let form = self.form_named(about, forms);
                let Some(message) = text("message") else {
                    self.say(&about.at, "the person is not told what is asked", "add `message = \"…\"`");
                    return None;
                };
                let form = form?;
                (answered.ty, answered.fields) = (form.ty(), Some(form.field_names()));
                QuestionKind::Form { form: form.name.clone(), message }
            }
            "sample" => {
                self.uses_deprecated("sampling", about);
                let max_tokens = table.whole("max_tokens").and_then(|n| u32::try_from(n).ok()).unwrap_or(1_000);
                (answered.ty, answered.fields) = (Some(any_text()), Some(Vec::new()));
                QuestionKind::Sample { prompt: text("sample")?, max_tokens }
            }
            _ => {
                self.uses_deprecated("roots", about);
                if table.flag("roots") == Some(false) {
                    self.say(
                        &about.node.span,
                        "`roots = false` asks nothing",
                        "write `roots = true`, or remove the question",
                    );
                }
                let items = Box::new(any_text());
                let uris = Type::Array { items, min_items: None, max_items: None, unique_items: false };
                (answered.ty, answered.fields) = (Some(uris), Some(Vec::new()));
                // Without an answer, there are none.
                answered.optional = false;
                QuestionKind::Roots
            }
        };
        Some(Question { key, optional, kind })
    }

    /// Says where a question has a name that something else has.
    fn free_key(&self, key: &FieldName, entry: &Entry<'_>, scope: &Scope<'_>) {
        let asked = scope.answers.iter().any(|answer| answer.key.ident() == key.ident());
        let why = if TAKEN.contains(&key.snake()) {
            "which means something else there"
        } else if asked {
            "which a question before it has"
        } else if scope.has_argument(key.wire()) {
            "which is an argument, too"
        } else {
            return;
        };
        self.say(&entry.at, format!("the question has the name {}, {why}", quote(&entry.key)), "choose another name");
    }

    fn form_named<'f>(&self, entry: &Entry<'_>, forms: &'f [Form]) -> Option<&'f Form> {
        let name = entry.node.as_text()?;
        let found = forms.iter().find(|form| form.name.snake() == name);
        if found.is_none() {
            let help = match nearest(name, forms.iter().map(|form| form.name.snake())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add it as `[forms.NAME]`".to_owned(),
            };
            self.say(&entry.node.span, format!("there is no form {}", quote(name)), help);
        }
        found
    }

    /// Says where a server uses what is deprecated, without saying that it does.
    pub(super) fn uses_deprecated(&self, what: &str, entry: &Entry<'_>) {
        self.uses_deprecated_at(what, &entry.key, &entry.at);
    }

    pub(super) fn uses_deprecated_at(&self, what: &str, key: &str, span: &Range<usize>) {
        let says = match what {
            "logging" => self.deprecated.logging,
            "roots" => self.deprecated.roots,
            _ => self.deprecated.sampling,
        };
        if !says {
            let message = format!("{} needs {what}, which MCP has deprecated", quote(key));
            self.say(span, message, format!("add `\"{what}\"` to `deprecated` in `[server]`, or do without it"));
        }
    }
}

fn level(word: &str) -> Level {
    match word {
        "debug" => Level::Debug,
        "notice" => Level::Notice,
        "warning" => Level::Warning,
        "error" => Level::Error,
        "critical" => Level::Critical,
        "alert" => Level::Alert,
        "emergency" => Level::Emergency,
        _ => Level::Info,
    }
}
