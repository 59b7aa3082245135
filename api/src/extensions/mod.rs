//! The `extensions` group: where apps and networking began; kept to read old objects.

pub mod v1beta1;
