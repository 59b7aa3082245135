//! The `kubeforge` binary: a control plane, or a part of one.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kubeforge_runtime::command::main(&[])
}
