//! What the generator makes of this package.
