//! How objects are converted between versions, and the webhook that does it.

use kubeforge_api::apiextensions::v1::{ConversionStrategyType, CustomResourceConversion, ServiceReference};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_dns1035_label, is_dns1123_subdomain, is_port_number},
};
use serde_json::json;

use super::{Before, plain};

/// Reviews that the server understands.
const REVIEW_VERSIONS: [&str; 2] = ["v1", "v1beta1"];

pub(super) fn check(
    conversion: &CustomResourceConversion,
    before: Before<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let strategy = conversion.strategy.to_string();
    match strategy.as_str() {
        "" => errors.push(Error::required(&path.child("strategy"), "")),
        "None" | "Webhook" => {}
        _ => errors.push(Error::not_supported(&path.child("strategy"), strategy, &["None", "Webhook"])),
    }
    let client = conversion.webhook.as_ref().and_then(|webhook| webhook.client_config.as_deref());
    let reviews = conversion.webhook.as_ref().map(|webhook| webhook.conversion_review_versions.as_slice());
    let reviews = reviews.unwrap_or_default();
    // the internal form has no member between the conversion and these two
    let (client_path, reviews_path) = (path.child("webhookClientConfig"), path.child("conversionReviewVersions"));
    if conversion.strategy != ConversionStrategyType::Webhook {
        let text = "should not be set when strategy is not set to Webhook";
        if client.is_some() {
            errors.push(Error::forbidden(&client_path, text));
        }
        if !reviews.is_empty() {
            errors.push(Error::forbidden(&reviews_path, text));
        }
        return;
    }
    match client {
        None => errors.push(Error::required(&client_path, "required when strategy is set to Webhook")),
        Some(client) => match (&client.url, &client.service) {
            (Some(_), Some(_)) | (None, None) => {
                errors.push(Error::required(&client_path, "exactly one of url or service is required"));
            }
            (Some(url), None) => check_url(url, &client_path.child("url"), errors),
            (None, Some(service)) => check_service(service, &client_path.child("service"), errors),
        },
    }
    if let Some(client) = client
        && before.established()
        && is_no_pem(&client.ca_bundle)
        && !had_no_pem(before)
    {
        let text = "unable to load root certificates: unable to parse bytes as PEM block";
        let shown = String::from_utf8_lossy(&client.ca_bundle).into_owned();
        errors.push(Error::invalid(&client_path.child("caBundle"), shown, text));
    }
    check_reviews(reviews, before, &reviews_path, errors);
}

/// Whether these are no certificates.
fn is_no_pem(ca_bundle: &[u8]) -> bool {
    !ca_bundle.is_empty() && !ca_bundle.windows(11).any(|window| window == b"-----BEGIN ")
}

/// Whether the bundle was none before.
fn had_no_pem(before: Before<'_>) -> bool {
    let webhook = before.old.and_then(|old| old.spec.conversion.as_ref()?.webhook.as_deref());
    webhook.and_then(|webhook| webhook.client_config.as_deref()).is_some_and(|client| is_no_pem(&client.ca_bundle))
}

fn check_reviews(versions: &[String], before: Before<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if versions.is_empty() {
        errors.push(Error::required(path, ""));
        return;
    }
    let is_known = |versions: &[String]| versions.iter().any(|version| REVIEW_VERSIONS.contains(&version.as_str()));
    for (at, version) in versions.iter().enumerate() {
        if versions.iter().take(at).any(|earlier| earlier == version) {
            errors.push(Error::invalid(&path.index(at), version, "duplicate version"));
            continue;
        }
        errors
            .extend(is_dns1035_label(version).into_iter().map(|wrong| Error::invalid(&path.index(at), version, wrong)));
    }
    let before = before.old.and_then(|old| old.spec.conversion.as_ref()?.webhook.as_ref());
    let was_known = before.is_none_or(|webhook| {
        webhook.conversion_review_versions.is_empty() || is_known(&webhook.conversion_review_versions)
    });
    if was_known && !is_known(versions) {
        let text = format!("must include at least one of {}", REVIEW_VERSIONS.join(", "));
        errors.push(Error::invalid(path, plain(&json!(versions)), text));
    }
}

fn check_url(url: &str, path: &Path<'_>, errors: &mut ErrorList) {
    const FORM: &str = "; desired format: https://host[/path]";
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    if scheme != "https" {
        errors.push(Error::invalid(path, scheme, format!("'https' is the only allowed URL scheme{FORM}")));
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = if scheme.is_empty() { "" } else { rest.split('/').next().unwrap_or_default() };
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    if host.is_empty() {
        errors.push(Error::invalid(path, host, format!("host must be provided{FORM}")));
    }
    if let Some(user) = user {
        errors.push(Error::invalid(path, user, "user information is not permitted in the URL"));
    }
    if !fragment.is_empty() {
        errors.push(Error::invalid(path, fragment, "fragments are not permitted in the URL"));
    }
    if !query.is_empty() {
        errors.push(Error::invalid(path, query, "query parameters are not permitted in the URL"));
    }
}

/// Upstream confuses the name with the namespace here, so these errors stand at the other's place.
fn check_service(service: &ServiceReference, path: &Path<'_>, errors: &mut ErrorList) {
    if service.namespace.is_empty() {
        errors.push(Error::required(&path.child("name"), "service name is required"));
    }
    if service.name.is_empty() {
        errors.push(Error::required(&path.child("namespace"), "service namespace is required"));
    }
    let port = service.port.unwrap_or(443);
    let wrong = is_port_number(port.into());
    if !wrong.is_empty() {
        errors.push(Error::invalid(&path.child("port"), port, format!("port is not valid: {}", wrong.join(", "))));
    }
    let path = path.child("path");
    let Some(url_path) = service.path.as_deref().filter(|url_path| !matches!(*url_path, "" | "/")) else { return };
    if url_path == "//" {
        errors.push(Error::invalid(&path, url_path, "segment[0] may not be empty"));
        return;
    }
    if !url_path.starts_with('/') {
        errors.push(Error::invalid(&path, url_path, "must start with a '/'"));
    }
    // the first letter is left out whatever it is
    let mut letters = url_path.chars();
    letters.next();
    let steps = letters.as_str();
    for (at, step) in steps.strip_suffix('/').unwrap_or(steps).split('/').enumerate() {
        if step.is_empty() {
            errors.push(Error::invalid(&path, url_path, format!("segment[{at}] may not be empty")));
            continue;
        }
        let wrong = is_dns1123_subdomain(step).into_iter();
        errors.extend(wrong.map(|wrong| Error::invalid(&path, url_path, format!("segment[{at}]: {wrong}"))));
    }
}
