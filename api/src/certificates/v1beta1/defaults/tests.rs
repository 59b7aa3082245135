use rcgen::{CertificateParams, DnType, KeyPair, SanType, string::Ia5String};

use super::*;
use crate::testing::defaulted;

/// A request in PEM by a member of one group.
fn request(group: &str, name: &str, names: Vec<SanType>) -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::OrganizationName, group);
    params.distinguished_name.push(DnType::CommonName, name);
    params.subject_alt_names = names;
    params.serialize_request(&KeyPair::generate().unwrap()).unwrap().pem().unwrap().into_bytes()
}

fn node(names: Vec<SanType>) -> Vec<u8> {
    request("system:nodes", "system:node:n1", names)
}

fn host() -> SanType {
    SanType::DnsName(Ia5String::try_from("n1").unwrap())
}

fn address() -> SanType {
    SanType::IpAddress([10, 0, 0, 1].into())
}

#[track_caller]
fn check_signer(request: Vec<u8>, usages: &[KeyUsage], want: &str) {
    let spec = CertificateSigningRequestSpec { request: request.into(), usages: usages.into(), ..Default::default() };
    assert_eq!(defaulted(spec).signer_name.as_deref(), Some(want));
}

const CLIENT: [KeyUsage; 3] = [KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment, KeyUsage::ClientAuth];
const SERVER: [KeyUsage; 2] = [KeyUsage::ServerAuth, KeyUsage::DigitalSignature];
const UNKNOWN: &str = "kubernetes.io/legacy-unknown";

#[test]
fn a_node_that_will_be_a_client() {
    check_signer(node(vec![]), &CLIENT, "kubernetes.io/kube-apiserver-client-kubelet");
    check_signer(
        node(vec![]),
        &[KeyUsage::ClientAuth, KeyUsage::DigitalSignature],
        "kubernetes.io/kube-apiserver-client-kubelet",
    );
    check_signer(node(vec![host()]), &CLIENT, UNKNOWN);
}

#[test]
fn a_node_that_will_serve() {
    check_signer(node(vec![host(), address()]), &SERVER, "kubernetes.io/kubelet-serving");
    check_signer(node(vec![address()]), &SERVER, "kubernetes.io/kubelet-serving");
    check_signer(node(vec![]), &SERVER, UNKNOWN);
    let mail = SanType::Rfc822Name(Ia5String::try_from("n1@example.com").unwrap());
    check_signer(node(vec![host(), mail]), &SERVER, UNKNOWN);
}

#[test]
fn usages_are_taken_to_the_letter() {
    check_signer(node(vec![]), &[], UNKNOWN);
    check_signer(node(vec![]), &[KeyUsage::ClientAuth], UNKNOWN);
    check_signer(node(vec![]), &[KeyUsage::DigitalSignature, KeyUsage::ClientAuth, KeyUsage::ServerAuth], UNKNOWN);
}

#[test]
fn somebody_who_is_no_node() {
    check_signer(request("system:masters", "system:node:n1", vec![]), &CLIENT, UNKNOWN);
    check_signer(request("system:nodes", "alice", vec![]), &CLIENT, UNKNOWN);
}

#[test]
fn what_is_no_request_is_signed_by_nobody_known() {
    check_signer(b"not PEM".to_vec(), &CLIENT, UNKNOWN);
    let wrong_label = String::from_utf8(node(vec![])).unwrap().replace("CERTIFICATE REQUEST", "CERTIFICATE");
    check_signer(wrong_label.into_bytes(), &CLIENT, UNKNOWN);
    check_signer(
        b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n".to_vec(),
        &CLIENT,
        UNKNOWN,
    );
}

#[test]
fn a_key_is_for_tls_unless_said_otherwise() {
    let spec = defaulted(CertificateSigningRequestSpec::default());
    assert_eq!(spec.usages, [KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment]);
}

#[test]
fn a_signer_that_was_named_stays() {
    let spec = CertificateSigningRequestSpec { signer_name: Some("example.com/mine".into()), ..Default::default() };
    assert_eq!(defaulted(spec).signer_name.as_deref(), Some("example.com/mine"));
}
