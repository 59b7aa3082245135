//! Time, memory and files of this process, where `/proc` says them.

use std::{fmt::Write as _, fs};

const TICKS_PER_SECOND: f64 = 100.0;
const PAGE_BYTES: f64 = 4096.0;

/// The families as text.
pub(super) fn render() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let open = fs::read_dir("/proc/self/fd").map(|files| files.count() as f64).ok();
    of(&read("/proc/self/stat"), &read("/proc/self/limits"), &read("/proc/stat"), open)
}

fn of(stat: &str, limits: &str, system: &str, open: Option<f64>) -> String {
    // the second field is the command in brackets, which may hold spaces; counting starts after it
    let fields: Vec<&str> =
        stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let field = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
    let limit = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    let boot = system.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse::<f64>().ok());
    let cpu = field(11).zip(field(12)).map(|(user, system)| (user + system) / TICKS_PER_SECOND);
    let started = boot.zip(field(19)).map(|(boot, ticks)| boot + ticks / TICKS_PER_SECOND);
    let rows = [
        ("process_cpu_seconds_total", "counter", "User and system CPU time spent, in seconds.", cpu),
        ("process_max_fds", "gauge", "How many files may be open.", limit("Max open files")),
        ("process_open_fds", "gauge", "How many files are open.", open),
        (
            "process_resident_memory_bytes",
            "gauge",
            "Resident memory, in bytes.",
            field(21).map(|pages| pages * PAGE_BYTES),
        ),
        ("process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.", started),
        ("process_virtual_memory_bytes", "gauge", "Virtual memory, in bytes.", field(20)),
    ];
    let mut text = String::new();
    for (name, kind, help, value) in rows {
        if let Some(value) = value {
            // writing to a String cannot fail
            let _infallible = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_after_the_command() {
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 50 13 14 15 16 4 18 900 4096000 25 0";
        let text = of(
            stat,
            "Max open files            1024                 4096                 files\n",
            "btime 1000\n",
            None,
        );
        for line in [
            "process_cpu_seconds_total 2",
            "process_max_fds 1024",
            "process_start_time_seconds 1009",
            "process_virtual_memory_bytes 4096000",
            "process_resident_memory_bytes 102400",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("process_open_fds"));
    }
}
