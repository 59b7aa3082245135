//! Ranges of cluster addresses: one of each family; a second family may be added later.

use kubeforge_api::networking::v1::ServiceCIDR;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate, is_valid_cidr},
};

use super::GROUP;
use crate::{
    BuiltIn,
    common::{IMMUTABLE, is_dual_stack_cidrs, shown_internal, shown_list},
};

const RANGES: Path<'static> = Path::new("spec.cidrs");

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, cidr: &ServiceCIDR| validate(cidr))
        .update(validate_update)
        .metadata_on_update(MetadataOnUpdate::Whole)
        .subresource("status", |_: &CheckContext<'_>, _: &ServiceCIDR, _: &ServiceCIDR| ErrorList::new());
    all.add(GROUP, "servicecidrs", checks);
}

fn validate(cidr: &ServiceCIDR) -> ErrorList {
    let ranges = &cidr.spec.cidrs;
    if ranges.is_empty() {
        return vec![Error::required(&RANGES, "at least one CIDR required")];
    }
    if ranges.len() > 2 {
        return vec![Error::invalid(&RANGES, shown_internal(&cidr.spec), "may only hold up to 2 values")];
    }
    if ranges.len() == 2 && is_dual_stack_cidrs(ranges) != Some(true) {
        let text = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
        return vec![Error::invalid(&RANGES, shown_list(ranges), text)];
    }
    ranges.iter().enumerate().flat_map(|(index, range)| is_valid_cidr(&RANGES.index(index), range)).collect()
}

fn validate_update(_: &CheckContext<'_>, new: &ServiceCIDR, old: &ServiceCIDR) -> ErrorList {
    let mut errors = validate(new);
    let (new, old) = (&new.spec.cidrs, &old.spec.cidrs);
    let becomes_dual_stack = old.len() == 1 && new.len() == 2;
    if new.len() != old.len() && !becomes_dual_stack {
        errors.push(Error::invalid(&RANGES, shown_list(new), IMMUTABLE));
        return errors;
    }
    for (index, (new, _)) in new.iter().zip(old).enumerate().filter(|(_, (new, old))| new != old) {
        errors.push(Error::invalid(&RANGES.index(index), new, IMMUTABLE));
    }
    errors
}
