//! Answers, and what they hold.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use kubeforge_machinery::{
    ApiError, Kind,
    codec::{
        DecodeError, DocumentError, MediaType, TypeMeta, from_json_slice, from_proto_slice, peek_json, unwrap_proto,
    },
    gvk::GroupVersionKind,
    meta::v1::Status,
};

use crate::error::ClientError;

/// An answer that arrived whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The code: 200, 201 or 202.
    pub code: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Bytes,
}

impl Answer {
    /// The body as an object of kind `T`.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn decode<T: Kind>(&self) -> Result<T, ClientError> {
        decode_document(media(&self.headers), &self.bytes)
    }

    /// The refusal that the body holds, although the answer's code says that all went well.
    pub(crate) fn refusal(&self) -> Option<ApiError> {
        let status = status(&self.headers, &self.bytes)?;
        (status.status != "Success").then(|| ApiError::from(status))
    }

    /// What the body says it is; empty where it doesn't.
    pub(crate) fn type_meta(&self) -> TypeMeta {
        match media(&self.headers) {
            MediaType::Protobuf => unwrap_proto(&self.bytes).map(|document| document.type_meta).unwrap_or_default(),
            MediaType::Json | MediaType::Yaml => peek_json(&self.bytes).unwrap_or_default(),
        }
    }
}

/// The encoding that the headers name.
pub(crate) fn media(headers: &HeaderMap) -> MediaType {
    let name = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = name.split(';').next().unwrap_or_default().trim();
    MediaType::from_name(name).unwrap_or(MediaType::Json)
}

/// Reads a document of kind `T`.
pub(crate) fn decode_document<T: Kind>(media: MediaType, bytes: &[u8]) -> Result<T, ClientError> {
    match media {
        MediaType::Json => decode_json(bytes),
        MediaType::Protobuf => decode_proto(bytes),
        MediaType::Yaml => {
            let message = "the answer is YAML, which was not asked for".to_owned();
            Err(ClientError::Decode { what: T::KIND.into(), source: Box::new(DocumentError::Unrecognized(message)) })
        }
    }
}

/// Reads a JSON document of kind `T`.
fn decode_json<T: Kind>(json: &[u8]) -> Result<T, ClientError> {
    let found = peek_json(json).map_err(malformed::<T>)?;
    check_kind::<T>(&found)?;
    from_json_slice(json).map_err(malformed::<T>)
}

/// Reads a protobuf document of kind `T`.
fn decode_proto<T: Kind>(bytes: &[u8]) -> Result<T, ClientError> {
    let document =
        unwrap_proto(bytes).map_err(|source| ClientError::Decode { what: T::KIND.into(), source: Box::new(source) })?;
    check_kind::<T>(&document.type_meta)?;
    from_proto_slice(document.raw).map_err(malformed::<T>)
}

fn malformed<T: Kind>(source: DecodeError) -> ClientError {
    let gvk = GroupVersionKind::new(T::GROUP, T::VERSION, T::KIND);
    ClientError::Decode { what: T::KIND.into(), source: Box::new(DocumentError::Malformed { gvk, source }) }
}

/// Refuses a document of another kind, which would otherwise read as an empty object.
fn check_kind<T: Kind>(found: &TypeMeta) -> Result<(), ClientError> {
    if found.kind.is_empty() || found.kind == T::KIND {
        return Ok(());
    }
    let message = format!("the answer is a {} of {}", found.kind, found.api_version);
    Err(ClientError::Decode { what: T::KIND.into(), source: Box::new(DocumentError::Unrecognized(message)) })
}

/// What the status of a refusal says it is.
pub(crate) const FAILURE: &str = "Failure";

/// How much of an answer that nobody expected is told (client-go's maxUnstructuredResponseTextBytes).
const TOLD_BYTES_MAX: usize = 2048;

/// What a refusal without a status says: text, where it is text.
pub(crate) fn text(headers: &HeaderMap, bytes: &[u8]) -> String {
    let type_ = headers.get(CONTENT_TYPE).map_or("text/plain", |value| value.to_str().unwrap_or_default());
    if !type_.trim_start().to_ascii_lowercase().starts_with("text/") {
        return "unknown".to_owned();
    }
    let told = bytes.get(..TOLD_BYTES_MAX).unwrap_or(bytes);
    String::from_utf8_lossy(told).trim().to_owned()
}

/// The status in the body of a refusal, if there is one.
pub(crate) fn status(headers: &HeaderMap, bytes: &[u8]) -> Option<Status> {
    let status: Status = match media(headers) {
        MediaType::Protobuf => {
            let document = unwrap_proto(bytes).ok()?;
            if document.type_meta.kind != Status::KIND {
                return None;
            }
            from_proto_slice(document.raw).ok()?
        }
        MediaType::Json | MediaType::Yaml => {
            if peek_json(bytes).ok()?.kind != Status::KIND {
                return None;
            }
            from_json_slice(bytes).ok()?
        }
    };
    Some(status)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::test_kind::Gadget;

    fn answer(json: &'static str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        Answer { code: StatusCode::OK, headers, bytes: Bytes::from_static(json.as_bytes()) }
    }

    #[test]
    fn another_kind_is_not_taken_for_an_empty_object() {
        let err = answer(r#"{"kind":"Status","apiVersion":"v1"}"#).decode::<Gadget>().unwrap_err();
        assert_eq!(err.to_string(), "cannot decode Gadget: couldn't get version/kind; the answer is a Status of v1");
        let gadget = answer(r#"{"kind":"Gadget","metadata":{"name":"a"}}"#).decode::<Gadget>().unwrap();
        assert_eq!(gadget.metadata.name, "a");
    }

    #[test]
    fn only_text_is_told_and_not_too_much_of_it() {
        let told = |type_: Option<&'static str>, bytes: &[u8]| {
            let headers = type_.map(|type_| (CONTENT_TYPE, HeaderValue::from_static(type_)));
            text(&headers.into_iter().collect(), bytes)
        };
        assert_eq!(told(Some("text/plain; charset=utf-8"), b" 404 page not found\n"), "404 page not found");
        assert_eq!(told(Some("Text/HTML"), b"<p>"), "<p>");
        assert_eq!(told(None, b"no type"), "no type");
        assert_eq!(told(Some("application/json"), b"{"), "unknown");
        assert_eq!(told(None, &[b'a'; 5000]).len(), 2048);
    }

    #[test]
    fn a_refusals_status_is_found() {
        let refused = answer(r#"{"kind":"Status","apiVersion":"v1","code":404,"reason":"NotFound","message":"gone"}"#);
        assert_eq!(status(&refused.headers, &refused.bytes).unwrap().code, 404);
        assert_eq!(status(&refused.headers, b"404 page not found"), None);
    }
}
