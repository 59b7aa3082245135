//! Tests that arbitrary objects of each spoke come back from their hub as they were.

use proc_macro2::TokenStream;
use quote::quote;

use super::plan::{self, Direction, Pair, Plan};
use crate::{
    emit::{
        TypeIn, arbitrary,
        workspace::{ident, machinery, skips},
    },
    model::{Package, Type, snake_case},
};

/// A test for each spoke that arbitrary objects can be made of, behind the feature that makes them.
pub(super) fn emit(plan: &Plan<'_>) -> TokenStream {
    let tests: Vec<_> = plan.package.types.values().filter_map(|ty| test(plan, ty)).collect();
    if tests.is_empty() {
        return TokenStream::new();
    }
    let gate = arbitrary::feature();
    quote! {
        #[cfg(all(test, #gate))]
        mod round_trips {
            use super::*;
            #(#tests)*
        }
    }
}

fn test(plan: &Plan<'_>, ty: &Type) -> Option<TokenStream> {
    let spoke = TypeIn { package: plan.package, ty };
    let hub = plan::hub(spoke, plan.workspace)?;
    if !makes_arbitrary(plan.package, ty) {
        return None;
    }
    let machinery = machinery(plan.package);
    let [to_hub, from_hub] = Direction::BOTH.map(|to| ident(&plan.function(Pair { spoke, hub }, to)));
    let (test, name) = (ident(&snake_case(&ty.name)), ident(&ty.name));
    let assertion = match ty.kind.as_ref().and_then(|kind| kind.lossy.as_ref()) {
        None => quote!(comes_back),
        Some(_) => quote!(comes_back_the_second_time),
    };
    Some(quote! {
        #[test]
        fn #test() {
            #machinery::arbitrary::#assertion::<#name, _>(#to_hub, #from_hub);
        }
    })
}

fn makes_arbitrary(package: &Package, ty: &Type) -> bool {
    package.arbitrary && !skips(package, ty, arbitrary::NAME, "Arbitrary")
}
