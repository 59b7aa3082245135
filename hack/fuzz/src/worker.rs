//! Runs one target on mutated seeds until time is up.
//!
//! It runs on a thread with the stack that a server's threads have. Panics are caught and noted; an overflow of the stack,
//! or an allocation beyond all bounds, ends the process, and the input is then found in the file `current`.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::FileExt as _,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::{
    memory::peak_of,
    mutate::{Rng, mutate},
    seeds::seeds,
    targets::{SCHEME, Target},
};

/// What threads of a server have.
pub const STACK_BYTES: usize = 2 << 20;

/// What any input may take of memory, and how much more for each byte of its own. A target holds several copies of what
/// it decodes, and lists grow by doubling: this is a few times what a decoder allows an object.
const MEMORY_BYTES: usize = 320 << 20;
const MEMORY_BYTES_PER_BYTE: usize = 320;

/// What takes longer is too slow for an input of at most [`crate::mutate::LENGTH_MAX`] bytes.
const TIME_MAX: Duration = Duration::from_secs(10);

/// So many inputs of each kind of finding are kept.
const KEPT_MAX: usize = 5;

/// What a worker is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long.
    pub time: Duration,
    /// Where the sequence of mutations begins.
    pub seed: u64,
    /// Where `current` and findings go.
    pub directory: PathBuf,
}

/// What a worker did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How often the target ran.
    pub executions: u64,
    /// What went wrong, one line each, with the input's file.
    pub findings: Vec<String>,
}

thread_local! {
    /// Where and why the thread last panicked.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps panics quiet, and remembers the last.
pub fn remember_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let message = info.payload_as_str().unwrap_or_default().to_owned();
        PANIC.with_borrow_mut(|last| *last = format!("{place}: {message}"));
    }));
}

/// Fuzzes a target.
///
/// # Errors
/// Where files can't be written.
pub fn run(target: Target, options: Options) -> io::Result<Report> {
    fs::create_dir_all(&options.directory)?;
    let current = File::create(options.directory.join("current"))?;
    on_a_servers_stack(move || fuzz(target, &options, &current))
}

/// Runs a target once, on an input that is in a file.
///
/// # Errors
/// Where the file can't be read.
pub fn replay(target: Target, file: &Path) -> io::Result<Option<String>> {
    let input = fs::read(file)?;
    Ok(on_a_servers_stack(move || {
        let _ready = SCHEME.entries().len();
        try_input(target, &input).map(|finding| finding.text)
    }))
}

fn on_a_servers_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(work);
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(done)) => done,
        Ok(Err(panicked)) => panic::resume_unwind(panicked),
        Err(err) => panic!("can't start a thread: {err}"),
    }
}

fn fuzz(target: Target, options: &Options, current: &File) -> io::Result<Report> {
    let seeds = seeds(target.name);
    let mut rng = Rng::new(options.seed);
    let (mut report, mut known) = (Report::default(), BTreeSet::new());
    let began = Instant::now();
    let mut next_seed = seeds.iter();
    while began.elapsed() < options.time {
        // each seed as it is, then changed ones
        let input = next_seed.next().cloned().unwrap_or_else(|| {
            let mut input = rng.choose(&seeds).clone();
            mutate(&mut input, &seeds, &mut rng);
            input
        });
        current.set_len(input.len() as u64)?;
        current.write_all_at(&input, 0)?;
        report.executions += 1;
        let Some(finding) = try_input(target, &input) else { continue };
        let of_its_kind = known.iter().filter(|(kind, _)| *kind == finding.kind).count();
        if of_its_kind < KEPT_MAX && known.insert((finding.kind, finding.place.clone())) {
            let file = options.directory.join(format!("{}-{}-{of_its_kind}", finding.kind, options.seed));
            fs::write(&file, &input)?;
            report.findings.push(format!("{}: {}", file.display(), finding.text));
        }
    }
    Ok(report)
}

struct Finding {
    kind: &'static str,
    /// What makes two findings the same.
    place: String,
    text: String,
}

fn try_input(target: Target, input: &[u8]) -> Option<Finding> {
    let began = Instant::now();
    let (outcome, peak) = peak_of(|| panic::catch_unwind(AssertUnwindSafe(|| (target.run)(input))));
    let took = began.elapsed();
    if outcome.is_err() {
        let text = PANIC.with_borrow(Clone::clone);
        let place: String = text.splitn(4, ':').take(3).collect();
        let text: String = text.chars().take(2_000).collect();
        return Some(Finding { kind: "panic", place, text });
    }
    let allowed = MEMORY_BYTES + MEMORY_BYTES_PER_BYTE * input.len();
    if peak > allowed {
        let text = format!("{} bytes take {peak} of memory, more than {allowed}", input.len());
        return Some(Finding { kind: "memory", place: (peak >> 24).to_string(), text });
    }
    (took > TIME_MAX).then(|| {
        let text = format!("{} bytes take {took:.1?}", input.len());
        Finding { kind: "slow", place: took.as_secs().to_string(), text }
    })
}

/// Writes a report for the parent: the count, then the findings.
///
/// # Errors
/// Where standard output is closed.
pub fn print(report: &Report) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", report.executions)?;
    report.findings.iter().try_for_each(|finding| writeln!(out, "{}", finding.replace('\n', " ")))
}
