//! SIGINT and SIGTERM.

use anyhow::{Context as _, bail};
use tokio::signal::unix::{SignalKind, signal};

/// Waits for the first of the two.
pub(crate) async fn wait() -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot wait for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Ends what the first signal began; a second one doesn't wait for that, as upstream has it.
pub(crate) async fn unless_again(ending: impl Future<Output = ()>) -> anyhow::Result<()> {
    tokio::select! {
        () = ending => Ok(()),
        again = wait() => {
            again?;
            bail!("stopped at once by a second signal")
        }
    }
}
