//! Requests for certificates. Who asks, asks for good; who approves only says so; who signs only adds the certificate.

use std::collections::BTreeSet;

use kubeforge_api::certificates::v1::{
    CERTIFICATE_APPROVED, CERTIFICATE_DENIED, CERTIFICATE_FAILED, CertificateSigningRequest,
    CertificateSigningRequestCondition, CertificateSigningRequestSpec, KeyUsage,
};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    quote::quote,
    string_enum::StringEnum,
    validation::{CheckContext, Checks, NameRule},
};
use x509_parser::prelude::{FromDer, X509Certificate, X509CertificationRequest};

use super::{
    GROUP,
    pem::{self, Block},
};
use crate::{
    BuiltIn,
    common::{difference_of_lists, signer_name::signer_name},
};

/// The signer of requests that were made before requests named one.
const LEGACY_SIGNER: &str = "kubernetes.io/legacy-unknown";
const EXPIRATION_SECONDS_MIN: i32 = 600;
const APPROVAL: [&str; 2] = [CERTIFICATE_APPROVED, CERTIFICATE_DENIED];

/// What an update may do beside what every update may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Through {
    Main,
    Status,
    Approval,
}

pub(super) fn register(all: &mut BuiltIn) {
    let update = |through: Through| {
        move |_: &CheckContext<'_>, new: &CertificateSigningRequest, old: &CertificateSigningRequest| {
            validate_update(new, old, through)
        }
    };
    let checks = Checks::new(|_: &CheckContext<'_>, request: &CertificateSigningRequest| {
        validate(request, Tolerated::default())
    })
    .update(update(Through::Main))
    .subresource("status", update(Through::Status))
    .subresource("approval", update(Through::Approval))
    .names(NameRule::PathSegment);
    all.add(GROUP, "certificatesigningrequests", checks);
}

/// What is wrong already and may stay so.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each kind of wrong")]
struct Tolerated {
    both_decisions: bool,
    legacy_signer: bool,
    duplicate_conditions: bool,
    nameless_conditions: bool,
    certificate: bool,
    unknown_usages: bool,
    duplicate_usages: bool,
}

impl Tolerated {
    fn of(old: &CertificateSigningRequest, new: &CertificateSigningRequest) -> Self {
        let conditions = &old.status.conditions;
        let has = |type_: &str| conditions.iter().any(|condition| condition.type_ == type_);
        let types: BTreeSet<&str> = conditions.iter().map(|condition| condition.type_.as_str()).collect();
        let usages: BTreeSet<&KeyUsage> = old.spec.usages.iter().collect();
        Self {
            both_decisions: APPROVAL.into_iter().all(has),
            legacy_signer: old.spec.signer_name == LEGACY_SIGNER,
            duplicate_conditions: types.len() < conditions.len(),
            nameless_conditions: has(""),
            certificate: new.status.certificate == old.status.certificate
                || wrong_with_certificate(&old.status.certificate).is_some(),
            unknown_usages: old.spec.usages.iter().any(|usage| matches!(usage, KeyUsage::Other(_))),
            duplicate_usages: usages.len() < old.spec.usages.len(),
        }
    }
}

fn validate(request: &CertificateSigningRequest, tolerated: Tolerated) -> ErrorList {
    let mut errors = ErrorList::new();
    let (path, spec) = (Path::new("spec"), &request.spec);
    if let Some(text) = wrong_with_request(&spec.request) {
        errors.push(Error::invalid(&path.child("request"), BadValue::json(&spec.request), text));
    }
    check_usages(spec, tolerated, &path.child("usages"), &mut errors);
    let signer = path.child("signerName");
    if !tolerated.legacy_signer && spec.signer_name == LEGACY_SIGNER {
        let text = "the legacy signerName is not allowed via this API version";
        errors.push(Error::invalid(&signer, &spec.signer_name, text));
    } else {
        signer_name(&spec.signer_name, &signer, &mut errors);
    }
    if let Some(seconds) = spec.expiration_seconds.filter(|seconds| *seconds < EXPIRATION_SECONDS_MIN) {
        let text = "may not specify a duration less than 600 seconds (10 minutes)";
        errors.push(Error::invalid(&path.child("expirationSeconds"), seconds, text));
    }
    let status = Path::new("status");
    check_conditions(&request.status.conditions, tolerated, &status.child("conditions"), &mut errors);
    if !tolerated.certificate
        && let Some(text) = wrong_with_certificate(&request.status.certificate)
    {
        errors.push(Error::invalid(&status.child("certificate"), "<certificate data>", text));
    }
    errors
}

fn check_usages(spec: &CertificateSigningRequestSpec, tolerated: Tolerated, path: &Path<'_>, errors: &mut ErrorList) {
    if spec.usages.is_empty() {
        errors.push(Error::required(path, ""));
    }
    let unknown = spec.usages.iter().enumerate().filter(|(_, usage)| matches!(usage, KeyUsage::Other(_)));
    for (at, usage) in unknown.filter(|_| !tolerated.unknown_usages) {
        let mut known = KeyUsage::VALUES.to_vec();
        known.sort_unstable();
        errors.push(Error::not_supported(&path.index(at), usage.as_str(), &known));
    }
    let mut seen = BTreeSet::new();
    for (at, usage) in spec.usages.iter().enumerate() {
        if !seen.insert(usage) && !tolerated.duplicate_usages {
            errors.push(Error::duplicate(&path.index(at), usage.as_str()));
        }
    }
}

fn check_conditions(
    conditions: &[CertificateSigningRequestCondition],
    tolerated: Tolerated,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mut seen = BTreeSet::new();
    for (at, condition) in conditions.iter().enumerate() {
        let own = path.index(at);
        let type_ = condition.type_.as_str();
        if type_.is_empty() && !tolerated.nameless_conditions {
            errors.push(Error::required(&own.child("type"), ""));
        }
        check_condition_status(condition, &own.child("status"), errors);
        let contradicts =
            APPROVAL.contains(&type_) && APPROVAL.iter().any(|other| *other != type_ && seen.contains(other));
        if contradicts && !tolerated.both_decisions {
            errors.push(Error::invalid(path, type_, "Approved and Denied conditions are mutually exclusive"));
        }
        if !seen.insert(type_) && !tolerated.duplicate_conditions {
            errors.push(Error::duplicate(&own.child("type"), type_));
        }
    }
}

/// Decisions and failures are told by being there: they are never false.
fn check_condition_status(condition: &CertificateSigningRequestCondition, path: &Path<'_>, errors: &mut ErrorList) {
    let only_true = APPROVAL.contains(&condition.type_.as_str()) || condition.type_ == CERTIFICATE_FAILED;
    let allowed: &[&str] = if only_true { &["True"] } else { &["False", "True", "Unknown"] };
    let status = condition.status.as_str();
    if status.is_empty() {
        errors.push(Error::required(path, ""));
    } else if !allowed.contains(&status) {
        errors.push(Error::not_supported(path, status, allowed));
    }
}

/// A signed request of PKCS #10.
fn wrong_with_request(text: &[u8]) -> Option<String> {
    let Some(Block { bytes, .. }) = pem::blocks(text).into_iter().next().filter(|it| it.label == "CERTIFICATE REQUEST")
    else {
        return Some("PEM block type must be CERTIFICATE REQUEST".to_owned());
    };
    match X509CertificationRequest::from_der(&bytes) {
        Err(_) => Some("asn1: structure error: malformed certificate request".to_owned()),
        Ok((rest, _)) if !rest.is_empty() => Some("asn1: syntax error: trailing data".to_owned()),
        Ok((_, request)) => {
            request.verify_signature().err().map(|_| "x509: signature of the certificate request is wrong".to_owned())
        }
    }
}

/// The organizations, which are groups of users, that a request for a certificate asks for; none if it is malformed.
pub fn requested_organizations(request: &[u8]) -> Vec<String> {
    let Some(block) = pem::blocks(request).into_iter().next() else { return Vec::new() };
    let Ok((_, request)) = X509CertificationRequest::from_der(&block.bytes) else { return Vec::new() };
    let organizations = request.certification_request_info.subject.iter_organization();
    organizations.filter_map(|organization| Some(organization.as_str().ok()?.to_owned())).collect()
}

/// Nothing, or certificates.
fn wrong_with_certificate(text: &[u8]) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let blocks = pem::blocks(text);
    if blocks.is_empty() {
        return Some("must contain at least one CERTIFICATE PEM block".to_owned());
    }
    blocks.iter().find_map(|block| {
        if block.label != "CERTIFICATE" {
            return Some(format!("only CERTIFICATE PEM blocks are allowed, found {}", quote(&block.label)));
        }
        if block.has_headers {
            return Some("no PEM block headers are permitted".to_owned());
        }
        if block.bytes.is_empty() {
            return Some("found CERTIFICATE PEM block containing 0 certificates".to_owned());
        }
        X509Certificate::from_der(&block.bytes).err().map(|_| "x509: malformed certificate".to_owned())
    })
}

fn validate_update(new: &CertificateSigningRequest, old: &CertificateSigningRequest, through: Through) -> ErrorList {
    let mut errors = validate(new, Tolerated::of(old, new));
    let conditions = Path::new("status.conditions");
    let of_type = |request: &CertificateSigningRequest, type_: &str| -> Vec<CertificateSigningRequestCondition> {
        request.status.conditions.iter().filter(|condition| condition.type_ == type_).cloned().collect()
    };
    for type_ in [CERTIFICATE_APPROVED, CERTIFICATE_DENIED, CERTIFICATE_FAILED] {
        if of_type(new, type_).len() < of_type(old, type_).len() {
            let text = format!("updates may not remove a condition of type \"{type_}\"");
            errors.push(Error::forbidden(&conditions, text));
        }
    }
    for type_ in APPROVAL.into_iter().filter(|_| through != Through::Approval) {
        let (new, old) = (of_type(new, type_), of_type(old, type_));
        if new.len() > old.len() {
            let text = format!("updates may not add a condition of type \"{type_}\"");
            errors.push(Error::forbidden(&conditions, text));
        } else if new.len() == old.len() && new != old {
            let text =
                format!("updates may not modify a condition of type \"{type_}\"\n{}", difference_of_lists(&old, &new));
            errors.push(Error::forbidden(&conditions, text));
        }
    }
    let certificate = Path::new("status.certificate");
    if new.status.certificate != old.status.certificate {
        if through != Through::Status {
            errors.push(Error::forbidden(&certificate, "updates may not set certificate content"));
        } else if !old.status.certificate.is_empty() {
            errors.push(Error::forbidden(&certificate, "updates may not modify existing certificate content"));
        }
    }
    errors
}
