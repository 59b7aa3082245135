//! Client certificates: the subject's common name is the user, its organizations are the groups.

use std::collections::BTreeMap;

use kubeforge_machinery::user::UserInfo;
use rustls_pki_types::CertificateDer;
use sha2::{Digest as _, Sha256};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Under which authorizers and audit logs find what a user was known by.
const CREDENTIAL_ID: &str = "authentication.kubernetes.io/credential-id";

/// The user that a certificate names; TLS has verified it already. `None` for a subject without a common name.
pub fn user_of_certificate(der: &CertificateDer<'_>) -> Option<UserInfo> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let subject = certificate.subject();
    let name = subject.iter_common_name().next()?.as_str().ok()?.to_owned();
    if name.is_empty() {
        return None;
    }
    let groups = subject.iter_organization().filter_map(|group| group.as_str().ok()).map(str::to_owned).collect();
    let fingerprint = format!("X509SHA256={:x}", Sha256::digest(der));
    let extra = BTreeMap::from([(CREDENTIAL_ID.to_owned(), vec![fingerprint])]);
    Some(UserInfo { name, groups, extra, ..UserInfo::default() })
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    #[test]
    fn the_subject_names_user_and_groups() {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "alice");
        params.distinguished_name.push(DnType::OrganizationName, "devs");
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let user = user_of_certificate(certificate.der()).unwrap();
        assert_eq!((user.name.as_str(), user.groups.as_slice()), ("alice", ["devs".to_owned()].as_slice()));
        let [id] = user.extra[CREDENTIAL_ID].as_slice() else { panic!("{:?}", user.extra) };
        assert!(id.len() == "X509SHA256=".len() + 64 && id.starts_with("X509SHA256="), "{id}");
    }
}
