//! What an import found, for programs.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::files::Input;
use super::{Attempt, Plan};
use crate::cli::ImportArgs;
use crate::commands::ports::JSON_VERSION;
use crate::commands::ports::show::server_json;
use crate::ports::Server;
use crate::ports::import::{Contradiction, NoteKind, Place, Survey};

/// The report.
pub fn report(attempt: &Attempt, input: &Input, args: &ImportArgs, plan: Option<&Plan>) -> Value {
    let survey = &attempt.survey;
    let files: Vec<Value> = survey
        .files
        .iter()
        .enumerate()
        .map(|(index, file)| {
            let shapes: Vec<Value> =
                file.shapes().into_iter().map(|(shape, n)| json!({ "shape": shape, "entries": n })).collect();
            let followed = input.followed.iter().find(|(from, _)| *from == index).map(|(_, to)| &input.files[*to].file);
            json!({
                "file": file.file,
                "entries": file.claims.len(),
                "shapes": shapes,
                "redirect": file.redirect.as_ref().filter(|_| file.is_stub()).map(|(to, _)| to),
                "followed_to": followed,
            })
        })
        .collect();
    let contradictions: Vec<Value> =
        survey.contradictions.iter().map(|contradiction| contradiction_json(survey, contradiction)).collect();
    let imported: Option<Vec<Value>> = attempt.ports.as_ref().map(|(before, after)| {
        let known: HashMap<&str, &Server> =
            before.servers().iter().map(|server| (server.id.as_str(), server)).collect();
        let is_new = |server: &&Server| known.get(server.id.as_str()) != Some(server);
        after.servers().iter().filter(is_new).map(server_json).collect()
    });
    let plan = plan.map(|plan| {
        let is_written = plan.is_needed() && !args.dry_run;
        json!({
            "file": plan.path.display().to_string(), "servers": plan.servers, "others": plan.others,
            "written": is_written,
        })
    });
    let mut remarks = notes(survey, NoteKind::Remark);
    let answers = args.apply.as_ref().map(|path| path.display().to_string());
    remarks.extend(
        attempt
            .remarks
            .iter()
            .map(|(line, text)| json!({ "at": { "file": answers, "line": line, "column": 1 }, "text": text })),
    );
    json!({
        "version": JSON_VERSION,
        "files": files,
        "contradictions": contradictions,
        "secrets": notes(survey, NoteKind::Secret),
        "not_taken": notes(survey, NoteKind::NotTaken),
        "remarks": remarks,
        "plan": plan,
        "imported": imported,
        "changed": attempt.ports.as_ref().is_some_and(|(before, after)| before != after),
        "dry_run": args.dry_run,
    })
}

fn contradiction_json(survey: &Survey, contradiction: &Contradiction) -> Value {
    let evidence: Vec<Value> = contradiction
        .evidence
        .iter()
        .map(|evidence| json!({ "what": evidence.what, "at": place(survey, evidence.place), "group": evidence.group }))
        .collect();
    let proposals: Vec<Value> = contradiction
        .servers
        .iter()
        .filter_map(|name| {
            let decision = survey.decisions.get(name)?;
            Some(json!({
                "server": name, "do": decision.action.as_str(), "port": decision.port, "health_port": decision.health,
                "range": decision.range, "id": decision.id, "why": decision.why,
            }))
        })
        .collect();
    json!({
        "kind": contradiction.kind.as_str(), "subject": contradiction.subject, "text": contradiction.text, "evidence": evidence,
        "proposals": proposals,
    })
}

fn notes(survey: &Survey, kind: NoteKind) -> Vec<Value> {
    let notes = survey.notes.iter().filter(|note| note.kind == kind);
    notes.map(|note| json!({ "at": place(survey, Some(note.place)), "text": note.text })).collect()
}

/// A place; null is the registry.
fn place(survey: &Survey, place: Option<Place>) -> Value {
    place.map_or(Value::Null, |place| {
        let file = survey.files.get(place.file).map(|file| &file.file);
        json!({ "file": file, "line": place.line, "column": place.column })
    })
}
