//! The `kubeforge` binary: a control plane, or a part of one.

use std::process::ExitCode;

fn main() -> ExitCode {
    kubeforge_runtime::command::main(&[])
}
