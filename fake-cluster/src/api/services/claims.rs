//! Addresses and ports of services: which are free, and who takes them.

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::changes::{drop_what_the_type_has_not, keep_allocated, normalize};
use super::families::{is_sound, set_families};
use super::{Refusal, Spec, allocates_ports, items, needs_health_port, port_number, put_items, text, texts, texts_of};
use crate::api::Api;
use crate::api::cause::invalid;
use crate::storage::Select;

/// The addresses of services.
const RANGE: &str = "10.0.0.0/16";
const FIRST: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const LAST: Ipv4Addr = Ipv4Addr::new(10, 0, 255, 254);
/// The address that a dry run shows.
const NETWORK: &str = "10.0.0.0";
const PORTS: RangeInclusive<u16> = 30_000..=32_767;

/// What the services of one cluster have; found out when it is first asked for.
#[derive(Debug, Default)]
pub(in crate::api) struct Services {
    taken: Mutex<Option<Taken>>,
}

#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) addresses: HashSet<Ipv4Addr>,
    pub(super) ports: HashSet<u16>,
}

/// What one write takes for its service; given back when dropped, unless the write is committed.
#[derive(Debug)]
pub(in crate::api) struct Claim<'a> {
    services: &'a Services,
    dry_run: bool,
    new: Taken,
}

// === impl Services ===

impl Services {
    fn taken<'a>(&'a self, api: &Api) -> MutexGuard<'a, Option<Taken>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.is_none() {
            *taken = Some(Taken::by_all(api));
        }
        taken
    }

    /// All services are others than before.
    pub(in crate::api) fn restored(&self, api: &Api) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = Some(Taken::by_all(api));
    }

    pub(super) fn release(&self, gone: &Taken) {
        if let Some(taken) = self.taken.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            taken.addresses.retain(|address| !gone.addresses.contains(address));
            taken.ports.retain(|port| !gone.ports.contains(port));
        }
    }
}

impl Taken {
    fn by_all(api: &Api) -> Self {
        let mut all = Self::default();
        let stored = api.store.range("services", Select::default()).map(|range| range.objects).unwrap_or_default();
        for service in stored {
            let Self { addresses, ports } = Self::of(service.value());
            all.addresses.extend(addresses);
            all.ports.extend(ports);
        }
        all
    }

    pub(super) fn of(service: &Value) -> Self {
        let spec = &service["spec"];
        let health = spec["healthCheckNodePort"].as_u64();
        let ports = spec["ports"].as_array().into_iter().flatten().filter_map(|port| port["nodePort"].as_u64());
        Self {
            addresses: texts(&spec["clusterIPs"]).filter_map(|address| address.parse().ok()).collect(),
            ports: ports.chain(health).filter_map(|port| u16::try_from(port).ok()).filter(|port| *port != 0).collect(),
        }
    }
}

// === impl Claim ===

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if !self.dry_run {
            self.services.release(&self.new);
        }
    }
}

impl<'a> Claim<'a> {
    pub(super) fn new(api: &'a Api, dry_run: bool) -> Self {
        // Fills in what is taken, so that nothing has to be read while claiming.
        drop(api.services.taken(api));
        Self { services: &api.services, dry_run, new: Taken::default() }
    }

    /// The write was committed: what it took stays taken.
    pub(in crate::api) fn keep(mut self) {
        self.new = Taken::default();
    }

    pub(super) fn create(&mut self, service: &mut Value) -> Result<(), Refusal> {
        let Some(spec) = service["spec"].as_object_mut() else { return Ok(()) };
        let single = text(spec, "clusterIP").to_owned();
        if !single.is_empty() && texts_of(spec, "clusterIPs").is_empty() {
            spec.insert("clusterIPs".into(), json!([single]));
        }
        if !is_sound(spec) {
            return Ok(());
        }
        set_families(spec, None)?;
        self.take_addresses(spec)?;
        if matches!(text(spec, "type"), "NodePort" | "LoadBalancer") {
            self.begin_ports(spec)?;
        }
        if needs_health_port(spec) {
            self.take_health_check(spec)?;
        }
        Ok(())
    }

    pub(super) fn update(&mut self, new: &mut Value, old: &Value) -> Result<(), Refusal> {
        let Some(old) = old["spec"].as_object() else { return Ok(()) };
        let Some(spec) = new["spec"].as_object_mut() else { return Ok(()) };
        keep_allocated(spec, old);
        normalize(spec, old);
        if is_sound(spec) {
            set_families(spec, Some(old))?;
            if text(old, "type") == "ExternalName" && text(spec, "type") != "ExternalName" {
                self.take_addresses(spec)?;
            }
            if matches!(text(spec, "type"), "NodePort" | "LoadBalancer") {
                self.change_ports(spec, old)?;
            }
            if needs_health_port(spec) && !needs_health_port(old) {
                self.take_health_check(spec)?;
            }
        }
        drop_what_the_type_has_not(spec, old);
        Ok(())
    }

    // --- addresses ---

    fn take_addresses(&mut self, spec: &mut Spec) -> Result<(), Refusal> {
        let given = texts_of(spec, "clusterIPs");
        if text(spec, "type") == "ExternalName" || given.first().is_some_and(|first| first == "None") {
            return Ok(());
        }
        let mut all = Vec::new();
        for index in 0..texts_of(spec, "ipFamilies").len() {
            let wanted = given.get(index).map(String::as_str).unwrap_or_default();
            let address = self.take_address(wanted).map_err(|why| {
                let wanted = if wanted.is_empty() { String::new() } else { format!(" {wanted}") };
                let value = Value::from(given.clone());
                Refusal::one(invalid("spec.clusterIPs", value, format_args!("failed to allocate IP{wanted}: {why}")))
            })?;
            all.push(address);
        }
        if let Some(first) = all.first() {
            spec.insert("clusterIP".into(), json!(first));
            spec.insert("clusterIPs".into(), json!(all));
        }
        Ok(())
    }

    fn take_address(&mut self, wanted: &str) -> Result<String, String> {
        let mut guard = self.services.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = guard.get_or_insert_default();
        let address = match wanted {
            "" if self.dry_run => return Ok(NETWORK.into()),
            "" => (u32::from(FIRST)..=u32::from(LAST))
                .map(Ipv4Addr::from)
                .find(|address| !taken.addresses.contains(address))
                .ok_or("range is full")?,
            wanted => match wanted.parse::<Ipv4Addr>() {
                Ok(address) if (FIRST..=LAST).contains(&address) => address,
                _ => {
                    let outside = "the provided network does not match the current range";
                    let edge = wanted.starts_with("10.0.");
                    return Err(if edge {
                        format!(
                            "the provided IP ({wanted}) is not in the valid range. The range of valid IPs is {RANGE}"
                        )
                    } else {
                        outside.into()
                    });
                }
            },
        };
        if !self.dry_run {
            if !taken.addresses.insert(address) {
                return Err("provided IP is already allocated".into());
            }
            self.new.addresses.insert(address);
        }
        Ok(address.to_string())
    }

    // --- ports ---

    fn take_port(&mut self, wanted: u64) -> Result<u16, String> {
        let mut guard = self.services.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = guard.get_or_insert_default();
        let port = match wanted {
            0 => PORTS
                .into_iter()
                .find(|port| !taken.ports.contains(port) && !self.new.ports.contains(port))
                .ok_or("range is full")?,
            wanted => match u16::try_from(wanted) {
                Ok(port) if PORTS.contains(&port) => port,
                _ => {
                    let (first, last) = (PORTS.start(), PORTS.end());
                    return Err(format!(
                        "provided port is not in the valid range. The range of valid ports is {first}-{last}"
                    ));
                }
            },
        };
        if taken.ports.contains(&port) || self.new.ports.contains(&port) {
            return Err("provided port is already allocated".into());
        }
        if !self.dry_run {
            taken.ports.insert(port);
        }
        self.new.ports.insert(port);
        Ok(port)
    }

    fn any_port(&mut self) -> Result<u16, Refusal> {
        self.take_port(0).map_err(|why| Refusal::Internal(format!("failed to allocate a nodePort: {why}")))
    }

    /// The node ports of a new service: one number for all protocols of a port.
    fn begin_ports(&mut self, spec: &mut Spec) -> Result<(), Refusal> {
        let automatic = allocates_ports(spec);
        let mut ports = items(spec, "ports");
        let mut chosen: Vec<(u64, u64)> = Vec::new();
        for index in 0..ports.len() {
            let (number, given) = (port_number(&ports, index, "port"), port_number(&ports, index, "nodePort"));
            if given == 0 && !automatic {
                continue;
            }
            let known = chosen.iter().find(|(port, _)| *port == number).map(|(_, node)| *node);
            let node = match known {
                Some(known) if given == 0 => known,
                Some(known) if given == known => continue,
                Some(_) => self.named_port(index, given)?,
                None => {
                    let mut same = (index..ports.len()).filter(|at| port_number(&ports, *at, "port") == number);
                    let wanted =
                        same.find_map(|at| Some(port_number(&ports, at, "nodePort")).filter(|port| *port != 0));
                    let node = match wanted {
                        Some(wanted) => self.named_port(index, wanted)?,
                        None => u64::from(self.any_port()?),
                    };
                    chosen.push((number, node));
                    node
                }
            };
            if let Some(port) = ports.get_mut(index) {
                port["nodePort"] = json!(node);
            }
        }
        put_items(spec, "ports", ports);
        Ok(())
    }

    fn named_port(&mut self, index: usize, wanted: u64) -> Result<u64, Refusal> {
        let field = format!("spec.ports[{index}].nodePort");
        self.take_port(wanted).map(u64::from).map_err(|why| Refusal::one(invalid(field, wanted, why)))
    }

    fn change_ports(&mut self, spec: &mut Spec, old: &Spec) -> Result<(), Refusal> {
        let automatic = allocates_ports(spec);
        let before = items(old, "ports");
        let had: Vec<u64> = (0..before.len()).map(|at| port_number(&before, at, "nodePort")).collect();
        let mut ports = items(spec, "ports");
        let mut taken = Vec::new();
        for index in 0..ports.len() {
            let given = port_number(&ports, index, "nodePort");
            if given == 0 {
                if automatic {
                    let node = self.any_port()?;
                    if let Some(port) = ports.get_mut(index) {
                        port["nodePort"] = json!(node);
                    }
                }
            } else if !had.contains(&given) && !taken.contains(&given) {
                self.named_port(index, given)?;
                taken.push(given);
            }
        }
        put_items(spec, "ports", ports);
        Ok(())
    }

    fn take_health_check(&mut self, spec: &mut Spec) -> Result<(), Refusal> {
        let wanted = spec.get("healthCheckNodePort").and_then(Value::as_u64).unwrap_or_default();
        let port = self.take_port(wanted).map_err(|why| {
            let which = if wanted == 0 { "a HealthCheck" } else { "requested HealthCheck" };
            Refusal::Internal(format!("failed to allocate {which} NodePort {wanted}: {why}"))
        })?;
        spec.insert("healthCheckNodePort".into(), json!(port));
        Ok(())
    }
}
