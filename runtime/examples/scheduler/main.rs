//! A kube-scheduler with a plugin of its own, [`racks`]: same flags, same configuration file, one name more in it.
//!
//! ```sh
//! cargo run -p kubeforge-runtime --example scheduler -- --config runtime/examples/scheduler/config.yaml --kubeconfig …
//! cargo run -p kubeforge-runtime --example scheduler -- --config … explain -f pod.yaml --snapshot cluster.yaml
//! ```

mod racks;

fn main() -> std::process::ExitCode {
    kubeforge_runtime::command::scheduler(racks::register)
}
