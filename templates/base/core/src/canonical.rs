// Owned by mcpgen: edits are overwritten.
//! JSON as one text for one meaning: keys sorted, `1.0` as `1`, nothing between the tokens.
//!
//! The map of `serde_json` keeps the order in which the caller wrote the keys, so that two callers
//! who mean the same would otherwise get two cache keys.

use std::io::{self, Write};

use serde_json::{Number, Value};

/// The canonical text of a value.
pub(crate) fn text(value: &Value) -> Vec<u8> {
    let mut text = Vec::new();
    // Writing to a `Vec` cannot fail.
    let _ = write(&mut text, value);
    text
}

/// Writes the canonical text of a value, for instance into a hash.
pub(crate) fn write(to: &mut impl Write, value: &Value) -> io::Result<()> {
    match value {
        Value::Array(items) => {
            to.write_all(b"[")?;
            for (index, item) in items.iter().enumerate() {
                separate(to, index)?;
                write(to, item)?;
            }
            to.write_all(b"]")
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|field| field.0);
            to.write_all(b"{")?;
            for (index, (name, value)) in fields.into_iter().enumerate() {
                separate(to, index)?;
                serde_json::to_writer(&mut *to, name)?;
                to.write_all(b":")?;
                write(to, value)?;
            }
            to.write_all(b"}")
        }
        Value::Number(number) => match integer(number) {
            Some(integer) => write!(to, "{integer}"),
            None => write!(to, "{number}"),
        },
        plain => Ok(serde_json::to_writer(to, plain)?),
    }
}

/// A number that is whole, however it is written, and fits into 64 bits.
pub(crate) fn integer(number: &Number) -> Option<i64> {
    if let Some(integer) = number.as_i64() {
        return Some(integer);
    }
    let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0)?;
    // `Display` writes a whole float without a point, and never with an exponent.
    float.to_string().parse().ok()
}

fn separate(to: &mut impl Write, index: usize) -> io::Result<()> {
    if index == 0 { Ok(()) } else { to.write_all(b",") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::text;

    #[test]
    fn the_order_of_keys_makes_no_difference() {
        let one: Value = serde_json::from_str(r#"{"b": [1, {"z": null, "a": "é\n"}], "a": 1.5}"#)
            .unwrap_or_default();
        let other = json!({"a": 1.5, "b": [1, {"a": "é\n", "z": null}]});
        assert_eq!(text(&one), text(&other));
        assert_eq!(text(&one), r#"{"a":1.5,"b":[1,{"a":"é\n","z":null}]}"#.as_bytes());
    }

    #[test]
    fn a_whole_number_is_whole_however_it_is_written() {
        assert_eq!(text(&json!([1.0, -0.0, 1e3, 1.5])), b"[1,0,1000,1.5]");
        assert_eq!(text(&json!([u64::MAX, 1e300])), b"[18446744073709551615,1e+300]");
    }

    #[test]
    fn different_values_have_different_texts() {
        let values =
            [json!({}), json!([]), json!(null), json!("null"), json!(1), json!("1"), json!([1])];
        for (index, one) in values.iter().enumerate() {
            assert!(!values[index + 1..].iter().any(|other| text(one) == text(other)), "{one}");
        }
    }
}
