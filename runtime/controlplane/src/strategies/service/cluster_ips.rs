//! Cluster addresses of services: one of each of their families.

use kubeforge_api::core::v1::{Service, ServiceType};
use kubeforge_machinery::{
    field::{Error, Path},
    status::ApiError,
    validation::canonical_ip,
};

use super::{
    HEADLESS, KIND,
    families::{shown_addresses, stays_as_preferred},
    taking::{NoAddress, Taking},
};

fn is_headless(service: &Service) -> bool {
    service.spec.cluster_ips.first().is_some_and(|first| first == HEADLESS)
}

/// Takes the addresses that a new service asks for, and any of the other families.
///
/// # Errors
/// Where an address is taken, in no range, or none is left.
pub(super) async fn take_new(service: &mut Service, taking: &Taking<'_>) -> Result<(), ApiError> {
    if service.spec.type_ == ServiceType::ExternalName || is_headless(service) {
        return Ok(());
    }
    // places of addresses to come are shown as empty texts
    let wanted = service.spec.ip_families.len().max(service.spec.cluster_ips.len());
    service.spec.cluster_ips.resize(wanted, String::new());
    for index in 0..service.spec.ip_families.len() {
        take(service, index, taking).await?;
    }
    service.spec.cluster_ip = service.spec.cluster_ips.first().cloned().unwrap_or_default();
    Ok(())
}

/// Takes what an update needs: everything where the service had no addresses, else a second one. What it needs no more
/// is given back once the update is stored.
///
/// # Errors
/// As [`take_new`].
pub(super) async fn take_changed(service: &mut Service, old: &Service, taking: &Taking<'_>) -> Result<(), ApiError> {
    if stays_as_preferred(service, old) {
        return Ok(());
    }
    if old.spec.type_ == ServiceType::ExternalName {
        return take_new(service, taking).await;
    }
    if is_headless(old) || service.spec.type_ == ServiceType::ExternalName {
        return Ok(());
    }
    if old.spec.ip_families.len() == 1 && service.spec.ip_families.len() == 2 {
        if service.spec.cluster_ips.len() < 2 {
            service.spec.cluster_ips.push(String::new());
        }
        let second = service.spec.cluster_ips.len().min(2).saturating_sub(1);
        take(service, second, taking).await?;
    }
    Ok(())
}

/// Takes the address at a place: the one that stands there, else any of the family.
async fn take(service: &mut Service, index: usize, taking: &Taking<'_>) -> Result<(), ApiError> {
    let Some(family) = service.spec.ip_families.get(index).cloned() else { return Ok(()) };
    let asked = service.spec.cluster_ips.get(index).cloned().unwrap_or_default();
    let refused = |service: &Service, text: String| {
        let error = Error::invalid(&Path::new("spec.clusterIPs"), shown_addresses(service), text);
        ApiError::invalid(&KIND, &service.metadata.name, &vec![error])
    };
    if !asked.is_empty() {
        return taking
            .address(service, &asked)
            .await
            .map_err(|why| refused(service, format!("failed to allocate IP {asked}: {why}")));
    }
    let address = taking.any_address(service, &family).await.map_err(|why| match why {
        NoAddress::Full => ApiError::internal_error(format_args!(
            "failed to allocate a serviceIP for Service {:?}: {why}",
            service.metadata.name
        )),
        NoAddress::Other(_) => refused(service, format!("failed to allocate IP: {why}")),
    })?;
    if let Some(place) = service.spec.cluster_ips.get_mut(index) {
        *place = canonical_ip(address);
    }
    Ok(())
}
