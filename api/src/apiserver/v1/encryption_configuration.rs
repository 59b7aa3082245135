//! The encryption configuration: how objects are encrypted in the store.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Duration;

/// How objects are encrypted in the store, read from a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct EncryptionConfiguration {
    /// The settings by resource; the first that matches a resource counts.
    #[api(required)]
    pub resources: Vec<ResourceConfiguration>,
}

/// How objects of some resources are encrypted.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceConfiguration {
    /// The resources, like `secrets` or `foos.example.com`; `*.` and the group, or `*.*` for all.
    #[api(required)]
    pub resources: Vec<String>,
    /// The ways to encrypt: the first one writes, all are tried for reading.
    #[api(required)]
    pub providers: Vec<ProviderConfiguration>,
}

/// One way to encrypt; exactly one of these is set.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ProviderConfiguration {
    /// AES in Galois counter mode; its keys must be changed often.
    pub aesgcm: Option<Box<AESConfiguration>>,
    /// AES in cipher block chaining mode, with padding.
    pub aescbc: Option<Box<AESConfiguration>>,
    /// XSalsa20 with Poly1305.
    pub secretbox: Option<Box<SecretboxConfiguration>>,
    /// No encryption at all.
    pub identity: Option<Box<IdentityConfiguration>>,
    /// A key service outside, which guards the keys that encrypt.
    pub kms: Option<Box<KMSConfiguration>>,
}

/// The keys for AES.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AESConfiguration {
    /// The keys: the first one encrypts, all may decrypt; 16, 24 or 32 bytes each.
    #[api(required)]
    pub keys: Vec<Key>,
}

/// A key and its name.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Key {
    /// Its name, stored along with what it encrypts.
    #[api(required)]
    pub name: String,
    /// The key in base64; secret.
    #[api(required)]
    pub secret: String,
}

/// The keys for XSalsa20 with Poly1305.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SecretboxConfiguration {
    /// The keys: the first one encrypts, all may decrypt; 32 bytes each.
    #[api(required)]
    pub keys: Vec<Key>,
}

/// Stores objects as they are; there is nothing to set.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IdentityConfiguration {}

/// A key service outside, and how to reach it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct KMSConfiguration {
    /// The version of its protocol, `v1` or `v2`; `v1` if empty.
    #[api(always)]
    pub api_version: String,
    /// Its name, stored along with what it encrypts; must not change.
    #[api(required)]
    pub name: String,
    /// How many keys are kept decrypted, in `v1` only; 1000 if unset, none if negative.
    pub cachesize: Option<i32>,
    /// The Unix socket where it listens, with the scheme `unix`.
    #[api(required)]
    pub endpoint: String,
    /// How long to wait for an answer; three seconds if unset.
    pub timeout: Option<Duration>,
}
