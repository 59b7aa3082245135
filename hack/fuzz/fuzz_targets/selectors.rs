//! The target `selectors`, for cargo-fuzz.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kubeforge_fuzz::targets::selectors(data));
