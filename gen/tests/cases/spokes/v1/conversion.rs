use kubeforge_machinery::ConversionError;

use super::{GadgetSpec, GadgetStatus};
use crate::v2;

mod grade;

pub(super) use grade::{grade_from_hub, to_hub as grade_to_hub};

pub(super) fn gadget_spec_to_hub(from: &GadgetSpec, to: &mut v2::GadgetSpec) -> Result<(), ConversionError> {
    to.colors = vec![from.color.clone()];
    to.size = from.size.into();
    to.price = Some(from.price);
    Ok(())
}

pub(super) fn gadget_spec_from_hub(from: &v2::GadgetSpec, to: &mut GadgetSpec) -> Result<(), ConversionError> {
    to.color = from.colors.first().cloned().unwrap_or_default();
    to.size = i32::try_from(from.size).map_err(|_| ConversionError("size: too large".into()))?;
    to.price = from.price.unwrap_or_default();
    Ok(())
}

pub(super) fn gadget_status_to_hub(_from: &GadgetStatus, to: &mut v2::GadgetStatus) -> Result<(), ConversionError> {
    to.sold.sort_unstable();
    Ok(())
}
