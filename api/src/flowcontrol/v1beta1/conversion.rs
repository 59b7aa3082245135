//! To and from v1, the hub: what the generated conversion leaves to us.
//!
//! Follows pkg/apis/flowcontrol/v1beta1/conversion.go. Zero shares are what was left out here, and defaults leave no zero;
//! so the zero shares of a level of v1 are lost when a client of v1beta1 writes it.

use kubeforge_machinery::ConversionError;

use super::LimitedPriorityLevelConfiguration;
use crate::flowcontrol::v1;

/// The shares have another name in the hub.
pub(super) fn limited_priority_level_configuration_to_hub(
    from: &LimitedPriorityLevelConfiguration,
    to: &mut v1::LimitedPriorityLevelConfiguration,
) -> Result<(), ConversionError> {
    to.nominal_concurrency_shares = Some(from.assured_concurrency_shares);
    Ok(())
}

/// Shares that were left out are 0.
pub(super) fn limited_priority_level_configuration_from_hub(
    from: &v1::LimitedPriorityLevelConfiguration,
    to: &mut LimitedPriorityLevelConfiguration,
) -> Result<(), ConversionError> {
    to.assured_concurrency_shares = from.nominal_concurrency_shares.unwrap_or_default();
    Ok(())
}
