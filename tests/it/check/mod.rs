//! `mcpgen check`: silent where all is well, and where one thing is broken, exactly that is said.

mod fleet;
mod live;
mod mutations;

use fleet::Fleet;
