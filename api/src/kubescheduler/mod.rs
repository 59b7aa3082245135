//! The `kubescheduler.config.k8s.io` group: how the scheduler is configured.

pub mod v1;
