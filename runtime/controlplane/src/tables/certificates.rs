//! Certificates: requests for them, and bundles of those that are trusted.

use std::collections::BTreeMap;

use kubeforge_api::certificates::{
    v1::CertificateSigningRequest,
    v1beta1::{ClusterTrustBundle, PodCertificateRequest},
};
use kubeforge_apiserver::{
    table::{Cell, Row},
    table_render::human_duration,
};

use super::{Tables, age_of, text};

pub(super) fn register(tables: &mut Tables) {
    tables.add::<CertificateSigningRequest>(signing_request);
    tables.add::<ClusterTrustBundle>(|it| {
        vec![it.metadata.name.clone().into(), text::or_none(&it.spec.signer_name)].into()
    });
    tables.add::<PodCertificateRequest>(pod_request);
}

fn signing_request(request: &CertificateSigningRequest) -> Row {
    let spec = &request.spec;
    vec![
        request.metadata.name.clone().into(),
        age_of(&request.metadata),
        text::or_none(&spec.signer_name),
        spec.username.clone().into(),
        spec.expiration_seconds.map_or_else(|| text::NONE.into(), |seconds| Cell::from(human_duration(seconds.into()))),
        condition(request).into(),
    ]
    .into()
}

/// What was decided on a request, and what came of it; a denial outweighs an approval.
fn condition(request: &CertificateSigningRequest) -> String {
    let has = |type_: &str| request.status.conditions.iter().any(|condition| condition.type_ == type_);
    let decision = match (has("Denied"), has("Approved")) {
        (true, _) => "Denied",
        (false, true) => "Approved",
        (false, false) => "Pending",
    };
    let failed = if has("Failed") { ",Failed" } else { "" };
    let issued = if request.status.certificate.is_empty() { "" } else { ",Issued" };
    format!("{decision}{failed}{issued}")
}

fn pod_request(request: &PodCertificateRequest) -> Row {
    let spec = &request.spec;
    let known = request.status.conditions.iter().rev().map(|condition| condition.type_.as_str());
    let state = known.into_iter().find(|type_| matches!(*type_, "Issued" | "Denied" | "Failed")).unwrap_or("Pending");
    vec![
        request.metadata.name.clone().into(),
        spec.pod_name.clone().into(),
        spec.service_account_name.clone().into(),
        spec.node_name.clone().into(),
        spec.signer_name.clone().into(),
        state.to_owned().into(),
        annotations(&spec.unverified_user_annotations).into(),
    ]
    .into()
}

fn annotations(annotations: &BTreeMap<String, String>) -> String {
    text::comma(annotations.iter().map(|(key, value)| format!("{key}={value}")))
}
