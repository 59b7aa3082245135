//! The scheduling cycle over the models: which nodes can take a pod and how well they suit it, or why none can.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    json::{key, name, priority},
    plugins::{Model, PreFilter, Refusal, Weighted},
    world::{View, World},
};

/// What each plugin scores a node, normalised and weighted; zeros are left out.
pub(crate) type Scores = BTreeMap<&'static str, i64>;

/// Why no node can take a pod.
pub(crate) struct Nowhere {
    /// What is said of each node.
    pub(crate) refusals: BTreeMap<String, Refusal>,
    pub(crate) message: String,
}

/// One pod that is looked at.
pub(crate) struct Cycle<'a> {
    pub(crate) models: &'a [Weighted],
    pub(crate) world: &'a World,
    pub(crate) pod: &'a Value,
    /// The filters that have nothing to say, and the nodes that are left.
    before: Result<Before, Refusal>,
}

#[derive(Default)]
struct Before {
    skipped: BTreeSet<&'static str>,
    left: Option<BTreeSet<String>>,
    narrowing: BTreeSet<&'static str>,
}

impl<'a> Cycle<'a> {
    pub(crate) fn new(models: &'a [Weighted], world: &'a World, pod: &'a Value) -> Self {
        Self { models, world, pod, before: before(models, world, pod) }
    }

    /// The nodes that can take the pod with their scores.
    pub(crate) fn assess(&self) -> Result<BTreeMap<String, Scores>, Nowhere> {
        let mut refusals = BTreeMap::new();
        for node in self.world.nodes.values() {
            if let Err(refusal) = self.may_go(node) {
                refusals.insert(name(node).to_owned(), refusal);
            }
        }
        let fitting = self.world.nodes.values().filter(|node| !refusals.contains_key(name(node)));
        let fitting: Vec<&Value> = fitting.collect();
        if fitting.is_empty() {
            let message = self.message(&refusals);
            return Err(Nowhere { refusals, message });
        }
        let mut scores: BTreeMap<String, Scores> =
            fitting.iter().map(|node| (name(node).to_owned(), Scores::new())).collect();
        for Weighted { model, weight } in self.models {
            let given = model.scores(self.world, self.pod, &fitting).unwrap_or_default();
            for (node, score) in fitting.iter().zip(given).filter(|(_, score)| *score != 0) {
                scores.entry(name(node).to_owned()).or_default().insert(model.name(), score * weight);
            }
        }
        Ok(scores)
    }

    /// Whether a node can take the pod, as PreFilter left things.
    fn may_go(&self, node: &Value) -> Result<(), Refusal> {
        let before = self.before.as_ref().map_err(Clone::clone)?;
        if before.left.as_ref().is_some_and(|left| !left.contains(name(node))) {
            let plugins: Vec<_> = before.narrowing.iter().copied().collect();
            return Err(Refusal::unresolvable(format!("node(s) didn't satisfy plugin(s) [{}]", plugins.join(" "))));
        }
        self.fits(&self.world.view(), node)
    }

    /// The node on which room was made for the pod, where it can take it by now: it is taken without looking at others.
    pub(crate) fn nominated_node(&self) -> Option<String> {
        let (_, node) = self.world.nominated.get(&key(self.pod))?;
        let found = self.world.nodes.get(node)?;
        (self.before.is_ok() && self.fits(&self.world.view(), found).is_ok()).then(|| node.clone())
    }

    /// Whether a node can take the pod, with the room of pods that go before it taken and without.
    pub(crate) fn fits(&self, view: &View<'_>, node: &Value) -> Result<(), Refusal> {
        let goes_before = |other: &Value| priority(other) >= priority(self.pod) && key(other) != key(self.pod);
        let nominated = self.world.nominated.values().filter(|(other, at)| at == name(node) && goes_before(other));
        let mut with = view.clone();
        with.added.extend(nominated.map(|(other, at)| (other, at.as_str())));
        if with.added.len() > view.added.len() {
            self.filter(&with, node)?;
        }
        self.filter(view, node)
    }

    fn filter(&self, view: &View<'_>, node: &Value) -> Result<(), Refusal> {
        let skipped = self.before.as_ref().map(|before| &before.skipped);
        let is_skipped = |model: &dyn Model| skipped.is_ok_and(|skipped| skipped.contains(model.name()));
        let asked = self.models.iter().filter(|it| !is_skipped(&*it.model));
        asked.map(|it| it.model.filter(view, self.pod, node)).find(Result::is_err).unwrap_or(Ok(()))
    }

    fn message(&self, refusals: &BTreeMap<String, Refusal>) -> String {
        let reasons = match &self.before {
            Err(refusal) => refusal.reasons.join(", "),
            Ok(_) => counted(refusals.values()),
        };
        format!("0/{} nodes are available: {reasons}.", self.world.nodes.len())
    }

    /// Whether PreFilter spoke against all nodes.
    pub(crate) const fn is_refused(&self) -> bool {
        self.before.is_err()
    }
}

/// How often each reason was given.
pub(crate) fn counted<'a>(refusals: impl Iterator<Item = &'a Refusal>) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for reason in refusals.flat_map(|refusal| &refusal.reasons) {
        *counts.entry(reason).or_default() += 1;
    }
    let mut texts: Vec<_> = counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    texts.sort();
    texts.join(", ")
}

fn before(models: &[Weighted], world: &World, pod: &Value) -> Result<Before, Refusal> {
    let mut before = Before::default();
    for Weighted { model, .. } in models {
        match model.pre_filter(world, pod) {
            PreFilter::All => {}
            PreFilter::Skip => {
                before.skipped.insert(model.name());
            }
            PreFilter::Only(names) => {
                before.narrowing.insert(model.name());
                before.left = Some(names);
            }
            PreFilter::Refused(refusal) => return Err(refusal),
        }
    }
    Ok(before)
}
