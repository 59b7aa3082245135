//! A certificate that a component makes itself where nobody gives it one.

use std::net::{IpAddr, Ipv4Addr};

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SanType};

/// A certificate and its key, both PEM.
#[derive(Clone)]
pub struct SelfSigned {
    /// The certificate.
    pub certificate: String,
    /// The key, PKCS #8.
    pub key: String,
}

impl std::fmt::Debug for SelfSigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SelfSigned").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl SelfSigned {
    /// A new one for `localhost`, 127.0.0.1 and the address that is listened on.
    ///
    /// # Errors
    /// Where the crypto library refuses.
    pub fn new(address: IpAddr) -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
        params.subject_alt_names.push(SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        if !address.is_unspecified() && !address.is_loopback() {
            params.subject_alt_names.push(SanType::IpAddress(address));
        }
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "localhost");
        params.distinguished_name = name;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        Ok(Self { certificate: params.self_signed(&key)?.pem(), key: key.serialize_pem() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::TlsOptions;

    #[test]
    fn it_serves() {
        let made = SelfSigned::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).unwrap();
        assert!(!format!("{made:?}").contains("PRIVATE KEY"), "keys don't reach logs");
        let tls = TlsOptions::from_pem(made.certificate.as_bytes(), made.key.as_bytes(), b"").unwrap();
        assert!(tls.server_config().is_ok());
    }
}
