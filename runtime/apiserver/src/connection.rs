//! What is known of the connection that a request came on.

use std::{net::SocketAddr, sync::Arc};

use kubeforge_machinery::user::UserInfo;
use rustls_pki_types::CertificateDer;

use crate::{authentication::user_of_certificate, filters::authentication::authenticated};

/// A connection.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// The client's address; `None` for callers in this process.
    pub peer: Option<SocketAddr>,
    /// The certificate that the client proved to hold.
    pub certificate: Option<CertificateDer<'static>>,
    /// The user that it names.
    pub certificate_user: Option<Arc<UserInfo>>,
}

impl Connection {
    /// A connection over TLS.
    pub fn tls(peer: SocketAddr, certificate: Option<CertificateDer<'static>>) -> Self {
        let user = certificate.as_ref().and_then(user_of_certificate).map(|user| Arc::new(authenticated(user)));
        Self { peer: Some(peer), certificate, certificate_user: user }
    }

    /// Whether the caller is in this process.
    pub fn is_in_process(&self) -> bool {
        self.peer.is_none()
    }
}
