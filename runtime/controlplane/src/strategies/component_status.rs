//! Component statuses: asked of the components when somebody asks for them. Follows pkg/registry/core/componentstatus.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use http::StatusCode;
use kubeforge_api::core::v1::{
    COMPONENT_HEALTHY, ComponentCondition, ComponentStatus, ComponentStatusList, ConditionStatus,
};
use kubeforge_apiserver::{
    list_options::{ListOptions, Purpose},
    proxy::{self, ClientConfig, Location},
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_client::{config::Tls, transport::tls_config};
use kubeforge_machinery::{ApiError, meta::v1::ObjectMeta};

use super::Options;

/// The components beside the store, and the ports on this machine that they answer at.
const COMPONENTS: [(&str, u16); 2] = [("controller-manager", 10257), ("scheduler", 10259)];
/// The store, which this server itself looks after.
const STORE: &str = "etcd-0";

struct Components {
    /// Whether the store did when it was last asked.
    store_answers: Arc<AtomicBool>,
    tls: Option<Arc<ClientConfig>>,
}

#[async_trait]
impl SubresourceHandler for Components {
    async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        if !call.name.is_empty() {
            let status = self.status(call.name).await;
            let status = status.ok_or_else(|| ApiError::unknown(format!("component not found: {}", call.name)))?;
            return Ok(SubresourceAnswer::Object(StatusCode::OK, Box::new(status)));
        }
        let options = ListOptions::parse(call.call.query, Purpose::List, call.scope)?;
        let mut list = ComponentStatusList::default();
        for name in COMPONENTS.iter().map(|(name, _)| *name).chain([STORE]) {
            // their names are all there is to select by
            let is_named = options.fields.matches(|label| (label == "metadata.name").then_some(name));
            if is_named && options.labels.is_everything() {
                list.items.extend(self.status(name).await);
            }
        }
        Ok(SubresourceAnswer::Object(StatusCode::OK, Box::new(list)))
    }

    fn takes_body(&self) -> bool {
        false
    }
}

impl Components {
    /// How a component is; `None` for an unknown one.
    async fn status(&self, name: &str) -> Option<ComponentStatus> {
        let health = match COMPONENTS.iter().find(|(known, _)| *known == name) {
            Some((_, port)) => self.ask(*port).await,
            None if name == STORE && self.store_answers.load(Ordering::SeqCst) => Ok("ok".to_owned()),
            None if name == STORE => Err("the store does not answer".to_owned()),
            None => return None,
        };
        let (status, message) = match health {
            Ok(answer) => (ConditionStatus::True, answer),
            Err(why) => (ConditionStatus::False, why),
        };
        let condition =
            ComponentCondition { type_: COMPONENT_HEALTHY.to_owned(), status, message, error: String::new() };
        let metadata = ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() };
        Some(ComponentStatus { metadata, conditions: vec![condition] })
    }

    async fn ask(&self, port: u16) -> Result<String, String> {
        let location = Location {
            tls: self.tls.clone(),
            host: "127.0.0.1".to_owned(),
            port: Some(port),
            path: "/healthz".to_owned(),
            query: String::new(),
        };
        proxy::ask(&location).await
    }
}

pub(super) fn register(options: &mut Options, store_answers: Arc<AtomicBool>) {
    // their certificates are their own, as upstream's check of them has it
    let tls = tls_config(&Tls { insecure_skip_verify: true, ..Tls::default() }).ok().map(Arc::new);
    options.of("", "componentstatuses").virtual_handler = Some(Arc::new(Components { store_answers, tls }));
}
