//! TLS settings from PEM.

use std::sync::Arc;

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _};

use crate::config::{ConfigError, Tls};

/// The rustls configuration that `tls` describes. Without a CA the system's roots are trusted.
///
/// # Errors
/// Where a certificate or key can't be used.
pub fn tls_config(tls: &Tls) -> Result<ClientConfig, ConfigError> {
    if tls.insecure_skip_verify && tls.ca.is_some() {
        let why = "specifying a root certificates file with the insecure flag is not allowed";
        return Err(ConfigError::Tls(why.to_owned()));
    }
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|err| ConfigError::Tls(err.to_string()))?;
    let builder = if tls.insecure_skip_verify {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(NoVerification(provider)))
    } else {
        builder.with_root_certificates(roots(tls)?)
    };
    match (&tls.client_certificate, &tls.client_key) {
        (Some(certificate), Some(key)) => {
            let chain = certificates(certificate, "the client certificate")?;
            let key =
                PrivateKeyDer::from_pem_slice(key).map_err(|err| ConfigError::Tls(format!("the client key: {err}")))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|err| ConfigError::Tls(format!("the client certificate: {err}")))
        }
        (None, None) => Ok(builder.with_no_client_auth()),
        (Some(_), None) => Err(ConfigError::Tls("there is a client certificate but no key".to_owned())),
        (None, Some(_)) => Err(ConfigError::Tls("there is a client key but no certificate".to_owned())),
    }
}

fn roots(tls: &Tls) -> Result<RootCertStore, ConfigError> {
    let mut roots = RootCertStore::empty();
    match &tls.ca {
        Some(ca) => {
            for certificate in certificates(ca, "the certificate authority")? {
                roots.add(certificate).map_err(|err| ConfigError::Tls(format!("the certificate authority: {err}")))?;
            }
        }
        None => {
            // what can't be read is not trusted; a server signed by it is refused later
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(roots)
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|err| ConfigError::Tls(format!("{what}: {err}")))?;
    if found.is_empty() {
        return Err(ConfigError::Tls(format!("{what} holds no certificate")));
    }
    Ok(found)
}

/// Trusts any server, as `insecure-skip-tls-verify` asks for.
#[derive(Debug)]
struct NoVerification(Arc<CryptoProvider>);

impl ServerCertVerifier for NoVerification {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_is_refused() {
        let tls = Tls { insecure_skip_verify: true, client_key: Some(b"x".to_vec()), ..Tls::default() };
        assert!(matches!(tls_config(&tls), Err(ConfigError::Tls(_))));
    }

    #[test]
    fn trusting_everybody_excludes_a_ca() {
        let tls = Tls { insecure_skip_verify: true, ca: Some(b"x".to_vec()), ..Tls::default() };
        assert!(tls_config(&tls).unwrap_err().to_string().ends_with("with the insecure flag is not allowed"));
    }

    #[test]
    fn a_ca_without_certificates_is_refused() {
        let tls = Tls { ca: Some(b"nothing here".to_vec()), ..Tls::default() };
        assert_eq!(
            tls_config(&tls).unwrap_err().to_string(),
            "cannot set up TLS: the certificate authority holds no certificate"
        );
    }
}
