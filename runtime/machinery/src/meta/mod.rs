//! API groups that machinery itself needs.

pub mod v1;
