//! The compact form of signed tokens: `header.claims.signature`, each in base64.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{
    claims::Claims,
    keys::{KeyError, Keys},
};

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: String,
}

/// A token with these claims.
pub(super) fn sign(keys: &Keys, claims: &Claims) -> Result<String, KeyError> {
    let text = |value: serde_json::Result<Vec<u8>>| {
        value.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|error| KeyError::Source(error.to_string()))
    };
    let own = keys.own();
    let header = Header { alg: own.algorithm.name().to_owned(), kid: own.id.clone() };
    let mut token = format!("{}.{}", text(serde_json::to_vec(&header))?, text(serde_json::to_vec(claims))?);
    let signature = keys.sign(token.as_bytes())?;
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Ok(token)
}

/// A token whose signature was not looked at yet.
pub(super) struct Unverified<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    key: String,
    algorithm: String,
    claims: Claims,
}

impl<'a> Unverified<'a> {
    /// Reads a token; `None` where it is none of this form.
    pub(super) fn parse(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
        let claims: Claims = serde_json::from_slice(&decode(claims)?).ok()?;
        Some(Self { signed, signature: decode(signature)?, key: header.kid, algorithm: header.alg, claims })
    }

    /// Who claims to have issued it.
    pub(super) fn issuer(&self) -> &str {
        &self.claims.iss
    }

    /// The claims, once a key has signed them.
    pub(super) fn verify(self, keys: &Keys) -> Option<Claims> {
        let verified = keys
            .candidates(&self.key)
            .into_iter()
            .any(|key| key.algorithm.name() == self.algorithm && key.verifies(self.signed.as_bytes(), &self.signature));
        verified.then_some(self.claims)
    }
}
