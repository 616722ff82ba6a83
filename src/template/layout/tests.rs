//! What is broken, held to examples and to rustfmt itself.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::*;

#[test]
fn what_fits_stays() {
    let source = "    pub async fn short(&self) -> Result<Value, Error> {\n";
    assert_eq!(wrap(source), source);
}

#[test]
fn each_construct_breaks_as_rustfmt_breaks_it() {
    let name = "a".repeat(60);
    let source = format!(
        "use crate::models::{{{name}Input, {name}Output}};\n\
         \x20   pub async fn {name}(&self, input: Input) -> Result<Value, Error> {{\n\
         \x20       request.query(\"{name}\", &input.{name});\n\
         \x20       Ok(Reply::text(format!(\"Hello, {{}}! {name}\", input.name, input.other)))\n"
    );
    let expected = format!(
        "use crate::models::{{\n    {name}Input,\n    {name}Output,\n}};\n\
         \x20   pub async fn {name}(\n        &self,\n        input: Input,\n    ) -> Result<Value, Error> {{\n\
         \x20       request.query(\n            \"{name}\",\n            &input.{name},\n        );\n\
         \x20       Ok(Reply::text(format!(\n            \"Hello, {{}}! {name}\",\n            input.name, input.other\n        )))\n"
    );
    assert_eq!(wrap(&source), expected);
}

#[test]
fn a_long_call_of_a_name_stays_beside_it_and_a_short_one_does_not() {
    let text = "x".repeat(36);
    let source = format!("        let answer = ctx.if_able(Ability::Roots, ask(\"{text}\", \"key\"));\n");
    let expected =
        format!("        let answer =\n            ctx.if_able(Ability::Roots, ask(\"{text}\", \"key\"));\n");
    assert_eq!(wrap(&source), expected);
    let source = source.replace("key", "a longer key");
    let expected =
        format!("        let answer = ctx\n            .if_able(Ability::Roots, ask(\"{text}\", \"a longer key\"));\n");
    assert_eq!(wrap(&source), expected);
    let source = source.replace("if_able(Ability::Roots, ", "if_able(Ability::Roots, 1, ");
    assert!(wrap(&source).starts_with("        let answer = ctx.if_able(\n"), "{}", wrap(&source));
}

#[test]
fn what_cannot_fit_is_left_alone() {
    let source = format!("        request.query(\"{}\", 1);\n", "x".repeat(120));
    assert_eq!(wrap(&source), source);
}

#[test]
fn a_text_may_be_wider_than_a_line_where_no_method_takes_it_beside_others() {
    let text = "x".repeat(120);
    let broken = format!("    say(\n        \"{text}\",\n        1,\n    );\n");
    assert_eq!(wrap(&format!("    say(\"{text}\", 1);\n")), broken);
}

#[test]
fn an_import_keeps_two_columns_free() {
    let import = |n| format!("use crate::models::{{Input, {}}};\n", "N".repeat(n));
    assert_eq!(wrap(&import(69)), import(69));
    let broken = format!("use crate::models::{{\n    Input, {},\n}};\n", "N".repeat(70));
    assert_eq!(wrap(&import(70)), broken);
}

#[test]
fn an_argument_has_room_for_a_comma_that_it_does_not_get() {
    let text = "x".repeat(90);
    let call = |arguments: &str| wrap(&format!("        Ok(format!(\"{text}\", {arguments}))\n"));
    let broken = |arguments: &str| format!("        Ok(format!(\n            \"{text}\",\n{arguments}        ))\n");
    let [short, name, long] = [72, 73, 74].map(|n| "a".repeat(n));
    let beside = broken(&format!("            input.a, input.{short}\n"));
    assert_eq!(call(&format!("input.a, input.{short}")), beside);
    let below = broken(&format!("            input.a,\n            input.{name}\n"));
    assert_eq!(call(&format!("input.a, input.{name}")), below);
    assert_eq!(call(&format!("plain(&input.{name})")), broken(&format!("            plain(&input.{name})\n")));
    // Nor does the argument of a call within a macro get one.
    let inner = format!("            plain(\n                &input.{long}\n            )\n");
    assert_eq!(call(&format!("plain(&input.{long})")), broken(&inner));
}

#[test]
fn a_field_of_the_input_parts_from_it_where_it_does_not_fit_beside() {
    let name = "a".repeat(81);
    let broken = format!(
        "        request.query(\n            \"k\",\n            &input\n                .{name},\n        );\n"
    );
    assert_eq!(wrap(&format!("        request.query(\"k\", &input.{name});\n")), broken);
}

#[test]
fn a_field_breaks_behind_its_colon_else_within_its_type() {
    let [short, long] = [83, 84].map(|n| "N".repeat(n));
    assert_eq!(wrap(&format!("    pub a: Option<{short}>,\n")), format!("    pub a:\n        Option<{short}>,\n"));
    assert_eq!(
        wrap(&format!("    pub a: Option<{long}>,\n")),
        format!("    pub a: Option<\n        {long},\n    >,\n")
    );
    assert_eq!(
        wrap(&format!("    pub a: Option<Vec<{long}>>,\n")),
        format!("    pub a: Option<\n        Vec<{long}>,\n    >,\n")
    );
}

#[test]
fn an_attribute_breaks_at_its_parentheses_and_a_type_before_its_brace() {
    let name = "N".repeat(90);
    assert_eq!(
        wrap(&format!("    #[serde(rename = \"{name}\")]\n")),
        format!("    #[serde(\n        rename = \"{name}\"\n    )]\n")
    );
    assert_eq!(wrap(&format!("pub struct {name} {{\n")), format!("pub struct {name}\n{{\n"));
}

/// The longest name or text of the sweep: beyond any width at which rustfmt changes its mind.
const LONGEST: usize = 130;

/// The longest name of a tool or a setting, and the longest name of a field as an identifier.
const LONGEST_NAME: usize = crate::name::MAX_TOOL_NAME;
const LONGEST_FIELD: usize = 95;
/// Validation has 48; here calls are indented by four more.
const LONGEST_COMPLETION: usize = 44;

#[test]
fn every_construct_is_broken_as_rustfmt_breaks_it_whatever_its_length() {
    let mut source = String::new();
    for n in 1..=LONGEST {
        for statement in statements(n) {
            let _ = write!(source, "impl A {{\n    fn a() {{\n        {statement}\n    }}\n}}\n");
        }
        for item in items(n) {
            source.push_str(&item);
        }
    }
    let file = tempfile::NamedTempFile::with_suffix(".rs").unwrap();
    std::fs::write(file.path(), wrap(&source)).unwrap();
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/fleet");
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--config-path"])
        .args([&config, file.path()])
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// Everything that stands in the body of a function, with names or texts of this length.
fn statements(n: usize) -> Vec<String> {
    let text = format!("\"{}\"", "x".repeat(n));
    let mut out = vec![
        format!("Ok(Reply::text({text}))"),
        format!("Ok(String::from({text}))"),
        format!("Err(Error::tool({text}))"),
        format!("Err(Error::not_implemented({text}))"),
        format!("let request = Request::get({text});"),
        format!("let mut request = Request::delete({text});"),
        format!("self.upstream.send(request, {text}).await"),
        format!(
            "let upstream = Upstream::new(UpstreamSettings {{\n            auth: UpstreamAuth::Header({text}, &settings.api_key),\n        }})?;"
        ),
    ];
    let name = "n".repeat(n);
    if n <= LONGEST_NAME {
        out.push(format!(
            "server.tool(Tool {{\n            name: {text},\n            call: call(CoreService::{name}),\n        }});"
        ));
        out.push(format!("server.resource(Resource {{\n            name: {text},\n            read: read(CoreService::read_{name}),\n        }});"));
    }
    if n <= LONGEST_COMPLETION {
        let (owner, argument) = name.split_at(n / 2);
        let function = format!("complete_resource_{owner}_{argument}");
        out.push(format!("server.complete_resource(\"{owner}\", \"{argument}\", complete(CoreService::{function}));"));
    }
    for key in [1, 20, 50, 80, 83, 110].map(|n| format!("\"{}\"", "k".repeat(n))) {
        out.push(format!("request.query({key}, {text});"));
        out.push(format!("request.field({text}, &-12_345_678_901_i64);"));
        if n <= LONGEST_FIELD {
            out.push(format!("request.header({key}, &input.{name});"));
        }
        if n <= LONGEST_NAME {
            out.push(format!("request.path({key}, &self.settings.{name});"));
        }
    }
    let [half, third] = [n / 2 + 1, n / 3 + 1].map(|n| "n".repeat(n));
    let mut arguments = vec![
        format!("input.{half}, input.{half}"),
        format!("input.a, plain(&input.{half}), plain(&input.{half})"),
        format!("input.{third}, input.{third}, input.{third}"),
        format!("input.{third}, plain(&self.settings.{third}), input.{third}"),
    ];
    if n <= LONGEST_FIELD {
        arguments.push(format!("input.{name}"));
        arguments.push(format!("input.a, input.{name}"));
        arguments.push(format!("input.{name}, input.a"));
        arguments.push(format!("plain(&input.{name})"));
        arguments.push(format!("plain(&input.{name}), input.a"));
    }
    if n <= LONGEST_NAME {
        arguments.push(format!("plain(&self.settings.{name})"));
    }
    for (text, arguments) in [1, 30, 120].iter().flat_map(|n| arguments.iter().map(move |list| (n, list))) {
        let call = format!("format!(\"{}\", {arguments})", "x".repeat(*text));
        out.push(format!("Ok({call})"));
        out.push(format!("Ok(Reply::text({call}))"));
        out.push(format!("Err(Error::tool({call}))"));
        out.push(format!("request.query(\"k\", &{call});"));
        out.push(format!("request.field(\"{}\", &{call});", "k".repeat(30)));
    }
    out
}

/// Everything that stands outside of functions, or is the head of one.
fn items(n: usize) -> Vec<String> {
    let (name, ty, text) = ("n".repeat(n), "N".repeat(n), "x".repeat(n));
    let mut out = vec![
        format!("pub struct {ty} {{\n    pub a: i64,\n}}\n"),
        format!("pub enum {ty} {{\n    #[serde(rename = \"{text}\")]\n    {ty},\n}}\n"),
    ];
    if n <= LONGEST_NAME {
        for (input, output) in [(n, n), (1, n), (n, 1), (30, 30)] {
            let [input, output] = [input, output].map(|n| "N".repeat(n));
            for parameters in
                ["&self".into(), format!("&self, input: {input}Input"), format!("&self, _input: {input}Input")]
            {
                for result in ["Value".into(), format!("{output}Output")] {
                    out.push(format!(
                        "impl A {{\n    pub async fn {name}({parameters}) -> Result<{result}, Error> {{\n        a()\n    }}\n}}\n"
                    ));
                }
            }
            // An import of its own: rustfmt sorts those that stand together.
            out.push(format!("use crate::models::{{{input}Input, {output}Output}};\nconst A: u8 = 1;\n"));
        }
        out.push(format!(
            "impl A {{\n    pub async fn read_{name}(&self, _input: {ty}Arguments) -> Result<String, Error> {{\n        a()\n    }}\n}}\n"
        ));
    }
    for wrapped in [&ty, &format!("Vec<{ty}>"), &format!("Box<{ty}>"), &format!("Vec<Vec<{ty}>>")] {
        for name in [1, 40, 70, 83, 84, 89, 90].map(|n| "n".repeat(n)) {
            out.push(format!("pub struct A {{\n    pub {name}: {wrapped},\n    pub {name}: Option<{wrapped}>,\n}}\n"));
        }
    }
    if n <= LONGEST_FIELD {
        for ty in ["i64", "Option<Vec<Map<String, Value>>>"] {
            out.push(format!("pub struct A {{\n    #[serde(rename = \"a\")]\n    pub {name}: {ty},\n}}\n"));
        }
    }
    out
}
