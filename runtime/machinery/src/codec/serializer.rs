//! Whole documents: an object with its `kind` and `apiVersion`, in one of three media types.

#![expect(clippy::result_large_err, reason = "errors are rare here, and name the document in full")]

use std::fmt;

use super::{DecodeError, JsonReader, JsonWriter, ProtoReader, ProtoWriter, StrictError, WireType};
use crate::{
    gvk::{GroupVersion, GroupVersionKind},
    object::Object,
    scheme::{Scheme, SchemeError},
};

/// The four bytes before a protobuf document (`k8s` and zero).
pub const PROTO_MAGIC: &[u8; 4] = b"k8s\0";

/// A document's encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MediaType {
    /// `application/json`
    Json,
    /// `application/yaml`
    Yaml,
    /// `application/vnd.kubernetes.protobuf`
    Protobuf,
}

impl MediaType {
    /// The three, in the order in which the API server offers them.
    pub const ALL: [MediaType; 3] = [MediaType::Json, MediaType::Yaml, MediaType::Protobuf];

    /// The media type's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Yaml => "application/yaml",
            Self::Protobuf => "application/vnd.kubernetes.protobuf",
        }
    }

    /// The media type of that name, without parameters.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|media| media.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What decoding does about unknown and duplicate fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Strictness {
    /// Drop them silently.
    #[default]
    Lenient,
    /// Note them in [`Decoded::strict_errors`].
    Strict,
}

/// A decoded document.
#[derive(Debug)]
pub struct Decoded {
    /// The object, in the version that the document says.
    pub object: Box<dyn Object>,
    /// What the document said it is, filled up from the default.
    pub gvk: GroupVersionKind,
    /// Unknown and duplicate fields, where asked for.
    pub strict_errors: Vec<StrictError>,
}

/// Why a document could not be decoded.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Its kind and version can't be read: it is no JSON, YAML or protobuf document at all.
    #[error("couldn't get version/kind; {0}")]
    Unrecognized(String),
    /// It is not a protobuf document.
    #[error("{0}")]
    NotProtobuf(String),
    /// It does not say what it is.
    #[error("Object 'Kind' is missing in '{0}'")]
    MissingKind(String),
    /// It does not say its version.
    #[error("Object 'apiVersion' is missing in '{0}'")]
    MissingVersion(String),
    /// Its kind is unknown.
    #[error(transparent)]
    Scheme(#[from] SchemeError),
    /// It does not fit its kind.
    #[error("{source}")]
    Malformed {
        /// What it said it is.
        gvk: GroupVersionKind,
        /// What is wrong.
        source: DecodeError,
    },
}

/// Reads a document.
///
/// `default` fills in what the document does not say of its group, version and kind.
///
/// # Errors
/// [`DocumentError`] says which part is wrong.
pub fn decode(
    scheme: &Scheme,
    media: MediaType,
    bytes: &[u8],
    default: Option<&GroupVersionKind>,
    strictness: Strictness,
) -> Result<Decoded, DocumentError> {
    match media {
        MediaType::Json => decode_json(scheme, bytes, default, strictness),
        MediaType::Yaml => {
            let yaml =
                crate::yaml::to_json(bytes, strictness).map_err(|err| DocumentError::Unrecognized(err.to_string()))?;
            let mut decoded = decode_json(scheme, &yaml.json, default, strictness)?;
            decoded.strict_errors.splice(0..0, yaml.strict_errors);
            Ok(decoded)
        }
        MediaType::Protobuf => decode_proto(scheme, bytes, default),
    }
}

fn decode_json(
    scheme: &Scheme,
    json: &[u8],
    default: Option<&GroupVersionKind>,
    strictness: Strictness,
) -> Result<Decoded, DocumentError> {
    let found = peek_json(json).map_err(|err| DocumentError::Unrecognized(format!("json parse error: {err}")))?;
    let gvk = complete(&found, default, || String::from_utf8_lossy(json).into_owned())?;
    let mut object = scheme.new_object(&gvk)?;
    let mut reader = match strictness {
        Strictness::Lenient => JsonReader::new(json),
        Strictness::Strict => JsonReader::strict(json),
    };
    object
        .read_json(&mut reader)
        .and_then(|()| reader.finish())
        .map_err(|source| DocumentError::Malformed { gvk: gvk.clone(), source })?;
    Ok(Decoded { object, gvk, strict_errors: reader.take_strict_errors() })
}

/// What a document says of its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeMeta {
    /// `apiVersion`, possibly empty.
    pub api_version: String,
    /// `kind`, possibly empty.
    pub kind: String,
}

/// Finds `apiVersion` and `kind` at the top of a JSON object; stops when it has both.
///
/// # Errors
/// Where the text is no JSON object.
pub fn peek_json(json: &[u8]) -> Result<TypeMeta, DecodeError> {
    struct Found(DecodeError);
    const GO_TYPE: &str = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";
    let mut meta = TypeMeta::default();
    let mut reader = JsonReader::new(json);
    let done = DecodeError::custom("both found");
    let walked = reader.map(&|| GO_TYPE.into(), &mut |r, key| {
        match key {
            "apiVersion" => meta.api_version = r.str()?.unwrap_or_default().to_owned(),
            "kind" => meta.kind = r.str()?.unwrap_or_default().to_owned(),
            _ => r.skip()?,
        }
        if meta.api_version.is_empty() || meta.kind.is_empty() { Ok(()) } else { Err(done.clone()) }
    });
    match walked.and_then(|_| reader.finish()).map_err(Found) {
        Err(Found(err)) if err != done => Err(err),
        _ => Ok(meta),
    }
}

fn complete(
    found: &TypeMeta,
    default: Option<&GroupVersionKind>,
    document: impl Fn() -> String,
) -> Result<GroupVersionKind, DocumentError> {
    let version = match found.api_version.as_str() {
        "" => default.map(GroupVersionKind::group_version),
        text => Some(GroupVersion::parse(text).map_err(|err| DocumentError::Unrecognized(err.to_string()))?),
    };
    let kind = match found.kind.as_str() {
        "" => default.map(|gvk| gvk.kind.clone()),
        kind => Some(kind.to_owned().into()),
    };
    match (kind, version) {
        (None, _) => Err(DocumentError::MissingKind(document())),
        (_, None) => Err(DocumentError::MissingVersion(document())),
        (Some(kind), Some(version)) => Ok(version.with_kind(kind)),
    }
}

fn decode_proto(scheme: &Scheme, bytes: &[u8], default: Option<&GroupVersionKind>) -> Result<Decoded, DocumentError> {
    let envelope = unwrap_proto(bytes)?;
    let gvk = complete(&envelope.type_meta, default, || "protobuf document".to_owned())?;
    let mut object = scheme.new_object(&gvk)?;
    object
        .read_proto(&mut ProtoReader::new(envelope.raw))
        .map_err(|source| DocumentError::Malformed { gvk: gvk.clone(), source })?;
    Ok(Decoded { object, gvk, strict_errors: Vec::new() })
}

/// A protobuf document's parts (`runtime.Unknown`).
#[derive(Debug)]
pub struct ProtoEnvelope<'a> {
    /// What the document says it is.
    pub type_meta: TypeMeta,
    /// The bare message.
    pub raw: &'a [u8],
}

/// Takes a protobuf document apart.
///
/// # Errors
/// Where the prefix is missing or the envelope is malformed.
pub fn unwrap_proto(bytes: &[u8]) -> Result<ProtoEnvelope<'_>, DocumentError> {
    let Some(unknown) = bytes.strip_prefix(PROTO_MAGIC) else {
        return Err(DocumentError::NotProtobuf(if bytes.is_empty() {
            "empty data".to_owned()
        } else {
            let prefix = PROTO_MAGIC.map(|byte| byte.to_string()).join(" ");
            format!("provided data does not appear to be a protobuf message, expected prefix [{prefix}]")
        }));
    };
    let malformed = |err: DecodeError| DocumentError::NotProtobuf(err.to_string());
    let mut envelope = ProtoEnvelope { type_meta: TypeMeta::default(), raw: &[] };
    let mut reader = ProtoReader::new(unknown);
    while let Some((tag, wire)) = reader.next_tag().map_err(malformed)? {
        match (tag, wire) {
            (1, WireType::Bytes) => {
                let mut inner = reader.sub_message().map_err(malformed)?;
                while let Some((tag, wire)) = inner.next_tag().map_err(malformed)? {
                    match (tag, wire) {
                        (1 | 2, WireType::Bytes) => {
                            let text = String::from_utf8_lossy(inner.bytes().map_err(malformed)?).into_owned();
                            if tag == 1 {
                                envelope.type_meta.api_version = text
                            } else {
                                envelope.type_meta.kind = text
                            }
                        }
                        _ => inner.skip(wire).map_err(malformed)?,
                    }
                }
            }
            (2, WireType::Bytes) => envelope.raw = reader.bytes().map_err(malformed)?,
            _ => reader.skip(wire).map_err(malformed)?,
        }
    }
    Ok(envelope)
}

/// Writes the `k8s\0` envelope around what `raw` writes as the bare message (`runtime.Unknown`; its two trailing
/// strings are written though they are empty).
pub fn wrap_proto(gvk: &GroupVersionKind, capacity: usize, raw: impl FnOnce(&mut ProtoWriter)) -> Vec<u8> {
    let mut w = ProtoWriter::with_capacity(capacity + 128);
    w.message_field(4, |_| {});
    w.message_field(3, |_| {});
    w.message_field(2, raw);
    w.message_field(1, |w| {
        w.message_field(2, |w| w.bytes(gvk.kind.as_bytes()));
        w.message_field(1, |w| w.bytes(gvk.api_version().as_bytes()));
    });
    w.bytes(PROTO_MAGIC);
    w.into_bytes()
}

/// Writes a document. `None` where the kind has no protobuf form and that was asked for.
///
/// JSON ends with a line feed, as Go's encoder writes it.
pub fn encode(object: &dyn Object, media: MediaType) -> Option<Vec<u8>> {
    match media {
        MediaType::Json => {
            let mut w = JsonWriter::with_capacity(1024);
            object.write_json(&mut w);
            w.raw(b"\n");
            Some(w.into_bytes())
        }
        MediaType::Yaml => {
            let mut w = JsonWriter::with_capacity(1024);
            object.write_json(&mut w);
            Some(crate::yaml::from_json(w.as_bytes()))
        }
        MediaType::Protobuf => {
            let mut has_proto = false;
            let document = wrap_proto(&object.gvk(), 1024, |w| has_proto = object.write_proto(w));
            has_proto.then_some(document)
        }
    }
}
