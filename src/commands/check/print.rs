//! What `mcpgen check` prints: the findings in the form that was asked for, and a few words on them.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};

use crate::check::Verdict;
use crate::cli::{CheckArgs, OutputFormat};
use crate::commands::Output;
use crate::excerpt::Style;
use crate::report;

/// Names the file that GitHub shows as the summary of a job.
const JOB_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The JSON Schema of the report.
pub fn schema() -> Output {
    Output { stdout: report::SCHEMA.to_owned(), ..Output::default() }
}

/// The findings.
pub fn output(args: &CheckArgs, verdict: &Verdict, colour: bool) -> Output {
    let mut talk = format!("{}\n{}", report::summary(verdict), report::hints(verdict));
    let stdout = match args.output_format {
        OutputFormat::Human => report::human(verdict, Style { colour }, args.diff),
        OutputFormat::Concise => report::concise(verdict),
        OutputFormat::Json => report::json(verdict, args.diff),
        OutputFormat::Github => {
            // The summary is among the annotations, where it belongs in a log.
            talk = report::hints(verdict);
            if let Err(error) = job_summary(verdict) {
                let _ = writeln!(talk, "note: the summary of the job cannot be written: {error}");
            }
            report::github(verdict)
        }
        OutputFormat::Sarif => report::sarif(verdict),
        OutputFormat::Junit => report::junit(verdict),
    };
    Output { stdout, stderr: talk, code: u8::from(!verdict.is_clean()) }
}

/// Adds the findings to the summary of the job, where this runs in one.
fn job_summary(verdict: &Verdict) -> io::Result<()> {
    let Some(path) = std::env::var_os(JOB_SUMMARY).filter(|path| !path.is_empty()) else { return Ok(()) };
    OpenOptions::new().append(true).create(true).open(path)?.write_all(report::markdown(verdict).as_bytes())
}
