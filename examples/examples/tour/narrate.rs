//! Tells what happens and keeps the score: for a person as it goes on, or for a program at the end.

use std::fmt::Display;
use std::time::{Duration, Instant};

use anstream::println;
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::chapter::Chapter;

const BOLD: &str = "\x1b[1m";
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// For whom the tour is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A person: text, in colour where there is a terminal.
    Person,
    /// A program: one JSON document at the end.
    Program,
}

/// Speaks, and remembers every claim that was checked.
pub(crate) struct Narrator {
    audience: Audience,
    begun: Instant,
    /// On standard error, and only on a terminal.
    spinner: ProgressBar,
    chapters: Vec<Told>,
    /// A chapter that only others need is not told.
    aloud: bool,
    broken: Option<String>,
}

/// What was told in a chapter.
#[derive(Serialize)]
struct Told {
    chapter: String,
    title: &'static str,
    #[serde(skip)]
    begun: Instant,
    seconds: f64,
    said: Vec<String>,
    claims: Vec<String>,
}

/// What is written for a program.
#[derive(Serialize)]
struct Summary<'a> {
    holds: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_claim: Option<&'a str>,
    claims: usize,
    seconds: f64,
    chapters: &'a [Told],
}

impl Narrator {
    pub(crate) fn new(audience: Audience) -> Self {
        let spinner = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("   {spinner} {msg} {elapsed}") {
            spinner.set_style(style);
        }
        spinner.enable_steady_tick(Duration::from_millis(120));
        Self { audience, begun: Instant::now(), spinner, chapters: Vec::new(), aloud: true, broken: None }
    }

    pub(crate) fn chapter(&mut self, chapter: Chapter, aloud: bool) {
        self.close();
        self.aloud = aloud;
        self.spinner.set_message(chapter.title());
        if !aloud {
            return;
        }
        self.chapters.push(Told {
            chapter: chapter.name(),
            title: chapter.title(),
            begun: Instant::now(),
            seconds: 0.0,
            said: Vec::new(),
            claims: Vec::new(),
        });
        self.line(format_args!("\n{BOLD}{}. {}{PLAIN}\n", self.chapters.len(), chapter.title()));
    }

    /// What is about to happen, or why.
    pub(crate) fn say(&mut self, text: impl Display) {
        let text = text.to_string();
        self.line(format_args!("   {text}"));
        if let Some(told) = self.told() {
            told.said.push(text);
        }
    }

    /// A claim that was just checked: the tour fails when it does not hold.
    pub(crate) fn proves(&mut self, claim: impl Display, holds: bool) -> Result<()> {
        let claim = claim.to_string();
        if !holds {
            self.broken = Some(claim.clone());
            bail!("this should hold and does not: {claim}");
        }
        self.line(format_args!("   {GREEN}✔{PLAIN} {claim}"));
        if let Some(told) = self.told() {
            told.claims.push(claim);
        }
        Ok(())
    }

    /// The end, whichever it is.
    pub(crate) fn ends(mut self, outcome: &Result<()>) {
        self.close();
        self.spinner.finish_and_clear();
        let claims = self.chapters.iter().map(|told| told.claims.len()).sum();
        let seconds = seconds(self.begun);
        match self.audience {
            Audience::Person => {
                if let Err(error) = outcome {
                    let place = self.chapters.last().map_or("before it began", |told| told.title);
                    anstream::eprintln!("\n   {RED}✘{PLAIN} in “{place}”: {error:#}");
                    return;
                }
                println!("\n{BOLD}Summary{PLAIN}\n");
                for told in &self.chapters {
                    let (title, claims) = (told.title, told.claims.len());
                    println!("   {GREEN}✔{PLAIN} {title}: {claims} claims, {:.1} s", told.seconds);
                }
                println!("\n   {} chapters, {claims} claims checked, all hold; {seconds:.1} s", self.chapters.len());
            }
            Audience::Program => {
                let summary = Summary {
                    holds: outcome.is_ok(),
                    error: outcome.as_ref().err().map(|error| format!("{error:#}")),
                    broken_claim: self.broken.as_deref(),
                    claims,
                    seconds,
                    chapters: &self.chapters,
                };
                if let Ok(text) = serde_json::to_string_pretty(&summary) {
                    println!("{text}");
                }
            }
        }
    }

    fn told(&mut self) -> Option<&mut Told> {
        if self.aloud { self.chapters.last_mut() } else { None }
    }

    fn close(&mut self) {
        if let Some(told) = self.told() {
            told.seconds = seconds(told.begun);
        }
    }

    fn line(&self, text: impl Display) {
        if self.aloud && self.audience == Audience::Person {
            self.spinner.suspend(|| println!("{text}"));
        }
    }
}

/// To the millisecond.
fn seconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}
