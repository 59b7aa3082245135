//! Ways to read and write objects.

use std::{hint::black_box, marker::PhantomData};

use divan::Bencher;
use kubeforge_machinery::{
    codec::{JsonWriter, from_json_slice, from_proto_slice, to_proto_vec},
    object::{Kind, Object},
};
use serde::{Serialize, de::DeserializeOwned};

/// A wire form as one implementation knows it.
pub(crate) trait Form {
    /// What it decodes into.
    type Value;

    /// Reads a value; says what is wrong with the bytes where it can't.
    fn decode(bytes: &[u8]) -> Result<Self::Value, String>;

    /// Writes a value.
    fn encode(value: &Self::Value) -> Vec<u8>;
}

/// A form, with its type forgotten.
#[derive(Clone, Copy)]
pub struct Contestant {
    /// Measures the reading of bytes.
    pub decode: fn(Bencher<'_, '_>, &[u8]),
    /// Measures the writing of what the bytes say.
    pub encode: fn(Bencher<'_, '_>, &[u8]),
    /// Reads bytes and writes them again.
    pub recode: fn(&[u8]) -> Result<Vec<u8>, String>,
}

impl Contestant {
    pub(crate) const fn of<F: Form>() -> Self {
        Self { decode: decode::<F>, encode: encode::<F>, recode: recode::<F> }
    }
}

fn decode<F: Form>(bencher: Bencher<'_, '_>, bytes: &[u8]) {
    bencher.bench_local(|| drop(black_box(F::decode(black_box(bytes)))));
}

fn encode<F: Form>(bencher: Bencher<'_, '_>, bytes: &[u8]) {
    // bytes that are not read are noticed by the tests
    if let Ok(value) = F::decode(bytes) {
        bencher.bench_local(|| drop(black_box(F::encode(black_box(&value)))));
    }
}

fn recode<F: Form>(bytes: &[u8]) -> Result<Vec<u8>, String> {
    F::decode(bytes).map(|value| F::encode(&value))
}

/// JSON, by our codec.
pub(crate) struct OurJson<T>(PhantomData<T>);

impl<T: Kind> Form for OurJson<T> {
    type Value = T;

    fn decode(bytes: &[u8]) -> Result<T, String> {
        from_json_slice(bytes).map_err(|err| err.to_string())
    }

    fn encode(value: &T) -> Vec<u8> {
        let mut w = JsonWriter::new();
        Object::write_json(value, &mut w);
        w.into_bytes()
    }
}

/// Protobuf, by our codec.
pub(crate) struct OurProto<T>(PhantomData<T>);

impl<T: Kind> Form for OurProto<T> {
    type Value = T;

    fn decode(bytes: &[u8]) -> Result<T, String> {
        from_proto_slice(bytes).map_err(|err| err.to_string())
    }

    fn encode(value: &T) -> Vec<u8> {
        to_proto_vec(value)
    }
}

/// JSON, by serde_json and the implementations of serde's traits that a type has.
pub(crate) struct SerdeJson<T>(PhantomData<T>);

impl<T: Serialize + DeserializeOwned> Form for SerdeJson<T> {
    type Value = T;

    fn decode(bytes: &[u8]) -> Result<T, String> {
        serde_json::from_slice(bytes).map_err(|err| err.to_string())
    }

    fn encode(value: &T) -> Vec<u8> {
        serde_json::to_vec(value).unwrap_or_default()
    }
}

/// Protobuf, by prost.
pub(crate) struct Prost<T>(PhantomData<T>);

impl<T: prost::Message + Default> Form for Prost<T> {
    type Value = T;

    fn decode(bytes: &[u8]) -> Result<T, String> {
        T::decode(bytes).map_err(|err| err.to_string())
    }

    fn encode(value: &T) -> Vec<u8> {
        value.encode_to_vec()
    }
}
