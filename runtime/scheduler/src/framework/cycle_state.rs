//! What plugins remember between the extension points of one pod.

use std::any::Any;

/// A value of a plugin: anything that can be copied.
trait StateData: Any + Send + Sync {
    fn copy(&self) -> Box<dyn StateData>;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<T: Any + Clone + Send + Sync> StateData for T {
    fn copy(&self) -> Box<dyn StateData> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// What plugins remember between the extension points of one pod, by type: each plugin keeps values of types of its own.
///
/// What PreFilter and PreScore of plugins of [`Scope::Node`](super::Scope::Node) write is shared by all pods with the same
/// [`Signature`](super::Signature).
#[derive(Default)]
pub struct CycleState {
    /// Few, so a list is faster than a map.
    values: Vec<Box<dyn StateData>>,
    /// Those that end with the cycle.
    passing: Vec<Box<dyn StateData>>,
    skipped_filters: SkippedFilters,
    skipped_scores: u64,
}

/// Which filters have nothing to do, by their places in the profile.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SkippedFilters(u64);

impl SkippedFilters {
    pub(crate) const fn contains(self, place: usize) -> bool {
        self.0 & (1 << place) != 0
    }
}

impl CycleState {
    /// Keeps a value, in place of the one of the same type.
    pub fn write<T: Any + Clone + Send + Sync>(&mut self, value: T) {
        match self.read_mut::<T>() {
            Some(kept) => *kept = value,
            None => self.values.push(Box::new(value)),
        }
    }

    /// The same for a value that is of no use once a node is found: Reserve and what comes after it don't see it. It may
    /// share what is about to change then.
    pub fn write_for_cycle<T: Any + Clone + Send + Sync>(&mut self, value: T) {
        match self.read_mut::<T>() {
            Some(kept) => *kept = value,
            None => self.passing.push(Box::new(value)),
        }
    }

    /// A node is found.
    pub(crate) fn end_cycle(&mut self) {
        self.passing.clear();
    }

    /// The value of a type.
    pub fn read<T: Any + Clone + Send + Sync>(&self) -> Option<&T> {
        let mut all = self.passing.iter().chain(&self.values);
        all.find_map(|value| (**value).as_any().downcast_ref())
    }

    /// The value of a type, to change it.
    pub fn read_mut<T: Any + Clone + Send + Sync>(&mut self) -> Option<&mut T> {
        let mut all = self.passing.iter_mut().chain(&mut self.values);
        all.find_map(|value| (**value).as_any_mut().downcast_mut())
    }

    /// Notes that the filter at a place of the profile has nothing to do.
    pub(crate) const fn skip_filter(&mut self, place: usize) {
        self.skipped_filters.0 |= 1 << place;
    }

    /// Whether the filter at a place of the profile has nothing to do.
    pub(crate) const fn skips_filter(&self, place: usize) -> bool {
        self.skipped_filters.contains(place)
    }

    /// The filters that have nothing to do.
    pub(crate) const fn skipped_filters(&self) -> SkippedFilters {
        self.skipped_filters
    }

    /// Notes that the score at a place of the profile has nothing to do.
    pub(crate) const fn skip_score(&mut self, place: usize) {
        self.skipped_scores |= 1 << place;
    }

    /// Takes all notes on scores back.
    pub(crate) const fn unskip_scores(&mut self) {
        self.skipped_scores = 0;
    }

    /// Whether the score at a place of the profile has nothing to do.
    pub(crate) const fn skips_score(&self, place: usize) -> bool {
        self.skipped_scores & (1 << place) != 0
    }
}

impl Clone for CycleState {
    fn clone(&self) -> Self {
        Self {
            values: self.values.iter().map(|value| (**value).copy()).collect(),
            passing: self.passing.iter().map(|value| (**value).copy()).collect(),
            skipped_filters: self.skipped_filters,
            skipped_scores: self.skipped_scores,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_by_type_and_copies_share_nothing() {
        let mut state = CycleState::default();
        state.write(1_u8);
        state.write("text");
        let copy = state.clone();
        state.write(2_u8);
        assert_eq!((state.read::<u8>(), copy.read::<u8>()), (Some(&2), Some(&1)));
        assert_eq!((state.read::<&str>(), state.read::<u16>()), (Some(&"text"), None));
        state.write_for_cycle(3_u16);
        assert_eq!(state.clone().read::<u16>(), Some(&3));
        state.end_cycle();
        assert_eq!((state.read::<u8>(), state.read::<u16>()), (Some(&2), None));
    }
}
