//! Which changes matter (controller-runtime's pkg/predicate).

use std::{fmt, ops::Not, sync::Arc};

use kubeforge_machinery::{Resource, labels::Selector, meta::v1::ObjectMeta};

use super::Change;

/// Says which changes of objects matter. A function is one, too: `Predicate::new(|change| …)`.
pub struct Predicate<K>(Arc<Test<K>>);

type Test<K> = dyn Fn(&Change<'_, K>) -> bool + Send + Sync;

impl<K> Clone for Predicate<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K> fmt::Debug for Predicate<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Predicate")
    }
}

impl<K: 'static> Predicate<K> {
    /// Changes matter for which `matters` is true.
    pub fn new(matters: impl Fn(&Change<'_, K>) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(matters))
    }

    /// Whether a change matters.
    pub fn matters(&self, change: &Change<'_, K>) -> bool {
        (self.0)(change)
    }

    /// Changes that matter to both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new(move |change| self.matters(change) && other.matters(change))
    }

    /// Changes that matter to either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::new(move |change| self.matters(change) || other.matters(change))
    }
}

impl<K: 'static> Not for Predicate<K> {
    type Output = Self;

    /// Changes that don't matter to it.
    fn not(self) -> Self {
        Self::new(move |change| !self.matters(change))
    }
}

/// Updates that changed `metadata.generation`: of most kinds, those of the spec but not of status or metadata. Everything that
/// is no update matters.
pub fn generation_changed<K: Resource>() -> Predicate<K> {
    updates_that(|old, new| old.generation != new.generation)
}

/// Updates that changed anything; resyncs don't.
pub fn resource_version_changed<K: Resource>() -> Predicate<K> {
    updates_that(|old, new| old.resource_version != new.resource_version)
}

/// Updates that changed labels.
pub fn labels_changed<K: Resource>() -> Predicate<K> {
    updates_that(|old, new| old.labels != new.labels)
}

/// Updates that changed annotations.
pub fn annotations_changed<K: Resource>() -> Predicate<K> {
    updates_that(|old, new| old.annotations != new.annotations)
}

/// Changes of objects whose labels fit.
pub fn labels_match<K: Resource>(selector: Selector) -> Predicate<K> {
    Predicate::new(move |change: &Change<'_, K>| selector.matches(&change.object().object_meta().labels))
}

fn updates_that<K: Resource>(
    changed: impl Fn(&ObjectMeta, &ObjectMeta) -> bool + Send + Sync + 'static,
) -> Predicate<K> {
    Predicate::new(move |change: &Change<'_, K>| match change.old() {
        Some(old) => changed(old.object_meta(), change.object().object_meta()),
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{informer::Added, test_kind::Gadget};

    /// What a predicate is called, it, and a change that matters to it.
    type Case = (&'static str, Predicate<Gadget>, fn(&mut ObjectMeta));

    #[test]
    fn each_predicate_looks_at_its_part_of_an_update() {
        let change = |edit: fn(&mut ObjectMeta)| {
            let mut new = Gadget::named("n", "a").at(1);
            edit(&mut new.metadata);
            Arc::new(new)
        };
        let old = change(|_| {});
        let label = |meta: &mut ObjectMeta| drop(meta.labels.insert("app".to_owned(), "web".to_owned()));
        let cases: [Case; 5] = [
            ("generation", generation_changed(), |meta| meta.generation = 2),
            ("revision", resource_version_changed(), |meta| meta.resource_version = "2".to_owned()),
            ("labels", labels_changed(), label),
            ("annotations", annotations_changed(), |meta| drop(meta.annotations.insert(String::new(), String::new()))),
            ("selector", labels_match("app=web".parse().unwrap()), label),
        ];
        for (name, predicate, edit) in &cases {
            let matters = |new: &Arc<Gadget>| predicate.matters(&Change::Updated { old: &old, new });
            assert!(matters(&change(*edit)), "{name}");
            assert!(!matters(&old), "{name}, unchanged");
            let others =
                cases.iter().filter(|(other, ..)| other != name && !(*other == "labels" || *other == "selector"));
            for (other, _, edit) in others {
                assert!(!matters(&change(*edit)), "{name}, but {other} changed");
            }
            let created = Change::Created { object: &old, when: Added::Later };
            assert_eq!(predicate.matters(&created), *name != "selector", "{name}, created");
        }
    }

    #[test]
    fn predicates_combine() {
        let always = || Predicate::<Gadget>::new(|_| true);
        let object = Arc::new(Gadget::default());
        let change = Change::Created { object: &object, when: Added::Later };
        assert!(always().or(!always()).matters(&change));
        assert!(!always().and(!always()).matters(&change));
    }
}
