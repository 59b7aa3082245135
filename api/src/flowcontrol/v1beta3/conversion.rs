//! To and from v1, the hub: what the generated conversion leaves to us.
//!
//! v1 can say that a level has zero shares; here 0 stands for what was left out, and for zero only where an annotation
//! says so. The hub never carries the annotation. Follows pkg/apis/flowcontrol/v1beta3/conversion.go.

use kubeforge_machinery::ConversionError;

use super::{
    LimitedPriorityLevelConfiguration, PRIORITY_LEVEL_PRESERVE_ZERO_CONCURRENCY_SHARES_KEY as PRESERVE_ZERO,
    PriorityLevelConfiguration,
};
use crate::flowcontrol::v1;

/// Drops the annotation: defaults have looked at it by now.
pub(super) fn priority_level_configuration_to_hub(
    _from: &PriorityLevelConfiguration,
    to: &mut v1::PriorityLevelConfiguration,
) -> Result<(), ConversionError> {
    to.metadata.annotations.remove(PRESERVE_ZERO);
    Ok(())
}

/// Writes the annotation where the shares are zero.
pub(super) fn priority_level_configuration_from_hub(
    from: &v1::PriorityLevelConfiguration,
    to: &mut PriorityLevelConfiguration,
) -> Result<(), ConversionError> {
    if from.spec.limited.as_ref().is_some_and(|limited| limited.nominal_concurrency_shares == Some(0)) {
        to.metadata.annotations.entry(PRESERVE_ZERO.to_owned()).or_default();
    }
    Ok(())
}

/// The shares are always given in the hub.
pub(super) fn limited_priority_level_configuration_to_hub(
    from: &LimitedPriorityLevelConfiguration,
    to: &mut v1::LimitedPriorityLevelConfiguration,
) -> Result<(), ConversionError> {
    to.nominal_concurrency_shares = Some(from.nominal_concurrency_shares);
    Ok(())
}

/// Shares that were left out are 0, for which defaults put the same as in v1.
pub(super) fn limited_priority_level_configuration_from_hub(
    from: &v1::LimitedPriorityLevelConfiguration,
    to: &mut LimitedPriorityLevelConfiguration,
) -> Result<(), ConversionError> {
    to.nominal_concurrency_shares = from.nominal_concurrency_shares.unwrap_or_default();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::generated::conversion as generated;
    use super::*;

    fn hub(shares: Option<i32>) -> v1::PriorityLevelConfiguration {
        let mut hub = v1::PriorityLevelConfiguration::default();
        let limited =
            v1::LimitedPriorityLevelConfiguration { nominal_concurrency_shares: shares, ..Default::default() };
        hub.spec.limited = Some(Box::new(limited));
        hub
    }

    #[track_caller]
    fn spoke(hub: v1::PriorityLevelConfiguration) -> (Option<i32>, Vec<(String, String)>) {
        let spoke = generated::priority_level_configuration_from_hub(hub).unwrap();
        let shares = spoke.spec.limited.map(|limited| limited.nominal_concurrency_shares);
        (shares, spoke.metadata.annotations.into_iter().collect())
    }

    #[test]
    fn zero_needs_the_annotation() {
        assert_eq!(spoke(hub(Some(0))), (Some(0), vec![(PRESERVE_ZERO.to_owned(), String::new())]));
        assert_eq!(spoke(hub(Some(30))), (Some(30), vec![]));
        assert_eq!(spoke(hub(None)), (Some(0), vec![]));
        assert_eq!(spoke(v1::PriorityLevelConfiguration::default()), (None, vec![]));
    }

    #[test]
    fn the_hub_has_no_annotation() {
        for shares in [0, 30] {
            let mut spoke = generated::priority_level_configuration_from_hub(hub(Some(shares))).unwrap();
            spoke.metadata.annotations.insert(PRESERVE_ZERO.to_owned(), "x".to_owned());
            assert_eq!(generated::priority_level_configuration_to_hub(spoke).unwrap(), hub(Some(shares)));
        }
    }
}
