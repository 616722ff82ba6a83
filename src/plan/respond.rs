//! Fixed answers as Rust: the lines of a function, from its first step to what it returns.
//!
//! Knows the API of the base that bodies use. Lines are written for usual names; the layout breaks those that are too
//! wide.

use super::code::{self, Asked, Input, Scope};
use crate::escape;
use crate::spec::{
    Block, BlockKind, BodyValue, Bytes, Contents, Form, Level, List, Media, Pause, PromptMessage, Question,
    QuestionKind, Respond, Role, Step, Template, ToolAnswer,
};

/// Columns that a line of a function has, behind its indent.
const WIDTH: usize = 100 - 8;

/// The function of a tool.
pub fn tool(respond: &Respond<ToolAnswer>, input: Input<'_>, forms: &[Form]) -> Vec<String> {
    let questions = asked(respond, forms);
    let scope = Scope { input, questions: &questions };
    let mut body = Body { scope, lines: Vec::new() };
    body.steps(&respond.steps, &respond.answer.templates());
    body.answer(&respond.answer);
    body.lines
}

/// The function of a resource.
pub fn resource(respond: &Respond<Contents>, input: Input<'_>, forms: &[Form]) -> Vec<String> {
    let questions = asked(respond, forms);
    let scope = Scope { input, questions: &questions };
    let mut body = Body { scope, lines: Vec::new() };
    let answered = match &respond.answer {
        Contents::Text(text) => vec![text],
        Contents::Data(_) => Vec::new(),
    };
    body.steps(&respond.steps, &answered);
    let line = match &respond.answer {
        Contents::Data(Bytes::Base64(data)) => format!("Ok(Contents::base64({}))", escape::rust(data)),
        Contents::Data(Bytes::File(path)) => {
            format!("Ok(Contents::Bytes({}.to_vec()))", code::included("include_bytes", path))
        }
        Contents::Text(text) if code::is_static(text) => format!("Ok(String::from({}))", scope.text(text)),
        Contents::Text(text) => format!("Ok({})", scope.text(text)),
    };
    body.lines.push(line);
    body.lines
}

/// The function of a prompt.
pub fn prompt(respond: &Respond<Vec<PromptMessage>>, input: Input<'_>, forms: &[Form]) -> Vec<String> {
    let questions = asked(respond, forms);
    let scope = Scope { input, questions: &questions };
    let mut body = Body { scope, lines: Vec::new() };
    let answered: Vec<&Template> = respond.answer.iter().flat_map(|message| message.content.templates()).collect();
    body.steps(&respond.steps, &answered);
    body.messages(&respond.answer);
    body.lines
}

/// What a fixed answer asks, with the forms.
fn asked<'a, A>(respond: &'a Respond<A>, forms: &'a [Form]) -> Vec<Asked<'a>> {
    let with_form = |question: &'a Question| {
        let form = match &question.kind {
            QuestionKind::Form { form, .. } => forms.iter().find(|known| known.name == *form),
            _ => None,
        };
        Asked { question, form }
    };
    respond.questions().map(with_form).collect()
}

struct Body<'a> {
    scope: Scope<'a>,
    lines: Vec<String>,
}

impl Body<'_> {
    /// `answered` are the templates behind all steps.
    fn steps(&mut self, steps: &[Step], answered: &[&Template]) {
        for (at, step) in steps.iter().enumerate() {
            match step {
                Step::Progress { done, total, message } => self.progress(*done, *total, message.as_ref()),
                Step::Log { level, message } => self.log(*level, message),
                Step::Sleep(pause) => self.lines.push(format!("sleep({}).await;", self.duration(pause))),
                Step::Changed(list) => self.lines.push(format!("ctx.{}_changed().await;", list_name(*list))),
                Step::Updated(uri) => self.updated(uri),
                Step::Ask(questions) => {
                    let behind: Vec<&Template> =
                        steps[at + 1..].iter().flat_map(Step::templates).chain(answered.iter().copied()).collect();
                    self.ask(questions, &behind);
                }
            }
        }
    }

    fn progress(&mut self, done: f64, total: Option<f64>, message: Option<&Template>) {
        let total = total.map_or_else(|| "None".to_owned(), |total| format!("Some({})", code::float_code(total)));
        let done = code::float_code(done);
        let message = message.map(|message| self.scope.str(message));
        let call = |message: &str| format!("ctx.progress({done}, {total}, {message}).await;");
        let Some(message) = message else { return self.lines.push(call("None")) };
        self.short_or_named("message", &message, &|message| call(&format!("Some({message})")));
    }

    fn log(&mut self, level: Level, message: &Template) {
        let message = self.scope.borrowed_text(message);
        self.short_or_named("message", &message, &|message| format!("ctx.log(Level::{level:?}, {message}).await;"));
    }

    fn updated(&mut self, uri: &Template) {
        let uri = self.scope.str(uri);
        self.short_or_named("uri", &uri, &|uri| format!("ctx.resource_updated({uri}).await;"));
    }

    /// One line, or where it would be too wide, the value under a name first.
    fn short_or_named(&mut self, name: &str, value: &str, call: &dyn Fn(&str) -> String) {
        let line = call(value);
        if line.len() < WIDTH {
            return self.lines.push(line);
        }
        self.lines.push(format!("let {name} = {};", value.trim_start_matches('&')));
        let borrowed = if value.starts_with('&') { format!("&{name}") } else { name.to_owned() };
        self.lines.push(call(&borrowed));
    }

    fn duration(&self, pause: &Pause) -> String {
        match pause {
            Pause::Fixed(milliseconds) => {
                let units = [("hours", 3_600_000), ("mins", 60_000), ("secs", 1_000), ("millis", 1)];
                let fits = units.into_iter().find(|(_, length)| milliseconds.is_multiple_of(*length));
                let (unit, length) = fits.unwrap_or(("millis", 1));
                format!("Duration::from_{unit}({})", code::number_code(&(milliseconds / length).to_string()))
            }
            Pause::Argument { name, is_in_milliseconds } => {
                let is_whole = match self.scope.input {
                    Input::Fields(fields) => fields
                        .iter()
                        .any(|field| field.name == *name && matches!(field.ty, crate::spec::Type::Integer { .. })),
                    Input::Raw => false,
                };
                let value = format!("input.{}", name.ident());
                match (is_whole, is_in_milliseconds) {
                    (true, true) => format!("Duration::from_millis({value}.unsigned_abs())"),
                    (true, false) => format!("Duration::from_secs({value}.unsigned_abs())"),
                    (false, true) => format!("Duration::from_secs_f64({value} / 1000.0)"),
                    (false, false) => format!("Duration::from_secs_f64({value})"),
                }
            }
        }
    }

    /// All questions of a step in one round. Only answers that are used get a name.
    fn ask(&mut self, questions: &[Question], behind: &[&Template]) {
        let is_used = |question: &Question| behind.iter().any(|template| template.names_answer(&question.key));
        let head = |question: &Question| {
            if is_used(question) { format!("let {} = ", question.key.ident()) } else { String::new() }
        };
        if let [question] = questions {
            let ident = question.key.ident();
            let (head, future) = (head(question), self.future(question));
            let links = links(question, is_used(question));
            let line = format!("{head}{future}.await?{};", links.concat());
            let room = if line.ends_with("?;") { WIDTH - 1 } else { WIDTH };
            if line.len() <= room {
                return self.lines.push(line);
            }
            self.lines.push(format!("let {ident} = {future};"));
            return self.chain(&head, &ident, &[&[".await?"], links.as_slice()].concat());
        }
        let idents: Vec<String> = questions.iter().map(|question| question.key.ident()).collect();
        for (question, ident) in questions.iter().zip(&idents) {
            let future = self.future(question);
            self.lines.push(format!("let {ident} = {future};"));
        }
        let names = idents.join(", ");
        self.lines.push(format!("let ({names}) = join!({names});"));
        for (question, ident) in questions.iter().zip(&idents) {
            self.chain(&head(question), &format!("{ident}?"), &links(question, is_used(question)));
        }
    }

    /// A statement of calls that follow each other: on one line, or where no line has room for it, one call a line.
    fn chain(&mut self, head: &str, root: &str, links: &[&str]) {
        let calls = format!("{root}{};", links.concat());
        // rustfmt counts a `?` at the end of a chain twice.
        let room = if calls.ends_with("?;") { WIDTH - 1 } else { WIDTH };
        if links.is_empty() || head.len() + calls.len() <= room {
            return self.lines.push(format!("{head}{calls}"));
        }
        if !head.is_empty() && "    ".len() + calls.len() <= room {
            self.lines.push(head.trim_end().to_owned());
            return self.lines.push(format!("    {calls}"));
        }
        self.lines.push(format!("{head}{root}"));
        self.lines.extend(links.iter().map(|link| format!("    {link}")));
        if let Some(last) = self.lines.last_mut() {
            last.push(';');
        }
    }

    fn future(&self, question: &Question) -> String {
        let key = escape::rust(question.key.wire());
        let (ability, future) = match &question.kind {
            QuestionKind::Form { form, message } => (
                "Elicitation",
                format!("ctx.elicit::<{}Form>({key}, {})", form.pascal(), self.scope.borrowed_text(message)),
            ),
            QuestionKind::Sample { prompt, max_tokens } => {
                let max_tokens = code::number_code(&max_tokens.to_string());
                ("Sampling", format!("ctx.sample({key}, {}, {max_tokens})", self.scope.borrowed_text(prompt)))
            }
            QuestionKind::Roots => ("Roots", format!("ctx.roots({key})")),
        };
        if question.optional { format!("ctx.if_able(Ability::{ability}, {future})") } else { future }
    }

    fn answer(&mut self, answer: &ToolAnswer) {
        let (content, structured, is_error) = match answer {
            ToolAnswer::Refusal(message) => {
                return self.lines.push(format!("Err(Error::protocol({}))", self.scope.text(message)));
            }
            ToolAnswer::Reply { content, structured, is_error } => (content, structured, *is_error),
        };
        let only_text = match content.as_slice() {
            [block] if structured.is_empty() => plain_text(block),
            _ => None,
        };
        if let Some(text) = only_text {
            let text = self.scope.text(text);
            return self.lines.push(if is_error {
                format!("Err(Error::tool({text}))")
            } else {
                format!("Ok(Reply::text({text}))")
            });
        }
        let object = BodyValue::Object(structured.clone());
        if content.is_empty() && !is_error {
            return self.json("Ok(Reply::structured(json!(", &object, ")))");
        }
        let mut blocks = content.iter().peekable();
        if content.is_empty() {
            self.json("let mut reply = Reply::structured(json!(", &object, "));");
        } else if let Some(text) = blocks.peek().and_then(|block| plain_text(block)) {
            self.lines.push(format!("let mut reply = Reply::text({});", self.scope.borrowed_text(text)));
            blocks.next();
        } else {
            self.lines.push("let mut reply = Reply::new();".into());
        }
        for block in blocks {
            let block = self.block(block);
            self.lines.push(format!("reply.push({block});"));
        }
        if !content.is_empty() && !structured.is_empty() {
            self.json("reply.set_structured(json!(", &object, "));");
        }
        if is_error {
            self.lines.push("reply.set_error();".into());
        }
        self.lines.push("Ok(reply)".into());
    }

    fn json(&mut self, head: &str, value: &BodyValue, end: &str) {
        self.lines.push(head.to_owned());
        self.scope.json(value, 0, end, &mut self.lines);
    }

    fn messages(&mut self, messages: &[PromptMessage]) {
        if messages.iter().all(|message| plain_text(&message.content).is_some()) {
            let of = |message: &PromptMessage| {
                let (block, _) = self.parts(&message.content);
                format!("Message::{}({block})", message.role.as_str())
            };
            let line = format!("Ok(vec![{}])", messages.iter().map(of).collect::<Vec<_>>().join(", "));
            if line.len() <= WIDTH {
                return self.lines.push(line);
            }
        }
        for (at, message) in messages.iter().enumerate() {
            let block = self.block(&message.content);
            let message = format!("Message::{}({block})", message.role.as_str());
            if at == 0 {
                self.lines.push(format!("let message = {message};"));
            } else {
                self.lines.push(format!("messages.push({message});"));
            }
            if at == 0 && messages.len() > 1 {
                self.lines.push("let mut messages = vec![message];".into());
            }
        }
        let all = if messages.len() > 1 { "Ok(messages)" } else { "Ok(vec![message])" };
        self.lines.push(all.into());
    }

    /// A block as an expression, behind the lines that it needs where more is said about it.
    fn block(&mut self, block: &Block) -> String {
        let (code, with) = self.parts(block);
        if with.is_empty() {
            return code;
        }
        self.lines.push(format!("let block = {code};"));
        for (what, value) in with {
            self.short_or_named(what, &value, &|value| format!("let block = block.with_{what}({value});"));
        }
        "block".into()
    }

    /// A block, and what more is said about it.
    fn parts(&self, block: &Block) -> (String, Vec<(&'static str, String)>) {
        let text = |template: &Template| self.scope.borrowed_text(template);
        let media = |kind: &str, Media { data, mime_type }: &Media| {
            let mime_type = escape::rust(mime_type);
            match data {
                Bytes::Base64(data) => format!("Content::{kind}_base64({}, {mime_type})", escape::rust(data)),
                Bytes::File(path) => {
                    format!("Content::{kind}({}, {mime_type})", code::included("include_bytes", path))
                }
            }
        };
        let mut with = Vec::new();
        let code = match &block.kind {
            BlockKind::Text(template) => format!("Content::text({})", text(template)),
            BlockKind::Image(image) => media("image", image),
            BlockKind::Audio(audio) => media("audio", audio),
            BlockKind::Resource { uri, mime_type, contents } => {
                let (kind, contents) = match contents {
                    Contents::Text(template) => ("text", text(template)),
                    Contents::Data(Bytes::Base64(data)) => ("base64", escape::rust(data)),
                    Contents::Data(Bytes::File(path)) => ("bytes", code::included("include_bytes", path)),
                };
                format!("Content::embedded_{kind}({}, {}, {contents})", text(uri), escape::rust(mime_type))
            }
            BlockKind::Link { uri, name, description, mime_type } => {
                with.extend(description.iter().map(|it| ("description", escape::rust(it))));
                with.extend(mime_type.iter().map(|it| ("mime_type", escape::rust(it))));
                format!("Content::link({}, {})", text(uri), text(name))
            }
        };
        let roles: Vec<&str> = block.annotations.audience.iter().map(|role| role_code(*role)).collect();
        if !roles.is_empty() {
            with.push(("audience", format!("&[{}]", roles.join(", "))));
        }
        with.extend(block.annotations.priority.map(|it| ("priority", code::float_code(it))));
        (code, with)
    }
}

/// What is called on an answer: errors go up, and what it holds is left.
fn links(question: &Question, is_used: bool) -> Vec<&'static str> {
    const URIS: [&str; 3] = [".into_iter()", ".map(|root| root.uri)", ".collect::<Vec<_>>()"];
    match (&question.kind, question.optional) {
        (QuestionKind::Form { .. }, false) => vec![".accepted()?"],
        (QuestionKind::Form { .. }, true) => vec![".map(Answer::accepted)", ".transpose()?"],
        (QuestionKind::Sample { .. }, _) => Vec::new(),
        (QuestionKind::Roots, _) if !is_used => Vec::new(),
        (QuestionKind::Roots, false) => URIS.to_vec(),
        (QuestionKind::Roots, true) => [&[".unwrap_or_default()"], URIS.as_slice()].concat(),
    }
}

/// The text of a block that is nothing else.
fn plain_text(block: &Block) -> Option<&Template> {
    match &block.kind {
        BlockKind::Text(text) if block.annotations.audience.is_empty() && block.annotations.priority.is_none() => {
            Some(text)
        }
        _ => None,
    }
}

fn role_code(role: Role) -> &'static str {
    match role {
        Role::User => "Role::User",
        Role::Assistant => "Role::Assistant",
    }
}

fn list_name(list: List) -> &'static str {
    match list {
        List::Tools => "tools",
        List::Prompts => "prompts",
        List::Resources => "resources",
    }
}
