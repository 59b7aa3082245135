//! A cluster and a series of things that happen to it.

use proptest::{
    collection, prop_oneof,
    strategy::{Strategy, Union},
};
use serde_json::{Value, json};

use super::{
    Part, always, any_of, maybe, nodes, object, others, pods, some_of,
    terms::{HOSTNAME, ZONE},
};

/// The names of the nodes.
pub(crate) const NODES: [&str; 5] = ["n0", "n1", "n2", "n3", "n4"];

/// What happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A node comes or changes.
    SetNode(usize, Value),
    RemoveNode(usize),
    /// A pod of a kind runs on a node, which may not be there.
    Place {
        kind: usize,
        node: usize,
    },
    /// A placed pod gets other labels, or is told to go.
    Relabel {
        pod: usize,
        kind: usize,
    },
    Terminate {
        pod: usize,
    },
    /// A kubelet says what a placed pod has, while it is being resized.
    Resize {
        pod: usize,
        status: Value,
    },
    RemovePod(usize),
    SetOther(Value),
    RemoveOther(Value),
    /// A pod of a kind is to be scheduled; what is decided comes about, unless binding it fails.
    Schedule {
        kind: usize,
        binds: bool,
    },
    /// Time passes: pods for which room was made are scheduled.
    Wait,
    /// A pod for which room was made is deleted.
    GiveUp,
}

/// A configuration, kinds of pods, and what happens.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The arguments of plugins by their names.
    pub(crate) arguments: Value,
    /// Pods that come again and again, so that what was kept of one is of use to the next.
    pub(crate) kinds: Vec<Value>,
    pub(crate) steps: Vec<Step>,
    /// How many nodes there are besides, some like each that there is at first.
    pub(crate) more_nodes: usize,
}

fn arguments() -> Part {
    let resources = [
        json!([{"name": "cpu", "weight": 3}, {"name": "memory", "weight": 1}, {"name": "example.com/gpu", "weight": 2}]),
    ];
    let shape = json!({"shape": [{"utilization": 0, "score": 2}, {"utilization": 40, "score": 10}, {"utilization": 90, "score": 0}]});
    let strategy = Union::new([
        object([("type", any_of(&["LeastAllocated", "MostAllocated"])), ("resources", maybe(50, any_of(&resources)))]),
        object([
            ("type", always("RequestedToCapacityRatio")),
            ("requestedToCapacityRatio", always(shape)),
            ("resources", maybe(50, any_of(&resources))),
        ]),
    ]);
    let fit = object([
        ("scoringStrategy", maybe(70, strategy.boxed())),
        ("ignoredResources", maybe(30, always(json!(["example.com/gpu"])))),
    ]);
    let constraint = object([
        ("maxSkew", any_of(&[1, 2])),
        ("topologyKey", any_of(&[ZONE, HOSTNAME, "rack"])),
        ("whenUnsatisfiable", any_of(&["DoNotSchedule", "ScheduleAnyway"])),
    ]);
    let spread = object([
        ("defaultConstraints", some_of(constraint, 2).prop_map(without_repetition).boxed()),
        ("defaultingType", always("List")),
    ]);
    let near = object([
        ("hardPodAffinityWeight", maybe(50, any_of(&[0, 50]))),
        ("ignorePreferredTermsOfExistingPods", maybe(50, always(true))),
    ]);
    object([
        ("NodeAffinity", maybe(15, object([("addedAffinity", pods::added_affinity())]))),
        ("NodeResourcesFit", maybe(25, fit)),
        ("PodTopologySpread", maybe(20, spread)),
        ("InterPodAffinity", maybe(20, near)),
    ])
}

/// A configuration may not have two constraints for the same label and action.
fn without_repetition(mut constraints: Value) -> Value {
    let mut seen = Vec::new();
    if let Some(list) = constraints.as_array_mut() {
        list.retain(|it| {
            let what = (it["topologyKey"].clone(), it["whenUnsatisfiable"].clone());
            let is_new = !seen.contains(&what);
            seen.push(what);
            is_new
        });
    }
    constraints
}

/// What a case is mostly about: rules that need several things to come together are not met by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    /// A bit of everything.
    Anything,
    /// Pods near each other or apart, and spread.
    Others,
    /// Pods with volumes.
    Volumes,
    /// Full nodes and pods of several priorities.
    Room,
}

impl Theme {
    /// A percentage: the first in general, and the second where the theme is this one; where it is another, half.
    pub(super) const fn percent(self, theme: Self, general: u8, special: u8) -> u8 {
        match self {
            Self::Anything => general,
            _ if self as u8 == theme as u8 => special,
            _ => general / 2,
        }
    }
}

fn step(theme: Theme) -> impl Strategy<Value = Step> {
    let index = || 0_usize..8;
    prop_oneof![
        3 => (index(), nodes::node(theme)).prop_map(|(number, node)| Step::SetNode(number, node)),
        1 => index().prop_map(Step::RemoveNode),
        5 => (index(), index()).prop_map(|(kind, node)| Step::Place { kind, node }),
        1 => (index(), index()).prop_map(|(pod, kind)| Step::Relabel { pod, kind }),
        1 => index().prop_map(|pod| Step::Terminate { pod }),
        1 => (index(), pods::resize()).prop_map(|(pod, status)| Step::Resize { pod, status }),
        2 => index().prop_map(Step::RemovePod),
        5 => others::other(theme).prop_map(Step::SetOther),
        1 => others::other(theme).prop_map(Step::RemoveOther),
        9 => (index(), proptest::bool::weighted(0.9)).prop_map(|(kind, binds)| Step::Schedule { kind, binds }),
        2 => proptest::strategy::Just(Step::Wait),
        1 => proptest::strategy::Just(Step::GiveUp),
    ]
}

/// Clusters start with nodes and some other objects, so that few steps lead to something.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    let themes = [Theme::Anything, Theme::Others, Theme::Volumes, Theme::Room];
    Union::new(themes.map(|theme| case_about(theme).boxed()))
}

fn case_about(theme: Theme) -> impl Strategy<Value = Case> {
    let nodes = collection::vec(nodes::node(theme), 1..=NODES.len());
    let others = match theme {
        Theme::Volumes => 8..16,
        _ => 0..4,
    };
    let others = collection::vec(others::other(theme), others);
    let classes = if theme == Theme::Volumes { others::classes() } else { Vec::new() };
    let steps = collection::vec(step(theme), 1..25);
    let kinds = collection::vec(pods::pod(theme), 1..5);
    (maybe(50, arguments()), kinds, nodes, classes, others, steps).prop_map(
        |(arguments, kinds, nodes, classes, others, steps)| {
            let nodes = nodes.into_iter().enumerate().map(|(number, node)| Step::SetNode(number, node));
            let others = classes.into_iter().chain(others).map(Step::SetOther);
            Case { arguments, kinds, steps: nodes.chain(others).chain(steps).collect(), more_nodes: 0 }
        },
    )
}

/// The same with so many nodes that not all are looked at.
pub(crate) fn large_case() -> impl Strategy<Value = Case> {
    case().prop_map(|case| Case { more_nodes: 150, ..case })
}
