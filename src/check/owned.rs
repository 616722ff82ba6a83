//! What to do about an Owned file that somebody edited.
//!
//! Knows the one way that works for every such file. Advice for files that are the user's would be lost with the next
//! update, so it gives way to this, whichever rule gave it.

use super::finding::Finding;
use super::state::State;
use super::view::Files;
use super::weight::SECRETS;
use crate::tree::Owner;

/// What brings an Owned file back, once it is deleted.
const ANEW: &str = "`mcpgen check --fix` renders it again";

/// The help of a finding that is in an Owned file, where the rule does not know better.
pub(super) const RESTORE: &str = "this file is Owned by mcpgen: delete it, then `mcpgen check --fix` renders it again";

/// The same for a rule that knows in which file it looks, as the end of a sentence.
pub(super) const RENDER_ANEW: &str = "delete this file, then `mcpgen check --fix` renders it again";

/// Says of each finding in an edited Owned file what to do about such a file; `files` are those that were looked at.
pub(super) fn advise(files: &Files<'_>, findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| !finding.is_fixable()) {
        // A secret is to be changed, too, wherever it is.
        if SECRETS.contains(&finding.rule.name) || finding.help.as_deref().is_some_and(|help| help.contains(ANEW)) {
            continue;
        }
        let path = super::view::below(&finding.place.path, files.folder);
        let file = path.and_then(|path| files.get(path));
        if file.is_some_and(|file| file.owner == Some(Owner::Owned) && file.state == State::Edited) {
            finding.help(RESTORE);
        }
    }
}
