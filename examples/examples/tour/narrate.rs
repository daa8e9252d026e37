//! Tells what happens and keeps the score.

use std::fmt::Display;
use std::time::Instant;

use anyhow::{Result, bail};

/// Speaks to the person who watches, and remembers every claim that was checked.
pub(crate) struct Narrator {
    begun: Instant,
    chapter: &'static str,
    chapters: usize,
    proofs: Vec<(&'static str, String)>,
}

impl Narrator {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), chapter: "", chapters: 0, proofs: Vec::new() }
    }

    pub(crate) fn chapter(&mut self, title: &'static str) {
        self.chapters += 1;
        self.chapter = title;
        println!("\n{}. {title}\n", self.chapters);
    }

    /// What is about to happen, or why.
    pub(crate) fn say(&self, text: impl Display) {
        println!("   {text}");
    }

    /// A claim that was just checked: the tour fails when it does not hold.
    pub(crate) fn proves(&mut self, claim: impl Display, holds: bool) -> Result<()> {
        if !holds {
            bail!("in “{}”: this should hold and does not: {claim}", self.chapter);
        }
        println!("   ✔ {claim}");
        self.proofs.push((self.chapter, claim.to_string()));
        Ok(())
    }

    pub(crate) fn summary(&self) {
        println!("\nSummary\n");
        println!(
            "   {} chapters, {} claims checked, all hold; {:.1} s",
            self.chapters,
            self.proofs.len(),
            self.begun.elapsed().as_secs_f64()
        );
    }
}
