//! The kubeforge binary and the facade of the runtime's crates.
