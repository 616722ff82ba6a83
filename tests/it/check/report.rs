//! The forms that findings are printed in: each is read back by what its readers read it with, whatever names and
//! messages hold.

use std::collections::BTreeSet;

use mcpgen::check::{Checked, Finding, Findings, Fix, Place, Severity, Span, Verdict, by_selector, rules};
use mcpgen::excerpt::Style;
use mcpgen::report;
use mcpgen::text::{is_override, visible};
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use super::Fleet;

/// Texts that would get out of the place that a form has for them.
const HOSTILE: &[&str] = &[
    "two\nlines\r\nand\rmore",
    "\n::error file=x::forged",
    "::set-output name=x::y",
    "##[add-mask]mask",
    "]]> <![CDATA[ <b>bold</b> & &amp; \"quoted\" 'once'",
    "a | b \\| c `code | ` d",
    "`` odd ` ticks",
    "\u{1b}[31mred\u{1b}[0m \u{9b}2J \u{7}",
    "100% %0A %25 a,b:c",
    "\u{202e}reversed\u{2066} \u{200f}",
    "not in XML: \u{0} \u{b} \u{fffe} \u{ffff}",
    "[link](https://evil.example) ![image](x.png) <https://evil.example> www.evil.example https://evil.example",
    "@someone #1 someone/else#2 *bold* _thin_ ~~gone~~ $x$ <!-- comment --> <script>x</script>",
    "\u{feff}mark \u{2028}line",
    "wide 日本 é",
    " ",
];

fn finding(server: Option<&str>, rule: &str, path: &str, message: &str) -> Finding {
    let mut findings = Findings::new(by_selector(rule).unwrap(), server);
    findings.add(Place { path: path.to_owned(), span: None, source: None }, message);
    findings.into_list().remove(0)
}

fn at(mut finding: Finding, span: (usize, usize, usize, usize), source: Option<&str>) -> Finding {
    let (line, column, end_line, end_column) = span;
    finding.place.span = Some(Span { line, column, end_line, end_column });
    finding.place.source = source.map(str::to_owned);
    finding
}

fn verdict(findings: Vec<Finding>, waived: Vec<(Finding, String)>) -> Verdict {
    let servers: BTreeSet<String> = findings.iter().filter_map(|finding| finding.server.clone()).collect();
    Verdict {
        findings,
        waived,
        checked: Checked { servers: servers.into_iter().collect(), files: 7, ..Checked::default() },
    }
}

/// Every hostile text in every place that a finding has for one.
fn hostile() -> Verdict {
    let mut findings = Vec::new();
    let mut waived = Vec::new();
    for (index, text) in HOSTILE.iter().enumerate() {
        let mut one = finding(Some(text), "drift", text, text);
        one.severity = [Severity::Error, Severity::Warning, Severity::Note][index % 3];
        one.help(*text).diff = Some(format!("-{text}\n+{text}\n"));
        findings.push(at(one, (index + 1, 2, index + 1 + index % 2, 4), Some(text)));
        waived.push((finding(None, "missing-file", text, text), (*text).to_owned()));
    }
    verdict(findings, waived)
}

/// Nothing that a terminal acts upon, but for the ends of lines.
#[track_caller]
fn is_harmless(text: &str) {
    let acts = text
        .chars()
        .find(|c| *c != '\n' && (c.is_control() || is_override(*c) || visible(&c.to_string()) != c.to_string()));
    assert_eq!(acts, None, "{text}");
}

#[test]
fn what_people_read_is_harmless_and_complete() {
    let verdict = hostile();
    let human = report::human(&verdict, Style::default(), true);
    is_harmless(&human);
    is_harmless(&report::summary(&verdict));
    for text in HOSTILE {
        assert!(human.contains(&format!(" drift: {}\n", visible(text))), "{text:?}");
        assert!(human.contains(&format!("help: {}\n", visible(text))), "{text:?}");
    }
    let concise = report::concise(&verdict);
    is_harmless(&concise);
    assert_eq!(concise.lines().count(), HOSTILE.len());
}

#[test]
fn a_fleet_that_is_broken_in_many_ways_reads_well() {
    let edit = "# Owned\n\tlet port: u16 = \"9004\"; // é\n";
    let mut drift = finding(Some("weather_v2"), "drift", "weather_v2/src/server.rs", "`src/server.rs` was edited");
    drift.help("`mcpgen check --diff` shows the edit").diff =
        Some("--- a\n+++ b\n@@ -1 +1 @@\n-\tx\n+\ty\r\n".to_owned());
    let mut missing = finding(Some("weather_v2"), "missing-file", "weather_v2/Dockerfile", "`Dockerfile` is not there");
    missing.fix("weather_v2/Dockerfile", Some("FROM x\n"));
    let mut stale = finding(None, "stale-waiver", "mcpgen.toml", "no finding needs the waiver for `drift` any more");
    stale.severity(Severity::Note);
    let findings =
        vec![at(stale, (12, 1, 13, 5), Some("[[waivers]]")), missing, at(drift, (2, 18, 2, 24), edit.lines().nth(1))];
    let waived = finding(Some("hello_v2"), "drift", "hello_v2/README.md", "`README.md` was edited");
    let verdict = verdict(findings, vec![(waived, "it is ours".to_owned())]);
    let human = report::human(&verdict, Style::default(), true);
    let told = format!("{}\n{}", report::summary(&verdict), report::hints(&verdict));
    insta::assert_snapshot!("check_for_people", format!("{human}{told}"));
    assert!(!report::human(&verdict, Style::default(), false).contains("@@"));
    let coloured = report::human(&verdict, Style { colour: true }, true);
    assert!(
        coloured.contains("\u{1b}[1;31merror[MCP203]\u{1b}[0m") && coloured.contains("\u{1b}[1;32m+    y\u{1b}[0m")
    );
}

#[test]
fn of_very_many_findings_of_one_rule_some_are_shown() {
    let one = |n: usize| finding(Some("hello_v2"), "drift", &format!("hello_v2/{n}"), "it was edited");
    let many = verdict((0..51).map(one).collect(), Vec::new());
    let human = report::human(&many, Style::default(), false);
    assert_eq!(human.matches("error[MCP203]").count(), 20);
    assert!(human.contains("… and 31 more: `mcpgen check --select MCP203 --output-format concise` has them all"));
    let fifty = verdict((0..50).map(one).collect(), Vec::new());
    assert_eq!(report::human(&fifty, Style::default(), false).matches("error[MCP203]").count(), 50);
}

#[test]
fn a_check_says_how_much_it_looked_at_and_found() {
    let told = |findings, waived| report::summary(&verdict(findings, waived));
    let note = || {
        let mut note = finding(Some("a"), "drift", "a", "x");
        note.severity(Severity::Note);
        note
    };
    let error = || finding(Some("a"), "drift", "a", "x");
    assert_eq!(told(vec![], vec![]), "nothing to complain about in 0 servers, 7 files");
    assert_eq!(told(vec![note()], vec![]), "1 note, and nothing worse, in 1 server, 7 files");
    assert_eq!(told(vec![error(), note(), error()], vec![]), "2 errors and 1 note in 1 server, 7 files");
    let waived = || (error(), "x".to_owned());
    assert_eq!(told(vec![], vec![waived()]), "nothing to complain about in 0 servers, 7 files; 1 is waived");
    let both = told(vec![error()], vec![waived(), waived()]);
    assert_eq!(both, "1 error in 1 server, 7 files; 2 more are waived");
    let running = |findings, is_without_spec| {
        let checked = Checked { servers: vec!["a".to_owned()], files: 0, is_without_spec };
        report::summary(&Verdict { findings, waived: vec![], checked })
    };
    assert_eq!(running(vec![error()], false), "1 error in 1 server");
    let unheld = "nothing to complain about in 1 server; only what every server has was asked";
    assert!(running(vec![], true).starts_with(unheld), "{}", running(vec![], true));
}

fn schema() -> Value {
    serde_json::from_str(report::SCHEMA).unwrap()
}

#[test]
fn json_is_as_its_schema_says() {
    let schema = schema();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for diff in [false, true] {
        for verdict in [hostile(), verdict(Vec::new(), Vec::new())] {
            let json: Value = serde_json::from_str(&report::json(&verdict, diff)).unwrap();
            let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
            for (finding, json) in verdict.findings.iter().zip(json["findings"].as_array().unwrap()) {
                assert_eq!(json["message"], *finding.message);
                assert_eq!(json["path"], *finding.place.path);
                assert_eq!(json.get("diff").is_some(), diff);
            }
            assert_eq!(json["waived"].as_array().unwrap().len(), verdict.waived.len());
        }
    }
}

/// Whatever object the schema describes, it knows all keys of, and all but `diff` are always there.
#[test]
fn the_schema_is_strict() {
    fn walk(schema: &Value, objects: &mut usize) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            *objects += 1;
            assert_eq!(schema["additionalProperties"], false);
            let required: BTreeSet<&str> =
                schema["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let known: BTreeSet<&str> = properties.keys().map(String::as_str).filter(|key| *key != "diff").collect();
            assert_eq!(required, known);
        }
        match schema {
            Value::Object(map) => map.values().for_each(|inner| walk(inner, objects)),
            Value::Array(list) => list.iter().for_each(|inner| walk(inner, objects)),
            _ => {}
        }
    }
    let (schema, mut objects) = (schema(), 0);
    walk(&schema, &mut objects);
    assert_eq!(objects, 5);
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let report: Value = serde_json::from_str(&report::json(&hostile(), true)).unwrap();
    let edits: [fn(&mut Value); 6] = [
        |report| report["version"] = 2.into(),
        |report| report["more"] = true.into(),
        |report| report["findings"][0]["more"] = true.into(),
        |report| report["findings"][0]["severity"] = "fatal".into(),
        |report| report["findings"][0]["line"] = 0.into(),
        |report| drop(report["waived"][0].as_object_mut().unwrap().remove("reason")),
    ];
    for edit in edits {
        let mut wrong = report.clone();
        edit(&mut wrong);
        assert!(validator.is_valid(&report) && !validator.is_valid(&wrong), "{wrong}");
    }
}

/// The properties of a workflow command.
type Properties = Vec<(String, String)>;

/// A workflow command as GitHub's runner reads it: its name, properties and message.
fn command(line: &str) -> Option<(String, Properties, String)> {
    let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let value = |text: &str| data(&text.replace("%3A", ":").replace("%2C", ","));
    let properties = properties.split(',').filter_map(|pair| pair.split_once('='));
    let properties = properties.map(|(key, text)| (key.to_owned(), value(text))).collect();
    Some((name.to_owned(), properties, data(message)))
}

#[test]
fn github_shows_the_ten_worst_and_runs_nothing_else() {
    let verdict = hostile();
    let github = report::github(&verdict);
    is_harmless(&github);
    let mut annotations = Vec::new();
    let mut others = 0;
    for line in github.lines() {
        match command(line) {
            Some((name, properties, message)) if properties.iter().any(|(key, _)| key == "title") => {
                annotations.push((name, properties, message));
            }
            Some((name, properties, message)) => {
                assert!(matches!(name.as_str(), "group" | "endgroup") && properties.is_empty(), "{line}");
                assert!(message.is_empty() || message == "6 findings without an annotation", "{line}");
            }
            None => {
                others += 1;
                assert!(line.starts_with("- ") || line.starts_with("mcpgen check: "), "{line}");
                assert!(!line.contains("##["), "{line}");
            }
        }
    }
    assert_eq!((annotations.len(), others), (10, HOSTILE.len() - 10 + 1));
    let mut worst: Vec<&Finding> = verdict.findings.iter().collect();
    worst.sort_by_key(|finding| finding.severity);
    for (finding, (name, properties, message)) in worst.iter().zip(&annotations) {
        let expected = if finding.severity == Severity::Error { "error" } else { "warning" };
        assert_eq!(name, expected);
        let text = visible(&finding.message);
        assert_eq!(*message, format!("{text}\nhelp: {text}"));
        let value = |key: &str| properties.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        assert_eq!(value("title"), Some("MCP203 drift"));
        let span = finding.place.span.unwrap();
        if finding.place.path.contains("://") {
            assert!(value("file").is_none() && value("line").is_none());
            continue;
        }
        assert_eq!(value("file"), Some(text.as_str()));
        assert_eq!(value("line"), Some(span.line.to_string().as_str()));
        assert_eq!(value("col").is_some(), span.line == span.end_line);
    }
}

#[test]
fn the_summary_of_a_job_is_a_table_and_nothing_in_it_is_markup() {
    let verdict = hostile();
    let markdown = report::markdown(&verdict);
    let (mut rows, mut cells, mut texts) = (0, 0, Vec::new());
    for event in Parser::new_ext(&markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::TableCell) => {
                cells += 1;
                texts.push(String::new());
            }
            Event::Start(Tag::Table(_) | Tag::TableHead | Tag::Heading { .. } | Tag::Paragraph) | Event::End(_) => {}
            Event::Text(text) => texts.last_mut().map_or((), |last| last.push_str(&text)),
            Event::InlineHtml(html) => assert!(matches!(html.as_ref(), "<code>" | "</code>"), "{html}"),
            other => panic!("{other:?} in\n{markdown}"),
        }
    }
    assert_eq!(rows, 2 * HOSTILE.len());
    assert_eq!(cells, 5 * (rows + 2));
    for text in HOSTILE.iter().map(|text| visible(text)).filter(|text| !text.contains('`') && !text.trim().is_empty()) {
        let shown = text.replace('@', "@\u{200b}").replace('#', "#\u{200b}");
        assert!(texts.iter().any(|cell| cell.trim() == shown.trim()), "{text}");
    }
    // Outside of code, where it would be a mention.
    assert!(markdown.contains("&#64;&#8203;someone") && !markdown.contains('@'));
}

#[test]
fn the_summary_of_a_job_is_never_too_large() {
    let one = |n: usize| finding(None, "drift", &"|".repeat(1_000), &format!("{n} {}", "<".repeat(5_000)));
    let all = || (0..200).map(one);
    let waived = all().map(|finding| (finding, "@".repeat(1_000))).collect();
    let markdown = report::markdown(&verdict(all().collect(), waived));
    assert!(markdown.len() < 1 << 20, "{}", markdown.len());
    assert!(markdown.contains(" more: the log of the job has them."));
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            let hex = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn sarif_has_a_rule_a_place_and_a_fingerprint_for_each_result() {
    let verdict = hostile();
    let log: Value = serde_json::from_str(&report::sarif(&verdict)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    let known: Vec<&str> =
        driver["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(known, rules().map(|rule| rule.id).collect::<Vec<_>>());
    for rule in driver["rules"].as_array().unwrap() {
        for key in ["name", "shortDescription", "fullDescription", "help", "defaultConfiguration"] {
            assert!(!rule[key].is_null(), "{rule}");
        }
    }
    let results = run["results"].as_array().unwrap();
    let findings = verdict.findings.iter().chain(verdict.waived.iter().map(|(finding, _)| finding));
    assert_eq!(results.len(), findings.clone().count());
    let mut prints = BTreeSet::new();
    for (result, finding) in results.iter().zip(findings) {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!((known[index], result["ruleId"].as_str()), (finding.rule.id, Some(finding.rule.id)));
        // `[a](b)` would be a link.
        let lines: Vec<String> = finding.message.lines().map(mcpgen::text::visible).collect();
        let text = lines.join("\n").replace('[', "\\[").replace(']', "\\]");
        assert!(result["message"]["text"].as_str().unwrap().starts_with(&text));
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(
            uri.chars()
                .all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}'))
        );
        assert_eq!(decoded(uri), finding.place.path);
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
        let is_relative = !finding.place.path.contains("://");
        assert_eq!(place["artifactLocation"]["uriBaseId"].as_str(), is_relative.then_some("%SRCROOT%"));
        prints.insert(result["partialFingerprints"]["mcpgen/v1"].as_str().unwrap());
    }
    assert_eq!(prints.len(), results.len());
    let suppressed = results.iter().filter(|result| !result["suppressions"].as_array().unwrap().is_empty());
    let why: Vec<&str> =
        suppressed.map(|result| result["suppressions"][0]["justification"].as_str().unwrap()).collect();
    assert_eq!(why, HOSTILE);
}

/// What lies elsewhere is no path in the repository, and a line that moves leaves the fingerprint as it is.
#[test]
fn sarif_tells_places_and_fingerprints_apart() {
    let paths = ["", "/etc/ports file.json", "http://127.0.0.1:9044/mcp?x=ü", "a b/c:d.rs"];
    let mut findings: Vec<Finding> = paths.iter().map(|path| finding(None, "drift", path, "x")).collect();
    findings.push(at(findings[3].clone(), (9, 1, 9, 2), None));
    let log: Value = serde_json::from_str(&report::sarif(&verdict(findings, Vec::new()))).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let location = |index: usize| &results[index]["locations"][0]["physicalLocation"]["artifactLocation"];
    let uris: Vec<&str> = (0..4).map(|index| location(index)["uri"].as_str().unwrap()).collect();
    assert_eq!(uris, ["./", "file:///etc/ports%20file.json", "http://127.0.0.1:9044/mcp?x=%C3%BC", "a%20b/c%3Ad.rs"]);
    assert!(location(1).get("uriBaseId").is_none() && location(2).get("uriBaseId").is_none());
    let print =
        |index: usize| results[index]["partialFingerprints"]["mcpgen/v1"].as_str().unwrap().split_once(':').unwrap();
    assert_eq!(print(3).0, print(4).0);
    assert_eq!((print(3).1, print(4).1), ("1", "2"));
}

#[test]
fn junit_is_xml_with_a_suite_for_each_server() {
    let mut verdict = hostile();
    verdict.checked.servers.push("quiet_v2".to_owned());
    // The same case twice: two names.
    let again = verdict.findings[0].clone();
    verdict.findings.push(again);
    let text = report::junit(&verdict);
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    let failing = verdict.findings.iter().filter(|finding| finding.severity != Severity::Note).count();
    let number = |key: &str| root.attribute(key).unwrap().parse::<usize>().unwrap();
    assert_eq!(number("failures"), failing);
    assert_eq!(number("skipped"), HOSTILE.len());
    let of = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).collect::<Vec<_>>();
    assert_eq!((of("failure").len(), of("skipped").len()), (failing, HOSTILE.len()));
    assert_eq!(number("tests"), of("testcase").len());
    assert_eq!(of("testsuite").len(), HOSTILE.len() + 2);
    let shown = |text: &str| visible(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    let messages: BTreeSet<&str> = of("failure").iter().filter_map(|node| node.attribute("message")).collect();
    let expected: BTreeSet<String> =
        verdict.findings.iter().filter(|it| it.severity != Severity::Note).map(|it| shown(&it.message)).collect();
    assert_eq!(messages, expected.iter().map(String::as_str).collect());
    let names: BTreeSet<_> =
        of("testcase").iter().map(|node| (node.attribute("classname"), node.attribute("name"))).collect();
    assert_eq!(names.len(), of("testcase").len());
    let quiet = of("testcase").into_iter().find(|node| node.attribute("classname") == Some("mcpgen.quiet_v2")).unwrap();
    assert_eq!((quiet.attribute("name"), quiet.children().count()), (Some("conforms"), 0));
}

/// The binary: what goes where, and how it ends.
#[test]
fn every_format_says_the_same_of_a_fleet_on_disk() {
    let fleet = Fleet::new();
    let clean = fleet.run(&["check", "--select", "MCP0,MCP2"]).fine();
    assert_eq!(clean.stdout, "");
    assert!(clean.stderr.starts_with("nothing to complain about in 4 servers, "), "{}", clean.stderr);
    assert_eq!(clean.stderr.lines().count(), 1);

    fleet.delete("weather_v2/src/models.rs");
    fleet.append("hello_v2/README.md", "\nOurs.\n");
    fleet.append("mcpgen.toml", "\n[[waivers]]\nrule = \"drift\"\nreason = \"it is ours\"\nexpires = 2999-01-01\n");
    let check = |format: &str| {
        let ran = fleet.run(&["check", "--select", "MCP0,MCP2", "--output-format", format]);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        ran
    };
    let path = "weather_v2/src/models.rs";
    let human = check("human");
    assert!(human.stdout.starts_with("== weather_v2: 1 error\n\nerror[MCP001] missing-file: "), "{}", human.stdout);
    assert!(human.stderr.contains("1 error in 4 servers") && human.stderr.contains("; 1 more is waived\n"));
    assert!(
        human.stderr.contains("help: `mcpgen explain MCP001`") && human.stderr.contains("next: `mcpgen check --fix`")
    );
    assert!(check("concise").stdout.starts_with(&format!("{path}: error[MCP001] missing-file: ")));
    assert!(check("github").stdout.starts_with(&format!("::error file={path},title=MCP001 missing-file::")));
    assert!(check("junit").stdout.contains("<testcase classname=\"mcpgen.golden_v2\" name=\"conforms\"/>"));
    let json = check("json").json();
    assert_eq!(
        (json["findings"][0]["path"].as_str(), json["waived"][0]["reason"].as_str()),
        (Some(path), Some("it is ours"))
    );
    assert_eq!(check("sarif").json()["runs"][0]["results"].as_array().unwrap().len(), 2);
}

#[cfg(unix)]
#[test]
fn no_name_on_disk_leaves_its_place() {
    let sandbox = crate::sandbox::Sandbox::new();
    sandbox.run(&["init"]).fine();
    let folder = "a,b:c%0A ::error::x|`<b>&]]>\u{1b}[31m\u{202e}\n::warning::y_v2";
    sandbox.write(&format!("{folder}/server.toml"), "\"\\u001b[2J\\n::error::]]>\\uffff\" = 1\n");
    for format in ["human", "concise", "json", "github", "sarif", "junit"] {
        let ran = sandbox.run(&["check", "--select", "invalid-spec", "--output-format", format]);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        is_harmless(&ran.stdout);
        is_harmless(&ran.stderr);
        assert!(ran.stdout.lines().all(|line| !line.starts_with("::warning")), "{}", ran.stdout);
        match format {
            "json" => assert_eq!(ran.json()["findings"][0]["server"], folder),
            "sarif" => assert!(ran.json()["runs"][0]["results"][0]["ruleId"] == "MCP201"),
            "junit" => assert!(roxmltree::Document::parse(&ran.stdout).is_ok()),
            _ => assert!(ran.stdout.contains(&visible(folder)) || format == "github", "{}", ran.stdout),
        }
    }
}

#[test]
fn the_summary_of_a_job_is_added_where_github_asks_for_it() {
    let fleet = Fleet::new();
    fleet.delete("weather_v2/src/models.rs");
    let summary = fleet.path("summary.md");
    fleet.write("summary.md", "before\n");
    let run = |format: &str, summary: &std::path::Path| {
        let mut command = fleet.command(&["check", "--output-format", format]);
        crate::sandbox::Ran::from(command.env("GITHUB_STEP_SUMMARY", summary).output().unwrap())
    };
    run("human", &summary);
    assert_eq!(fleet.read("summary.md"), "before\n");
    run("github", &summary);
    let text = fleet.read("summary.md");
    assert!(text.starts_with("before\n## mcpgen check\n") && text.contains("MCP001 missing-file"), "{text}");
    let ran = run("github", &fleet.path("nowhere/summary.md"));
    assert!(
        ran.code == Some(1) && ran.stderr.contains("note: the summary of the job cannot be written"),
        "{}",
        ran.stderr
    );
}

#[test]
fn programs_get_a_document_whatever_happens() {
    let sandbox = crate::sandbox::Sandbox::new();
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for args in [&["check", "--output-format", "json"][..], &["check", "--output-format=json", "--bogus"]] {
        let ran = sandbox.run(args);
        assert_eq!(ran.code, Some(2));
        assert!(validator.is_valid(&ran.json()) && !ran.json()["error"].as_str().unwrap().is_empty(), "{}", ran.stdout);
    }
    let ran = sandbox.run(&["check", "--output-format", "sarif"]);
    assert_eq!(ran.code, Some(2));
    let invocation = &ran.json()["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let why = invocation["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(why.contains("neither a fleet nor a crate"), "{why}");
    assert_eq!(sandbox.run(&["check", "--schema"]).fine().stdout, report::SCHEMA);
}

#[test]
fn explain_reads_well() {
    let sandbox = crate::sandbox::Sandbox::new();
    let list = sandbox.run(&["explain"]).fine().stdout;
    for rule in rules() {
        assert!(
            list.lines().any(|line| line.trim_start().starts_with(rule.id) && line.ends_with(rule.summary)),
            "{}",
            rule.id
        );
        let ran = sandbox.run(&["explain", rule.name]).fine();
        assert_eq!(ran, sandbox.run(&["explain", &rule.id.to_lowercase()]));
        assert!(ran.stdout.starts_with(&format!("{} {}\n", rule.id, rule.name)));
        let (shown, docs) = (ran.stdout.split_whitespace(), rule.docs.split_whitespace());
        assert!(shown.collect::<Vec<_>>().ends_with(&docs.collect::<Vec<_>>()), "{}", ran.stdout);
        assert!(ran.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ran.stdout);
    }
    // Whatever code of the user's answers is meant, not tools alone.
    for rule in ["miswired-entry", "undeclared-entry", "unimplemented-tool", "hollow-tool"] {
        let told = sandbox.run(&["explain", rule]).fine().stdout;
        assert!(["tool", "resource", "prompt", "completion"].iter().all(|noun| told.contains(noun)), "{told}");
    }
    sandbox.run(&["explain", "drfit"]).refused("did you mean `drift`?");
    // No id that is merely alike.
    for args in [&["explain", "MCP9999"][..], &["check", "--select", "MCP9999"]] {
        sandbox.run(args).refused("`mcpgen explain` lists them");
    }
}

/// The script of the action, as GitHub's runner would call it.
#[cfg(unix)]
#[test]
fn the_action_checks_and_writes_sarif() {
    use mcpgen::check::document;
    let action = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/action.yml")).unwrap();
    let action = document::yaml(&action).unwrap().remove(0);
    let script = action.at(&["runs", "steps"]).unwrap().items()[1].get("run").unwrap().word().unwrap();
    let fleet = Fleet::new();
    let run = |paths: &str, args: &str, sarif: &str| {
        let mut command = std::process::Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(fleet.root());
        command.env("MCPGEN", env!("CARGO_BIN_EXE_mcpgen")).env_remove("GITHUB_STEP_SUMMARY");
        command.envs([("PATHS", paths), ("ARGS", args), ("SARIF", sarif)]);
        crate::sandbox::Ran::from(command.output().unwrap())
    };
    run("", "", "").fine();
    fleet.delete("weather_v2/src/models.rs");
    run("hello_v2\ngolden_v2\n", "--select MCP0", "").fine();
    run("", "--select MCP2 --ignore MCP203", "").fine();
    let ran = run("weather_v2", "", "out.sarif");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stdout.contains("::error file=weather_v2/src/models.rs,"), "{}", ran.stdout);
    assert!(fleet.read("out.sarif").contains("\"MCP001\""));
    assert_eq!(run("nowhere", "", "out.sarif").code, Some(1));
    assert_eq!(run("nowhere", "", "").code, Some(2));
}

#[test]
fn what_can_be_fixed_is_counted() {
    let mut fixable = finding(Some("a"), "drift", "a", "x");
    fixable.fixes.push(Fix { path: "a".to_owned(), text: None });
    let plain = finding(Some("a"), "missing-file", "b", "x");
    let mut record = finding(Some("a"), "damaged-record", "a/mcpgen.lock", "x");
    record.renew_record();
    assert!(report::hints(&verdict(vec![record.clone(), plain.clone()], vec![])).contains("mends 1 of them"));
    let json: Value = serde_json::from_str(&report::json(&verdict(vec![record], vec![]), false)).unwrap();
    assert_eq!((&json["findings"][0]["fixable"], &json["summary"]["fixable"]), (&true.into(), &1.into()));
    assert!(report::hints(&verdict(vec![fixable.clone(), plain.clone()], vec![])).contains("mends 1 of them"));
    assert!(report::hints(&verdict(vec![fixable.clone()], vec![])).contains("mends all of it"));
    assert!(!report::hints(&verdict(vec![plain], vec![])).contains("--fix"));
    let json: Value = serde_json::from_str(&report::json(&verdict(vec![fixable], vec![]), false)).unwrap();
    assert_eq!((&json["findings"][0]["fixable"], &json["summary"]["fixable"]), (&true.into(), &1.into()));
}
