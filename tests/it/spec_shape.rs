//! The shape check and the JSON Schema are made from one grammar: they must agree on every document.

use mcpgen::spec::{check_shape, schema};
use proptest::prelude::*;
use toml::{Table, Value};

use crate::support::spec_gen::{Dice, specs};

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
