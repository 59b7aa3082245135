//! Whether a certificate and a private key belong together, in the words of Go's `crypto/tls`.

use rustls_pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use x509_parser::{parse_x509_certificate, pem::Pem, prelude::FromDer, x509::SubjectPublicKeyInfo};

const CERTIFICATE: &str = "CERTIFICATE";
const PRIVATE_KEY: &str = "PRIVATE KEY";

/// Says what is wrong with a certificate chain and a key, both in PEM. Keys of kinds that this server can't read are
/// taken as they are.
///
/// # Errors
/// The first problem.
pub(super) fn check(certificates: &[u8], key: &[u8]) -> Result<(), String> {
    let leaf = first_certificate(certificates)?;
    let key = private_key(key)?;
    let (_, leaf) = parse_x509_certificate(&leaf).map_err(|_| "x509: malformed certificate".to_owned())?;
    let key = match key.label.as_str() {
        "RSA PRIVATE KEY" => PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(key.contents)),
        "EC PRIVATE KEY" => PrivateKeyDer::Sec1(PrivateSec1KeyDer::from(key.contents)),
        _ => PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.contents)),
    };
    // DER of any key is a sequence
    if key.secret_der().first() != Some(&0x30) {
        return Err("tls: failed to parse private key".to_owned());
    }
    // this server reads fewer kinds of keys than Go does
    let Ok(key) = rustls::crypto::ring::sign::any_supported_type(&key) else { return Ok(()) };
    let Some(public) = key.public_key() else { return Ok(()) };
    let Ok((_, public)) = SubjectPublicKeyInfo::from_der(&public) else { return Ok(()) };
    let certified = leaf.public_key();
    if certified.algorithm.algorithm != public.algorithm.algorithm {
        return Err("tls: private key type does not match public key type".to_owned());
    }
    if certified.subject_public_key.data != public.subject_public_key.data {
        return Err("tls: private key does not match public key".to_owned());
    }
    Ok(())
}

fn blocks(pem: &[u8]) -> impl Iterator<Item = Pem> {
    Pem::iter_from_buffer(pem).filter_map(Result::ok)
}

fn first_certificate(pem: &[u8]) -> Result<Vec<u8>, String> {
    let mut skipped = Vec::new();
    for block in blocks(pem) {
        if block.label == CERTIFICATE {
            return Ok(block.contents);
        }
        skipped.push(block.label);
    }
    Err(match skipped.as_slice() {
        [] => "tls: failed to find any PEM data in certificate input".to_owned(),
        [only] if only.ends_with(PRIVATE_KEY) => "tls: failed to find certificate PEM data in certificate input, but \
                                                  did find a private key; PEM inputs may have been switched"
            .to_owned(),
        _ => format!(
            "tls: failed to find \"{CERTIFICATE}\" PEM block in certificate input after skipping PEM blocks of the \
             following types: [{}]",
            skipped.join(" ")
        ),
    })
}

fn private_key(pem: &[u8]) -> Result<Pem, String> {
    let mut skipped = Vec::new();
    for block in blocks(pem) {
        if block.label == PRIVATE_KEY || block.label.ends_with(" PRIVATE KEY") {
            return Ok(block);
        }
        skipped.push(block.label);
    }
    Err(match skipped.as_slice() {
        [] => "tls: failed to find any PEM data in key input".to_owned(),
        [only] if only == CERTIFICATE => {
            "tls: found a certificate rather than a key in the PEM for the private key".to_owned()
        }
        _ => format!(
            "tls: failed to find PEM block with type ending in \"{PRIVATE_KEY}\" in key input after skipping PEM blocks \
             of the following types: [{}]",
            skipped.join(" ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_fits_its_own_key_only() {
        let made = || rcgen::generate_simple_self_signed(vec!["a.example".to_owned()]).unwrap();
        let (one, other) = (made(), made());
        let (certificate, key) = (one.cert.pem(), one.signing_key.serialize_pem());
        let found =
            |certificate: &str, key: &str| check(certificate.as_bytes(), key.as_bytes()).err().unwrap_or_default();
        assert_eq!(found(&certificate, &key), "");
        assert_eq!(
            found(&certificate, &other.signing_key.serialize_pem()),
            "tls: private key does not match public key"
        );
        assert_eq!(found("x", "y"), "tls: failed to find any PEM data in certificate input");
        assert_eq!(
            found(&key, &certificate),
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may \
             have been switched"
        );
        assert_eq!(found(&certificate, "y"), "tls: failed to find any PEM data in key input");
        assert_eq!(
            found(&certificate, &certificate),
            "tls: found a certificate rather than a key in the PEM for the private key"
        );
    }
}
