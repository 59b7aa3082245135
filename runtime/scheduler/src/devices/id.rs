//! Which device.

use std::{fmt, sync::Arc};

/// Which device: driver, pool and name. Cheap to copy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DeviceId {
    driver: Arc<str>,
    pool: Arc<str>,
    device: Arc<str>,
}

impl DeviceId {
    /// The device of these names.
    pub(crate) fn new(driver: &str, pool: &str, device: &str) -> Self {
        Self { driver: driver.into(), pool: pool.into(), device: device.into() }
    }

    /// Another device of the same pool.
    pub(crate) fn sibling(&self, device: &str) -> Self {
        Self { driver: Arc::clone(&self.driver), pool: Arc::clone(&self.pool), device: device.into() }
    }

    /// Its driver.
    pub(crate) fn driver(&self) -> &str {
        &self.driver
    }

    /// Its pool.
    pub(crate) fn pool(&self) -> &str {
        &self.pool
    }

    /// Its name in the pool.
    pub(crate) fn device(&self) -> &str {
        &self.device
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.driver, self.pool, self.device)
    }
}
