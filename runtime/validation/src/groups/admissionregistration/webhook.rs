//! Configurations of webhooks. What was allowed once, and is in the stored configuration, stays allowed.

use std::collections::BTreeSet;

use kubeforge_api::admissionregistration::v1::{
    FailurePolicyType, MatchCondition, MatchPolicyType, MutatingWebhook, MutatingWebhookConfiguration,
    ReinvocationPolicyType, RuleWithOperations, SideEffectClass, ValidatingWebhook, ValidatingWebhookConfiguration,
    WebhookClientConfig,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    meta::v1::LabelSelector,
    validation::{CheckContext, Checks, is_dns1035_label, is_fully_qualified_name},
};

use super::{
    GROUP,
    client::client_config,
    conditions::match_conditions,
    expression::Context,
    policy::FAILURE_POLICIES,
    rules::{MATCH_POLICIES, rule_with_operations},
};
use crate::{
    BuiltIn,
    common::{SelectorOptions, invalid_each, label_selector, shown},
};

/// Versions of reviews that the server can send.
const REVIEW_VERSIONS: [&str; 2] = ["v1", "v1beta1"];
const TIMEOUT_SECONDS_MAX: i32 = 30;
pub(super) const REINVOCATION_POLICIES: [&str; 2] = ["IfNeeded", "Never"];

pub(super) fn register(all: &mut BuiltIn) {
    let mutating = Checks::new(|_: &CheckContext<'_>, it: &MutatingWebhookConfiguration| {
        check_all(&it.webhooks, Tolerated::default())
    })
    .update(|_: &CheckContext<'_>, new: &MutatingWebhookConfiguration, old: &MutatingWebhookConfiguration| {
        check_all(&new.webhooks, Tolerated::of(&old.webhooks, &new.webhooks))
    });
    all.add(GROUP, "mutatingwebhookconfigurations", mutating);
    let validating = Checks::new(|_: &CheckContext<'_>, it: &ValidatingWebhookConfiguration| {
        check_all(&it.webhooks, Tolerated::default())
    })
    .update(|_: &CheckContext<'_>, new: &ValidatingWebhookConfiguration, old: &ValidatingWebhookConfiguration| {
        check_all(&new.webhooks, Tolerated::of(&old.webhooks, &new.webhooks))
    });
    all.add(GROUP, "validatingwebhookconfigurations", validating);
}

/// What both kinds of webhooks have.
struct Hook<'a> {
    name: &'a str,
    client_config: &'a WebhookClientConfig,
    rules: &'a [RuleWithOperations],
    failure_policy: Option<&'a FailurePolicyType>,
    match_policy: Option<&'a MatchPolicyType>,
    namespace_selector: Option<&'a LabelSelector>,
    object_selector: Option<&'a LabelSelector>,
    side_effects: Option<&'a SideEffectClass>,
    timeout_seconds: Option<i32>,
    review_versions: &'a Vec<String>,
    match_conditions: &'a [MatchCondition],
    /// Only mutating webhooks have one.
    reinvocation_policy: Option<&'a ReinvocationPolicyType>,
}

trait Webhook {
    fn hook(&self) -> Hook<'_>;
}

macro_rules! webhook {
    ($type:ty, |$webhook:ident| $reinvocation:expr) => {
        impl Webhook for $type {
            fn hook(&self) -> Hook<'_> {
                let $webhook = self;
                Hook {
                    name: &self.name,
                    client_config: &self.client_config,
                    rules: &self.rules,
                    failure_policy: self.failure_policy.as_ref(),
                    match_policy: self.match_policy.as_ref(),
                    namespace_selector: self.namespace_selector.as_deref(),
                    object_selector: self.object_selector.as_deref(),
                    side_effects: self.side_effects.as_ref(),
                    timeout_seconds: self.timeout_seconds,
                    review_versions: &self.admission_review_versions,
                    match_conditions: &self.match_conditions,
                    reinvocation_policy: $reinvocation,
                }
            }
        }
    };
}

webhook!(MutatingWebhook, |webhook| webhook.reinvocation_policy.as_ref());
webhook!(ValidatingWebhook, |_webhook| None);

/// What is wrong already and may stay so.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each kind of wrong")]
struct Tolerated {
    same_conditions: bool,
    side_effects: bool,
    unknown_versions: bool,
    duplicate_names: bool,
    selectors: SelectorOptions,
}

impl Tolerated {
    fn of<W: Webhook>(old: &[W], new: &[W]) -> Self {
        let hooks = || old.iter().map(Webhook::hook);
        let names: BTreeSet<&str> = hooks().map(|hook| hook.name).collect();
        let conditions = |hooks: &[W]| -> Vec<Vec<MatchCondition>> {
            hooks.iter().map(|webhook| webhook.hook().match_conditions.to_vec()).collect()
        };
        let has_bad_selector = hooks().any(|hook| {
            let mut found = ErrorList::new();
            for selector in [hook.namespace_selector, hook.object_selector] {
                label_selector(selector, SelectorOptions::Strict, &Path::NIL, &mut found);
            }
            !found.is_empty()
        });
        Self {
            same_conditions: conditions(old) == conditions(new),
            side_effects: !hooks().all(|hook| hook.side_effects.is_some_and(has_none)),
            unknown_versions: !hooks().all(|hook| hook.review_versions.is_empty() || is_reviewed(hook.review_versions)),
            duplicate_names: names.len() < old.len(),
            selectors: if has_bad_selector { SelectorOptions::AllowInvalidValues } else { SelectorOptions::Strict },
        }
    }
}

fn has_none(effects: &SideEffectClass) -> bool {
    matches!(effects, SideEffectClass::None | SideEffectClass::NoneOnDryRun)
}

fn is_reviewed(versions: &[String]) -> bool {
    versions.iter().any(|version| REVIEW_VERSIONS.contains(&version.as_str()))
}

fn check_all<W: Webhook>(webhooks: &[W], tolerated: Tolerated) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("webhooks");
    let mut names = BTreeSet::new();
    for (at, webhook) in webhooks.iter().enumerate() {
        let (path, hook) = (path.index(at), webhook.hook());
        check(&hook, tolerated, &path, &mut errors);
        review_versions(hook.review_versions, tolerated, &path.child("admissionReviewVersions"), &mut errors);
        if !tolerated.duplicate_names && !hook.name.is_empty() && !names.insert(hook.name) {
            errors.push(Error::duplicate(&path.child("name"), hook.name));
        }
    }
    errors
}

fn check(hook: &Hook<'_>, tolerated: Tolerated, path: &Path<'_>, errors: &mut ErrorList) {
    errors.extend(is_fully_qualified_name(&path.child("name"), hook.name));
    let rules = path.child("rules");
    for (at, rule) in hook.rules.iter().enumerate() {
        rule_with_operations(rule, &rules.index(at), errors);
    }
    if let Some(FailurePolicyType::Other(other)) = hook.failure_policy {
        errors.push(Error::not_supported(&path.child("failurePolicy"), other, &FAILURE_POLICIES));
    }
    if let Some(MatchPolicyType::Other(other)) = hook.match_policy {
        errors.push(Error::not_supported(&path.child("matchPolicy"), other, &MATCH_POLICIES));
    }
    side_effects(hook.side_effects, tolerated, &path.child("sideEffects"), errors);
    if let Some(seconds) = hook.timeout_seconds.filter(|seconds| !(1..=TIMEOUT_SECONDS_MAX).contains(seconds)) {
        let text = "the timeout value must be between 1 and 30 seconds";
        errors.push(Error::invalid(&path.child("timeoutSeconds"), seconds, text));
    }
    label_selector(hook.namespace_selector, tolerated.selectors, &path.child("namespaceSelector"), errors);
    label_selector(hook.object_selector, tolerated.selectors, &path.child("objectSelector"), errors);
    if let Some(ReinvocationPolicyType::Other(other)) = hook.reinvocation_policy {
        errors.push(Error::not_supported(&path.child("reinvocationPolicy"), other, &REINVOCATION_POLICIES));
    }
    client_config(hook.client_config, &path.child("clientConfig"), errors);
    if !tolerated.same_conditions {
        match_conditions(hook.match_conditions, &Context::default(), &path.child("matchConditions"), errors);
    }
}

fn side_effects(effects: Option<&SideEffectClass>, tolerated: Tolerated, path: &Path<'_>, errors: &mut ErrorList) {
    let allowed: &[&str] =
        if tolerated.side_effects { &["None", "NoneOnDryRun", "Some", "Unknown"] } else { &["None", "NoneOnDryRun"] };
    match effects {
        None => errors.push(Error::required(path, format!("must specify one of {}", allowed.join(", ")))),
        Some(effects) if !allowed.contains(&effects.as_str()) => {
            errors.push(Error::not_supported(path, effects.as_str(), allowed));
        }
        Some(_) => {}
    }
}

fn review_versions(versions: &Vec<String>, tolerated: Tolerated, path: &Path<'_>, errors: &mut ErrorList) {
    let known = REVIEW_VERSIONS.join(", ");
    if versions.is_empty() {
        errors.push(Error::required(path, format!("must specify one of {known}")));
        return;
    }
    let mut seen = BTreeSet::new();
    for (at, version) in versions.iter().enumerate() {
        let path = path.index(at);
        if seen.insert(version) {
            invalid_each(&path, version, is_dns1035_label(version), errors);
        } else {
            errors.push(Error::invalid(&path, version, "duplicate version"));
        }
    }
    if !tolerated.unknown_versions && !is_reviewed(versions) {
        errors.push(Error::invalid(path, shown(versions), format!("must include at least one of {known}")));
    }
}
