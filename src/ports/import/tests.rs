//! Files that are read, held against each other, and decided; the tests are in the modules below.

mod answers;
mod reading;

use super::*;
use crate::ports::registry::Status;

const DAY: &str = "2026-11-22";

fn try_survey(texts: &[&str], ports: &Ports, environment: Option<&str>) -> Result<Survey, Vec<Refusal>> {
    let mut files = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        files.push(read(index, &format!("{index}.json"), text.as_bytes()).map_err(|refusal| vec![refusal])?);
    }
    survey(files, &[], ports, environment)
}

fn surveyed(texts: &[&str]) -> Survey {
    try_survey(texts, &Ports::default(), None).unwrap()
}

/// Every claim as `name port shape`.
fn claims(text: &str) -> Vec<String> {
    let survey = surveyed(&[text]);
    let claim = |claim: &Claim| {
        let port = claim.port.as_ref().map_or_else(Clone::clone, u16::to_string);
        let shape = claim.shape.split(':').next().unwrap();
        format!("{} {port} {shape}", claim.name)
    };
    survey.files[0].claims.iter().map(claim).collect()
}

fn contradictions(survey: &Survey) -> Vec<String> {
    let one = |contradiction: &Contradiction| {
        let evidence: Vec<String> =
            contradiction.evidence.iter().map(|e| format!("{}@{}", e.what, survey.place(e.place))).collect();
        format!("{} {}: {}", contradiction.kind.as_str(), contradiction.subject, evidence.join(" "))
    };
    survey.contradictions.iter().map(one).collect()
}

fn notes(survey: &Survey, kind: NoteKind) -> Vec<String> {
    let notes = survey.notes.iter().filter(|note| note.kind == kind);
    notes.map(|note| format!("{} {}", survey.place(Some(note.place)), note.text)).collect()
}

/// Servers as they are written, one a line.
fn servers(ports: &Ports) -> Vec<String> {
    let text = ports.to_text();
    let lines = text.lines().skip_while(|line| !line.contains("\"servers\""));
    lines
        .skip(1)
        .filter(|line| line.starts_with("    "))
        .map(|line| line.trim().trim_end_matches(',').to_owned())
        .collect()
}

/// The registry that the proposals make, by way of the resolution file.
fn applied(survey: &Survey, ports: &Ports) -> Ports {
    let answers = parse(&resolution::write(survey, "sha256:x", "mcpgen")).unwrap();
    survey.build(ports, Some(&answers), DAY).unwrap()
}
