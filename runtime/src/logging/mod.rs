//! Logs go to standard error, in klog's forms: lines of text, or of JSON. `-v` and `--vmodule` say how many.

mod json;
mod text;
mod verbosity;

use clap::{Args, ValueEnum};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _};

use self::verbosity::{Modules, Verbosity};

/// Flags of logging, which all commands have.
#[derive(Clone, Debug, Args)]
pub(crate) struct LoggingArgs {
    /// How much is logged: 0 warnings, 2 what happens, 3 each request, 4 details, 6 everything.
    #[arg(short = 'v', long = "v", value_name = "LEVEL", default_value_t = 0, global = true)]
    pub(crate) verbosity: u8,

    /// Other levels for some source files: NAME=LEVEL, separated by commas. Names are without ending and may have *, ?
    /// and [...]; those with a slash are compared with the whole path.
    #[arg(long, value_name = "LEVELS", global = true, value_parser = Modules::parse)]
    vmodule: Option<Modules>,

    /// The form of logs.
    #[arg(long, value_enum, default_value_t, global = true)]
    logging_format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line of text each, as klog writes it.
    #[default]
    Text,
    /// A JSON object each.
    Json,
}

impl LoggingArgs {
    /// Starts logging. `RUST_LOG` overrides the levels, for developers.
    ///
    /// # Errors
    /// Where flags don't go together.
    pub(crate) fn init(self) -> Result<(), String> {
        if self.logging_format == Format::Json && self.vmodule.is_some() {
            return Err("vmodule: Forbidden: Only supported for text log format".to_owned());
        }
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let lines = match self.logging_format {
            Format::Text => lines.fmt_fields(text::Fields).event_format(text::Lines).boxed(),
            Format::Json => lines.fmt_fields(json::Fields).event_format(json::Lines).boxed(),
        };
        let lines = match EnvFilter::try_from_default_env() {
            Ok(filter) => lines.with_filter(filter).boxed(),
            Err(_) => lines.with_filter(Verbosity::new(self.verbosity, self.vmodule.unwrap_or_default())).boxed(),
        };
        // lines of the `log` crate, which are libraries' own, stay out
        let subscriber = tracing_subscriber::registry().with(lines);
        tracing::subscriber::set_global_default(subscriber).map_err(|err| err.to_string())
    }
}
