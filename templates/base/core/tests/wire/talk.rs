// Owned by mcpgen: edits are overwritten.
//! A server that asks its clients and tells them what happens.

use std::time::Duration;

use mcp_base::{
    Ability, About, Auth, CacheClass, Changes, Completion, Content, Contents, Context, Deprecated,
    Environment, Error, Form, Hints, Level, Message, Resource, Running, Server, StartError,
    TaskSupport, Tool, call, complete, join, prompt, read, sleep,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct NameForm {
    name: String,
}

impl Form for NameForm {
    const NAME: &'static str = "name";
}

#[derive(Debug, Deserialize)]
struct ColourForm {
    colour: String,
}

impl Form for ColourForm {
    const NAME: &'static str = "colour";
}

#[derive(Debug, Deserialize)]
pub struct Paint {
    what: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Work {
    seconds: f64,
    asks: bool,
}

#[derive(Debug, Deserialize)]
pub struct Diary {
    day: String,
}

#[derive(Debug, Deserialize)]
pub struct Greeting {
    style: Option<String>,
}

pub struct Service;

impl Service {
    #[expect(clippy::unnecessary_wraps, reason = "a service may fail to start")]
    fn new() -> Result<Self, StartError> {
        Ok(Self)
    }

    async fn paint(&self, input: Paint, context: Context) -> Result<String, Error> {
        let what = input.what.unwrap_or_default();
        let NameForm { name } = context.elicit("name", "Who are you?").await?.accepted()?;
        let ColourForm { colour } = context.elicit("colour", "Which?").await?.accepted()?;
        Ok(format!("{name} paints {what} {colour}"))
    }

    async fn meet(&self, context: Context) -> Result<String, Error> {
        let (name, word, folders) = join!(
            context.elicit::<NameForm>("name", "Who are you?"),
            context.sample("word", "Say a word", 10),
            context.roots("folders"),
        );
        let folders: Vec<_> = folders?.into_iter().map(|root| root.uri).collect();
        Ok(format!("{} {} {}", name?.accepted()?.name, word?, folders.join(",")))
    }

    async fn suggest(&self, context: Context) -> Result<String, Error> {
        let (name, word) = join!(
            context.if_able(Ability::Elicitation, context.elicit::<NameForm>("name", "Who?")),
            context.if_able(Ability::Sampling, context.sample("word", "Say a word", 10)),
        );
        Ok(format!("{:?} {:?}", name?.is_some(), word?))
    }

    async fn think(&self) -> Result<String, Error> {
        Ok("thought".to_owned())
    }

    async fn kept(&self, context: Context) -> Result<String, Error> {
        Ok(context.elicit::<NameForm>("name", "Who?").await?.accepted()?.name)
    }

    async fn twice(&self, context: Context) -> Result<String, Error> {
        let (one, other) = join!(context.roots("key"), context.roots("key"));
        Ok(format!("{:?} {:?}", one?, other?))
    }

    async fn who(&self, context: Context) -> Result<String, Error> {
        let caller = context.caller();
        let deeper = Context::current().and_then(|here| here.caller().cloned());
        assert_eq!(deeper.as_ref(), caller);
        Ok(caller.map_or("nobody", |caller| caller.subject()).to_owned())
    }

    async fn tell(&self, context: Context) -> Result<String, Error> {
        context.tools_changed().await;
        context.prompts_changed().await;
        context.resources_changed().await;
        context.resource_updated("talk://news").await;
        Ok("told".to_owned())
    }

    async fn chat(&self, context: Context) -> Result<String, Error> {
        context.log(Level::Debug, "small").await;
        context.log(Level::Warning, serde_json::json!({ "size": "large" })).await;
        Ok("said".to_owned())
    }

    async fn work(&self, input: Work, context: Context) -> Result<String, Error> {
        context.progress(1.0, None, Some("begun")).await;
        sleep(Duration::from_secs_f64(input.seconds.max(0.01))).await;
        if input.asks {
            return Ok(context.elicit::<NameForm>("name", "Who?").await?.accepted()?.name);
        }
        Ok("done".to_owned())
    }

    async fn must(&self) -> Result<String, Error> {
        Ok("at once".to_owned())
    }

    async fn fails(&self) -> Result<String, Error> {
        Err(Error::protocol("this is meant to fail"))
    }

    async fn diary(&self, arguments: Diary, context: Context) -> Result<Contents, Error> {
        let NameForm { name } = context.elicit("name", "Whose?").await?.accepted()?;
        Ok(Contents::Text(format!("{name} on {}", arguments.day)))
    }

    async fn news(&self) -> Result<Contents, Error> {
        Ok(Contents::base64("bm9uZQ=="))
    }

    async fn shelf(&self) -> Result<Contents, Error> {
        Ok(Contents::Text("books".to_owned()))
    }

    async fn greeting(&self, input: Greeting, context: Context) -> Result<Vec<Message>, Error> {
        let NameForm { name } = context.elicit("name", "Who?").await?.accepted()?;
        let style = input.style.unwrap_or_default();
        let asked = Content::text(format!("Greet {name} {style}")).with_priority(0.5);
        Ok(vec![Message::user(asked), Message::assistant(Content::link("talk://news", "news"))])
    }

    async fn complete_whom(&self, completion: Completion) -> Result<Vec<String>, Error> {
        match completion.begun() {
            "nobody" => Err(Error::tool("there is nobody to greet")),
            "panic" => panic!("secret"),
            "many" => Ok((0..120).map(|number| number.to_string()).collect()),
            "slow" => {
                sleep(Duration::from_mins(1)).await;
                Ok(Vec::new())
            }
            _ => Ok(vec!["Zoe".to_owned(), completion.argument("style").unwrap_or("?").to_owned()]),
        }
    }

    async fn complete_shelf(
        &self,
        completion: Completion,
        context: Context,
    ) -> Result<Vec<String>, Error> {
        let question = context.elicit::<NameForm>("name", "Whose?");
        match completion.begun() {
            "ask" => drop(question.await?),
            "perhaps" if context.if_able(Ability::Elicitation, question).await?.is_none() => {
                return Ok(vec!["not asked".to_owned()]);
            }
            _ => {}
        }
        let caller = context.caller().map_or("nobody", |caller| caller.subject());
        Ok(vec![context.name().to_owned(), caller.to_owned()])
    }
}

fn server(auth: Auth) -> Server<Service> {
    let mut server = without_completions(auth);
    server.complete_prompt("greeting", "whom", complete(Service::complete_whom));
    server.complete_resource("shelf", "shelf", complete(Service::complete_shelf));
    server
}

fn without_completions(auth: Auth) -> Server<Service> {
    let about = About {
        name: "talk_v2",
        version: "1.2.3",
        description: "Asks and tells",
        port: 0,
        schemas: include_str!("talk.json"),
    };
    let mut server = Server::new(about, Service::new);
    server.auth(auth);
    let mut tool = |name, cache, call| {
        server.tool(Tool {
            name,
            hints: Hints::NONE,
            cache,
            call,
        });
    };
    tool("paint", CacheClass::None, call(Service::paint));
    tool("meet", CacheClass::None, call(Service::meet));
    tool("suggest", CacheClass::None, call(Service::suggest));
    tool("think", CacheClass::None, call(Service::think));
    tool("kept", CacheClass::Short, call(Service::kept));
    tool("twice", CacheClass::None, call(Service::twice));
    tool("who", CacheClass::None, call(Service::who));
    tool("someone", CacheClass::Short, call(Service::who));
    tool("tell", CacheClass::None, call(Service::tell));
    tool("chat", CacheClass::None, call(Service::chat));
    tool("work", CacheClass::None, call(Service::work));
    tool("must", CacheClass::None, call(Service::must));
    tool("fails", CacheClass::None, call(Service::fails));
    server.resource(Resource {
        name: "diary",
        read: read(Service::diary),
    });
    server.resource(Resource {
        name: "news",
        read: read(Service::news),
    });
    server.resource(Resource {
        name: "shelf",
        read: read(Service::shelf),
    });
    server.prompt_from("greeting", prompt(Service::greeting));
    server.prompt("picture");
    server.task("work", TaskSupport::Optional);
    server.task("must", TaskSupport::Required);
    server.requires("think", &[Ability::Sampling]);
    server.deprecated(&[Deprecated::Logging, Deprecated::Roots, Deprecated::Sampling]);
    server.changes(Changes {
        tools: true,
        prompts: true,
        resources: true,
        subscriptions: true,
    });
    server
}

/// Starts it.
pub async fn start(settings: &[(&str, &str)]) -> Running {
    start_for(Auth::None, settings).await
}

/// Starts it for these callers.
pub async fn start_for(auth: Auth, settings: &[(&str, &str)]) -> Running {
    let environment = Environment::of(settings.iter().chain(&[("PORT", "0")]).copied());
    server(auth).bind(&environment).await.expect("the settings are good").spawn()
}

/// Whether it starts, or why it does not, where several replicas of it are meant to run.
pub async fn start_replica(settings: &[(&str, &str)]) -> Result<Running, StartError> {
    let environment = Environment::of(settings.iter().chain(&[("PORT", "0")]).copied());
    let mut server = server(Auth::None);
    server.replicas(2);
    Ok(server.bind(&environment).await?.spawn())
}

/// What is wrong with a completion that is declared.
#[derive(Debug, Clone, Copy)]
pub enum Wrong {
    Unknown,
    Fixed,
    Twice,
    Missing,
}

/// Whether it starts, or why it does not, with a completion that cannot be.
pub async fn start_wrong(wrong: Wrong) -> Result<Running, StartError> {
    let argument = match wrong {
        Wrong::Unknown => Some("nothing"),
        Wrong::Fixed => Some("style"),
        Wrong::Twice => Some("whom"),
        Wrong::Missing => None,
    };
    let mut server = match argument {
        Some(_) => server(Auth::None),
        None => without_completions(Auth::None),
    };
    if let Some(argument) = argument {
        server.complete_prompt("greeting", argument, complete(Service::complete_whom));
    }
    Ok(server.bind(&Environment::of([("PORT", "0")])).await?.spawn())
}
