// Owned by mcpgen: edits are overwritten.
//! What can be proposed for the argument of a prompt or of the address of a resource.

use rmcp::ErrorData;
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};

use crate::completions::{Completion, Entry, Owner};
use crate::document::Complete;
use crate::site::Site;

/// Where proposals come from.
pub(super) enum Source<'s> {
    Values(&'s [String]),
    Body(&'s Entry),
}

/// Whether there is anything to propose at all.
pub(super) fn exists(site: &Site) -> bool {
    let resources = &site.resources.entries;
    let mut arguments = site.prompts.entries.iter().flat_map(|prompt| &prompt.arguments);
    resources.iter().any(|entry| !entry.text.complete.is_empty())
        || arguments.any(|argument| argument.complete.is_some())
}

/// Finds what can be proposed for an argument.
pub(super) fn source<'s>(
    site: &'s Site,
    request: &CompleteRequestParams,
) -> Result<Source<'s>, ErrorData> {
    if !exists(site) {
        return Err(ErrorData::method_not_found::<rmcp::model::CompleteRequestMethod>());
    }
    let name = &request.argument.name;
    let unknown = |what: &str| ErrorData::invalid_params(format!("there is no {what}"), None);
    let (owner, complete) = match &request.r#ref {
        Reference::Prompt(prompt) => {
            let prompt = site.prompts.find(&prompt.name).ok_or_else(|| unknown("such prompt"))?;
            let mut arguments = prompt.arguments.iter();
            let argument = arguments.find(|argument| argument.name == *name);
            let argument = argument.ok_or_else(|| unknown("such argument of this prompt"))?;
            (Owner::Prompt(prompt.name), argument.complete.as_ref())
        }
        Reference::Resource(resource) => {
            let mut entries = site.resources.entries.iter();
            let entry = entries.find(|entry| entry.text.uri == resource.uri);
            let entry = entry.ok_or_else(|| unknown("resource with this address"))?;
            if !entry.template.variables().any(|variable| variable == name) {
                return Err(unknown("such variable in this address"));
            }
            (Owner::Resource(entry.name), entry.text.complete.get(name))
        }
        _ => return Err(unknown("such reference")),
    };
    Ok(match complete {
        Some(Complete::Values(values)) => Source::Values(values),
        Some(Complete::Function(_)) => {
            // Each has one, or the server had not started.
            site.completions.find(owner, name).map_or(Source::Values(&[]), Source::Body)
        }
        None => Source::Values(&[]),
    })
}

/// What a request says to the function that answers it.
pub(super) fn completion(request: CompleteRequestParams) -> Completion {
    let arguments = request.context.and_then(|context| context.arguments);
    Completion::new(request.argument.value, arguments.unwrap_or_default())
}

/// The values that begin with what is there already.
pub(super) fn fitting(known: &[String], begun: &str) -> CompleteResult {
    let begun = begun.to_lowercase();
    let fits = |value: &&String| value.to_lowercase().starts_with(&begun);
    all(known.iter().filter(fits).cloned().collect())
}

/// All values that are there, as far as MCP lets them be sent.
pub(super) fn all(mut values: Vec<String>) -> CompleteResult {
    let total = u32::try_from(values.len()).ok();
    let has_more = values.len() > CompletionInfo::MAX_VALUES;
    values.truncate(CompletionInfo::MAX_VALUES);
    // The only failure is one value too many.
    let info = CompletionInfo::with_pagination(values, total, has_more).unwrap_or_default();
    CompleteResult::new(info)
}

#[cfg(test)]
mod tests {
    use super::{all, fitting};

    #[test]
    fn what_is_proposed_begins_with_what_is_there() {
        let known = ["Paris", "park", "Oslo"].map(str::to_owned);
        let found = fitting(&known, "PA").completion;
        assert_eq!(found.values, ["Paris", "park"]);
        assert_eq!((found.total, found.has_more), (Some(2), Some(false)));
        assert_eq!(fitting(&known, "x").completion.values, [""; 0]);
        assert_eq!(fitting(&known, "").completion.values.len(), 3);
    }

    #[test]
    fn no_more_than_a_hundred_are_proposed() {
        let found = all((0..101).map(|number| number.to_string()).collect()).completion;
        assert_eq!((found.values.len(), found.total), (100, Some(101)));
        assert_eq!(found.has_more, Some(true));
    }
}
