//! A report as text for a terminal or a log. Knows nothing of terminals: whether there is colour is said by the caller.

use std::fmt::{self, Display, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use crate::issue::Severity;
use crate::plan::Action;
use crate::report::document::{Change, Counts, Document, Finding, Item, ResultState};
use crate::report::value::{self, DiffLine};
use crate::report::words;

/// How a report is written as text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextOptions {
    /// With colour, as ANSI escapes; false by default. `NO_COLOR` and whether there is a terminal are for the caller to look at.
    pub colour: bool,
    /// With objects for which nothing is to be done; false by default.
    pub unchanged: bool,
    /// At most so many characters of a value; 120 by default.
    pub value_limit: usize,
    /// At most so many lines of a difference of texts; 60 by default.
    pub diff_lines: usize,
    /// Whole objects as unified diffs instead of single fields, where the report has them; true by default.
    pub whole: bool,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { colour: false, unchanged: false, value_limit: 120, diff_lines: 60, whole: true }
    }
}

impl TextOptions {
    /// The same with or without colour.
    #[must_use]
    pub fn with_colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    /// The same with or without objects for which nothing is to be done.
    #[must_use]
    pub fn with_unchanged(mut self, unchanged: bool) -> Self {
        self.unchanged = unchanged;
        self
    }
}

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const CHANGED: Style = AnsiColor::Yellow.on_default();
const HUNK: Style = AnsiColor::Cyan.on_default();
const ALARM: Style = AnsiColor::Red.on_default().bold();

impl Document {
    /// The report as text.
    #[must_use]
    pub fn text(&self, options: &TextOptions) -> String {
        let mut out = String::new();
        match self.write_text(&mut out, options) {
            // A string takes everything.
            Ok(()) | Err(fmt::Error) => out,
        }
    }

    /// Writes the report as text: objects by cluster and in the order of the plan, what is wrong, the counts.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_text(&self, out: &mut impl Write, options: &TextOptions) -> fmt::Result {
        let mut paper = Paper { out, options };
        let mut items: Vec<_> = self.items.iter().filter(|item| options.unchanged || item.is_of_interest()).collect();
        items.sort_by(|a, b| a.object.cluster.cmp(&b.object.cluster));
        for item in &items {
            paper.item(item)?;
        }
        if items.is_empty() {
            paper.line("", PLAIN, "nothing to do")?;
        }
        if !self.issues.is_empty() {
            paper.line("", BOLD, "\nIssues")?;
            self.issues.iter().try_for_each(|issue| paper.issue(issue))?;
        }
        paper.line("", BOLD, "\nSummary")?;
        let width = self.summary.clusters.keys().map(|name| name.chars().count()).max().unwrap_or(0).max("total".len());
        for (cluster, counts) in &self.summary.clusters {
            paper.line("  ", PLAIN, format_args!("{:<width$}  {}", value::plain(cluster), Sentence(counts)))?;
        }
        paper.line("  ", BOLD, format_args!("{:<width$}  {}", "total", Sentence(&self.summary.total)))
    }
}

impl Item {
    /// Whether it is shown when what is as it should be is not.
    #[must_use]
    pub fn is_of_interest(&self) -> bool {
        self.action != Action::Unchanged
            || !self.foreign.is_empty()
            || self.result.as_ref().is_some_and(|result| {
                matches!(result.state, ResultState::Refused | ResultState::Failed | ResultState::Blocked)
                    || !result.warnings.is_empty()
            })
            || self.readiness.as_ref().is_some_and(|readiness| !readiness.ready)
    }
}

/// What is written on.
struct Paper<'a, W> {
    out: &'a mut W,
    options: &'a TextOptions,
}

impl<W: Write> Paper<'_, W> {
    fn line(&mut self, indent: &str, style: Style, text: impl Display) -> fmt::Result {
        if self.options.colour && style != PLAIN {
            writeln!(self.out, "{indent}{style}{text}{style:#}")
        } else {
            writeln!(self.out, "{indent}{text}")
        }
    }

    fn item(&mut self, item: &Item) -> fmt::Result {
        let style = match item.action {
            Action::Create => ADDED.bold(),
            Action::Delete => ALARM,
            Action::Replace | Action::Blocked => AnsiColor::Magenta.on_default().bold(),
            Action::Update | Action::TakeOver | Action::Restart | Action::Detach => CHANGED.bold(),
            Action::Unchanged | Action::Skip => DIM,
        };
        let origin = item.origin.as_ref().map(ToString::to_string).filter(|origin| !origin.is_empty());
        let origin = origin.map(|origin| format!(" ({})", value::plain(&origin))).unwrap_or_default();
        self.line(
            "",
            style,
            format_args!("{} {}{origin}", words::sign(item.action), value::plain(&item.object.to_string())),
        )?;
        if let Some(reason) = words::reason(item) {
            self.line("    ", DIM, value::plain(&reason))?;
        }
        match item.diff.as_deref().filter(|_| self.options.whole) {
            Some(diff) => self.whole(diff)?,
            None => item.changes.iter().try_for_each(|change| self.change(change))?,
        }
        for field in &item.foreign {
            let time = field.time.as_ref().map(|time| format!(" at {time}")).unwrap_or_default();
            let told = format!("{} by {}{time}: {}", field.path, field.manager, words::foreign(field.policy));
            self.line("    ", CHANGED, format_args!("foreign {}", value::plain(&told)))?;
        }
        for needed in &item.unverifiable {
            let needed = value::plain(&needed.to_string());
            self.line("    ", CHANGED, format_args!("unverified: {needed} is made by this same plan"))?;
        }
        self.result(item)
    }

    fn result(&mut self, item: &Item) -> fmt::Result {
        if let Some(result) = words::shown_result(item) {
            let style = match result.state {
                ResultState::Refused | ResultState::Failed | ResultState::Blocked => ALARM,
                ResultState::Applied | ResultState::Deleted => ADDED,
                _ => DIM,
            };
            self.line("    ", style, format_args!("=> {}", value::plain(&words::result(result))))?;
            for warning in &result.warnings {
                self.line("       ", CHANGED, format_args!("warning: {}", value::plain(warning)))?;
            }
            for note in &result.notes {
                self.line("       ", DIM, format_args!("note: {}", value::plain(note)))?;
            }
        }
        match item.readiness.as_ref() {
            Some(readiness) if readiness.ready => {
                self.line("    ", ADDED, format_args!("ready: {}", value::plain(&readiness.status)))
            }
            Some(readiness) => {
                let told = format!("not ready: {}: {}", readiness.status, readiness.message);
                self.line("    ", ALARM, value::plain(told.trim_end_matches([':', ' '])))
            }
            None => Ok(()),
        }
    }

    fn change(&mut self, change: &Change) -> fmt::Result {
        let path = value::plain(&change.path);
        let holder = change.manager.as_ref().map(|manager| format!(" (held by {})", value::plain(manager)));
        let holder = holder.unwrap_or_default();
        let (before, after) = (change.before.as_ref(), change.after.as_ref());
        let (sign, style) = match (before, after) {
            (None, Some(_)) => ('+', ADDED),
            (Some(_), None) => ('-', REMOVED),
            _ => ('~', CHANGED),
        };
        if value::has_lines(before, after) {
            self.line("    ", style, format_args!("{sign} {path}:{holder}"))?;
            let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
            let lines = value::diff(&text(before), &text(after), self.options.diff_lines);
            return lines.iter().try_for_each(|line| self.diff_line("        ", line));
        }
        let shown = |value: &Value| value::one_line(value, self.options.value_limit);
        match (before, after) {
            (Some(before), Some(after)) => {
                self.line("    ", style, format_args!("~ {path}: {} -> {}{holder}", shown(before), shown(after)))
            }
            (Some(value), None) | (None, Some(value)) => {
                self.line("    ", style, format_args!("{sign} {path}: {}{holder}", shown(value)))
            }
            (None, None) => self.line("    ", style, format_args!("~ {path}{holder}")),
        }
    }

    fn diff_line(&mut self, indent: &str, line: &DiffLine) -> fmt::Result {
        match line {
            DiffLine::Hunk(text) => self.line(indent, HUNK, text),
            DiffLine::Same(text) => self.line(indent, PLAIN, format_args!(" {text}")),
            DiffLine::Removed(text) => self.line(indent, REMOVED, format_args!("-{text}")),
            DiffLine::Added(text) => self.line(indent, ADDED, format_args!("+{text}")),
            DiffLine::Note(text) => self.line(indent, DIM, text),
        }
    }

    fn whole(&mut self, diff: &str) -> fmt::Result {
        for line in diff.lines() {
            let style = match line.as_bytes().first() {
                Some(b'@') => HUNK,
                Some(b'-') => REMOVED,
                Some(b'+') => ADDED,
                _ => PLAIN,
            };
            self.line("    ", style, value::plain(line))?;
        }
        Ok(())
    }

    fn issue(&mut self, issue: &Finding) -> fmt::Result {
        let (word, style) = match issue.severity {
            Severity::Error => ("error", ALARM),
            Severity::Warning => ("warning", CHANGED),
            Severity::Info => ("info", DIM),
        };
        self.line("  ", style, format_args!("{word:<7} {}", value::plain(&Told(issue).to_string())))
    }
}

/// A finding in a line.
pub(super) struct Told<'a>(pub(super) &'a Finding);

impl Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.reach, self.0.message)?;
        if let Some(path) = &self.0.path {
            write!(f, " at {path}")?;
        }
        match self.0.origin.as_ref().map(ToString::to_string) {
            Some(origin) if !origin.is_empty() => write!(f, " ({origin})"),
            _ => Ok(()),
        }
    }
}

/// Counts in a sentence.
struct Sentence<'a>(&'a Counts);

impl Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0;
        let actions = counts.actions.iter().map(|(action, count)| match action.writes() {
            true => format!("{count} to {}", words::verb(*action)),
            false => format!("{count} {}", words::verb(*action)),
        });
        let results = counts.results.iter().map(|(state, count)| format!("{count} {}", words::state(*state)));
        let many = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let mut found = Vec::new();
        if counts.foreign > 0 {
            found.push(many(counts.foreign, "foreign field"));
        }
        if counts.unready > 0 {
            found.push(format!("{} not ready", counts.unready));
        }
        found.extend(counts.issues.iter().rev().map(|(severity, count)| match severity {
            Severity::Error => many(*count, "error"),
            Severity::Warning => many(*count, "warning"),
            Severity::Info => many(*count, "remark"),
        }));
        let groups = [actions.collect::<Vec<_>>(), results.collect(), found];
        let groups: Vec<_> = groups.iter().filter(|group| !group.is_empty()).map(|group| group.join(", ")).collect();
        f.write_str(if groups.is_empty() { "nothing" } else { "" })?;
        f.write_str(&groups.join("; "))
    }
}
