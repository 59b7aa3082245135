//! Version v1beta1 of the `gateway.networking.k8s.io` group.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod http_route;

#[rustfmt::skip]
pub mod generated;

pub use http_route::{
    HTTPRoute, HTTPRouteList, HTTPRouteSpec, HTTPRouteSpecParentRefs, HTTPRouteSpecRules,
    HTTPRouteSpecRulesBackendRefs, HTTPRouteSpecRulesBackendRefsFilters,
    HTTPRouteSpecRulesBackendRefsFiltersExtensionRef, HTTPRouteSpecRulesBackendRefsFiltersRequestHeaderModifier,
    HTTPRouteSpecRulesBackendRefsFiltersRequestHeaderModifierAdd, HTTPRouteSpecRulesBackendRefsFiltersRequestMirror,
    HTTPRouteSpecRulesBackendRefsFiltersRequestMirrorBackendRef,
    HTTPRouteSpecRulesBackendRefsFiltersRequestMirrorFraction, HTTPRouteSpecRulesBackendRefsFiltersRequestRedirect,
    HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectPath,
    HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectPathType,
    HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectScheme, HTTPRouteSpecRulesBackendRefsFiltersType,
    HTTPRouteSpecRulesBackendRefsFiltersUrlRewrite, HTTPRouteSpecRulesMatches, HTTPRouteSpecRulesMatchesHeaders,
    HTTPRouteSpecRulesMatchesHeadersType, HTTPRouteSpecRulesMatchesMethod, HTTPRouteSpecRulesMatchesPath,
    HTTPRouteSpecRulesMatchesPathType, HTTPRouteSpecRulesMatchesQueryParams, HTTPRouteSpecRulesTimeouts,
    HTTPRouteStatus, HTTPRouteStatusParents, HTTPRouteStatusParentsConditions, HTTPRouteStatusParentsConditionsStatus,
};
