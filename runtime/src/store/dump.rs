//! What a store holds, as lines of JSON.

use std::{
    io::{self, BufWriter, Write as _},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use clap::Args;
use kubeforge_controlplane::Register;
use kubeforge_machinery::{
    Scheme, SchemeBuilder,
    codec::{MediaType, PROTO_MAGIC, Strictness, decode, encode},
};
use kubeforge_storage::embedded::maintenance::{self, Dumped, History};
use serde_json::{Value, json};

/// Flags of `store dump`.
#[derive(Debug, Args)]
pub(super) struct DumpArgs {
    /// Only keys that begin with this, for example /registry/pods/default/.
    #[arg(long, value_name = "TEXT", default_value = "/")]
    prefix: String,

    /// Every change that can still be read, by revision; without it, keys as they are now.
    #[arg(long)]
    history: bool,

    /// Values too: objects decoded, what is none in base64.
    #[arg(long)]
    values: bool,
}

/// Prints the keys.
pub(super) fn run(dir: &Path, args: &DumpArgs, kinds: &[Register]) -> anyhow::Result<()> {
    let scheme = args.values.then(|| scheme(kinds));
    let history = if args.history { History::All } else { History::Latest };
    let mut out = BufWriter::new(io::stdout().lock());
    maintenance::dump(dir, args.prefix.as_bytes(), history, |state| {
        writeln!(out, "{}", line(&state, scheme.as_ref())).map_err(anyhow::Error::from)
    })?;
    Ok(out.flush()?)
}

fn scheme(kinds: &[Register]) -> Scheme {
    let mut builder = SchemeBuilder::new("kubeforge store");
    kubeforge_api::register_all(&mut builder);
    kinds.iter().for_each(|register| register(&mut builder));
    builder.build()
}

fn line(state: &Dumped, scheme: Option<&Scheme>) -> Value {
    let mut line = json!({
        "key": String::from_utf8_lossy(&state.key),
        "modRevision": state.modified,
        "createRevision": state.created,
        "version": state.version,
        "bytes": state.value.len(),
    });
    if let (Some(scheme), false) = (scheme, state.value.is_empty()) {
        line["value"] = value(&state.value, scheme);
    }
    line
}

/// An object as its JSON; JSON as it is; anything else in base64.
fn value(bytes: &[u8], scheme: &Scheme) -> Value {
    let is_proto = bytes.starts_with(PROTO_MAGIC);
    let json = if is_proto {
        decode(scheme, MediaType::Protobuf, bytes, None, Strictness::Lenient)
            .ok()
            .and_then(|decoded| encode(decoded.object.as_ref(), MediaType::Json))
            .and_then(|json| serde_json::from_slice(&json).ok())
    } else {
        serde_json::from_slice(bytes).ok()
    };
    json.unwrap_or_else(|| Value::String(BASE64.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::ConfigMap;
    use kubeforge_machinery::meta::v1::ObjectMeta;

    use super::*;

    #[test]
    fn values_are_shown_as_well_as_they_can() {
        let scheme = scheme(&[]);
        let object = ConfigMap {
            metadata: ObjectMeta { name: "a".to_owned(), ..ObjectMeta::default() },
            ..ConfigMap::default()
        };
        let stored = encode(&object, MediaType::Protobuf).unwrap();
        assert_eq!(value(&stored, &scheme)["metadata"]["name"], "a");
        assert_eq!(value(br#"{"kind":"Gadget"}"#, &scheme)["kind"], "Gadget");
        assert_eq!(value(&[0, 1, 2], &scheme), "AAEC");
    }
}
