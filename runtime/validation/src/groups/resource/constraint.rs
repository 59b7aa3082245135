//! What devices of several requests must have in common, or not.

use kubeforge_api::resource::v1::DeviceConstraint;
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{claim::REQUESTS_MAX, lists::each_unique, names::fully_qualified_name, request::RequestNames};

pub(super) fn check(constraint: &DeviceConstraint, names: &RequestNames<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let requests = path.child("requests");
    each_unique(&constraint.requests, REQUESTS_MAX, Clone::clone, &requests, errors, |it, path, errors| {
        names.check_reference(it, path, errors);
    });
    match (&constraint.match_attribute, &constraint.distinct_attribute) {
        (Some(name), _) => fully_qualified_name(name, &path.child("matchAttribute"), errors),
        (None, Some(name)) => fully_qualified_name(name, &path.child("distinctAttribute"), errors),
        (None, None) => {
            let text = "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are \
                        set";
            errors.push(Error::required(path, text));
        }
    }
}
