//! Room in lists that are read.

/// From this size on elements are large.
const LARGE_BYTES: usize = 64;

/// Makes room for one more element. Objects live long and their lists are short: a pod has one container, which takes a
/// kilobyte, and room for four would quadruple it. So lists of large elements grow by half instead of from 0 to 4 and by
/// doubling.
pub(super) fn make_room<T>(list: &mut Vec<T>) -> &mut Vec<T> {
    if size_of::<T>() >= LARGE_BYTES && list.len() == list.capacity() {
        list.reserve_exact((list.len() / 2).max(1));
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lists_of_large_elements_have_no_room_to_spare() {
        let mut list: Vec<[u8; LARGE_BYTES]> = Vec::new();
        let mut capacities = Vec::new();
        for _ in 0..6 {
            make_room(&mut list).push([0; LARGE_BYTES]);
            capacities.push(list.capacity());
        }
        assert_eq!(capacities, [1, 2, 3, 4, 6, 6]);
        let mut list: Vec<u8> = Vec::new();
        make_room(&mut list).push(0);
        assert!(list.capacity() > 1, "small elements may");
    }
}
