//! Services.

use kubeforge_api::core::v1::{Service, ServiceType};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, NameRule, is_port_number},
};

use crate::{BuiltIn, common::invalid_each};

/// A service without an address of its own.
const HEADLESS: &str = "None";

pub(super) fn register(all: &mut BuiltIn) {
    all.add("", "services", Checks::new(validate).update(validate_update).names(NameRule::Label1035));
}

fn validate(_: &CheckContext<'_>, service: &Service) -> ErrorList {
    let mut errors = ErrorList::new();
    let spec = Path::new("spec");
    let ports = spec.child("ports");
    if service.spec.ports.is_empty()
        && service.spec.cluster_ip != HEADLESS
        && service.spec.type_ != ServiceType::ExternalName
    {
        errors.push(Error::required(&ports, ""));
    }
    for (index, port) in service.spec.ports.iter().enumerate() {
        let path = ports.index(index);
        if service.spec.ports.len() > 1 && port.name.is_empty() {
            errors.push(Error::required(&path.child("name"), ""));
        }
        invalid_each(&path.child("port"), port.port, is_port_number(port.port.into()), &mut errors);
    }
    if service.spec.type_ == ServiceType::ExternalName && service.spec.external_name.is_empty() {
        errors.push(Error::required(&spec.child("externalName"), ""));
    }
    errors
}

fn validate_update(ctx: &CheckContext<'_>, new: &Service, old: &Service) -> ErrorList {
    let mut errors = validate(ctx, new);
    let had_address = old.spec.type_ != ServiceType::ExternalName && old.spec.cluster_ip != HEADLESS;
    if had_address
        && !old.spec.cluster_ip.is_empty()
        && new.spec.type_ != ServiceType::ExternalName
        && new.spec.cluster_ip != old.spec.cluster_ip
    {
        let path = Path::new("spec.clusterIPs");
        errors.push(Error::invalid(&path.index(0), &new.spec.cluster_ip, "may not change once set"));
    }
    errors
}
