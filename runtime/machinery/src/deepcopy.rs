//! Copies that reuse what the target already holds.

use std::collections::BTreeMap;

/// A value that can be copied into another of its type.
///
/// [`Clone`] makes a new copy; `deep_copy_into` overwrites one, keeping its strings', lists' and boxes' allocations.
/// Nothing is shared between the two afterwards. Generated for every API type.
pub trait DeepCopy: Clone {
    /// Overwrites `target` with a copy of `self`.
    fn deep_copy_into(&self, target: &mut Self);
}

macro_rules! by_clone_from {
    ($($type:ty),*) => {
        $(impl DeepCopy for $type {
            fn deep_copy_into(&self, target: &mut Self) {
                target.clone_from(self);
            }
        })*
    };
}

by_clone_from!(String, bool, i32, i64, u32, f64);

impl<T: DeepCopy> DeepCopy for Option<T> {
    fn deep_copy_into(&self, target: &mut Self) {
        match (self, target) {
            (Some(from), Some(to)) => from.deep_copy_into(to),
            (from, to) => *to = from.clone(),
        }
    }
}

impl<T: DeepCopy> DeepCopy for Box<T> {
    fn deep_copy_into(&self, target: &mut Self) {
        (**self).deep_copy_into(target);
    }
}

impl<T: DeepCopy> DeepCopy for Vec<T> {
    fn deep_copy_into(&self, target: &mut Self) {
        target.truncate(self.len());
        // plain loops: adapters of iterators are ten times the code, for every type
        let (common, rest) = self.split_at(target.len());
        let mut kept = target.iter_mut();
        for value in common {
            if let Some(onto) = kept.next() {
                value.deep_copy_into(onto);
            }
        }
        target.reserve(rest.len());
        for value in rest {
            target.push(value.clone());
        }
    }
}

impl<T: DeepCopy> DeepCopy for BTreeMap<String, T> {
    fn deep_copy_into(&self, target: &mut Self) {
        target.retain(|key, _| self.contains_key(key));
        for (key, from) in self {
            match target.get_mut(key) {
                Some(to) => from.deep_copy_into(to),
                None => {
                    target.insert(key.clone(), from.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_maps_become_equal_whatever_the_target_held() {
        let from = vec!["a".to_owned(), "b".to_owned()];
        for held in [vec![], vec!["x".to_owned()], vec!["x".to_owned(), "y".into(), "z".into()]] {
            let mut target = held;
            from.deep_copy_into(&mut target);
            assert_eq!(target, from);
        }
        let from = BTreeMap::from([("a".to_owned(), Some(1)), ("b".to_owned(), None)]);
        let mut target = BTreeMap::from([("b".to_owned(), Some(2)), ("c".to_owned(), Some(3))]);
        from.deep_copy_into(&mut target);
        assert_eq!(target, from);
    }

    #[test]
    fn a_string_keeps_its_allocation() {
        let mut target = vec![String::with_capacity(100)];
        let before = target[0].as_ptr();
        vec!["short".to_owned()].deep_copy_into(&mut target);
        assert_eq!(target[0].as_ptr(), before);
    }
}
