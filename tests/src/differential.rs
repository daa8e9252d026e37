//! The same scenarios on both servers, step by step; knows nothing of what they claim.

use crate::backend::Backend;
use crate::kubectl::{self, Script};
use crate::limits::{LIMITS, Limit};
use crate::scenario::{Outcome, Scenario};
use crate::transcript::{Difference, compare};
use anyhow::Result;
use std::fmt;
use std::path::Path;

/// How one scenario went on both servers.
#[derive(Debug)]
#[non_exhaustive]
pub struct Comparison {
    /// `theme::name`.
    pub scenario: String,
    /// Steps compared.
    pub steps: usize,
    /// Differences that no limit explains.
    pub differences: Vec<Difference>,
    /// Limits that explained a difference.
    pub limits: Vec<&'static Limit>,
    /// What the scenario claimed in vain: server and error.
    pub failures: Vec<(&'static str, anyhow::Error)>,
}

impl Comparison {
    /// Whether the fake did as the real server did, or as the limits say.
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty() && self.failures.is_empty()
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} steps", self.scenario, self.steps)?;
        for (server, failure) in &self.failures {
            write!(f, "\n  on the {server} server: {failure:#}")?;
        }
        for difference in &self.differences {
            write!(f, "\n  {difference}")?;
        }
        Ok(())
    }
}

/// Runs a scenario on both servers and compares.
pub async fn run(scenario: &Scenario, fake: &Backend, real: &Backend) -> Comparison {
    let (on_fake, on_real) = futures::join!(scenario.run(fake), scenario.run(real));
    judge(scenario.theme, scenario.name, on_fake, on_real)
}

/// Runs a script with this kubectl on both servers, side by side, and compares.
pub async fn run_script(script: &Script, kubectl: &Path, fake: &Backend, real: &Backend) -> Comparison {
    let (on_fake, on_real) = futures::join!(kubectl::run(script, kubectl, fake), kubectl::run(script, kubectl, real));
    judge(kubectl::THEME, &script.name, on_fake, on_real)
}

fn judge(theme: &str, name: &str, on_fake: Outcome, on_real: Outcome) -> Comparison {
    let mut comparison = Comparison {
        scenario: format!("{theme}::{name}"),
        steps: on_real.transcript.steps.len(),
        differences: Vec::new(),
        limits: Vec::new(),
        failures: Vec::new(),
    };
    for difference in compare(&on_fake.transcript, &on_real.transcript) {
        match LIMITS.iter().find(|limit| limit.covers(name, &difference)) {
            Some(limit) => comparison.limits.push(limit),
            None => comparison.differences.push(difference),
        }
    }
    if let Some(failure) = on_real.failure {
        comparison.failures.push(("real", failure));
    }
    if let Some(failure) = on_fake.failure {
        match LIMITS.iter().find(|limit| limit.excuses(name)) {
            Some(limit) => comparison.limits.push(limit),
            None => comparison.failures.push(("fake", failure)),
        }
    }
    comparison
}

/// What was compared, for the end of a run.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Scenarios run on both servers.
    pub scenarios: usize,
    /// Scenarios whose claims held on both, and which did not differ.
    pub equal: usize,
    /// Requests, watches and remarks compared.
    pub steps: usize,
    /// Differences that no limit explains.
    pub differences: usize,
    /// Claims that did not hold.
    pub failures: usize,
    /// Names of the limits that were met, with how often.
    pub limits: std::collections::BTreeMap<&'static str, usize>,
    /// Scripts of kubectl run on both servers.
    pub scripts: usize,
    /// Scripts that held on both servers, and did not differ.
    pub equal_scripts: usize,
    /// What kubectl was asked in them.
    pub commands: usize,
    /// Random operations compared.
    pub operations: usize,
    /// Random runs that ended in a difference.
    pub random_differences: usize,
}

impl Report {
    /// Counts a script of kubectl in.
    pub fn add_script(&mut self, comparison: &Comparison) {
        self.scripts += 1;
        self.equal_scripts += usize::from(comparison.is_equal());
        self.commands += comparison.steps;
        self.count(comparison);
    }

    /// Counts one comparison in.
    pub fn add(&mut self, comparison: &Comparison) {
        self.scenarios += 1;
        self.equal += usize::from(comparison.is_equal());
        self.steps += comparison.steps;
        self.count(comparison);
    }

    fn count(&mut self, comparison: &Comparison) {
        self.differences += comparison.differences.len();
        self.failures += comparison.failures.len();
        for limit in &comparison.limits {
            *self.limits.entry(limit.name).or_default() += 1;
        }
    }

    /// Claims that nothing differs.
    ///
    /// # Errors
    /// When something does.
    pub fn verdict(&self) -> Result<()> {
        anyhow::ensure!(self.differences == 0, "the fake differs from the real server");
        anyhow::ensure!(self.failures == 0, "a scenario's claims do not hold");
        anyhow::ensure!(self.random_differences == 0, "the fake differs from the real server in a random run");
        Ok(())
    }

    /// Limits that no scenario met.
    pub fn unmet_limits(&self) -> Vec<&'static str> {
        LIMITS.iter().map(|limit| limit.name).filter(|name| !self.limits.contains_key(name)).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "differential report: fake-cluster against kube-apiserver")?;
        writeln!(f, "  scenarios          {:>6}  ({} equal)", self.scenarios, self.equal)?;
        writeln!(f, "  steps compared     {:>6}", self.steps)?;
        writeln!(
            f,
            "  scripts of kubectl {:>6}  ({} equal, {} commands)",
            self.scripts, self.equal_scripts, self.commands
        )?;
        writeln!(f, "  claims not held    {:>6}", self.failures)?;
        writeln!(f, "  differences        {:>6}", self.differences)?;
        writeln!(f, "  random operations  {:>6}  ({} differences)", self.operations, self.random_differences)?;
        write!(f, "  named limits met   {:>6}", self.limits.len())?;
        for limit in LIMITS.iter().filter(|limit| self.limits.contains_key(limit.name)) {
            write!(f, "\n    {}: {}", limit.name, limit.reason)?;
        }
        Ok(())
    }
}
