//! Groups of replicas over Leases in memory, in paused time; and once over a real API.

mod chaos;
mod group;
mod handover;
mod loss;
mod over_https;
mod start;
