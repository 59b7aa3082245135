//! Volumes of pods, as several plugins see them.
//!
//! [`claims`]: which claims a pod has, and what a claim says. [`csi`]: which volume of which CSI driver is behind a pod's
//! volumes; [`in_tree`]: the old volume types that CSI drivers took over. [`attached`]: what nodes have of them, kept up
//! to date as pods and objects come and go. [`reach`]: what only some nodes can reach, found by node.

pub mod attached;
pub mod claims;
pub mod csi;
pub mod in_tree;
pub mod reach;
