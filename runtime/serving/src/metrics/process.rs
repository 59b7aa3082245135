//! Time, memory and files of this process, where `/proc` says them.

use std::{fmt::Write as _, fs};

const TICKS_PER_SECOND: f64 = 100.0;
const PAGE_BYTES: f64 = 4096.0;

/// The families as text.
pub(super) fn render() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let open = fs::read_dir("/proc/self/fd").map(|files| files.count() as f64).ok();
    let facts = Facts {
        stat: &read("/proc/self/stat"),
        limits: &read("/proc/self/limits"),
        system: &read("/proc/stat"),
        network: &read("/proc/self/net/netstat"),
        open,
    };
    facts.render()
}

/// What the system says.
struct Facts<'a> {
    stat: &'a str,
    limits: &'a str,
    system: &'a str,
    network: &'a str,
    open: Option<f64>,
}

impl Facts<'_> {
    /// A count of the network's: a line of names is followed by one of numbers.
    fn octets(&self, name: &str) -> Option<f64> {
        let mut lines = self.network.lines().filter_map(|line| line.strip_prefix("IpExt:"));
        let (names, numbers) = (lines.next()?, lines.next()?);
        let mut counts = names.split_whitespace().zip(numbers.split_whitespace());
        counts.find(|(found, _)| *found == name)?.1.parse().ok()
    }

    fn limit(&self, name: &str) -> Option<f64> {
        let line = self.limits.lines().find_map(|line| line.strip_prefix(name))?;
        match line.split_whitespace().next()? {
            // as Go's client library shows it
            "unlimited" => Some(u64::MAX as f64),
            limit => limit.parse().ok(),
        }
    }

    fn render(&self) -> String {
        let Self { stat, system, open, .. } = *self;
        // the second field is the command in brackets, which may hold spaces; counting starts after it
        let fields: Vec<&str> =
            stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
        let field = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
        let boot = system.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse::<f64>().ok());
        let cpu = field(11).zip(field(12)).map(|(user, system)| (user + system) / TICKS_PER_SECOND);
        let started = boot.zip(field(19)).map(|(boot, ticks)| boot + ticks / TICKS_PER_SECOND);
        let rows = [
            ("process_cpu_seconds_total", "counter", "User and system CPU time spent, in seconds.", cpu),
            ("process_max_fds", "gauge", "How many files may be open.", self.limit("Max open files")),
            (
                "process_network_receive_bytes_total",
                "counter",
                "Bytes received over the network.",
                self.octets("InOctets"),
            ),
            (
                "process_network_transmit_bytes_total",
                "counter",
                "Bytes sent over the network.",
                self.octets("OutOctets"),
            ),
            ("process_open_fds", "gauge", "How many files are open.", open),
            (
                "process_resident_memory_bytes",
                "gauge",
                "Resident memory, in bytes.",
                field(21).map(|pages| pages * PAGE_BYTES),
            ),
            ("process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.", started),
            ("process_virtual_memory_bytes", "gauge", "Virtual memory, in bytes.", field(20)),
            (
                "process_virtual_memory_max_bytes",
                "gauge",
                "How much virtual memory there may be, in bytes.",
                self.limit("Max address space"),
            ),
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_after_the_command() {
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 50 13 14 15 16 4 18 900 4096000 25 0";
        let facts = Facts {
            stat,
            limits: "Max address space         unlimited            unlimited            bytes\n\
                     Max open files            1024                 4096                 files\n",
            system: "btime 1000\n",
            network: "TcpExt: A B\nTcpExt: 1 2\nIpExt: InNoRoutes InOctets OutOctets\nIpExt: 0 70 80\n",
            open: None,
        };
        let text = facts.render();
        for line in [
            "process_cpu_seconds_total 2",
            "process_max_fds 1024",
            "process_start_time_seconds 1009",
            "process_virtual_memory_bytes 4096000",
            "process_resident_memory_bytes 102400",
            "process_network_transmit_bytes_total 80",
            "process_virtual_memory_max_bytes 18446744073709552000",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("process_open_fds"));
    }
}
