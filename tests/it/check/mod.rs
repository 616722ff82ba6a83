//! `mcpgen check`: silent where all is well, and where one thing is broken, exactly that is said.

mod clean;
mod fix;
mod fleet;
mod hostile;
mod live;
mod mutations;
mod report;

use fleet::Fleet;
