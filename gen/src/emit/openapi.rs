use proc_macro2::TokenStream;

use super::{EmitError, Workspace};
use crate::model::Package;

pub(super) fn emit(_package: &Package, _workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    Ok(TokenStream::new())
}
