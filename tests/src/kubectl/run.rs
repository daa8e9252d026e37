//! Carries a script out on one server; knows nothing of the other one.

use super::home::{Ended, Home, Started};
use super::words::without_descriptions;
use super::{Ends, Script, Step, Words};
use crate::transcript::{self, Transcript};
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long `until` tries.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn steps(script: &Script, home: &Home, transcript: &mut Transcript) -> Result<()> {
    let mut recorder = Recorder { words: Words::new(home), transcript };
    let mut background: Option<(Started, &[String])> = None;
    for step in &script.steps {
        match step {
            Step::File { name, text } => home.write(name, &text.replace("$NS", home.namespace()))?,
            Step::Run(ends, words) => recorder.record(words, *ends, &home.start(words)?.ended().await?)?,
            Step::Until(words) => until(home, words).await?,
            Step::Begin(words) => background = Some((home.start(words)?, words)),
            Step::Join => {
                let (started, words) = background.take().context("nothing runs in the background")?;
                recorder.record(words, Ends::Well, &started.ended().await?)?;
            }
            Step::Shape(words) => recorder.record_shape(words, &home.start(words)?.ended().await?)?,
            Step::Says(line) => recorder.has_said(line)?,
        }
    }
    Ok(())
}

async fn until(home: &Home, words: &[String]) -> Result<()> {
    let begun = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tick.tick().await;
        let ended = home.start(words)?.ended().await?;
        if ended.code == Some(0) {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            bail!("gave up waiting: kubectl {}: {}", words.join(" "), ended.stderr);
        }
    }
}

struct Recorder<'a> {
    words: Words,
    transcript: &'a mut Transcript,
}

impl Recorder<'_> {
    fn record(&mut self, words: &[String], ends: Ends, ended: &Ended) -> Result<()> {
        let stdout = self.words.lines(&ended.stdout);
        self.push(words, ends, ended, stdout)
    }

    fn record_shape(&mut self, words: &[String], ended: &Ended) -> Result<()> {
        let stdout = without_descriptions(self.words.lines(&ended.stdout));
        self.push(words, Ends::Well, ended, stdout)
    }

    fn has_said(&self, line: &str) -> Result<()> {
        let last = self.transcript.steps.last().context("nothing ran yet")?;
        let said = last.answer["stdout"].as_array().is_some_and(|lines| lines.iter().any(|said| said == line));
        anyhow::ensure!(said, "{} did not say {line:?}: {}", last.asked, last.answer);
        Ok(())
    }

    fn push(&mut self, words: &[String], ends: Ends, ended: &Ended, stdout: Vec<Value>) -> Result<()> {
        let asked = format!("kubectl {}", words.join(" "));
        let answer = json!({
            "status": ended.code,
            "stdout": stdout,
            "stderr": self.words.lines(&ended.stderr),
        });
        self.transcript.steps.push(transcript::Step { asked: asked.clone(), answer });
        let (well, tail) = (ended.code == Some(0), ended.stderr.trim_end());
        match ends {
            Ends::Well if !well => bail!("{asked} ended with {:?}: {tail}", ended.code),
            Ends::Badly if well => bail!("{asked} succeeded"),
            Ends::Well | Ends::Badly => Ok(()),
        }
    }
}
