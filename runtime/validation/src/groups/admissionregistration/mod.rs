//! Webhooks and policies of admission.

mod binding;
mod client;
mod conditions;
mod expression;
mod mutating_policy;
mod policy;
mod rules;
mod url;
mod validating_policy;
mod webhook;

use crate::BuiltIn;

const GROUP: &str = "admissionregistration.k8s.io";

pub(super) fn register(all: &mut BuiltIn) {
    webhook::register(all);
    validating_policy::register(all);
    mutating_policy::register(all);
    binding::register(all);
}
