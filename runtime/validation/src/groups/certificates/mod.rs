//! Requests for certificates, and bundles of certificates to trust.

mod pem;
mod request;
mod trust_bundle;

pub use request::requested_organizations;

use crate::BuiltIn;

const GROUP: &str = "certificates.k8s.io";

pub(super) fn register(all: &mut BuiltIn) {
    request::register(all);
    trust_bundle::register(all);
}
