//! Whether names and other texts have their proper form, and whether objects keep to the rules of their definitions.
//!
//! Each check of a text returns what is wrong, in apimachinery's words; nothing if all is well. Checks that take a
//! [`Path`](crate::field::Path) return whole field errors. The rules that a type's markers state are in
//! [`declarative`]; the generator writes an implementation of [`Validate`] from them.

mod checks;
pub mod declarative;
mod ip;
mod messages;
mod metadata;
mod names;
mod texts;

pub use checks::{CheckContext, Checks, FinalizerNames, MetadataOnUpdate, NameRule};
pub use declarative::{FeatureGates, Findings, Validate, ValidationContext};
pub use ip::{
    canonical_ip, is_valid_cidr, is_valid_cidr_sloppy, is_valid_ip, is_valid_ip_sloppy, parse_cidr, parse_ip,
};
pub use messages::{EMPTY, max_bytes, max_length, out_of_range, regex};
pub use metadata::{ANNOTATIONS_BYTES_MAX, annotations, labels};
pub use names::{
    DNS1035_LABEL_LENGTH_MAX, DNS1123_LABEL_LENGTH_MAX, DNS1123_SUBDOMAIN_LENGTH_MAX, LABEL_VALUE_LENGTH_MAX,
    is_dns1035_label, is_dns1123_label, is_dns1123_subdomain, is_dns1123_subdomain_caseless,
    is_dns1123_subdomain_with_underscore, is_domain_prefixed_key, is_domain_prefixed_path,
    is_fully_qualified_domain_name, is_fully_qualified_name, is_label_value, is_path_segment_name, is_qualified_name,
    is_wildcard_dns1123_subdomain,
};
pub use texts::{
    is_c_identifier, is_config_map_key, is_env_var_name, is_http_header_name, is_in_range, is_percent, is_port_name,
    is_port_number, is_relaxed_env_var_name, is_user_or_group_id,
};
