//! Fixed answers: blocks of content, the steps before them, and what of both a whole spec has.

use super::{Body, BodyValue, Part, PromptBody, Role, Spec, Template};
use crate::name::{FieldName, ToolName};
use crate::tree::RelPath;

/// `respond = { … }`: a fixed answer, and what happens before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Respond<A> {
    /// What happens first, in order.
    pub steps: Vec<Step>,
    /// What is answered then.
    pub answer: A,
}

/// What a tool answers.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolAnswer {
    /// A result.
    Reply {
        /// Its blocks.
        content: Vec<Block>,
        /// The structured value beside them; empty: none. One of the two is there.
        structured: Vec<(String, BodyValue)>,
        /// Whether it is a tool error.
        is_error: bool,
    },
    /// An error of the protocol.
    Refusal(Template),
}

/// What is in a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    /// Text.
    Text(Template),
    /// Anything else.
    Data(Bytes),
}

/// What is no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bytes {
    /// This, in base64.
    Base64(String),
    /// What is in a file.
    File(RelPath),
}

/// A file beside the spec, whose content becomes a part of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedFile<'a> {
    /// Below the folder of the spec.
    pub path: &'a RelPath,
    /// Whether it must be text in UTF-8.
    pub is_text: bool,
}

/// A block of an answer or of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// For whom it is, and how important.
    pub annotations: Annotations,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// A text.
    Text(Template),
    /// A picture.
    Image(Media),
    /// A sound.
    Audio(Media),
    /// A resource, as a whole.
    Resource {
        /// Its address.
        uri: Template,
        /// Its media type.
        mime_type: String,
        /// What is in it.
        contents: Contents,
    },
    /// Where a resource is.
    Link {
        /// Its address.
        uri: Template,
        /// Its name.
        name: Template,
        /// What it is.
        description: Option<String>,
        /// Its media type.
        mime_type: Option<String>,
    },
}

/// A picture or a sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its bytes.
    pub data: Bytes,
    /// Its media type.
    pub mime_type: String,
}

/// For whom something is, and how important.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Annotations {
    /// For whom; empty: not said.
    pub audience: Vec<Role>,
    /// From 0 to 1.
    pub priority: Option<f64>,
}

/// Something that happens before an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The client is told how much is done.
    Progress {
        /// This much.
        done: f64,
        /// Of so much.
        total: Option<f64>,
        /// In words.
        message: Option<Template>,
    },
    /// The client gets a message of the log.
    Log {
        /// How important it is.
        level: Level,
        /// What it says.
        message: Template,
    },
    /// Nothing happens for a while.
    Sleep(Pause),
    /// The client is asked, all questions at once; never none, and no key twice in all steps.
    Ask(Vec<Question>),
    /// A list has changed.
    Changed(List),
    /// The resource at this address has changed.
    Updated(Template),
}

/// How long a step waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pause {
    /// So many milliseconds.
    Fixed(u64),
    /// As many as an argument says, which is never less than none.
    Argument {
        /// The argument.
        name: FieldName,
        /// Whether it counts milliseconds, not seconds.
        is_in_milliseconds: bool,
    },
}

/// How important a message of the log is (RFC 5424).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the protocol")]
pub enum Level {
    Debug,
    Info,
    Notice,
    Warning,
    Error,
    Critical,
    Alert,
    Emergency,
}

/// A list of what a server offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Its tools.
    Tools,
    /// Its prompts.
    Prompts,
    /// Its resources.
    Resources,
}

/// What a client is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What the answer is called.
    pub key: FieldName,
    /// Whether only clients that can answer are asked.
    pub optional: bool,
    /// What is asked.
    pub kind: QuestionKind,
}

/// What is asked of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuestionKind {
    /// That a person fills in a form.
    Form {
        /// The form; there is one of this name.
        form: ToolName,
        /// What the person is told.
        message: Template,
    },
    /// That a model writes something.
    Sample {
        /// What it is told.
        prompt: Template,
        /// Its longest answer.
        max_tokens: u32,
    },
    /// Which folders it works in.
    Roots,
}

impl ToolAnswer {
    /// Its texts with placeholders.
    #[must_use]
    pub fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Refusal(message) => vec![message],
            Self::Reply { content, structured, .. } => {
                let mut found = content.iter().flat_map(Block::templates).collect();
                for (_, value) in structured {
                    value.templates(&mut found);
                }
                found
            }
        }
    }
}

impl Step {
    /// Its texts with placeholders.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let one = match self {
            Self::Progress { message, .. } => message.as_ref(),
            Self::Log { message, .. } => Some(message),
            Self::Updated(uri) => Some(uri),
            Self::Sleep(_) | Self::Changed(_) | Self::Ask(_) => None,
        };
        let questions = if let Self::Ask(questions) = self { questions.as_slice() } else { &[] };
        let asked = questions.iter().filter_map(|question| match &question.kind {
            QuestionKind::Form { message, .. } => Some(message),
            QuestionKind::Sample { prompt, .. } => Some(prompt),
            QuestionKind::Roots => None,
        });
        one.into_iter().chain(asked)
    }
}

impl Block {
    /// Its texts with placeholders.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let (first, second) = match &self.kind {
            BlockKind::Text(text) => (Some(text), None),
            BlockKind::Image(_) | BlockKind::Audio(_) => (None, None),
            BlockKind::Resource { uri, contents: Contents::Text(text), .. } => (Some(uri), Some(text)),
            BlockKind::Resource { uri, .. } => (Some(uri), None),
            BlockKind::Link { uri, name, .. } => (Some(uri), Some(name)),
        };
        first.into_iter().chain(second)
    }

    /// The files that it is made of.
    pub fn files(&self) -> impl Iterator<Item = NamedFile<'_>> {
        let bytes = match &self.kind {
            BlockKind::Image(media) | BlockKind::Audio(media) => media.data.file(),
            BlockKind::Resource { contents: Contents::Data(data), .. } => data.file(),
            BlockKind::Text(_) | BlockKind::Resource { .. } | BlockKind::Link { .. } => None,
        };
        bytes.into_iter().chain(self.templates().filter_map(Template::file))
    }
}

impl Contents {
    /// The file that it is.
    #[must_use]
    pub fn file(&self) -> Option<NamedFile<'_>> {
        match self {
            Self::Text(text) => text.file(),
            Self::Data(data) => data.file(),
        }
    }
}

impl Bytes {
    fn file(&self) -> Option<NamedFile<'_>> {
        match self {
            Self::File(path) => Some(NamedFile { path, is_text: false }),
            Self::Base64(_) => None,
        }
    }
}

impl Template {
    /// The file that it is.
    fn file(&self) -> Option<NamedFile<'_>> {
        match self.parts.as_slice() {
            [Part::File(path)] => Some(NamedFile { path, is_text: true }),
            _ => None,
        }
    }
}

impl<A> Respond<A> {
    /// All that the client is asked, in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.steps.iter().flat_map(|step| match step {
            Step::Ask(questions) => questions.as_slice(),
            _ => &[],
        })
    }
}

impl Spec {
    /// The files beside it whose content becomes a part of the server, in the order of their paths.
    #[must_use]
    pub fn files(&self) -> Vec<NamedFile<'_>> {
        let in_tools = self.tools.iter().flat_map(|tool| match &tool.body {
            Body::Respond(Respond { answer: ToolAnswer::Reply { content, .. }, .. }) => content.as_slice(),
            _ => &[],
        });
        let in_prompts = self.prompts.iter().flat_map(|prompt| match &prompt.body {
            PromptBody::Respond(respond) => respond.answer.as_slice(),
            PromptBody::Code => &[],
        });
        let in_resources = self.resources.iter().filter_map(|resource| match &resource.body {
            Body::Respond(respond) => respond.answer.file(),
            _ => None,
        });
        let blocks = in_tools.chain(in_prompts.map(|message| &message.content));
        let mut files: Vec<_> = blocks.flat_map(Block::files).chain(in_resources).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// All steps of all that it offers.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let tools = self.tools.iter().map(|tool| tool.body.steps());
        let resources = self.resources.iter().map(|resource| resource.body.steps());
        let prompts = self.prompts.iter().map(|prompt| match &prompt.body {
            PromptBody::Code => &[],
            PromptBody::Respond(respond) => respond.steps.as_slice(),
        });
        tools.chain(resources).chain(prompts).flatten()
    }
}

impl<A> Body<A> {
    /// What happens before a fixed answer.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        match self {
            Self::Respond(respond) => &respond.steps,
            _ => &[],
        }
    }
}
