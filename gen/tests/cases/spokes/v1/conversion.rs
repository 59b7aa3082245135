use kubeforge_machinery::ConversionError;

use super::Gadget;
use crate::v2;

/// To version v2.
pub(super) fn gadget_to_hub(gadget: &Gadget) -> Result<v2::Gadget, ConversionError> {
    Ok(v2::Gadget { metadata: gadget.metadata.clone(), colors: vec![gadget.color.clone()] })
}

/// From version v2.
pub(super) fn gadget_from_hub(gadget: &v2::Gadget) -> Result<Gadget, ConversionError> {
    Ok(Gadget { metadata: gadget.metadata.clone(), color: gadget.colors.first().cloned().unwrap_or_default() })
}
