//! IP addresses and CIDR blocks in fields older than strict checking. Knows no kinds.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::schema::custom;
use crate::schema::place::Place;
use crate::schema::refusal::Cause;
use crate::schema::report::Report as _;

/// Reads an address as Go's tolerant parser does: leading zeros are dropped.
fn sloppy(text: &str) -> Option<IpAddr> {
    if !custom::is_ip(text) {
        return None;
    }
    if let Ok(ip) = text.parse() {
        return Some(ip);
    }
    let mut octets = [0_u8; 4];
    for (slot, part) in octets.iter_mut().zip(text.split('.')) {
        *slot = part.trim_start_matches('0').parse().unwrap_or(0);
    }
    Some(Ipv4Addr::from(octets).into())
}

const fn mapped(ip: IpAddr) -> Option<Ipv4Addr> {
    match ip {
        IpAddr::V6(ip) => ip.to_ipv4_mapped(),
        IpAddr::V4(_) => None,
    }
}

/// Whether an address is written in a way every parser reads alike.
fn strict(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// Whether an address is an IPv6 one.
pub(crate) fn is_ipv6(text: &str) -> bool {
    sloppy(text).is_some_and(|ip| ip.is_ipv6() && mapped(ip).is_none())
}

/// Checks an address; what was there before is left alone.
pub(crate) fn ip<'a>(text: &str, at: &Place<'_>, before: impl IntoIterator<Item = &'a str>, causes: &mut Vec<Cause>) {
    if before.into_iter().any(|old| old == text) {
        return;
    }
    match (sloppy(text), strict(text)) {
        (None, _) => causes.invalid(at, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
        (_, None) => causes.invalid(at, text, "must not have leading 0s"),
        (_, Some(ip)) if mapped(ip).is_some() => {
            causes.invalid(at, text, "must not be an IPv4-mapped IPv6 address");
        }
        _ => {}
    }
}

/// Warns of an address in an unusual form.
pub(crate) fn ip_warning(text: &str, at: &Place<'_>) -> Option<String> {
    let ip = sloppy(text)?;
    match strict(text) {
        None => Some(format!("{at}: non-standard IP address \"{text}\" is invalid: use \"{ip}\"")),
        Some(strict) => match (strict, mapped(strict)) {
            (_, Some(ip)) => Some(format!("{at}: non-standard IP address \"{text}\" is invalid: use \"{ip}\"")),
            (IpAddr::V6(ip), None) if ip.to_string() != text => {
                Some(format!("{at}: IPv6 address \"{text}\" should be in RFC 5952 canonical format (\"{ip}\")"))
            }
            _ => None,
        },
    }
}

/// An address that other machines can reach.
pub(crate) fn endpoint_ip(text: &str, at: &Place<'_>, causes: &mut Vec<Cause>) {
    let Some(ip) = sloppy(text) else {
        causes.invalid(at, text, "must be a valid IP address");
        return;
    };
    let ip = mapped(ip).map_or(ip, IpAddr::V4);
    if ip.is_unspecified() {
        causes.invalid(at, text, &format!("may not be unspecified ({text})"));
    }
    if ip.is_loopback() {
        causes.invalid(at, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    let (unicast, multicast) = match ip {
        IpAddr::V4(ip) => (ip.is_link_local(), matches!(ip.octets(), [224, 0, 0, _])),
        IpAddr::V6(ip) => {
            let head = ip.segments()[0];
            (head & 0xffc0 == 0xfe80, head & 0xff0f == 0xff02)
        }
    };
    if unicast {
        causes.invalid(at, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    if multicast {
        causes.invalid(at, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
}

struct Block {
    ip: IpAddr,
    bits: u32,
    is_strict: bool,
}

fn block(text: &str) -> Option<Block> {
    let (address, length) = text.split_once('/')?;
    let ip = sloppy(address)?;
    if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let bits: u32 = length.parse().ok()?;
    let most = if ip.is_ipv4() { 32 } else { 128 };
    let is_strict = strict(address).is_some() && (length == "0" || !length.starts_with('0'));
    (bits <= most).then_some(Block { ip, bits, is_strict })
}

impl Block {
    /// The first address of the block.
    fn network(&self) -> IpAddr {
        match self.ip {
            IpAddr::V4(ip) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                Ipv4Addr::from(u32::from(ip) & mask).into()
            }
            IpAddr::V6(ip) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                Ipv6Addr::from(u128::from(ip) & mask).into()
            }
        }
    }
}

/// Whether a text is an address, in whatever form.
pub(crate) fn is_ip(text: &str) -> bool {
    sloppy(text).is_some()
}

/// Whether a text is a CIDR block, in whatever form.
pub(crate) fn is_cidr(text: &str) -> bool {
    block(text).is_some()
}

/// Whether a CIDR block is a smaller part of another; nothing when one of them is none.
pub(crate) fn is_within(part: &str, whole: &str) -> Option<bool> {
    let (part, whole) = (block(part)?, block(whole)?);
    let first = Block { ip: part.network(), bits: whole.bits, is_strict: true };
    let fits = part.ip.is_ipv4() == whole.ip.is_ipv4() && first.network() == whole.network();
    Some(fits && whole.bits < part.bits)
}

/// Checks a CIDR block; what was there before is left alone.
pub(crate) fn cidr<'a>(text: &str, at: &Place<'_>, before: impl IntoIterator<Item = &'a str>, causes: &mut Vec<Cause>) {
    if before.into_iter().any(|old| old == text) {
        return;
    }
    match block(text) {
        None => causes.invalid(at, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
        Some(block) if !block.is_strict => {
            causes.invalid(at, text, "must not have leading 0s in IP or prefix length");
        }
        Some(block) if mapped(block.ip).is_some() => {
            causes.invalid(at, text, "must not have an IPv4-mapped IPv6 address");
        }
        Some(block) if block.network() != block.ip => {
            causes.invalid(at, text, "must not have bits set beyond the prefix length");
        }
        Some(_) => {}
    }
}

/// Warns of a CIDR block in an unusual form.
pub(crate) fn cidr_warnings(text: &str, at: &Place<'_>) -> Vec<String> {
    let Some(block) = block(text) else { return Vec::new() };
    let mut warnings = Vec::new();
    let network = format!("{}/{}", block.network(), block.bits);
    if block.network() != block.ip {
        let whole = if block.ip.is_ipv4() { 32 } else { 128 };
        let single = format!("{}/{whole}", block.ip);
        warnings.push(format!(
            "{at}: CIDR value \"{text}\" is ambiguous in this context (should be \"{network}\" or \"{single}\"?)"
        ));
    }
    if !block.is_strict || mapped(block.ip).is_some() {
        warnings.push(format!("{at}: non-standard CIDR value \"{text}\" is invalid: use \"{network}\""));
    }
    let canonical = format!("{}/{}", block.ip, block.bits);
    if warnings.is_empty() && block.ip.is_ipv6() && canonical != text {
        warnings
            .push(format!("{at}: IPv6 CIDR value \"{text}\" should be in RFC 5952 canonical format (\"{canonical}\")"));
    }
    warnings
}

/// Whether a list holds one address of each family.
pub(crate) fn is_dual_stack<'a>(texts: impl IntoIterator<Item = &'a str>) -> bool {
    let (mut v4, mut v6) = (false, false);
    for text in texts {
        let address = text.split('/').next().unwrap_or_default();
        if is_ipv6(address) {
            v6 = true;
        } else {
            v4 = true;
        }
    }
    v4 && v6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_parsers_read_differently_are_refused() {
        let place = Place::new("ip");
        let told = |text: &str| {
            let mut causes = Vec::new();
            ip(text, &place, [], &mut causes);
            causes.into_iter().map(|cause| cause.message).collect::<Vec<_>>()
        };
        assert!(told("10.0.0.1").is_empty() && told("fe80::1").is_empty());
        assert_eq!(told("010.0.0.1"), ["Invalid value: \"010.0.0.1\": must not have leading 0s"]);
        assert_eq!(
            told("::ffff:1.2.3.4"),
            ["Invalid value: \"::ffff:1.2.3.4\": must not be an IPv4-mapped IPv6 address"]
        );
        assert_eq!(told("x").len(), 1);
        let mut causes = Vec::new();
        ip("x", &place, ["x"], &mut causes);
        assert!(causes.is_empty(), "what was stored stays");
    }

    #[test]
    fn blocks_must_begin_at_their_first_address() {
        let place = Place::new("cidr");
        let told = |text: &str| {
            let mut causes = Vec::new();
            cidr(text, &place, [], &mut causes);
            causes.len()
        };
        assert_eq!(told("10.0.0.0/8"), 0);
        assert_eq!(told("10.0.0.1/8"), 1);
        assert_eq!(told("10.0.0.0/08"), 1);
        assert_eq!(told("10.0.0.0/33"), 1);
        assert_eq!(told("fe80::/10"), 0);
        assert_eq!(
            cidr_warnings("10.0.0.1/8", &place),
            [
                "cidr: CIDR value \"10.0.0.1/8\" is ambiguous in this context (should be \"10.0.0.0/8\" or \"10.0.0.1/32\"?)"
            ]
        );
    }
}
