//! Which form of an answer a client accepts. Follows apiserver pkg/endpoints/handlers/negotiation.

use kubeforge_machinery::{
    cbor::{CBOR, CBOR_SEQUENCE},
    codec::MediaType,
    status::ApiError,
};

use crate::errors;

/// What becomes of the object or list before it is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transform {
    /// It is encoded as it is.
    #[default]
    None,
    /// A `meta.k8s.io` Table.
    Table(MetaVersion),
    /// Its metadata only.
    Metadata(MetaVersion),
    /// A list's items' metadata only.
    MetadataList(MetaVersion),
}

/// A version of the `meta.k8s.io` group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetaVersion {
    /// `v1`
    V1,
    /// `v1beta1`, which differs in name only.
    V1Beta1,
}

impl MetaVersion {
    /// The `apiVersion`.
    pub fn api_version(self) -> &'static str {
        match self {
            Self::V1 => "meta.k8s.io/v1",
            Self::V1Beta1 => "meta.k8s.io/v1beta1",
        }
    }
}

/// What was agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// The encoding.
    pub media: MediaType,
    /// What is done before.
    pub transform: Transform,
    /// JSON is indented.
    pub pretty: bool,
    /// JSON becomes CBOR before it is sent.
    pub cbor: bool,
}

impl Output {
    /// Compact JSON.
    pub const JSON: Output = Output { media: MediaType::Json, transform: Transform::None, pretty: false, cbor: false };
}

/// What an endpoint can answer.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// There is a protobuf form.
    pub protobuf: bool,
    /// Tables and metadata may be asked for.
    pub transforms: bool,
    /// The answer is a stream of events.
    pub watch: bool,
    /// There is a CBOR form.
    pub cbor: bool,
}

impl Offer {
    fn media_types(self) -> &'static [MediaType] {
        if self.protobuf { &MediaType::ALL } else { &[MediaType::Json, MediaType::Yaml] }
    }

    fn names(self) -> String {
        let mut names = String::new();
        for media in self.media_types() {
            if !names.is_empty() {
                names.push_str(", ");
            }
            names.push_str(media.name());
        }
        if self.cbor {
            names.push_str(", application/cbor");
        }
        names
    }

    fn route_names(self) -> String {
        let mut names = self.names();
        if self.watch {
            names.push_str(", ");
            names.push_str(&self.stream_names());
        }
        names
    }

    fn stream_names(self) -> String {
        let mut names = String::from("application/json;stream=watch");
        if self.protobuf {
            names.push_str(", application/vnd.kubernetes.protobuf;stream=watch");
        }
        if self.cbor {
            names.push_str(", application/cbor-seq");
        }
        names
    }

    /// The encoding that a clause names, and whether it is CBOR, which is JSON until it is sent.
    fn media(self, name: &str) -> Option<(MediaType, bool)> {
        match name {
            "*/*" => Some((MediaType::Json, false)),
            CBOR if self.cbor => Some((MediaType::Json, true)),
            name => {
                let known = self.media_types().iter().copied().find(|media| media.name() == name);
                known.map(|media| (media, false))
            }
        }
    }
}

/// One clause of an `Accept` header.
struct Clause<'a> {
    media: &'a str,
    params: &'a str,
    quality: f32,
}

/// Agrees on an answer's form.
///
/// # Errors
/// 406, where the client accepts nothing that is offered.
pub fn negotiate(accept: Option<&str>, offer: Offer) -> Result<Output, ApiError> {
    let accept = accept.map(str::trim).unwrap_or_default();
    if accept.is_empty() || accept == "*/*" || accept == "application/json" {
        return Ok(Output::JSON);
    }
    let mut clauses: Vec<Clause<'_>> = accept.split(',').filter_map(parse_clause).collect();
    // the most wanted first; equal ones as they came
    clauses.sort_by(|a, b| b.quality.total_cmp(&a.quality));
    let mut routed = false;
    for clause in &clauses {
        // a route for sequences there is, but what it answers is asked for by the name of their elements
        routed |= offer.watch && offer.cbor && clause.media == CBOR_SEQUENCE;
        let Some((media, cbor)) = offer.media(clause.media) else { continue };
        routed = true;
        if offer.watch && media == MediaType::Yaml {
            continue;
        }
        if let Some((transform, pretty)) = transform(clause.params, offer, media) {
            return Ok(Output { media, transform, pretty: pretty && !cbor, cbor });
        }
    }
    Err(if !routed {
        errors::no_route_accepts(&offer.route_names())
    } else if offer.watch {
        errors::not_acceptable(&offer.stream_names())
    } else {
        errors::not_acceptable(&offer.names())
    })
}

fn parse_clause(text: &str) -> Option<Clause<'_>> {
    let (media, params) = text.split_once(';').unwrap_or((text, ""));
    let media = media.trim();
    if media.is_empty() {
        return None;
    }
    let quality = params
        .split(';')
        .filter_map(|param| param.trim().strip_prefix("q="))
        .find_map(|value| value.parse().ok())
        .unwrap_or(1.0);
    Some(Clause { media, params, quality })
}

/// Reads a clause's parameters; `None` where they ask for what there is not.
fn transform(params: &str, offer: Offer, media: MediaType) -> Option<(Transform, bool)> {
    let (mut as_, mut group, mut version, mut pretty) = ("", "", "", false);
    for param in params.split(';') {
        let (name, value) = param.trim().split_once('=').unwrap_or((param.trim(), ""));
        match name {
            "as" => as_ = value,
            "g" => group = value,
            "v" => version = value,
            "pretty" => pretty = value == "1",
            _ => {}
        }
    }
    if as_.is_empty() {
        return Some((Transform::None, pretty));
    }
    if !offer.transforms || group != "meta.k8s.io" {
        return None;
    }
    let version = match version {
        "v1" => MetaVersion::V1,
        "v1beta1" => MetaVersion::V1Beta1,
        _ => return None,
    };
    match as_ {
        // a Table has no protobuf form
        "Table" if media != MediaType::Protobuf => Some((Transform::Table(version), pretty)),
        "PartialObjectMetadata" => Some((Transform::Metadata(version), pretty)),
        "PartialObjectMetadataList" => Some((Transform::MetadataList(version), pretty)),
        _ => None,
    }
}

/// Whether JSON is to be indented: asked for in the query, or a person seems to look at it.
pub fn wants_pretty(query: crate::query::Query<'_>, user_agent: &str) -> bool {
    if let Some(value) = query.get("pretty") {
        return crate::query::as_bool(&value);
    }
    ["curl", "Wget", "Mozilla/5.0"].iter().any(|browser| user_agent.starts_with(browser))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: Offer = Offer { protobuf: true, transforms: true, watch: false, cbor: false };

    fn media(accept: &str) -> Result<MediaType, String> {
        negotiate(Some(accept), OFFER).map(|output| output.media).map_err(|err| err.to_string())
    }

    #[test]
    fn the_most_wanted_known_type_wins() {
        assert_eq!(media("application/json;q=0.5, application/yaml"), Ok(MediaType::Yaml));
        assert_eq!(media("application/vnd.kubernetes.protobuf,application/json"), Ok(MediaType::Protobuf));
        assert_eq!(media("text/plain, */*;q=0.1"), Ok(MediaType::Json));
        assert!(media("application/*").unwrap_err().starts_with("406: Not Acceptable\n\nAvailable representations: "));
        assert!(media("application/json; as=Table").unwrap_err().starts_with("only the following media types"));
    }

    #[test]
    fn cbor_is_for_those_who_may_have_it() {
        let offer = |watch| Offer { cbor: true, watch, ..OFFER };
        assert!(negotiate(Some("application/cbor"), OFFER).is_err());
        let table = "application/cbor;as=Table;v=v1;g=meta.k8s.io";
        for (accept, watch, want) in [("application/cbor", false, true), (table, false, true), ("*/*", true, false)] {
            assert_eq!(negotiate(Some(accept), offer(watch)).map(|output| output.cbor).ok(), Some(want), "{accept}");
        }
        let refused = negotiate(Some("application/cbor-seq"), offer(true)).unwrap_err().to_string();
        assert!(refused.ends_with(", application/cbor-seq"), "{refused}");
        assert!(negotiate(Some("application/cbor-seq"), offer(false)).unwrap_err().to_string().starts_with("406"));
    }

    #[test]
    fn transforms_come_from_parameters() {
        let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
        assert_eq!(negotiate(Some(table), OFFER).unwrap().transform, Transform::Table(MetaVersion::V1));
        let unknown = "application/json;as=Gizmo;v=v1;g=meta.k8s.io,application/json";
        assert_eq!(negotiate(Some(unknown), OFFER).unwrap().transform, Transform::None);
    }
}
