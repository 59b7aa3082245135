//! Node ports that services have must be theirs.

use std::collections::{BTreeSet, HashMap};

use kubeforge_api::core::v1::Service;
use kubeforge_storage::storage::StorageError;

use super::{Cause, PASSES_BEFORE_RELEASE, Repair, Stored};
use crate::strategies::service::allocator::{Claim, held_by};

impl Repair {
    pub(super) fn repair_ports(&self, service: &Service) {
        let range = self.allocator.ports();
        for port in held_by(service).ports {
            let (reason, message) = if !range.contains(&port) {
                let (first, last) = (range.start(), range.end());
                let text = format!("Port {port} is not within the port range {first}-{last}; please recreate service");
                ("PortOutOfRange", text)
            } else {
                match self.allocator.claim_port(port, &service.metadata.uid) {
                    Claim::Held => continue,
                    Claim::Missing => ("PortNotAllocated", format!("Port {port} is not allocated; repairing")),
                    Claim::Foreign => {
                        let text = format!("Port {port} was assigned to multiple services; please recreate service");
                        ("PortAlreadyAllocated", text)
                    }
                }
            };
            self.warn(&self.port_events, service, [reason, "PortAllocation"], message);
        }
    }

    /// Brings the record that other servers see in line with the services. What no service has is free again once that was
    /// so for a while: another server may be about to store the service.
    pub(super) async fn repair_record(&mut self, cause: Cause, stored: &Stored) -> Result<(), StorageError> {
        let Some(record) = self.allocator.record() else { return Ok(()) };
        let range = self.allocator.ports();
        let used = stored.services().flat_map(|service| held_by(service).ports);
        let mut ports: BTreeSet<i32> = used.filter(|port| range.contains(port)).collect();
        let seen = record.read().await?;
        let mut leaks = HashMap::new();
        for port in seen.ports.difference(&ports) {
            let passes = self.port_leaks.get(port).copied().unwrap_or_default() + u32::from(cause == Cause::Time);
            if passes < PASSES_BEFORE_RELEASE {
                leaks.insert(*port, passes);
            } else {
                tracing::warn!(port, "no service has the node port that was given out: it is free again");
            }
        }
        ports.extend(leaks.keys());
        self.port_leaks = leaks;
        if seen.is_absent() || seen.ports != ports {
            // where another server wrote it meanwhile, the next pass looks again
            record.replace(seen, &ports).await?;
        }
        Ok(())
    }
}
