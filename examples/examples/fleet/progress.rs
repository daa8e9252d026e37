//! Shows on standard error what is under way, when that is a terminal.

use cluster_resources::outcome::{Event, EventSink};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Two lines: what was read, and what was done. Where there is no terminal, nothing.
#[derive(Debug)]
pub(crate) struct Progress {
    reading: ProgressBar,
    acting: ProgressBar,
}

impl Progress {
    pub(crate) fn new() -> Self {
        // Draws to standard error, and only on a terminal.
        let lines = MultiProgress::new();
        let reading = lines.add(ProgressBar::new_spinner());
        let acting = lines.add(ProgressBar::new(0));
        if let Ok(style) = ProgressStyle::with_template("{spinner} read {pos} objects {msg}") {
            reading.set_style(style);
        }
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos} of {len} begun {wide_msg}") {
            acting.set_style(style);
        }
        Self { reading, acting }
    }

    pub(crate) fn ends(&self) {
        self.reading.finish_and_clear();
        self.acting.finish_and_clear();
    }
}

impl EventSink for Progress {
    fn event(&self, event: &Event) {
        match event {
            Event::Listed { bucket, objects, .. } => {
                self.reading.inc(u64::try_from(*objects).unwrap_or(u64::MAX));
                self.reading.set_message(bucket.to_string());
            }
            Event::Started(id, action) => {
                self.acting.inc_length(1);
                self.acting.set_message(format!("{} {id}", action.as_str()));
            }
            Event::Finished(_) => self.acting.inc(1),
            Event::Readiness { id, status, .. } => self.acting.set_message(format!("{status} {id}")),
            _ => {}
        }
    }
}
