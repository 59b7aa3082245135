//! Logs go to standard error, as many as `-v` asks for.

use tracing_subscriber::EnvFilter;

/// Starts logging. `RUST_LOG` overrides the level, for developers.
pub(crate) fn init(verbosity: u8) {
    let level = match verbosity {
        0 => "warn",
        1..=3 => "info",
        4..=5 => "debug",
        _ => "trace",
    };
    // the transport's own chatter never helps
    let default = format!("{level},h2=warn,hyper=warn,rustls=warn,tower=warn,fjall=warn,lsm_tree=warn");
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // it would tell standard error, and panic where that is a file on a full disk
        .log_internal_errors(false)
        .init();
}
