// Owned by mcpgen: edits are overwritten.

use serde_json::{Value, json};

use super::{Problem, Schema};

fn schema(source: impl Into<Value>) -> Schema {
    Schema::compile(&source.into()).unwrap_or_else(|error| panic!("{error}"))
}

fn field(rules: &Value) -> Schema {
    schema(json!({ "type": "object", "properties": { "it": rules }, "required": ["it"] }))
}

fn problems(schema: &Schema, value: Value) -> Vec<String> {
    let problems = schema.check(value).err().unwrap_or_default();
    problems.iter().map(Problem::to_string).collect()
}

/// Each row: the rules of the field `it`, values that pass, values that do not.
fn table(rows: &[(Value, Value, Value)]) {
    for (rules, good, bad) in rows {
        let schema = field(rules);
        for value in good.as_array().into_iter().flatten() {
            assert_eq!(problems(&schema, json!({ "it": value })), [""; 0], "{rules} on {value}");
        }
        for value in bad.as_array().into_iter().flatten() {
            assert_eq!(problems(&schema, json!({ "it": value })).len(), 1, "{rules} on {value}");
        }
    }
}

#[test]
fn types_are_checked() {
    table(&[
        (json!({"type": "string"}), json!(["", "a"]), json!([1, null, true, [], {}])),
        (json!({"type": "integer"}), json!([0, -5, 3.0, 1e3]), json!([0.5, "1", null, 1e300])),
        (json!({"type": "number"}), json!([0, 0.5, -1e300]), json!(["0", null])),
        (json!({"type": "boolean"}), json!([true, false]), json!([0, "true", null])),
        (json!({"type": "array"}), json!([[], [1, "a"]]), json!([{}, "[]", null])),
        (json!({"type": "object"}), json!([{}, {"a": 1}]), json!([[], "{}", null])),
        (json!({"type": ["string", "null"]}), json!(["a", null]), json!([1, []])),
        (json!({}), json!([1, null, "a", [], {}]), json!([])),
        (json!(true), json!([1, null]), json!([])),
    ]);
}

#[test]
fn limits_are_inclusive() {
    table(&[
        (
            json!({"type": "string", "minLength": 2}),
            json!(["ab", "äö", "日本語"]),
            json!(["", "a", "😀"]),
        ),
        (
            json!({"type": "string", "maxLength": 2}),
            json!(["", "ab", "😀😀"]),
            json!(["abc", "😀😀😀"]),
        ),
        (json!({"type": "integer", "minimum": 1, "maximum": 3}), json!([1, 3]), json!([0, 4])),
        (json!({"type": "number", "minimum": 0.5}), json!([0.5, 1]), json!([0.4, 0, -1])),
        (
            json!({"type": "integer", "maximum": 9_007_199_254_740_992_i64}),
            json!([9_007_199_254_740_992_i64]),
            json!([9_007_199_254_740_993_i64]),
        ),
        (
            json!({"type": "array", "minItems": 1, "maxItems": 2}),
            json!([[1], [1, 2]]),
            json!([[], [1, 2, 3]]),
        ),
        (
            json!({"type": "string", "pattern": "^[a-z]+$"}),
            json!(["abc"]),
            json!(["", "Abc", "a1"]),
        ),
        (json!({"type": "string", "pattern": "b"}), json!(["abc"]), json!(["ac"])),
        (json!({"type": "string", "format": "date"}), json!(["2026-01-31"]), json!(["soon"])),
        (json!({"type": "string", "contentEncoding": "base64"}), json!(["AA=="]), json!(["A"])),
        (json!({"enum": ["a", 1, null]}), json!(["a", 1, 1.0, null]), json!(["b", 2, true])),
        (
            json!({"type": "array", "uniqueItems": true}),
            json!([[1, 2], [{"a": 1}, {"a": 2}]]),
            json!([[1, 1], [{"a": 1, "b": 2}, {"b": 2, "a": 1}]]),
        ),
    ]);
}

#[test]
fn many_items_are_compared_as_few_are() {
    let schema = field(&json!({"type": "array", "uniqueItems": true}));
    let mut items: Vec<_> = (0..1000).map(|number| json!({ "a": number, "b": 0 })).collect();
    assert!(schema.check(json!({ "it": items })).is_ok());
    items.push(json!({ "b": 0, "a": 500 }));
    assert_eq!(
        problems(&schema, json!({ "it": items })),
        ["`it` must not hold the same item twice"]
    );
}

#[test]
fn every_problem_is_reported_with_its_field() {
    let schema = schema(json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["city", "days"],
        "properties": {
            "city": { "type": "string", "minLength": 1 },
            "days": { "type": "integer", "minimum": 1 },
            "unit": { "type": "string", "enum": ["metric", "imperial"] },
            "tags": { "type": "array", "items": { "type": "string", "maxLength": 3 } },
            "address": {
                "type": "object",
                "required": ["street"],
                "properties": { "street": {}, "city": { "type": "string" } },
            },
        },
    }));
    let value = json!({
        "city": "", "unit": "kelvin", "tags": ["a", "long", 3], "address": { "city": 1 }, "dayz": 3,
    });
    assert_eq!(
        problems(&schema, value),
        [
            "`city` must not be empty",
            "`days` is required",
            "`unit` must be one of `metric`, `imperial`",
            "`tags[1]` must have at most 3 characters",
            "`tags[2]` must be a string, not a number",
            "`address.street` is required",
            "`address.city` must be a string, not a number",
            "`dayz` is not known; the fields are `city`, `days`, `unit`, `tags`, `address`",
        ]
    );
    assert_eq!(problems(&schema, json!([])), ["the input must be an object, not an array"]);
}

#[test]
fn a_null_for_a_field_that_may_be_missing_counts_as_missing() {
    let schema = schema(json!({
        "type": "object",
        "required": ["must"],
        "properties": {
            "must": { "type": "string" },
            "may": { "type": "string" },
            "else": { "type": "integer", "default": 3 },
            "null": { "type": ["string", "null"] },
        },
    }));
    let checked = schema.check(json!({ "must": "x", "may": null, "else": null, "null": null }));
    assert_eq!(checked, Ok(json!({ "must": "x", "null": null, "else": 3 })));
    assert_eq!(problems(&schema, json!({ "must": null })), ["`must` must be a string, not null"]);
}

#[test]
fn defaults_are_filled_in_at_every_depth() {
    let schema = schema(json!({
        "type": "object",
        "properties": {
            "days": { "type": "integer", "default": 3 },
            "options": {
                "type": "object",
                "default": {},
                "properties": { "deep": { "type": "boolean", "default": true } },
            },
            "list": {
                "type": "array",
                "items": { "type": "object", "properties": { "n": { "type": "integer", "default": 1 } } },
            },
            "absent": {
                "type": "object",
                "properties": { "n": { "type": "integer", "default": 1 } },
            },
        },
    }));
    assert_eq!(
        schema.check(json!({ "list": [{}, { "n": 2 }] })),
        Ok(json!({ "list": [{ "n": 1 }, { "n": 2 }], "days": 3, "options": { "deep": true } }))
    );
    assert_eq!(
        schema.check(json!({ "days": 5, "options": { "deep": false } })),
        Ok(json!({ "days": 5, "options": { "deep": false } }))
    );
}

#[test]
fn whole_numbers_become_integers() {
    let schema = field(&json!({ "type": "integer" }));
    assert_eq!(schema.check(json!({ "it": 3.0 })), Ok(json!({ "it": 3 })));
    assert_eq!(problems(&schema, json!({ "it": u64::MAX })), ["`it` must fit into 64 bits"]);
    assert_eq!(problems(&schema, json!({ "it": 0.5 })), ["`it` must be a whole number"]);
}

#[test]
fn other_fields_are_free_unless_the_schema_says_otherwise() {
    let free = schema(json!({ "type": "object", "properties": { "a": {} } }));
    assert_eq!(problems(&free, json!({ "b": 1 })), [""; 0]);
    let typed = schema(json!({ "type": "object", "additionalProperties": { "type": "integer" } }));
    assert_eq!(
        problems(&typed, json!({ "b": 1, "c": "x" })),
        ["`c` must be a whole number, not a string"]
    );
    let none = schema(json!({ "type": "object", "additionalProperties": false }));
    assert_eq!(problems(&none, json!({ "b": 1 })), ["`b` is not known"]);
}

fn tree() -> Value {
    json!({
        "$ref": "#/$defs/Tree",
        "$defs": {
            "Tree": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": { "type": "string" },
                    "children": { "type": "array", "items": { "$ref": "#/$defs/Tree" } },
                },
            },
        },
    })
}

#[test]
fn definitions_may_contain_themselves() {
    let schema = schema(tree());
    let value = json!({ "name": "a", "children": [{ "name": "b", "children": [{}] }] });
    assert_eq!(problems(&schema, value), ["`children[0].children[0].name` is required"]);
}

#[test]
fn depth_and_number_of_problems_are_bounded() {
    let mut value = json!({ "name": "leaf" });
    for _ in 0..500 {
        value = json!({ "name": "a", "children": [value] });
    }
    let found = problems(&schema(tree()), value);
    assert!(!found.is_empty());
    assert!(found.iter().all(|one| one.ends_with(" is nested too deeply")), "{found:?}");

    let schema = field(&json!({ "type": "array", "items": { "type": "integer" } }));
    let found = problems(&schema, json!({ "it": vec!["x"; 10_000] }));
    assert_eq!(found.len(), 101);
    assert_eq!(found[100], "the input has more problems, which are left out here");
}

#[test]
fn names_made_up_by_the_caller_are_cut() {
    let schema = schema(json!({ "type": "object", "additionalProperties": false }));
    let found = problems(&schema, json!({ "x".repeat(10_000): 1 }));
    assert_eq!(found, [format!("`{}` is not known", "x".repeat(64))]);
}

#[test]
fn what_cannot_be_enforced_is_refused() {
    let rows = [
        (json!({"oneOf": []}), "/oneOf", "must be a list of at least one schema"),
        (json!({"contains": {}}), "/contains", "this keyword is not supported"),
        (
            json!({"properties": {"a": {"exclusiveMinimum": 1}}}),
            "/properties/a/exclusiveMinimum",
            "this keyword is not supported",
        ),
        (
            json!({"properties": {"a/b~": {"type": "text"}}}),
            "/properties/a~1b~0/type",
            "is not a type of JSON Schema",
        ),
        (json!({"type": []}), "/type", "is not a type of JSON Schema"),
        (
            json!({"type": "string", "format": "ipv4"}),
            "/format",
            "the format `ipv4` is not supported",
        ),
        (
            json!({"type": "string", "minLength": -1}),
            "/minLength",
            "must be a whole number of at least 0",
        ),
        (json!({"items": []}), "/items", "must be an object"),
        (json!({"properties": {"a": false}}), "/properties/a", "must be an object"),
        (json!({"required": ["a"]}), "/required", "`a` is not one of the properties"),
        (json!({"$ref": "#/$defs/X"}), "/$ref", "\"#/$defs/X\" is not one of the `$defs`"),
        (
            json!({"$defs": {"X": {"$ref": "#/$defs/X"}}}),
            "/$defs/X",
            "refers to nothing but itself",
        ),
        (
            json!({"$defs": {"X": {}}, "properties": {"a": {"$ref": "#/$defs/X", "minimum": 1}}}),
            "/properties/a/$ref",
            "`minimum` beside a reference is not supported",
        ),
        (
            json!({"properties": {"a": {"type": "integer", "default": "x"}}}),
            "/properties/a/default",
            "the input must be a whole number, not a string",
        ),
        (
            json!({"properties": {"a": {"$defs": {}}}}),
            "/properties/a/$defs",
            "this keyword is not supported",
        ),
        (json!({"enum": []}), "/enum", "must be a list of at least one value"),
        (json!(3), "", "must be an object"),
    ];
    for (source, pointer, message) in rows {
        let error = Schema::compile(&source).err().unwrap_or_else(|| panic!("{source} compiles"));
        assert_eq!(
            (error.pointer.as_str(), error.message.as_str()),
            (pointer, message),
            "{source}"
        );
    }
    assert!(Schema::compile(&json!({"pattern": "("})).is_err());
}

#[test]
fn parts_of_a_schema_are_enforced() {
    let schema = Schema::compile(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": { "address": { "$anchor": "address", "type": "object", "properties": {
            "street": { "type": "string" }, "city": { "type": "string" },
        } } },
        "properties": {
            "name": { "type": "string" }, "address": { "$ref": "#/$defs/address" },
            "size": { "oneOf": [{ "type": "integer" }, { "type": "string", "maxLength": 1 }] },
            "colour": { "type": "string", "oneOf": [
                { "const": "r", "title": "Red" }, { "const": "g", "title": "Green" },
            ] },
            "odd": { "not": { "enum": [2, 4] } },
        },
        "allOf": [{ "anyOf": [{ "required": ["name"] }, { "required": ["address"] }] }],
        "if": { "required": ["address"] },
        "then": { "properties": { "address": { "required": ["street"] } } },
        "else": { "required": ["name"] },
        "additionalProperties": false,
    }));
    let schema = schema.expect("all of it is enforced");
    let fields = |value| match schema.check(value) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| problem.field).collect(),
    };
    let none: [String; 0] = [];
    assert_eq!(fields(json!({ "name": "a", "size": 3, "colour": "g", "odd": 3 })), none);
    assert_eq!(fields(json!({ "address": { "street": "s" }, "size": "L" })), none);
    assert_eq!(fields(json!({ "address": {} })), ["address.street"]);
    assert_eq!(fields(json!({})), ["name", "name"]);
    assert_eq!(fields(json!({ "name": "a", "size": "XL" })), ["size"]);
    assert_eq!(fields(json!({ "name": "a", "size": true })), ["size"]);
    assert_eq!(fields(json!({ "name": "a", "colour": "b" })), ["colour"]);
    assert_eq!(fields(json!({ "name": "a", "odd": 4, "more": 1 })), ["odd", "more"]);
}

#[test]
fn a_part_that_is_its_own_whole_is_refused() {
    let own =
        json!({ "$defs": { "X": { "anyOf": [{ "type": "null" }, { "$ref": "#/$defs/X" }] } } });
    let error = Schema::compile(&own).err().map(|error| error.message);
    assert_eq!(error.as_deref(), Some("refers to nothing but itself"));
    let deeper = json!({ "$defs": { "X": { "anyOf": [
        { "type": "null" }, { "type": "object", "properties": { "x": { "$ref": "#/$defs/X" } } },
    ] } }, "$ref": "#/$defs/X" });
    let tree = Schema::compile(&deeper).expect("each step goes into the value");
    assert!(tree.check(json!({ "x": { "x": null } })).is_ok());
    assert!(tree.check(json!({ "x": { "x": 3 } })).is_err());
}

#[test]
fn the_defaults_of_the_part_that_fits_are_filled_in() {
    let part = |kind: &str| {
        json!({ "properties": {
        "kind": { "const": kind }, "of": { "type": "string", "default": kind },
    }, "required": ["kind"] })
    };
    let schema = Schema::compile(&json!({ "anyOf": [part("a"), part("b")] }));
    let schema = schema.expect("all of it is enforced");
    assert_eq!(schema.check(json!({ "kind": "b" })), Ok(json!({ "kind": "b", "of": "b" })));
}

#[test]
fn a_default_that_contains_itself_is_refused() {
    let source = json!({
        "$defs": { "X": { "type": "object", "properties": { "x": { "$ref": "#/$defs/X", "default": {} } } } },
        "properties": { "a": { "$ref": "#/$defs/X" } },
    });
    let error = Schema::compile(&source).err().map(|error| error.message);
    assert!(error.is_some_and(|message| message.ends_with("is nested too deeply")));

    let twice = json!({ "type": "object", "properties": {
        "x": { "$ref": "#/$defs/X", "default": {} }, "y": { "$ref": "#/$defs/X", "default": {} },
    } });
    assert!(Schema::compile(&json!({ "$defs": { "X": twice } })).is_err());
}

#[test]
fn annotations_are_ignored() {
    let source = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "t", "description": "d",
        "examples": [1], "x-env": "A", "deprecated": true, "type": "integer",
    });
    assert_eq!(problems(&schema(source), json!(1)), [""; 0]);
}
