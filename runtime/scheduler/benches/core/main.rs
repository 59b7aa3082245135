//! How fast the scheduler's core decides, without an API server: pods per second, and how that grows with the nodes.
//!
//! `cargo bench -p kubeforge-scheduler -- [--nodes 100,1000,5000] [--json] [CASE…]`. Each run fills fresh nodes with pods
//! of one case; one thread works and never waits, so time is CPU time. Where nothing else is said, pods ask for a tenth of
//! a core and 128 MiB, and nodes have 32 cores and stand in three zones. Each run has a process of its own; memory is what
//! that has in the end, with all nodes and pods.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "what fails here fails the benchmark")]

mod cases;
mod objects;
mod run;

use std::process::Command;

use clap::Parser;
use serde_json::{Value, json};

use cases::Case;
use run::Measured;

#[derive(Parser)]
struct Options {
    /// How many nodes.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 5_000])]
    nodes: Vec<usize>,
    /// A line of JSON for each run, in place of tables.
    #[arg(long)]
    json: bool,
    /// Which pods; all cases where none is named.
    #[arg(value_enum)]
    cases: Vec<Case>,
    /// What `cargo bench` says to all benchmarks.
    #[arg(long, hide = true)]
    bench: bool,
}

#[allow(clippy::print_stdout, reason = "a benchmark prints its numbers")]
fn main() {
    let options = Options::parse();
    let cases = match options.cases.as_slice() {
        [] => <Case as clap::ValueEnum>::value_variants(),
        cases => cases,
    };
    if let (true, [case], [nodes]) = (options.json, cases, options.nodes.as_slice()) {
        println!("{}", json_line(*nodes, *case, &run::measure(*nodes, *case)));
        return;
    }
    if !options.json {
        println!("| case | nodes | pods | pods/s | µs/pod | MiB |\n|---|---|---|---|---|---|");
    }
    for case in cases {
        for nodes in &options.nodes {
            let line = run_alone(*nodes, *case);
            println!("{}", if options.json { line } else { row(&line) });
        }
    }
}

/// A run in a process of its own; its line of JSON.
fn run_alone(nodes: usize, case: Case) -> String {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program).args(["--json", "--nodes", &nodes.to_string(), &case.name()]).output();
    let output = output.expect("a run that starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn row(line: &str) -> String {
    let run: Value = serde_json::from_str(line).expect("a line of JSON");
    let number = |name: &str| run[name].as_f64().unwrap_or_default();
    let (pods, rate, each) = (number("pods"), number("podsPerSecond"), number("microsPerPod"));
    let mib = number("memoryBytes") / f64::from(1 << 20);
    let case = run["case"].as_str().unwrap_or_default();
    format!("| {case} | {} | {pods} | {rate:.0} | {each:.1} | {mib:.0} |", number("nodes"))
}

fn json_line(nodes: usize, case: Case, measured: &Measured) -> String {
    let line = json!({
        "case": case.name(), "nodes": nodes, "pods": measured.pods, "podsPerSecond": measured.pods_per_second(),
        "microsPerPod": measured.micros_per_pod(), "memoryBytes": measured.memory_bytes,
    });
    line.to_string()
}
