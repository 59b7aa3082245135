//! Server-side apply.

use kubeforge_machinery::ApiError;

use super::{Call, write::View};
use crate::{errors, respond::Answer};

/// Applies the body.
///
/// # Errors
/// 415 for now.
pub async fn apply(call: Call<'_>, view: View<'_>, force: bool) -> Result<Answer, ApiError> {
    let _later = (call, view.name(), force);
    Err(errors::unsupported_patch())
}
