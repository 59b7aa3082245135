//! Questions to a scheduler that binds nothing: where would these pods go, and why does this one not go there?

mod claims;
mod files;
mod live;

use std::{collections::BTreeSet, fmt, io, path::PathBuf, sync::Arc};

use clap::{Args, ValueEnum};
use kubeforge_api::core::v1::Pod;
use kubeforge_client::Client;
use serde::Serialize;
use tokio::time::Instant;

use crate::{
    core::{Core, Decision},
    explanation::Explanation,
    framework::Preemption,
    options::{SchedulerError, SchedulerOptions},
};
use files::Cluster;

/// Why a question could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum OfflineError {
    /// A file can't be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A document of a file is no object.
    #[error("{path}: document {place}: {reason}")]
    Document {
        /// The file.
        path: PathBuf,
        /// Which document, from 1.
        place: usize,
        /// What is wrong.
        reason: String,
    },
    /// A file has not just one pod.
    #[error("{path}: there must be one pod in it")]
    NotOnePod {
        /// The file.
        path: PathBuf,
    },
    /// There is no such pod.
    #[error("there is no pod {0}")]
    NoPod(String),
    /// Neither a pod of the cluster nor one of a file is asked about.
    #[error("name a pod, or give one with --filename")]
    NothingAsked,
    /// The scheduler can't say.
    #[error("{0}")]
    Undecided(String),
}

/// How answers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

/// Flags of `kube-scheduler simulate`.
#[derive(Clone, Debug, Args)]
pub struct SimulateArgs {
    /// Files with the cluster: nodes, pods that have a node, priority classes, volumes, devices and so on, as `kubectl get -o yaml`
    /// writes them. Pods without a node are placed.
    #[arg(long, value_name = "FILE", required = true)]
    pub snapshot: Vec<PathBuf>,

    /// Files with more pods to place, after those of the snapshot.
    #[arg(long, value_name = "FILE")]
    pub pods: Vec<PathBuf>,

    /// How the answer is written.
    #[arg(long, short, value_enum, default_value_t)]
    pub output: OutputFormat,
}

/// Flags of `kube-scheduler explain`.
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// The pod: `NAME` or `NAMESPACE/NAME`. One that has a node is explained as if it had none.
    #[arg(value_name = "POD")]
    pub pod: Option<String>,

    /// A file with one pod that need not exist.
    #[arg(long, short = 'f', value_name = "FILE", conflicts_with = "pod")]
    pub filename: Option<PathBuf>,

    /// The namespace of the pod.
    #[arg(long, short, default_value = "default")]
    pub namespace: String,

    /// Files with a cluster, in place of asking an API server.
    #[arg(long, value_name = "FILE")]
    pub snapshot: Vec<PathBuf>,

    /// How the answer is written.
    #[arg(long, short, value_enum, default_value_t)]
    pub output: OutputFormat,
}

/// Where one pod went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Placement {
    /// Its namespace and name.
    pub pod: String,
    /// Its node; none where it found none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Why it found none, in the words of its condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The pods that had to go for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evicted: Vec<String>,
}

/// Where pods went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Simulation {
    /// In the order of the last word about each.
    pub placements: Vec<Placement>,
}

impl fmt::Display for Simulation {
    /// A line per pod, and how many found a node.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&Placement) -> usize| self.placements.iter().map(text).chain([4]).max().unwrap_or(4);
        let pod_width = width(|it| it.pod.len());
        let node_width = width(|it| it.node.as_ref().map_or(1, String::len));
        writeln!(f, "{:pod_width$}  {:node_width$}  NOTE", "POD", "NODE")?;
        for Placement { pod, node, message, evicted } in &self.placements {
            let evicted = (!evicted.is_empty()).then(|| format!("after evicting {}", evicted.join(", ")));
            let note = message.clone().or(evicted).unwrap_or_default();
            let line = format!("{pod:pod_width$}  {:node_width$}  {note}", node.as_deref().unwrap_or("-"));
            writeln!(f, "{}", line.trim_end())?;
        }
        let placed = self.placements.iter().filter(|it| it.node.is_some()).count();
        writeln!(f, "{placed} of {} pods placed", self.placements.len())
    }
}

/// A core with the configuration's profiles, that knows of nothing yet. Extenders are not asked: they would act on what they
/// are told.
fn core(options: &SchedulerOptions) -> Result<Core, SchedulerError> {
    let mut profiles = options.configuration.profiles(&options.registry)?;
    for profile in &mut profiles {
        profile.extenders = Arc::default();
    }
    Ok(Core::new(profiles, options.configuration.backoff()))
}

impl SimulateArgs {
    /// Places the pods. Pods that are pushed out are gone at once, and binding never fails.
    ///
    /// # Errors
    /// Where a file or the configuration can't be used.
    pub fn run(&self, options: &SchedulerOptions) -> Result<Simulation, SchedulerError> {
        let mut core = core(options)?;
        let files: Vec<PathBuf> = self.snapshot.iter().chain(&self.pods).cloned().collect();
        let cluster = Cluster::read(&files)?;
        let now = Instant::now();
        cluster.fill(&mut core, now);
        Ok(place(&mut core, cluster.waiting().cloned(), now))
    }
}

/// Lets the core decide about pods until nothing changes any more.
fn place(core: &mut Core, pods: impl Iterator<Item = Pod>, mut now: Instant) -> Simulation {
    let mut simulation = Simulation::default();
    let mut left = BTreeSet::new();
    for pod in pods {
        left.insert(format!("{}/{}", pod.metadata.namespace, pod.metadata.name));
        core.set_pod(Arc::new(pod), now);
    }
    let mut messages = std::collections::BTreeMap::new();
    let mut evicted = std::collections::BTreeMap::<String, Vec<String>>::new();
    // pods come back to the queue when something happened that may help; where nothing does, they would come back for ever
    let mut has_changed = true;
    while !left.is_empty() {
        match core.schedule_next(now) {
            Some(Decision::Bind(binding)) => {
                core.take_for_bound(&binding, now);
                let mut pod = Pod::clone(binding.pod.pod());
                pod.spec.node_name = binding.node.to_string();
                let name = binding.pod.key().to_string();
                core.set_pod(Arc::new(pod), now);
                left.remove(&name);
                let (node, evicted) = (Some(binding.node.to_string()), evicted.remove(&name).unwrap_or_default());
                simulation.placements.push(Placement { pod: name, node, message: None, evicted });
                has_changed = true;
            }
            Some(Decision::Reject(rejection)) => {
                let name = rejection.pod.key().to_string();
                if let Preemption::Nominate { victims, .. } = &rejection.preemption {
                    for victim in victims {
                        evicted.entry(name.clone()).or_default().push(victim.key().to_string());
                        core.remove_pod(victim.pod(), now);
                        has_changed = true;
                    }
                }
                messages.insert(name, rejection.message);
            }
            None => match core.next_wakeup().filter(|_| std::mem::take(&mut has_changed)) {
                Some(wakeup) => now = wakeup.max(now),
                None => break,
            },
        }
    }
    for pod in left {
        let (message, evicted) = (messages.remove(&pod), evicted.remove(&pod).unwrap_or_default());
        let message =
            Some(message.unwrap_or_else(|| "it is not in the queue: gated, or of another scheduler".to_owned()));
        simulation.placements.push(Placement { pod, node: None, message, evicted });
    }
    simulation
}

impl ExplainArgs {
    /// Whether the cluster is in files, so that no API server is needed.
    pub fn is_offline(&self) -> bool {
        !self.snapshot.is_empty()
    }

    /// What is said of each node for the pod, in the cluster of the files.
    ///
    /// # Errors
    /// Where a file or the configuration can't be used, or there is no such pod.
    pub fn run_offline(&self, options: &SchedulerOptions) -> Result<Explanation, SchedulerError> {
        let mut core = core(options)?;
        let cluster = Cluster::read(&self.snapshot)?;
        cluster.fill(&mut core, Instant::now());
        self.explain(&mut core, |namespace, name| {
            cluster.pods.iter().find(|pod| pod.metadata.namespace == namespace && pod.metadata.name == name).cloned()
        })
    }

    /// What is said of each node for the pod, in the cluster that the client reaches.
    ///
    /// # Errors
    /// Where the cluster can't be read or the configuration can't be used, or there is no such pod.
    pub async fn run_live(&self, options: &SchedulerOptions, client: Client) -> Result<Explanation, SchedulerError> {
        let mut core = core(options)?;
        let pods = live::fill(&mut core, client, &options.configuration.gates).await;
        self.explain(&mut core, |namespace, name| pods.get(namespace, name).map(|pod| Pod::clone(&pod)))
    }

    fn explain(
        &self,
        core: &mut Core,
        find: impl Fn(&str, &str) -> Option<Pod>,
    ) -> Result<Explanation, SchedulerError> {
        let mut pod = match (&self.pod, &self.filename) {
            (_, Some(path)) => files::pod(path)?,
            (Some(name), None) => {
                let (namespace, name) = name.split_once('/').unwrap_or((&self.namespace, name));
                find(namespace, name).ok_or_else(|| OfflineError::NoPod(format!("{namespace}/{name}")))?
            }
            (None, None) => return Err(OfflineError::NothingAsked.into()),
        };
        if !pod.spec.node_name.is_empty() {
            core.remove_pod(&pod, Instant::now());
            pod.spec.node_name.clear();
        }
        Ok(core.explain(Arc::new(pod)).map_err(OfflineError::Undecided)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: &str = r#"
kind: List
apiVersion: v1
items:
- {kind: Node, apiVersion: v1, metadata: {name: n1}, status: {allocatable: {cpu: "1", pods: "9"}}}
- {kind: Node, apiVersion: v1, metadata: {name: n2}, spec: {unschedulable: true}, status: {allocatable: {cpu: "1", pods: "9"}}}
- {kind: PriorityClass, apiVersion: scheduling.k8s.io/v1, metadata: {name: high}, value: 9}
- {kind: Pod, apiVersion: v1, metadata: {name: old}, spec: {nodeName: n1, containers: [{name: c, resources: {requests: {cpu: "1"}}}]}}
---
kind: Pod
apiVersion: v1
metadata: {name: low}
spec: {containers: [{name: c, resources: {requests: {cpu: "1"}}}]}
---
kind: Pod
apiVersion: v1
metadata: {name: high}
spec: {priorityClassName: high, containers: [{name: c, resources: {requests: {cpu: "1"}}}]}
"#;

    const DEVICES: &str = r#"
kind: List
apiVersion: v1
items:
- {kind: Node, apiVersion: v1, metadata: {name: n1}, status: {allocatable: {pods: "9"}}}
- {kind: Node, apiVersion: v1, metadata: {name: n2}, status: {allocatable: {pods: "9"}}}
- {kind: DeviceClass, apiVersion: resource.k8s.io/v1, metadata: {name: gpu}, spec: {extendedResourceName: example.com/gpu}}
- kind: ResourceSlice
  apiVersion: resource.k8s.io/v1
  metadata: {name: s}
  spec: {driver: d.org, nodeName: n2, pool: {name: n2, generation: 1, resourceSliceCount: 1}, devices: [{name: a}, {name: b}]}
- kind: ResourceClaimTemplate
  apiVersion: resource.k8s.io/v1
  metadata: {name: t}
  spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu}}]}}}
- {kind: Pod, apiVersion: v1, metadata: {name: first}, spec: {resourceClaims: [{name: it, resourceClaimTemplateName: t}], containers: [{name: c}]}}
- {kind: Pod, apiVersion: v1, metadata: {name: second}, spec: {containers: [{name: c, resources: {limits: {example.com/gpu: "1"}, requests: {example.com/gpu: "1"}}}]}}
- {kind: Pod, apiVersion: v1, metadata: {name: third}, spec: {resourceClaims: [{name: it, resourceClaimTemplateName: t}], containers: [{name: c}]}}
"#;

    #[test]
    fn devices_of_files_are_given_to_the_pods_that_are_placed() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("cluster.yaml");
        std::fs::write(&file, DEVICES).unwrap();
        let simulate = SimulateArgs { snapshot: vec![file], pods: vec![], output: OutputFormat::Table };
        let simulation = simulate.run(&SchedulerOptions::default()).unwrap();
        let [first, second, third] = simulation.placements.as_slice() else { panic!("{simulation}") };
        assert_eq!((first.node.as_deref(), second.node.as_deref()), (Some("n2"), Some("n2")));
        let message = third.message.as_deref().unwrap();
        assert!(message.starts_with("0/2 nodes are available: 2 cannot allocate all claims."), "{message}");
    }

    #[test]
    fn pods_of_files_are_placed_and_explained() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("cluster.yaml");
        std::fs::write(&file, CLUSTER).unwrap();
        let options = SchedulerOptions::default();
        let simulate = SimulateArgs { snapshot: vec![file.clone()], pods: vec![], output: OutputFormat::Table };
        let simulation = simulate.run(&options).unwrap();
        let [first, second] = simulation.placements.as_slice() else { panic!("{simulation}") };
        assert_eq!((first.pod.as_str(), first.node.as_deref()), ("default/high", Some("n1")));
        assert_eq!(first.evicted, ["default/old"]);
        assert_eq!((second.pod.as_str(), second.node.as_deref()), ("default/low", None));
        let explain = ExplainArgs {
            pod: Some("old".to_owned()),
            filename: None,
            namespace: "default".to_owned(),
            snapshot: vec![file],
            output: OutputFormat::Table,
        };
        let table = explain.run_offline(&options).unwrap().to_string();
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[1].starts_with("n1") && lines[1].contains("NodeResourcesFit"), "{table}");
        assert!(
            lines[2].starts_with("n2") && lines[2].contains("NodeUnschedulable: node(s) were unschedulable"),
            "{table}"
        );
    }
}
