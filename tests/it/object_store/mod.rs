//! The registry in an object store: against stores that misbehave, and, in the slow tier, against a real S3 API at
//! `AWS_ENDPOINT_URL`.

mod fake;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mcpgen::ports::Ports;

use self::fake::{Fake, Quirk};
use crate::sandbox::{Ran, Sandbox};

const SECRET: &str = "hunter2";
const URL: &str = "s3://fleet/team/ports.json";
const EMPTY: &str = "{ \"version\": 1, \"ranges\": { \"v2\": { \"start\": 9000, \"end\": 9099 } }, \"servers\": {} }\n";
const WIDE: &str =
    "{ \"version\": 1, \"ranges\": { \"v2\": { \"start\": 10000, \"end\": 13999 } }, \"servers\": {} }\n";

/// Gives a command the environment to reach a store, and nothing else.
fn reaching<'a>(command: &'a mut Command, endpoint: &str) -> &'a mut Command {
    command.env_clear().env("AWS_ENDPOINT_URL", endpoint).env("AWS_ALLOW_HTTP", "true");
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", SECRET).env("AWS_REGION", "us-east-1")
}

#[track_caller]
fn ran(command: &mut Command) -> Ran {
    let ran = Ran::from(command.output().unwrap());
    assert!(!ran.stderr.contains(SECRET) && !ran.stdout.contains(SECRET), "a secret: {}{}", ran.stdout, ran.stderr);
    ran
}

fn ports_command(endpoint: &str, url: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcpgen"));
    reaching(command.arg("ports").args(args).args(["--registry", url]), endpoint);
    command
}

impl Fake {
    #[track_caller]
    fn run(&self, args: &[&str]) -> Ran {
        ran(&mut ports_command(&self.endpoint, URL, args))
    }
}

fn ports(text: &str) -> Ports {
    Ports::from_bytes(text.as_bytes()).unwrap()
}

#[test]
fn a_registry_begins_with_its_first_allocation_and_a_dry_run_begins_none() {
    let fake = Fake::new(None, Quirk::None);
    assert_eq!(fake.run(&["allocate", "weather_v2", "--dry-run"]).fine().stdout, "9092\n");
    let list = fake.run(&["list"]).fine();
    assert!(list.stderr.contains("`s3://fleet/team/ports.json` does not exist yet"), "{}", list.stderr);
    assert_eq!(fake.object(), None);
    let ran = fake.run(&["allocate", "weather_v2"]).fine();
    assert_eq!(ran.stderr, "gave port `9092` of range `v2` to `weather_v2` in `s3://fleet/team/ports.json`\n");
    let text = fake.object().unwrap();
    assert_eq!(ports(&text).to_text(), text);
    assert_eq!(fake.run(&["allocate", "weather_v2"]).fine().stdout, "9092\n");
    fake.run(&["allocate", "news_v2", "--port", "9092"]).refused("port `9092` belongs to `weather_v2`");
    assert_eq!(fake.object().unwrap(), text);
}

#[test]
fn what_others_wrote_in_between_is_kept_and_the_rules_judge_it() {
    let other = ports(EMPTY);
    let mut other = other.to_text();
    other = other
        .replace("\"servers\": {}", "\"servers\": {\n    \"other\": { \"port\": 9004, \"status\": \"active\" }\n  }");
    let fake = Fake::new(Some(EMPTY), Quirk::IsFaster(other.clone()));
    fake.run(&["allocate", "mine", "--port", "9005"]).fine();
    let both = ports(&fake.object().unwrap());
    assert_eq!(both.by_name("other").unwrap().port, 9004);
    assert_eq!(both.by_name("mine").unwrap().port, 9005);

    let fake = Fake::new(Some(EMPTY), Quirk::IsFaster(other.clone()));
    fake.run(&["allocate", "mine", "--port", "9004"]).refused("port `9004` belongs to `other`");
    assert_eq!(fake.object().unwrap(), other);

    let fake = Fake::new(Some(EMPTY), Quirk::IsFaster("<<<<<<< HEAD\n".into()));
    fake.run(&["allocate", "mine"]).refused("s3://fleet/team/ports.json:1:1: has a merge conflict");
}

#[test]
fn a_lost_answer_loses_no_port_and_gives_none_twice() {
    for object in [None, Some(EMPTY)] {
        let fake = Fake::new(object, Quirk::LosesAnAnswer);
        let port = fake.run(&["allocate", "mine"]).fine().stdout;
        let registry = ports(&fake.object().unwrap());
        assert_eq!(registry.servers().len(), 1);
        assert_eq!(registry.by_name("mine").unwrap().port.to_string(), port.trim());
    }
}

#[test]
fn a_store_that_does_not_keep_conditions_is_never_written_to() {
    for (object, quirk, why) in [
        (Some(EMPTY), Quirk::IgnoresConditions, "whatever version it was told to replace"),
        (None, Quirk::IgnoresConditions, "told to make only if there is none"),
        (None, Quirk::IgnoresIfNoneMatch, "told to make only if there is none"),
        (Some(EMPTY), Quirk::TellsNoVersion, "tells no version"),
        (Some(EMPTY), Quirk::Refuses(501, "NotImplemented"), "does not know conditional writes"),
    ] {
        let fake = Fake::new(object, quirk.clone());
        fake.run(&["allocate", "mine"]).refused(why);
        let left = fake.object();
        assert!(left.as_ref().is_none_or(|text| ports(text).servers().is_empty()), "{quirk:?}: {left:?}");
        assert!(object.is_none() || left.as_deref() == object, "{quirk:?}: {left:?}");
    }
}

#[test]
fn what_a_store_refuses_is_told_and_not_what_it_says() {
    for (quirk, why) in [
        (Quirk::RefusesAll(403, "AccessDenied"), "may not be read: `http://127.0.0.1:"),
        (Quirk::RefusesAll(401, "InvalidToken"), "answered `401 Unauthorized`, `InvalidToken`"),
        (Quirk::RefusesAll(404, "NoSuchBucket"), "does not know `fleet`\n  help: make the bucket first"),
        (Quirk::RefusesAll(503, "SlowDown"), "answered `503 Service Unavailable`, `SlowDown`"),
        (Quirk::Refuses(403, "AccessDenied"), "may not be written: `http://127.0.0.1:"),
        (Quirk::Refuses(400, "<script>"), "cannot be written: "),
    ] {
        let fake = Fake::new(Some(EMPTY), quirk);
        fake.run(&["allocate", "mine"]).refused(why);
        assert_eq!(fake.object().unwrap(), EMPTY);
    }
}

#[test]
fn what_is_no_sound_registry_is_refused_with_its_place_and_left_alone() {
    for (text, why) in [
        ("", "s3://fleet/team/ports.json:1:1: is empty"),
        ("{}", "s3://fleet/team/ports.json:1:1: has no `version`"),
        ("{\n \"version\": 2}", "s3://fleet/team/ports.json:2:13: is a registry of version 2"),
    ] {
        let fake = Fake::new(Some(text), Quirk::None);
        for args in [&["allocate", "mine"][..], &["list"], &["show", "9004"]] {
            fake.run(args).refused(why);
        }
        assert_eq!(fake.object().unwrap(), text);
    }
    let limit = usize::try_from(mcpgen::ports::MAX_BYTES).unwrap();
    Fake::new(Some(&" ".repeat(limit + 1)), Quirk::None).run(&["list"]).refused("has more than 50 MB");
}

#[test]
fn settings_that_cannot_be_are_told_without_asking_anybody() {
    let list = |variables: &[(&str, Option<&str>)], url: &str| {
        let mut command = ports_command("http://127.0.0.1:1", url, &["list"]);
        for (key, value) in variables {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            };
        }
        let begin = Instant::now();
        let ran = ran(&mut command);
        assert!(begin.elapsed() < Duration::from_secs(10), "{}", ran.stderr);
        ran
    };
    list(&[], URL).refused("there is no connection to `http://127.0.0.1:1`: Connection refused");
    list(&[("AWS_ALLOW_HTTP", None)], URL).refused("`http://127.0.0.1:1` is without TLS");
    list(&[("AWS_ENDPOINT_URL", Some("http://me:hunter2@127.0.0.1:1"))], URL).refused("`http://127.0.0.1:1`");
    list(&[("AWS_ACCESS_KEY_ID", None)], URL).refused("check the variables that begin with `AWS_`");
    let nobody = [
        ("AWS_ACCESS_KEY_ID", None),
        ("AWS_SECRET_ACCESS_KEY", None),
        ("AWS_METADATA_ENDPOINT", Some("http://127.0.0.1:1")),
    ];
    list(&nobody, URL).refused("has no credentials for `http://127.0.0.1:1`\n  help: set `AWS_ACCESS_KEY_ID`");
    list(&[], "az://fleet/ports.json").refused("check the variables that begin with `AZURE_`");
    // The client would say what it cannot read, with all that is in it.
    let broken = "https://me:hunter2@[fleet";
    let account = [
        ("AZURE_STORAGE_ACCOUNT_NAME", Some("fleet")),
        ("AZURE_STORAGE_ACCOUNT_KEY", Some("a2V5")),
        ("AZURE_STORAGE_ENDPOINT", Some(broken)),
    ];
    list(&account, "az://fleet/ports.json").refused("check the variables that begin with `AZURE_`");
    list(&[("AWS_PROXY_URL", Some(broken))], URL).refused("check the variables that begin with `AWS_`");
    list(&[("GOOGLE_SERVICE_ACCOUNT_KEY", Some("{\"private_key\": \"hunter2\"}"))], "gs://fleet/ports.json")
        .refused("check the variables that begin with `GOOGLE_`");
}

#[test]
#[ignore = "slow: waits for whom nobody answers"]
fn who_never_answers_is_not_waited_for_for_ever() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let begin = Instant::now();
    ran(&mut ports_command(&endpoint, URL, &["allocate", "mine"])).refused(&endpoint);
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
}

#[test]
#[ignore = "slow: waits until patience ends"]
fn whoever_is_always_overtaken_gives_up_and_says_so() {
    let fake = Fake::new(Some(EMPTY), Quirk::IsAlwaysFaster);
    let begin = Instant::now();
    let ran = fake.run(&["allocate", "mine"]);
    ran.refused("was changed by others ");
    assert!((28..50).contains(&begin.elapsed().as_secs()), "{:?}", begin.elapsed());
    assert_eq!(fake.object().unwrap(), EMPTY);
}

#[test]
fn every_change_goes_through_the_store_and_what_is_about_git_says_that_it_needs_a_file() {
    let fake = Fake::new(Some(EMPTY), Quirk::None);
    fake.run(&["allocate", "mine", "--port", "9001"]).fine();
    fake.run(&["reserve", "9050", "--reason", "a printer"]).fine();
    fake.run(&["release", "mine"]).fine();
    fake.run(&["range", "add", "v3", "9200-9299"]).fine();
    let registry = ports(&fake.object().unwrap());
    assert!(!registry.by_name("mine").unwrap().lives());
    assert_eq!((registry.reserved().len(), registry.ranges().len()), (1, 2));
    fake.run(&["check"]).fine();
    let text = fake.object().unwrap();
    for args in [&["resolve"][..], &["resolve", "--dry-run"], &["merge-driver", "install"]] {
        fake.run(args).refused("is in an object store, and this command is about a file in git");
    }
    assert_eq!(fake.object().unwrap(), text);

    let broken = text.replace("9001", "99999");
    let check = Fake::new(Some(&broken), Quirk::None).run(&["check"]);
    assert_eq!(check.code, Some(1));
    assert!(check.stdout.starts_with("s3://fleet/team/ports.json:"), "{}", check.stdout);
}

/// A fleet whose registry is in a store.
fn fleet(endpoint: &str, url: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["init"]).fine();
    fs::remove_file(sandbox.path("consolidated_mcp_ports.json")).unwrap();
    let settings = sandbox.read("mcpgen.toml");
    assert!(settings.contains("registry = \"consolidated_mcp_ports.json\""), "{settings}");
    sandbox.write("mcpgen.toml", &settings.replace("consolidated_mcp_ports.json", url));
    assert_eq!(ran(reaching(&mut sandbox.command(&["ports", "list"]), endpoint)).code, Some(0));
    sandbox
}

fn new(sandbox: &Sandbox, endpoint: &str, args: &[&str]) -> Ran {
    let mut command = sandbox.command(&["new", "--example", "hello"]);
    ran(reaching(command.args(args), endpoint))
}

#[test]
fn new_takes_its_port_from_the_store() {
    let fake = Fake::new(None, Quirk::None);
    let sandbox = fleet(&fake.endpoint, URL);
    let before = sandbox.everything();
    let dry = new(&sandbox, &fake.endpoint, &["hello", "--dry-run", "--json"]).fine().json();
    assert_eq!(dry["fleet"]["registry"], URL);
    assert_eq!((sandbox.everything(), fake.object()), (before, None));
    new(&sandbox, &fake.endpoint, &["hello"]).fine();
    let registry = ports(&fake.object().unwrap());
    let entry = registry.by_name("hello_v2").unwrap();
    assert_eq!(entry.port, 9044);
    assert!(entry.description.is_some());
    assert!(sandbox.path("hello_v2/mcpgen.lock").exists());
    assert!(!sandbox.path("consolidated_mcp_ports.json").exists() && !sandbox.path("s3:").exists());
    let empty = Fake::new(None, Quirk::None);
    new(&sandbox, &empty.endpoint, &["other"]).refused("but their registry `s3://fleet/team/ports.json` is gone");
}

#[test]
fn new_whose_port_somebody_takes_in_between_takes_another_and_renders_that_one() {
    let other = ports(EMPTY).to_text();
    let taken = "\"servers\": {\n    \"other\": { \"port\": 9044, \"status\": \"active\" }\n  }";
    let other = other.replace("\"servers\": {}", taken);
    let fake = Fake::new(Some(EMPTY), Quirk::IsFaster(other.clone()));
    let sandbox = fleet(&fake.endpoint, URL);
    let report = new(&sandbox, &fake.endpoint, &["hello", "--json"]).fine().json();
    let port = report["server"]["port"].as_u64().unwrap();
    assert_ne!(port, 9044);
    let registry = ports(&fake.object().unwrap());
    assert_eq!(u64::from(registry.by_name("hello_v2").unwrap().port), port);
    assert_eq!(registry.by_port(9044).unwrap().id, "other");
    let texts: String = sandbox.everything().into_values().collect();
    assert!(texts.contains(&port.to_string()) && !texts.contains("9044"));

    // One that was asked for is not exchanged.
    let fake = Fake::new(Some(EMPTY), Quirk::IsFaster(other.clone()));
    let sandbox = fleet(&fake.endpoint, URL);
    let before = sandbox.everything();
    new(&sandbox, &fake.endpoint, &["hello", "--port", "9044"]).refused("port `9044` belongs to `other`");
    assert_eq!((sandbox.everything(), fake.object().unwrap()), (before, other));
}

#[test]
fn new_that_the_store_refuses_changes_nothing() {
    for quirk in [Quirk::IgnoresConditions, Quirk::Refuses(403, "AccessDenied"), Quirk::RefusesAll(403, "AccessDenied")]
    {
        let sandbox = fleet(&Fake::new(None, Quirk::None).endpoint, URL);
        let before = sandbox.everything();
        let fake = Fake::new(Some(EMPTY), quirk);
        new(&sandbox, &fake.endpoint, &["hello"]).refused("`s3://fleet/team/ports.json`");
        assert_eq!((sandbox.everything(), fake.object().unwrap()), (before, EMPTY.to_owned()));
    }
}

#[test]
fn new_whose_answer_is_lost_is_made_all_the_same() {
    let fake = Fake::new(Some(EMPTY), Quirk::LosesAnAnswer);
    let sandbox = fleet(&fake.endpoint, URL);
    new(&sandbox, &fake.endpoint, &["hello"]).fine();
    assert_eq!(ports(&fake.object().unwrap()).by_name("hello_v2").unwrap().port, 9044);
    assert!(sandbox.path("hello_v2/mcpgen.lock").exists());
}

/// A bucket of its own for each test, in the store of the slow tier.
struct Bucket {
    endpoint: String,
    name: String,
}

impl Bucket {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let endpoint = std::env::var("AWS_ENDPOINT_URL").expect("`.ci/full object-store` starts a store and names it");
        let name = format!("fleet-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let bucket = Self { endpoint, name };
        assert_eq!(bucket.request("PUT", "", &[], "").0, 200);
        bucket
    }

    fn with(text: &str) -> Self {
        let bucket = Self::new();
        assert_eq!(bucket.request("PUT", "/ports.json", &[], text).0, 200);
        bucket
    }

    fn url(&self) -> String {
        format!("s3://{}/ports.json", self.name)
    }

    fn command(&self, args: &[&str]) -> Command {
        ports_command(&self.endpoint, &self.url(), args)
    }

    fn run(&self, args: &[&str]) -> Ran {
        ran(&mut self.command(args))
    }

    fn ports(&self) -> Ports {
        let (status, _, body) = self.request("GET", "/ports.json", &[], "");
        assert_eq!(status, 200);
        ports(&body)
    }

    /// The status, the version and the body of an answer, without any client in between.
    fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String, String) {
        let host = self.endpoint.strip_prefix("http://").unwrap();
        let mut request = format!(
            "{method} /{}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/octet-stream\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=test/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none\r\n",
            self.name,
            body.len()
        );
        for (key, value) in headers {
            request.extend([key, ": ", value, "\r\n"]);
        }
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all((request + "\r\n" + body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let tag =
            head.lines().find_map(|line| line.to_ascii_lowercase().starts_with("etag: ").then(|| line[6..].to_owned()));
        (status, tag.unwrap_or_default(), body.to_owned())
    }
}

/// All else rests on this: what the tests show of mcpgen, they show of nothing with a store that does not.
#[test]
#[ignore = "needs a store"]
fn the_store_of_this_tier_keeps_conditions_also_in_a_crowd() {
    let bucket = Bucket::new();
    let put = |headers: &[(&str, &str)], body: &str| bucket.request("PUT", "/ports.json", headers, body).0;
    assert_eq!(put(&[("If-None-Match", "*")], "one"), 200);
    assert_eq!(put(&[("If-None-Match", "*")], "two"), 412);
    assert_eq!(put(&[("If-Match", "\"00000000000000000000000000000000\"")], "two"), 412);
    let (_, tag, body) = bucket.request("GET", "/ports.json", &[], "");
    assert_eq!(body, "one");
    assert_eq!(put(&[("If-Match", &tag)], "two"), 200);
    assert_eq!(put(&[("If-Match", &tag)], "three"), 412);
    for round in 0..20 {
        let (_, tag, _) = bucket.request("GET", "/ports.json", &[], "");
        let barrier = Barrier::new(16);
        let won = thread::scope(|scope| {
            let one = |n: usize| {
                barrier.wait();
                put(&[("If-Match", &tag)], &format!("{round} {n}")) == 200
            };
            let threads: Vec<_> = (0..16).map(|n| scope.spawn(move || one(n))).collect();
            threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum::<usize>()
        });
        assert_eq!(won, 1, "round {round}: so many writers replaced the same version");
    }
}

/// Every one of `processes × each` allocations gets its own port, and whoever reads meanwhile sees a whole registry.
fn all_at_once(bucket: &Bucket, processes: usize, each: usize) {
    let done = AtomicBool::new(false);
    let given = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut reads, mut seen) = (0, 0);
            while !done.load(Ordering::Relaxed) {
                let list = bucket.run(&["list", "--json"]).fine().json();
                let servers = list["servers"].as_array().unwrap().len();
                assert!(servers >= seen, "{seen} servers became {servers}");
                (reads, seen) = (reads + 1, servers);
            }
            reads
        });
        let allocate = |name: String| {
            let ran = bucket.run(&["allocate", &name]);
            assert_eq!(ran.code, Some(0), "{}", ran.stderr);
            (name, ran.stdout.trim().parse::<u16>().unwrap())
        };
        let writers: Vec<_> = (0..processes)
            .map(|p| scope.spawn(move || (0..each).map(|n| allocate(format!("server_{p}_{n}"))).collect::<Vec<_>>()))
            .collect();
        let given: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        // Before anything can fail: the reader would go on for ever.
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
        given.into_iter().flat_map(Result::unwrap).collect::<Vec<_>>()
    });
    let registry = bucket.ports();
    let by_port: BTreeMap<u16, &str> = given.iter().map(|(name, port)| (*port, name.as_str())).collect();
    assert_eq!(by_port.len(), processes * each, "a port was given twice");
    assert_eq!(registry.servers().len(), processes * each, "an allocation was lost");
    for server in registry.servers() {
        assert_eq!(by_port[&server.port], server.id);
    }
}

#[test]
#[ignore = "needs a store"]
fn thirty_two_processes_with_ten_allocations_each_lose_nothing() {
    all_at_once(&Bucket::with(WIDE), 32, 10);
}

#[test]
#[ignore = "needs a store"]
fn many_who_make_the_registry_at_once_make_one() {
    for _ in 0..5 {
        all_at_once(&Bucket::new(), 12, 1);
    }
}

/// Kills processes at moments that differ from round to round; whoever reported a port keeps it.
#[test]
#[ignore = "needs a store"]
fn killed_at_any_moment_it_leaves_the_old_registry_or_the_new() {
    const ROUNDS: u64 = 60;
    let bucket = Bucket::with(WIDE);
    let mut kept = BTreeMap::new();
    let mut unreported = 0;
    for round in 0..ROUNDS {
        let mut writers: Vec<_> = (0..3)
            .map(|n| {
                let name = format!("server_{round}_{n}");
                let mut command = bucket.command(&["allocate", &name]);
                (name, command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap())
            })
            .collect();
        // Multiples of a number that shares no factor with the span spread evenly over it.
        thread::sleep(Duration::from_micros(round * 79_193 % 400_000));
        for (_, child) in &mut writers {
            child.kill().unwrap();
        }
        for (name, child) in writers {
            let output = child.wait_with_output().unwrap();
            if let Ok(port) = String::from_utf8(output.stdout).unwrap().trim().parse::<u16>() {
                kept.insert(name, port);
            }
        }
        let registry = bucket.ports();
        for (name, port) in &kept {
            assert_eq!(registry.by_name(name).map(|server| server.port), Some(*port), "round {round}");
        }
        unreported = registry.servers().len() - kept.len();
        bucket.run(&["show", "9000"]).fine();
    }
    bucket.run(&["allocate", "after"]).fine();
    println!("{} told their port, {unreported} had one and were killed before they could", kept.len());
    assert!(!kept.is_empty() && kept.len() < 3 * usize::try_from(ROUNDS).unwrap(), "{} were not killed", kept.len());
}

/// Eight fleets on eight machines, as it were, with one registry; then eight commands in one fleet.
#[test]
#[ignore = "needs a store"]
fn eight_new_at_once_each_get_a_port_of_their_own() {
    let bucket = Bucket::new();
    let first = fleet(&bucket.endpoint, &bucket.url());
    let fleets: Vec<_> = (0..8).map(|_| fleet(&bucket.endpoint, &bucket.url())).collect();
    let begin = |sandbox: &Sandbox, name: String| {
        let mut command = sandbox.command(&["new", &name, "--example", "hello"]);
        reaching(&mut command, &bucket.endpoint).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut children: Vec<_> = fleets.iter().enumerate().map(|(i, fleet)| begin(fleet, format!("far_{i}"))).collect();
    children.extend((0..8).map(|i| begin(&first, format!("near_{i}"))));
    for child in children {
        Ran::from(child.wait_with_output().unwrap()).fine();
    }
    let registry = bucket.ports();
    let numbers: BTreeSet<u16> = registry.servers().iter().map(|server| server.port).collect();
    assert_eq!((numbers.len(), registry.servers().len()), (16, 16));
    for (i, fleet) in fleets.iter().enumerate() {
        for (fleet, id) in [(fleet, format!("far_{i}_v2")), (&first, format!("near_{i}_v2"))] {
            let port = registry.by_name(&id).unwrap().port.to_string();
            assert!(fleet.read(&format!("{id}/README.md")).contains(&port), "`{id}` was not rendered with {port}");
        }
    }
}

/// What a killed `new` leaves is a whole server or none; a port that was given stays given to its name.
#[test]
#[ignore = "needs a store"]
fn a_killed_new_leaves_a_sound_fleet_and_no_port_twice() {
    let bucket = Bucket::new();
    let mut unfinished = 0;
    for round in 0..40 {
        let sandbox = fleet(&bucket.endpoint, &bucket.url());
        let name = format!("shop_{round}");
        let mut command = sandbox.command(&["new", &name, "--example", "hello"]);
        let mut child = reaching(&mut command, &bucket.endpoint).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(6 * round));
        let _ = child.kill();
        let _ = child.wait();
        let was_made = sandbox.path(&format!("{name}_v2")).exists();
        unfinished += usize::from(!was_made && sandbox.path(".mcpgen/pending").exists());
        if !was_made {
            new(&sandbox, &bucket.endpoint, &[&name]).fine();
        }
        let port = bucket.ports().by_name(&format!("{name}_v2")).unwrap().port.to_string();
        assert!(sandbox.read(&format!("{name}_v2/README.md")).contains(&port), "round {round}");
        new(&sandbox, &bucket.endpoint, &[&format!("other_{round}")]).fine();
        assert!(!sandbox.path(".mcpgen/pending").exists(), "round {round}: a journal stayed");
    }
    println!("killed in the middle: {unfinished}");
    assert_eq!(bucket.ports().servers().len(), 80);
}

#[test]
#[ignore = "needs a store"]
fn a_bucket_that_does_not_exist_is_named() {
    let bucket = Bucket { name: "no-such-bucket".into(), ..Bucket::new() };
    for args in [&["list"][..], &["allocate", "a"]] {
        bucket.run(args).refused("does not know `no-such-bucket`\n  help: make the bucket first");
    }
}
