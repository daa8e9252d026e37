//! Which faults a request has.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rand::Rng as _;
use rand::rngs::StdRng;

use super::{Effect, Fault, Faults, Latency, Rule};
use crate::api::{Call, Target};

/// What is to be done with a request.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// How long it waits.
    pub(crate) delay: Duration,
    /// What happens then; nothing if it is served.
    pub(crate) effect: Option<Effect>,
}

impl Faults {
    /// Decides about a request. All delays add up; the first other fault decides.
    pub(crate) fn decide(&self, call: &Call, path: &str) -> Verdict {
        let rules = self.rules.load();
        let mut verdict = Verdict::default();
        for rule in rules.iter().filter(|rule| rule.fault.concerns(call, path)) {
            let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
            if !rule.strikes(&mut random) {
                continue;
            }
            match &rule.fault.effect {
                Effect::Latency(latency) => verdict.delay += latency.draw(&mut random),
                effect => {
                    verdict.effect = Some(effect.clone());
                    break;
                }
            }
        }
        verdict
    }
}

impl Rule {
    fn strikes(&self, random: &mut StdRng) -> bool {
        if self.removed.load(Ordering::Relaxed) {
            return false;
        }
        // The generator is locked: nobody else counts at the same time.
        if self.matched.fetch_add(1, Ordering::Relaxed) < self.fault.after {
            return false;
        }
        if self.hits.load(Ordering::Relaxed) >= self.fault.times {
            return false;
        }
        if self.fault.rate < 1.0 && random.random::<f64>() >= self.fault.rate {
            return false;
        }
        self.hits.fetch_add(1, Ordering::Relaxed);
        true
    }
}

impl Fault {
    fn concerns(&self, call: &Call, path: &str) -> bool {
        let any =
            |list: &[String], fits: &dyn Fn(&str) -> bool| list.is_empty() || list.iter().any(|entry| fits(entry));
        if !self.verbs.is_empty() && !self.verbs.contains(&call.verb) {
            return false;
        }
        if !any(&self.paths, &|prefix| path.starts_with(prefix)) {
            return false;
        }
        // Watches need something to be silent about.
        let is_watch = matches!(self.effect, Effect::SilentWatch | Effect::ExpiredWatch | Effect::ShortWatch(_));
        if is_watch && call.verb != crate::api::Verb::Watch {
            return false;
        }
        match &call.target {
            Target::Path(_) => self.resources.is_empty() && self.namespaces.is_empty() && self.names.is_empty(),
            Target::Resource(found) => {
                let whole = match found.subresource.as_str() {
                    "" => found.resource.clone(),
                    subresource => format!("{}/{subresource}", found.resource),
                };
                let qualified = format!("{whole}.{}", found.group);
                any(&self.resources, &|wanted| wanted == whole || wanted == qualified || wanted == found.resource)
                    && any(&self.namespaces, &|wanted| wanted == found.namespace)
                    && any(&self.names, &|wanted| wanted == found.name)
            }
        }
    }
}

impl Latency {
    fn draw(self, random: &mut StdRng) -> Duration {
        match self {
            Self::Fixed(delay) => delay,
            Self::Uniform(least, most) if most > least => random.random_range(least..=most),
            Self::Uniform(least, _) => least,
            Self::Exponential(mean) => {
                // The logarithm of a number in (0, 1] is never positive.
                let factor = -(1.0 - random.random::<f64>()).ln();
                mean.mul_f64(factor.clamp(0.0, 10.0))
            }
        }
    }
}
