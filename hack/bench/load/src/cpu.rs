//! CPU time and memory of the server's process.

use anyhow::Context as _;

/// Milliseconds in a tick of `/proc/PID/stat` (USER_HZ is 100 on Linux).
const TICK_MS: f64 = 10.0;

/// A process on this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process(u32);

impl Process {
    pub(crate) fn new(pid: u32) -> Self {
        Self(pid)
    }

    /// User and system time of all its threads so far, in milliseconds.
    pub(crate) fn cpu_ms(self) -> anyhow::Result<f64> {
        let path = format!("/proc/{}/stat", self.0);
        let text = std::fs::read_to_string(&path).with_context(|| format!("the server's process ({path})"))?;
        ticks(&text).map(|ticks| ticks * TICK_MS).with_context(|| format!("{path} is not as expected"))
    }

    /// Resident memory, in KiB.
    pub(crate) fn memory_kib(self) -> anyhow::Result<f64> {
        let path = format!("/proc/{}/status", self.0);
        let text = std::fs::read_to_string(&path).with_context(|| format!("the server's process ({path})"))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
        kib.with_context(|| format!("{path} is not as expected"))
    }
}

/// utime and stime, fields 14 and 15. The second field is a name in parentheses and may hold anything, so they are counted
/// from its end.
fn ticks(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut times = fields.split(' ').skip(11).take(2).map(str::parse::<f64>);
    Some(times.next()?.ok()? + times.next()?.ok()?)
}
