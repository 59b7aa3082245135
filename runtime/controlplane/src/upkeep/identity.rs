//! The lease by which a server is known in `kube-system`, and the end of those that nobody renews.
//!
//! Follows pkg/controlplane/apiserver of upstream (KEP-1965): names, labels and times as there.

use std::time::Duration;

use data_encoding::BASE32_NOPAD;
use kubeforge_api::coordination::v1::{Lease, LeaseSpec};
use kubeforge_client::{Api, Client, ClientError};
use kubeforge_machinery::{
    MicroTime,
    meta::v1::{CreateOptions, DeleteOptions, ListOptions, UpdateOptions},
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::bootstrap::named;

const NAMESPACE: &str = "kube-system";
const LABEL: &str = "apiserver.kubernetes.io/identity";
const COMPONENT: &str = "kube-apiserver";
const HOSTNAME_LABEL: &str = "kubernetes.io/hostname";
const DURATION_SECONDS: i32 = 3600;
const RENEW_PERIOD: Duration = Duration::from_secs(10);
/// How often leases that ran out are looked for.
const CLEANUP_PERIOD: Duration = Duration::from_secs(3600);

/// Renews the lease and removes old ones, until it is dropped.
pub(super) async fn run(client: Client) {
    let api = Api::<Lease>::namespaced(client, NAMESPACE);
    let hostname = hostname::get().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name_of(&hostname);
    let holder = format!("{name}_{}", Uuid::new_v4().hyphenated());
    let mut renewals = 0_u64;
    loop {
        if let Err(err) = renew(&api, &name, &hostname, &holder).await {
            tracing::warn!(%err, "cannot renew the server's lease");
        }
        if renewals.is_multiple_of(CLEANUP_PERIOD.as_secs() / RENEW_PERIOD.as_secs())
            && let Err(err) = clean_up(&api).await
        {
            tracing::warn!(%err, "cannot remove leases of servers that are gone");
        }
        renewals += 1;
        tokio::time::sleep(RENEW_PERIOD).await;
    }
}

/// A server's name follows from its host's.
fn name_of(hostname: &str) -> String {
    let hash = Sha256::digest(hostname.as_bytes());
    let half = hash.get(..16).unwrap_or_default();
    format!("apiserver-{}", BASE32_NOPAD.encode(half).to_lowercase())
}

async fn renew(api: &Api<Lease>, name: &str, hostname: &str, holder: &str) -> Result<(), ClientError> {
    let now = MicroTime::now();
    match api.get_opt(name).await? {
        None => {
            let mut metadata = named(name, NAMESPACE);
            for (label, value) in [(LABEL, COMPONENT), (HOSTNAME_LABEL, hostname)] {
                metadata.labels.insert(label.to_owned(), value.to_owned());
            }
            let spec = LeaseSpec {
                holder_identity: Some(holder.to_owned()),
                lease_duration_seconds: Some(DURATION_SECONDS),
                renew_time: Some(now),
                ..LeaseSpec::default()
            };
            api.create(&Lease { metadata, spec }, &CreateOptions::default()).await.map(drop)
        }
        Some(mut lease) => {
            lease.metadata.labels.insert(LABEL.to_owned(), COMPONENT.to_owned());
            lease.metadata.labels.insert(HOSTNAME_LABEL.to_owned(), hostname.to_owned());
            lease.spec.holder_identity = Some(holder.to_owned());
            lease.spec.lease_duration_seconds = Some(DURATION_SECONDS);
            lease.spec.renew_time = Some(now);
            api.update(&lease, &UpdateOptions::default()).await.map(drop)
        }
    }
}

async fn clean_up(api: &Api<Lease>) -> Result<(), ClientError> {
    let options = ListOptions { label_selector: format!("{LABEL}={COMPONENT}"), ..ListOptions::default() };
    let now = MicroTime::now().unix_micros();
    for lease in api.list(&options).await?.items {
        if ran_out(&lease.spec, now) {
            let name = &lease.metadata.name;
            match api.delete(name, &DeleteOptions::default()).await {
                Err(ClientError::Api(err)) if err.is_not_found() => {}
                deleted => drop(deleted?),
            }
        }
    }
    Ok(())
}

/// Leases that say nothing of their time count as run out.
fn ran_out(spec: &LeaseSpec, now_micros: i64) -> bool {
    let (Some(renewed), Some(seconds)) = (spec.renew_time, spec.lease_duration_seconds) else { return true };
    renewed.unix_micros().saturating_add(i64::from(seconds).saturating_mul(1_000_000)) < now_micros
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_the_hosts() {
        // sha256("") in base32, its first half
        assert_eq!(name_of(""), "apiserver-4oymiquy7qobjgx36tejs35zeq");
        assert_ne!(name_of("a"), name_of("b"));
    }

    #[test]
    fn a_lease_runs_out() {
        let spec = |seconds| LeaseSpec {
            renew_time: Some(MicroTime::now()),
            lease_duration_seconds: Some(seconds),
            ..LeaseSpec::default()
        };
        let later = MicroTime::now().unix_micros() + 5_000_000;
        assert!(ran_out(&spec(1), later) && !ran_out(&spec(60), later) && ran_out(&LeaseSpec::default(), later));
    }
}
