//! `kubeforge-gen`: generates what API type definitions imply, and proves that generated files are fresh.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
