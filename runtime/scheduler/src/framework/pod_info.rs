//! A pod as plugins see it: its object and what is computed from it once.

use std::{
    collections::hash_map::RandomState,
    fmt,
    hash::{BuildHasher, Hash, Hasher},
    sync::{Arc, LazyLock},
};

use kubeforge_api::core::v1::{Pod, PodPhase};

use crate::{
    affinity::AffinityTerms,
    host_ports::HostPort,
    pod_index::PodTraits,
    resources::PodResources,
    signature,
    volumes::{claims::PodClaim, in_tree},
};

/// Which pod: namespace, name and uid. Cheap to copy, and to look up in a table: its hash is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodKey(Arc<PodKeyParts>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PodKeyParts {
    namespace: String,
    name: String,
    uid: String,
    hash: u64,
}

impl Hash for PodKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl PodKey {
    /// The key of a pod.
    pub fn of(pod: &Pod) -> Self {
        /// The same for all keys, and not to be foreseen by those who name pods.
        static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        let meta = &pod.metadata;
        Self(Arc::new(PodKeyParts {
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            uid: meta.uid.clone(),
            hash: HASHER.hash_one((&meta.namespace, &meta.name, &meta.uid)),
        }))
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        &self.0.namespace
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its uid.
    pub fn uid(&self) -> &str {
        &self.0.uid
    }
}

impl fmt::Display for PodKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace(), self.name())
    }
}

/// All that plugins of [`Scope::Node`](super::Scope::Node) may look at in a pod, in one text: pods with the same signature
/// get the same answers from them.
///
/// It covers the name of the scheduler, the resources in their three forms, `nodeName`, `nodeSelector`, node affinity,
/// tolerations, host ports, the images of all containers and the features that it needs of its node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature(pub(crate) Arc<[u8]>);

/// A pod with what is computed from it once.
#[derive(Debug)]
pub struct PodInfo {
    pod: Arc<Pod>,
    key: PodKey,
    resources: PodResources,
    host_ports: Vec<HostPort>,
    signature: Signature,
    traits: Arc<PodTraits>,
    affinity: Result<Option<Arc<AffinityTerms>>, String>,
    claims: Vec<PodClaim>,
    attaches_volumes: bool,
}

impl PodInfo {
    /// Computes what plugins want to know of a pod.
    pub fn new(pod: Arc<Pod>) -> Self {
        let resources = PodResources::of(&pod);
        let host_ports = HostPort::of(&pod);
        let signature = signature::of(&pod, &resources, &host_ports);
        let traits = PodTraits::of(&pod);
        let affinity = AffinityTerms::of(&pod).map(|terms| terms.map(Arc::new));
        let claims = PodClaim::of(&pod);
        let mut sources = pod.spec.volumes.iter().map(|volume| &volume.volume_source);
        let attaches_volumes = !claims.is_empty() || sources.any(|source| in_tree::of_source(source).is_some());
        Self {
            key: PodKey::of(&pod),
            pod,
            resources,
            host_ports,
            signature,
            traits: Arc::new(traits),
            affinity,
            claims,
            attaches_volumes,
        }
    }

    /// The pod.
    pub fn pod(&self) -> &Arc<Pod> {
        &self.pod
    }

    /// Which pod it is.
    pub const fn key(&self) -> &PodKey {
        &self.key
    }

    /// What it asks for.
    pub const fn resources(&self) -> &PodResources {
        &self.resources
    }

    /// The ports of its node that it wants.
    pub fn host_ports(&self) -> &[HostPort] {
        &self.host_ports
    }

    /// What selectors of other pods look at.
    pub const fn traits(&self) -> &Arc<PodTraits> {
        &self.traits
    }

    /// What it says about other pods near it.
    pub fn affinity(&self) -> Option<&Arc<AffinityTerms>> {
        self.affinity.as_ref().ok()?.as_ref()
    }

    /// What is wrong with what it says about other pods, where something is.
    pub fn affinity_error(&self) -> Option<&str> {
        self.affinity.as_ref().err().map(String::as_str)
    }

    /// The claims of its volumes.
    pub fn claims(&self) -> &[PodClaim] {
        &self.claims
    }

    /// Whether some of its volumes may have to be attached to its node.
    pub const fn attaches_volumes(&self) -> bool {
        self.attaches_volumes
    }

    /// Its priority; zero where none was given.
    pub fn priority(&self) -> i32 {
        self.pod.spec.priority.unwrap_or(0)
    }

    /// What it has in common with pods that get the same answers.
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Whether it is over, so that it takes nothing of its node any more.
    pub fn is_terminal(&self) -> bool {
        matches!(self.pod.status.phase, PodPhase::Succeeded | PodPhase::Failed)
    }

    /// Whether it is being deleted.
    pub fn is_terminating(&self) -> bool {
        self.pod.metadata.deletion_timestamp.is_some()
    }
}
