//! Defaults that the markers cannot say.

use super::DeviceTaint;
use crate::resource::defaults::since_now;

/// It is there since now.
pub fn default_device_taint(taint: &mut DeviceTaint) {
    since_now(&mut taint.time_added);
}
