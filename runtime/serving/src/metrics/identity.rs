//! Who was let in, and what they were allowed.

use std::time::Duration;

use kubeforge_machinery::user::UserInfo;

use super::{Families, HistogramVec, IntCounterVec, exponential};

/// Authentication and authorization of a server.
#[derive(Debug)]
pub struct IdentityMetrics {
    users: IntCounterVec,
    attempts: IntCounterVec,
    attempt_seconds: HistogramVec,
    decisions: IntCounterVec,
    decision_seconds: HistogramVec,
}

impl IdentityMetrics {
    /// Adds the families.
    pub fn new(families: &Families) -> Self {
        let buckets = exponential(0.001, 2.0, 15);
        Self {
            users: families.counters(
                "authenticated_user_requests",
                "Requests that were authenticated, by the sort of user.",
                &["username"],
            ),
            attempts: families.counters("authentication_attempts", "Attempts to authenticate.", &["result"]),
            attempt_seconds: families.histograms(
                "authentication_duration_seconds",
                "How long authentication took.",
                &["result"],
                &buckets,
            ),
            decisions: families.counters(
                "authorization_attempts_total",
                "Decisions about what users may do.",
                &["result"],
            ),
            decision_seconds: families.histograms(
                "authorization_duration_seconds",
                "How long authorization took.",
                &["result"],
                &buckets,
            ),
        }
    }

    /// Somebody was authenticated as a user, or not.
    pub fn authenticated(&self, user: Option<&UserInfo>, took: Duration) {
        let result = if user.is_some() { "success" } else { "error" };
        if let Some(user) = user {
            self.users.with_label_values(&[sort_of(&user.name)]).inc();
        }
        self.attempts.with_label_values(&[result]).inc();
        self.attempt_seconds.with_label_values(&[result]).observe(took.as_secs_f64());
    }

    /// A request was allowed, or not.
    pub fn authorized(&self, result: &str, took: Duration) {
        self.decisions.with_label_values(&[result]).inc();
        self.decision_seconds.with_label_values(&[result]).observe(took.as_secs_f64());
    }
}

/// Names of users don't belong into metrics: the sorts that upstream tells apart.
fn sort_of(name: &str) -> &str {
    match name {
        "admin" | "client" | "kube_proxy" | "kubelet" | "system:serviceaccount:kube-system:default" => name,
        _ if name.contains('@') => "email_id",
        _ => "other",
    }
}
