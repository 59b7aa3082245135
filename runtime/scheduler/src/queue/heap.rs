//! A heap whose order is a plugin's.

/// A binary heap; the order is given with each call, and must always be the same.
#[derive(Debug)]
pub(super) struct Heap<T> {
    items: Vec<T>,
}

impl<T> Default for Heap<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<T> Heap<T> {
    /// The first item.
    pub(super) fn first(&self) -> Option<&T> {
        self.items.first()
    }

    /// Adds an item.
    pub(super) fn push(&mut self, item: T, less: impl Fn(&T, &T) -> bool) {
        self.items.push(item);
        let mut child = self.items.len() - 1;
        while child > 0 {
            let parent = (child - 1) / 2;
            if !self.is_less(child, parent, &less) {
                break;
            }
            self.items.swap(child, parent);
            child = parent;
        }
    }

    /// Takes the first item.
    pub(super) fn pop(&mut self, less: impl Fn(&T, &T) -> bool) -> Option<T> {
        if self.items.is_empty() {
            return None;
        }
        let first = self.items.swap_remove(0);
        let mut parent = 0;
        loop {
            let children = [2 * parent + 1, 2 * parent + 2];
            let mut least = parent;
            for child in children {
                if self.is_less(child, least, &less) {
                    least = child;
                }
            }
            if least == parent {
                return Some(first);
            }
            self.items.swap(parent, least);
            parent = least;
        }
    }

    fn is_less(&self, first: usize, second: usize, less: impl Fn(&T, &T) -> bool) -> bool {
        match (self.items.get(first), self.items.get(second)) {
            (Some(first), Some(second)) => less(first, second),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_in_order() {
        let mut heap = Heap::default();
        for item in [5, 3, 8, 1, 9, 2, 2, 7] {
            heap.push(item, |a, b| a < b);
        }
        let sorted: Vec<_> = std::iter::from_fn(|| heap.pop(|a, b| a < b)).collect();
        assert_eq!(sorted, [1, 2, 2, 3, 5, 7, 8, 9]);
    }
}
