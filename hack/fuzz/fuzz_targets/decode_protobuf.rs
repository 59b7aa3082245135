//! The target `decode_protobuf`, for cargo-fuzz.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kubeforge_fuzz::targets::decode_protobuf(data));
