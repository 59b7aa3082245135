//! What the tests of several groups have in common.

use std::fmt::Debug;

use kubeforge_machinery::Defaulted;

/// The object with its defaults, which are the same however often they are set.
#[track_caller]
pub(crate) fn defaulted<T: Defaulted + Clone + PartialEq + Debug>(mut object: T) -> T {
    object.set_defaults();
    let once = object.clone();
    object.set_defaults();
    assert_eq!(object, once, "defaulting twice equals once");
    once
}
