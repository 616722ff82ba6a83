//! One file a command: little code each, for the work is done elsewhere.
