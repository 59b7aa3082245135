//! `kubeforge store`: what an administrator does to an embedded store that no server has open.

mod dump;

use std::{
    fmt,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use kubeforge_controlplane::Register;
use kubeforge_storage::embedded::maintenance::{self, SnapshotSummary};

use self::dump::DumpArgs;

/// Flags of `store`.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// The data directory of the control plane.
    #[arg(long, value_name = "DIR", default_value = "kubeforge-data", global = true)]
    data_dir: PathBuf,

    #[command(subcommand)]
    what: What,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum What {
    /// Write all that the store holds, its history too, into one file with a checksum on every record.
    Snapshot {
        /// The file to write.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Make a store of a snapshot. The data directory must not have one.
    Restore {
        /// The file to read.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Read every record, and check that all fits together.
    Verify,
    /// Give back the space that removed records still take.
    Defrag,
    /// Show what the store holds, one JSON object to a line.
    Dump(DumpArgs),
}

/// Does what the flags say.
pub(crate) fn run(args: &StoreArgs, kinds: &[Register]) -> anyhow::Result<()> {
    let dir = args.data_dir.join("store");
    match &args.what {
        What::Snapshot { file } => snapshot(&dir, file),
        What::Restore { file } => restore(&dir, file),
        What::Verify => verify(&dir),
        What::Defrag => defrag(&dir),
        What::Dump(args) => dump::run(&dir, args, kinds),
    }
}

fn snapshot(dir: &Path, file: &Path) -> anyhow::Result<()> {
    // a file of that name is whole, or was not written by this
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let out = File::create(&unfinished).with_context(|| format!("cannot write {}", unfinished.display()))?;
    let mut ticker = Ticker::new();
    let written = maintenance::snapshot(dir, &out, |so_far| ticker.tell(|| summary_text(so_far)));
    let saved = written.map_err(anyhow::Error::from).and_then(|summary| {
        out.sync_all().and_then(|()| fs::rename(&unfinished, file)).context("cannot finish the snapshot")?;
        Ok(summary)
    });
    match saved {
        Ok(summary) => say(format_args!("{}: {}", file.display(), summary_text(&summary))),
        Err(err) => {
            fs::remove_file(&unfinished).with_context(|| format!("cannot remove {}", unfinished.display()))?;
            Err(err)
        }
    }
}

fn restore(dir: &Path, file: &Path) -> anyhow::Result<()> {
    let input = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut ticker = Ticker::new();
    let restored = maintenance::restore(input, dir, |so_far| ticker.tell(|| summary_text(so_far)));
    let summary = restored.with_context(|| file.display().to_string())?;
    say(format_args!("{}: {}", dir.display(), summary_text(&summary)))
}

fn verify(dir: &Path) -> anyhow::Result<()> {
    let mut ticker = Ticker::new();
    let report = maintenance::verify(dir, |so_far| ticker.tell(|| format!("{} records", so_far.records)))?;
    report.problems.iter().try_for_each(|problem| say(format_args!("{problem}")))?;
    if report.problem_count > 0 {
        bail!("{}: {} problems in {} records", dir.display(), report.problem_count, report.records);
    }
    let since = report.compacted.map_or_else(String::new, |compacted| format!(", history since {compacted}"));
    say(format_args!(
        "{}: sound; {} keys, {} changes, {} records, {} bytes; revision {}{since}",
        dir.display(),
        report.keys,
        report.changes,
        report.records,
        report.bytes,
        report.latest
    ))
}

fn defrag(dir: &Path) -> anyhow::Result<()> {
    let mut ticker = Ticker::new();
    let shrunk = maintenance::defragment(dir, |records| ticker.tell(|| format!("{records} records")))?;
    say(format_args!("{}: {} bytes, {} before", dir.display(), shrunk.after, shrunk.before))
}

/// One line on standard output.
fn say(line: fmt::Arguments<'_>) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{line}").context("cannot write to standard output")
}

fn summary_text(summary: &SnapshotSummary) -> String {
    format!("{} records, {} bytes", summary.records, summary.bytes)
}

/// Says once a second how far the work is, on standard error.
struct Ticker(Instant);

impl Ticker {
    fn new() -> Self {
        Self(Instant::now())
    }

    fn tell(&mut self, text: impl FnOnce() -> String) {
        if self.0.elapsed() >= Duration::from_secs(1) {
            self.0 = Instant::now();
            eprintln!("{}", text());
        }
    }
}
