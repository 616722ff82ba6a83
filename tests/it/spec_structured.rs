//! `structured`: a fixed answer as a value, held against `output`.

use mcpgen::spec::read;

/// What is said of a tool with this output and this structured answer.
fn told(output: &str, structured: &str) -> Vec<String> {
    let text = format!(
        r#"[server]
name = "x"
description = "d"
deprecated = ["sampling", "roots"]

[config.units]
type = "string"
optional = true
[config.size]
type = "integer"
default = 3

[types.Node]
name = "string"
next = {{ type = "Node", optional = true }}
[types.Same]
name = "string"
next = {{ type = "Same", optional = true }}
[types.Other]
title = "string"

[forms.contact]
fields = {{ email = "string", age = "integer", note = {{ type = "string", optional = true }} }}
[forms.any]
schema = {{ type = "object", properties = {{ a = {{ type = "string" }} }} }}

[tools.a]
description = "d"
[tools.a.input]
colour = "string"
count = {{ type = "integer", minimum = 1 }}
share = "number"
yes = "boolean"
kind = {{ type = "string", enum = ["a", "b"] }}
kinds = {{ type = "array", items = {{ type = "string", enum = ["a", "b"] }} }}
node = "Node"
other = "Other"
may = {{ type = "string", optional = true }}
usual = {{ type = "string", default = "x" }}

[tools.a.output]
{output}

[tools.a.respond]
steps = [{{ ask = {{ c = {{ form = "contact", message = "m" }}, d = {{ form = "contact", message = "m", optional = true }}, f = {{ form = "any", message = "m" }}, s = {{ sample = "p" }}, r = {{ roots = true, optional = true }} }} }}]
structured = {{ {structured} }}
"#
    );
    match read(&text, "server.toml") {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(|problem| problem.message.clone()).collect(),
    }
}

fn check(rules: &[(&str, &str, &[&str])]) {
    for (output, structured, expected) in rules {
        assert_eq!(told(output, structured), *expected, "{output}\n{structured}");
    }
}

const STRING: &str = "x = \"string\"";
const INTEGER: &str = "x = \"integer\"";
const NODE: &str = "x = \"Node\"";

#[test]
fn values_that_stand_in_the_spec_keep_the_limits_of_their_fields() {
    check(&[
        (
            "x = { type = \"integer\", minimum = 5 }\ny = { type = \"string\", format = \"date\" }\nz = { type = \"string\", enum = [\"a\", \"b\"] }",
            "x = 2, y = \"tomorrow\", z = \"zzz\"",
            &[
                "the value breaks its own limit `minimum = 5`",
                "the value `tomorrow` does not have its own `format`",
                "the value `zzz` is not one of `enum`",
            ],
        ),
        (STRING, "x = 5", &["the value is an integer, and its type is a string"]),
        (INTEGER, "x = \"5\"", &["the value is a string, and its type is an integer"]),
        // Braces that are written twice are braces.
        ("x = { type = \"string\", max_length = 3 }", "x = \"{{a}}\"", &[]),
        (
            "x = { type = \"string\", max_length = 2 }",
            "x = \"{{a}}\"",
            &["the value breaks its own limit `max_length = 2`"],
        ),
        ("x = { type = \"string\", min_length = 1 }", "x = \"\"", &["the value breaks its own limit `min_length = 1`"]),
        ("x = \"number\"\ny = \"object\"", "x = 1, y = { any = [\"{colour}\", 1] }", &[]),
    ]);
}

#[test]
fn what_is_within_values_is_held_against_its_type() {
    check(&[
        (NODE, "x = { name = \"a\", next = { name = \"{colour}\" } }", &[]),
        (
            NODE,
            "x = { name = \"a\", next = { nam = 5 } }",
            &[
                "the value has no `name`, which its type requires",
                "the value has a field `nam` that its type does not have",
            ],
        ),
        (
            "x = { type = \"array\", items = \"Node\", max_items = 1 }",
            "x = [{ name = 5 }, { name = \"{count}\" }]",
            &[
                "the value breaks its own limit `max_items = 1`",
                "the value is an integer, and its type is a string",
                "`{count}` is an integer, where a string belongs",
            ],
        ),
        (
            "x = { type = \"object\", fields = { a = \"boolean\" } }",
            "x = { a = \"yes\" }",
            &["the value is a string, and its type is `true` or `false`"],
        ),
    ]);
}

#[test]
fn a_placeholder_alone_has_the_type_of_its_field() {
    let number = "x = \"number\"";
    check(&[
        (
            "x = \"string\"\ny = \"integer\"\nz = \"boolean\"",
            "x = \"{count}\", y = \"{colour}\", z = true",
            &["`{count}` is an integer, where a string belongs", "`{colour}` is a string, where an integer belongs"],
        ),
        (number, "x = \"{count}\"", &[]),
        (number, "x = \"{config.size}\"", &[]),
        (INTEGER, "x = \"{share}\"", &["`{share}` is a number, where an integer belongs"]),
        (STRING, "x = \"{kind}\"", &[]),
        (STRING, "x = \"{config.size}\"", &["`{config.size}` is an integer, where a string belongs"]),
        ("x = { type = \"string\", enum = [\"a\", \"b\", \"c\"] }", "x = \"{kind}\"", &[]),
        (
            "x = { type = \"string\", enum = [\"a\"] }",
            "x = \"{kind}\"",
            &["`{kind}` is a string of its `enum`, and what belongs here is another"],
        ),
        (
            "x = { type = \"string\", enum = [\"a\"] }",
            "x = \"{colour}\"",
            &["`{colour}` is a string, where a string of its `enum` belongs"],
        ),
        ("x = { type = \"array\", items = \"string\" }", "x = \"{kinds}\"", &[]),
        (
            "x = { type = \"array\", items = \"integer\" }",
            "x = \"{kinds}\"",
            &["`{kinds}` is an array, and what belongs here is another"],
        ),
        (NODE, "x = \"{node}\"", &[]),
        ("x = \"Same\"\ny = \"object\"", "x = \"{node}\", y = \"{node}\"", &[]),
        (NODE, "x = \"{other}\"", &["`{other}` is a table, and what belongs here is another"]),
    ]);
}

#[test]
fn what_may_be_missing_fills_no_field() {
    let optional = "x = { type = \"string\", optional = true }";
    for output in [STRING, optional] {
        check(&[
            (output, "x = \"{may}\"", &["`{may}` may be missing, and `null` would be there instead of a string"]),
            (
                output,
                "x = \"{config.units}\"",
                &["`{config.units}` may be missing, and `null` would be there instead of a string"],
            ),
            (output, "x = \"so {may}\"", &[]),
            (output, "x = \"{usual}\"", &[]),
        ]);
    }
}

#[test]
fn what_a_client_answers_has_a_type_where_the_form_says_it() {
    let texts = "x = { type = \"array\", items = \"string\" }";
    check(&[
        (STRING, "x = \"{c.email}\"", &[]),
        (INTEGER, "x = \"{c.email}\"", &["`{c.email}` is a string, where an integer belongs"]),
        (STRING, "x = \"{c.note}\"", &["`{c.note}` may be missing, and `null` would be there instead of a string"]),
        (STRING, "x = \"{d.email}\"", &["`{d.email}` may be missing, and `null` would be there instead of a string"]),
        ("x = \"object\"", "x = \"{c}\"", &[]),
        (STRING, "x = \"{c}\"", &["`{c}` is a table, where a string belongs"]),
        (INTEGER, "x = \"{f.a}\"", &[]),
        (STRING, "x = \"{s}\"", &[]),
        (INTEGER, "x = \"{s}\"", &["`{s}` is a string, where an integer belongs"]),
        (texts, "x = \"{r}\"", &[]),
    ]);
}

#[test]
fn a_text_with_more_than_a_placeholder_is_a_string() {
    let date = "x = { type = \"string\", format = \"date\", max_length = 1 }";
    check(&[
        (STRING, "x = \"{count} {colour}\"", &[]),
        (date, "x = \"{count}-{colour}\"", &[]),
        (INTEGER, "x = \"{count}{count}\"", &["the value is a text with placeholders, and its type is an integer"]),
    ]);
}

/// Nothing is known of what a schema of its own says of the arguments.
#[test]
fn arguments_of_a_schema_fill_any_field() {
    let text = "[server]\nname = \"x\"\ndescription = \"d\"\n[tools.a]\ndescription = \"d\"\n\
                input_schema = { type = \"object\", properties = { n = { type = \"integer\" } } }\n\
                output = { n = \"integer\" }\nrespond = { structured = { n = \"{n}\" } }\n";
    read(text, "server.toml").unwrap_or_else(|problems| panic!("{problems}"));
}
