//! Reads everything, and checks that it fits together.

use std::{collections::HashMap, path::Path};

use bytes::Bytes;

use super::{MaintenanceError, each_record, open};
use crate::embedded::{record, stamp::Stamp};

/// More than so many problems are counted only.
const PROBLEMS_MAX: usize = 100;

/// What [`verify`] found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Records of all sorts.
    pub records: u64,
    /// Changes that can still be read.
    pub changes: u64,
    /// Keys that exist now.
    pub keys: u64,
    /// Bytes of all keys and values.
    pub bytes: u64,
    /// The latest revision.
    pub latest: u64,
    /// The oldest revision that can be read in full, once there was a compaction.
    pub compacted: Option<u64>,
    /// What is wrong; the first hundred.
    pub problems: Vec<String>,
    /// How much is wrong.
    pub problem_count: u64,
}

/// Reads every record of the store in `dir` with its value, whose sums the engine checks, and compares what they say of
/// each other: revisions grow, a change continues the life that the key had, leases and what hangs on them are readable.
///
/// # Errors
/// Where there is no store, another process has it open, or the engine can't read on.
pub fn verify(dir: &Path, mut progress: impl FnMut(&Report)) -> Result<Report, MaintenanceError> {
    let engine = open(dir)?;
    let mut verifier = Verifier::default();
    each_record(&engine, |key, value| {
        verifier.record(key, value);
        progress(&verifier.report);
        Ok::<_, MaintenanceError>(())
    })?;
    Ok(verifier.finish())
}

#[derive(Default)]
struct Verifier {
    report: Report,
    last: u64,
    states: HashMap<Box<[u8]>, Stamp>,
}

impl Verifier {
    fn record(&mut self, key: &[u8], value: &Bytes) {
        self.report.records += 1;
        self.report.bytes += (key.len() + value.len()) as u64;
        if key == record::COMPACTED {
            self.report.compacted = record::parse_number(value);
            if self.report.compacted.is_none() {
                self.problem("the compacted revision is not a number".to_owned());
            }
        } else if let Some((stamp, key)) = record::parse_change_key(key) {
            self.change(stamp, key, value);
        } else if record::parse_lease_key(key).is_some() {
            if record::parse_number(value).is_none() {
                self.problem("the time to live of a lease is not a number".to_owned());
            }
        } else if record::parse_attachment_key(key).is_none() {
            self.problem(format!("a record of no known sort: {key:?}"));
        }
    }

    fn change(&mut self, stamp: Stamp, key: &[u8], value: &Bytes) {
        self.report.changes += 1;
        let (at, shown) = (stamp.modified.get(), String::from_utf8_lossy(key));
        if at <= self.last {
            self.problem(format!("{shown}: revision {at} stands after revision {}", self.last));
        }
        self.last = at;
        if stamp.created > stamp.modified {
            self.problem(format!("{shown}: created at {}, after its change at {at}", stamp.created.get()));
        }
        if stamp.is_deletion() && !value.is_empty() {
            self.problem(format!("{shown}: the deletion at revision {at} has a value"));
        }
        if let Some(earlier) = self.states.get(key).copied() {
            let continues = if stamp.is_deletion() {
                !earlier.is_deletion()
            } else {
                stamp == Stamp::put(stamp.modified, Some(earlier))
            };
            if !continues {
                self.problem(format!(
                    "{shown}: the change at revision {at} does not follow that at {}",
                    earlier.modified
                ));
            }
        }
        self.states.insert(key.into(), stamp);
    }

    fn problem(&mut self, text: String) {
        self.report.problem_count += 1;
        if self.report.problems.len() < PROBLEMS_MAX {
            self.report.problems.push(text);
        }
    }

    fn finish(mut self) -> Report {
        self.report.keys = self.states.values().filter(|stamp| !stamp.is_deletion()).count() as u64;
        self.report.latest = self.last.max(self.report.compacted.unwrap_or(1)).max(1);
        self.report
    }
}
