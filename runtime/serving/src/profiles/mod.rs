//! `/debug/pprof/`: CPU profiles, under the paths and in the form of Go's, so that `go tool pprof` and what is built on it
//! read them. Other profiles of Go's (heap, goroutine, …) have nothing to show here and are not served.
//!
//! Functions have names as long as the binary has symbols: the `dist` build has none.

mod format;

use std::time::Duration;

/// Samples in a second of CPU time. Go takes 100; at a number that is no divisor of others' rates work in step with the
/// timer is seen as well.
const SAMPLES_PER_SECOND: i32 = 99;

/// How long is measured where the request does not say.
const SECONDS: u64 = 30;
/// Longer is not measured: samples are kept in memory.
const SECONDS_MAX: u64 = 600;

/// Libraries that must not be interrupted while a sample looks at them.
const NOT_SAMPLED: [&str; 4] = ["libc", "libgcc", "pthread", "vdso"];

/// The page that lists the profiles: HTML.
pub const INDEX: &str = "<html><head><title>/debug/pprof/</title></head><body>\n<p>Profiles:</p>\n<ul>\n\
    <li><a href=\"profile?seconds=30\">profile</a>: CPU time; <code>seconds</code> says for how long.</li>\n\
    <li><a href=\"cmdline\">cmdline</a>: the command line of the process.</li>\n\
    </ul>\n</body></html>\n";

/// The page with the command line of the process.
pub fn command_line() -> String {
    let words: Vec<String> = std::env::args().collect();
    words.join("\0")
}

/// A profile of all threads, compressed, over as many seconds as a request asks for. There can be one at a time in a
/// process.
///
/// # Errors
/// The words of the answer where it can't be measured.
pub async fn measure(seconds: Option<&str>) -> Result<Vec<u8>, String> {
    let asked = seconds.and_then(|text| text.parse::<u64>().ok()).filter(|seconds| *seconds > 0);
    let time = Duration::from_secs(asked.unwrap_or(SECONDS).min(SECONDS_MAX));
    sample(time).await.map_err(|error| format!("Could not enable CPU profiling: {error}\n"))
}

async fn sample(time: Duration) -> Result<Vec<u8>, pprof::Error> {
    let guard = pprof::ProfilerGuardBuilder::default().frequency(SAMPLES_PER_SECOND).blocklist(&NOT_SAMPLED).build()?;
    tokio::time::sleep(time).await;
    let report = guard.report().build()?;
    Ok(format::encode(&report, time, SAMPLES_PER_SECOND))
}
