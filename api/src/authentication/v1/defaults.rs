//! Defaults that the markers cannot say.

use super::TokenRequestSpec;

/// A token that is good for an hour.
pub fn default_token_request_spec(spec: &mut TokenRequestSpec) {
    spec.expiration_seconds.get_or_insert(60 * 60);
}
