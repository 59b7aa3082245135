//! Pods whose cycle waits for what extenders say.
//!
//! One pod at a time is asked about, and the pods that extenders are to be asked about wait for their turn, so extenders see
//! one cycle after another as from kube-scheduler. Other pods are placed meanwhile. What is known of nodes may be outdated
//! when the answer comes: the cycle then runs anew, among the nodes that the extenders let through.

use std::{collections::VecDeque, sync::Arc};

use kubeforge_api::core::v1::Node;
use tokio::time::Instant;

use super::{Attempt, Core, Decision};
use crate::{
    cycle::{Cycle, Found, Nominated, Run},
    extender::{Answer, Consultation, Consulted, Opinion, Question},
    framework::{
        Candidate, Code, Diagnosis, FollowUp, PodInfo, PodKey, PostFilterOutcome, Preemption, Profile, Status,
    },
};

/// Pods whose cycle waits.
#[derive(Default)]
pub(super) struct Suspensions {
    asking: Option<Suspended>,
    parked: VecDeque<PodKey>,
    consultation: Option<Consultation>,
}

/// A pod whose extenders are being asked.
struct Suspended {
    attempt: Attempt,
    /// Why no node can take it, where it is asked which pods may go.
    diagnosis: Option<Diagnosis>,
    /// What is to be written, whichever pods go.
    follow_up: Option<Arc<dyn FollowUp>>,
    /// Whether it is asked about the node on which room was made for it, and no other.
    is_room: bool,
}

impl Suspensions {
    pub(super) fn ask_about_nodes(&mut self, attempt: Attempt, nodes: Vec<Arc<Node>>, is_room: bool) {
        self.ask(Suspended { attempt, diagnosis: None, follow_up: None, is_room }, Question::Nodes(nodes));
    }

    pub(super) fn ask_about_victims(&mut self, attempt: Attempt, diagnosis: Diagnosis, outcome: PostFilterOutcome) {
        let PostFilterOutcome { candidates, follow_up, .. } = outcome;
        let suspended = Suspended { attempt, diagnosis: Some(diagnosis), follow_up, is_room: false };
        self.ask(suspended, Question::Victims(candidates));
    }

    fn ask(&mut self, suspended: Suspended, question: Question) {
        let Attempt { pod, profile, .. } = &suspended.attempt;
        let (pod, extenders) = (Arc::clone(pod), Arc::clone(&profile.extenders));
        self.consultation = Some(Consultation { pod, extenders, question, prioritizing: None });
        self.asking = Some(suspended);
    }
}

/// Whether extenders may be asked about the pod.
fn may_ask(profile: &Profile, pod: &PodInfo) -> bool {
    profile.asks_about_nodes(pod) || profile.asks_about_victims(pod)
}

impl Core {
    /// The next pod that can be looked at now.
    pub(super) fn next_pod(&mut self, now: Instant) -> Option<Arc<PodInfo>> {
        if self.suspensions.asking.is_none() {
            while let Some(key) = self.suspensions.parked.pop_front() {
                if let Some(pod) = self.queue.in_flight(&key) {
                    return Some(pod);
                }
            }
        }
        loop {
            let pod = self.queue.pop(now)?;
            let is_busy = self.suspensions.asking.is_some();
            if is_busy && self.profile_of(&pod).is_some_and(|profile| may_ask(&profile, &pod)) {
                self.suspensions.parked.push_back(pod.key().clone());
                continue;
            }
            return Some(pod);
        }
    }

    /// What extenders are to be asked now; answer with [`Self::consulted`].
    pub fn consultation(&mut self) -> Option<Consultation> {
        let asked = self.suspensions.consultation.take()?;
        Some(Consultation { prioritizing: Some(self.metrics.running("prioritizing_extender")), ..asked })
    }

    /// Extenders have answered: goes on with the pod's cycle, unless the pod is gone meanwhile.
    pub fn consulted(&mut self, consulted: Consulted, now: Instant) -> Option<Decision> {
        let Suspended { mut attempt, diagnosis, follow_up, is_room } = self.suspensions.asking.take()?;
        attempt.pod = self.queue.in_flight(consulted.pod.key())?;
        attempt.watch.resume();
        if let Some(metrics) = &attempt.profile.metrics {
            metrics.sample(attempt.is_sampled);
        }
        let is_refused = |opinion: &Opinion| opinion.nodes.is_empty();
        match (consulted.answer, diagnosis) {
            // then the others are tried
            (Answer::Nodes(answer), _) if is_room && answer.as_ref().map_or(true, is_refused) => {
                self.schedule(attempt, Nominated::LikeOthers, now)
            }
            (Answer::Nodes(Ok(opinion)), _) => self.go_on(attempt, &opinion, now),
            (Answer::Nodes(Err(error)), _) => Some(self.fail(attempt, &Status::error(error), now)),
            (Answer::Victims(answer), diagnosis) => {
                let outcome = PostFilterOutcome { follow_up, ..chosen(&attempt.profile, answer) };
                Some(self.reject_unfit(attempt, &diagnosis.unwrap_or_default(), outcome, now))
            }
        }
    }

    fn go_on(&mut self, mut attempt: Attempt, opinion: &Opinion, now: Instant) -> Option<Decision> {
        let random = self.random.next();
        let Attempt { pod, profile, watch, .. } = &mut attempt;
        let (columns, nominated) = (&self.cache.columns, &self.nominated);
        let class = self.classes.whole(profile, pod, columns);
        let cycle = Cycle { profile, class, columns, nominated, pod, search: None };
        let Run { state, found, looked } = cycle.run_with(random, opinion, watch);
        if let Found::Node(_) = found {
            attempt.looked.feasible = looked.feasible;
        }
        self.decide(attempt, state, found, now)
    }
}

/// The best of the candidates that extenders left.
fn chosen(profile: &Profile, answer: Result<Vec<Candidate>, String>) -> PostFilterOutcome {
    let candidates = match answer {
        Ok(candidates) => candidates,
        Err(error) => return Status::new(Code::Error, [format!("preemption: {error}")]).into(),
    };
    let mut choosers = profile.post_filter.iter().filter_map(|plugin| plugin.post_filter());
    match choosers.find_map(|plugin| plugin.choose(&candidates)) {
        Some(Candidate { node, victims, .. }) => PostFilterOutcome {
            status: Status::success(),
            preemption: Preemption::Nominate { node: node.to_string(), victims: victims.clone() },
            ..PostFilterOutcome::default()
        },
        None => Status::new(Code::Unschedulable, ["preemption: no candidate node for preemption"]).into(),
    }
}
