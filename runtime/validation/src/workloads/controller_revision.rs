//! Controller revisions, which never change but for their number. Follows pkg/apis/apps/validation.

use kubeforge_api::apps::v1::ControllerRevision;
use kubeforge_machinery::{
    RawExtension,
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate},
};

use crate::{
    BuiltIn,
    common::{immutable, non_negative},
};

const DATA: Path<'static> = Path::new("data");

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, revision: &ControllerRevision| validate(revision))
        .update(|_: &CheckContext<'_>, new: &ControllerRevision, old: &ControllerRevision| {
            let mut errors = validate(new);
            immutable(&new.data, &old.data, &DATA, &mut errors);
            errors
        })
        .metadata_on_update(MetadataOnUpdate::Whole);
    all.add("apps", "controllerrevisions", checks);
}

fn validate(revision: &ControllerRevision) -> ErrorList {
    let mut errors = ErrorList::new();
    if revision.data == RawExtension::default() {
        errors.push(Error::required(&DATA, "data is mandatory"));
    }
    non_negative(revision.revision, &Path::new("revision"), &mut errors);
    errors
}
