//! Claims and devices as errors show them.

use kubeforge_api::resource::v1::{
    AllocationConfigSource, AllocationResult, CELDeviceSelector, CapacityRequirements, DeviceAllocationConfiguration,
    DeviceAllocationMode, DeviceAllocationResult, DeviceAttribute, DeviceClaim, DeviceClaimConfiguration,
    DeviceConstraint, DeviceRequest, DeviceRequestAllocationResult, DeviceSelector, DeviceSubRequest,
    DeviceTaintEffect, DeviceToleration, DeviceTolerationOperator, ExactDeviceRequest, OpaqueDeviceConfiguration,
    ResourceClaimSpec, ResourceClaimTemplateSpec,
};
use kubeforge_machinery::{RawExtension, meta::v1::ObjectMeta};

use crate::common::{Internal, Value, internal};

internal!(DeviceAllocationMode, DeviceTolerationOperator, DeviceTaintEffect, AllocationConfigSource);
internal!(
    ResourceClaimTemplateSpec { "metadata": metadata, "Spec": spec }
    ResourceClaimSpec { "Devices": devices }
    DeviceClaim { "Requests": requests, "Constraints": constraints, "Config": config }
    DeviceRequest { "Name": name, "Exactly": exactly, "FirstAvailable": first_available }
    ExactDeviceRequest {
        "DeviceClassName": device_class_name,
        "Selectors": selectors,
        "AllocationMode": allocation_mode,
        "Count": count,
        "AdminAccess": admin_access,
        "Tolerations": tolerations,
        "Capacity": capacity,
    }
    DeviceSubRequest {
        "Name": name,
        "DeviceClassName": device_class_name,
        "Selectors": selectors,
        "AllocationMode": allocation_mode,
        "Count": count,
        "Tolerations": tolerations,
        "Capacity": capacity,
    }
    CapacityRequirements { "Requests": requests }
    DeviceSelector { "CEL": cel }
    CELDeviceSelector { "Expression": expression }
    DeviceToleration {
        "Key": key,
        "Operator": operator,
        "Value": value,
        "Effect": effect,
        "TolerationSeconds": toleration_seconds,
    }
    DeviceConstraint {
        "Requests": requests, "MatchAttribute": match_attribute, "DistinctAttribute": distinct_attribute,
    }
    DeviceClaimConfiguration { "Requests": requests, "Opaque": device_configuration.opaque }
    OpaqueDeviceConfiguration { "Driver": driver, "Parameters": parameters }
    AllocationResult {
        "Devices": devices, "NodeSelector": node_selector, "AllocationTimestamp": allocation_timestamp,
    }
    DeviceAllocationResult { "Results": results, "Config": config }
    DeviceAllocationConfiguration {
        "Source": source, "Requests": requests, "Opaque": device_configuration.opaque,
    }
    DeviceRequestAllocationResult {
        "Request": request,
        "Driver": driver,
        "Pool": pool,
        "Device": device,
        "AdminAccess": admin_access,
        "Tolerations": tolerations,
        "BindingConditions": binding_conditions,
        "BindingFailureConditions": binding_failure_conditions,
        "ShareID": share_id,
        "ConsumedCapacity": consumed_capacity,
    }
    DeviceAttribute {
        "IntValue": int,
        "BoolValue": bool,
        "StringValue": string,
        "VersionValue": version,
        "IntValues": ints,
        "BoolValues": bools,
        "StringValues": strings,
        "VersionValues": versions,
    }
);

/// Free JSON is shown as it came.
impl Internal for RawExtension {
    fn internal(&self) -> Value {
        if self.is_null() { Value::Null } else { Value::Plain(String::from_utf8_lossy(self.raw()).into_owned()) }
    }
}

/// Of a template's metadata only labels and annotations can be there. The names are those of JSON, as everywhere.
impl Internal for ObjectMeta {
    fn internal(&self) -> Value {
        let parts = [("labels", &self.labels), ("annotations", &self.annotations)];
        let given = parts.into_iter().filter(|(_, values)| !values.is_empty());
        Value::Object(given.map(|(name, values)| (name.to_owned(), values.internal())).collect())
    }
}
