//! A plugin: no pod goes to a node that is being maintained, and pods rather go to the rack with the fewest pods.
//!
//! The rack is a label of nodes; an annotation is there while a node is maintained. Their names are arguments. The plugin
//! takes part in Filter, PreScore and Score, and has a queueing hint: when a node's maintenance is over, the pods that it
//! turned away are tried again, and no other change to a node wakes them.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_api::core::v1::Node;
use kubeforge_scheduler::framework::{
    Change, ChangeKind, Changes, CycleState, FilterPlugin, NodeInfo, Normalize, Plugin, PluginError, PodInfo,
    PreScorePlugin, QueueingHint, Registry, Row, ScorePlugin, Snapshot, Status,
};
use serde::Deserialize;
use serde_json::Value;

/// Makes the plugin known by its name.
pub(crate) fn register(registry: &mut Registry) {
    registry.register(Racks::NAME, |arguments| Ok(Arc::new(Racks::new(arguments)?)));
}

/// The plugin: what it was configured with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Racks {
    label: String,
    maintenance_annotation: String,
}

impl Default for Racks {
    fn default() -> Self {
        Self { label: "rack".to_owned(), maintenance_annotation: "example.com/maintenance".to_owned() }
    }
}

/// What PreScore leaves for Score: the pods of each rack.
#[derive(Clone)]
struct PodsByRack(BTreeMap<String, i64>);

impl Racks {
    const NAME: &'static str = "Racks";

    fn new(arguments: Option<&Value>) -> Result<Self, PluginError> {
        let Some(arguments) = arguments else { return Ok(Self::default()) };
        let read = Self::deserialize(arguments);
        read.map_err(|error| PluginError::Arguments { name: Self::NAME.to_owned(), reason: error.to_string() })
    }

    fn is_maintained(&self, node: &Node) -> bool {
        node.metadata.annotations.contains_key(&self.maintenance_annotation)
    }
}

/// The scope is left as it is: scores depend on the pods of other nodes, so nothing may be kept from one pod to the next.
impl Plugin for Racks {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[ChangeKind::NodeAdded, ChangeKind::NodeUpdated])
    }

    fn queueing_hint(&self, _pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let helps = match change {
            Change::NodeAdded(node) => !self.is_maintained(node),
            Change::NodeUpdated { old, new, .. } => self.is_maintained(old) && !self.is_maintained(new),
            _ => false,
        };
        if helps { QueueingHint::Queue } else { QueueingHint::QueueSkip }
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }

    fn pre_score(&self) -> Option<&dyn PreScorePlugin> {
        Some(self)
    }

    fn score(&self) -> Option<&dyn ScorePlugin> {
        Some(self)
    }
}

impl FilterPlugin for Racks {
    fn filter_node(&self, _state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Status {
        match node.node().is_some_and(|node| self.is_maintained(node)) {
            // no other pod's going would help
            true => Status::unresolvable("node(s) were under maintenance"),
            false => Status::success(),
        }
    }
}

impl PreScorePlugin for Racks {
    fn pre_score_pod(&self, state: &mut CycleState, _pod: &PodInfo, nodes: &Snapshot, _rows: Option<&[Row]>) -> Status {
        let mut pods = BTreeMap::new();
        for (_, node) in nodes.iter() {
            if let Some(rack) = node.label(&self.label) {
                *pods.entry(rack.to_owned()).or_default() += i64::try_from(node.pods().len()).unwrap_or(i64::MAX);
            }
        }
        if pods.is_empty() {
            return Status::skip();
        }
        state.write(PodsByRack(pods));
        Status::success()
    }
}

impl ScorePlugin for Racks {
    /// The pods of the rack; nodes of no rack are as bad as the fullest.
    fn score_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        let Some(PodsByRack(pods)) = state.read::<PodsByRack>() else { return Ok(0) };
        let own = node.label(&self.label).and_then(|rack| pods.get(rack));
        Ok(own.or_else(|| pods.values().max()).copied().unwrap_or(0))
    }

    fn normalize(&self) -> Normalize {
        Normalize::ByMaximumReversed
    }
}
