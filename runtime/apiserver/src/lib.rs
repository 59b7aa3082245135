//! A generic API server library: serves any group that a Scheme holds.
