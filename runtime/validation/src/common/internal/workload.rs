//! What controllers of pods are told, but for their templates.

super::types! {
    ROLLING_UPDATE_DEPLOYMENT:
        "MaxUnavailable" "maxUnavailable" NUMBER, "MaxSurge" "maxSurge" NUMBER;
    DEPLOYMENT_STRATEGY:
        "Type" "type" TEXT, "RollingUpdate" "rollingUpdate" pointer(&ROLLING_UPDATE_DEPLOYMENT);
    ROLLING_UPDATE_STATEFUL_SET_STRATEGY:
        "Partition" "partition" NUMBER, "MaxUnavailable" "maxUnavailable" NULLABLE;
    STATEFUL_SET_UPDATE_STRATEGY:
        "Type" "type" TEXT, "RollingUpdate" "rollingUpdate" pointer(&ROLLING_UPDATE_STATEFUL_SET_STRATEGY);
    ROLLING_UPDATE_DAEMON_SET:
        "MaxUnavailable" "maxUnavailable" NUMBER, "MaxSurge" "maxSurge" NUMBER;
    DAEMON_SET_UPDATE_STRATEGY:
        "Type" "type" TEXT, "RollingUpdate" "rollingUpdate" pointer(&ROLLING_UPDATE_DAEMON_SET);
    SUCCESS_POLICY_RULE:
        "SucceededIndexes" "succeededIndexes" NULLABLE, "SucceededCount" "succeededCount" NULLABLE;
    SUCCESS_POLICY:
        "Rules" "rules" given_list(&SUCCESS_POLICY_RULE);
    POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT:
        "ContainerName" "containerName" NULLABLE, "Operator" "operator" TEXT, "Values" "values" GIVEN;
    POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN:
        "Type" "type" TEXT, "Status" "status" TEXT;
    POD_FAILURE_POLICY_RULE:
        "Action" "action" TEXT, "OnExitCodes" "onExitCodes" pointer(&POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT),
        "OnPodConditions" "onPodConditions" list(&POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN);
    POD_FAILURE_POLICY:
        "Rules" "rules" given_list(&POD_FAILURE_POLICY_RULE);
    UNCOUNTED_TERMINATED_PODS:
        "Succeeded" "succeeded" NULLABLE, "Failed" "failed" NULLABLE;
    POD_DISRUPTION_BUDGET_SPEC:
        "MinAvailable" "minAvailable" NULLABLE, "Selector" "selector" NULLABLE,
        "MaxUnavailable" "maxUnavailable" NULLABLE,
        "UnhealthyPodEvictionPolicy" "unhealthyPodEvictionPolicy" NULLABLE;
}
