//! Whether a user may see a page: always for some paths and for masters; else as the API server says
//! (SubjectAccessReview).

use std::time::{Duration, Instant};

use kubeforge_api::authorization::v1::{NonResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec};
use kubeforge_client::Client;
use kubeforge_client_set::Clientset;
use kubeforge_machinery::{
    meta::v1::CreateOptions,
    user::{UserInfo, well_known},
};
use tracing::warn;

use super::ttl::TtlCache;
use crate::metrics::{DelegatedMetrics, Review};

/// How the API server is asked what users may do.
pub struct Authorization {
    always_allowed: Vec<String>,
    reviews: Option<Clientset>,
    allowed_ttl: Duration,
    refused_ttl: Duration,
    known: TtlCache<(UserKey, String, String), Verdict>,
}

/// Answers about requests with longer verbs and paths are not kept.
const KEPT_BYTES_MAX: usize = 10_000;

/// All of a user that counts.
type UserKey = (String, String, Vec<String>, Vec<(String, Vec<String>)>);

/// Whether a user may do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    /// Nobody allows it, with the reason, where one was given.
    Refused(String),
    /// Somebody says no.
    Denied(String),
    /// The API server could not be asked.
    Unknown(String),
}

impl Verdict {
    /// Its name in metrics.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused(_) => "no-opinion",
            Self::Denied(_) => "denied",
            Self::Unknown(_) => "error",
        }
    }
}

impl Authorization {
    /// Asks through this client, if there is one, and keeps answers so long.
    pub fn new(
        always_allowed: Vec<String>,
        client: Option<Client>,
        allowed_ttl: Duration,
        refused_ttl: Duration,
    ) -> Self {
        let reviews = client.map(Clientset::new);
        Self { always_allowed, reviews, allowed_ttl, refused_ttl, known: TtlCache::default() }
    }

    /// Paths that end in `*` stand for all that begin so (apiserver's authorization/path).
    fn is_always_allowed(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        self.always_allowed.iter().map(|allowed| allowed.trim_start_matches('/')).any(|allowed| {
            match allowed.strip_suffix('*') {
                Some(start) => path.starts_with(start),
                None => path == allowed,
            }
        })
    }

    pub(super) async fn authorize(
        &self,
        user: &UserInfo,
        verb: &str,
        path: &str,
        metrics: &DelegatedMetrics,
    ) -> Verdict {
        let is_master = user.groups.iter().any(|group| group == well_known::GROUP_MASTERS);
        if is_master || self.is_always_allowed(path) {
            return Verdict::Allowed;
        }
        let Some(reviews) = &self.reviews else { return Verdict::Refused(String::new()) };
        let key = (key_of(user), verb.to_owned(), path.to_owned());
        if let Some(known) = self.known.get(&key) {
            return known;
        }
        let verdict = review(reviews, user, verb, path, metrics).await;
        match verdict {
            // whoever asks for very much is asked about again (apiserver's webhook authorizer)
            _ if verb.len() + path.len() > KEPT_BYTES_MAX => {}
            Verdict::Allowed => self.known.put(key, verdict.clone(), self.allowed_ttl),
            Verdict::Refused(_) | Verdict::Denied(_) => self.known.put(key, verdict.clone(), self.refused_ttl),
            Verdict::Unknown(_) => {}
        }
        verdict
    }
}

fn key_of(user: &UserInfo) -> UserKey {
    let extra = user.extra.iter().map(|(name, values)| (name.clone(), values.clone())).collect();
    (user.name.clone(), user.uid.clone(), user.groups.clone(), extra)
}

async fn review(clientset: &Clientset, user: &UserInfo, verb: &str, path: &str, metrics: &DelegatedMetrics) -> Verdict {
    let attributes = NonResourceAttributes { path: path.to_owned(), verb: verb.to_owned() };
    let spec = SubjectAccessReviewSpec {
        non_resource_attributes: Some(Box::new(attributes)),
        user: user.name.clone(),
        uid: user.uid.clone(),
        groups: user.groups.clone(),
        extra: user.extra.clone(),
        ..SubjectAccessReviewSpec::default()
    };
    let review = SubjectAccessReview { spec, ..SubjectAccessReview::default() };
    let reviews = clientset.authorization_v1().subject_access_reviews();
    let began = Instant::now();
    let reviewed = reviews.create(&review, &CreateOptions::default()).await;
    metrics.reviewed(Review::Access, &reviewed, began.elapsed());
    match reviewed {
        Ok(SubjectAccessReview { status, .. }) if status.allowed => Verdict::Allowed,
        Ok(SubjectAccessReview { status, .. }) if status.denied => Verdict::Denied(status.reason),
        Ok(SubjectAccessReview { status, .. }) => Verdict::Refused(status.reason),
        Err(err) => {
            warn!(%err, "Failed to make webhook authorizer request");
            Verdict::Unknown(err.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::SchedulerMetrics;

    #[tokio::test]
    async fn without_an_api_server_only_some_paths_are_allowed() {
        let paths = ["/healthz", "/debug/*"].map(str::to_owned).to_vec();
        let authorization = Authorization::new(paths, None, Duration::ZERO, Duration::ZERO);
        let metrics = SchedulerMetrics::default().delegated();
        let verdict = async |groups: &[&str], path: &str| {
            let groups = groups.iter().map(|group| (*group).to_owned()).collect();
            authorization.authorize(&UserInfo { groups, ..UserInfo::default() }, "get", path, &metrics).await
        };
        assert_eq!(verdict(&[], "/healthz").await, Verdict::Allowed);
        assert_eq!(verdict(&[], "/healthz/ping").await, Verdict::Refused(String::new()));
        assert_eq!(verdict(&[], "/debug/pprof").await, Verdict::Allowed);
        assert_eq!(verdict(&["system:masters"], "/metrics").await, Verdict::Allowed);
    }
}
