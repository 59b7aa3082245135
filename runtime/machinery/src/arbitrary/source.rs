//! Where choices come from.

use super::Arbitrary;
use crate::string_enum::StringEnum;

/// Bounds of what a [`Source`] makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep lists, maps and pointers may nest.
    pub depth: u32,
    /// How many optional values, elements of lists and entries of maps there may be in all.
    pub values: u32,
}

impl Default for Limits {
    /// Deep enough for every field of every built-in kind, and a few kilobytes of JSON.
    fn default() -> Self {
        Self { depth: 12, values: 600 }
    }
}

/// Choices: bytes that are used up, or an endless sequence from a seed.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    input: Input<'a>,
    depth_left: u32,
    values_left: u32,
    depth: u32,
}

#[derive(Clone, Debug)]
enum Input<'a> {
    Bytes(&'a [u8]),
    Seed(u64),
}

impl<'a> Source<'a> {
    /// Choices from bytes; where they end, every choice is the smallest.
    pub fn from_bytes(bytes: &'a [u8]) -> Self {
        Self::new(Input::Bytes(bytes))
    }

    /// Endless choices that depend on the seed alone.
    pub fn from_seed(seed: u64) -> Self {
        Self::new(Input::Seed(seed))
    }

    fn new(input: Input<'a>) -> Self {
        let Limits { depth, values } = Limits::default();
        Self { input, depth_left: depth, values_left: values, depth: 0 }
    }

    /// The same choices within other bounds.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { depth_left: limits.depth, values_left: limits.values, ..self }
    }

    /// A byte; 0 where there are none left.
    pub fn byte(&mut self) -> u8 {
        self.bytes::<1>()[0]
    }

    /// So many bytes, each 0 where there are none left.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut taken = [0; N];
        match &mut self.input {
            Input::Bytes(bytes) => {
                let (now, later) = bytes.split_at(N.min(bytes.len()));
                taken[..now.len()].copy_from_slice(now);
                *bytes = later;
            }
            Input::Seed(state) => taken.iter_mut().for_each(|byte| *byte = (split_mix(state) >> 56) as u8),
        }
        taken
    }

    /// A number below `end`, which is at most 256; 0 if `end` is.
    pub fn below(&mut self, end: usize) -> usize {
        if end < 2 { 0 } else { usize::from(self.byte()) % end }
    }

    /// One of the options; the first is the simplest. There must be one.
    pub fn choose<'o, T>(&mut self, options: &'o [T]) -> &'o T {
        &options[self.below(options.len())]
    }

    /// A value of any type.
    pub fn any<T: Arbitrary>(&mut self) -> T {
        T::arbitrary(self)
    }

    /// A value of a closed set of texts, or, sometimes, outside of it.
    pub fn string_enum<T: StringEnum>(&mut self) -> T {
        let at = self.below(T::VALUES.len() + 2);
        match at.checked_sub(2) {
            Some(at) => T::from(T::VALUES[at]),
            // no value is the simplest
            None if at == 0 => T::from(""),
            None => T::from(self.any::<String>().as_str()),
        }
    }

    /// A value that may be absent, below the one being made: ever rarer the deeper it is.
    pub fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.has_room() && self.byte() > self.rarity()).then(|| self.nested(make))
    }

    /// A few elements of a list or a map, below the one being made.
    pub fn elements<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> impl Iterator<Item = T> {
        const COUNT_MAX: u8 = 4;
        let count = match self.has_room().then(|| self.byte()) {
            Some(byte) if byte > self.rarity() => 1 + byte % COUNT_MAX,
            _ => 0,
        };
        (0..count).map_while(move |_| self.has_room().then(|| self.nested(&mut make)))
    }

    fn has_room(&self) -> bool {
        self.depth_left > 0 && self.values_left > 0
    }

    /// Bytes above this make something optional be there.
    fn rarity(&self) -> u8 {
        const BY_DEPTH: [u8; 8] = [127, 127, 140, 160, 180, 200, 215, 225];
        BY_DEPTH[(self.depth as usize).min(BY_DEPTH.len() - 1)]
    }

    /// Makes a value one level deeper. It may take a third of what is left, so that what comes later gets its share.
    fn nested<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.values_left -= 1;
        let share = (self.values_left / 3).max(4).min(self.values_left);
        let kept = self.values_left - share;
        self.values_left = share;
        (self.depth, self.depth_left) = (self.depth + 1, self.depth_left - 1);
        let value = make(self);
        (self.depth, self.depth_left) = (self.depth - 1, self.depth_left + 1);
        self.values_left += kept;
        value
    }
}

/// The next number of the sequence that is known as SplitMix64.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
