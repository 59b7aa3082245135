//! Roles and bindings in memory.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use kubeforge_api::rbac::v1::{
    ClusterRole, ClusterRoleBinding, GROUP_KIND, PolicyRule, Role, RoleBinding, RoleRef, SERVICE_ACCOUNT_KIND, Subject,
    USER_KIND,
};
use kubeforge_machinery::{GroupResource, Resource, user::UserInfo};
use kubeforge_storage::{entry::Entry, storage::Storage};
use parking_lot::RwLock;

use crate::follow::{Follower, Index};

/// The resources that are followed, in this order.
const RESOURCES: [&str; 4] = ["clusterroles", "clusterrolebindings", "roles", "rolebindings"];
const CLUSTER_ROLES: usize = 0;
const CLUSTER_BINDINGS: usize = 1;
const ROLES: usize = 2;

pub(super) const GROUP: &str = "rbac.authorization.k8s.io";

/// Roles and bindings, as the store has them.
pub struct Policy {
    state: Arc<State>,
    follower: Follower,
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct State(RwLock<Known>);

#[derive(Default)]
struct Known {
    cluster_roles: HashMap<String, Arc<[PolicyRule]>>,
    /// By namespace and name.
    roles: HashMap<String, HashMap<String, Arc<[PolicyRule]>>>,
    cluster_bindings: Bindings,
    /// By namespace.
    bindings: HashMap<String, Bindings>,
}

/// Bindings of one place, by name and by whom they are for.
#[derive(Default)]
struct Bindings {
    by_name: BTreeMap<String, Arc<Binding>>,
    users: HashMap<String, Vec<Arc<Binding>>>,
    groups: HashMap<String, Vec<Arc<Binding>>>,
}

struct Binding {
    namespace: String,
    name: String,
    role: RoleRef,
    subjects: Vec<Subject>,
}

/// A role that can't be found, or of an unknown kind: upstream's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// No such role.
    Missing {
        /// `role` or `clusterrole`.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// No such kind of role.
    Kind(String),
}

impl Unresolved {
    /// The text, with `resource` as the name of what is missing; `None` is what authorizers say.
    pub fn text(&self, resource: Option<&str>) -> String {
        match self {
            Self::Missing { what, name } => {
                let resource =
                    GroupResource { group: GROUP.into(), resource: resource.unwrap_or(what).to_owned().into() };
                format!("{resource} {name:?} not found")
            }
            Self::Kind(kind) => format!("unsupported role reference kind: {kind:?}"),
        }
    }
}

/// The rules of a binding that is for a user, or why there are none.
pub(super) struct Found<'a> {
    binding: &'a Binding,
    subject: &'a Subject,
    pub(super) rules: Result<Arc<[PolicyRule]>, Unresolved>,
}

impl Found<'_> {
    /// What gives the user the rules, as decisions are explained.
    pub(super) fn source(&self) -> String {
        let Binding { namespace, name, role, .. } = self.binding;
        let subject = match (self.subject.kind.as_str(), self.subject.namespace.as_str()) {
            (SERVICE_ACCOUNT_KIND, "") => format!("{}/{namespace}", self.subject.name),
            (SERVICE_ACCOUNT_KIND, own) => format!("{}/{own}", self.subject.name),
            _ => self.subject.name.clone(),
        };
        let binding = if namespace.is_empty() {
            format!("ClusterRoleBinding {name:?}")
        } else {
            format!("RoleBinding {:?}", format!("{name}/{namespace}"))
        };
        format!("{binding} of {} {:?} to {} {subject:?}", role.kind, role.name, self.subject.kind)
    }
}

impl Policy {
    /// Follows the roles and bindings of a server. `storage` finds a resource's objects.
    pub fn start(storage: impl Fn(&GroupResource) -> Option<Arc<dyn Storage>>) -> Self {
        let state = Arc::<State>::default();
        let storages: Vec<Arc<dyn Storage>> =
            RESOURCES.iter().filter_map(|plural| storage(&GroupResource::new(GROUP, plural))).collect();
        let follower = Follower::start(storages, state.clone());
        Self { state, follower }
    }

    /// Waits until every change that was acknowledged is known.
    pub async fn settle(&self) {
        self.follower.settle().await;
    }

    /// Whether any of the user's rules is as asked; nothing is allocated.
    pub(super) fn any_rule(&self, user: &UserInfo, namespace: &str, test: impl Fn(&PolicyRule) -> bool) -> bool {
        let known = self.state.0.read();
        let places = known.places(namespace);
        places.into_iter().flatten().any(|bindings| {
            bindings.of_user(user).any(|binding| {
                known.rules(&binding.role, &binding.namespace).is_ok_and(|rules| rules.iter().any(&test))
            })
        })
    }

    /// Looks at each binding that is for the user, in order of place and name, until `visit` returns true.
    pub(super) fn visit(&self, user: &UserInfo, namespace: &str, mut visit: impl FnMut(Found<'_>) -> bool) {
        let known = self.state.0.read();
        for bindings in known.places(namespace).into_iter().flatten() {
            let mut found: Vec<&Arc<Binding>> = bindings.of_user(user).collect();
            found.sort_by(|a, b| a.name.cmp(&b.name));
            found.dedup_by(|a, b| a.name == b.name);
            for binding in found {
                let Some(subject) = binding.subject_of(user) else { continue };
                let rules = known.rules(&binding.role, &binding.namespace);
                if visit(Found { binding, subject, rules }) {
                    return;
                }
            }
        }
    }

    /// The rules of a role, as a binding in this namespace (none for a cluster role binding) refers to it.
    ///
    /// # Errors
    /// Where there is no such role.
    pub fn rules(&self, role: &RoleRef, namespace: &str) -> Result<Arc<[PolicyRule]>, Unresolved> {
        self.state.0.read().rules(role, namespace)
    }
}

impl Known {
    /// Cluster role bindings, and the bindings of a namespace.
    fn places(&self, namespace: &str) -> [Option<&Bindings>; 2] {
        let local = if namespace.is_empty() { None } else { self.bindings.get(namespace) };
        [Some(&self.cluster_bindings), local]
    }

    fn rules(&self, role: &RoleRef, namespace: &str) -> Result<Arc<[PolicyRule]>, Unresolved> {
        let (what, rules) = match role.kind.as_str() {
            "Role" => ("role", self.roles.get(namespace).and_then(|roles| roles.get(&role.name))),
            "ClusterRole" => ("clusterrole", self.cluster_roles.get(&role.name)),
            kind => return Err(Unresolved::Kind(kind.to_owned())),
        };
        rules.cloned().ok_or_else(|| Unresolved::Missing { what, name: role.name.clone() })
    }
}

impl Bindings {
    /// Bindings for the user; one may come several times.
    fn of_user<'a>(&'a self, user: &'a UserInfo) -> impl Iterator<Item = &'a Arc<Binding>> {
        let by_name = self.users.get(&user.name).into_iter().flatten();
        by_name.chain(user.groups.iter().filter_map(|group| self.groups.get(group)).flatten())
    }

    fn put(&mut self, binding: Binding) {
        self.remove(&binding.name);
        let binding = Arc::new(binding);
        for subject in &binding.subjects {
            match whom(subject, &binding.namespace) {
                Some(Whom::User(user)) => self.users.entry(user).or_default().push(binding.clone()),
                Some(Whom::Group(group)) => self.groups.entry(group).or_default().push(binding.clone()),
                None => {}
            }
        }
        self.by_name.insert(binding.name.clone(), binding);
    }

    fn remove(&mut self, name: &str) {
        let Some(binding) = self.by_name.remove(name) else { return };
        for subject in &binding.subjects {
            match whom(subject, &binding.namespace) {
                Some(Whom::User(user)) => forget(&mut self.users, &user, name),
                Some(Whom::Group(group)) => forget(&mut self.groups, &group, name),
                None => {}
            }
        }
    }
}

fn forget(index: &mut HashMap<String, Vec<Arc<Binding>>>, key: &str, name: &str) {
    if let Some(bindings) = index.get_mut(key) {
        bindings.retain(|binding| binding.name != name);
        if bindings.is_empty() {
            index.remove(key);
        }
    }
}

impl Binding {
    /// The first subject that is the user or a group of the user.
    fn subject_of(&self, user: &UserInfo) -> Option<&Subject> {
        self.subjects.iter().find(|subject| match whom(subject, &self.namespace) {
            Some(Whom::User(name)) => name == user.name,
            Some(Whom::Group(name)) => user.groups.contains(&name),
            None => false,
        })
    }
}

enum Whom {
    User(String),
    Group(String),
}

/// Whom a subject means in a binding of this namespace.
fn whom(subject: &Subject, namespace: &str) -> Option<Whom> {
    match subject.kind.as_str() {
        USER_KIND => Some(Whom::User(subject.name.clone())),
        GROUP_KIND => Some(Whom::Group(subject.name.clone())),
        SERVICE_ACCOUNT_KIND => {
            let namespace = if subject.namespace.is_empty() { namespace } else { &subject.namespace };
            let user = || format!("system:serviceaccount:{namespace}:{}", subject.name);
            (!namespace.is_empty()).then(|| Whom::User(user()))
        }
        _ => None,
    }
}

impl Index for State {
    fn replace(&self, resource: usize, entries: &[Arc<Entry>]) {
        let mut known = self.0.write();
        match resource {
            CLUSTER_ROLES => known.cluster_roles.clear(),
            CLUSTER_BINDINGS => known.cluster_bindings = Bindings::default(),
            ROLES => known.roles.clear(),
            _ => known.bindings.clear(),
        }
        entries.iter().for_each(|entry| known.put(resource, entry));
    }

    fn put(&self, resource: usize, entry: &Arc<Entry>) {
        self.0.write().put(resource, entry);
    }

    fn remove(&self, resource: usize, entry: &Arc<Entry>) {
        let (mut known, key) = (self.0.write(), entry.key());
        match resource {
            CLUSTER_ROLES => drop(known.cluster_roles.remove(&key.name)),
            CLUSTER_BINDINGS => known.cluster_bindings.remove(&key.name),
            ROLES => {
                if let Some(roles) = known.roles.get_mut(&key.namespace) {
                    roles.remove(&key.name);
                    if roles.is_empty() {
                        known.roles.remove(&key.namespace);
                    }
                }
            }
            _ => {
                if let Some(bindings) = known.bindings.get_mut(&key.namespace) {
                    bindings.remove(&key.name);
                    if bindings.by_name.is_empty() {
                        known.bindings.remove(&key.namespace);
                    }
                }
            }
        }
    }
}

impl Known {
    fn put(&mut self, resource: usize, entry: &Arc<Entry>) {
        let (namespace, name) = (entry.key().namespace.clone(), entry.key().name.clone());
        match resource {
            CLUSTER_ROLES => {
                let Some(role) = typed::<ClusterRole>(entry) else { return };
                self.cluster_roles.insert(name, role.rules.into_vec().into());
            }
            CLUSTER_BINDINGS => {
                let Some(binding) = typed::<ClusterRoleBinding>(entry) else { return };
                let ClusterRoleBinding { subjects, role_ref: role, .. } = binding;
                self.cluster_bindings.put(Binding { namespace, name, role, subjects });
            }
            ROLES => {
                let Some(role) = typed::<Role>(entry) else { return };
                self.roles.entry(namespace).or_default().insert(name, role.rules.into_vec().into());
            }
            _ => {
                let Some(binding) = typed::<RoleBinding>(entry) else { return };
                let RoleBinding { subjects, role_ref: role, .. } = binding;
                let bindings = self.bindings.entry(namespace.clone()).or_default();
                bindings.put(Binding { namespace, name, role, subjects });
            }
        }
    }
}

/// The entry's object; `None` (and a word in the log) where it can't be read.
pub(crate) fn typed<T: Resource>(entry: &Entry) -> Option<T> {
    match entry.object().map(|object| object.downcast::<T>()) {
        Ok(Ok(object)) => Some(*object),
        Ok(Err(object)) => {
            tracing::warn!(key = %entry.key(), kind = %object.gvk().kind, "an object of another kind is stored here");
            None
        }
        Err(error) => {
            tracing::warn!(key = %entry.key(), %error, "an object can't be read");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(kind: &str, namespace: &str, name: &str) -> Subject {
        let (kind, namespace, name) = (kind.to_owned(), namespace.to_owned(), name.to_owned());
        Subject { kind, namespace, name, ..Subject::default() }
    }

    #[test]
    fn bindings_are_found_by_subject() {
        let binding = |name: &str, subjects: Vec<Subject>| Binding {
            namespace: "a".to_owned(),
            name: name.to_owned(),
            role: RoleRef::default(),
            subjects,
        };
        let mut bindings = Bindings::default();
        bindings.put(binding("one", vec![subject("User", "", "zoe"), subject("Group", "", "dev")]));
        bindings.put(binding("two", vec![subject("ServiceAccount", "", "bot"), subject("ServiceAccount", "b", "bot")]));
        let names = |bindings: &Bindings, user: &str, groups: &[&str]| {
            let groups = groups.iter().map(|group| (*group).to_owned()).collect();
            let user = UserInfo { name: user.to_owned(), groups, ..UserInfo::default() };
            bindings.of_user(&user).map(|found| found.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&bindings, "zoe", &["dev"]), ["one", "one"]);
        assert_eq!(names(&bindings, "system:serviceaccount:a:bot", &[]), ["two"]);
        assert_eq!(names(&bindings, "system:serviceaccount:b:bot", &[]), ["two"]);
        assert!(names(&bindings, "system:serviceaccount:c:bot", &[]).is_empty());
        bindings.put(binding("one", vec![subject("User", "", "max")]));
        assert!(names(&bindings, "zoe", &["dev"]).is_empty());
        bindings.remove("one");
        bindings.remove("two");
        assert!(bindings.users.is_empty() && bindings.groups.is_empty());
    }
}
