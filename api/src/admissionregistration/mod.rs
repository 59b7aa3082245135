//! The `admissionregistration.k8s.io` group: webhooks and policies that check or change what is to be stored.

mod defaults;
pub mod v1;
pub mod v1alpha1;
pub mod v1beta1;
