use super::GadgetSpec;

/// Called by generated code, after the markers' defaults.
pub(super) fn default_gadget_spec(spec: &mut GadgetSpec) {
    if spec.plain.name.is_empty() {
        spec.plain.name.clone_from(&spec.color);
    }
}
