//! The CRD that the generator wrote is the one that the type gives.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use kubeforge_example_shop::v1::Gadget;
use kubeforge_machinery::{
    crd::{self, CustomResource as _},
    yaml,
};

#[test]
fn file_and_type_agree() {
    let file = yaml::to_value(include_bytes!("../crds/shop.example.com_gadgets.yaml")).unwrap();
    // the type says no group: gen.toml does
    assert_eq!(file["spec"]["group"], "shop.example.com");
    assert_eq!(crd::check(&file), []);
    assert_eq!(file, Gadget::crd().unwrap());
}
