//! Who may write the status of a claim may not therefore write all of it: allocations are the scheduler's, and what is
//! said of devices is their drivers', mostly for claims of their own node.
//! Follows pkg/registry/resource/utils.go of upstream (DRAResourceClaimGranularStatusAuthorization).

use std::collections::BTreeSet;

use kubeforge_api::{
    core::v1::NodeSelectorOperator,
    resource::v1::{AllocatedDeviceStatus, AllocationResult, ResourceClaimStatus},
};
use kubeforge_apiserver::{
    auth::{AuthorizationAttributes, Decision},
    filters::authorization::forbidden,
    request::RequestContext,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    user::UserInfo,
};

use super::GROUP;
use crate::strategies::gates;

const GATE: &str = "DRAResourceClaimGranularStatusAuthorization";
const ASSOCIATED_NODE: &str = "associated-node:";
const ARBITRARY_NODE: &str = "arbitrary-node:";
const SERVICE_ACCOUNT: &str = "system:serviceaccount:";
/// Which node a token of a service account is bound to.
const NODE_OF_TOKEN: &str = "authentication.kubernetes.io/node-name";

/// What the user may not change of what changed.
pub(super) async fn check(ctx: &RequestContext, new: &ResourceClaimStatus, old: &ResourceClaimStatus) -> ErrorList {
    let mut errors = ErrorList::new();
    if !gates::of(ctx).enabled(GATE) {
        return errors;
    }
    let status = Path::new("status");
    if new.allocation != old.allocation || new.reserved_for != old.reserved_for {
        let question = AuthorizationAttributes { subresource: "binding", ..question(&ctx.verb) };
        if let Err(why) = ask(ctx, &question).await {
            let verb = &ctx.verb;
            let text = format!(
                "changing status.allocation or status.reservedFor requires resource=\"resourceclaims/binding\", \
                 verb=\"{verb}\" permission: {why}"
            );
            errors.push(Error::forbidden(&status, text));
        }
    }
    let verbs = verbs(&ctx.verb, &ctx.user, new.allocation.as_deref());
    for driver in changed_drivers(&new.devices, &old.devices) {
        if let Err(why) = ask_for_driver(ctx, &verbs, driver).await {
            let verbs = verbs.join(" ");
            let text = format!(
                "changing status.devices requires resource=\"resourceclaims/driver\", verb=\"[{verbs}]\" permission: \
                 {why}"
            );
            errors.push(Error::forbidden(&status.child("devices"), text));
        }
    }
    errors
}

fn question(verb: &str) -> AuthorizationAttributes<'_> {
    AuthorizationAttributes {
        verb,
        is_resource: true,
        group: GROUP,
        version: "v1",
        resource: "resourceclaims",
        ..AuthorizationAttributes::default()
    }
}

/// An error is what a request would be told that asked for the same.
async fn ask(ctx: &RequestContext, question: &AuthorizationAttributes<'_>) -> Result<(), String> {
    match ctx.decide(question).await {
        Decision::Allow => Ok(()),
        Decision::Deny(why) | Decision::NoOpinion(why) => {
            Err(forbidden(&ctx.user, question, &why).status().message.clone())
        }
    }
}

/// One of the verbs is enough; if none is allowed, the first answer counts.
async fn ask_for_driver(ctx: &RequestContext, verbs: &[String], driver: &str) -> Result<(), String> {
    let mut first = Ok(());
    for verb in verbs {
        let question = AuthorizationAttributes {
            subresource: "driver",
            namespace: &ctx.namespace,
            name: driver,
            ..question(verb)
        };
        match ask(ctx, &question).await {
            Ok(()) => return Ok(()),
            Err(why) if first.is_ok() => first = Err(why),
            Err(_) => {}
        }
    }
    first
}

/// A service account whose token is bound to the claim's node needs less.
fn verbs(verb: &str, user: &UserInfo, allocation: Option<&AllocationResult>) -> Vec<String> {
    let is_local = allocation.and_then(only_node).is_some_and(|node| {
        user.name.starts_with(SERVICE_ACCOUNT)
            && user.extra.get(NODE_OF_TOKEN).is_some_and(|nodes| matches!(nodes.as_slice(), [only] if only == node))
    });
    let prefixes = if is_local { &[ASSOCIATED_NODE, ARBITRARY_NODE][..] } else { &[ARBITRARY_NODE] };
    prefixes.iter().map(|prefix| format!("{prefix}{verb}")).collect()
}

/// The node that the allocation names, if it names one by its name and nothing else.
fn only_node(allocation: &AllocationResult) -> Option<&str> {
    let [term] = allocation.node_selector.as_ref()?.node_selector_terms.as_slice() else { return None };
    let ([], [field]) = (term.match_expressions.as_slice(), term.match_fields.as_slice()) else { return None };
    match field.values.as_slice() {
        [node] if field.key == "metadata.name" && field.operator == NodeSelectorOperator::In => Some(node),
        _ => None,
    }
}

/// Drivers of devices of which something else is said now, or nothing any more.
fn changed_drivers<'a>(new: &'a [AllocatedDeviceStatus], old: &'a [AllocatedDeviceStatus]) -> BTreeSet<&'a str> {
    fn key(device: &AllocatedDeviceStatus) -> (&str, &str, &str, Option<&str>) {
        (&device.driver, &device.pool, &device.device, device.share_id.as_deref())
    }
    let changed = new.iter().filter(|device| old.iter().rfind(|it| key(it) == key(device)) != Some(*device));
    let gone = old.iter().filter(|device| !new.iter().any(|it| key(it) == key(device)));
    changed.chain(gone).map(|device| device.driver.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::{NodeSelector, NodeSelectorRequirement, NodeSelectorTerm};

    use super::*;

    fn device(driver: &str, device: &str, pool: &str) -> AllocatedDeviceStatus {
        AllocatedDeviceStatus {
            driver: driver.to_owned(),
            device: device.to_owned(),
            pool: pool.to_owned(),
            ..AllocatedDeviceStatus::default()
        }
    }

    #[test]
    fn drivers_answer_for_their_own_devices() {
        let old = [device("a", "1", "p"), device("b", "1", "p")];
        let mut changed = old.clone();
        changed[1].conditions.push(kubeforge_machinery::meta::v1::Condition::default());
        for (rule, new, want) in [
            ("nothing changed", old.to_vec(), &[][..]),
            ("one is told of anew", changed.to_vec(), &["b"]),
            ("one is gone", old[..1].to_vec(), &["b"]),
            ("one is new", [&old[..], &[device("c", "1", "p")]].concat(), &["c"]),
        ] {
            assert_eq!(changed_drivers(&new, &old).into_iter().collect::<Vec<_>>(), want, "{rule}");
        }
    }

    #[test]
    fn the_node_of_the_claim_needs_less() {
        let name = NodeSelectorRequirement {
            key: "metadata.name".to_owned(),
            operator: NodeSelectorOperator::In,
            values: vec!["n".to_owned()],
        };
        let term = NodeSelectorTerm { match_fields: vec![name], ..NodeSelectorTerm::default() };
        let selector = NodeSelector { node_selector_terms: vec![term] };
        let allocation = AllocationResult { node_selector: Some(Box::new(selector)), ..AllocationResult::default() };
        let mut user = UserInfo { name: "system:serviceaccount:a:b".to_owned(), ..UserInfo::default() };
        assert_eq!(verbs("update", &user, Some(&allocation)), ["arbitrary-node:update"]);
        user.extra.insert(NODE_OF_TOKEN.to_owned(), vec!["n".to_owned()]);
        assert_eq!(verbs("patch", &user, Some(&allocation)), ["associated-node:patch", "arbitrary-node:patch"]);
        assert_eq!(verbs("update", &user, None), ["arbitrary-node:update"]);
    }
}
