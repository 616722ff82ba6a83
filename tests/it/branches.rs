//! Registries on branches: real repositories of git, with and without the merge driver.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mcpgen::ports::{Ports, Status};
use mcpgen::spec::PortRequest;
use tempfile::TempDir;

use crate::fault::{self, Fault};
use crate::sandbox::{Ran, Sandbox};
use crate::support::dice::Dice;

const DAY: &str = "2026-11-22";

/// A repository with a registry.
struct Repository {
    folder: TempDir,
    path: PathBuf,
}

impl Repository {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ports.json");
        let repository = Self { folder, path };
        repository.git(&["init", "-q", "-b", "main", "--template="]);
        repository
    }

    fn with_driver() -> Self {
        let repository = Self::new();
        repository.mcpgen(&["merge-driver", "install"]).fine();
        repository
    }

    fn try_git(&self, args: &[&str]) -> Output {
        git(self.folder.path(), args)
    }

    #[track_caller]
    fn git(&self, args: &[&str]) -> String {
        let output = self.try_git(args);
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn mcpgen(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mcpgen"));
        command.arg("ports").args(args).arg("--registry").arg(&self.path).current_dir(self.folder.path());
        Ran::from(isolated(&mut command).output().unwrap())
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    fn ports(&self) -> Ports {
        Ports::from_bytes(self.text().as_bytes()).unwrap()
    }

    fn commit(&self, ports: &Ports) {
        fs::write(&self.path, ports.to_text()).unwrap();
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "registry"]);
    }

    /// A base, and two branches that grew from it: `main`, which is checked out, and `feature`.
    fn fork(&self, base: &Ports, main: &Ports, feature: &Ports) {
        self.commit(base);
        self.git(&["checkout", "-q", "-b", "feature"]);
        self.commit(feature);
        self.git(&["checkout", "-q", "main"]);
        self.commit(main);
    }
}

/// Nothing of the machine's own settings.
fn isolated(command: &mut Command) -> &mut Command {
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for name in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{name}_NAME"), "x").env(format!("GIT_{name}_EMAIL"), "x@example.org");
    }
    command
}

fn git(folder: &Path, args: &[&str]) -> Output {
    isolated(Command::new("git").args(args).current_dir(folder)).output().expect("the tests need `git`")
}

fn with(from: &Ports, servers: &[(&str, u16)]) -> Ports {
    let mut ports = from.clone();
    for (name, port) in servers {
        ports.allocate(name, &PortRequest::Exact(*port), DAY).unwrap();
    }
    ports
}

fn port(ports: &Ports, name: &str) -> u16 {
    ports.by_name(name).unwrap_or_else(|| panic!("{name} is lost")).port
}

#[test]
fn two_branches_with_one_port_conflict_in_git_wherever_their_names_would_stand() {
    let base = with(&Ports::default(), &[("hello_v2", 9000), ("mail_v2", 9050), ("zoo_v2", 9099)]);
    for (main, feature) in [("a_v2", "z_v2"), ("z_v2", "a_v2"), ("m_v2", "n_v2")] {
        let repository = Repository::new();
        repository.fork(&base, &with(&base, &[(main, 9020)]), &with(&base, &[(feature, 9020)]));
        assert_eq!(repository.try_git(&["merge", "feature"]).status.code(), Some(1), "it merged silently");

        let check = repository.mcpgen(&["check", "--json"]);
        assert_eq!(check.code, Some(1));
        assert_eq!(check.json()["findings"][0]["code"], "conflict-markers");

        let dry = repository.mcpgen(&["resolve", "--dry-run"]).fine();
        assert!(dry.stderr.contains(&format!("`{feature}` moves from port `9020` to")), "{}", dry.stderr);
        assert!(repository.text().contains("<<<<<<<"), "a dry run changed it");
        repository.mcpgen(&["resolve"]).fine();
        let ports = repository.ports();
        assert_eq!(port(&ports, main), 9020);
        assert_eq!(ports.servers().len(), 5);
        repository.mcpgen(&["check"]).fine();
        repository.git(&["commit", "-q", "-a", "-m", "merged"]);
        assert_eq!(repository.mcpgen(&["resolve", "--json"]).fine().json()["changed"], false);
    }
}

#[test]
fn what_is_on_the_base_branch_keeps_its_port_whichever_way_it_is_merged() {
    let base = Ports::default();
    let (main, feature) = (with(&base, &[("old_v2", 9020)]), with(&base, &[("new_v2", 9020)]));
    for driver in [false, true] {
        // Into the base branch, from it, and onto it.
        for command in [&["checkout", "-q", "main"][..], &["checkout", "-q", "feature"], &["rebase"]] {
            let repository = if driver { Repository::with_driver() } else { Repository::new() };
            repository.fork(&base, &main, &feature);
            let merged = match command {
                ["rebase"] => repository.try_git(&["rebase", "main", "feature"]),
                [.., "main"] => repository.try_git(&["merge", "-q", "feature"]),
                _ => {
                    repository.git(command);
                    repository.try_git(&["merge", "-q", "main"])
                }
            };
            assert_eq!(merged.status.success(), driver, "{command:?}: {merged:?}");
            repository.mcpgen(&["resolve"]).fine();
            let ports = repository.ports();
            assert_eq!(port(&ports, "old_v2"), 9020, "driver: {driver}, {command:?}");
            assert_ne!(port(&ports, "new_v2"), 9020);
        }
    }
}

#[test]
fn the_remote_branch_goes_before_the_local_one_that_nobody_has_seen() {
    let upstream = Repository::new();
    upstream.commit(&Ports::default());
    let clone = Repository::new();
    clone.git(&["remote", "add", "origin", upstream.folder.path().to_str().unwrap()]);
    clone.git(&["fetch", "-q"]);
    clone.git(&["reset", "-q", "--hard", "origin/main"]);
    clone.mcpgen(&["merge-driver", "install"]).fine();
    upstream.commit(&with(&Ports::default(), &[("theirs_v2", 9020)]));
    clone.commit(&with(&Ports::default(), &[("mine_v2", 9020)]));
    clone.git(&["pull", "-q", "--no-rebase", "origin", "main"]);
    let ports = clone.ports();
    assert_eq!(port(&ports, "theirs_v2"), 9020);
    assert_ne!(port(&ports, "mine_v2"), 9020);
}

#[test]
fn the_driver_is_installed_once_and_says_what_it_did() {
    let repository = Repository::new();
    let dry = repository.mcpgen(&["merge-driver", "install", "--dry-run"]).fine();
    assert!(dry.stderr.contains("would add `/ports.json merge=mcpgen-ports text eol=lf`"), "{}", dry.stderr);
    assert!(!repository.folder.path().join(".gitattributes").exists());
    assert!(!repository.try_git(&["config", "merge.mcpgen-ports.driver"]).status.success());

    fs::write(repository.folder.path().join(".gitattributes"), "*.bin binary").unwrap();
    let first = repository.mcpgen(&["merge-driver", "install", "--json"]).fine().json();
    assert_eq!((&first["attributes"], &first["settings"]), (&true.into(), &true.into()));
    let attributes = fs::read_to_string(repository.folder.path().join(".gitattributes")).unwrap();
    assert_eq!(attributes, "*.bin binary\n/ports.json merge=mcpgen-ports text eol=lf\n");
    let again = repository.mcpgen(&["merge-driver", "install", "--json"]).fine().json();
    assert_eq!((&again["attributes"], &again["settings"]), (&false.into(), &false.into()));

    let nowhere = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcpgen"));
    command.args(["ports", "merge-driver", "install", "--registry"]).arg(nowhere.path().join("ports.json"));
    Ran::from(isolated(&mut command).output().unwrap()).refused("is in no working tree of git");
}

#[test]
fn what_the_driver_cannot_merge_is_left_with_markers() {
    let repository = Repository::with_driver();
    let mut small = Ports::default();
    small.add_range("v2", 9000, 9000, None).unwrap();
    repository.fork(&small, &with(&small, &[("a_v2", 9000)]), &with(&small, &[("b_v2", 9000)]));
    let merged = repository.try_git(&["merge", "feature"]);
    assert_eq!(merged.status.code(), Some(1), "{merged:?}");
    let stderr = String::from_utf8(merged.stderr).unwrap();
    assert!(stderr.contains("is merged by its lines: range `v2` (9000–9000) has no free port"), "{stderr}");
    assert!(repository.text().contains("<<<<<<<"), "{}", repository.text());
    repository.mcpgen(&["resolve"]).refused("range `v2` (9000–9000) has no free port");
    assert!(repository.text().contains("<<<<<<<"), "{}", repository.text());
}

#[test]
fn a_registry_that_cannot_be_understood_is_not_resolved() {
    let repository = Repository::new();
    let text = Ports::default().to_text();
    for (text, why) in [
        (format!("{text}=======\n"), "has a conflict marker that does not fit the others"),
        (text.replace("9000", "\"9000\""), "`start` of range `v2` is the string \"9000\""),
        (format!("<<<<<<< a\n{{\n=======\n{text}>>>>>>> b\n"), "is not JSON"),
        (String::new(), "is empty"),
    ] {
        fs::write(&repository.path, &text).unwrap();
        repository.mcpgen(&["resolve"]).refused(why);
        assert_eq!(repository.text(), text);
    }
    fs::write(&repository.path, &text).unwrap();
    repository.mcpgen(&["resolve", "--base", "nowhere"]).refused("git knows no sound registry on `nowhere`");
    repository.mcpgen(&["resolve", "--base=--help"]).refused("git knows no sound registry on `--help`");
}

#[test]
fn the_files_of_a_server_that_moves_are_rendered_anew_around_the_edits_in_them() {
    let sandbox = Sandbox::new();
    let git = |args: &[&str]| git(sandbox.root(), args);
    let commit = || {
        assert!(git(&["add", "-A"]).status.success());
        assert!(git(&["commit", "-q", "-m", "x"]).status.success());
    };
    git(&["init", "-q", "-b", "main", "--template="]);
    sandbox.run(&["init"]).fine();
    sandbox.run(&["ports", "merge-driver", "install"]).fine();
    commit();
    git(&["checkout", "-q", "-b", "feature"]);
    sandbox.run(&["new", "news", "--example", "hello", "--port", "9020"]).fine();
    let readme = sandbox.read("news_v2/README.md").replace("## Features", "Ask the news team.\n\n## Features");
    sandbox.write("news_v2/README.md", &readme);
    sandbox.write("news_v2/Dockerfile", &sandbox.read("news_v2/Dockerfile").replace("EXPOSE 9020", "EXPOSE 9020/tcp"));
    commit();
    git(&["checkout", "-q", "main"]);
    sandbox.run(&["ports", "allocate", "weather_v2", "--port", "9020"]).fine();
    commit();
    assert!(git(&["merge", "-q", "--no-edit", "feature"]).status.success());

    let to = port(&sandbox.ports(), "news_v2");
    assert_ne!(to, 9020);
    let check = sandbox.run(&["ports", "check", "--json"]);
    assert_eq!(check.code, Some(1));
    let finding = &check.json()["findings"][0];
    assert_eq!(finding["code"], "other-port");
    assert_eq!(
        finding["message"],
        format!("`news_v2` has port `{to}`, but its files were rendered with `9020`").as_str()
    );

    let dockerfile = sandbox.read("news_v2/Dockerfile");
    let line = 1 + dockerfile.lines().position(|line| line == "EXPOSE 9020/tcp").unwrap();
    let resolved = sandbox.run(&["ports", "resolve", "--json"]);
    assert_eq!(resolved.code, Some(1), "a line is left to its editor: {}", resolved.stderr);
    let place = format!("news_v2/Dockerfile:{line}");
    assert_eq!(resolved.json()["servers"][0]["by_hand"], serde_json::json!([place]));
    assert!(resolved.stderr.contains(&format!("help: write `{to}` there yourself")), "{}", resolved.stderr);
    assert!(sandbox.read("news_v2/src/server.rs").contains(&format!("PORT: u16 = {to};")));
    let readme = sandbox.read("news_v2/README.md");
    assert!(readme.contains("Ask the news team.") && readme.contains(&format!("**{to}**")) && !readme.contains("9020"));
    assert!(sandbox.read("news_v2/Dockerfile").contains("EXPOSE 9020/tcp"));
    assert_eq!(sandbox.run(&["ports", "check"]).code, Some(1), "it is forgotten");

    let dockerfile = sandbox.read("news_v2/Dockerfile").replace("EXPOSE 9020/tcp", &format!("EXPOSE {to}/tcp"));
    sandbox.write("news_v2/Dockerfile", &dockerfile);
    sandbox.run(&["ports", "resolve"]).fine();
    sandbox.run(&["ports", "check", "--registry", REGISTRY]).fine();
    assert_eq!(sandbox.run(&["ports", "resolve"]).fine().stderr.lines().count(), 1);

    // A server made with that port in the first place has the same files, and the same record of those not edited.
    let other = Sandbox::new();
    other.run(&["new", "news", "--example", "hello", "--port", &to.to_string()]).fine();
    assert_eq!(sandbox.read("news_v2/src/server.rs"), other.read("news_v2/src/server.rs"));
    let differs = |(a, b): &(&str, &str)| a != b;
    let (ours, theirs) = (sandbox.read("news_v2/mcpgen.lock"), other.read("news_v2/mcpgen.lock"));
    let changed: Vec<_> = ours.lines().zip(theirs.lines()).filter(differs).map(|(a, _)| a.split('"').nth(1)).collect();
    assert_eq!(changed, [Some("Dockerfile"), Some("README.md")]);
}

#[test]
fn a_server_that_cannot_be_rendered_is_told_and_the_registry_is_mended() {
    let sandbox = Sandbox::new();
    sandbox.run(&["new", "news", "--example", "hello", "--port", "9020"]).fine();
    sandbox.write(REGISTRY, &sandbox.read(REGISTRY).replace("9020", "9021"));
    let spec = sandbox.read("news_v2/server.toml");
    for (text, why) in [
        (spec.replace("name = \"news\"", "name = \"newsroom\""), "is the spec of `newsroom_v2`"),
        (spec.replace("[server]", "[serve]"), "its spec is not valid"),
    ] {
        sandbox.write("news_v2/server.toml", &text);
        let before = sandbox.everything();
        let resolved = sandbox.run(&["ports", "resolve"]);
        assert_eq!(resolved.code, Some(1), "{}", resolved.stderr);
        assert!(resolved.stderr.contains(why), "no `{why}` in: {}", resolved.stderr);
        same(&sandbox.everything(), &before, why);
    }
    sandbox.write("news_v2/server.toml", &spec);
    sandbox.run(&["ports", "resolve"]).fine();
    assert!(sandbox.read("news_v2/src/server.rs").contains("PORT: u16 = 9021;"));
}

#[test]
fn ports_of_servers_that_stand_are_not_given_away_when_the_registry_is_gone() {
    let sandbox = Sandbox::new();
    sandbox.run(&["new", "news", "--example", "hello", "--port", "9020"]).fine();
    fs::remove_file(sandbox.path(REGISTRY)).unwrap();
    let lost = sandbox.run(&["ports", "allocate", "intruder", "--port", "9020"]);
    lost.refused("is gone\n  help: bring it back from version control");
    assert!(lost.stderr.contains("`mcpgen ports allocate news_v2 --port 9020`"), "{}", lost.stderr);
    sandbox.run(&["ports", "allocate", "news_v2", "--port", "9020"]).fine();
    sandbox.run(&["ports", "allocate", "intruder", "--port", "9020"]).refused("port `9020` belongs to `news_v2`");
    sandbox.run(&["ports", "check"]).fine();
}

#[cfg(unix)]
#[test]
fn no_link_leads_a_command_out_of_its_folder() {
    use std::os::unix::fs::symlink;
    let (sandbox, outside) = (Sandbox::new(), Sandbox::new());
    sandbox.run(&["new", "news", "--example", "hello", "--port", "9020"]).fine();
    fs::rename(sandbox.path("news_v2"), outside.path("news_v2")).unwrap();
    symlink(outside.path("news_v2"), sandbox.path("news_v2")).unwrap();
    sandbox.write(REGISTRY, &sandbox.read(REGISTRY).replace("9020", "9021"));
    let before = outside.everything();
    sandbox.run(&["ports", "resolve"]).fine();
    same(&outside.everything(), &before, "resolve");

    let repository = Repository::new();
    outside.write("rc", "mine\n");
    symlink(outside.path("rc"), repository.folder.path().join(".gitattributes")).unwrap();
    repository.mcpgen(&["merge-driver", "install"]).refused("is not a regular file");
    assert_eq!(outside.read("rc"), "mine\n");
}

/// Whatever the path: git finds the driver by it, and the driver finds the registry.
#[test]
fn a_registry_with_any_path_has_its_driver() {
    for name in ["the ports.json", "-p.json", "a*b[c].json", "it's %A.json"] {
        let mut repository = Repository::new();
        let folder = repository.folder.path().join("my config");
        fs::create_dir(&folder).unwrap();
        repository.path = folder.join(name);
        repository.mcpgen(&["merge-driver", "install"]).fine();
        let inner = format!("my config/{name}");
        let attribute = repository.git(&["check-attr", "-z", "merge", "--", &inner]);
        assert!(attribute.ends_with("merge\0mcpgen-ports\0"), "{name}: {attribute:?}");
        let base = Ports::default();
        repository.fork(&base, &with(&base, &[("a", 9020)]), &with(&base, &[("b", 9020)]));
        repository.git(&["merge", "-q", "--no-edit", "feature"]);
        assert_eq!((port(&repository.ports(), "a"), repository.ports().servers().len()), (9020, 2), "{name}");
    }
}

/// A clone that knows of a driver which is not there any more, or not for the client at hand.
#[test]
fn without_the_program_a_merge_has_markers_and_without_markers_git_still_knows() {
    let base = Ports::default();
    let (main, feature) = (with(&base, &[("a", 9020)]), with(&base, &[("b", 9020)]));
    let gone = Repository::with_driver();
    let driver = gone.git(&["config", "merge.mcpgen-ports.driver"]);
    let program = driver.split(" ports merge-driver").next().unwrap();
    gone.git(&["config", "merge.mcpgen-ports.driver", driver.trim_end().replace(program, "no-such-program").as_str()]);
    gone.fork(&base, &main, &feature);
    assert_eq!(gone.try_git(&["merge", "feature"]).status.code(), Some(1));
    assert!(gone.text().contains("<<<<<<< this branch\n"), "{}", gone.text());
    gone.mcpgen(&["resolve"]).fine();
    assert_eq!(gone.ports().servers().len(), 2);

    let broken = Repository::with_driver();
    broken.git(&["config", "merge.mcpgen-ports.driver", "false"]);
    broken.fork(&base, &main, &feature);
    assert_eq!(broken.try_git(&["merge", "feature"]).status.code(), Some(1));
    assert_eq!(broken.text(), main.to_text(), "there is nothing to see");
    let check = broken.mcpgen(&["check", "--json"]);
    assert_eq!((check.code, &check.json()["findings"][0]["code"]), (Some(1), &"unmerged".into()));
    let resolved = broken.mcpgen(&["resolve"]).fine();
    assert!(resolved.stderr.contains("next:\n  git add "), "{}", resolved.stderr);
    assert_eq!((port(&broken.ports(), "a"), broken.ports().servers().len()), (9020, 2));
    broken.mcpgen(&["check"]).fine();
}

/// What cannot be read is never left out, wherever it stands.
#[test]
fn an_entry_that_cannot_be_read_stops_resolving() {
    let base = Ports::default();
    let repository = Repository::new();
    repository.fork(&base, &with(&base, &[("a", 9020)]), &with(&base, &[("b", 9020)]));
    fs::write(&repository.path, repository.text().replace("9020", "\"9020\"")).unwrap();
    repository.git(&["commit", "-q", "-a", "-m", "by hand"]);
    assert_eq!(repository.try_git(&["merge", "feature"]).status.code(), Some(1));
    let text = repository.text();
    repository.mcpgen(&["resolve"]).refused("`port` of `a` is the string \"9020\"");
    assert_eq!(repository.text(), text);
}

/// A fleet whose registry has a conflict that moves a server, made once and copied for each fault.
fn torn() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["new", "news", "--example", "hello", "--port", "9020"]).fine();
    let text = sandbox.read(REGISTRY);
    let line = text.lines().find(|line| line.contains("news_v2")).unwrap();
    let other = line.replace("news_v2", "mail_v2");
    let torn = format!("<<<<<<< HEAD\n{other}\n=======\n{line}\n>>>>>>> feature");
    sandbox.write(REGISTRY, &text.replace(line, &torn));
    sandbox
}

const REGISTRY: &str = "consolidated_mcp_ports.json";

#[track_caller]
fn same(found: &BTreeMap<String, String>, expected: &BTreeMap<String, String>, what: &str) {
    let paths: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let differs: Vec<_> = paths.into_iter().filter(|path| found.get(*path) != expected.get(*path)).collect();
    assert!(differs.is_empty(), "{what}: {differs:?} differ");
}

/// After a fault at any call: an error changed nothing, and the next `resolve` comes to what an undisturbed one does.
fn faulty(fault: Fault) {
    let torn = torn();
    let before = torn.everything();
    let copy = || {
        let sandbox = Sandbox::new();
        for (path, text) in &before {
            sandbox.write(path, text);
        }
        sandbox
    };
    // Without `git`, which would have faults of its own.
    let resolve = |sandbox: &Sandbox| {
        let mut command = sandbox.command(&["ports", "resolve"]);
        command.env("PATH", "");
        command
    };
    let undisturbed = copy();
    Ran::from(resolve(&undisturbed).output().unwrap()).fine();
    let expected = undisturbed.everything();
    assert_ne!(expected["news_v2/src/server.rs"], before["news_v2/src/server.rs"]);

    let current: RefCell<Option<Sandbox>> = RefCell::default();
    let (mut failed, mut done) = (0, 0);
    fault::at_every_call(
        fault,
        || {
            let sandbox = copy();
            let command = resolve(&sandbox);
            current.replace(Some(sandbox));
            command
        },
        |status, what| {
            let sandbox = current.take().unwrap();
            if status.success() {
                done += 1;
                // What could not be removed is rubbish, which the next one removes.
                let mut made = sandbox.everything();
                made.retain(|path, _| !path.starts_with(".mcpgen/pending/"));
                same(&made, &expected, what);
            } else {
                failed += 1;
                // Killed, it may be in the middle: then the next command, whichever it is, finds out and goes back.
                if matches!(fault, Fault::Kill) {
                    let _ = Ran::from(sandbox.command(&["new", "other", "--example", "hello"]).output().unwrap());
                }
                let made = sandbox.everything();
                let is = |world: &BTreeMap<String, String>| {
                    made.iter().all(|(path, text)| path.starts_with(".mcpgen/") || world[path] == *text)
                };
                if !sandbox.path("other_v2").exists() {
                    assert!(is(&before) || is(&expected), "{what}: it is half done");
                }
            }
            Ran::from(resolve(&sandbox).output().unwrap()).fine();
            if !sandbox.path("other_v2").exists() {
                same(&sandbox.everything(), &expected, what);
            }
        },
    );
    assert!(failed > 20 && done > 0, "{failed} failed, {done} were done");
}

#[test]
#[ignore = "slow: needs strace"]
fn an_error_at_any_call_of_resolve_leaves_the_old_or_the_new() {
    faulty(Fault::Error("ENOSPC"));
}

#[test]
#[ignore = "slow: needs strace"]
fn killed_at_any_call_of_resolve_the_next_one_finishes_it() {
    faulty(Fault::Kill);
}

/// What a branch does to a registry: allocates, mostly on ports that the other one wants too, and releases; each on a day
/// of its own.
fn grow(from: &Ports, dice: &mut Dice) -> Ports {
    let names = ["a_v2", "b_v2", "c_v2", "D-v2", "d_v2", "e_v2", "f", "g"];
    let mut ports = from.clone();
    for _ in 0..=dice.below(4) {
        let name = dice.pick(&names);
        let day = format!("2026-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28));
        if dice.once_in(6) {
            let _ = ports.release(name, &day);
        } else if dice.once_in(8) {
            ports.reserve(9050, 9059, Some(name));
        } else if dice.once_in(2) {
            let port = 9000 + u16::try_from(dice.below(6)).unwrap();
            let _ = ports.allocate(name, &PortRequest::Exact(port), &day);
        } else {
            ports.allocate(name, &PortRequest::Range("v2".into()), &day).unwrap();
        }
    }
    ports
}

/// The servers of a registry as they stand on its lines, and whether each lives, by a reading that is not the product's.
fn entries(text: &str) -> Vec<(String, u16, bool)> {
    let entries = text.lines().filter(|line| line.starts_with("    \"") && line.contains("\"port\": "));
    entries
        .map(|line| {
            let name = line.trim().trim_start_matches('"').split('"').next().unwrap().to_owned();
            let port = line.split("\"port\": ").nth(1).unwrap();
            let digits: String = port.chars().take_while(char::is_ascii_digit).collect();
            (name, digits.parse().unwrap(), !line.contains("\"status\": \"released\""))
        })
        .collect()
}

fn living(text: &str) -> Vec<(String, u16)> {
    entries(text).into_iter().filter(|(.., lives)| *lives).map(|(name, port, _)| (name, port)).collect()
}

fn folded(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

/// What was allocated on either branch is there, but for what the other one released.
fn nothing_is_lost(seed: u64, base: &Ports, sides: [&Ports; 2], merged: &str) {
    let held: BTreeMap<String, u16> = living(merged).into_iter().map(|(name, port)| (folded(&name), port)).collect();
    let shared: BTreeSet<u16> = held.values().copied().collect();
    assert_eq!((living(merged).len(), shared.len()), (held.len(), held.len()), "seed {seed}: shared: {merged}");
    for (side, other) in [(sides[0], sides[1]), (sides[1], sides[0])] {
        for server in side.servers().iter().filter(|server| server.status == Status::Active) {
            let was_released = other.by_name(&server.id).is_some_and(|other| other.status == Status::Released);
            let is_older = base.by_name(&server.id) == Some(server);
            let is_there = held.contains_key(&folded(&server.id));
            assert!(is_there || was_released && is_older, "seed {seed}: lost {}: {merged}", server.id);
        }
    }
    // `main` is ours: what stands there stays there.
    for (name, port) in living(&sides[0].to_text()) {
        if let Some(now) = held.get(&folded(&name)) {
            let moved_by_feature = base.by_name(&name).is_some_and(|old| old.port == port);
            assert!(*now == port || moved_by_feature, "seed {seed}: {name} of the base branch moved: {merged}");
        }
    }
}

fn random_pairs(pairs: u64) {
    let (mut silent, mut conflicts, mut moved) = (0, 0, 0);
    for seed in 0..pairs {
        let mut dice = Dice(seed);
        let base = grow(&Ports::default(), &mut dice);
        let (main, feature) = (grow(&base, &mut dice), grow(&base, &mut dice));

        let repository = Repository::with_driver();
        repository.fork(&base, &main, &feature);
        let merged = repository.try_git(&["merge", "-q", "--no-edit", "feature"]);
        assert!(merged.status.success(), "seed {seed}: {merged:?}\n{}", repository.text());
        nothing_is_lost(seed, &base, [&main, &feature], &repository.text());
        repository.ports();
        moved += usize::from(String::from_utf8_lossy(&merged.stderr).contains("moves from port"));

        // The same without the driver, from the same commits.
        repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
        repository.git(&["config", "--remove-section", "merge.mcpgen-ports"]);
        let is_clean = repository.try_git(&["merge", "-q", "--no-edit", "feature"]).status.success();
        let check = repository.mcpgen(&["check", "--json"]);
        let mut by_port: BTreeMap<u16, usize> = BTreeMap::new();
        let lines = living(&repository.text());
        for (_, port) in &lines {
            *by_port.entry(*port).or_default() += 1;
        }
        let findings = check.json()["findings"].as_array().unwrap().clone();
        if is_clean {
            silent += 1;
            for (port, _) in by_port.iter().filter(|(_, count)| **count > 1) {
                let named = |finding: &&serde_json::Value| {
                    finding["code"] == "duplicate-port"
                        && finding["message"].as_str().unwrap().contains(&format!("`{port}`"))
                };
                assert!(findings.iter().any(|finding| named(&finding)), "seed {seed}: {port} is shared unseen");
            }
            let all = entries(&repository.text());
            let names: BTreeSet<String> = all.iter().map(|(name, ..)| folded(name)).collect();
            let is_sound = by_port.len() == lines.len() && names.len() == all.len();
            assert_eq!(check.code, Some(i32::from(!is_sound)), "seed {seed}: {findings:?}\n{}", repository.text());
        } else {
            conflicts += 1;
            assert_eq!((check.code, &findings[0]["code"]), (Some(1), &"conflict-markers".into()), "seed {seed}");
        }
        repository.mcpgen(&["resolve"]).fine();
        nothing_is_lost(seed, &base, [&main, &feature], &repository.text());
        let check = repository.mcpgen(&["check"]);
        assert_eq!(check.code, Some(0), "seed {seed}: {}", check.stdout);
    }
    assert!(silent > 0 && conflicts > 0 && moved > 0, "{silent} silent, {conflicts} conflicts, {moved} moved");
}

#[test]
fn no_pair_of_branches_loses_an_allocation_or_shares_a_port() {
    random_pairs(25);
}

#[test]
#[ignore = "slow: 1,000 repositories"]
fn none_of_a_thousand_pairs_of_branches_loses_an_allocation_or_shares_a_port() {
    random_pairs(1_000);
}
