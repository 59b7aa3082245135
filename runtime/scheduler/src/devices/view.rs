//! Slices in the form in which they are searched: parsed once and kept until the slice changes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use kubeforge_api::{
    core::v1::NodeSelector,
    resource::v1::{Device, DeviceAttribute, ResourceSlice},
};
use kubeforge_cel::{
    Value,
    device::{Attribute, Device as Seen},
};

use super::{NodePlace, id::DeviceId};
use crate::node_selector::Selector;

/// So many slices are kept parsed; when there are more, all are parsed anew.
const VIEWS_MAX: usize = 1 << 17;

/// Which nodes reach something.
#[derive(Debug)]
enum Reach {
    Node(String),
    All,
    Matching(Selector),
    /// Nothing was said that is known here.
    None,
}

impl Reach {
    fn new(name: Option<&str>, all: Option<bool>, selector: Option<&NodeSelector>) -> Self {
        match (name.filter(|name| !name.is_empty()), all, selector) {
            (Some(name), _, _) => Self::Node(name.to_owned()),
            (None, Some(true), _) => Self::All,
            (None, _, Some(selector)) => Self::Matching(Selector::new(selector)),
            (None, _, None) => Self::None,
        }
    }

    fn holds(&self, node: NodePlace<'_>) -> bool {
        match self {
            Self::Node(name) => name == node.name,
            Self::All => true,
            Self::Matching(selector) => selector.matches(node.name, node.labels),
            Self::None => false,
        }
    }
}

/// A device of a slice.
#[derive(Debug)]
pub(crate) struct DeviceView {
    id: DeviceId,
    reach: Option<Reach>,
    /// As selectors see it; made when the first one asks.
    value: OnceLock<Result<Value, String>>,
    /// What selectors said of it, by their number.
    answers: Mutex<HashMap<u64, Result<bool, String>>>,
}

/// A slice.
#[derive(Debug)]
pub(crate) struct SliceView {
    slice: Arc<ResourceSlice>,
    reach: Reach,
    devices: Vec<DeviceView>,
}

/// A device that may be given to a claim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    /// Its slice.
    pub(crate) slice: &'a ResourceSlice,
    /// As the slice has it.
    pub(crate) device: &'a Device,
    /// What is known of it.
    pub(crate) view: &'a DeviceView,
    /// The place of its pool among those of the node.
    pub(crate) pool: usize,
}

impl SliceView {
    fn new(slice: Arc<ResourceSlice>) -> Self {
        let spec = &slice.spec;
        let first = DeviceId::new(&spec.driver, &spec.pool.name, "");
        let is_per_device = spec.per_device_node_selection == Some(true);
        let device = |device: &Device| DeviceView {
            id: first.sibling(&device.name),
            reach: is_per_device
                .then(|| Reach::new(device.node_name.as_deref(), device.all_nodes, device.node_selector.as_deref())),
            value: OnceLock::new(),
            answers: Mutex::default(),
        };
        let devices = spec.devices.iter().map(device).collect();
        let reach = Reach::new(spec.node_name.as_deref(), spec.all_nodes, spec.node_selector.as_deref());
        Self { reach, devices, slice }
    }

    /// The slice.
    pub(crate) fn slice(&self) -> &ResourceSlice {
        &self.slice
    }

    /// Whether a node reaches the slice, or one of its devices where each device says for itself.
    pub(crate) fn is_reached(&self, node: NodePlace<'_>) -> bool {
        let says_itself = !matches!(self.reach, Reach::None);
        self.reach.holds(node)
            || !says_itself && self.devices.iter().any(|device| device.reach.is_some() && device.is_reached(node))
    }

    /// Its devices, for a pool at this place.
    pub(crate) fn candidates(&self, pool: usize) -> impl Iterator<Item = Candidate<'_>> {
        let devices = self.slice.spec.devices.iter().zip(&self.devices);
        devices.map(move |(device, view)| Candidate { slice: &self.slice, device, view, pool })
    }

    /// Which devices it has.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &DeviceId> {
        self.devices.iter().map(|device| &device.id)
    }
}

/// So many answers are kept of one device; then it is asked anew.
const ANSWERS_MAX: usize = 1024;

impl DeviceView {
    /// Which device it is.
    pub(crate) const fn id(&self) -> &DeviceId {
        &self.id
    }

    /// Whether a node that reaches the slice reaches the device.
    pub(crate) fn is_reached(&self, node: NodePlace<'_>) -> bool {
        self.reach.as_ref().is_none_or(|reach| reach.holds(node))
    }

    /// What a selector says of the device, asked for once.
    pub(super) fn answer(&self, number: u64, ask: impl FnOnce() -> Result<bool, String>) -> Result<bool, String> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= ANSWERS_MAX && !answers.contains_key(&number) {
            answers.clear();
        }
        answers.entry(number).or_insert_with(ask).clone()
    }
}

impl<'a> Candidate<'a> {
    /// The device as selectors see it.
    pub(super) fn value(&self) -> Result<Value, String> {
        let value = self.view.value.get_or_init(|| {
            let Device { attributes, capacity, .. } = self.device;
            let seen = Seen {
                driver: self.view.id.driver(),
                allow_multiple_allocations: self.is_shareable(),
                attributes: attributes.iter().map(|(name, it)| (name.as_str(), attribute(it))).collect(),
                capacity: capacity.iter().map(|(name, it)| (name.as_str(), &it.value)).collect(),
            };
            seen.value()
        });
        value.clone()
    }

    /// Whether several claims may have it at the same time.
    pub(crate) fn is_shareable(&self) -> bool {
        self.device.allow_multiple_allocations == Some(true)
    }

    /// One of its attributes by its full name; the domain of names that have none is the driver.
    pub(crate) fn attribute(&self, name: &str) -> Option<Attribute<'a>> {
        let attributes = &self.device.attributes;
        let found = attributes.get(name).or_else(|| {
            let (domain, rest) = name.split_once('/')?;
            attributes.get(rest).filter(|_| domain == self.view.id.driver())
        });
        attribute(found?)
    }
}

fn attribute(attribute: &DeviceAttribute) -> Option<Attribute<'_>> {
    let DeviceAttribute { int, bool, string, version, ints, bools, strings, versions } = attribute;
    let lists =
        [Attribute::Ints(ints), Attribute::Bools(bools), Attribute::Strings(strings), Attribute::Versions(versions)];
    let is_given = [!ints.is_empty(), !bools.is_empty(), !strings.is_empty(), !versions.is_empty()];
    let list = lists.into_iter().zip(is_given).find_map(|(list, is_given)| is_given.then_some(list));
    list.or(int.map(Attribute::Int))
        .or(bool.map(Attribute::Bool))
        .or(string.as_deref().map(Attribute::String))
        .or(version.as_deref().map(Attribute::Version))
}

/// Slices in the form in which they are searched, by name.
#[derive(Debug, Default)]
pub(crate) struct Views(Mutex<HashMap<String, Arc<SliceView>>>);

impl Views {
    /// The view of a slice.
    pub(crate) fn of(&self, slice: &Arc<ResourceSlice>) -> Arc<SliceView> {
        let mut views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = views.get(&slice.metadata.name).filter(|known| Arc::ptr_eq(&known.slice, slice)) {
            return Arc::clone(known);
        }
        if views.len() >= VIEWS_MAX {
            views.clear();
        }
        let view = Arc::new(SliceView::new(Arc::clone(slice)));
        views.insert(slice.metadata.name.clone(), Arc::clone(&view));
        view
    }
}
