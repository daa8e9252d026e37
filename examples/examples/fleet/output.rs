//! What is said, and to whom: answers to standard output, the rest to standard error. Knows nothing of clusters.

use std::fmt;
use std::io::{self, ErrorKind, Write as _};

/// Writes an answer. `false` says that nobody reads any more, as after `| head`: that is no failure, and no reason for another status.
pub(crate) fn answer(text: impl fmt::Display) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true),
    }
}

/// Tells a person. Where nobody listens, nothing is lost.
pub(crate) fn remark(text: impl fmt::Display) {
    drop(writeln!(io::stderr(), "{text}"));
}
