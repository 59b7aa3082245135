//! Whom a pod may push out: the rules of DefaultPreemption.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value;

use crate::{
    cycle::{Cycle, Nowhere, counted},
    json::{entries, key, labels, name, namespace, number, priority, text},
    plugins::{Code, Refusal},
    selectors::{is_everything, selects},
    world::View,
};

/// What comes of it.
#[derive(Debug)]
pub(crate) enum Preemption {
    /// Room can be made on any of these nodes, by these pods' going; they lose equally little.
    Room(Vec<(String, BTreeSet<String>)>),
    /// It can't, for this reason.
    Refused(String),
}

/// What is lost, what counts most first: violated budgets, the highest priority, the sum of priorities, how many pods,
/// and how long the most important one has run.
type Loss = (usize, i64, i64, usize, Reverse<String>);

pub(crate) fn preempt(cycle: &Cycle<'_>, nowhere: &Nowhere) -> Preemption {
    let (pod, world) = (cycle.pod, cycle.world);
    if cycle.is_refused() {
        // DynamicResources is asked first, and fails where PreFilter ended before it
        return Preemption::Refused("not found".to_owned());
    }
    if pod["spec"]["preemptionPolicy"] == "Never" {
        return refused("not eligible due to preemptionPolicy=Never.");
    }
    let mut possible: Vec<(Loss, String, BTreeSet<String>)> = Vec::new();
    let mut refusals = BTreeMap::<String, Refusal>::new();
    for node in world.nodes.values() {
        if nowhere.refusals.get(name(node)).is_none_or(|refusal| refusal.code != Code::Unschedulable) {
            continue;
        }
        match victims(cycle, node) {
            Ok((victims, violations)) => {
                let names = victims.iter().map(|victim| key(victim)).collect();
                possible.push((loss(&victims, violations), name(node).to_owned(), names));
            }
            Err(refusal) => {
                refusals.insert(name(node).to_owned(), refusal);
            }
        }
    }
    let Some(least) = possible.iter().map(|(loss, ..)| loss.clone()).min() else {
        let count = world.nodes.len();
        let not_helped = vec!["Preemption is not helpful for scheduling".to_owned()];
        let not_helped = Refusal { code: Code::Unresolvable, reasons: not_helped };
        let others = vec![not_helped; count - refusals.len()];
        let reasons = counted(refusals.values().chain(&others));
        return refused(&format!("0/{count} nodes are available: {reasons}."));
    };
    let best = possible.into_iter().filter(|(loss, ..)| *loss == least);
    Preemption::Room(best.map(|(_, node, victims)| (node, victims)).collect())
}

/// DynamicResources has its say before: pods without claims have nothing that it could give back.
fn refused(reason: &str) -> Preemption {
    Preemption::Refused(format!("no new claims to deallocate, preemption: {reason}"))
}

/// The pods of one node that would have to go, and how many of them a budget would keep.
fn victims<'a>(cycle: &Cycle<'a>, node: &Value) -> Result<(Vec<&'a Value>, usize), Refusal> {
    let world = cycle.world;
    let mut lower = world.view().on(node);
    lower.retain(|other| priority(other) < priority(cycle.pod));
    if lower.is_empty() {
        return Err(Refusal::unresolvable("No preemption victims found for incoming pod"));
    }
    lower.sort_by_key(|pod| (Reverse(priority(pod)), started(pod)));
    let mut view: View<'_> = world.view();
    view.removed = lower.iter().map(|pod| key(pod)).collect();
    cycle.fits(&view, node)?;
    let kept = kept_by_budgets(cycle, &lower);
    let (first, then): (Vec<&Value>, Vec<&Value>) = lower.into_iter().partition(|pod| kept.contains(&key(pod)));
    let mut victims = Vec::new();
    for pod in first.into_iter().chain(then) {
        view.removed.remove(&key(pod));
        if cycle.fits(&view, node).is_err() {
            view.removed.insert(key(pod));
            victims.push(pod);
        }
    }
    let violations = victims.iter().filter(|pod| kept.contains(&key(pod))).count();
    Ok((victims, violations))
}

/// When a pod started; one that has not comes last.
fn started(pod: &Value) -> String {
    let time = text(&pod["status"]["startTime"]);
    if time.is_empty() { "9999".to_owned() } else { time.to_owned() }
}

/// Those of the pods whose going would be one too many for a budget, each one's going being counted.
fn kept_by_budgets(cycle: &Cycle<'_>, pods: &[&Value]) -> BTreeSet<String> {
    let budgets: Vec<&Value> = cycle.world.all("PodDisruptionBudget").collect();
    let mut allowed: Vec<i64> = budgets.iter().map(|it| number(&it["status"]["disruptionsAllowed"])).collect();
    let mut kept = BTreeSet::new();
    for pod in pods.iter().filter(|pod| entries(labels(pod)).next().is_some()) {
        for (budget, allowed) in budgets.iter().zip(&mut allowed) {
            let selector = &budget["spec"]["selector"];
            let is_its = namespace(budget) == namespace(pod)
                && !is_everything(selector)
                && selects(selector, labels(pod))
                && budget["status"]["disruptedPods"][name(pod)].is_null();
            if is_its {
                *allowed -= 1;
                if *allowed < 0 {
                    kept.insert(key(pod));
                }
            }
        }
    }
    kept
}

fn loss(victims: &[&Value], violations: usize) -> Loss {
    let highest = victims.iter().map(|pod| priority(pod)).max().unwrap_or(i64::MIN);
    let sum = victims.iter().map(|pod| priority(pod) + (1 << 31)).sum();
    let most_important = victims.iter().filter(|pod| priority(pod) == highest);
    let earliest = most_important.map(|pod| started(pod)).min().unwrap_or_default();
    (violations, highest, sum, victims.len(), Reverse(earliest))
}
