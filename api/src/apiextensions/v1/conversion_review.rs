//! Conversion reviews: how a webhook converts objects.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::RawExtension;
use kubeforge_machinery::meta::v1::Status;

/// Asks a webhook to convert objects, and carries its answer.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.16")]
pub struct ConversionReview {
    /// The question.
    #[api(tag = 1)]
    pub request: Option<Box<ConversionRequest>>,
    /// The answer of the webhook.
    #[api(tag = 2)]
    pub response: Option<Box<ConversionResponse>>,
}

/// Objects to convert.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ConversionRequest {
    /// Names this call; the answer repeats it.
    #[api(tag = 1, required)]
    pub uid: String,
    /// The group and version they should get, like `example.com/v1`.
    #[api(tag = 2, json = "desiredAPIVersion", required)]
    pub desired_api_version: String,
    /// The objects, perhaps of several versions.
    #[api(tag = 3, required, list = atomic)]
    pub objects: Vec<RawExtension>,
}

/// Objects that were converted, or why they were not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ConversionResponse {
    /// The uid of the request.
    #[api(tag = 1, required)]
    pub uid: String,
    /// The objects, as many and in the same order; empty on failure.
    #[api(tag = 2, required, list = atomic)]
    pub converted_objects: Vec<RawExtension>,
    /// Whether it went well, and what went wrong if not.
    #[api(tag = 3, required)]
    pub result: Status,
}
