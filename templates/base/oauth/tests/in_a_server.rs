// Owned by mcpgen: edits are overwritten.
//! placeholder
