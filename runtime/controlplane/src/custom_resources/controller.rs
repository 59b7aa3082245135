//! Follows definitions: gives them their names, serves what they define, withdraws it.
//!
//! One task does what upstream's naming, establishing, approval and finalizing controllers do. It is level-triggered: a
//! change of any definition makes it look at all of them, so that a name that one gives up goes to another that waits.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use futures::StreamExt as _;
use kubeforge_api::apiextensions::v1::{
    CUSTOM_RESOURCE_CLEANUP_FINALIZER, ConditionStatus, CustomResourceDefinition, ESTABLISHED, NAMES_ACCEPTED,
};
use kubeforge_apiserver::GenericServer;
use kubeforge_client::{Api, Client, ClientError};
use kubeforge_extensions::{check::is_true, conditions, names};
use kubeforge_machinery::{Time, codec::to_json_vec, meta::v1::UpdateOptions};
use kubeforge_storage::{
    entry::Entry,
    revision::Revision,
    storage::{ListRequest, Selection, Storage, StorageError, WatchFrom, WatchRequest},
};
use sha2::{Digest as _, Sha256};
use tokio::task::{AbortHandle, JoinSet};

use super::{
    api_services, cleanup,
    conversion::{Converter, Measures},
    resource::{self, Served},
};

/// The time before a watch that failed is tried again.
const RETRY: Duration = Duration::from_millis(500);
/// Requests that found a resource before it was withdrawn get so long to end.
const DRAIN: Duration = Duration::from_secs(2);

/// The running task; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Controller(AbortHandle);

impl Drop for Controller {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts to follow definitions. What is established already is served when this returns.
pub(crate) async fn run(server: &GenericServer, client: Client) -> Option<Controller> {
    let storage = server.registry().find("apiextensions.k8s.io", "v1", "customresourcedefinitions")?;
    let storage = storage.storage.clone()?;
    let mut follower = Follower {
        server: server.clone(),
        client,
        storage,
        known: BTreeMap::new(),
        served: HashMap::new(),
        noted: HashMap::new(),
        measures: Arc::new(Measures::new(server.metrics().families())),
        declared: None,
        cleanups: JoinSet::new(),
        cleaning: HashMap::new(),
    };
    if let Err(err) = follower.look(Writes::Deferred).await {
        tracing::warn!(%err, "cannot read custom resource definitions");
    }
    Some(Controller(tokio::spawn(async move { follower.follow().await }).abort_handle()))
}

/// Whether statuses are written: not before the server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writes {
    Deferred,
    Done,
}

/// A definition as it is remembered: schemas are large, and only looked at when they change.
#[derive(Clone, Debug)]
struct Known {
    revision: Revision,
    /// Without its schemas.
    definition: Arc<CustomResourceDefinition>,
    /// The hash of the whole spec.
    spec: [u8; 32],
}

impl Known {
    fn of(revision: Revision, mut definition: CustomResourceDefinition) -> Self {
        let spec = Sha256::digest(to_json_vec(&definition.spec)).into();
        for version in &mut definition.spec.versions {
            version.schema = None;
        }
        Self { revision, definition: Arc::new(definition), spec }
    }

    /// Whether it is served in the same way.
    fn is_served_as(&self, other: &Self) -> bool {
        self.spec == other.spec
            && self.definition.metadata.uid == other.definition.metadata.uid
            && self.definition.status.accepted_names == other.definition.status.accepted_names
    }
}

struct Follower {
    server: GenericServer,
    client: Client,
    storage: Arc<dyn Storage>,
    /// All definitions by name, decoded once for each revision.
    known: BTreeMap<String, Known>,
    /// What is served, by the definition's name, and what it was made of.
    served: HashMap<String, (Known, Served)>,
    /// Definitions as they were when their status was looked at.
    noted: HashMap<String, Arc<CustomResourceDefinition>>,
    measures: Arc<Measures>,
    /// The groups and versions whose APIServices are as they should be.
    declared: Option<BTreeSet<api_services::Version>>,
    cleanups: JoinSet<()>,
    /// Definitions whose objects are being removed, by uid.
    cleaning: HashMap<String, AbortHandle>,
}

impl Follower {
    async fn follow(&mut self) {
        loop {
            let request = WatchRequest {
                selection: Selection::default(),
                from: WatchFrom::LatestState,
                bookmarks: false,
                initial_events_end: false,
            };
            match self.storage.watch(request).await {
                Ok(events) => {
                    // changes that come together are looked at together
                    let mut events = events.ready_chunks(256);
                    while let Some(changes) = events.next().await {
                        let is_broken = changes.iter().any(Result::is_err);
                        if let Err(err) = self.look(Writes::Done).await {
                            tracing::warn!(%err, "cannot read custom resource definitions");
                        }
                        if is_broken {
                            break;
                        }
                    }
                }
                Err(err) => tracing::warn!(%err, "cannot watch custom resource definitions"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Looks at all definitions as they are now.
    async fn look(&mut self, writes: Writes) -> Result<(), StorageError> {
        let entries = self.storage.list(ListRequest::default()).await?.items;
        self.read(&entries);
        let names: Vec<String> = self.known.keys().cloned().collect();
        let mut changed = self.withdraw();
        for entry in &entries {
            let name = entry.key().name.as_str();
            let Some(known) = self.known.get(name).cloned() else { continue };
            changed |= self.serve(name, &known, entry);
        }
        if changed {
            self.publish();
        }
        if writes == Writes::Done {
            while self.cleanups.try_join_next().is_some() {}
            let groups = self.changed_groups();
            for name in &names {
                let group = self.known.get(name).map(|known| known.definition.spec.group.as_str());
                if group.is_some_and(|group| groups.contains(group)) {
                    self.note(name).await;
                }
            }
            self.declare().await;
        }
        Ok(())
    }

    /// Sees to the APIServices of what is served. What fails is tried again with the next change.
    async fn declare(&mut self) {
        let definitions = self.served.values().map(|(known, _)| &known.definition.spec);
        let versions = definitions.flat_map(|spec| {
            let served = spec.versions.iter().filter(|version| version.served);
            served.map(|version| (spec.group.clone(), version.name.clone()))
        });
        let versions: BTreeSet<_> = versions.collect();
        if self.declared.as_ref() == Some(&versions) {
            return;
        }
        match api_services::declare(&self.client, &versions).await {
            Ok(()) => self.declared = Some(versions),
            Err(err) => {
                // some may have been made
                self.declared = None;
                tracing::warn!(%err, "cannot make the APIServices of custom resources");
            }
        }
    }

    /// Groups in which a definition came, changed or went since their statuses were looked at: names that one gives up go
    /// to another one of the group.
    fn changed_groups(&mut self) -> BTreeSet<String> {
        let mut groups = BTreeSet::new();
        for (name, Known { definition, .. }) in &self.known {
            if self.noted.get(name).is_none_or(|noted| !Arc::ptr_eq(noted, definition)) {
                groups.insert(definition.spec.group.clone());
            }
        }
        let known = &self.known;
        self.noted.retain(|name, noted| {
            let is_known = known.contains_key(name);
            if !is_known {
                groups.insert(noted.spec.group.clone());
            }
            is_known
        });
        groups
    }

    fn read(&mut self, entries: &[Arc<Entry>]) {
        let mut known = BTreeMap::new();
        for entry in entries {
            let name = entry.key().name.clone();
            match self.known.remove(&name) {
                Some(before) if before.revision == entry.revision() => {
                    known.insert(name, before);
                }
                _ => {
                    if let Some(definition) = decoded(entry) {
                        known.insert(name, Known::of(entry.revision(), *definition));
                    }
                }
            }
        }
        self.known = known;
    }

    /// Takes out what is defined no longer. Says whether that changed anything.
    fn withdraw(&mut self) -> bool {
        let known = &self.known;
        let gone: Vec<String> = self
            .served
            .iter()
            .filter(|(name, (before, _))| {
                let uid = &before.definition.metadata.uid;
                known.get(*name).is_none_or(|known| known.definition.metadata.uid != *uid)
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in &gone {
            if let Some((_, served)) = self.served.remove(name) {
                close(served);
            }
        }
        !gone.is_empty()
    }

    /// Serves a definition as it is now. Says whether that changed anything.
    fn serve(&mut self, name: &str, known: &Known, entry: &Entry) -> bool {
        let definition = &known.definition;
        if !is_true(definition, NAMES_ACCEPTED) && !is_true(definition, ESTABLISHED) {
            return false;
        }
        if let Some((before, served)) = self.served.get(name)
            && before.is_served_as(known)
        {
            served.is_terminating.store(definition.metadata.deletion_timestamp.is_some(), Relaxed);
            return false;
        }
        let Some(whole) = decoded(entry) else { return false };
        let converter = Converter::of(&whole, &self.client, &self.measures);
        let served = resource::serve(&whole, self.server.scopes(), converter.as_ref());
        if let Some((_, before)) = self.served.insert(name.to_owned(), (known.clone(), served)) {
            close(before);
        }
        true
    }

    fn publish(&self) {
        let scopes: Vec<_> = self.served.values().flat_map(|(_, served)| served.scopes.iter().cloned()).collect();
        self.server.registry().set_dynamic(scopes);
    }

    /// Notes in a definition's status how it is.
    async fn note(&mut self, name: &str) {
        let Some(definition) = self.known.get(name).map(|known| known.definition.clone()) else { return };
        let has_finalizer =
            definition.metadata.finalizers.iter().any(|finalizer| finalizer == CUSTOM_RESOURCE_CLEANUP_FINALIZER);
        if definition.metadata.deletion_timestamp.is_some() && has_finalizer {
            self.clean(&definition);
            self.noted.insert(name.to_owned(), definition);
            return;
        }
        let mut next = CustomResourceDefinition::clone(&definition);
        let now = Time::now();
        let all = self.known.values().map(|known| known.definition.as_ref());
        if let Some(naming) = names::naming(&definition, all) {
            next.status.accepted_names = naming.accepted;
            conditions::set(&mut next, naming.names_accepted, now);
            conditions::set(&mut next, naming.established, now);
        } else if is_true(&definition, NAMES_ACCEPTED)
            && !is_true(&definition, ESTABLISHED)
            && self.served.contains_key(name)
        {
            let message = "the initial names have been accepted";
            let established =
                conditions::condition(ESTABLISHED, ConditionStatus::True, "InitialNamesAccepted", message);
            conditions::set(&mut next, established, now);
        }
        if let Some(approval) = conditions::approval_condition(&definition) {
            let is_known =
                conditions::find(&next, &approval.type_).is_some_and(|known| conditions::equivalent(known, &approval));
            if !is_known {
                conditions::set(&mut next, approval, now);
            }
        }
        if next.status == definition.status {
            self.noted.insert(name.to_owned(), definition);
            return;
        }
        let api = Api::<CustomResourceDefinition>::all(self.client.clone());
        match api.update_status(&next, &UpdateOptions::default()).await {
            Ok(written) => {
                // names that were just given away count for the definitions that follow
                if let Some(known) = self.known.get_mut(name) {
                    known.definition = Known::of(known.revision, written).definition;
                }
            }
            // changed or deleted meanwhile: its next change brings it here again
            Err(ClientError::Api(err)) if err.is_conflict() || err.is_not_found() => {}
            Err(err) => tracing::warn!(%err, name, "cannot write the status of a custom resource definition"),
        }
    }

    /// Removes the objects of a definition that is being deleted, once.
    fn clean(&mut self, definition: &Arc<CustomResourceDefinition>) {
        self.cleaning.retain(|_, task| !task.is_finished());
        let uid = &definition.metadata.uid;
        if self.cleaning.contains_key(uid) {
            return;
        }
        let (server, client, definition) = (self.server.clone(), self.client.clone(), definition.clone());
        let task = self.cleanups.spawn(async move { cleanup::run(&server, &client, &definition.metadata.name).await });
        self.cleaning.insert(uid.clone(), task);
    }
}

fn decoded(entry: &Entry) -> Option<Box<CustomResourceDefinition>> {
    entry.object().ok()?.downcast().ok()
}

/// Ends the watches of what is served no longer, after requests had time to end.
fn close(served: Served) {
    tokio::spawn(async move {
        tokio::time::sleep(DRAIN).await;
        for scope in served.scopes {
            if let Some(storage) = &scope.storage {
                storage.close();
            }
        }
    });
}
