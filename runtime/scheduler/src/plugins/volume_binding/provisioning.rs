//! Volumes that will be made, for claims that no volume fits.

use std::sync::Arc;

use kubeforge_api::core::v1::{PersistentVolumeClaim, RESOURCE_STORAGE};
use kubeforge_api::storage::v1::{CSIStorageCapacity, StorageClass};
use kubeforge_machinery::{
    Quantity,
    labels::{Operator, Requirement, Selector},
};

use crate::{
    framework::{Objects, RowSet, Snapshot},
    volumes::{
        claims::class_of_claim,
        reach::{Place, Reach, RowSelector},
    },
};

/// Stands for a provisioner where volumes are made by hand.
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

/// Whether and from where a volume can be made for a claim.
#[derive(Clone)]
pub(super) enum Provisioning {
    /// The class says nothing of it.
    Failed(String),
    /// Volumes of the class are made by hand.
    ByHand,
    /// A provisioner makes it.
    Made {
        /// From where volumes of the class can be reached, where not from everywhere.
        topology: Option<RowSelector>,
        /// Where there is enough storage for it, where that is known.
        storage: Option<Arc<Reach<()>>>,
    },
}

/// What a node says to a volume being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It can be made and reached from there.
    Possible,
    /// It can't.
    Impossible,
    /// There is too little storage.
    TooLittle,
}

impl Provisioning {
    pub(super) fn new(claim: &PersistentVolumeClaim, nodes: &Snapshot) -> Self {
        let objects = nodes.objects();
        let name = class_of_claim(claim);
        if name.is_empty() {
            let (namespace, name) = (&claim.metadata.namespace, &claim.metadata.name);
            return Self::Failed(format!("no class for claim \"{namespace}/{name}\""));
        }
        let Some(class) = objects.storage_classes.get("", name) else {
            return Self::Failed(format!("failed to find storage class {name:?}"));
        };
        if class.provisioner.is_empty() || class.provisioner == NO_PROVISIONER {
            return Self::ByHand;
        }
        Self::Made { topology: topology(&class, nodes), storage: storage(claim, &class, nodes).map(Arc::new) }
    }

    /// What a node says.
    ///
    /// # Errors
    /// Where the class says nothing of it.
    pub(super) fn at(&self, place: Place<'_>) -> Result<Verdict, String> {
        match self {
            Self::Failed(reason) => Err(reason.clone()),
            Self::ByHand => Ok(Verdict::Impossible),
            Self::Made { topology: Some(topology), .. } if !topology.holds(place) => Ok(Verdict::Impossible),
            Self::Made { storage: Some(storage), .. } if storage.first(place, |()| true).is_none() => {
                Ok(Verdict::TooLittle)
            }
            Self::Made { .. } => Ok(Verdict::Possible),
        }
    }
}

impl Provisioning {
    /// Whether [`Self::keep`] can tell at which nodes it can be made.
    pub(super) const fn is_told_at_once(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }

    /// Leaves the rows of the nodes for which it can be made.
    pub(super) fn keep(&self, rows: &mut RowSet) {
        let Self::Made { topology, storage } = self else {
            rows.clear();
            return;
        };
        topology.iter().for_each(|topology| topology.keep(rows));
        storage.iter().for_each(|storage| storage.keep(rows));
    }
}

/// From where volumes of a class can be reached. A term without conditions holds nowhere.
fn topology(class: &StorageClass, nodes: &Snapshot) -> Option<RowSelector> {
    if class.allowed_topologies.is_empty() {
        return None;
    }
    let terms = class.allowed_topologies.iter().filter(|term| !term.match_label_expressions.is_empty());
    let requirements = terms.filter_map(|term| {
        let conditions = term.match_label_expressions.iter();
        conditions.map(|it| Requirement::new(&it.key, Operator::In, it.values.clone()).ok()).collect::<Option<Vec<_>>>()
    });
    Some(RowSelector::new(requirements, nodes))
}

/// Where there is enough storage for a claim; none where the driver does not report it.
fn storage(claim: &PersistentVolumeClaim, class: &StorageClass, nodes: &Snapshot) -> Option<Reach<()>> {
    let objects = nodes.objects();
    let bytes = claim.spec.resources.requests.get(RESOURCE_STORAGE)?.value();
    let driver = objects.csi_drivers.get("", &class.provisioner)?;
    driver.spec.storage_capacity.filter(|reports| *reports)?;
    let reports = objects.csi_storage_capacities.by_index(Objects::BY_CLASS, &class.metadata.name);
    let enough = reports.iter().filter(|report| volume_limit(report).is_some_and(|limit| limit.value() >= bytes));
    let places = enough.filter_map(|report| {
        let selector = Selector::from_label_selector(Some(report.node_topology.as_deref()?)).ok()?;
        Some((Some(RowSelector::new(selector.requirements().map(<[_]>::to_vec), nodes)), ()))
    });
    Some(Reach::new(places.collect()))
}

/// How large a volume can be at most.
pub(super) fn volume_limit(report: &CSIStorageCapacity) -> Option<&Quantity> {
    report.maximum_volume_size.as_ref().or(report.capacity.as_ref())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::plugins::testing::{objects, snapshot};

    #[track_caller]
    fn check(class: Value, reports: &[Value], want: Result<Verdict, &str>) {
        let claim = json!({"metadata": {"name": "c", "namespace": "ns"},
            "spec": {"storageClassName": "s", "resources": {"requests": {"storage": "5Gi"}}}});
        let mut all = vec![json!({"kind": "CSIDriver", "metadata": {"name": "d"}, "spec": {"storageCapacity": true}})];
        let mut kind = json!({"kind": "StorageClass", "metadata": {"name": "s"}});
        kind.as_object_mut().unwrap().extend(class.as_object().unwrap().clone());
        all.push(kind);
        for (number, report) in reports.iter().enumerate() {
            let mut kind = json!({"kind": "CSIStorageCapacity", "metadata": {"name": number.to_string()}, "storageClassName": "s"});
            kind.as_object_mut().unwrap().extend(report.as_object().unwrap().clone());
            all.push(kind);
        }
        let nodes = snapshot(&[("n1", vec![])], objects(&all));
        let provisioning = Provisioning::new(&serde_json::from_value(claim).unwrap(), &nodes);
        let verdict = provisioning.at(Place::of(nodes.by_name("n1").unwrap()).unwrap());
        assert_eq!(verdict, want.map_err(str::to_owned));
    }

    #[test]
    fn a_class_says_who_makes_volumes_and_from_where_they_are_reached() {
        let topologies = |host: &str| json!([{"matchLabelExpressions": [{"key": "host", "values": [host]}]}]);
        check(json!({"provisioner": NO_PROVISIONER}), &[], Ok(Verdict::Impossible));
        check(json!({"provisioner": "e"}), &[], Ok(Verdict::Possible));
        check(json!({"provisioner": "e", "allowedTopologies": topologies("n1")}), &[], Ok(Verdict::Possible));
        check(json!({"provisioner": "e", "allowedTopologies": topologies("n2")}), &[], Ok(Verdict::Impossible));
        check(json!({"provisioner": "e", "allowedTopologies": [{}]}), &[], Ok(Verdict::Impossible));
        check(json!({"metadata": {"name": "other"}}), &[], Err("failed to find storage class \"s\""));
    }

    #[test]
    fn storage_counts_where_the_driver_reports_it() {
        let class = || json!({"provisioner": "d"});
        let report =
            |host: &str, field: &str, size: &str| json!({"nodeTopology": {"matchLabels": {"host": host}}, field: size});
        check(class(), &[], Ok(Verdict::TooLittle));
        check(class(), &[report("n1", "capacity", "5Gi")], Ok(Verdict::Possible));
        check(class(), &[report("n1", "capacity", "4Gi"), report("n2", "capacity", "9Gi")], Ok(Verdict::TooLittle));
        check(class(), &[report("n1", "maximumVolumeSize", "5Gi")], Ok(Verdict::Possible));
        check(class(), &[json!({"capacity": "9Gi"})], Ok(Verdict::TooLittle));
        check(class(), &[json!({"capacity": "9Gi", "nodeTopology": {}})], Ok(Verdict::Possible));
    }
}
