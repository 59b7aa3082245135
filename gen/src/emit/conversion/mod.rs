//! Conversions of spokes to and from their hubs.
//!
//! A kind with `spoke_of` and its hub are a pair; so are the structs that fields of one name in a pair hold, where they
//! have the same name or `converts_to` says that they belong together. A pair gets one function in each direction:
//!
//! - Fields of one name (or that `converts_to` joins) are moved where their types are the same, and converted where
//!   they are an enum or text on both sides or hold a pair, be it in a box, an option, a list or a map.
//! - All other fields differ: the function leaves them empty and calls the function of the same name in the package's
//!   `conversion.rs`, which must exist; it sees the whole value and may change the other fields as well. One that
//!   exists is called even if nothing differs.
//!
//! | module | decides |
//! |---|---|
//! | `plan` | which pairs there are, and what their functions are called |
//! | `relation` | how a value of one type becomes one of another |
//! | `fields` | which fields of a pair belong together, and which differ |
//! | `function` | the code of a pair's functions |
//! | `round_trips` | the tests that objects come back from the hub as they were |
//! | `missing` | which functions must be written by hand and are not; markers that lead nowhere |

mod fields;
mod function;
mod missing;
mod plan;
mod relation;
mod round_trips;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    EmitError, TypeIn, Workspace,
    workspace::{ident, machinery},
};
use crate::model::Package;
use plan::{Direction, Pair, Plan};

pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let plan = Plan::of(package, workspace);
    let errors = missing::errors(&plan);
    if !errors.is_empty() {
        return Err(errors);
    }
    if plan.pairs().next().is_none() {
        return Ok(TokenStream::new());
    }
    let machinery = machinery(package);
    let functions = plan.pairs().flat_map(|pair| Direction::BOTH.map(|to| function::function(&plan, pair, to)));
    let round_trips = round_trips::emit(&plan);
    Ok(quote! {
        use #machinery::ConversionError;
        #[allow(unused_imports)]
        use #machinery::expansion::convert_list;
        #(#functions)*
        #round_trips
    })
}

/// The functions that convert a kind to and from its hub.
pub(super) struct KindConversion<'a> {
    /// The hub.
    pub(super) hub: TypeIn<'a>,
    /// In the package's `generated::conversion`.
    pub(super) to_hub: Ident,
    /// In the package's `generated::conversion`.
    pub(super) from_hub: Ident,
}

/// The functions of a spoke; `None` where the kind is none, or its hub is not in the run.
pub(super) fn of_kind<'a>(of: TypeIn<'a>, workspace: &'a Workspace) -> Option<KindConversion<'a>> {
    let hub = plan::hub(of, workspace)?;
    let plan = Plan::of(of.package, workspace);
    let [to_hub, from_hub] = Direction::BOTH.map(|to| ident(&plan.function(Pair { spoke: of, hub }, to)));
    Some(KindConversion { hub, to_hub, from_hub })
}
