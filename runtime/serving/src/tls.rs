//! TLS of the listener.

use std::sync::Arc;

use rustls::{
    RootCertStore, ServerConfig, SupportedCipherSuite,
    crypto::{CryptoProvider, ring::ALL_CIPHER_SUITES},
    server::WebPkiClientVerifier,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

/// Why a listener's TLS can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A PEM file holds no certificate or key, or a broken one.
    #[error("cannot read the {what}")]
    Pem {
        /// What was to be read.
        what: &'static str,
        /// Why not.
        #[source]
        source: rustls_pki_types::pem::Error,
    },
    /// Certificate and key don't fit, or something else that rustls refuses.
    #[error("cannot use the certificate and key")]
    Config(#[from] rustls::Error),
    /// The client CA can't be used.
    #[error("cannot use the client CA: {0}")]
    ClientCa(String),
}

/// Certificate, key, and who signs clients' certificates.
#[derive(Debug)]
pub struct TlsOptions {
    /// The server's certificate and those between it and its CA.
    pub certificates: Vec<CertificateDer<'static>>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
    /// Signers of client certificates; none where clients have none.
    pub client_cas: Vec<CertificateDer<'static>>,
}

/// The protocols that a listener speaks.
#[derive(Clone, Debug, Default)]
pub struct Protocols {
    /// The oldest version of TLS.
    pub tls_min: TlsMin,
    /// The versions of HTTP.
    pub http: Http,
    /// The cipher suites of TLS 1.2, by the names that IANA gives them; none for all. Those of 1.3 are not a matter of
    /// choice, as in Go.
    pub cipher_suites: Vec<String>,
}

impl Protocols {
    /// Whether there is a cipher suite of TLS 1.2 of this name here.
    pub fn knows_cipher_suite(name: &str) -> bool {
        ALL_CIPHER_SUITES.iter().any(|suite| is_tls12(suite) && suite_name(suite) == without_hash(name))
    }

    fn provider(&self) -> CryptoProvider {
        let mut provider = rustls::crypto::ring::default_provider();
        let names: Vec<&str> = self.cipher_suites.iter().map(|name| without_hash(name)).collect();
        provider
            .cipher_suites
            .retain(|suite| names.is_empty() || !is_tls12(suite) || names.contains(&suite_name(suite).as_str()));
        provider
    }
}

fn is_tls12(suite: &SupportedCipherSuite) -> bool {
    suite.tls13().is_none()
}

fn suite_name(suite: &SupportedCipherSuite) -> String {
    without_hash(&format!("{:?}", suite.suite())).to_owned()
}

/// Suites with ChaCha20 have two names in Go.
fn without_hash(name: &str) -> &str {
    if name.contains("CHACHA20") { name.strip_suffix("_SHA256").unwrap_or(name) } else { name }
}

/// The oldest version of TLS that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsMin {
    /// 1.2
    #[default]
    Tls12,
    /// 1.3
    Tls13,
}

/// Versions of HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Http {
    /// HTTP/2 and HTTP/1.1, whichever the client wants.
    #[default]
    Both,
    /// HTTP/1.1 only.
    Http1,
}

impl TlsOptions {
    /// Reads PEM files' contents. `client_ca` may be empty.
    ///
    /// # Errors
    /// Where one can't be read.
    pub fn from_pem(certificates: &[u8], key: &[u8], client_ca: &[u8]) -> Result<Self, TlsError> {
        let read = |pem: &[u8], what| {
            CertificateDer::pem_slice_iter(pem)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|source| TlsError::Pem { what, source })
        };
        Ok(Self {
            certificates: read(certificates, "certificate")?,
            key: PrivateKeyDer::from_pem_slice(key).map_err(|source| TlsError::Pem { what: "key", source })?,
            client_cas: read(client_ca, "client CA")?,
        })
    }

    /// The listener's configuration: HTTP/2 and HTTP/1.1, client certificates optional.
    ///
    /// # Errors
    /// Where certificate and key don't fit.
    pub fn server_config(self) -> Result<Arc<ServerConfig>, TlsError> {
        self.server_config_of(Protocols::default())
    }

    /// The listener's configuration with these protocols only.
    ///
    /// # Errors
    /// Where certificate and key don't fit.
    pub fn server_config_of(self, protocols: Protocols) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::new(protocols.provider());
        let versions: &[&rustls::SupportedProtocolVersion] = match protocols.tls_min {
            TlsMin::Tls12 => &[&rustls::version::TLS13, &rustls::version::TLS12],
            TlsMin::Tls13 => &[&rustls::version::TLS13],
        };
        let builder = ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions)?;
        let builder = if self.client_cas.is_empty() {
            builder.with_no_client_auth()
        } else {
            let mut roots = RootCertStore::empty();
            for ca in self.client_cas {
                roots.add(ca)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build()
                .map_err(|err| TlsError::ClientCa(err.to_string()))?;
            builder.with_client_cert_verifier(verifier)
        };
        let mut config = builder.with_single_cert(self.certificates, self.key)?;
        config.alpn_protocols = match protocols.http {
            Http::Both => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            Http::Http1 => vec![b"http/1.1".to_vec()],
        };
        Ok(Arc::new(config))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cipher_suites_are_chosen_by_name() {
        assert!(Protocols::knows_cipher_suite("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
        assert!(Protocols::knows_cipher_suite("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305"));
        assert!(!Protocols::knows_cipher_suite("TLS_RSA_WITH_AES_128_CBC_SHA"));
        assert!(!Protocols::knows_cipher_suite("TLS13_AES_128_GCM_SHA256"));
        let cipher_suites = vec!["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256".to_owned()];
        let provider = Protocols { cipher_suites, ..Protocols::default() }.provider();
        assert_eq!(provider.cipher_suites.iter().filter(|suite| is_tls12(suite)).count(), 1);
        assert!(provider.cipher_suites.len() > 1, "those of TLS 1.3 stay");
    }
}
