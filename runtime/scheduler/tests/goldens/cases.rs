//! The recordings: small clusters, and what kube-scheduler 1.36 did with them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// The directory of the recordings; `None`, and a line that says so, where it is not there.
pub(crate) fn directory() -> Option<PathBuf> {
    let shared = match std::env::var_os("KUBEFORGE_SHARED") {
        Some(directory) => PathBuf::from(directory),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let directory = shared.join("goldens/scheduler");
    if !directory.is_dir() {
        println!("skipped: there is no {}", directory.display());
        return None;
    }
    Some(directory)
}

/// The cases about one topic.
pub(crate) fn read(directory: &Path, topic: &str) -> Vec<Case> {
    #[derive(Deserialize)]
    struct File {
        cases: Vec<Case>,
    }
    let text = std::fs::read_to_string(directory.join(format!("{topic}.json"))).expect("a readable file");
    serde_json::from_str::<File>(&text).expect("a file of cases").cases
}

/// One small cluster, and what happens in it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Case {
    pub(crate) id: String,
    /// A KubeSchedulerConfiguration, or null.
    pub(crate) config: Value,
    #[serde(default)]
    pub(crate) start_scheduler: String,
    /// Which controllers there are.
    #[serde(default)]
    pub(crate) emulate: Vec<String>,
    pub(crate) objects: Vec<Value>,
    pub(crate) steps: Vec<Step>,
}

/// Changes, and what is expected after them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Step {
    #[serde(default)]
    pub(crate) create: Vec<Value>,
    #[serde(default)]
    pub(crate) delete: Vec<Reference>,
    #[serde(default)]
    pub(crate) patch: Vec<Reference>,
    /// Ends the pods that are on their way out.
    #[serde(default)]
    pub(crate) reap: bool,
    #[serde(default)]
    pub(crate) expect: Expect,
}

#[derive(Deserialize)]
pub(crate) struct Reference {
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// Seconds; a pod deleted with some is marked and stays.
    #[serde(default)]
    pub(crate) grace: Option<i64>,
    /// A merge patch.
    #[serde(default)]
    pub(crate) body: Value,
}

#[derive(Default, Deserialize)]
pub(crate) struct Expect {
    /// By `namespace/name`.
    #[serde(default)]
    pub(crate) pods: BTreeMap<String, ExpectPod>,
    /// By `namespace/name`: these and no others of the running pods were told to go.
    #[serde(default)]
    pub(crate) victims: Option<Vec<String>>,
    /// By `namespace/name`.
    #[serde(default)]
    pub(crate) claims: BTreeMap<String, ExpectClaim>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpectClaim {
    pub(crate) selected_node: String,
    pub(crate) volume: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExpectPod {
    /// Any of these.
    #[serde(default)]
    pub(crate) nodes: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) feasible: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) scores: Option<BTreeMap<String, Scores>>,
    /// `Some(null)`: there is none.
    #[serde(default)]
    pub(crate) condition: Option<Value>,
    #[serde(default)]
    pub(crate) nominated_node: Option<String>,
    #[serde(default)]
    pub(crate) gone: bool,
}

/// One node's.
#[derive(Deserialize)]
pub(crate) struct Scores {
    pub(crate) plugins: BTreeMap<String, i64>,
}
