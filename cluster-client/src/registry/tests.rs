mod changing;
mod connecting;
mod double;
mod fleet;
mod health;
mod life;
mod model;
mod ways;

use std::sync::Arc;

use super::*;
use crate::options::ConnectPolicy;
use double::Servers;

/// A registry over these servers, with repeatable jitter.
fn start(servers: &Arc<Servers>) -> Registry {
    start_with(servers, |_| {})
}

fn start_with(servers: &Arc<Servers>, change: impl FnOnce(&mut RegistryOptions)) -> Registry {
    let mut options = RegistryOptions::default();
    change(&mut options);
    Registry::builder(Arc::clone(servers) as Arc<dyn Connect>).options(options).seed(1).start()
}

fn on_demand(options: &mut RegistryOptions) {
    options.connect = ConnectPolicy::OnDemand;
}

fn soon() -> Deadline {
    Deadline::within(std::time::Duration::from_secs(60))
}
