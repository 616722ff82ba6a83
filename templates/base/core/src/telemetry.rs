// Owned by mcpgen: edits are overwritten.
//! The log, on stderr only: in `--stdio`, stdout belongs to the protocol.
//!
//! Also takes in what a caller says about its trace and request.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::settings::{BaseSettings, LogFormat};

/// Sends the log to stderr, panics included. A log that is there already is kept.
pub(crate) fn start(settings: &BaseSettings) {
    // The settings were checked when they were read.
    let filter: Targets = settings.log.parse().unwrap_or_default();
    let lines = fmt::layer().with_writer(io::stderr);
    let started = match settings.log_format {
        LogFormat::Text => {
            let colours = io::IsTerminal::is_terminal(&io::stderr());
            let lines = lines.with_ansi(colours).with_filter(filter);
            tracing_subscriber::registry().with(lines).try_init()
        }
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_filter(filter);
            tracing_subscriber::registry().with(lines).try_init()
        }
    };
    if started.is_ok() {
        std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    }
}

/// A request's id: the caller's own where it is sane, else a new one.
pub(crate) fn request_id(given: Option<&str>) -> Arc<str> {
    match given.filter(|id| is_sane(id)) {
        Some(id) => Arc::from(id),
        None => Arc::from(fresh_id().as_str()),
    }
}

fn is_sane(id: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=128).contains(&id.len()) && id.bytes().all(safe)
}

/// Unique in this process, and hardly ever the same in two: no secret, so no randomness needed.
fn fresh_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let count = NEXT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:08x}{:012x}{count:012x}", std::process::id(), now.as_micros() & 0xffff_ffff_ffff)
}

/// The header `traceparent`, if it has the form that W3C gave it.
pub(crate) fn trace(given: Option<&str>) -> Option<Arc<str>> {
    let text = given?;
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, parent, flags] = parts[..] else { return None };
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let not_zero = |part: &str| part.bytes().any(|byte| byte != b'0');
    let well_formed = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    let used = version != "ff" && not_zero(trace) && not_zero(parent);
    (well_formed && used).then(|| Arc::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_request_id_is_taken_over() {
        assert_eq!(&*request_id(Some("a-1.B_2")), "a-1.B_2");
        for hostile in ["", "a b", "a\"b", "ä", &"x".repeat(129)] {
            assert_ne!(&*request_id(Some(hostile)), hostile);
        }
        assert_ne!(request_id(None), request_id(None));
    }

    #[test]
    fn only_a_well_formed_trace_is_handed_on() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(trace(Some(good)).as_deref(), Some(good));
        assert_eq!(trace(None), None);
        for bad in ["", "00-0af7-b7ad-01", &good.to_uppercase(), &good.replace('7', "\n")] {
            assert_eq!(trace(Some(bad)), None);
        }
        assert_eq!(trace(Some("00-00000000000000000000000000000000-b7ad6b7169203331-01")), None);
    }
}
