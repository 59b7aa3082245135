//! Ports.

use kubeforge_derive::ApiSource;

/// Where to plug in.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Port {
    /// Its number.
    #[api(tag = 1, required)]
    pub port: i32,
    /// What is spoken there, inlined.
    #[api(tag = 2, inline)]
    pub speech: Speech,
}

/// What is spoken.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Speech {
    /// The protocol.
    #[api(tag = 1)]
    pub protocol: String,
}
