//! `mcpgen check`: silent where all is well, and where one thing is broken, exactly that is said.

mod fleet;
mod mutations;
mod report;

use fleet::Fleet;
