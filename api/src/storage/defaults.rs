//! What the defaults of all versions have in common.

/// The switches of a driver whose volumes are attached before they are mounted, and that can nothing beyond that.
pub(super) fn attach_only(attach_required: &mut Option<bool>, others: [&mut Option<bool>; 4]) {
    attach_required.get_or_insert(true);
    for switch in others {
        switch.get_or_insert(false);
    }
}
