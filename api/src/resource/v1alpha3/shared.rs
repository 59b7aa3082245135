//! What several kinds of the group use.

use kubeforge_derive::ApiSource;

/// What a device must be like.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceSelector {
    /// As an expression.
    #[api(tag = 1)]
    pub cel: Option<Box<CELDeviceSelector>>,
}

/// An expression that picks devices.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CELDeviceSelector {
    /// It gets the `device` and gives true for one that fits; in CEL, at most 10 KiB.
    #[api(tag = 1, required)]
    pub expression: String,
}
