//! What the command line prints, and where.

use std::io::{self, Write};

use kubeforge_gen::{diagnostic::Style, output::OutputError, run::RunError};

/// Prints a message to standard error.
pub(super) fn report(text: &str) {
    eprintln!("{text}");
}

/// Prints what made a run fail to standard error; findings in colours, where it shows them.
pub(super) fn report_failure(error: &RunError) {
    match error {
        RunError::Input(findings) => report(&findings.render(Style::of_stderr())),
        other => report(&format!("error: {other}")),
    }
}

/// Prints to standard output. A reader that has gone away ends the output, not the run.
pub(super) fn print(text: &str) -> Result<(), OutputError> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(OutputError::Io { verb: "write", path: "standard output".into(), source: error })
        }
        _ => Ok(()),
    }
}
