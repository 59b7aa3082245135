//! Node ports that services have must be theirs.

use kubeforge_api::core::v1::Service;

use super::Repair;
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
}
