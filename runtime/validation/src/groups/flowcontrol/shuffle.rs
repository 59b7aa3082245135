//! How much of a hash it takes to deal a flow its hand of queues.

/// As many bits as the hash has that the server deals by.
pub(super) const ENTROPY_BITS_MAX: u32 = 60;

/// How many bits tell apart all hands of this size from so many queues, estimated as if each queue could be dealt twice.
pub(super) fn entropy_bits(queues: i32, hand_size: i32) -> u32 {
    let bits = f64::from(queues).log2() * f64::from(hand_size);
    // counted up to, as a number this large is only compared with the few bits there are
    (0..=ENTROPY_BITS_MAX).find(|whole| f64::from(*whole) >= bits).unwrap_or(ENTROPY_BITS_MAX + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_need_bits() {
        assert_eq!(entropy_bits(64, 8), 48);
        assert_eq!(entropy_bits(128, 6), 42);
        assert!(entropy_bits(512, 8) > ENTROPY_BITS_MAX);
    }
}
