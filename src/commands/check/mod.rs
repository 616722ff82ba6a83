//! `mcpgen check`: proves that every server is as it should be.
//!
//! Reads, renders beside it, hands both to the rules, and says what they find. The work is in
//! [`gather`](self::gather), which reads and renders; the rules are in [`check`](crate::check).

mod fix;
mod gather;
mod live;
mod print;
mod reading;
mod scene;
mod survey;
mod target;

use std::path::Path;

use anyhow::{Result, bail};

use super::{Output, today};
use crate::check::waiver::Waivers;
use crate::check::{Selection, Verdict, near, rules, verdict};
use crate::cli::CheckArgs;
use crate::text::quote;

/// Runs `mcpgen check` in the folder `here`.
///
/// # Errors
///
/// When there is nothing to check, a rule that was named does not exist, or something cannot be read.
pub fn run(args: &CheckArgs, here: &Path, colour: bool) -> Result<Output> {
    if args.schema {
        return Ok(print::schema());
    }
    let mended = if args.fix { mend(args, here)? } else { fix::Mended::default() };
    let verdict = judge(args, here)?;
    let mut output = print::output(args, &verdict, colour);
    output.stderr.insert_str(0, &mended.told(args.dry_run));
    Ok(output)
}

/// What is found in all that the arguments name.
///
/// # Errors
///
/// As [`run`].
pub fn judge(args: &CheckArgs, here: &Path) -> Result<Verdict> {
    let selection = selection(args)?;
    if let Some(url) = &args.live {
        return live::judge(url, args, here, &selection);
    }
    let mut verdicts = Vec::new();
    for target in target::find(&args.paths, here)? {
        verdicts.push(weigh(&target, &selection, args)?);
    }
    Ok(join(verdicts))
}

/// Mends what can be mended in all that the arguments name.
fn mend(args: &CheckArgs, here: &Path) -> Result<fix::Mended> {
    let selection = selection(args)?;
    let mut all = fix::Mended::default();
    for target in target::find(&args.paths, here)? {
        let mended = fix::fix(&target, args.dry_run, || weigh(&target, &selection, args))?;
        all.written.extend(mended.written);
        all.deleted.extend(mended.deleted);
    }
    Ok(all)
}

/// Looks at a fleet, or at a server that is in none.
fn weigh(target: &target::Target, selection: &Selection, args: &CheckArgs) -> Result<Verdict> {
    let gathered = gather::gather(target)?;
    let today = today();
    let waivers = match &target.fleet {
        Some(fleet) => Waivers::new(&fleet.settings.waivers, &target.inner, &gathered.settings_text, &today),
        None => Waivers::new(&[], "", "", &today),
    };
    Ok(verdict(gathered.findings, selection, waivers, gathered.checked, args.strict, target.only.is_empty()))
}

/// Several verdicts as one.
fn join(verdicts: Vec<Verdict>) -> Verdict {
    let mut all = Verdict { findings: Vec::new(), waived: Vec::new(), checked: crate::check::Checked::default() };
    for verdict in verdicts {
        all.findings.extend(verdict.findings);
        all.waived.extend(verdict.waived);
        all.checked.servers.extend(verdict.checked.servers);
        all.checked.files += verdict.checked.files;
    }
    all
}

/// What was selected, each of which must mean some rule.
fn selection(args: &CheckArgs) -> Result<Selection> {
    for selector in args.select.iter().chain(&args.ignore) {
        if !rules().any(|rule| rule.is_meant_by(selector)) {
            let help = match near(selector) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`mcpgen explain` lists them".to_owned(),
            };
            bail!("no rule is {}\n  help: {help}", quote(selector));
        }
    }
    Ok(Selection { select: args.select.clone(), ignore: args.ignore.clone() })
}
