//! What a pod says about other pods near it: pod affinity and anti-affinity, read once.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::core::v1::{Pod, PodAffinityTerm, WeightedPodAffinityTerm};
use kubeforge_machinery::{codec, labels::Selector};

use crate::{framework::Objects, pod_index::PodTraits};

/// Which pods, and how near they have to be.
#[derive(Clone, Debug)]
pub struct AffinityTerm {
    namespaces: BTreeSet<String>,
    namespace_selector: Selector,
    selector: Selector,
    topology_key: String,
    weight: i32,
}

impl AffinityTerm {
    fn new(term: &PodAffinityTerm, weight: i32, namespace: &str) -> Result<Self, String> {
        let parse = |selector: Option<&_>| Selector::from_label_selector(selector).map_err(|error| error.to_string());
        let mut namespaces: BTreeSet<String> = term.namespaces.iter().cloned().collect();
        if namespaces.is_empty() && term.namespace_selector.is_none() {
            namespaces.insert(namespace.to_owned());
        }
        Ok(Self {
            namespaces,
            namespace_selector: parse(term.namespace_selector.as_deref())?,
            selector: parse(term.label_selector.as_deref())?,
            topology_key: term.topology_key.clone(),
            weight,
        })
    }

    /// The label whose values tell what is near.
    pub fn topology_key(&self) -> &str {
        &self.topology_key
    }

    /// How much it counts, where it is a preference.
    pub const fn weight(&self) -> i32 {
        self.weight
    }

    /// Whether it selects namespaces by their labels.
    pub fn selects_namespaces(&self) -> bool {
        !self.namespace_selector.is_nothing()
    }

    /// Whether it is about pods with these labels, in the namespaces that it is about.
    pub fn matches_labels(&self, pod: &PodTraits) -> bool {
        self.selector.matches(&pod.labels)
    }

    /// Whether it is about pods of these traits, in a namespace with these labels.
    pub fn matches(&self, pod: &PodTraits, namespace_labels: &BTreeMap<String, String>) -> bool {
        let is_in = self.namespaces.contains(&pod.namespace) || self.namespace_selector.matches(namespace_labels);
        is_in && self.selector.matches(&pod.labels)
    }

    /// The same with the namespaces that it selects by their labels named, so that labels need not be known any more.
    fn named(&self, objects: &Objects) -> Self {
        let mut named = self.clone();
        if !self.namespace_selector.is_everything() && !self.namespace_selector.is_nothing() {
            let selected = objects.namespaces.select("", &self.namespace_selector);
            named.namespaces.extend(selected.iter().map(|namespace| namespace.metadata.name.clone()));
            named.namespace_selector = Selector::from_label_selector(None).unwrap_or_default();
        }
        named
    }
}

/// What a pod says about other pods near it. Two are equal where the pods' texts are, in one namespace.
#[derive(Clone, Debug)]
pub struct AffinityTerms {
    identity: Box<[u8]>,
    /// All of them must be near.
    pub required_affinity: Vec<AffinityTerm>,
    /// None of them may be near.
    pub required_anti_affinity: Vec<AffinityTerm>,
    /// Better near.
    pub preferred_affinity: Vec<AffinityTerm>,
    /// Better not near.
    pub preferred_anti_affinity: Vec<AffinityTerm>,
}

impl PartialEq for AffinityTerms {
    fn eq(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl Eq for AffinityTerms {}

impl std::hash::Hash for AffinityTerms {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.identity.hash(state);
    }
}

impl AffinityTerms {
    /// What the pod says; none where it says nothing.
    ///
    /// # Errors
    /// What is wrong with one of its selectors.
    pub fn of(pod: &Pod) -> Result<Option<Self>, String> {
        let Some(affinity) = &pod.spec.affinity else { return Ok(None) };
        if affinity.pod_affinity.is_none() && affinity.pod_anti_affinity.is_none() {
            return Ok(None);
        }
        let namespace = &pod.metadata.namespace;
        let required = |terms: &[PodAffinityTerm]| -> Result<Vec<_>, String> {
            terms.iter().map(|term| AffinityTerm::new(term, 0, namespace)).collect()
        };
        let preferred = |terms: &[WeightedPodAffinityTerm]| -> Result<Vec<_>, String> {
            terms.iter().map(|term| AffinityTerm::new(&term.pod_affinity_term, term.weight, namespace)).collect()
        };
        let mut identity = namespace.clone().into_bytes();
        identity.push(0);
        identity.extend(codec::to_json_vec(&affinity.pod_affinity));
        identity.push(0);
        identity.extend(codec::to_json_vec(&affinity.pod_anti_affinity));
        let near = affinity.pod_affinity.as_deref();
        let apart = affinity.pod_anti_affinity.as_deref();
        Ok(Some(Self {
            identity: identity.into(),
            required_affinity: near
                .map_or(Ok(Vec::new()), |near| required(&near.required_during_scheduling_ignored_during_execution))?,
            required_anti_affinity: apart
                .map_or(Ok(Vec::new()), |apart| required(&apart.required_during_scheduling_ignored_during_execution))?,
            preferred_affinity: near
                .map_or(Ok(Vec::new()), |near| preferred(&near.preferred_during_scheduling_ignored_during_execution))?,
            preferred_anti_affinity: apart.map_or(Ok(Vec::new()), |apart| {
                preferred(&apart.preferred_during_scheduling_ignored_during_execution)
            })?,
        }))
    }

    /// The same with all selected namespaces named.
    pub fn named(&self, objects: &Objects) -> Self {
        let named = |terms: &[AffinityTerm]| terms.iter().map(|term| term.named(objects)).collect();
        Self {
            identity: self.identity.clone(),
            required_affinity: named(&self.required_affinity),
            required_anti_affinity: named(&self.required_anti_affinity),
            preferred_affinity: named(&self.preferred_affinity),
            preferred_anti_affinity: named(&self.preferred_anti_affinity),
        }
    }
}
