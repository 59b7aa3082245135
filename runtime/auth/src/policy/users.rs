//! Cluster roles for people: what to bind in a namespace or the whole cluster.

use super::data::{EMPTY, RoleData, on, paths};

pub(super) const ROLES: &[RoleData] = &[
    RoleData { name: "admin", gathers: "admin", rules: &[], ..EMPTY },
    RoleData { name: "cluster-admin", rules: &[on("*", "*", "*"), paths("*", "*")], ..EMPTY },
    RoleData { name: "edit", joins: "admin", gathers: "edit", rules: &[] },
    RoleData {
        name: "system:aggregate-to-admin",
        joins: "admin",
        rules: &[
            on("create", "authorization.k8s.io", "localsubjectaccessreviews"),
            on(
                "create delete deletecollection get list patch update watch",
                "rbac.authorization.k8s.io",
                "rolebindings roles",
            ),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:aggregate-to-edit",
        joins: "edit",
        rules: &[
            on("get list watch", "core", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
            on("impersonate", "core", "serviceaccounts"),
            on(
                "create delete deletecollection patch update",
                "core",
                "pods pods/attach pods/exec pods/portforward pods/proxy",
            ),
            on("create", "core", "pods/eviction"),
            on(
                "create delete deletecollection patch update",
                "core",
                "configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
            ),
            on("create", "core", "serviceaccounts/token"),
            on("create delete deletecollection patch update", "core events.k8s.io", "events"),
            on(
                "create delete deletecollection patch update",
                "apps",
                "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
            ),
            on("create delete deletecollection patch update", "autoscaling", "horizontalpodautoscalers"),
            on("create delete deletecollection patch update", "batch", "cronjobs jobs"),
            on(
                "create delete deletecollection patch update",
                "extensions",
                "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale",
            ),
            on("create delete deletecollection patch update", "policy", "poddisruptionbudgets"),
            on("create delete deletecollection patch update", "networking.k8s.io", "ingresses networkpolicies"),
            on("create delete deletecollection get list patch update watch", "coordination.k8s.io", "leases"),
            on(
                "create delete deletecollection patch update",
                "resource.k8s.io",
                "resourceclaims resourceclaimtemplates",
            ),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:aggregate-to-view",
        joins: "view",
        rules: &[
            on(
                "get list watch",
                "core",
                "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
            ),
            on(
                "get list watch",
                "core",
                "bindings limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
            ),
            on("get list watch", "core", "namespaces"),
            on("get list watch", "core events.k8s.io", "events"),
            on("get list watch", "discovery.k8s.io", "endpointslices"),
            on(
                "get list watch",
                "apps",
                "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
            ),
            on("get list watch", "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
            on("get list watch", "batch", "cronjobs cronjobs/status jobs jobs/status"),
            on(
                "get list watch",
                "extensions",
                "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale",
            ),
            on("get list watch", "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
            on("get list watch", "networking.k8s.io", "ingresses ingresses/status networkpolicies"),
            on("get list watch", "resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates"),
        ],
        ..EMPTY
    },
    RoleData { name: "view", joins: "edit", gathers: "view", rules: &[] },
];
