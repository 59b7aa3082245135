//! To and from autoscaling/v1, the hub of scales: what the generated conversion leaves to us.
//!
//! Follows pkg/apis/apps/v1beta2/conversion.go. The other kinds are in v1 what they are here, down to the annotations. A
//! scale's labels are lost where its query says something else, as they are there.

use kubeforge_machinery::ConversionError;

use super::ScaleStatus;
use crate::apps::scale_selector;
use crate::autoscaling;

/// Makes one query of the two selectors.
pub(super) fn scale_status_to_hub(
    from: &ScaleStatus,
    to: &mut autoscaling::v1::ScaleStatus,
) -> Result<(), ConversionError> {
    to.selector = scale_selector::query(&from.selector, &from.target_selector);
    Ok(())
}

/// Reads labels out of the query, where it is that simple.
pub(super) fn scale_status_from_hub(
    from: &autoscaling::v1::ScaleStatus,
    to: &mut ScaleStatus,
) -> Result<(), ConversionError> {
    to.target_selector.clone_from(&from.selector);
    to.selector = scale_selector::labels(&from.selector)?;
    Ok(())
}
