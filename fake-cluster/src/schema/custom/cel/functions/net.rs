//! Addresses and networks, read as strictly as Go's `net/netip` reads them. Knows no names of hosts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::eval::{Answer, Stop, error, no_overload};
use super::super::value::Val;
use crate::schema::text::quote;

/// What texts are asked about addresses.
pub(super) fn of_text(name: &str, text: &str, rest: &[Val]) -> Option<Answer> {
    if !rest.is_empty() {
        return None;
    }
    match name {
        "isIP" => Some(Ok(Val::Bool(address(text).is_ok()))),
        "ip" => Some(address(text).map(Val::Ip).map_err(error)),
        "ip.isCanonical" => Some(address(text).map(|ip| Val::Bool(ip.to_string() == text)).map_err(error)),
        "isCIDR" => Some(Ok(Val::Bool(network(text).is_ok()))),
        "cidr" => Some(read_network(text).map(|(ip, bits)| Val::Cidr(ip, bits))),
        _ => None,
    }
}

fn read_network(text: &str) -> Result<(IpAddr, u8), Stop> {
    network(text).map_err(|why| error(format!("network address parse error during conversion from string: {why}")))
}

pub(super) fn of_ip(name: &str, ip: IpAddr, rest: &[Val]) -> Option<Answer> {
    if !rest.is_empty() {
        return None;
    }
    Some(Ok(match name {
        "family" => Val::Int(if ip.is_ipv4() { 4 } else { 6 }),
        "isUnspecified" => Val::Bool(ip.is_unspecified()),
        "isLoopback" => Val::Bool(ip.is_loopback()),
        "isLinkLocalMulticast" => Val::Bool(is_link_local_multicast(ip)),
        "isLinkLocalUnicast" => Val::Bool(is_link_local_unicast(ip)),
        "isGlobalUnicast" => Val::Bool(
            !ip.is_unspecified()
                && !ip.is_loopback()
                && !ip.is_multicast()
                && !is_link_local_unicast(ip)
                && ip != IpAddr::V4(Ipv4Addr::BROADCAST),
        ),
        _ => return None,
    }))
}

fn is_link_local_multicast(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => matches!(ip.octets(), [224, 0, 0, _]),
        IpAddr::V6(ip) => ip.segments().first().is_some_and(|first| first & 0xff0f == 0xff02),
    }
}

fn is_link_local_unicast(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

pub(super) fn of_cidr(name: &str, ip: IpAddr, bits: u8, rest: &[Val]) -> Option<Answer> {
    match (name, rest) {
        ("ip", []) => Some(Ok(Val::Ip(ip))),
        ("prefixLength", []) => Some(Ok(Val::Int(bits.into()))),
        ("masked", []) => Some(Ok(Val::Cidr(masked(ip, bits), bits))),
        ("containsIP", [other]) => Some(contains_ip(ip, bits, other)),
        ("containsCIDR", [other]) => Some(contains_network(ip, bits, other)),
        _ => None,
    }
}

fn contains_ip(ip: IpAddr, bits: u8, other: &Val) -> Answer {
    let other = match other {
        Val::Ip(other) => *other,
        Val::Text(text) => address(text).map_err(error)?,
        _ => return Err(no_overload()),
    };
    Ok(Val::Bool(ip.is_ipv4() == other.is_ipv4() && masked(ip, bits) == masked(other, bits)))
}

fn contains_network(ip: IpAddr, bits: u8, other: &Val) -> Answer {
    let (other, inner) = match other {
        Val::Cidr(other, inner) => (*other, *inner),
        Val::Text(text) => read_network(text)?,
        _ => return Err(no_overload()),
    };
    let same = ip.is_ipv4() == other.is_ipv4() && masked(ip, bits) == masked(other, bits);
    Ok(Val::Bool(same && bits <= inner))
}

/// The first bits of an address, and nothing after them.
fn masked(ip: IpAddr, bits: u8) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits.into())).unwrap_or_default();
            IpAddr::V4(Ipv4Addr::from_bits(ip.to_bits() & mask))
        }
        IpAddr::V6(ip) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(bits.into())).unwrap_or_default();
            IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & mask))
        }
    }
}

// === Reading ===

/// Reads an address: no zones, no zeros before numbers, no IPv4 in the clothes of IPv6.
fn address(text: &str) -> Result<IpAddr, String> {
    if let (true, Some((before, zone))) = (text.contains(':'), text.split_once('%'))
        && !zone.is_empty()
        && before.parse::<Ipv6Addr>().is_ok()
    {
        return Err(format!("IP address {} with zone value is not allowed", quote(text)));
    }
    let ip = plain(text)
        .map_err(|why| format!("IP Address {} parse error during conversion from string: {why}", quote(text)))?;
    not_mapped(text, ip)
}

fn not_mapped(text: &str, ip: IpAddr) -> Result<IpAddr, String> {
    match ip {
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => {
            Err(format!("IPv4-mapped IPv6 address {} is not allowed", quote(text)))
        }
        ip => Ok(ip),
    }
}

/// Reads an address, as `netip.ParseAddr` does; what is wrong with the parts of an IPv6 address is not told.
fn plain(text: &str) -> Result<IpAddr, String> {
    let refused = |why: &str, at: &str| {
        let at = if at.is_empty() { String::new() } else { format!(" (at {})", quote(at)) };
        format!("ParseAddr({}): {why}{at}", quote(text))
    };
    match text.find(['.', ':', '%']).and_then(|at| text.get(at..)) {
        Some(rest) if rest.starts_with('.') => match text.parse::<Ipv4Addr>() {
            Ok(ip) => Ok(IpAddr::V4(ip)),
            Err(_) => {
                let (why, at) = wrong_v4(text);
                Err(refused(why, at))
            }
        },
        Some(rest) if rest.starts_with(':') => {
            text.parse::<Ipv6Addr>().map(IpAddr::V6).map_err(|_| refused("unable to parse IP", ""))
        }
        Some(_) => Err(refused("missing IPv6 address", "")),
        None => Err(refused("unable to parse IP", "")),
    }
}

/// Why a text with dots is no IPv4 address, and the rest of it from where that was found.
fn wrong_v4(text: &str) -> (&'static str, &str) {
    let (mut value, mut digits, mut fields) = (0_u32, 0_u32, 0_u32);
    let mut before = None;
    for (at, char) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        match char.to_digit(10) {
            Some(_) if digits == 1 && value == 0 => return ("IPv4 field has octet with leading zero", ""),
            Some(digit) => {
                value = value.saturating_mul(10).saturating_add(digit);
                digits += 1;
                if value > 255 {
                    return ("IPv4 field has value >255", "");
                }
            }
            None if char == '.' => {
                if at == 0 || rest.len() == 1 || before == Some('.') {
                    return ("IPv4 field must have at least one digit", rest);
                }
                if fields == 3 {
                    return ("IPv4 address too long", "");
                }
                fields += 1;
                (value, digits) = (0, 0);
            }
            None => return ("unexpected character", rest),
        }
        before = Some(char);
    }
    ("IPv4 address too short", "")
}

/// Reads a network, as `netip.ParsePrefix` does. There may be bits after the prefix.
fn network(text: &str) -> Result<(IpAddr, u8), String> {
    let refused = |why: &str| {
        format!("network address parse error during conversion from string: netip.ParsePrefix({}): {why}", quote(text))
    };
    let Some((before, bits)) = text.rsplit_once('/') else { return Err(refused("no '/'")) };
    if let (true, Some((_, zone))) = (before.contains(':'), before.split_once('%'))
        && !zone.is_empty()
    {
        return Err(refused("IPv6 zones cannot be present in a prefix"));
    }
    let ip = plain(before).map_err(|why| refused(&why))?;
    let bad = || refused(&format!("bad bits after slash: {}", quote(bits)));
    if bits.is_empty() || !bits.bytes().all(|byte| byte.is_ascii_digit()) || (bits.len() > 1 && bits.starts_with('0')) {
        return Err(bad());
    }
    let longest = if ip.is_ipv4() { 32 } else { 128 };
    let bits = bits.parse::<u64>().map_err(|_| bad())?;
    let bits = u8::try_from(bits).ok().filter(|bits| *bits <= longest);
    let bits = bits.ok_or_else(|| refused("prefix length out of range"))?;
    not_mapped(text, ip).map(|ip| (ip, bits))
}
