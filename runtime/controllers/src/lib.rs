//! Controllers and hollow nodes.
