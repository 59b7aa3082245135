//! The machinery crate under another path, and the same names for types of one's own.

mod vendored {
    pub mod machinery {
        pub use kubeforge_machinery::*;
    }
}

use kubeforge_derive::Api;
use vendored::machinery::meta::v1::ObjectMeta;

#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, group = "shop.example.com", version = "v1", crate = "crate::vendored::machinery")]
pub struct Gadget {
    pub metadata: ObjectMeta,
    pub time: Time,
}

#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(crate = "crate::vendored::machinery")]
pub struct Time {
    pub hours: i32,
}

fn main() {
    let gadget = Gadget { time: Time { hours: 3 }, ..Gadget::default() };
    let json = String::from_utf8(kubeforge_machinery::codec::to_json_vec(&gadget)).unwrap();
    assert_eq!(json, r#"{"metadata":{},"time":{"hours":3}}"#);
}
