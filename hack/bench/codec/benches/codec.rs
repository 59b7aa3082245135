//! The benchmark: for each form and direction a group, in it a contestant, in it a kind. See the crate's documentation.

use divan::Bencher;
use kubeforge_codec_bench::{Case, cases};

fn main() {
    divan::main();
}

#[divan::bench_group]
mod json_decode {
    use super::{Bencher, Case, cases};

    #[divan::bench(args = cases())]
    fn kubeforge(bencher: Bencher<'_, '_>, case: &Case) {
        (case.our_json.decode)(bencher, &case.json);
    }

    #[divan::bench(args = cases())]
    fn k8s_openapi(bencher: Bencher<'_, '_>, case: &Case) {
        (case.serde_json.decode)(bencher, &case.json);
    }
}

#[divan::bench_group]
mod json_encode {
    use super::{Bencher, Case, cases};

    #[divan::bench(args = cases())]
    fn kubeforge(bencher: Bencher<'_, '_>, case: &Case) {
        (case.our_json.encode)(bencher, &case.json);
    }

    #[divan::bench(args = cases())]
    fn k8s_openapi(bencher: Bencher<'_, '_>, case: &Case) {
        (case.serde_json.encode)(bencher, &case.json);
    }
}

#[divan::bench_group]
mod proto_decode {
    use super::{Bencher, Case, cases};

    #[divan::bench(args = cases())]
    fn kubeforge(bencher: Bencher<'_, '_>, case: &Case) {
        (case.our_proto.decode)(bencher, &case.proto);
    }

    #[divan::bench(args = cases())]
    fn prost(bencher: Bencher<'_, '_>, case: &Case) {
        (case.prost.decode)(bencher, &case.proto);
    }
}

#[divan::bench_group]
mod proto_encode {
    use super::{Bencher, Case, cases};

    #[divan::bench(args = cases())]
    fn kubeforge(bencher: Bencher<'_, '_>, case: &Case) {
        (case.our_proto.encode)(bencher, &case.proto);
    }

    #[divan::bench(args = cases())]
    fn prost(bencher: Bencher<'_, '_>, case: &Case) {
        (case.prost.encode)(bencher, &case.proto);
    }
}
