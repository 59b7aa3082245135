//! `ExecCredential` documents: what a program is asked, and what it answers.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// The kind of both documents.
const KIND: &str = "ExecCredential";

/// What a program is told of the cluster.
///
/// Its debug form shows the server alone: the proxy's URL and the extension may hold secrets.
#[derive(Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecCluster {
    /// The server's URL.
    pub server: String,
    /// The name in the server's certificate.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tls_server_name: String,
    /// Whether any server is taken for the right one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub insecure_skip_tls_verify: bool,
    /// Who may have signed the server's certificate, as PEM.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "base64")]
    pub certificate_authority_data: Vec<u8>,
    /// The proxy.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub proxy_url: String,
    /// Whether answers are to come uncompressed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disable_compression: bool,
    /// What the kubeconfig's extension `client.authentication.k8s.io/exec` says.
    pub config: Value,
}

impl fmt::Debug for ExecCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecCluster").field("server", &self.server).finish_non_exhaustive()
    }
}

fn base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked<'a> {
    kind: &'static str,
    api_version: &'a str,
    spec: Spec<'a>,
}

#[derive(Serialize)]
struct Spec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'a ExecCluster>,
    interactive: bool,
}

/// The document for a program.
pub(super) fn asked(api_version: &str, cluster: Option<&ExecCluster>, interactive: bool) -> String {
    let asked = Asked { kind: KIND, api_version, spec: Spec { cluster, interactive } };
    // texts, bytes and JSON values always have a JSON form
    serde_json::to_string(&asked).unwrap_or_default()
}

/// What a program answers.
#[derive(Debug, Default)]
pub(in crate::transport) struct Answer {
    pub token: Option<String>,
    pub identity: Option<Identity>,
    /// When it must be asked again.
    pub expires: Option<jiff::Timestamp>,
}

/// A certificate and its key, as PEM.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::transport) struct Identity {
    pub certificate: Vec<u8>,
    pub key: Vec<u8>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Printed {
    kind: String,
    api_version: String,
    status: Option<Status>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<String>,
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// Reads what a program printed. Texts of errors never hold any of it.
pub(super) fn read(api_version: &str, printed: &[u8]) -> Result<Answer, String> {
    let printed: Printed = serde_json::from_slice(printed).map_err(|err| {
        format!("decoding stdout: not an ExecCredential in JSON (line {}, column {})", err.line(), err.column())
    })?;
    if printed.kind != KIND {
        return Err(format!(
            "decoding stdout: no kind {:?} is registered for version {:?}",
            printed.kind, printed.api_version
        ));
    }
    if printed.api_version != api_version {
        return Err(format!(
            "exec plugin is configured to use API version {api_version}, plugin returned version {}",
            printed.api_version
        ));
    }
    let status = printed.status.ok_or("exec plugin didn't return a status field")?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let token = given(status.token);
    let identity = match (given(status.client_certificate_data), given(status.client_key_data)) {
        (Some(certificate), Some(key)) => {
            Some(Identity { certificate: certificate.into_bytes(), key: key.into_bytes() })
        }
        (None, None) => None,
        _ => return Err("exec plugin returned only certificate or key, not both".to_owned()),
    };
    if token.is_none() && identity.is_none() {
        return Err("exec plugin didn't return a token or cert/key pair".to_owned());
    }
    let expires = given(status.expiration_timestamp)
        .map(|text| text.parse().map_err(|_| format!("decoding stdout: expirationTimestamp {text:?} is not a time")))
        .transpose()?;
    Ok(Answer { token, identity, expires })
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = "client.authentication.k8s.io/v1";

    #[track_caller]
    fn check(status: &str, want: &str) {
        let printed = format!(r#"{{"kind":"ExecCredential","apiVersion":"{V1}"{status}}}"#);
        assert_eq!(read(V1, printed.as_bytes()).unwrap_err(), want);
    }

    #[test]
    fn answers_that_make_no_sense_are_refused() {
        check("", "exec plugin didn't return a status field");
        check(r#","status":{}"#, "exec plugin didn't return a token or cert/key pair");
        check(r#","status":{"clientKeyData":"k"}"#, "exec plugin returned only certificate or key, not both");
        let other = r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1"}"#;
        assert_eq!(
            read(V1, other.as_bytes()).unwrap_err(),
            "exec plugin is configured to use API version client.authentication.k8s.io/v1, plugin returned version client.authentication.k8s.io/v1beta1"
        );
        assert!(read(V1, b"token: secret").unwrap_err().starts_with("decoding stdout: "));
    }

    #[test]
    fn a_cluster_is_told_in_kubeconfigs_words() {
        let cluster = ExecCluster {
            server: "https://x".to_owned(),
            certificate_authority_data: b"hello".to_vec(),
            insecure_skip_tls_verify: true,
            config: serde_json::json!({"audience": "a"}),
            ..ExecCluster::default()
        };
        let want = r#""cluster":{"server":"https://x","insecure-skip-tls-verify":true,"certificate-authority-data":"aGVsbG8=","config":{"audience":"a"}}"#;
        let asked = asked(V1, Some(&cluster), true);
        assert!(asked.contains(want), "{asked}");
    }
}
