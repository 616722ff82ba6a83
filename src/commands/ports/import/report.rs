//! What an import found, for people: counts first, then each contradiction with its places, what to do last.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use unicode_width::UnicodeWidthStr as _;

use crate::cli::ImportArgs;
use crate::name::fold;
use crate::ports::import::{Action, Contradiction, FileClaims, Kind, NoteKind, Survey, heading};
use crate::ports::{Ports, Status};
use crate::text::{count, visible};

use super::files::Input;
use super::{Attempt, Plan};

/// The report.
pub fn text(survey: &Survey, input: &Input) -> String {
    let mut out = String::new();
    for (index, file) in survey.files.iter().enumerate() {
        files(&mut out, file, index, input);
    }
    summary(&mut out, survey);
    for kind in kinds(survey) {
        contradictions(&mut out, survey, kind);
    }
    notes(&mut out, survey, NoteKind::Secret, "named here, and copied nowhere");
    notes(&mut out, survey, NoteKind::NotTaken, "read, and no part of the registry");
    notes(&mut out, survey, NoteKind::Remark, "");
    out
}

/// A file, and what it was taken for.
fn files(out: &mut String, file: &FileClaims, index: usize, input: &Input) {
    let name = visible(&file.file);
    if let Some((to, _)) = file.redirect.as_ref().filter(|_| file.is_stub()) {
        let to = visible(to);
        let followed = input.followed.iter().find(|(from, _)| *from == index);
        let what = match followed {
            Some((_, target)) => format!("followed to {}", visible(&input.files[*target].file)),
            None if input.refused.iter().any(|refused| refused.place.file == index) => "refused: see below".to_owned(),
            None => "which is among the files".to_owned(),
        };
        let _ = writeln!(out, "{name}: a redirect to `{to}`, {what}");
        return;
    }
    let names: BTreeSet<String> = file.claims.iter().map(|claim| fold(&claim.name)).collect();
    let ports: BTreeSet<u16> = file.claims.iter().filter_map(|claim| claim.port.clone().ok()).collect();
    let (entries, names, ports) =
        (count(file.claims.len(), "entry"), count(names.len(), "name"), count(ports.len(), "port"));
    let _ = writeln!(out, "{name}: {entries}, {names}, {ports}");
    for (shape, entries) in file.shapes() {
        let _ = writeln!(out, "  {entries:>5}  {shape}");
    }
    if !file.ranges.is_empty() {
        let noun = if file.ranges.len() == 1 { "range" } else { "ranges" };
        let _ = writeln!(out, "  {:>5}  {noun}", file.ranges.len());
    }
    if file.claims.is_empty() {
        out.push_str("         of no shape that is known: no entry was found\n");
    }
}

fn kinds(survey: &Survey) -> BTreeSet<Kind> {
    survey.contradictions.iter().map(|contradiction| contradiction.kind).collect()
}

fn of(survey: &Survey, kind: Kind) -> Vec<&Contradiction> {
    survey.contradictions.iter().filter(|contradiction| contradiction.kind == kind).collect()
}

fn title(survey: &Survey, kind: Kind) -> String {
    let n = of(survey, kind).len();
    let (one, several) = kind.title();
    format!("{n} {}", if n == 1 { one } else { several })
}

fn summary(out: &mut String, survey: &Survey) {
    out.push('\n');
    if survey.contradictions.is_empty() {
        out.push_str("Nothing contradicts.\n");
    } else {
        let counts: Vec<String> = kinds(survey).into_iter().map(|kind| title(survey, kind)).collect();
        let _ = writeln!(out, "{}:", count(survey.contradictions.len(), "contradiction"));
        for count in counts {
            let _ = writeln!(out, "  {count}");
        }
    }
    let of = |kind| survey.notes.iter().filter(|note| note.kind == kind).count();
    let (secrets, not_taken, remarks) = (of(NoteKind::Secret), of(NoteKind::NotTaken), of(NoteKind::Remark));
    let told = [
        (secrets, format!("{}, not copied", count(secrets, "secret"))),
        (not_taken, format!("{} not taken", count(not_taken, "thing"))),
        (remarks, count(remarks, "remark")),
    ];
    let told: Vec<String> = told.into_iter().filter(|(n, _)| *n > 0).map(|(_, told)| told).collect();
    if !told.is_empty() {
        let _ = writeln!(out, "Also {}.", told.join(", "));
    }
}

/// All contradictions of one kind.
fn contradictions(out: &mut String, survey: &Survey, kind: Kind) {
    let title = title(survey, kind);
    let _ = write!(out, "\n{title}\n{}\n", "-".repeat(title.width()));
    for contradiction in of(survey, kind) {
        let rows: Vec<[String; 3]> = contradiction
            .evidence
            .iter()
            .map(|evidence| [visible(&evidence.what), visible(&survey.place(evidence.place)), visible(&evidence.group)])
            .collect();
        let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let (first, second) = (width(0), width(1));
        let _ = writeln!(out, "{}", visible(&head(contradiction)));
        for [what, place, group] in &rows {
            let (pad, gap) = (" ".repeat(first - what.width()), " ".repeat(second - place.width()));
            let line = format!("    {what}{pad}  {place}{gap}  {group}");
            let _ = writeln!(out, "{}", line.trim_end());
        }
        if let Some(proposal) = proposal(survey, contradiction) {
            let _ = writeln!(out, "  proposed: {}", visible(&proposal));
        }
    }
}

/// A contradiction below the heading of its kind.
fn head(contradiction: &Contradiction) -> String {
    let distinct = || {
        let mut seen = BTreeSet::new();
        let whats = contradiction.evidence.iter().map(|evidence| evidence.what.as_str());
        whats.filter(|what| seen.insert(*what)).collect::<Vec<_>>().join(", ")
    };
    match contradiction.kind {
        Kind::SeveralPorts | Kind::SeveralNames => format!("{}: {}", contradiction.subject, distinct()),
        Kind::Spellings | Kind::Removed | Kind::NoPort | Kind::NoId => contradiction.subject.clone(),
        Kind::Reserved => format!("{} ({})", contradiction.subject, contradiction.text.as_deref().unwrap_or_default()),
        Kind::Environment | Kind::Stub => heading(contradiction),
    }
}

/// What would be done, where the contradiction is about one server.
fn proposal(survey: &Survey, contradiction: &Contradiction) -> Option<String> {
    let told = |name: &String| {
        let decision = survey.decisions.get(name)?;
        let port = decision.port.unwrap_or_default();
        let range = decision.range.as_deref().unwrap_or_default();
        let what = match decision.action {
            Action::Keep => format!("keeps {port}"),
            Action::Move => format!("moves within `{range}`"),
            Action::Drop => "is dropped".to_owned(),
            Action::Release => format!("is released, and {port} with it"),
        };
        Some((format!("`{name}` {what}"), decision.why.as_str()))
    };
    match contradiction.servers.as_slice() {
        [] => None,
        [one] if contradiction.kind == Kind::Spellings => {
            Some(format!("it is called `{}`", survey.decisions.get(one)?.id))
        }
        [one] => {
            let (what, why) = told(one)?;
            Some(if why.is_empty() { what } else { format!("{what} ({why})") })
        }
        several => Some(several.iter().filter_map(|name| Some(told(name)?.0)).collect::<Vec<_>>().join(", ")),
    }
}

fn notes(out: &mut String, survey: &Survey, kind: NoteKind, what: &str) {
    let notes: Vec<_> = survey.notes.iter().filter(|note| note.kind == kind).collect();
    if notes.is_empty() {
        return;
    }
    let title = match kind {
        NoteKind::Secret => format!("{}: {what}", count(notes.len(), "secret")),
        NoteKind::NotTaken => format!("{} not taken: {what}", count(notes.len(), "thing")),
        NoteKind::Remark => count(notes.len(), "remark"),
    };
    let _ = write!(out, "\n{title}\n{}\n", "-".repeat(title.width()));
    for note in notes {
        let _ = writeln!(out, "{}", visible(&format!("{}: {}", survey.place(Some(note.place)), note.text)));
    }
}

/// What was done, and what to do now.
pub fn outcome(attempt: &Attempt, args: &ImportArgs, registry: &Path, plan: Option<&Plan>) -> String {
    let shown = visible(&registry.display().to_string());
    if let Some(plan) = plan {
        return planned(plan, args, registry);
    }
    let apply = args.apply.as_deref();
    let remark = |(line, text): &(usize, String)| visible(&format!("remark: {}{text}", super::at(apply, *line))) + "\n";
    let remarks: String = attempt.remarks.iter().map(remark).collect();
    let done = match &attempt.ports {
        None => {
            let next = super::command(args, "--plan", Path::new("resolution.toml"), registry);
            format!(
                "nothing was imported: what contradicts has to be decided first\n  help: `{}` writes a proposal for each, for you to change\n",
                visible(&next)
            )
        }
        Some((before, after)) if before == after && attempt.survey.candidates.is_empty() => {
            format!("there is nothing to import: `{shown}` is as it was\n")
        }
        Some((before, after)) if before == after => format!("`{shown}` has all of it already: nothing changed\n"),
        Some((before, after)) => {
            let verb = if args.dry_run { "would import" } else { "imported" };
            format!("{verb} {} into `{shown}`\n", gained(before, after))
        }
    };
    remarks + &done
}

/// What became of a plan.
fn planned(plan: &Plan, args: &ImportArgs, registry: &Path) -> String {
    let path = visible(&plan.path.display().to_string());
    if !plan.is_needed() {
        return format!(
            "nothing contradicts: there is nothing to decide, and `{path}` was not written\n  help: the same command without `--plan` imports\n"
        );
    }
    let next = super::command(args, "--apply", plan.path, registry);
    let verb = if args.dry_run { "would write" } else { "wrote" };
    let parts = [(plan.servers, "server"), (plan.others, "other question")];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(n, noun)).collect();
    format!(
        "{verb} `{path}`: proposals for {}; the registry is as it was\n  help: read and change it, then run `{}`\n",
        parts.join(" and "),
        visible(&next)
    )
}

/// How many servers, ranges and reservations a registry has more than before.
fn gained(before: &Ports, after: &Ports) -> String {
    let of = |status: Status| {
        let has = |ports: &Ports| ports.servers().iter().filter(|server| server.status == status).count();
        has(after).saturating_sub(has(before))
    };
    let parts = [
        (of(Status::Active), "active server"),
        (of(Status::Legacy), "legacy server"),
        (of(Status::Released), "released server"),
        (after.ranges().len() - before.ranges().len(), "range"),
        (after.reserved().len() - before.reserved().len(), "reservation"),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(n, noun)).collect();
    parts.join(", ")
}

/// A path as an argument of a shell.
pub fn argument(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',' | '=' | ':' | '@' | '%');
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
