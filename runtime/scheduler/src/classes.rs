//! The classes of pods that were met lately.

use std::{
    collections::{HashMap, HashSet, hash_map::RandomState},
    hash::BuildHasher,
};

use crate::{
    class::Class,
    columns::Columns,
    framework::{PodInfo, Profile, Signature},
    node_order::Sampling,
};

/// How many rows all classes may have together; with five scores about 50 bytes each.
const ROWS_MAX: usize = 2 << 20;
/// So many classes are kept however many rows they have.
const CLASSES_MIN: usize = 8;
/// So many classes are kept at most.
const CLASSES_MAX: usize = 512;
/// So many signatures are remembered that were met once.
const MET_MAX: usize = 4096;

struct Kept {
    class: Class,
    used: u64,
}

/// The classes of pods that were met lately.
#[derive(Default)]
pub(crate) struct Classes {
    kept: HashMap<Signature, Kept>,
    /// The last class that is of use to one pod only.
    single: Option<Class>,
    /// Hashes of the signatures that were met once.
    met: HashSet<u64>,
    hasher: RandomState,
    clock: u64,
}

impl Classes {
    /// The class of a pod, up to date. Where there was no such pod lately, perhaps only of as many nodes as are enough.
    pub(crate) fn of(
        &mut self,
        profile: &Profile,
        pod: &PodInfo,
        columns: &Columns,
        search: Option<Sampling<'_>>,
    ) -> &Class {
        let is_met = self.kept.contains_key(pod.signature());
        let Some(search) = search.filter(|_| !is_met && self.is_first(pod)) else {
            return self.whole(profile, pod, columns);
        };
        let used = self.single.take();
        self.single.insert(Class::partial(used, profile, pod, columns, search))
    }

    /// The class that was last asked for, of which so many nodes too few are known that can take the pod.
    pub(crate) fn extended(
        &mut self,
        profile: &Profile,
        pod: &PodInfo,
        columns: &Columns,
        search: Sampling<'_>,
        missing: usize,
    ) -> &Class {
        match self.single.take().filter(Class::is_partial) {
            Some(mut class) => {
                class.extend(profile, pod, columns.snapshot(), search, missing);
                self.single.insert(class)
            }
            None => self.whole(profile, pod, columns),
        }
    }

    /// Whether there was no such pod lately; from now on there was.
    fn is_first(&mut self, pod: &PodInfo) -> bool {
        if self.met.len() >= MET_MAX {
            self.met.clear();
        }
        self.met.insert(self.hasher.hash_one(pod.signature()))
    }

    /// The class of a pod, up to date, for all nodes.
    pub(crate) fn whole(&mut self, profile: &Profile, pod: &PodInfo, columns: &Columns) -> &Class {
        self.clock += 1;
        // the borrow checker does not see that an early return ends the borrow, hence the two look-ups
        if !self.kept.contains_key(pod.signature()) {
            let class = Class::new(profile, pod, columns);
            if class.is_narrow() {
                return self.single.insert(class);
            }
            self.make_room(columns.snapshot().rows_len());
            let used = self.clock;
            return &self.kept.entry(pod.signature().clone()).or_insert(Kept { class, used }).class;
        }
        let used = self.clock;
        let kept = self.kept.entry(pod.signature().clone());
        let kept = kept.or_insert_with(|| Kept { class: Class::new(profile, pod, columns), used });
        kept.used = used;
        kept.class.update(profile, pod, columns);
        &kept.class
    }

    /// Drops the class that was not used for longest where there are too many.
    fn make_room(&mut self, rows: usize) {
        let classes_max = (ROWS_MAX / rows.max(1)).clamp(CLASSES_MIN, CLASSES_MAX);
        while self.kept.len() >= classes_max {
            let Some(oldest) = self.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(key, _)| key.clone()) else {
                return;
            };
            self.kept.remove(&oldest);
        }
    }
}
