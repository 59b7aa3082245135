//! Version v1 of the `networking.istio.io` group.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod destination_rule;

#[rustfmt::skip]
pub mod generated;

pub use destination_rule::{
    DestinationRule, DestinationRuleList, DestinationRuleSpec, DestinationRuleSpecSubsets,
    DestinationRuleSpecSubsetsTrafficPolicy, DestinationRuleSpecSubsetsTrafficPolicyConnectionPool,
    DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolHttp,
    DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolHttpH2UpgradePolicy,
    DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolTcp,
    DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolTcpTcpKeepalive,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancer,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHash,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashHttpCookie,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashHttpCookieAttributes,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashMaglev,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashRingHash,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerLocalityLbSetting,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerLocalityLbSettingDistribute,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerLocalityLbSettingFailover,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerSimple,
    DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerWarmup, DestinationRuleSpecSubsetsTrafficPolicyOutlierDetection,
    DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettings,
    DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsPort,
    DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsTls,
    DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsTlsMode,
    DestinationRuleSpecSubsetsTrafficPolicyProxyProtocol, DestinationRuleSpecSubsetsTrafficPolicyProxyProtocolVersion,
    DestinationRuleSpecSubsetsTrafficPolicyTunnel, DestinationRuleSpecWorkloadSelector, DestinationRuleStatus,
    DestinationRuleStatusConditions, DestinationRuleStatusValidationMessages,
    DestinationRuleStatusValidationMessagesLevel, DestinationRuleStatusValidationMessagesType,
};
