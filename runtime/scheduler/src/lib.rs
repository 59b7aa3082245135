//! kube-scheduler: places pods on nodes.
