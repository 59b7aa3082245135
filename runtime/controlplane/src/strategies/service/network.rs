//! Ranges that services get their addresses from.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use kubeforge_api::core::v1::IPFamily;
use kubeforge_machinery::validation::parse_cidr;

/// A network whose addresses can be given away, all but its own and, of IPv4, the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    base: IpAddr,
    length: u8,
}

impl Network {
    /// Reads CIDR notation; bits beyond the prefix count as zero.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, length) = parse_cidr(text)?;
        let base = match address {
            IpAddr::V4(v4) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask))
            }
            IpAddr::V6(v6) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask))
            }
        };
        Some(Self { base, length })
    }

    /// What its addresses are.
    pub(super) fn family(&self) -> IPFamily {
        if self.base.is_ipv4() { IPFamily::IPv4 } else { IPFamily::IPv6 }
    }

    /// Its own address, which names it.
    pub(super) fn base(&self) -> IpAddr {
        self.base
    }

    /// How many addresses there are to give away; more than can be counted are as many as can.
    pub(super) fn size(&self) -> u128 {
        let (bits, kept) = if self.base.is_ipv4() { (32, 2) } else { (128, 1) };
        1u128.checked_shl(bits - u32::from(self.length)).unwrap_or(u128::MAX).saturating_sub(kept)
    }

    /// The address so far from its own.
    pub(super) fn at(&self, offset: u128) -> IpAddr {
        match self.base {
            IpAddr::V4(base) => {
                let offset = u32::try_from(offset).unwrap_or(u32::MAX);
                Ipv4Addr::from_bits(base.to_bits().wrapping_add(offset)).into()
            }
            IpAddr::V6(base) => Ipv6Addr::from_bits(base.to_bits().wrapping_add(offset)).into(),
        }
    }

    /// Whether the address is one to give away.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        let offset = match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => address.to_bits().checked_sub(base.to_bits()).map(u128::from),
            (IpAddr::V6(base), IpAddr::V6(address)) => address.to_bits().checked_sub(base.to_bits()),
            _ => None,
        };
        offset.is_some_and(|offset| (1..=self.size()).contains(&offset))
    }

    /// How many of the first addresses are left to those who ask for a certain one, as long as there are others.
    pub(super) fn static_band(&self) -> u128 {
        let total = self.size().saturating_add(if self.base.is_ipv4() { 2 } else { 1 });
        if total <= 16 { 0 } else { (total / 16).clamp(16, 256) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_of_ipv4_the_last_address_are_not_given_away() {
        let network = Network::parse("10.96.0.0/30").unwrap();
        let given = ["10.96.0.0", "10.96.0.1", "10.96.0.2", "10.96.0.3", "10.96.0.4"]
            .map(|address| network.contains(address.parse().unwrap()));
        assert_eq!(given, [false, true, true, false, false]);
        let network = Network::parse("fd00::/126").unwrap();
        assert!(network.contains("fd00::3".parse().unwrap()) && !network.contains("fd00::".parse().unwrap()));
        assert!(Network::parse("::/0").unwrap().contains("fd00::3".parse().unwrap()));
        assert_eq!(Network::parse("10.96.0.0/16").unwrap().static_band(), 256);
    }
}
