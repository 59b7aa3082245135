//! The volumes of one pod, and what nodes say to them.

use std::sync::Arc;

use kubeforge_api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use kubeforge_api::storage::v1::VolumeBindingMode;
use kubeforge_client::store::ObjectKey;

use super::{
    VolumeBinding,
    affinity::Bound,
    matching::{self, Candidates},
    provisioning::{Provisioning, Verdict},
};
use crate::{
    framework::{FilteredSet, Objects, PodInfo, RowSet, Snapshot},
    volumes::{
        claims::{ANNOTATION_SELECTED_NODE, class_of_claim, class_of_volume, is_fully_bound},
        reach::Place,
    },
};

const NODE_CONFLICT: &str = "node(s) didn't match PersistentVolume's node affinity";
const BIND_CONFLICT: &str = "node(s) didn't find available persistent volumes to bind";
const TOO_LITTLE_STORAGE: &str = "node(s) did not have enough free storage";
const VOLUME_MISSING: &str = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

/// A claim that waits for its first consumer.
#[derive(Clone)]
struct Waiting {
    claim: Arc<PersistentVolumeClaim>,
    /// The volumes there are for it; none are looked for where one is being made.
    candidates: Option<Candidates>,
    provisioning: Provisioning,
}

impl Waiting {
    fn selected_node(&self) -> Option<&str> {
        self.claim.metadata.annotations.get(ANNOTATION_SELECTED_NODE).map(String::as_str)
    }

    fn has_candidates(&self) -> bool {
        self.candidates.as_ref().is_some_and(|candidates| !candidates.is_empty())
    }

    /// Leaves the rows of the nodes on which it can have a volume, if no other claim of the pod takes that.
    fn keep(&self, nodes: &Snapshot, rows: &mut RowSet) {
        if let Some(node) = self.selected_node() {
            rows.intersect(&nodes.row(node).into_iter().collect());
        }
        let mut found = RowSet::default();
        if let Some(candidates) = self.candidates.as_ref().filter(|_| self.has_candidates()) {
            found = rows.clone();
            candidates.keep(&mut found);
        }
        self.provisioning.keep(rows);
        rows.unite(&found);
    }
}

/// A volume for a claim.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub(super) volume: Arc<PersistentVolume>,
    pub(super) claim: Arc<PersistentVolumeClaim>,
}

/// What is to be done so that all claims of a pod have volumes.
#[derive(Clone, Debug, Default)]
pub(super) struct Bindings {
    /// Volumes that are there.
    pub(super) matches: Vec<Match>,
    /// Claims for which volumes are to be made.
    pub(super) provisions: Vec<Arc<PersistentVolumeClaim>>,
}

/// What a node says to the volumes of a pod.
pub(super) enum Found {
    /// All of them can be had there.
    Volumes(Bindings),
    /// They can't.
    Reasons(Vec<&'static str>),
    /// It can't be told.
    Failed(String),
}

/// The volumes of one pod.
pub(super) struct PodVolumes {
    objects: Arc<Objects>,
    bound: Vec<Bound>,
    /// In the order in which volumes are looked for: those of which one is being made, then by size.
    waiting: Vec<Waiting>,
}

impl PodVolumes {
    /// None where a claim is not bound that should be by now.
    ///
    /// # Errors
    /// Where it can't be told.
    pub(super) fn new(plugin: &VolumeBinding, pod: &PodInfo, nodes: &Snapshot) -> Result<Option<Self>, String> {
        let objects = nodes.objects();
        let mut volumes = Self { objects: Arc::clone(objects), bound: Vec::new(), waiting: Vec::new() };
        let mut unbound = Vec::new();
        for claim in pod.claims() {
            let (namespace, name) = (pod.key().namespace(), claim.name.as_str());
            let found = objects.assumed_claims.get(&objects.persistent_volume_claims, namespace, name);
            let found = found.ok_or_else(|| {
                format!("error getting PVC \"{namespace}/{name}\": could not find v1.PersistentVolumeClaim \"{namespace}/{name}\"")
            })?;
            if is_fully_bound(&found) {
                let volume = objects.assumed_volumes.get(&objects.persistent_volumes, "", &found.spec.volume_name);
                volumes.bound.push(Bound::new(volume.as_ref(), &plugin.affinities, nodes));
            } else if found.spec.volume_name.is_empty() && waits_for_consumer(objects, &found)? {
                unbound.push(found);
            } else {
                return Ok(None);
            }
        }
        for claim in unbound {
            let candidates = match claim.metadata.annotations.contains_key(ANNOTATION_SELECTED_NODE) {
                true => None,
                false => Some(candidates(plugin, &claim, nodes)?),
            };
            let provisioning = Provisioning::new(&claim, nodes);
            volumes.waiting.push(Waiting { claim, candidates, provisioning });
        }
        volumes
            .waiting
            .sort_by_key(|waiting| waiting.candidates.as_ref().map(|_| matching::size_asked(&waiting.claim)));
        Ok(Some(volumes))
    }

    /// Whether there are claims that wait for their first consumer.
    pub(super) fn has_unbound(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Where objects were looked up.
    pub(super) const fn objects(&self) -> &Arc<Objects> {
        &self.objects
    }

    /// What a node says.
    pub(super) fn at(&self, place: Place<'_>) -> Found {
        let mut reasons: Vec<_> = match self.bound_reason(place) {
            Ok(reason) => reason.into_iter().collect(),
            Err(failure) => return Found::Failed(failure),
        };
        let waiting = self.waiting_at(place);
        match waiting {
            Ok(bindings) if reasons.is_empty() => return Found::Volumes(bindings),
            Ok(_) => {}
            Err(Refusal::Reason(reason)) => reasons.push(reason),
            Err(Refusal::Failure(failure)) => return Found::Failed(failure),
        }
        // the order in which kube-scheduler names them
        let order = [NODE_CONFLICT, BIND_CONFLICT, TOO_LITTLE_STORAGE, VOLUME_MISSING];
        reasons.sort_by_key(|reason| order.iter().position(|other| other == reason));
        Found::Reasons(reasons)
    }

    /// Leaves the rows of the nodes on which all of them can be had, where that can be told of all nodes at once.
    pub(super) fn keep(&self, nodes: &Snapshot, rows: &mut RowSet) -> FilteredSet {
        let is_told = |waiting: &Waiting| waiting.provisioning.is_told_at_once();
        // of several claims that look for volumes one may take another's
        let choosing = self.waiting.iter().filter(|waiting| waiting.has_candidates()).count();
        if choosing > 1 || !self.bound.iter().all(Bound::is_told_at_once) || !self.waiting.iter().all(is_told) {
            return FilteredSet::OneByOne;
        }
        self.bound.iter().for_each(|bound| bound.keep(rows));
        self.waiting.iter().for_each(|waiting| waiting.keep(nodes, rows));
        FilteredSet::Told
    }

    /// What is wrong with the first bound claim with which something is.
    ///
    /// # Errors
    /// Why it can't be told.
    fn bound_reason(&self, place: Place<'_>) -> Result<Option<&'static str>, String> {
        for bound in &self.bound {
            if matches!(bound, Bound::Missing) {
                return Ok(Some(VOLUME_MISSING));
            }
            if !bound.is_reached(&self.objects.csi_nodes, place)? {
                return Ok(Some(NODE_CONFLICT));
            }
        }
        Ok(None)
    }

    fn waiting_at(&self, place: Place<'_>) -> Result<Bindings, Refusal> {
        let mut bindings = Bindings::default();
        let mut selected = self.waiting.iter().filter_map(Waiting::selected_node);
        if selected.any(|node| node != place.name) {
            return Err(Refusal::Reason(BIND_CONFLICT));
        }
        let mut chosen = Vec::new();
        let mut to_provision = Vec::new();
        for waiting in &self.waiting {
            let found = waiting.candidates.as_ref().and_then(|candidates| candidates.find(place, &chosen));
            match found {
                Some(volume) => {
                    chosen.push(Arc::clone(&volume));
                    bindings.matches.push(Match { volume, claim: Arc::clone(&waiting.claim) });
                }
                None => to_provision.push(waiting),
            }
        }
        for waiting in to_provision {
            match waiting.provisioning.at(place).map_err(Refusal::Failure)? {
                Verdict::Possible => bindings.provisions.push(Arc::clone(&waiting.claim)),
                Verdict::Impossible => return Err(Refusal::Reason(BIND_CONFLICT)),
                Verdict::TooLittle => return Err(Refusal::Reason(TOO_LITTLE_STORAGE)),
            }
        }
        Ok(bindings)
    }
}

enum Refusal {
    Reason(&'static str),
    Failure(String),
}

/// Whether volumes of the claim's class are bound only once a pod that uses them has a node.
fn waits_for_consumer(objects: &Objects, claim: &PersistentVolumeClaim) -> Result<bool, String> {
    let name = class_of_claim(claim);
    let Some(class) = objects.storage_classes.get("", name).filter(|_| !name.is_empty()) else { return Ok(false) };
    match &class.volume_binding_mode {
        Some(mode) => Ok(*mode == VolumeBindingMode::WaitForFirstConsumer),
        None => Err(format!("VolumeBindingMode not set for StorageClass {name:?}")),
    }
}

fn candidates(plugin: &VolumeBinding, claim: &PersistentVolumeClaim, nodes: &Snapshot) -> Result<Candidates, String> {
    let (objects, class) = (nodes.objects(), class_of_claim(claim));
    let mut volumes = objects.persistent_volumes.by_index(Objects::BY_CLASS, class);
    let kept = objects.persistent_volumes.by_index(Objects::BY_CLAIM, &ObjectKey::of(claim).to_string());
    volumes.extend(kept.into_iter().filter(|volume| class_of_volume(volume) == class));
    let volumes: Vec<_> = volumes.into_iter().map(|volume| objects.assumed_volumes.newest(volume)).collect();
    Candidates::new(claim, &volumes, &plugin.affinities, nodes)
}
