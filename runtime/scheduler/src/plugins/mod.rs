//! The plugins of kube-scheduler, one file each.

pub mod resource_scoring;
