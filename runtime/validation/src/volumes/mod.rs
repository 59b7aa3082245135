//! Volumes, claims and storage.k8s.io.

mod access_modes;
mod claim;
mod claim_spec;
mod driver;
mod persistent_volume;
mod sources;
mod storage;

pub(crate) use claim::claim_spec_warnings;
pub(crate) use claim_spec::{ClaimOptions, claim_spec};
pub(crate) use driver::driver_name;

use crate::BuiltIn;

pub(crate) fn register(all: &mut BuiltIn) {
    persistent_volume::register(all);
    claim::register(all);
    storage::register(all);
}
