//! Which nodes can reach a volume.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use kubeforge_api::core::v1::PersistentVolume;
use kubeforge_api::storage::v1::CSINode;
use kubeforge_client::store::Store;

use crate::{
    framework::{RowSet, Snapshot},
    node_selector::Selector,
    volumes::{
        in_tree::{self, InTreeType, InTreeVolume},
        reach::{Place, RowSelector},
    },
};

/// The parsed affinity of volumes is kept for this many; when there are more, it is parsed anew.
const PARSED_MAX: usize = 1 << 17;

/// The parsed affinity of volumes, with the volumes from which it was parsed.
#[derive(Debug, Default)]
pub(super) struct Affinities(Mutex<HashMap<String, Parsed>>);

#[derive(Debug)]
struct Parsed {
    volume: Arc<PersistentVolume>,
    selector: Option<Arc<Selector>>,
}

impl Affinities {
    /// The affinity of a volume, if it has one.
    pub(super) fn of(&self, volume: &Arc<PersistentVolume>) -> Option<Arc<Selector>> {
        volume.spec.node_affinity.as_ref()?.required.as_ref()?;
        let mut parsed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = parsed.get(&volume.metadata.name).filter(|known| Arc::ptr_eq(&known.volume, volume)) {
            return known.selector.clone();
        }
        if parsed.len() >= PARSED_MAX {
            parsed.clear();
        }
        let selector = parse(volume);
        let known = Parsed { volume: Arc::clone(volume), selector: selector.clone() };
        parsed.insert(volume.metadata.name.clone(), known);
        selector
    }

    /// The same by row.
    pub(super) fn by_row(&self, volume: &Arc<PersistentVolume>, nodes: &Snapshot) -> Option<RowSelector> {
        self.of(volume).map(|selector| RowSelector::new(selector.label_alternatives(), nodes))
    }
}

fn parse(volume: &PersistentVolume) -> Option<Arc<Selector>> {
    let required = volume.spec.node_affinity.as_ref()?.required.as_ref()?;
    Some(Arc::new(Selector::new(required)))
}

/// Which nodes can reach a volume of one of the old types where the driver serves it.
///
/// # Errors
/// Why it can't be said how the driver names it.
fn migrated(volume: &PersistentVolume, in_tree: InTreeVolume) -> Result<Option<Selector>, String> {
    let InTreeVolume { type_, handle } = in_tree;
    handle.map_err(|error| format!("could not translate pv: {error}"))?;
    Ok(in_tree::migrated_affinity(volume, type_).map(|required| Selector::new(&required)))
}

/// Whether a node with these labels can reach the volume.
///
/// # Errors
/// Why it can't be told.
pub(super) fn reaches(
    volume: &PersistentVolume,
    csi_node: Option<&CSINode>,
    labels: &BTreeMap<String, String>,
) -> Result<bool, String> {
    let in_tree = in_tree::of_persistent(volume).filter(|in_tree| in_tree.type_.is_migrated_on(csi_node));
    // a volume is reached from a node by its labels, never by its name
    Ok(match in_tree {
        Some(in_tree) => migrated(volume, in_tree)?.is_none_or(|selector| selector.matches("", labels)),
        None => parse(volume).is_none_or(|selector| selector.matches("", labels)),
    })
}

/// The volume of a bound claim.
#[derive(Clone)]
pub(super) enum Bound {
    /// There is none.
    Missing,
    /// It can be reached from here.
    Reachable(Option<RowSelector>),
    /// The same, of a type for which that may depend on whether a driver serves it on the node.
    InTree { type_: &'static InTreeType, plain: Option<RowSelector>, migrated: Result<Option<RowSelector>, String> },
}

impl Bound {
    pub(super) fn new(volume: Option<&Arc<PersistentVolume>>, affinities: &Affinities, nodes: &Snapshot) -> Self {
        let Some(volume) = volume else { return Self::Missing };
        let plain = affinities.by_row(volume, nodes);
        let Some(in_tree) = in_tree::of_persistent(volume) else { return Self::Reachable(plain) };
        let type_ = in_tree.type_;
        let by_row = |selector: Selector| RowSelector::new(selector.label_alternatives(), nodes);
        let migrated = migrated(volume, in_tree).map(|selector| selector.map(by_row));
        match (&plain, &migrated) {
            (None, Ok(None)) => Self::Reachable(None),
            _ => Self::InTree { type_, plain, migrated },
        }
    }

    /// Whether a node can reach it.
    ///
    /// # Errors
    /// Why it can't be told.
    pub(super) fn is_reached(&self, csi_nodes: &Store<CSINode>, place: Place<'_>) -> Result<bool, String> {
        let selector = match self {
            Self::Missing => return Ok(false),
            Self::Reachable(selector) => selector,
            Self::InTree { type_, plain, migrated } => {
                let csi_node = csi_nodes.get("", place.name);
                if type_.is_migrated_on(csi_node.as_deref()) { migrated.as_ref().map_err(Clone::clone)? } else { plain }
            }
        };
        Ok(selector.as_ref().is_none_or(|selector| selector.holds(place)))
    }

    /// Whether [`Self::keep`] can tell which nodes reach it.
    pub(super) const fn is_told_at_once(&self) -> bool {
        matches!(self, Self::Missing | Self::Reachable(_))
    }

    /// Leaves the rows of the nodes that reach it.
    pub(super) fn keep(&self, rows: &mut RowSet) {
        match self {
            Self::Reachable(Some(selector)) => selector.keep(rows),
            Self::Reachable(None) | Self::InTree { .. } => {}
            Self::Missing => rows.clear(),
        }
    }
}
