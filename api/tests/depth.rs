//! Objects as deep as codecs take them fit on the stacks that a server's threads have, also in debug builds, and are read
//! from every encoding that they are written in.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::result_large_err,
    reason = "a test may panic, and says what it skips; errors are few"
)]

use std::thread;

use kubeforge_machinery::{
    Scheme, SchemeBuilder,
    codec::{MediaType, Strictness, decode, encode},
};

/// What tokio gives its threads.
const STACK_BYTES: usize = 2 << 20;

/// A definition with a schema in a schema, so many times; each level is `open` and `close`.
fn nested(open: &str, close: &str, depth: usize) -> String {
    format!(
        r#"{{"kind":"CustomResourceDefinition","apiVersion":"apiextensions.k8s.io/v1","spec":{{"versions":[{{"schema":{{"openAPIV3Schema":{}{{}}{}}}}}]}}}}"#,
        open.repeat(depth),
        close.repeat(depth)
    )
}

/// The deepest definition of this sort that JSON reading takes goes through every codec, copies, comparison and
/// defaults.
fn check_deepest(scheme: &Scheme, open: &str, close: &str) {
    let read = |depth: usize| {
        let document = nested(open, close, depth);
        let decoded = decode(scheme, MediaType::Json, document.as_bytes(), None, Strictness::Strict);
        decoded.map(|decoded| decoded.object).map_err(|err| err.to_string())
    };
    let depth = (1..400).take_while(|depth| read(*depth).is_ok()).count();
    assert!((100..300).contains(&depth), "{open} may nest {depth} deep");
    assert!(read(depth + 1).unwrap_err().contains("exceeded max depth"), "{open}");
    assert!(read(100_000).is_err());
    let mut object = read(depth).unwrap();
    for media in MediaType::ALL {
        let bytes = encode(object.as_ref(), media).unwrap();
        let decoded = decode(scheme, media, &bytes, None, Strictness::Strict)
            .unwrap_or_else(|err| panic!("{depth} times {open} in {media}: {err}"));
        assert!(decoded.object.equals(object.as_ref()), "{open} in {media}");
    }
    let copy = object.deep_copy_object();
    object.set_defaults();
    assert!(format!("{copy:?}").len() > depth);
}

#[test]
fn the_deepest_objects_fit_on_a_servers_stack() {
    let test = || {
        let mut builder = SchemeBuilder::new("tests");
        kubeforge_api::apiextensions::v1::generated::register(&mut builder);
        let scheme = builder.build();
        check_deepest(&scheme, r#"{"not":"#, "}");
        check_deepest(&scheme, r#"{"items":"#, "}");
        check_deepest(&scheme, r#"{"additionalProperties":"#, "}");
        check_deepest(&scheme, r#"{"properties":{"a":"#, "}}");
        check_deepest(&scheme, r#"{"allOf":["#, "]}");
        check_deepest(&scheme, r#"{"dependencies":{"a":"#, "}}");
    };
    thread::Builder::new().stack_size(STACK_BYTES).spawn(test).unwrap().join().unwrap();
}
