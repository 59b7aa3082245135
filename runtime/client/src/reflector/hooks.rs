//! Functions of the user's that a reflector calls.

use std::{fmt, sync::Arc};

use kubeforge_machinery::meta::v1::ListOptions;

use crate::error::ClientError;

/// Changes the options of every list and watch before it is sent.
#[derive(Clone)]
pub struct TweakListOptions(Arc<dyn Fn(&mut ListOptions) + Send + Sync>);

impl TweakListOptions {
    /// Calls `tweak`.
    pub fn new(tweak: impl Fn(&mut ListOptions) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tweak))
    }

    pub(super) fn call(&self, options: &mut ListOptions) {
        (self.0)(options);
    }
}

impl fmt::Debug for TweakListOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TweakListOptions")
    }
}

/// Hears of lists and watches that failed, before they are tried again.
#[derive(Clone)]
pub struct OnError(Arc<dyn Fn(&ClientError) + Send + Sync>);

impl OnError {
    /// Calls `hear`.
    pub fn new(hear: impl Fn(&ClientError) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    pub(super) fn call(&self, err: &ClientError) {
        (self.0)(err);
    }
}

impl fmt::Debug for OnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnError")
    }
}
