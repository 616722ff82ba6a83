//! What is read of files of each shape, and what is said to contradict.

use super::*;

#[test]
fn every_shape_is_read() {
    for (text, expected) in [
        (
            r#"{"version": "2", "tide_v2": 9102, "reef": {"port": 9103}}"#,
            "tide_v2 9102 names with numbers or objects at the top, reef 9103 names with numbers or objects at the top",
        ),
        (
            r#"{"active_servers": {"tide": 9100, "reef": "9101"}}"#,
            "tide 9100 `active_servers`, reef 9101 `active_servers`",
        ),
        (
            r#"{"servers": {"about": "the sea", "tide": 9100, "reef": {"port": 9101}}}"#,
            "tide 9100 `servers`, reef 9101 `servers`",
        ),
        (r#"{"servers": [{"name": "tide", "port": 9100}]}"#, "tide 9100 `servers`"),
        (r#"{"mcp_servers": {"sea": {"tide": {"port": 9100}}}}"#, "tide 9100 `mcp_servers`"),
        (
            r#"{"mcp_servers": {"tide": {"port": 9100}}, "shore": {"kiosk": {"port": 9101}}}"#,
            "tide 9100 `mcp_servers`, kiosk 9101 groups of names with objects",
        ),
        (
            r#"{"unified_mcp_servers": {"tier_1": {"tide": {"port": 9100, "replicas": 3}}}}"#,
            "tide 9100 `unified_mcp_servers`",
        ),
        (
            r#"{"port_allocation": {"sea": {"tide": 9100}, "reef": 9101}}"#,
            "tide 9100 `port_allocation`, reef 9101 `port_allocation`",
        ),
        (
            r#"{"environments": {"live": {"offset": 0, "tiers": {"sea": {"services": {"tide": {"port": 9100}}}}}}}"#,
            "tide 9100 `environments`",
        ),
        (
            r#"{"port_tiers": {"sea": {"range": "9100-9119", "services": {"tide": {"port": 9100}}}}}"#,
            "tide 9100 `port_tiers`",
        ),
        (
            r#"{"hosts": {"instances": {"one": {"services": {"tide": 9100}}}}, "service_registry": {"sea": [{"name": "tide", "port": 9100}]}}"#,
            "tide 9100 `instances`, tide 9100 `service_registry`",
        ),
    ] {
        assert_eq!(claims(text).join(", "), expected, "{text}");
    }
}

#[test]
fn numbers_that_are_no_allocation_are_named_with_their_place() {
    let survey = surveyed(&[r#"{
"active_servers": {"tide": 9100, "base_port": 9000, "reef": null},
"gateway": {"gateway_port": 8088, "from_count": 4000, "x": 7100, "y": 7200},
"pools": {"sea": [9100, 9101, 9102]},
"mcp_servers": {"lost": {"description": "no port"}},
"windows": {"sea": "9100-9119"},
"metrics": {"depth": [[5000]]}
}"#]);
    assert_eq!(
        notes(&survey, NoteKind::NotTaken),
        [
            "0.json:2:47 `active_servers.base_port` is 9000, which sets something up: no server",
            "0.json:2:61 `active_servers.reef` is null, not a port",
            "0.json:3:29 `gateway.gateway_port` is 8088",
            "0.json:3:60 `gateway`: 2 numbers that may be ports (7100–7200)",
            "0.json:4:19 `pools.sea`: 3 numbers of a list that may be ports (9100–9102)",
            "0.json:5:25 `mcp_servers.lost` has no `port`",
            "0.json:6:20 `windows.sea`: a range outside of `port_ranges` (9100-9119)",
            "0.json:7:24 `metrics.depth[0]`: 1 number of a list that may be ports (5000)",
        ]
    );
    assert_eq!(survey.candidates.len(), 1);
}

#[test]
fn contradictions_are_told_with_every_place() {
    let survey = surveyed(&[
        r#"{"active_servers": {"tide": 9100, "tide": 9101, "Reef-Map": 9100, "kelp": 0, "crab shell": 9104, "REMOVED": 9105, "old": 9106},
"removed_servers": ["old", "lost", "ELIMINATED"]}"#,
        r#"{"servers": {"reef_map": 9100, "pearl": 3005, "bay": 70000, "wharf": {"port": 9110, "health_port": 9104}}}"#,
    ]);
    assert_eq!(
        contradictions(&survey),
        [
            "several_ports tide: 9100@0.json:1:29 9101@0.json:1:43",
            "several_names 9100: tide@0.json:1:29 reef_map@0.json:1:61 reef_map@1.json:1:26",
            "several_names 9104: crab_shell@0.json:1:92 wharf (health)@1.json:1:79",
            "spellings reef_map: Reef-Map@0.json:1:61 reef_map@1.json:1:26",
            "removed_but_active old: active 9106@0.json:1:122 removed@0.json:2:21",
            "reserved 3005: pearl@1.json:1:41",
            "no_port kelp: 0@0.json:1:75",
            "no_port bay: 70000@1.json:1:54",
            "no_id crab_shell: crab shell@0.json:1:92",
            "no_id removed: REMOVED@0.json:1:109",
        ]
    );
    assert_eq!(
        notes(&survey, NoteKind::Remark),
        [
            "0.json:1:29 port 9100 is in no range: proposed `ports_9100` (9100–9199)",
            "0.json:1:35 key `tide` is there twice, first on line 1: both were read",
            "0.json:2:36 `ELIMINATED` in `removed_servers` is a word and no server",
            "1.json:1:79 health port 9104 of `wharf` is proposed to be left out",
        ]
    );
    assert_eq!(notes(&survey, NoteKind::NotTaken), ["0.json:2:28 `lost` is said to be gone, and has no port"]);
    assert_eq!(
        servers(&applied(&survey, &Ports::default())),
        [
            r#""pearl": { "port": 3005, "status": "active" }"#,
            r#""kelp": { "port": 9025, "range": "v2", "status": "active", "allocated": "2026-11-22" }"#,
            r#""bay": { "port": 9047, "range": "v2", "status": "active", "allocated": "2026-11-22" }"#,
            r#""Reef-Map": { "port": 9100, "range": "ports_9100", "status": "active" }"#,
            r#""tide": { "port": 9101, "range": "ports_9100", "status": "active" }"#,
            r#""crab_shell": { "port": 9104, "range": "ports_9100", "status": "active" }"#,
            r#""old": { "port": 9106, "range": "ports_9100", "status": "active" }"#,
            r#""wharf": { "port": 9110, "range": "ports_9100", "status": "active" }"#,
        ]
    );
}

#[test]
fn words_become_states() {
    let survey = surveyed(&[r#"{"servers": {
"a": {"port": 9100, "status": "running"}, "b": {"port": 9101, "status": "DEPRECATED", "removed_at": "2026-01-02"},
"c": {"port": 9102, "status": "legacy", "allocated": "2025-01-02"}, "d": 8001},
"retired_servers": {"e": 9103, "f": {"port": 9104}, "g": "2025-01-01"}}"#]);
    assert_eq!(contradictions(&survey), [""; 0]);
    assert_eq!(
        servers(&survey.build(&Ports::default(), None, DAY).unwrap()),
        [
            r#""d": { "port": 8001, "status": "legacy" }"#,
            r#""a": { "port": 9100, "range": "ports_9100", "status": "active" }"#,
            r#""b": { "port": 9101, "range": "ports_9100", "status": "released", "released": "2026-01-02" }"#,
            r#""c": { "port": 9102, "range": "ports_9100", "status": "legacy", "allocated": "2025-01-02" }"#,
            r#""e": { "port": 9103, "range": "ports_9100", "status": "released" }"#,
            r#""f": { "port": 9104, "range": "ports_9100", "status": "released" }"#,
        ]
    );
}

const TWO_PLACES: &str = r#"{"environments": {
"live": {"range": "9100-9149", "offset": 0, "services": {"tide": {"port": 9100, "health_port": 9150}, "reef": {"port": 9101}}},
"trial": {"range": "9150-9199", "offset": 50}
}}"#;

#[test]
fn of_environments_one_is_taken() {
    let survey = surveyed(&[TWO_PLACES]);
    assert_eq!(contradictions(&survey)[0], "environment trial: trial@0.json:3:10");
    assert_eq!(
        survey.contradictions[0].text.as_deref(),
        Some("1 health port (9150) of environment `live` is among those of `trial` (9150–9199)")
    );
    assert_eq!(applied(&survey, &Ports::default()).by_name("tide").unwrap().health_port, Some(9150));
    let text = resolution::write(&survey, "sha256:x", "mcpgen").replace("do = \"keep\"", "do = \"drop\"");
    let built = survey.build(&Ports::default(), Some(&parse(&text).unwrap()), DAY).unwrap();
    assert_eq!(built.by_name("tide").unwrap().health_port, None);

    let trial = try_survey(&[TWO_PLACES], &Ports::default(), Some("Trial")).unwrap();
    let ports: Vec<_> = trial.candidates.iter().map(|candidate| candidate.ports()[0]).collect();
    assert_eq!(ports, [9150, 9151]);
    assert_eq!(
        trial.contradictions[0].text.as_deref(),
        Some("1 port (9150) of environment `trial` is among those of `live` (9100–9149)")
    );
    let none = try_survey(&[TWO_PLACES], &Ports::default(), Some("test")).unwrap_err();
    assert_eq!(none[0].to_string(), "0.json:2:9: there is no environment `test`\n  help: there is `live` or `trial`");
}

#[test]
fn health_ports_that_stand_apart_find_their_server() {
    let survey = surveyed(&[r#"{"servers": {"tide": 9100, "reef": {"port": 9101, "health_port": 9201}},
"health_monitoring": {"services": {"tide_health": 9200, "reef_health": 9299, "kelp_health": 9205}}}"#]);
    assert_eq!(survey.candidates[0].health(9100), Some(9200));
    assert_eq!(
        notes(&survey, NoteKind::NotTaken),
        [
            "0.json:2:72 `reef_health` is 9299, but the entry of the server says 9201",
            "0.json:2:93 `kelp_health` is 9205: a health port of no server here",
        ]
    );
}

#[test]
fn ranges_come_along_in_every_spelling_and_others_are_proposed() {
    let survey = surveyed(&[
        r#"{"port_ranges": {"Deep Sea!": "9100-9149", "shore": [9200, 9249], "all": {"start": 9100, "end": 9399}, "bad": "80, 443"},
"servers": {"tide": 9101, "reef": 9260, "crab": 7150, "kelp": 7020}}"#,
        r#"{"port_ranges": {"shore": "9400–9449"}, "servers": {}}"#,
    ]);
    let built = survey.build(&Ports::default(), None, DAY).unwrap();
    let ranges: Vec<String> = built.ranges().iter().map(|r| format!("{} {}-{}", r.name, r.start, r.end)).collect();
    assert_eq!(
        ranges,
        [
            "v2 9000-9099",
            "deep_sea 9100-9149",
            "shore 9200-9249",
            "all 9100-9399",
            "shore_9400_9449 9400-9449",
            "ports_7000 7000-7099",
            "ports_7100 7100-7199",
        ]
    );
    let of = |name: &str| built.by_name(name).unwrap().range.clone().unwrap();
    assert_eq!(["tide", "reef", "crab", "kelp"].map(of), ["deep_sea", "all", "ports_7100", "ports_7000"]);
    let again = try_survey(&[r#"{"port_ranges": {"shore": "9400–9449"}, "servers": {"kelp": 7020}}"#], &built, None);
    assert_eq!(again.unwrap().build(&built, None, DAY).unwrap(), built);
}

#[test]
fn what_is_called_reserved_is_a_range_where_servers_live_in_it() {
    let used =
        surveyed(&[r#"{"servers": {"tide": 7101}, "reserved_ranges": {"live": "7100-7199", "trial": "7200-7299"}}"#]);
    assert_eq!((used.layout.ranges.len(), used.layout.reserved.len()), (2, 0));
    let free =
        surveyed(&[r#"{"servers": {"tide": 7101}, "reserved_ranges": {"printers": "7200-7299"}, "reserved": [7777]}"#]);
    assert_eq!((free.layout.ranges.len(), free.layout.reserved.len()), (0, 2));
    assert_eq!(free.layout.reserved[1].reason.as_deref(), Some("printers"));
}

#[test]
fn what_is_no_json_object_is_refused_with_its_place() {
    for (bytes, expected) in [
        (&b""[..], "f:1:1: is empty"),
        (b"{\n\"a\": \xff}", "f:2:6: is not UTF-8 text from here on\n  help: save it as UTF-8"),
        (b"[1]", "f:1:1: is a list: a registry of ports is an object"),
        (
            b"{\n<<<<<<< HEAD\n}",
            "f:2:1: is not JSON: key must be a string\n  help: it has the markers of a merge conflict",
        ),
    ] {
        assert_eq!(read(0, "f", bytes).unwrap_err().to_string(), expected);
    }
    let forgiven = read(0, "f", b"\xef\xbb\xbf{\"servers\": {\r\n\"tide\": 9100}}").unwrap();
    assert_eq!((forgiven.claims.len(), forgiven.notes.len()), (1, 2));
    assert_eq!((forgiven.claims[0].place.line, forgiven.claims[0].place.column), (2, 9));
    let deep = format!("{{\"a\": {}9100{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(read(0, "f", deep.as_bytes()).unwrap().notes.len(), 1);
}

#[test]
fn whatever_is_compared_with_others_is_counted_before() {
    let many = |before: &str, member: &str, after: &str| {
        let members: Vec<String> = (0..10_001).map(|n| member.replace('#', &n.to_string())).collect();
        format!("{before}{}{after}", members.join(","))
    };
    for text in [
        many("{\"servers\":{", "\"n#\":9100", "}}"),
        many("{\"health_ports\":{", "\"n#\":9100", "}}"),
        many("{\"reserved\":[", "7000", "]}"),
        many("{\"port_ranges\":{", "\"n#\":\"1-65535\"", "}}"),
        many("{\"environments\":{", "\"n#\":{\"range\":\"1-65535\"}", "}}"),
        many("{\"removed_servers\":[", "\"n#\"", "]}"),
        many("{\"server_status\":{\"active\":[", "\"n#\"", "]}}"),
    ] {
        let refused = try_survey(&[&text], &Ports::default(), None).unwrap_err();
        let told = "0.json: has, with the files before it, more than 10000 entries: that is no registry of ports";
        assert_eq!(refused[0].to_string(), told, "{}", &text[..30]);
    }
}

#[test]
fn gone_is_gone_in_whatever_order_an_entry_says_it() {
    for text in [
        r#"{"servers": {"tide": {"port": 9100, "removed": true, "status": "running"}}}"#,
        r#"{"servers": {"tide": {"status": "running", "removed": true, "port": 9100}}}"#,
    ] {
        let survey = surveyed(&[text]);
        assert_eq!(survey.contradictions.len(), 1);
        assert_eq!(survey.contradictions[0].kind, Kind::Removed);
        let what: Vec<&str> = survey.contradictions[0].evidence.iter().map(|evidence| evidence.what.as_str()).collect();
        assert_eq!(what, ["active 9100", "removed 9100"]);
        let built = applied(&survey, &Ports::default());
        assert_eq!(servers(&built), [r#""tide": { "port": 9100, "status": "released" }"#]);
    }
}

#[test]
fn a_redirect_beside_entries_is_not_taken() {
    let survey = surveyed(&[r#"{"redirect_to": "x.json", "servers": {"tide": 9100}}"#]);
    let told = "0.json:1:17 a redirect to `x.json` was not followed: the file has entries of its own";
    assert_eq!(notes(&survey, NoteKind::NotTaken), [told]);
}

#[test]
fn a_name_of_the_next_generation_is_not_legacy_by_its_port() {
    let survey = surveyed(&[r#"{"servers": {"tide": 8100, "tide-v2": 8101}}"#]);
    assert_eq!(contradictions(&survey), ["reserved 8101: tide_v2@0.json:1:39"]);
    let built = applied(&survey, &Ports::default());
    let of = |name: &str| built.by_name(name).unwrap().status;
    assert_eq!((of("tide"), of("tide_v2")), (Status::Legacy, Status::Active));
}

#[test]
fn an_environment_that_is_not_there_is_told_once() {
    let error = |text: &str| try_survey(&[text], &Ports::default(), Some("nope")).unwrap_err();
    let told = error(TWO_PLACES);
    assert_eq!(told.len(), 1, "{told:?}");
    let told: Vec<String> = error(r#"{"servers": {"a": 9100}}"#).iter().map(Refusal::to_string).collect();
    assert_eq!(told, ["0.json: there is no environment `nope` here, nor any other"]);
}

#[test]
fn endless_keys_are_cut_and_stay_apart() {
    let long = "k".repeat(5_000);
    let entry = |name: &str, port| format!(r#""{name}": {{"services": {{"tide": {port}}}}}"#);
    let text =
        format!("{{\"environments\": {{{}, {}}}}}", entry(&format!("{long}a"), 9100), entry(&format!("{long}b"), 9200));
    let survey = surveyed(&[&text]);
    assert_eq!(survey.candidates[0].ports(), [9100]);
    assert!(survey.files[0].claims[0].group.len() < 300);
    assert_ne!(survey.files[0].environments[0].name, survey.files[0].environments[1].name);
}
