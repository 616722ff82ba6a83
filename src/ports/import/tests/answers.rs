//! What becomes of answers: the registry that a resolution makes, and what is wrong with one.

use super::*;

#[test]
fn the_registry_keeps_its_own_and_twice_is_once() {
    let mut ports = Ports::default();
    let request = crate::spec::PortRequest::Exact(9100);
    ports.allocate("tide", &request, DAY).unwrap();
    let fine = try_survey(&[r#"{"servers": {"TIDE": 9100}}"#], &ports, None).unwrap();
    assert_eq!(contradictions(&fine), ["spellings tide: tide@the registry TIDE@0.json:1:22"]);

    let text = r#"{"servers": {"tide": 9105, "reef": 9100, "kelp": 9106}}"#;
    let survey = try_survey(&[text], &ports, None).unwrap();
    assert_eq!(
        contradictions(&survey),
        [
            "several_ports tide: 9100@the registry 9105@0.json:1:22",
            "several_names 9100: tide@the registry reef@0.json:1:36",
        ]
    );
    let built = applied(&survey, &ports);
    assert_eq!(built.by_name("tide"), ports.by_name("tide"));
    assert_eq!((built.by_name("reef").unwrap().port, built.by_name("kelp").unwrap().port), (9063, 9106));
    let again = try_survey(&[text], &built, None).unwrap();
    assert_eq!(applied(&again, &built), built);
    let first = parse(&resolution::write(&survey, "sha256:x", "")).unwrap();
    assert_eq!(again.build(&built, Some(&first), "2027-01-01").unwrap(), built);
}

#[test]
fn a_registry_of_ours_comes_over_as_it_is() {
    let mut ports = Ports::default();
    for (name, port) in [("tide", 9004), ("reef", 8004)] {
        let _ = ports.allocate(name, &crate::spec::PortRequest::Exact(port), DAY);
    }
    ports.release("tide", "2026-12-01").unwrap();
    let survey = surveyed(&[&ports.to_text()]);
    assert_eq!(contradictions(&survey), [""; 0]);
    assert_eq!(survey.build(&Ports::default(), None, "2027-01-01").unwrap(), ports);
}

#[test]
fn wrong_answers_are_all_told_with_their_line() {
    let survey = surveyed(&[r#"{"servers": {"tide": 9100, "reef": 9100, "kelp": 9100, "crab": 9102}}"#]);
    let text = "version = 1\ninput = \"sha256:x\"\n[server.tide]\ndo = \"keep\"\nport = 9102\n[server.reef]\ndo = \"move\"\nrange = \"v9\"\n[server.refe]\ndo = \"drop\"\n";
    let errors = survey.build(&Ports::default(), Some(&parse(text).unwrap()), DAY).unwrap_err();
    let errors: Vec<String> = errors.into_iter().map(|(line, error)| format!("{line} {error}")).collect();
    assert_eq!(
        errors,
        [
            "0 `crab` cannot have port 9102: it is kept for `tide`\n  help: one of the two has to move or be dropped",
            "0 `kelp` is not decided: it has a contradiction",
            "6 `reef` cannot move: the registry has no range `v9`\n  help: it has `v2`",
            "9 `refe` is no server of the files\n  help: did you mean `reef`?",
        ]
    );

    let errors = parse("version = 2\n[server.a]\ndo = \"kep\"\nprot = 1\n[server.b]\ndo = \"keep\"\nport = 0\n[wat]\n")
        .unwrap_err();
    let lines: Vec<usize> = errors.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 1, 2, 4, 7, 8]);
    assert_eq!(parse("a = = 1").unwrap_err()[0].0, 1);
}

#[test]
fn a_hostile_name_stays_one_key_of_the_resolution() {
    let name = "x\\n\\u001b[31m\\\"]\\n[server.evil]\\u202e";
    let survey = surveyed(&[&format!(r#"{{"servers": {{"{name}": 9100, "tide": 9100}}}}"#)]);
    let text = resolution::write(&survey, "sha256:x", "mcpgen");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    let answers = parse(&text).unwrap();
    let keys: Vec<&str> = survey.candidates.iter().map(|candidate| candidate.key.as_str()).collect();
    assert_eq!(answers.servers.len(), 2);
    assert!(keys.iter().all(|key| answers.servers.contains_key(*key)));
}

fn answer(survey: &Survey, ports: &Ports, servers: &str) -> Result<Ports, Vec<String>> {
    let answers = parse(&format!("version = 1\ninput = \"sha256:x\"\n{servers}")).unwrap();
    let told = |errors: Vec<(usize, String)>| errors.iter().map(|(line, error)| format!("{line} {error}")).collect();
    survey.build(ports, Some(&answers), DAY).map_err(told)
}

#[test]
fn no_name_is_given_twice() {
    let survey = surveyed(&[r#"{"servers": {"kelp": 9101, "reef": 9101, "x": 9102, "mem0_bridge": 9103}}"#]);
    let reef = "[server.reef]\ndo = \"keep\"\nport = 9101\n";
    for (kelp, id) in [("do = \"move\"", "x"), ("do = \"keep\"\nport = 9102", "X"), ("do = \"move\"", "Mem0-Bridge")] {
        let text = format!("{reef}[server.kelp]\n{kelp}\nid = \"{id}\"\n");
        let errors = answer(&survey, &Ports::default(), &text).unwrap_err();
        let other = if id == "Mem0-Bridge" { "mem0_bridge" } else { "x" };
        let told = format!(
            "6 `kelp` cannot be called `{id}`: `{other}` is called so already\n  help: give one of the two another `id`"
        );
        assert!(errors.contains(&told), "{errors:?}");
    }
    // Also where it is the other that moves: nothing of either is lost.
    let text = format!("{reef}[server.kelp]\ndo = \"keep\"\nport = 9101\nid = \"x\"\n[server.x]\ndo = \"move\"\n");
    assert!(answer(&survey, &Ports::default(), &text).unwrap_err()[0].starts_with("6 `kelp` cannot be called `x`"));
    // The name of somebody who is left out is free.
    let text = format!("{reef}[server.kelp]\ndo = \"move\"\nid = \"x\"\n[server.x]\ndo = \"drop\"\n");
    assert_eq!(answer(&survey, &Ports::default(), &text).unwrap().servers().len(), 3);
}

#[test]
fn names_that_become_the_same_id_are_not_both_proposed_it() {
    let survey = surveyed(&[r#"{"servers": {"a!b": 9101, "a?b": 9102, "a*b": 9103}}"#]);
    let built = applied(&survey, &Ports::default());
    assert_eq!(servers(&built).len(), 1);
    assert_eq!(built.by_name("a_b").unwrap().port, 9101);
    assert_eq!(survey.decisions["a?b"].why, "it cannot be an id, and the nearest is another server's");
}

#[test]
fn what_is_the_same_question_is_one_table_of_the_resolution() {
    let text =
        r#"{"environments": {"live": {"offset": 0, "services": {"tide": 9100}}, "trial": {"range": "9100-9109"}}}"#;
    let files = ["a", "b"].iter().enumerate().map(|(n, name)| read(n, name, text.as_bytes()).unwrap()).collect();
    let place = |file| Place { file, line: 1, column: 1 };
    let stub = |file| Refused { to: "x.json".into(), why: "is not followed".into(), place: place(file) };
    let survey = survey(files, &[stub(0), stub(1)], &Ports::default(), None).unwrap();
    let text = resolution::write(&survey, "sha256:x", "mcpgen");
    assert_eq!((text.matches("[environment.trial]").count(), text.matches("[redirect.\"x.json\"]").count()), (1, 1));
    assert_eq!((text.matches("#   a:1:1\n").count(), text.matches("#   b:1:1\n").count()), (1, 1));
    survey.build(&Ports::default(), Some(&parse(&text).unwrap()), DAY).unwrap();
}

#[test]
fn thousands_on_one_port_make_a_resolution_that_can_be_read() {
    let members: Vec<String> = (0..3_000).map(|n| format!("\"n{n}\":9100")).collect();
    let survey = surveyed(&[&format!("{{\"servers\":{{{}}}}}", members.join(","))]);
    let text = resolution::write(&survey, "sha256:x", "mcpgen");
    assert!(text.len() < 1_000_000, "{}", text.len());
    assert!(text.contains("  servers  also `n1`, `n2`, `n3`, `n4` and 2995 more\n"));
    let built = survey.build(&Ports::default(), Some(&parse(&text).unwrap()), DAY).unwrap();
    // One keeps the port, and the one range there is has room for a hundred.
    assert_eq!(built.servers().len(), 1 + 100);
}

#[test]
fn who_moves_gets_no_number_that_may_be_a_port() {
    let text = r#"{"port_ranges": {"sea": "9100-9109"}, "servers": {"a": 9100, "b": 9100, "c": {"port": 9101, "url": "http://h:9102/"}},
"monitoring_port": 9103, "pools": {"x": [9104, 9105]}, "health_ports": {"a": 9106, "nobody": 9107}, "y": {"p": 9108}}"#;
    let survey = surveyed(&[text]);
    assert_eq!(applied(&survey, &Ports::default()).by_name("b").unwrap().port, 9109);
    let full = text.replace("9109", "9108");
    let survey = surveyed(&[&full]);
    assert_eq!(applied(&survey, &Ports::default()).by_name("b").unwrap().range.as_deref(), Some("v2"));
    let errors = answer(
        &survey,
        &Ports::default(),
        "[server.a]\ndo = \"keep\"\nport = 9100\n[server.b]\ndo = \"move\"\nrange = \"sea\"\n",
    );
    assert_eq!(
        errors.unwrap_err(),
        [
            "6 `b` cannot move: range `sea` (9100–9108) has no free port that none of the files names\n  help: name another `range`"
        ]
    );
}

#[test]
fn who_moves_keeps_a_health_port_that_is_free() {
    let text = r#"{"servers": {"tide": 9100, "crab": {"port": 9100, "health_port": 9158}, "reef": {"port": 9100, "health_port": 9200}, "kelp": 9200}}"#;
    let survey = surveyed(&[text]);
    let built = applied(&survey, &Ports::default());
    assert_eq!(built.by_name("crab").unwrap().health_port, Some(9158));
    assert_eq!(built.by_name("reef").unwrap().health_port, None);
    let told = "0.json:1:89 health port 9200 of `reef` is proposed to be left out";
    assert!(notes(&survey, NoteKind::Remark).iter().any(|note| note.contains(&told[11..])), "{survey:?}");
    let errors = parse("input = \"x\"\n[server.a]\ndo = \"release\"\nport = 1\nhealth_port = 2\n").unwrap_err();
    assert_eq!(
        errors,
        [(5, "`health_port` of `a` means nothing with `do = \"release\"`\n  help: remove the line".into())]
    );
}

#[test]
fn a_port_that_no_file_gives_is_refused_where_it_is_reserved_and_told_elsewhere() {
    let survey = surveyed(&[r#"{"servers": {"tide": 9100, "reef": 9100, "lamp": 3005}}"#]);
    let text = |port: u16| {
        format!(
            "[server.tide]\ndo = \"keep\"\nport = 9100\n[server.lamp]\ndo = \"keep\"\nport = 3005\n[server.reef]\ndo = \"keep\"\nport = {port}\n"
        )
    };
    assert_eq!(
        answer(&survey, &Ports::default(), &text(22)).unwrap_err(),
        [
            "9 `reef` cannot have port 22: it is reserved (system), and no file gives it that port\n  help: name a port that it has in the files, or let it move"
        ]
    );
    assert_eq!(answer(&survey, &Ports::default(), &text(9333)).unwrap().by_name("reef").unwrap().port, 9333);
    let answers = parse(&format!("input = \"x\"\n{}", text(9333))).unwrap();
    assert_eq!(survey.remarks_on(&answers), [(8, "no file gives `reef` port 9333: taken as it was answered".into())]);
}
