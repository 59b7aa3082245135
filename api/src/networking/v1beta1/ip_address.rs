//! Addresses: which of the service ranges are taken, and by whom.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Marks an address from the service ranges as taken; its name is the address.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "ipaddresses", singular = "ipaddress", short = ["ip"])]
#[api(spoke_of = "v1")]
#[api(introduced = "1.31")]
pub struct IPAddress {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Who has taken it.
    #[api(tag = 2, required, omit_empty)]
    pub spec: IPAddressSpec,
}

/// IPAddresses, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "IPAddress")]
#[api(introduced = "1.31")]
pub struct IPAddressList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<IPAddress>,
}

/// Who has taken an address.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IPAddressSpec {
    /// The object that uses the address, such as a service.
    #[api(tag = 1, required, omit_empty)]
    pub parent_ref: Option<Box<ParentReference>>,
}

/// The object that an address belongs to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ParentReference {
    /// Its group; empty for the core group.
    #[api(tag = 1)]
    pub group: String,
    /// Its resource, such as `services`.
    #[api(tag = 2, required, omit_empty)]
    pub resource: String,
    /// Its namespace.
    #[api(tag = 3)]
    pub namespace: String,
    /// Its name.
    #[api(tag = 4, required, omit_empty)]
    pub name: String,
}
