// Owned by mcpgen: edits are overwritten.
//! What can be proposed for the argument of a prompt or of the address of a resource.

use rmcp::ErrorData;
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};

use crate::site::Site;

/// Whether there is anything to propose at all.
pub(super) fn exists(site: &Site) -> bool {
    let resources = &site.resources.entries;
    let mut arguments = site.prompts.entries.iter().flat_map(|prompt| &prompt.arguments);
    resources.iter().any(|entry| !entry.text.complete.is_empty())
        || arguments.any(|argument| !argument.complete.is_empty())
}

/// Proposes what begins with what is there already.
pub(super) fn complete(
    site: &Site,
    request: &CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    if !exists(site) {
        return Err(ErrorData::method_not_found::<rmcp::model::CompleteRequestMethod>());
    }
    let name = &request.argument.name;
    let unknown = |what: &str| ErrorData::invalid_params(format!("there is no {what}"), None);
    let known = match &request.r#ref {
        Reference::Prompt(prompt) => {
            let prompt = site.prompts.find(&prompt.name).ok_or_else(|| unknown("such prompt"))?;
            let mut arguments = prompt.arguments.iter();
            let argument = arguments.find(|argument| argument.name == *name);
            &argument.ok_or_else(|| unknown("such argument of this prompt"))?.complete
        }
        Reference::Resource(resource) => {
            let mut entries = site.resources.entries.iter();
            let entry = entries.find(|entry| entry.text.uri == resource.uri);
            let entry = entry.ok_or_else(|| unknown("resource with this address"))?;
            if !entry.template.variables().any(|variable| variable == name) {
                return Err(unknown("such variable in this address"));
            }
            entry.text.complete.get(name).map_or(&[][..], Vec::as_slice)
        }
        _ => return Err(unknown("such reference")),
    };
    Ok(CompleteResult::new(proposals(known, &request.argument.value)))
}

fn proposals(known: &[String], begun: &str) -> CompletionInfo {
    let begun = begun.to_lowercase();
    let mut fitting: Vec<_> =
        known.iter().filter(|value| value.to_lowercase().starts_with(&begun)).cloned().collect();
    let total = u32::try_from(fitting.len()).ok();
    let has_more = fitting.len() > CompletionInfo::MAX_VALUES;
    fitting.truncate(CompletionInfo::MAX_VALUES);
    // The only failure is one value too many.
    CompletionInfo::with_pagination(fitting, total, has_more).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::proposals;

    #[test]
    fn what_is_proposed_begins_with_what_is_there() {
        let known = ["Paris", "park", "Oslo"].map(str::to_owned);
        let found = proposals(&known, "PA");
        assert_eq!(found.values, ["Paris", "park"]);
        assert_eq!((found.total, found.has_more), (Some(2), Some(false)));
        assert_eq!(proposals(&known, "x").values, [""; 0]);
        assert_eq!(proposals(&known, "").values.len(), 3);
    }

    #[test]
    fn no_more_than_a_hundred_are_proposed() {
        let known: Vec<_> = (0..101).map(|number| number.to_string()).collect();
        let found = proposals(&known, "");
        assert_eq!((found.values.len(), found.total), (100, Some(101)));
        assert_eq!(found.has_more, Some(true));
    }
}
