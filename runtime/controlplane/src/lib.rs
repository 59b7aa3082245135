//! Strategies, validation and bootstrap objects of the built-in kinds; assembles kube-apiserver.
