//! Defaults that the markers cannot say.

use super::GadgetSpec;

/// What nobody chose is red.
pub fn default_gadget_spec(spec: &mut GadgetSpec) {
    if spec.color.is_empty() {
        spec.color = "red".to_owned();
    }
}
