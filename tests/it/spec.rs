//! Specs that are right, and specs that are wrong in every way one can think of.

use mcpgen::spec::{Problems, read};
use proptest::prelude::*;

use crate::support::dice::Dice;
use crate::support::spec_gen::specs;

proptest! {
    #[test]
    fn a_valid_spec_is_read(text in specs()) {
        if let Err(problems) = read(&text, "server.toml") {
            panic!("{problems}\n{text}");
        }
    }

    #[test]
    fn line_endings_and_a_byte_order_mark_change_nothing(text in specs()) {
        let spec = read(&text, "server.toml").unwrap();
        prop_assert_eq!(&read(&text.replace('\n', "\r\n"), "server.toml").unwrap(), &spec);
        prop_assert_eq!(&read(&format!("\u{feff}{text}"), "server.toml").unwrap(), &spec);
    }

    #[test]
    fn any_text_is_a_spec_or_has_problems(text in ".*") {
        told(&text);
    }

    #[test]
    fn any_bytes_are_a_spec_or_have_problems(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        told(&String::from_utf8_lossy(&bytes));
        let _ = mcpgen::spec::read_bytes(&bytes, "server.toml");
    }

    #[test]
    fn a_damaged_spec_is_a_spec_or_has_problems(text in specs(), seed in any::<u64>()) {
        told(&damage(&text, &mut Dice(seed)));
    }
}

/// Reads the text; problems, if there are any, have places in it and are safe to print.
fn told(text: &str) {
    let Err(problems) = read(text, "server.toml") else { return };
    assert!(problems.len() > 0);
    for problem in problems.iter() {
        assert!(problem.span.start <= problem.span.end && problem.span.end <= text.len(), "{problem:?}");
        assert!(!problem.message.is_empty());
    }
    let shown = problems.render(false);
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
}

/// Cuts, doubles and overwrites parts of a text.
fn damage(text: &str, dice: &mut Dice) -> String {
    const PIECES: &[&str] = &[
        "[", "]]", "{", "}", "\"", "'''", "=", ".", "\n", "\r", "\0", "#", "\u{202e}", "\\", "[server]", "type = 3",
        "1e999", "é", ",",
    ];
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(chars.len() + 1);
        let end = (at + dice.below(30)).min(chars.len());
        match dice.below(3) {
            0 => drop(chars.drain(at..end)),
            1 => chars.extend(chars[at..end].to_vec()),
            _ => drop(chars.splice(at..end.min(at + 2), dice.pick(PIECES).chars())),
        }
    }
    chars.into_iter().collect()
}

fn problems(text: &str) -> Problems {
    read(text, "server.toml").expect_err("the text has mistakes")
}

fn messages(text: &str) -> Vec<String> {
    problems(text).iter().map(|problem| problem.message.clone()).collect()
}

#[test]
fn ten_mistakes_are_ten_problems() {
    let problems = problems(include_str!("fixtures/ten_mistakes.toml"));
    insta::assert_snapshot!("ten_mistakes", problems);
    assert_eq!(problems.len(), 10);
}

#[test]
fn depth_ends_in_a_problem_and_not_in_a_crash() {
    let deep = |open: &str, inner: &str, close: &str, n: usize| {
        format!("[server]\ndefault = {}{inner}{}", open.repeat(n), close.repeat(n))
    };
    let keys = vec!["a"; 16].join(".");
    for text in [
        deep("[", "", "]", 100_000),
        deep("{ a = ", "1", " }", 100_000),
        deep("[", "", "", 100_000),
        deep(&format!("{{ {keys} = "), "1", " }", 16),
        deep(&format!("{{ {keys} = "), "1", " }", 15),
        format!("[server]\n{} = 1", vec!["a"; 50_000].join(".")),
        format!("[{}]", vec!["a"; 50_000].join(".")),
        format!("[{keys}]\n").repeat(100),
        format!("[tools.x.input.{}]\ntype = \"object\"", ["f.fields"; 6].join(".")),
        "[[a]]\n".repeat(10_000),
    ] {
        told(&text);
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_at_once() {
    let text = "# padding\n".repeat(200_000);
    assert_eq!(messages(&text), ["the file is larger than 1024 KiB"]);
}

#[test]
fn many_problems_are_counted_and_not_all_shown() {
    let text = (0..3_000).map(|n| format!("x{n} = 1\n")).collect::<Vec<_>>().concat();
    let problems = problems(&text);
    assert_eq!(problems.len(), 3_001);
    let shown = problems.to_string();
    assert!(shown.ends_with("… and 2801 more\nserver.toml: 3001 problems\n"), "{}", &shown[shown.len() - 200..]);
}

const HEAD: &str = "[server]\nname = \"x\"\ndescription = \"d\"\n";

#[test]
fn what_only_toml_1_1_allows_is_refused() {
    for (text, message) in [
        ("[tools.a]\ndescription = \"d\"\ninput = {\n  city = \"string\" }", "this inline table spans several lines"),
        ("[tools.a]\ndescription = \"d\"\ninput = { city = \"string\", }", "an inline table may not end with a comma"),
        ("[tools.a]\ndescription = \"\\x41\"", "the escape `\\x` is not part of TOML 1.0"),
        ("[tools.a]\ndescription = \"\\e\"", "the escape `\\e` is not part of TOML 1.0"),
    ] {
        let found = messages(&format!("{HEAD}{text}"));
        assert!(found.iter().any(|found| found.starts_with(message)), "{text}\n{found:?}");
    }
    let fine = "[tools.a]\ndescription = \"d\\\\x \\\\e {\"\ninput = { a = { type = \"array\", items = \"string\", default = [\n\"x\",\n] } }";
    assert!(read(&format!("{HEAD}{fine}"), "f").is_ok());
}

#[test]
fn several_syntax_errors_are_told_at_once() {
    let found = messages("[server]\nname = \nport = 1 2\ntitle = \"x\n");
    assert!(found.len() >= 3, "{found:?}");
    let found = messages("[server]\nname = \"x\"\nname = \"y\"\nport = \"a\"\ndescription = \"d\"\n");
    assert_eq!(found, ["`name` is defined twice", "`port` is a string, where a whole number belongs"]);
}

#[test]
fn the_name_that_is_asked_for_wins() {
    let name = mcpgen::name::ServerName::parse("other").unwrap();
    let text = format!("{HEAD}[config.units]\ntype = \"string\"");
    let spec = mcpgen::spec::read_named(&text, "server.toml", Some(&name)).unwrap();
    assert_eq!((spec.server.name, spec.settings[0].env.as_str()), (name, "OTHER_UNITS"));
}
