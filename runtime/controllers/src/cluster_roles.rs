//! Cluster roles that gather others (`admin`, `edit`, `view`) hold the rules of all that match their selectors.
//!
//! Follows kube-controller-manager's clusterrole-aggregation controller.

use std::sync::Arc;

use kubeforge_api::rbac::v1::{ClusterRole, PolicyRule};
use kubeforge_client::{Client, ClientError, InformerFactory, WorkQueue, informer::HandlerFns};
use kubeforge_client_set::{
    Clientset, Informers as _,
    apply_configurations::rbac_v1::{ClusterRoleApply, PolicyRuleApply},
};
use kubeforge_machinery::{labels::Selector, meta::v1::ApplyOptions};
use tokio_util::sync::CancellationToken;

const MANAGER: &str = "clusterrole-aggregation-controller";

/// Keeps gathering roles up to date until it is cancelled.
pub async fn run(client: Client, cancel: CancellationToken) {
    let factory = InformerFactory::new(client.clone());
    let queue: WorkQueue<String> = WorkQueue::new();
    let roles = factory.rbac_v1().cluster_roles();
    let (add, all) = (queue.clone(), factory.clone());
    let _roles = roles.add_handler(HandlerFns::on_any(move |_: &Arc<ClusterRole>| {
        // any role may be part of any gathering one, and there are few of these
        for role in all.rbac_v1().cluster_roles().lister().list(&Selector::default()) {
            if role.aggregation_rule.is_some() {
                add.add(role.metadata.name.clone());
            }
        }
    }));
    factory.start(&cancel);
    let clients = Clientset::new(client);
    let ended = queue.clone();
    let work = async {
        factory.wait_for_sync().await;
        while let Some(name) = queue.get().await {
            match reconcile(&clients, &factory, &name).await {
                Ok(()) => queue.forget(&name),
                Err(err) => {
                    tracing::debug!(name, %err, "cannot fill a cluster role yet");
                    queue.add_rate_limited(name.clone());
                }
            }
            queue.done(&name);
        }
    };
    tokio::select! {
        () = cancel.cancelled() => ended.shut_down(),
        () = work => {}
    }
    factory.shutdown().await;
}

async fn reconcile(clients: &Clientset, factory: &InformerFactory, name: &str) -> Result<(), ClientError> {
    let lister = factory.rbac_v1().cluster_roles().lister();
    let Ok(role) = lister.get(name) else { return Ok(()) };
    let rules = gather(&role, &lister.list(&Selector::default()));
    if role.rules == rules {
        return Ok(());
    }
    let wanted = rules.iter().map(|rule| {
        let mut wanted = PolicyRuleApply::default().with_verbs(rule.verbs.iter().cloned());
        if !rule.api_groups.is_empty() {
            wanted = wanted.with_api_groups(rule.api_groups.iter().cloned());
        }
        if !rule.resources.is_empty() {
            wanted = wanted.with_resources(rule.resources.iter().cloned());
        }
        if !rule.resource_names.is_empty() {
            wanted = wanted.with_resource_names(rule.resource_names.iter().cloned());
        }
        if !rule.non_resource_urls.is_empty() {
            wanted = wanted.with_non_resource_urls(rule.non_resource_urls.iter().cloned());
        }
        wanted
    });
    let options = ApplyOptions { force: true, field_manager: MANAGER.to_owned(), ..ApplyOptions::default() };
    clients.rbac_v1().cluster_roles().apply(&ClusterRoleApply::new(name).with_rules(wanted), &options).await.map(drop)
}

/// The rules of all other roles that the role's selectors match, by name, each rule once.
fn gather(role: &ClusterRole, all: &[Arc<ClusterRole>]) -> Vec<PolicyRule> {
    let selectors = role.aggregation_rule.iter().flat_map(|rule| &rule.cluster_role_selectors);
    let mut rules: Vec<PolicyRule> = Vec::new();
    for selector in selectors {
        let Ok(selector) = Selector::from_label_selector(Some(selector)) else { continue };
        let mut found: Vec<&Arc<ClusterRole>> = all
            .iter()
            .filter(|it| it.metadata.name != role.metadata.name && selector.matches(&it.metadata.labels))
            .collect();
        found.sort_by(|a, b| a.metadata.name.cmp(&b.metadata.name));
        for rule in found.into_iter().flat_map(|it| &it.rules) {
            if !rules.contains(rule) {
                rules.push(rule.clone());
            }
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kubeforge_api::rbac::v1::AggregationRule;
    use kubeforge_machinery::meta::v1::LabelSelector;

    use super::*;

    #[test]
    fn rules_are_gathered_once_and_by_name() {
        let role = |name: &str, verbs: &[&str]| {
            let mut role = ClusterRole::default();
            role.metadata.name = name.to_owned();
            role.metadata.labels = BTreeMap::from([("to".to_owned(), "all".to_owned())]);
            let rule = |verb: &&str| PolicyRule { verbs: vec![(*verb).to_owned()], ..PolicyRule::default() };
            role.rules = verbs.iter().map(rule).collect();
            Arc::new(role)
        };
        let mut gathering = (*role("all", &["own"])).clone();
        let match_labels = gathering.metadata.labels.clone();
        gathering.aggregation_rule = Some(AggregationRule {
            cluster_role_selectors: vec![LabelSelector { match_labels, ..LabelSelector::default() }],
        });
        let others = [role("b", &["get", "list"]), role("a", &["list", "watch"]), Arc::new(gathering.clone())];
        let verbs: Vec<String> = gather(&gathering, &others).into_iter().flat_map(|rule| rule.verbs).collect();
        assert_eq!(verbs, ["list", "watch", "get"]);
    }
}
