//! The control plane's own certificates: a CA, the server's certificate, client certificates and kubeconfigs.
//!
//! Everything lies below DATA_DIR: `pki/ca.crt`, `pki/ca.key`, `pki/apiserver.{crt,key}`, `admin.kubeconfig`. Keys and
//! kubeconfigs have mode 0600. What is there already is used again, so restarts don't invalidate kubeconfigs; the
//! server's certificate is made anew at each start, as the addresses that it must name may have changed.

use std::{
    fs,
    io::Write as _,
    net::IpAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};

/// Why certificates or kubeconfigs could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// A file can't be read or written.
    #[error("cannot access {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A certificate can't be made or a key can't be read.
    #[error("cannot make a certificate for {subject}")]
    Certificate {
        /// For whom.
        subject: String,
        /// Why.
        source: rcgen::Error,
    },
}

/// A certificate and its private key, both PEM.
#[derive(Clone)]
pub struct KeyedCertificate {
    /// The certificate.
    pub certificate: String,
    /// The private key, PKCS #8.
    pub key: String,
}

impl std::fmt::Debug for KeyedCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyedCertificate").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// The certificate authority.
pub struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl Authority {
    /// A new authority that nothing remembers: for servers inside a test.
    ///
    /// # Errors
    /// Where the crypto library refuses.
    pub fn ephemeral() -> Result<Self, PkiError> {
        let key = KeyPair::generate().map_err(failed_for(CA_NAME))?;
        let certificate = ca_params().self_signed(&key).map_err(failed_for(CA_NAME))?.pem();
        Ok(Self { certificate, issuer: Issuer::new(ca_params(), key) })
    }

    /// The authority kept in `dir` as `ca.crt` and `ca.key`; a new one where there is none.
    ///
    /// # Errors
    /// Where the files can't be read or written, or hold no key.
    pub fn load_or_create(dir: &Path) -> Result<Self, PkiError> {
        let (certificate_path, key_path) = (dir.join("ca.crt"), dir.join("ca.key"));
        if key_path.exists() && certificate_path.exists() {
            let certificate = read(&certificate_path)?;
            let key = KeyPair::from_pem(&read(&key_path)?).map_err(failed_for(CA_NAME))?;
            return Ok(Self { certificate, issuer: Issuer::new(ca_params(), key) });
        }
        fs::create_dir_all(dir).map_err(|source| PkiError::File { path: dir.to_owned(), source })?;
        let authority = Self::ephemeral()?;
        write_private(&key_path, authority.issuer.key().serialize_pem().as_bytes())?;
        write_public(&certificate_path, authority.certificate.as_bytes())?;
        Ok(authority)
    }

    /// The authority's certificate, PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// A server certificate for these names and addresses.
    ///
    /// # Errors
    /// Where a name is no DNS name.
    pub fn server(&self, names: &[String], addresses: &[IpAddr]) -> Result<KeyedCertificate, PkiError> {
        const SUBJECT: &str = "kube-apiserver";
        let mut params = CertificateParams::new(names.to_vec()).map_err(failed_for(SUBJECT))?;
        params.subject_alt_names.extend(addresses.iter().copied().map(SanType::IpAddress));
        self.sign(SUBJECT, params, ExtendedKeyUsagePurpose::ServerAuth, None)
    }

    /// A client certificate: the common name is the user, the organisation is the group.
    ///
    /// # Errors
    /// Where the crypto library refuses.
    pub fn client(&self, user: &str, group: &str) -> Result<KeyedCertificate, PkiError> {
        self.sign(user, CertificateParams::default(), ExtendedKeyUsagePurpose::ClientAuth, Some(group))
    }

    fn sign(
        &self,
        subject: &str,
        mut params: CertificateParams,
        usage: ExtendedKeyUsagePurpose,
        organisation: Option<&str>,
    ) -> Result<KeyedCertificate, PkiError> {
        let mut name = DistinguishedName::new();
        if let Some(organisation) = organisation {
            name.push(DnType::OrganizationName, organisation);
        }
        name.push(DnType::CommonName, subject);
        params.distinguished_name = name;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = (date_time_ymd(2024, 1, 1), date_time_ymd(2044, 1, 1));
        let key = KeyPair::generate().map_err(failed_for(subject))?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(failed_for(subject))?;
        Ok(KeyedCertificate { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

const CA_NAME: &str = "kubernetes";

/// The same for each start, so that a kept key alone makes the same issuer again.
fn ca_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, CA_NAME);
    params.distinguished_name = name;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (params.not_before, params.not_after) = (date_time_ymd(2024, 1, 1), date_time_ymd(2044, 1, 1));
    params
}

fn failed_for(subject: &str) -> impl FnOnce(rcgen::Error) -> PkiError {
    let subject = subject.to_owned();
    move |source| PkiError::Certificate { subject, source }
}

/// Text of a kubeconfig with one cluster, one user and one context.
pub fn kubeconfig(server: &str, ca: &str, client: &KeyedCertificate) -> String {
    let (ca, certificate, key) =
        (STANDARD.encode(ca), STANDARD.encode(&client.certificate), STANDARD.encode(&client.key));
    format!(
        "apiVersion: v1
kind: Config
clusters:
- name: kubeforge
  cluster:
    server: {server}
    certificate-authority-data: {ca}
users:
- name: kubeforge-admin
  user:
    client-certificate-data: {certificate}
    client-key-data: {key}
contexts:
- name: kubeforge
  context:
    cluster: kubeforge
    user: kubeforge-admin
current-context: kubeforge
"
    )
}

/// Writes a file that only its owner may read, whole or not at all.
///
/// # Errors
/// Where it can't be written.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), PkiError> {
    write(path, content, 0o600)
}

/// Writes a file that everyone may read, whole or not at all.
///
/// # Errors
/// Where it can't be written.
pub fn write_public(path: &Path, content: &[u8]) -> Result<(), PkiError> {
    write(path, content, 0o644)
}

fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), PkiError> {
    let failed = |source| PkiError::File { path: path.to_owned(), source };
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    let unfinished = PathBuf::from(unfinished);
    match fs::remove_file(&unfinished) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(failed(source)),
        _ => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&unfinished).map_err(failed)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)
}

fn read(path: &Path) -> Result<String, PkiError> {
    fs::read_to_string(path).map_err(|source| PkiError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn an_authority_survives_a_restart_and_its_key_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let first = Authority::load_or_create(dir.path()).unwrap();
        let second = Authority::load_or_create(dir.path()).unwrap();
        assert_eq!(first.certificate(), second.certificate());
        let mode = fs::metadata(dir.path().join("ca.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        second.client("admin", "system:masters").unwrap();
        second.server(&["localhost".to_owned()], &["127.0.0.1".parse().unwrap()]).unwrap();
    }
}
