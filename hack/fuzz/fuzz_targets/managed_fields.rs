//! The target `managed_fields`, for cargo-fuzz.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kubeforge_fuzz::targets::managed_fields(data));
