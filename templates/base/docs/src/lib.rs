// Owned by mcpgen: edits are overwritten.
//! A page at `/docs` that lists what a server offers, and lets one try it.
//!
//! The three files are the same for every server and hold nothing of it: the script reads
//! `/openapi.json`, with the key that its reader types in where the server asks for one. Nothing is
//! loaded from elsewhere, so the page works offline.

use mcp_base::Extension;

/// Serves the page.
#[must_use]
pub fn extension() -> Extension {
    Extension::new("docs")
        .page("/docs", "text/html; charset=utf-8", include_str!("page.html"))
        .page("/docs/page.css", "text/css; charset=utf-8", include_str!("page.css"))
        .page("/docs/page.js", "text/javascript; charset=utf-8", include_str!("page.js"))
}
