//! Certificates and keys.

use std::{fmt, path::PathBuf};

/// Certificates and keys, each as PEM. Its debug form hides the key.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Who may have signed the server's certificate; the system's roots if absent.
    pub ca: Option<Vec<u8>>,
    /// The client's certificate, with its chain.
    pub client_certificate: Option<Vec<u8>>,
    /// The client's key.
    pub client_key: Option<Vec<u8>>,
    /// Takes any server for the right one. Doesn't go together with a CA.
    pub insecure_skip_verify: bool,
    /// The name that the server's certificate must carry, where it isn't the URL's host.
    pub server_name: Option<String>,
    /// Where the PEM above was read, to be read again when the files change.
    pub files: TlsFiles,
}

/// The files that certificates and keys came from; none for what came otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// [`Tls::ca`].
    pub ca: Option<PathBuf>,
    /// [`Tls::client_certificate`].
    pub client_certificate: Option<PathBuf>,
    /// [`Tls::client_key`].
    pub client_key: Option<PathBuf>,
}

impl TlsFiles {
    /// Whether nothing came from a file.
    pub(crate) fn is_empty(&self) -> bool {
        self.ca.is_none() && self.client_certificate.is_none() && self.client_key.is_none()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("ca", &self.ca.is_some())
            .field("client_certificate", &self.client_certificate.is_some())
            .field("client_key", &self.client_key.is_some())
            .field("insecure_skip_verify", &self.insecure_skip_verify)
            .field("server_name", &self.server_name)
            .field("files", &self.files)
            .finish()
    }
}

impl Tls {
    /// Whether any of it is set, so that a server without a scheme is spoken to over TLS (client-go's IsConfigTransportTLS).
    pub(crate) fn is_set(&self) -> bool {
        self.ca.is_some()
            || self.client_certificate.is_some()
            || self.insecure_skip_verify
            || self.server_name.is_some()
    }
}
