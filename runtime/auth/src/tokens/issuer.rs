//! `serviceaccounts/token`: a token on request. Follows pkg/registry/core/serviceaccount/storage/token.go.

use std::sync::OnceLock;

use async_trait::async_trait;
use http::StatusCode;
use kubeforge_api::{
    authentication::v1::{BoundObjectReference, TokenRequest, TokenRequestStatus},
    core::v1::{Node, Pod, Secret, ServiceAccount},
};
use kubeforge_apiserver::{
    admission::{Attributes, Operation},
    managed_fields::{self, Manager},
    metadata,
    registry::Registry,
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{
    GroupKind, GroupResource, GroupVersionKind, Object, Time,
    field::{Error, ErrorList, Path},
    quote::quote,
    status::ApiError,
};
use uuid::Uuid;

use super::{
    TokenSettings,
    claims::{Claims, Kubernetes, Reference},
    jws,
    live::{ACCOUNTS, Live, NODES, PODS, SECRETS},
};

const SECONDS_MIN: i64 = 10 * 60;
const SECONDS_MAX: i64 = 1 << 32;
/// What ServiceAccount admission asks for: an hour, and seven seconds by which such tokens are known.
const DEFAULT_IN_PODS: i64 = 60 * 60 + 7;
/// How long these live in truth, for clients that don't read their token again.
const EXTENDED: i64 = 365 * 24 * 60 * 60;

/// Makes tokens.
pub struct Issuer {
    settings: TokenSettings,
    live: OnceLock<Live>,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").finish_non_exhaustive()
    }
}

/// What a token is bound to.
#[derive(Default)]
struct Bound {
    pod: Option<Reference>,
    secret: Option<Reference>,
    node: Option<Reference>,
}

fn kind() -> GroupVersionKind {
    GroupVersionKind::new("authentication.k8s.io", "v1", "TokenRequest")
}

fn reference(object: &dyn Object) -> Reference {
    let meta = object.meta();
    Reference { name: object.name().to_owned(), uid: meta.map(|meta| meta.uid.clone()).unwrap_or_default() }
}

fn invalid(kind: &GroupKind, name: &str, error: Error) -> ApiError {
    ApiError::invalid(kind, name, &vec![error])
}

impl Issuer {
    /// Makes tokens with these settings, once it knows the server's objects.
    pub fn new(settings: TokenSettings) -> Self {
        Self { settings, live: OnceLock::new() }
    }

    /// Looks up accounts in this server from now on.
    pub fn attach(&self, registry: &Registry) {
        // a second registry of the same server would say the same
        drop(self.live.set(Live::new(registry)));
    }

    async fn create(&self, mut call: SubresourceCall<'_>) -> Result<Box<TokenRequest>, ApiError> {
        let kind = kind();
        let group_kind = kind.group_kind();
        let live = self.live.get().ok_or_else(|| ApiError::internal_error("the server is starting"))?;
        let unreadable = || ApiError::bad_request("not a TokenRequest");
        let mut body = call.body.take().ok_or_else(unreadable)?;
        let sent = metadata::of(body.as_mut())?;
        if !sent.namespace.is_empty() && sent.namespace != call.namespace {
            metadata::bind_namespace(true, call.namespace, sent)?;
        }
        let manager = Manager { name: &call.ctx.field_manager, subresource: "token", time: call.ctx.now };
        let entry = call.scope.scheme.get(&kind).map_err(ApiError::internal_error)?;
        managed_fields::record_new(entry.as_ref(), body.as_mut(), &manager)?;
        let admission = Attributes {
            operation: Operation::Create,
            kind: &kind,
            resource: &call.scope.gvr,
            subresource: "token",
            namespace: call.namespace,
            name: call.name,
            old_object: None,
            delete_options: None,
            ctx: call.ctx,
        };
        call.scope.admission.mutate(&admission, Some(body.as_mut())).await?;
        let mut request = body.downcast::<TokenRequest>().map_err(|_| unreadable())?;
        let meta = &mut request.metadata;
        let path = Path::new("metadata");
        if !meta.name.is_empty() && meta.name != call.name {
            let text = "must match the service account name if specified";
            return Err(invalid(&group_kind, call.name, Error::invalid(&path.child("name"), &meta.name, text)));
        }
        let account = live.get::<ServiceAccount>(&ACCOUNTS, call.namespace, call.name).await?;
        let uid = &account.metadata.uid;
        if !meta.uid.is_empty() && meta.uid != *uid {
            let text = format!(
                "the UID in the token request ({}) does not match the UID of the service account ({uid})",
                meta.uid
            );
            let resource = GroupResource { group: kind.group.clone(), resource: kind.kind.clone() };
            return Err(ApiError::conflict(&resource, call.name, &text));
        }
        meta.name.clone_from(&account.metadata.name);
        meta.namespace.clone_from(&account.metadata.namespace);
        meta.uid.clone_from(uid);
        meta.creation_timestamp = call.ctx.now;
        request.status = TokenRequestStatus::default();
        if request.spec.audiences.is_empty() {
            request.spec.audiences = self.settings.audiences.clone().into();
        }
        let mut seconds = request.spec.expiration_seconds.unwrap_or_default();
        let errors = check_seconds(seconds);
        if !errors.is_empty() {
            return Err(ApiError::invalid(&group_kind, "", &errors));
        }
        call.scope.admission.validate(&admission, Some(request.as_ref())).await?;
        let bound = match &request.spec.bound_object_ref {
            Some(reference) => bind(live, call.namespace, call.name, reference).await?,
            None => Bound::default(),
        };
        let most = self.settings.lifetime_max.map(|most| i64::try_from(most.as_secs()).unwrap_or(i64::MAX));
        if let Some(most) = most.filter(|most| *most > 0 && seconds > *most) {
            call.ctx.warn(format!("requested expiration of {seconds} seconds shortened to {most} seconds"));
            seconds = most;
            request.spec.expiration_seconds = Some(seconds);
        }
        let own = request.spec.audiences.iter().all(|audience| self.settings.audiences.contains(audience));
        let extends = self.settings.extend && bound.pod.is_some() && seconds == DEFAULT_IN_PODS && own;
        let now = call.ctx.now.unix();
        let claims = Claims {
            aud: request.spec.audiences.to_vec(),
            exp: now + if extends { EXTENDED } else { seconds },
            iat: now,
            iss: self.settings.issuers.first().cloned().unwrap_or_default(),
            jti: Uuid::new_v4().hyphenated().to_string(),
            kubernetes: Kubernetes {
                namespace: call.namespace.to_owned(),
                node: bound.node,
                pod: bound.pod,
                secret: bound.secret,
                serviceaccount: Reference { name: account.metadata.name.clone(), uid: uid.clone() },
                warnafter: extends.then_some(now + seconds),
            },
            nbf: now,
            sub: format!("system:serviceaccount:{}:{}", call.namespace, call.name),
        };
        let failed = |error| ApiError::internal_error(format!("failed to generate token: {error}"));
        let keys = self.settings.keys.get().await.map_err(failed)?;
        request.status = TokenRequestStatus {
            token: jws::sign(&keys, &claims).map_err(failed)?,
            expiration_timestamp: Time::from_unix(now + seconds),
        };
        Ok(request)
    }
}

fn check_seconds(seconds: i64) -> ErrorList {
    let spec = Path::new("spec");
    let path = spec.child("expirationSeconds");
    let mut errors = ErrorList::new();
    if seconds < SECONDS_MIN {
        errors.push(Error::invalid(&path, seconds, "may not specify a duration less than 10 minutes"));
    }
    if seconds > SECONDS_MAX {
        errors.push(Error::invalid(&path, seconds, "may not specify a duration larger than 2^32 seconds"));
    }
    errors
}

/// Finds what a token is to be bound to.
async fn bind(live: &Live, namespace: &str, account: &str, to: &BoundObjectReference) -> Result<Bound, ApiError> {
    let (group, version) = to.api_version.split_once('/').unwrap_or(("", &to.api_version));
    let mut bound = Bound::default();
    let uid = match (group, to.kind.as_str()) {
        ("", "Pod") => {
            let pod = live.get::<Pod>(&PODS, namespace, &to.name).await?;
            if pod.spec.service_account_name != account {
                return Err(ApiError::bad_request(format!(
                    "cannot bind token for serviceaccount {} to pod running with different serviceaccount name.",
                    quote(account)
                )));
            }
            let node = &pod.spec.node_name;
            if !node.is_empty() {
                bound.node = Some(match live.get::<Node>(&NODES, "", node).await {
                    Ok(node) => reference(node.as_ref()),
                    // the name alone still tells something
                    Err(error) if error.is_not_found() => Reference { name: node.clone(), uid: String::new() },
                    Err(error) => return Err(ApiError::internal_error(error)),
                });
            }
            let found = reference(pod.as_ref());
            bound.pod.insert(found).uid.clone()
        }
        ("", "Node") => {
            let node = live.get::<Node>(&NODES, "", &to.name).await?;
            bound.node.insert(reference(node.as_ref())).uid.clone()
        }
        ("", "Secret") => {
            let secret = live.get::<Secret>(&SECRETS, namespace, &to.name).await?;
            bound.secret.insert(reference(secret.as_ref())).uid.clone()
        }
        (group, kind) => {
            let text = format!("cannot bind token to object of type {group}/{version}, Kind={kind}");
            return Err(ApiError::bad_request(text));
        }
    };
    if !to.uid.is_empty() && to.uid != uid {
        let resource = GroupResource { group: group.to_owned().into(), resource: to.kind.clone().into() };
        let text = format!(
            "the UID in the bound object reference ({}) does not match the UID in record. The object might have been \
             deleted and then recreated",
            to.uid
        );
        return Err(ApiError::conflict(&resource, &to.name, &text));
    }
    Ok(bound)
}

#[async_trait]
impl SubresourceHandler for Issuer {
    async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        Ok(SubresourceAnswer::Object(StatusCode::CREATED, self.create(call).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_have_bounds() {
        for (seconds, fine) in [(599, false), (600, true), (1 << 32, true), ((1 << 32) + 1, false)] {
            assert_eq!(check_seconds(seconds).is_empty(), fine, "{seconds}");
        }
    }
}
