//! Dynamic resource allocation.

use kubeforge_api::resource::{
    v1::{DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice},
    v1beta2::DeviceTaintRule,
};
use kubeforge_apiserver::table::{Cell, Row};

use super::{Tables, age_of};

pub(super) fn register(tables: &mut Tables) {
    tables.add::<DeviceClass>(|it| vec![it.metadata.name.clone().into(), age_of(&it.metadata)].into());
    tables.add::<ResourceClaimTemplate>(|it| vec![it.metadata.name.clone().into(), age_of(&it.metadata)].into());
    tables.add::<ResourceClaim>(|it| {
        vec![it.metadata.name.clone().into(), state(it).into(), age_of(&it.metadata)].into()
    });
    tables.add::<ResourceSlice>(|it| {
        vec![
            it.metadata.name.clone().into(),
            it.spec.node_name.clone().unwrap_or_default().into(),
            it.spec.driver.clone().into(),
            it.spec.pool.name.clone().into(),
            age_of(&it.metadata),
        ]
        .into()
    });
    tables.add::<DeviceTaintRule>(taint_rule);
}

/// Whether a claim has its devices, and whether somebody uses it.
fn state(claim: &ResourceClaim) -> &'static str {
    let deleted = claim.metadata.deletion_timestamp.is_some();
    let (allocated, reserved) = (claim.status.allocation.is_some(), !claim.status.reserved_for.is_empty());
    match (deleted, allocated, reserved) {
        (false, false, _) => "pending",
        (true, false, _) => "deleted",
        (false, true, false) => "allocated",
        (true, true, false) => "deleted,allocated",
        (false, true, true) => "allocated,reserved",
        (true, true, true) => "deleted,allocated,reserved",
    }
}

fn taint_rule(rule: &DeviceTaintRule) -> Row {
    let taint = &rule.spec.taint;
    vec![
        rule.metadata.name.clone().into(),
        taint.key.clone().into(),
        taint.value.clone().into(),
        taint.effect.as_str().to_owned().into(),
        taint.time_added.map_or_else(|| "".into(), Cell::Age),
        age_of(&rule.metadata),
    ]
    .into()
}
