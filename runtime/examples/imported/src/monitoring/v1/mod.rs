//! Version v1 of the `monitoring.coreos.com` group.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod service_monitor;

#[rustfmt::skip]
pub mod generated;

pub use service_monitor::{
    ServiceMonitor, ServiceMonitorList, ServiceMonitorSpec, ServiceMonitorSpecAttachMetadata,
    ServiceMonitorSpecEndpoints, ServiceMonitorSpecEndpointsAuthorization,
    ServiceMonitorSpecEndpointsAuthorizationCredentials, ServiceMonitorSpecEndpointsBasicAuth,
    ServiceMonitorSpecEndpointsMetricRelabelings, ServiceMonitorSpecEndpointsMetricRelabelingsAction,
    ServiceMonitorSpecEndpointsOauth2, ServiceMonitorSpecEndpointsOauth2ClientId,
    ServiceMonitorSpecEndpointsOauth2ClientIdConfigMap, ServiceMonitorSpecEndpointsOauth2TlsConfig,
    ServiceMonitorSpecEndpointsOauth2TlsConfigMaxVersion, ServiceMonitorSpecEndpointsOauth2TlsConfigMinVersion,
    ServiceMonitorSpecEndpointsScheme, ServiceMonitorSpecEndpointsTlsConfig, ServiceMonitorSpecFallbackScrapeProtocol,
    ServiceMonitorSpecNamespaceSelector, ServiceMonitorSpecScrapeProtocols, ServiceMonitorSpecSelector,
    ServiceMonitorSpecSelectorMatchExpressions, ServiceMonitorSpecSelectorMechanism, ServiceMonitorStatus,
    ServiceMonitorStatusBindings, ServiceMonitorStatusBindingsConditions, ServiceMonitorStatusBindingsConditionsType,
    ServiceMonitorStatusBindingsGroup, ServiceMonitorStatusBindingsResource,
};
