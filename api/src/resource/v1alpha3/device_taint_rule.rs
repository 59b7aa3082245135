//! Device taint rules: what an administrator thinks is wrong with devices.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{Condition, ListMeta, ObjectMeta};

/// Puts a taint on all devices that it selects, whatever their driver says.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "devicetaintrules", singular = "devicetaintrule")]
#[api(subresource(status))]
#[api(spoke_of = "v1beta2")]
#[api(introduced = "1.33")]
pub struct DeviceTaintRule {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Which devices, and which taint.
    #[api(tag = 2, required)]
    pub spec: DeviceTaintRuleSpec,
    /// How far the eviction of pods is.
    #[api(tag = 3)]
    pub status: DeviceTaintRuleStatus,
}

/// Device taint rules, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "DeviceTaintRule")]
#[api(introduced = "1.33")]
pub struct DeviceTaintRuleList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<DeviceTaintRule>,
}

/// A taint, and the devices that get it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceTaintRuleSpec {
    /// The devices; empty for all, unset for none.
    #[api(tag = 1)]
    pub device_selector: Option<Box<DeviceTaintSelector>>,
    /// The taint that they get.
    #[api(tag = 2, required, omit_empty)]
    pub taint: DeviceTaint,
}

/// Which devices get a taint; all that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceTaintSelector {
    /// Those of this driver.
    #[api(tag = 2)]
    pub driver: Option<String>,
    /// Those of pools with this name, of any driver unless one is given.
    #[api(tag = 3)]
    pub pool: Option<String>,
    /// Those with this name, in any pool unless one is given.
    #[api(tag = 4)]
    pub device: Option<String>,
}

/// Keeps claims off a device unless they tolerate it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceTaint {
    /// The key of the taint.
    #[api(tag = 1, required)]
    pub key: String,
    /// Its value; empty for none.
    #[api(tag = 2)]
    pub value: String,
    /// What it does to claims that do not tolerate it.
    #[api(tag = 3, required)]
    pub effect: DeviceTaintEffect,
    /// Since when it is there; the server fills it in.
    #[api(tag = 4)]
    pub time_added: Option<Time>,
}

/// What a taint does to claims that do not tolerate it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum DeviceTaintEffect {
    /// Nothing; it only tells people something.
    None,
    /// They do not get the device any more, but keep it where they have it.
    NoSchedule,
    /// They do not get the device, and pods that use it are evicted.
    NoExecute,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How far a rule has come.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceTaintRuleStatus {
    /// What is going on, and since when; at most 8.
    #[api(tag = 1, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<Condition>,
}
