//! Containers of pods.

use super::volume::{LOCAL_OBJECT_REFERENCE, OBJECT_FIELD_SELECTOR, RESOURCE_FIELD_SELECTOR};

super::types! {
    CONTAINER_PORT:
        "Name" "name" TEXT, "HostPort" "hostPort" NUMBER, "ContainerPort" "containerPort" NUMBER,
        "Protocol" "protocol" TEXT, "HostIP" "hostIP" TEXT;
    CONFIG_MAP_ENV_SOURCE:
        embedded(&LOCAL_OBJECT_REFERENCE), "Optional" "optional" NULLABLE;
    SECRET_ENV_SOURCE:
        embedded(&LOCAL_OBJECT_REFERENCE), "Optional" "optional" NULLABLE;
    ENV_FROM_SOURCE:
        "Prefix" "prefix" TEXT, "ConfigMapRef" "configMapRef" pointer(&CONFIG_MAP_ENV_SOURCE),
        "SecretRef" "secretRef" pointer(&SECRET_ENV_SOURCE);
    CONFIG_MAP_KEY_SELECTOR:
        embedded(&LOCAL_OBJECT_REFERENCE), "Key" "key" TEXT, "Optional" "optional" NULLABLE;
    SECRET_KEY_SELECTOR:
        embedded(&LOCAL_OBJECT_REFERENCE), "Key" "key" TEXT, "Optional" "optional" NULLABLE;
    FILE_KEY_SELECTOR:
        "VolumeName" "volumeName" TEXT, "Path" "path" TEXT, "Key" "key" TEXT, "Optional" "optional" NULLABLE;
    ENV_VAR_SOURCE:
        "FieldRef" "fieldRef" pointer(&OBJECT_FIELD_SELECTOR),
        "ResourceFieldRef" "resourceFieldRef" pointer(&RESOURCE_FIELD_SELECTOR),
        "ConfigMapKeyRef" "configMapKeyRef" pointer(&CONFIG_MAP_KEY_SELECTOR),
        "SecretKeyRef" "secretKeyRef" pointer(&SECRET_KEY_SELECTOR),
        "FileKeyRef" "fileKeyRef" pointer(&FILE_KEY_SELECTOR);
    ENV_VAR:
        "Name" "name" TEXT, "Value" "value" TEXT, "ValueFrom" "valueFrom" pointer(&ENV_VAR_SOURCE);
    RESOURCE_CLAIM:
        "Name" "name" TEXT, "Request" "request" TEXT;
    RESOURCE_REQUIREMENTS:
        "Limits" "limits" NULLABLE, "Requests" "requests" NULLABLE, "Claims" "claims" list(&RESOURCE_CLAIM);
    CONTAINER_RESIZE_POLICY:
        "ResourceName" "resourceName" TEXT, "RestartPolicy" "restartPolicy" TEXT;
    CONTAINER_RESTART_RULE_ON_EXIT_CODES:
        "Operator" "operator" TEXT, "Values" "values" NULLABLE;
    CONTAINER_RESTART_RULE:
        "Action" "action" TEXT, "ExitCodes" "exitCodes" pointer(&CONTAINER_RESTART_RULE_ON_EXIT_CODES);
    VOLUME_MOUNT:
        "Name" "name" TEXT, "ReadOnly" "readOnly" BOOL, "RecursiveReadOnly" "recursiveReadOnly" NULLABLE,
        "MountPath" "mountPath" TEXT, "SubPath" "subPath" TEXT, "MountPropagation" "mountPropagation" NULLABLE,
        "SubPathExpr" "subPathExpr" TEXT;
    VOLUME_DEVICE:
        "Name" "name" TEXT, "DevicePath" "devicePath" TEXT;
    EXEC_ACTION:
        "Command" "command" NULLABLE;
    HTTP_HEADER:
        "Name" "name" TEXT, "Value" "value" TEXT;
    HTTP_GET_ACTION:
        "Path" "path" TEXT, "Port" "port" NUMBER, "Host" "host" TEXT, "Scheme" "scheme" TEXT,
        "HTTPHeaders" "httpHeaders" list(&HTTP_HEADER);
    TCP_SOCKET_ACTION:
        "Port" "port" NUMBER, "Host" "host" TEXT;
    GRPC_ACTION:
        "Port" "port" NUMBER, "Service" "service" NULLABLE;
    PROBE_HANDLER:
        "Exec" "exec" pointer(&EXEC_ACTION), "HTTPGet" "httpGet" pointer(&HTTP_GET_ACTION),
        "TCPSocket" "tcpSocket" pointer(&TCP_SOCKET_ACTION), "GRPC" "grpc" pointer(&GRPC_ACTION);
    PROBE:
        embedded(&PROBE_HANDLER), "InitialDelaySeconds" "initialDelaySeconds" NUMBER,
        "TimeoutSeconds" "timeoutSeconds" NUMBER, "PeriodSeconds" "periodSeconds" NUMBER,
        "SuccessThreshold" "successThreshold" NUMBER, "FailureThreshold" "failureThreshold" NUMBER,
        "TerminationGracePeriodSeconds" "terminationGracePeriodSeconds" NULLABLE;
    SLEEP_ACTION:
        "Seconds" "seconds" NUMBER;
    LIFECYCLE_HANDLER:
        "Exec" "exec" pointer(&EXEC_ACTION), "HTTPGet" "httpGet" pointer(&HTTP_GET_ACTION),
        "TCPSocket" "tcpSocket" pointer(&TCP_SOCKET_ACTION), "Sleep" "sleep" pointer(&SLEEP_ACTION);
    LIFECYCLE:
        "PostStart" "postStart" pointer(&LIFECYCLE_HANDLER), "PreStop" "preStop" pointer(&LIFECYCLE_HANDLER),
        "StopSignal" "stopSignal" NULLABLE;
    CAPABILITIES:
        "Add" "add" NULLABLE, "Drop" "drop" NULLABLE;
    SE_LINUX_OPTIONS:
        "User" "user" TEXT, "Role" "role" TEXT, "Type" "type" TEXT, "Level" "level" TEXT;
    WINDOWS_SECURITY_CONTEXT_OPTIONS:
        "GMSACredentialSpecName" "gmsaCredentialSpecName" NULLABLE,
        "GMSACredentialSpec" "gmsaCredentialSpec" NULLABLE, "RunAsUserName" "runAsUserName" NULLABLE,
        "HostProcess" "hostProcess" NULLABLE;
    SECCOMP_PROFILE:
        "Type" "type" TEXT, "LocalhostProfile" "localhostProfile" NULLABLE;
    APP_ARMOR_PROFILE:
        "Type" "type" TEXT, "LocalhostProfile" "localhostProfile" NULLABLE;
    SECURITY_CONTEXT:
        "Capabilities" "capabilities" pointer(&CAPABILITIES), "Privileged" "privileged" NULLABLE,
        "SELinuxOptions" "seLinuxOptions" pointer(&SE_LINUX_OPTIONS),
        "WindowsOptions" "windowsOptions" pointer(&WINDOWS_SECURITY_CONTEXT_OPTIONS),
        "RunAsUser" "runAsUser" NULLABLE, "RunAsGroup" "runAsGroup" NULLABLE, "RunAsNonRoot" "runAsNonRoot" NULLABLE,
        "ReadOnlyRootFilesystem" "readOnlyRootFilesystem" NULLABLE,
        "AllowPrivilegeEscalation" "allowPrivilegeEscalation" NULLABLE, "ProcMount" "procMount" NULLABLE,
        "SeccompProfile" "seccompProfile" pointer(&SECCOMP_PROFILE),
        "AppArmorProfile" "appArmorProfile" pointer(&APP_ARMOR_PROFILE);
    CONTAINER:
        "Name" "name" TEXT, "Image" "image" TEXT, "Command" "command" NULLABLE, "Args" "args" NULLABLE,
        "WorkingDir" "workingDir" TEXT, "Ports" "ports" list(&CONTAINER_PORT),
        "EnvFrom" "envFrom" list(&ENV_FROM_SOURCE), "Env" "env" list(&ENV_VAR),
        "Resources" "resources" value(&RESOURCE_REQUIREMENTS),
        "ResizePolicy" "resizePolicy" list(&CONTAINER_RESIZE_POLICY), "RestartPolicy" "restartPolicy" NULLABLE,
        "RestartPolicyRules" "restartPolicyRules" list(&CONTAINER_RESTART_RULE),
        "VolumeMounts" "volumeMounts" list(&VOLUME_MOUNT), "VolumeDevices" "volumeDevices" list(&VOLUME_DEVICE),
        "LivenessProbe" "livenessProbe" pointer(&PROBE), "ReadinessProbe" "readinessProbe" pointer(&PROBE),
        "StartupProbe" "startupProbe" pointer(&PROBE), "Lifecycle" "lifecycle" pointer(&LIFECYCLE),
        "TerminationMessagePath" "terminationMessagePath" TEXT,
        "TerminationMessagePolicy" "terminationMessagePolicy" TEXT, "ImagePullPolicy" "imagePullPolicy" TEXT,
        "SecurityContext" "securityContext" pointer(&SECURITY_CONTEXT), "Stdin" "stdin" BOOL,
        "StdinOnce" "stdinOnce" BOOL, "TTY" "tty" BOOL;
    EPHEMERAL_CONTAINER_COMMON:
        "Name" "name" TEXT, "Image" "image" TEXT, "Command" "command" NULLABLE, "Args" "args" NULLABLE,
        "WorkingDir" "workingDir" TEXT, "Ports" "ports" list(&CONTAINER_PORT),
        "EnvFrom" "envFrom" list(&ENV_FROM_SOURCE), "Env" "env" list(&ENV_VAR),
        "Resources" "resources" value(&RESOURCE_REQUIREMENTS),
        "ResizePolicy" "resizePolicy" list(&CONTAINER_RESIZE_POLICY), "RestartPolicy" "restartPolicy" NULLABLE,
        "RestartPolicyRules" "restartPolicyRules" list(&CONTAINER_RESTART_RULE),
        "VolumeMounts" "volumeMounts" list(&VOLUME_MOUNT), "VolumeDevices" "volumeDevices" list(&VOLUME_DEVICE),
        "LivenessProbe" "livenessProbe" pointer(&PROBE), "ReadinessProbe" "readinessProbe" pointer(&PROBE),
        "StartupProbe" "startupProbe" pointer(&PROBE), "Lifecycle" "lifecycle" pointer(&LIFECYCLE),
        "TerminationMessagePath" "terminationMessagePath" TEXT,
        "TerminationMessagePolicy" "terminationMessagePolicy" TEXT, "ImagePullPolicy" "imagePullPolicy" TEXT,
        "SecurityContext" "securityContext" pointer(&SECURITY_CONTEXT), "Stdin" "stdin" BOOL,
        "StdinOnce" "stdinOnce" BOOL, "TTY" "tty" BOOL;
    EPHEMERAL_CONTAINER:
        embedded(&EPHEMERAL_CONTAINER_COMMON), "TargetContainerName" "targetContainerName" TEXT;
}
