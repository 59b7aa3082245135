//! The target `unstructured`, for cargo-fuzz.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kubeforge_fuzz::targets::unstructured(data));
