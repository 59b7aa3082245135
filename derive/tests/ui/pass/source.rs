//! `ApiSource` expands to nothing.

use kubeforge_derive::ApiSource;

#[derive(ApiSource)]
#[api(kind, no_resource)]
pub struct Options {
    #[api(tag = 1, list = atomic)]
    pub dry_run: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { dry_run: Vec::new() }
    }
}

fn main() {
    assert!(Options::default().dry_run.is_empty());
}
