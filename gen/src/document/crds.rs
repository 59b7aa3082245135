//! CustomResourceDefinitions.

use std::ops::Range;

use super::{TextFile, Written};
use crate::{
    emit::{
        Workspace,
        crd::{CustomResource, definitions},
    },
    yaml,
};

/// A file for each kind that has a version in the range, named by group and plural as controller-gen does. Other
/// versions may be of packages beyond the range.
pub(super) fn emit(workspace: &Workspace, range: Range<usize>) -> Written {
    let file = |CustomResource { file_name, group, definition }| {
        let text = yaml::to_string(&definition);
        TextFile { path: file_name, text, from: group }
    };
    Ok(definitions(workspace, range)?.into_iter().map(file).collect())
}
