//! An Owned file of a server that somebody edited.

use similar::TextDiff;

use crate::check::finding::{Findings, Severity};
use crate::check::owned::RENDER_ANEW;
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, ServerView, State};

pub static RULE: Rule = Rule {
    id: "MCP203",
    name: "drift",
    severity: Severity::Error,
    summary: "an Owned file was edited",
    docs: "Owned files say so in their first line: they are rendered from `server.toml`, and whoever edits them loses the \
           edit with the next update, or keeps the server from being updated. Where another finding, an error or a \
           warning, is reported about the file, this one is silent; where that is waived, ignored or not selected, it \
           speaks, because the file may have other edits. Whoever lives with one finding and with the edit as a whole \
           waives both.\n\n`mcpgen check --diff` shows the edit, whichever rule speaks. Take what of it \
           is to stay into `server.toml`, or into a file of yours. Then delete the file, and `mcpgen check --fix` renders it \
           again. Where a file differs in blanks alone, `mcpgen check \
           --fix` restores it.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    for file in server.files.suspects() {
        report(file, "`server.toml` or a file of yours", out);
    }
}

/// Says that a file was edited, and shows how.
pub fn report(file: &FileView<'_>, instead: &str, out: &mut Findings) {
    let Some(expected) = file.expected.filter(|_| matches!(file.state, State::Edited | State::Reformatted)) else {
        return;
    };
    let found = file.text.replace("\r\n", "\n");
    let at = file.line(first_difference(&found, expected));
    let path = file.full_path();
    let message = match file.state {
        State::Edited => format!("`{}` is Owned by mcpgen and was edited", file.path),
        _ => format!("`{}` is Owned by mcpgen and was formatted otherwise", file.path),
    };
    let finding = out.add(at, message);
    finding.diff = Some(
        TextDiff::from_lines(expected, found.as_str())
            .unified_diff()
            .header("as rendered", &path)
            .context_radius(2)
            .to_string(),
    );
    if file.state == State::Edited {
        finding.help(format!(
            "`mcpgen check --diff` shows the edit; what of it is to stay belongs into {instead}: {RENDER_ANEW}"
        ));
    } else {
        finding.help("`mcpgen check --fix` restores it").fix(path, Some(expected));
    }
}

/// The first line, from 1, that is not as expected; the last one where lines are missing at the end.
fn first_difference(found: &str, expected: &str) -> usize {
    let same = found.lines().zip(expected.lines()).take_while(|(found, expected)| found == expected).count();
    (same + 1).min(found.lines().count()).max(1)
}
