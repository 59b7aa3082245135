//! The CSI volumes that are attached to each node, and how many may be.
//!
//! [`NodeVolumes::count`] says so for one node, from scratch. [`AttachedVolumes`] keeps the answers for all nodes: pods are
//! counted as they come and go; what else changes marks rows, and marked rows are counted again when somebody asks. Nodes without limits are not counted at all.
//! Which nodes are full is kept in sets, so that it is told of all nodes at once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use kubeforge_api::storage::v1::CSINode;

use super::csi::{self, Attachable, CsiVolume};
use crate::framework::{BuildRowHasher, NodeInfo, Objects, PodInfo, Row, RowSet, Snapshot};

/// What a node has of volumes.
#[derive(Clone, Debug, Default)]
pub struct NodeVolumes {
    csi_node: Option<Arc<CSINode>>,
    /// How many volumes the node has, by driver.
    used: BTreeMap<String, i64>,
    /// Those that its pods use, and how many pods use each.
    in_pods: BTreeMap<CsiVolume, u32>,
    /// Those that are attached to it, whoever uses them.
    attached: BTreeSet<CsiVolume>,
    /// Why it can't be told what its pods use.
    failure: Option<String>,
}

impl NodeVolumes {
    /// Looks at all pods of the node, and at what is attached to it.
    pub fn count(objects: &Objects, node: &NodeInfo) -> Self {
        let csi_node = objects.csi_nodes.get("", node.name());
        let mut volumes = Self { csi_node, ..Self::default() };
        if volumes.limits().next().is_none() {
            return volumes;
        }
        for pod in node.pods().iter().filter(|pod| pod.attaches_volumes()) {
            match volumes.of_pod(objects, pod) {
                Ok(of_pod) => {
                    for volume in &of_pod {
                        volumes.add(volume);
                    }
                }
                Err(failure) => volumes.failure = volumes.failure.or(Some(failure)),
            }
        }
        for volume in attached_to(objects, node.name()) {
            if !volumes.in_pods.contains_key(&volume) && !volumes.attached.contains(&volume) {
                volumes.change_used(&volume.driver, 1);
            }
            volumes.attached.insert(volume);
        }
        volumes
    }

    fn change_used(&mut self, driver: &str, by: i64) {
        match self.used.get_mut(driver) {
            Some(used) => *used += by,
            None => drop(self.used.insert(driver.to_owned(), by)),
        }
    }

    /// One more pod uses a volume. Tells whether it is the first.
    fn add(&mut self, volume: &CsiVolume) -> bool {
        if let Some(pods) = self.in_pods.get_mut(volume) {
            *pods += 1;
            return false;
        }
        self.in_pods.insert(volume.clone(), 1);
        if !self.attached.contains(volume) {
            self.change_used(&volume.driver, 1);
        }
        true
    }

    /// One pod less uses a volume. Tells whether it was the last.
    fn remove(&mut self, volume: &CsiVolume) -> bool {
        match self.in_pods.get_mut(volume) {
            None => return false,
            Some(pods) if *pods > 1 => {
                *pods -= 1;
                return false;
            }
            Some(_) => {}
        }
        self.in_pods.remove(volume);
        if !self.attached.contains(volume) {
            self.change_used(&volume.driver, -1);
        }
        true
    }

    /// How many volumes the node may have, by driver, where that is limited.
    fn limits(&self) -> impl Iterator<Item = (&str, i64)> {
        let drivers = self.csi_node.iter().flat_map(|csi_node| &csi_node.spec.drivers);
        drivers.filter_map(|driver| Some((driver.name.as_str(), i64::from(driver.allocatable.as_ref()?.count?))))
    }

    fn room(&self, driver: &str) -> Option<Room> {
        let limit = self.limits().find(|(name, _)| *name == driver)?.1;
        Some(Room { used: self.used(driver), limit })
    }

    fn used(&self, driver: &str) -> i64 {
        self.used.get(driver).copied().unwrap_or(0)
    }

    fn of_pod(&self, objects: &Objects, pod: &PodInfo) -> Result<BTreeSet<CsiVolume>, String> {
        let attached = csi::of_placed_pod(objects, pod)?;
        let here = attached.into_iter().filter(|volume| volume.is_attached_on(self.csi_node.as_deref()));
        here.map(|attachable| attachable.volume).collect()
    }

    /// Whether the node can have these volumes too.
    ///
    /// # Errors
    /// Why it can't be told.
    pub fn has_room_for(&self, wanted: &[Attachable]) -> Result<bool, String> {
        let wanted = wanted.iter().filter(|wanted| wanted.is_attached_on(self.csi_node.as_deref()));
        let here = wanted.map(|wanted| wanted.volume.as_ref().map_err(Clone::clone));
        let here = here.collect::<Result<BTreeSet<_>, _>>()?;
        if here.is_empty() || self.limits().next().is_none() {
            return Ok(true);
        }
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let mut count = BTreeMap::<&str, i64>::new();
        for volume in here.into_iter().filter(|volume| !self.in_pods.contains_key(*volume)) {
            *count.entry(&volume.driver).or_default() += 1;
        }
        Ok(self.limits().all(|(driver, limit)| count.get(driver).is_none_or(|new| self.used(driver) + new <= limit)))
    }
}

/// What is attached to a node, whether a pod there uses it or not.
fn attached_to(objects: &Objects, node: &str) -> impl Iterator<Item = CsiVolume> {
    let attachments = objects.volume_attachments.by_index(Objects::BY_NODE, node).into_iter();
    attachments.filter_map(|attachment| {
        let driver = Some(&attachment.spec.attacher).filter(|driver| !driver.is_empty())?.clone();
        let volume = objects.persistent_volumes.get("", attachment.spec.source.persistent_volume_name.as_ref()?)?;
        let handle = volume.spec.persistent_volume_source.csi.as_ref()?.volume_handle.clone();
        Some(CsiVolume { driver, handle })
    })
}

/// How many volumes of a driver a node has, and may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Room {
    used: i64,
    limit: i64,
}

impl Room {
    const UNLIMITED: Self = Self { used: 0, limit: i64::MAX };

    fn is_enough_for(self, new: usize) -> bool {
        let new = i64::try_from(new).unwrap_or(i64::MAX);
        new == 0 || self.limit == i64::MAX || self.used.saturating_add(new) <= self.limit
    }
}

/// Of so many volumes of a driver at once the nodes that can't have them are kept in sets; few pods want more.
const KEPT_COUNTS: usize = 4;

/// The rooms of all nodes for the volumes of one driver.
#[derive(Clone, Debug, Default)]
struct Rooms {
    rows: Vec<Room>,
    /// The rows that can't have one more, two more and so on.
    short: [RowSet; KEPT_COUNTS],
}

impl Rooms {
    fn set(&mut self, row: Row, room: Room) {
        if self.rows.len() <= row.index() {
            self.rows.resize(row.index() + 1, Room::UNLIMITED);
        }
        if let Some(place) = self.rows.get_mut(row.index()) {
            *place = room;
        }
        for (short, count) in self.short.iter_mut().zip(1..) {
            short.set(row, !room.is_enough_for(count));
        }
    }

    fn at(&self, row: Row) -> Room {
        self.rows.get(row.index()).copied().unwrap_or(Room::UNLIMITED)
    }
}

/// What nodes have of the volumes that a pod wants, by driver.
#[derive(Clone, Debug)]
pub struct WantedRooms {
    by_driver: Vec<WantedRoom>,
    failures: Arc<HashMap<Row, String>>,
}

#[derive(Clone, Debug)]
struct WantedRoom {
    rooms: Arc<Rooms>,
    /// For each wanted volume of the driver the rows where pods use it already.
    in_pods: Vec<HashSet<Row>>,
}

impl WantedRoom {
    fn fits(&self, row: Row) -> bool {
        let new = self.in_pods.iter().filter(|rows| !rows.contains(&row)).count();
        self.rooms.at(row).is_enough_for(new)
    }

    fn keep(&self, rows: &mut RowSet) {
        let count = self.in_pods.len();
        let used = self.in_pods.iter().flatten().copied().filter(|row| rows.contains(*row));
        let fitting: Vec<Row> = used.filter(|row| self.fits(*row)).collect();
        match self.rooms.short.get(count.saturating_sub(1)) {
            Some(short) => rows.subtract(short),
            None => {
                let full = rows.iter().filter(|row| !self.rooms.at(*row).is_enough_for(count));
                full.collect::<Vec<_>>().into_iter().for_each(|row| rows.remove(row));
            }
        }
        // where a pod uses one of them already, less has to be new
        fitting.into_iter().for_each(|row| rows.insert(row));
    }
}

impl WantedRooms {
    /// Whether the row's node can have all of them.
    ///
    /// # Errors
    /// Why it can't be told.
    pub fn fit(&self, row: Row) -> Result<bool, String> {
        match self.failures.get(&row) {
            Some(failure) => Err(failure.clone()),
            None => Ok(self.by_driver.iter().all(|wanted| wanted.fits(row))),
        }
    }

    /// Leaves the rows whose nodes can have all of them; none where it can't be told of some nodes.
    pub fn keep(&self, rows: &mut RowSet) -> Option<()> {
        if !self.failures.is_empty() {
            return None;
        }
        self.by_driver.iter().for_each(|wanted| wanted.keep(rows));
        Some(())
    }
}

/// What a pod did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Came,
    Went,
}

#[derive(Debug, Default)]
struct Counts {
    stale: HashSet<Row, BuildRowHasher>,
    are_all_stale: bool,
    /// Of the nodes with limits.
    rows: HashMap<Row, NodeVolumes, BuildRowHasher>,
    by_driver: HashMap<String, Arc<Rooms>>,
    in_pods: HashMap<CsiVolume, HashSet<Row>>,
    failures: Arc<HashMap<Row, String>>,
}

/// What all nodes have of volumes.
#[derive(Debug, Default)]
pub struct AttachedVolumes(Mutex<Counts>);

impl AttachedVolumes {
    /// The row's node, its pods or what they use have changed.
    pub(crate) fn mark(&mut self, row: Row) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).stale.insert(row);
    }

    /// A pod came to the row's node.
    pub(crate) fn pod_came(&mut self, row: Row, pod: &PodInfo, objects: &Objects) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).pod_moved(row, pod, objects, Move::Came);
    }

    /// A pod left it.
    pub(crate) fn pod_went(&mut self, row: Row, pod: &PodInfo, objects: &Objects) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).pod_moved(row, pod, objects, Move::Went);
    }

    /// Anything may have changed.
    pub(crate) fn mark_all(&mut self) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).are_all_stale = true;
    }

    /// What nodes have of the volumes, none of which is of an old type.
    pub(crate) fn rooms(&self, nodes: &Snapshot, wanted: &[Attachable]) -> WantedRooms {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.bring_up_to_date(nodes);
        let mut by_driver = BTreeMap::<&str, BTreeSet<&CsiVolume>>::new();
        for volume in wanted.iter().filter_map(|attachable| attachable.volume.as_ref().ok()) {
            by_driver.entry(&volume.driver).or_default().insert(volume);
        }
        let rooms = by_driver.into_iter().filter_map(|(driver, volumes)| {
            let rooms = Arc::clone(counts.by_driver.get(driver)?);
            let in_pods = volumes.into_iter().map(|volume| counts.in_pods.get(volume).cloned().unwrap_or_default());
            Some(WantedRoom { rooms, in_pods: in_pods.collect() })
        });
        WantedRooms { by_driver: rooms.collect(), failures: Arc::clone(&counts.failures) }
    }
}

impl Counts {
    fn bring_up_to_date(&mut self, nodes: &Snapshot) {
        if std::mem::take(&mut self.are_all_stale) {
            self.stale.extend(self.rows.keys().copied());
            self.stale.extend(nodes.iter().map(|(row, _)| row));
        }
        for row in std::mem::take(&mut self.stale) {
            self.take_back(row);
            if let Some(node) = nodes.node(row) {
                self.count(row, NodeVolumes::count(nodes.objects(), node));
            }
        }
    }

    /// Counts one pod more or less, where the row's node is counted. What changed besides has marked the row, so what the pod
    /// uses now is what it was counted with.
    fn pod_moved(&mut self, row: Row, pod: &PodInfo, objects: &Objects, moved: Move) {
        if !pod.attaches_volumes() || self.are_all_stale || self.stale.contains(&row) {
            return;
        }
        let Some(volumes) = self.rows.get_mut(&row) else { return };
        let of_pod = volumes.of_pod(objects, pod);
        let (Ok(of_pod), None) = (of_pod, &volumes.failure) else {
            self.stale.insert(row);
            return;
        };
        for volume in of_pod {
            let has_changed = match moved {
                Move::Came => volumes.add(&volume),
                Move::Went => volumes.remove(&volume),
            };
            if !has_changed {
                continue;
            }
            if let (Some(room), Some(rooms)) = (volumes.room(&volume.driver), self.by_driver.get_mut(&*volume.driver)) {
                Arc::make_mut(rooms).set(row, room);
            }
            match moved {
                Move::Came => drop(self.in_pods.entry(volume).or_default().insert(row)),
                Move::Went => forget(&mut self.in_pods, &volume, row),
            }
        }
    }

    fn take_back(&mut self, row: Row) {
        let Some(volumes) = self.rows.remove(&row) else { return };
        for (driver, _) in volumes.limits() {
            if let Some(rooms) = self.by_driver.get_mut(driver) {
                Arc::make_mut(rooms).set(row, Room::UNLIMITED);
            }
        }
        volumes.in_pods.keys().for_each(|volume| forget(&mut self.in_pods, volume, row));
        if volumes.failure.is_some() {
            Arc::make_mut(&mut self.failures).remove(&row);
        }
    }

    fn count(&mut self, row: Row, volumes: NodeVolumes) {
        if volumes.limits().next().is_none() {
            return;
        }
        for (driver, limit) in volumes.limits() {
            if !self.by_driver.contains_key(driver) {
                self.by_driver.insert(driver.into(), Arc::default());
            }
            if let Some(rooms) = self.by_driver.get_mut(driver) {
                Arc::make_mut(rooms).set(row, Room { used: volumes.used(driver), limit });
            }
        }
        for volume in volumes.in_pods.keys() {
            self.in_pods.entry(volume.clone()).or_default().insert(row);
        }
        if let Some(failure) = &volumes.failure {
            Arc::make_mut(&mut self.failures).insert(row, failure.clone());
        }
        self.rows.insert(row, volumes);
    }
}

fn forget(in_pods: &mut HashMap<CsiVolume, HashSet<Row>>, volume: &CsiVolume, row: Row) {
    let Some(rows) = in_pods.get_mut(volume) else { return };
    rows.remove(&row);
    if rows.is_empty() {
        in_pods.remove(volume);
    }
}
