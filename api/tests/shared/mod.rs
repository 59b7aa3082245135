//! What the tests here have in common: the facts and recordings of Kubernetes 1.36, and a Scheme of everything.

use std::path::{Path, PathBuf};

use kubeforge_machinery::{Scheme, SchemeBuilder};

/// A directory of the facts; `None`, and a line that says so, where it is not there.
///
/// They lie beside the repository, or where `KUBEFORGE_SHARED` says.
pub(crate) fn facts(directory: &str) -> Option<PathBuf> {
    let shared = match std::env::var_os("KUBEFORGE_SHARED") {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
    };
    let dir = shared.join(directory);
    if !dir.is_dir() {
        println!("skipped: there is no {}", dir.display());
        return None;
    }
    Some(dir)
}

/// All kinds.
#[allow(dead_code, reason = "not every test needs it")]
pub(crate) fn scheme() -> Scheme {
    let mut builder = SchemeBuilder::new("tests");
    kubeforge_api::register_all(&mut builder);
    builder.build()
}
