//! Keys that tokens are signed and checked with: RSA (RS256) and the curves P-256 and P-384 (ES256, ES384).
//!
//! A key's id is the hash of its public half (SubjectPublicKeyInfo), as kube-apiserver has it, so that both can check each
//! other's tokens. Making an RSA key takes a while, so [`KeySource`] does it in the background.

use std::sync::Arc;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    signature::{self, EcdsaKeyPair, KeyPair as _, RsaKeyPair, UnparsedPublicKey},
};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rustls_pki_types::pem::{PemObject as _, SectionKind};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;
use x509_parser::{prelude::FromDer as _, public_key::PublicKey, x509::SubjectPublicKeyInfo};

/// Why a key can't be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum KeyError {
    /// The file holds no key in a known form.
    #[error("no RSA or EC key (curves P-256 and P-384) in PEM form")]
    None,
    /// A key of a kind that is not supported.
    #[error("a key can't be read: {0}")]
    Unreadable(String),
    /// A new key can't be made.
    #[error("a key can't be made: {0}")]
    Generate(String),
    /// A key can't be loaded or kept.
    #[error("{0}")]
    Source(String),
}

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with SHA-256.
    Rs256,
    /// P-256 with SHA-256.
    Es256,
    /// P-384 with SHA-384.
    Es384,
}

impl Algorithm {
    /// As JWS headers name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }
}

/// A key that tokens are checked with.
#[derive(Clone, Debug)]
pub struct PublicHalf {
    /// Its id.
    pub id: String,
    /// How it signs.
    pub algorithm: Algorithm,
    /// `RSAPublicKey` or the point.
    bytes: Vec<u8>,
}

enum Signer {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

/// What a server signs with, and everything that it checks tokens with.
pub struct Keys {
    signer: Signer,
    own: PublicHalf,
    accepted: Vec<PublicHalf>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("id", &self.own.id).finish_non_exhaustive()
    }
}

type Load = Box<dyn Fn() -> Result<Keys, KeyError> + Send + Sync>;

/// Keys that are loaded or made when they are first asked for.
pub struct KeySource {
    load: Arc<Load>,
    keys: OnceCell<Arc<Keys>>,
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySource").finish_non_exhaustive()
    }
}

impl KeySource {
    /// Keys that `load` makes; it may take its time.
    pub fn new(load: impl Fn() -> Result<Keys, KeyError> + Send + Sync + 'static) -> Self {
        Self { load: Arc::new(Box::new(load)), keys: OnceCell::new() }
    }

    /// The keys.
    ///
    /// # Errors
    /// Where they can't be loaded; the next call tries again.
    pub async fn get(&self) -> Result<Arc<Keys>, KeyError> {
        let load = || async {
            let load = self.load.clone();
            let loaded = tokio::task::spawn_blocking(move || load()).await;
            loaded.map_err(|error| KeyError::Source(error.to_string()))?.map(Arc::new)
        };
        self.keys.get_or_try_init(load).await.cloned()
    }
}

const RSA_BITS: usize = 2048;

/// A new RSA key, PEM (PKCS #1).
///
/// # Errors
/// Where the system has no randomness.
pub fn generate() -> Result<String, KeyError> {
    let failed = |error: &dyn std::fmt::Display| KeyError::Generate(error.to_string());
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, RSA_BITS).map_err(|error| failed(&error))?;
    let der = key.to_pkcs1_der().map_err(|error| failed(&error))?;
    let text = STANDARD.encode(der.as_bytes());
    let mut pem = "-----BEGIN RSA PRIVATE KEY-----\n".to_owned();
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END RSA PRIVATE KEY-----\n");
    Ok(pem)
}

impl Keys {
    /// A key to sign with, PEM, and others whose tokens are accepted: private keys, public keys or certificates.
    ///
    /// # Errors
    /// Where a file holds no key of a supported kind.
    pub fn from_pem(signing: &[u8], accepted: &[Vec<u8>]) -> Result<Self, KeyError> {
        let (signer, own) = signer_of(signing)?;
        let mut others = Vec::new();
        for pem in accepted {
            let found = public_halves(pem)?;
            if found.is_empty() {
                return Err(KeyError::None);
            }
            others.extend(found);
        }
        if accepted.is_empty() {
            others.push(own.clone());
        }
        Ok(Self { signer, own, accepted: others })
    }

    /// The key that new tokens are signed with.
    pub fn own(&self) -> &PublicHalf {
        &self.own
    }

    /// The keys to check a token with: those with its key id, or all where none has it.
    pub fn candidates(&self, id: &str) -> Vec<&PublicHalf> {
        let named: Vec<&PublicHalf> = self.accepted.iter().filter(|key| key.id == id).collect();
        if named.is_empty() { self.accepted.iter().collect() } else { named }
    }

    /// Signs a message.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        let failed = |_| KeyError::Source("signing failed".to_owned());
        match &self.signer {
            Signer::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&signature::RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Signer::Ec(key) => Ok(key.sign(&random, message).map_err(failed)?.as_ref().to_vec()),
        }
    }

    /// The keys as a JWK set.
    pub fn jwks(&self) -> Value {
        let mut shown: Vec<&PublicHalf> = Vec::new();
        for key in &self.accepted {
            if !shown.iter().any(|other| other.id == key.id) {
                shown.push(key);
            }
        }
        json!({ "keys": shown.into_iter().map(PublicHalf::jwk).collect::<Vec<_>>() })
    }

    /// How the keys sign, each once, in order.
    pub fn algorithms(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = self.accepted.iter().map(|key| key.algorithm.name()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl PublicHalf {
    /// Whether a signature is this key's.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let algorithm: &'static dyn signature::VerificationAlgorithm = match self.algorithm {
            Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Algorithm::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
            Algorithm::Es384 => &signature::ECDSA_P384_SHA384_FIXED,
        };
        UnparsedPublicKey::new(algorithm, &self.bytes).verify(message, signature).is_ok()
    }

    fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (id, algorithm) = (&self.id, self.algorithm.name());
        match self.algorithm {
            Algorithm::Rs256 => {
                let (modulus, exponent) = rsa_numbers(&self.bytes).unwrap_or_default();
                json!({"use": "sig", "kty": "RSA", "kid": id, "alg": algorithm, "n": text(&modulus), "e": text(&exponent)})
            }
            Algorithm::Es256 | Algorithm::Es384 => {
                // 4, x, y
                let (x, y) = self.bytes.get(1..).map(|point| point.split_at(point.len() / 2)).unwrap_or_default();
                let curve = if self.algorithm == Algorithm::Es256 { "P-256" } else { "P-384" };
                json!({"use": "sig", "kty": "EC", "kid": id, "crv": curve, "alg": algorithm, "x": text(x), "y": text(y)})
            }
        }
    }

    fn new(algorithm: Algorithm, bytes: Vec<u8>) -> Self {
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(public_key_info(algorithm, &bytes)));
        Self { id, algorithm, bytes }
    }
}

/// Modulus and exponent of an `RSAPublicKey`, without leading zeros.
fn rsa_numbers(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let info = public_key_info(Algorithm::Rs256, der);
    let (_, info) = SubjectPublicKeyInfo::from_der(&info).ok()?;
    let Ok(PublicKey::RSA(key)) = info.parsed() else { return None };
    let trimmed = |number: &[u8]| {
        let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
        number.get(start..).unwrap_or_default().to_vec()
    };
    Some((trimmed(key.modulus), trimmed(key.exponent)))
}

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OBJECT_ID: u8 = 0x06;
const INTEGER: u8 = 0x02;

/// A DER element.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    match length.as_slice() {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // eight bytes at most
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(0));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

/// An `AlgorithmIdentifier`.
fn algorithm_identifier(algorithm: Algorithm) -> Vec<u8> {
    let content = match algorithm {
        Algorithm::Rs256 => [der(OBJECT_ID, RSA_ENCRYPTION), der(NULL, &[])],
        Algorithm::Es256 => [der(OBJECT_ID, EC_PUBLIC_KEY), der(OBJECT_ID, P256)],
        Algorithm::Es384 => [der(OBJECT_ID, EC_PUBLIC_KEY), der(OBJECT_ID, P384)],
    };
    der(SEQUENCE, &content.concat())
}

/// A `SubjectPublicKeyInfo`.
fn public_key_info(algorithm: Algorithm, key: &[u8]) -> Vec<u8> {
    let bits = [&[0], key].concat();
    der(SEQUENCE, &[algorithm_identifier(algorithm), der(BIT_STRING, &bits)].concat())
}

fn unreadable(error: impl std::fmt::Display) -> KeyError {
    KeyError::Unreadable(error.to_string())
}

fn rsa_signer(key: RsaKeyPair) -> (Signer, PublicHalf) {
    let own = PublicHalf::new(Algorithm::Rs256, key.public().as_ref().to_vec());
    (Signer::Rsa(key), own)
}

fn ec_signer(pkcs8: &[u8]) -> Result<(Signer, PublicHalf), KeyError> {
    let random = SystemRandom::new();
    let curves = [
        (Algorithm::Es256, &signature::ECDSA_P256_SHA256_FIXED_SIGNING),
        (Algorithm::Es384, &signature::ECDSA_P384_SHA384_FIXED_SIGNING),
    ];
    for (algorithm, signing) in curves {
        if let Ok(key) = EcdsaKeyPair::from_pkcs8(signing, pkcs8, &random) {
            let own = PublicHalf::new(algorithm, key.public_key().as_ref().to_vec());
            return Ok((Signer::Ec(key), own));
        }
    }
    Err(KeyError::None)
}

/// A private key in any of the usual forms.
fn private_key(kind: SectionKind, content: &[u8]) -> Result<(Signer, PublicHalf), KeyError> {
    match kind {
        SectionKind::RsaPrivateKey => RsaKeyPair::from_der(content).map(rsa_signer).map_err(unreadable),
        SectionKind::PrivateKey => match RsaKeyPair::from_pkcs8(content) {
            Ok(key) => Ok(rsa_signer(key)),
            Err(_) => ec_signer(content),
        },
        SectionKind::EcPrivateKey => {
            // the curve is said inside as well, but not read there
            let wrap = |algorithm| {
                let parts = [der(INTEGER, &[0]), algorithm_identifier(algorithm), der(OCTET_STRING, content)];
                der(SEQUENCE, &parts.concat())
            };
            ec_signer(&wrap(Algorithm::Es256)).or_else(|_| ec_signer(&wrap(Algorithm::Es384)))
        }
        _ => Err(KeyError::None),
    }
}

fn signer_of(pem: &[u8]) -> Result<(Signer, PublicHalf), KeyError> {
    for section in sections(pem) {
        let (kind, content) = section?;
        if matches!(kind, SectionKind::RsaPrivateKey | SectionKind::PrivateKey | SectionKind::EcPrivateKey) {
            return private_key(kind, &content);
        }
    }
    Err(KeyError::None)
}

fn sections(pem: &[u8]) -> impl Iterator<Item = Result<(SectionKind, Vec<u8>), KeyError>> {
    <(SectionKind, Vec<u8>)>::pem_slice_iter(pem)
        .map(|section| section.map_err(|error| unreadable(format!("{error:?}"))))
}

fn public_halves(pem: &[u8]) -> Result<Vec<PublicHalf>, KeyError> {
    let mut keys = Vec::new();
    for section in sections(pem) {
        let (kind, content) = section?;
        match kind {
            SectionKind::PublicKey => keys.push(half_of(&content)?),
            SectionKind::Certificate => {
                let (_, certificate) =
                    x509_parser::certificate::X509Certificate::from_der(&content).map_err(unreadable)?;
                keys.push(half_of(certificate.public_key().raw)?);
            }
            SectionKind::RsaPrivateKey | SectionKind::PrivateKey | SectionKind::EcPrivateKey => {
                keys.push(private_key(kind, &content)?.1);
            }
            _ => {}
        }
    }
    Ok(keys)
}

fn half_of(info: &[u8]) -> Result<PublicHalf, KeyError> {
    let (_, info) = SubjectPublicKeyInfo::from_der(info).map_err(unreadable)?;
    let algorithm = match info.parsed() {
        Ok(PublicKey::RSA(_)) => Algorithm::Rs256,
        Ok(PublicKey::EC(point)) if point.data().len() == 65 => Algorithm::Es256,
        Ok(PublicKey::EC(point)) if point.data().len() == 97 => Algorithm::Es384,
        _ => return Err(KeyError::None),
    };
    Ok(PublicHalf::new(algorithm, info.subject_public_key.data.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EC_KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n\
        OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n\
        1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\n\
        -----END PRIVATE KEY-----\n";

    #[test]
    fn signatures_are_checked_with_the_public_half() {
        let made = generate().unwrap();
        for (pem, algorithm) in [(made.as_bytes(), "RS256"), (EC_KEY.as_bytes(), "ES256")] {
            let keys = Keys::from_pem(pem, &[]).unwrap();
            let signature = keys.sign(b"text").unwrap();
            let [key] = keys.candidates("other")[..] else { panic!("one key") };
            assert!(key.verifies(b"text", &signature) && !key.verifies(b"texT", &signature), "{algorithm}");
            assert_eq!(keys.algorithms(), [algorithm]);
            assert_eq!(keys.jwks()["keys"][0]["kid"], key.id.as_str());
        }
        assert!(matches!(Keys::from_pem(b"nothing", &[]), Err(KeyError::None)));
    }

    #[test]
    fn der_has_long_and_short_lengths() {
        assert_eq!(der(NULL, &[]), [5, 0]);
        assert_eq!(der(OCTET_STRING, &[1; 200])[..3], [4, 0x81, 200]);
        assert_eq!(der(OCTET_STRING, &[1; 300])[..4], [4, 0x82, 1, 44]);
    }
}
