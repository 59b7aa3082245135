//! Fuzz targets: what reads bytes that strangers send must not panic, overflow its stack, take memory out of proportion
//! or hang, whatever the bytes.
//!
//! | module | holds |
//! |---|---|
//! | [`targets`] | one function for each target, from bytes to nothing or a panic |
//! | [`seeds`] | inputs to begin with: encodings of arbitrary objects, Kubernetes' test objects, known villains |
//! | [`mutate`] | changes of bytes, of words and of structure |
//! | [`memory`] | an allocator that counts |
//! | [`worker`] | runs a target on mutated seeds, one stack of a server's thread at a time |
//!
//! The targets run in two ways. `hack/fuzz/run` needs nothing but a stable toolchain: the binary `fuzz` mutates seeds
//! blindly, and watches memory, stack and time itself. cargo-fuzz, where it is installed, runs them under libFuzzer.

pub mod memory;
pub mod mutate;
pub mod seeds;
pub mod targets;
pub mod worker;
