//! To and from the hubs: what the generated conversion leaves to us.
//!
//! Follows apiserver pkg/apis/apiserver/v1alpha1/conversion.go.

use kubeforge_machinery::ConversionError;

use super::EgressSelection;
use crate::apiserver::v1beta1;

/// The control plane was once called `master`; that name does not come back.
pub(super) fn egress_selection_to_hub(
    from: &EgressSelection,
    to: &mut v1beta1::EgressSelection,
) -> Result<(), ConversionError> {
    if from.name == "master" {
        to.name = "controlplane".to_owned();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::generated::conversion as generated;
    use super::*;

    #[test]
    fn the_old_name_of_the_control_plane_is_replaced() {
        let there = |name: &str| {
            let spoke = EgressSelection { name: name.to_owned(), ..EgressSelection::default() };
            generated::egress_selection_to_hub(spoke).unwrap().name
        };
        assert_eq!(there("master"), "controlplane");
        assert_eq!(there("etcd"), "etcd");
    }
}
