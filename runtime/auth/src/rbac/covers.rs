//! Whether some rules allow all that others do, and what is missing in the words of error messages.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::rbac::v1::{API_GROUP_ALL, PolicyRule, RESOURCE_ALL, VERB_ALL};
use kubeforge_machinery::quote::quote;

/// What of `wanted` the rules `held` do not allow, in pieces of one verb, one resource and one name.
pub(crate) fn covers(held: &[PolicyRule], wanted: &[PolicyRule]) -> Vec<PolicyRule> {
    let mut missing = Vec::new();
    for rule in wanted {
        break_down(rule, &mut |piece| {
            if !held.iter().any(|held| covers_piece(held, &piece)) {
                missing.push(piece);
            }
        });
    }
    missing
}

fn break_down(rule: &PolicyRule, found: &mut dyn FnMut(PolicyRule)) {
    for group in &rule.api_groups {
        for resource in &rule.resources {
            for verb in &rule.verbs {
                let piece = PolicyRule {
                    verbs: vec![verb.clone()],
                    api_groups: vec![group.clone()],
                    resources: vec![resource.clone()],
                    ..PolicyRule::default()
                };
                if rule.resource_names.is_empty() {
                    found(piece);
                    continue;
                }
                for name in &rule.resource_names {
                    found(PolicyRule { resource_names: vec![name.clone()], ..piece.clone() });
                }
            }
        }
    }
    for url in &rule.non_resource_urls {
        for verb in &rule.verbs {
            found(PolicyRule {
                verbs: vec![verb.clone()],
                non_resource_urls: vec![url.clone()],
                ..PolicyRule::default()
            });
        }
    }
}

fn covers_piece(held: &PolicyRule, piece: &PolicyRule) -> bool {
    let all = |list: &[String], all: &str, wanted: &[String]| {
        list.iter().any(|item| item == all) || wanted.iter().all(|item| list.contains(item))
    };
    let names = held.resource_names.is_empty()
        || (!piece.resource_names.is_empty() && all(&held.resource_names, "", &piece.resource_names));
    names
        && all(&held.verbs, VERB_ALL, &piece.verbs)
        && all(&held.api_groups, API_GROUP_ALL, &piece.api_groups)
        && piece.resources.iter().all(|resource| covers_resource(&held.resources, resource))
        && piece.non_resource_urls.iter().all(|url| held.non_resource_urls.iter().any(|held| covers_url(held, url)))
}

fn covers_resource(held: &[String], wanted: &str) -> bool {
    held.iter().any(|held| {
        held == RESOURCE_ALL
            || held == wanted
            || wanted.split_once('/').is_some_and(|(_, subresource)| held.strip_prefix("*/") == Some(subresource))
    })
}

fn covers_url(held: &str, wanted: &str) -> bool {
    held == wanted || (held.ends_with('*') && wanted.starts_with(held.trim_end_matches('*')))
}

/// Rules as error messages list them: pieces that differ only in the verb are one, each on a line, in order.
pub(crate) fn describe(pieces: &[PolicyRule]) -> String {
    let mut simple: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    let mut lines = BTreeSet::new();
    for piece in pieces {
        match (piece.api_groups.as_slice(), piece.resources.as_slice()) {
            ([group], [resource]) if piece.resource_names.is_empty() && piece.non_resource_urls.is_empty() => {
                simple.entry((group, resource)).or_default().extend(piece.verbs.iter().cloned());
            }
            _ => {
                lines.insert(compact(piece));
            }
        }
    }
    for ((group, resource), verbs) in simple {
        lines.insert(compact(&PolicyRule {
            verbs,
            api_groups: vec![group.to_owned()],
            resources: vec![resource.to_owned()],
            ..PolicyRule::default()
        }));
    }
    lines.into_iter().collect::<Vec<_>>().join("\n")
}

fn compact(rule: &PolicyRule) -> String {
    let parts: Vec<String> = [
        ("APIGroups", &rule.api_groups),
        ("Resources", &rule.resources),
        ("NonResourceURLs", &rule.non_resource_urls),
        ("ResourceNames", &rule.resource_names),
        ("Verbs", &rule.verbs),
    ]
    .into_iter()
    .filter(|(_, values)| !values.is_empty())
    .map(|(name, values)| format!("{name}:{}", quoted(values)))
    .collect();
    format!("{{{}}}", parts.join(", "))
}

/// A list as Go prints it with quotes.
pub(crate) fn quoted(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| quote(value)).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(verbs: &str, groups: &str, resources: &str, names: &str) -> PolicyRule {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        PolicyRule {
            verbs: list(verbs),
            api_groups: if groups == "core" { vec![String::new()] } else { list(groups) },
            resources: list(resources),
            resource_names: list(names),
            ..PolicyRule::default()
        }
    }

    #[test]
    fn rights_cover_others() {
        for (held, wanted, missing) in [
            (rule("*", "*", "*", ""), rule("get", "apps", "x/y", "n"), ""),
            (rule("get", "core", "pods", ""), rule("get", "core", "pods", "a"), ""),
            (
                rule("get", "core", "pods", "a"),
                rule("get", "core", "pods", ""),
                r#"{APIGroups:[""], Resources:["pods"], Verbs:["get"]}"#,
            ),
            (rule("get", "apps", "*/scale", ""), rule("get", "apps", "deployments/scale", ""), ""),
            (
                rule("get", "apps", "*/scale", ""),
                rule("get list", "apps", "deployments", "a"),
                "{APIGroups:[\"apps\"], Resources:[\"deployments\"], ResourceNames:[\"a\"], Verbs:[\"get\"]}\n\
                 {APIGroups:[\"apps\"], Resources:[\"deployments\"], ResourceNames:[\"a\"], Verbs:[\"list\"]}",
            ),
        ] {
            assert_eq!(describe(&covers(&[held], &[wanted])), missing);
        }
    }
}
