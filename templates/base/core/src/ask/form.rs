// Owned by mcpgen: edits are overwritten.
//! The forms that a server shows to users: their schemas, and how their answers are read.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Answer, Unfit};
use crate::schema::Schema;
use crate::start_error::StartError;

/// The answer to a form: its schema is in `schemas.json` under `forms`.
pub trait Form: DeserializeOwned {
    /// The name of the form.
    const NAME: &'static str;
}

/// The forms of a server.
#[derive(Default)]
pub(crate) struct Forms(HashMap<String, Entry>);

struct Entry {
    text: Value,
    schema: Schema,
}

impl Forms {
    pub(crate) fn new(forms: Map<String, Value>) -> Result<Self, StartError> {
        let entry = |(name, text): (String, Value)| {
            let schema = Schema::compile(&text)
                .map_err(|cause| StartError::new(format!("the form `{name}`: {cause}")))?;
            Ok((name, Entry { text, schema }))
        };
        forms.into_iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The schema of a form as it is written.
    pub(crate) fn text(&self, name: &str) -> Option<&Value> {
        self.0.get(name).map(|entry| &entry.text)
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, entry)| (name.as_str(), &entry.text))
    }

    /// What a client says that its user did with a form.
    pub(crate) fn read<T: Form>(&self, answer: &Value) -> Result<Answer<T>, Unfit> {
        match answer["action"].as_str() {
            Some("accept") => {}
            Some("decline") => return Ok(Answer::Declined),
            Some("cancel") => return Ok(Answer::Cancelled),
            _ => return Err(Unfit("does not say what its user did".to_owned())),
        }
        let Some(form) = self.0.get(T::NAME) else {
            return Err(Unfit(format!("is to the form `{}`, which does not exist", T::NAME)));
        };
        let filled = form.schema.check(answer["content"].clone()).map_err(|problems| {
            let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
            Unfit(format!("does not fit its form: {}", problems.join("; ")))
        })?;
        let read = serde_json::from_value(filled);
        read.map(Answer::Accepted).map_err(|_| Unfit("does not fit its form".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Contact {
        name: String,
        age: i64,
    }

    impl Form for Contact {
        const NAME: &'static str = "contact";
    }

    fn read(answer: &Value) -> Result<Answer<Contact>, Unfit> {
        let forms = json!({ "contact": {
            "type": "object",
            "properties": { "name": { "type": "string", "minLength": 1 }, "age": { "type": "integer", "default": 7 } },
            "required": ["name"],
        } });
        let forms = forms.as_object().cloned().expect("they are an object");
        Forms::new(forms).expect("they are well formed").read(answer)
    }

    #[test]
    fn a_form_is_filled_in_or_not() {
        let name = "Ann".to_owned();
        let filled = read(&json!({ "action": "accept", "content": { "name": "Ann" } }));
        assert_eq!(filled, Ok(Answer::Accepted(Contact { name, age: 7 })));
        assert_eq!(read(&json!({ "action": "decline" })), Ok(Answer::Declined));
        assert_eq!(read(&json!({ "action": "cancel", "content": {} })), Ok(Answer::Cancelled));
    }

    #[test]
    fn what_does_not_fit_is_told_by_field() {
        let wrong = json!({ "action": "accept", "content": { "name": "", "age": "x" } });
        let Err(Unfit(why)) = read(&wrong) else { panic!("`name` is empty") };
        assert!(why.contains("`name`") && why.contains("`age`"), "{why}");
        for none in [json!(12345), json!({}), json!({ "action": "accept" }), json!({ "action": 1 })]
        {
            assert!(read(&none).is_err(), "{none}");
        }
    }
}
