//! The shape check and the JSON Schema are made from one grammar: they must agree on every document.

use mcpgen::spec::{check_shape, schema};
use proptest::prelude::*;
use toml::{Table, Value};

use crate::support::dice::Dice;
use crate::support::spec_gen::specs;

fn validator() -> jsonschema::Validator {
    jsonschema::draft7::new(&schema()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_spec_fits_the_grammar_exactly_where_it_fits_the_schema(text in specs(), seed in any::<u64>()) {
        thread_local!(static SCHEMA: jsonschema::Validator = validator());
        let mut document: Table = text.parse().unwrap();
        let mut dice = Dice(seed);
        for _ in 0..dice.below(3) {
            mutate(&mut document, &mut dice);
        }
        let text = toml::to_string(&document).unwrap();
        let json = serde_json::to_value(&document).unwrap();
        let by_shape = check_shape(&text, "server.toml");
        let by_schema = SCHEMA.with(|schema| schema.validate(&json).map_err(|error| error.to_string()));
        prop_assert_eq!(by_shape.is_ok(), by_schema.is_ok(), "{:?}\n{:?}\n{}", by_shape.map_err(|e| e.to_string()), by_schema, text);
    }
}

/// Adds a key, changes a type, or removes a key, somewhere.
fn mutate(table: &mut Table, dice: &mut Dice) {
    let keys: Vec<String> = table.keys().cloned().collect();
    if keys.is_empty() || dice.once_in(8) {
        table.insert("zz_unknown".into(), stranger(dice));
        return;
    }
    let key = dice.pick(&keys);
    let value = &mut table[&key];
    if !dice.once_in(4) {
        match value {
            Value::Table(inner) => return mutate(inner, dice),
            Value::Array(items) => {
                if let Some(Value::Table(inner)) = items.first_mut() {
                    return mutate(inner, dice);
                }
            }
            _ => {}
        }
    }
    if dice.once_in(2) {
        table.remove(&key);
    } else {
        *value = stranger(dice);
    }
}

/// A value of any type. Dates and whole floats are left out: JSON cannot tell them from texts and integers.
fn stranger(dice: &mut Dice) -> Value {
    match dice.below(9) {
        0 => Value::Boolean(true),
        1 => Value::Integer(12),
        2 => Value::Integer(-1),
        3 => Value::Integer(70_000),
        4 => Value::Float(1.5),
        5 => Value::String("text".into()),
        6 => Value::String(String::new()),
        7 => Value::Array(Vec::new()),
        _ => Value::Table(Table::new()),
    }
}

/// Every place in a document that holds no table, as keys and positions on the way.
fn leaves(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match value {
        Value::Table(table) => {
            for (key, inner) in table {
                path.push(key.clone());
                leaves(inner, path, found);
                path.pop();
            }
        }
        _ => found.push(path.clone()),
    }
}

/// The table that holds the last key of a path.
fn holder<'t>(document: &'t mut Table, path: &[String]) -> &'t mut Table {
    path[..path.len() - 1].iter().fold(document, |table, key| table[key].as_table_mut().unwrap())
}

/// Another value of the same type.
fn another(value: &Value) -> Value {
    match value {
        Value::Boolean(flag) => Value::Boolean(!flag),
        Value::Integer(number) => Value::Integer(number + 1),
        Value::Float(number) => Value::Float(number * 0.75),
        Value::String(text) => Value::String(format!("{text}x")),
        Value::Array(items) => Value::Array(items.iter().skip(1).cloned().collect()),
        other => other.clone(),
    }
}

#[test]
fn no_key_is_ignored() {
    let text = mcpgen::spec::example("everything").unwrap();
    let document: Table = text.parse().unwrap();
    let spec = mcpgen::spec::read(text, "server.toml").unwrap();
    let mut paths = Vec::new();
    leaves(&Value::Table(document.clone()), &mut Vec::new(), &mut paths);
    assert!(paths.len() > 100, "{}", paths.len());
    for path in paths {
        let key = path.last().unwrap();
        let (mut without, mut changed) = (document.clone(), document.clone());
        holder(&mut without, &path).remove(key);
        let value = &mut holder(&mut changed, &path)[key];
        *value = another(value);
        let tells = |document: &Table| {
            let text = toml::to_string(document).unwrap();
            mcpgen::spec::read(&text, "server.toml").map_or(true, |read| read != spec)
        };
        assert!(tells(&without) || tells(&changed), "{}", path.join("."));
    }
}

#[test]
fn two_examples_have_every_key() {
    /// Keys of the schema that are not in the examples: the other way to say what another key says.
    const ELSEWHERE: &[&str] = &["port", "allow_anonymous"];
    fn keys(schema: &serde_json::Value, found: &mut Vec<String>) {
        if let Some(properties) = schema["properties"].as_object() {
            found.extend(properties.keys().cloned());
        }
        match schema {
            serde_json::Value::Object(inner) => inner.values().for_each(|inner| keys(inner, found)),
            serde_json::Value::Array(inner) => inner.iter().for_each(|inner| keys(inner, found)),
            _ => {}
        }
    }
    // One asks for keys, the other for access tokens: no server does both.
    let text = ["everything", "guarded"].map(|name| mcpgen::spec::example(name).unwrap()).concat();
    let mut found = Vec::new();
    keys(&schema(), &mut found);
    assert!(found.len() > 80, "{}", found.len());
    let has = |key: &str| {
        text.contains(&format!("{key} =")) || text.contains(&format!(".{key}]")) || text.contains(&format!("[{key}"))
    };
    let missing: Vec<&String> = found.iter().filter(|key| !has(key) && !ELSEWHERE.contains(&key.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
