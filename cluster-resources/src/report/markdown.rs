//! A report as a comment on a change: Markdown that is never longer than asked for, and whole wherever it ends.

use serde_json::Value;

use crate::issue::Severity;
use crate::plan::Action;
use crate::report::document::{Change, Counts, Document, Item, ResultState};
use crate::report::text::Told;
use crate::report::value::{self, DiffLine};
use crate::report::words;

/// How a report is written as Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MarkdownOptions {
    /// At most so many bytes; 60,000 by default, a little less than GitHub and GitLab take. What does not fit is counted.
    pub max_bytes: usize,
    /// What stands above; `Plan` by default.
    pub title: String,
    /// With objects for which nothing is to be done; false by default.
    pub unchanged: bool,
    /// At most so many characters of a value; 200 by default.
    pub value_limit: usize,
    /// At most so many lines of a difference of texts; 60 by default.
    pub diff_lines: usize,
}

impl Default for MarkdownOptions {
    fn default() -> Self {
        Self { max_bytes: 60_000, title: "Plan".to_owned(), unchanged: false, value_limit: 200, diff_lines: 60 }
    }
}

impl MarkdownOptions {
    /// The same with another bound.
    #[must_use]
    pub fn with_max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// The same under another title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }
}

/// Kept for the lines that say what is missing.
const RESERVE: usize = 160;

/// The columns of the table.
const COLUMNS: [(&str, &[Action]); 7] = [
    ("create", &[Action::Create]),
    ("update", &[Action::Update, Action::TakeOver, Action::Restart, Action::Detach]),
    ("replace", &[Action::Replace]),
    ("delete", &[Action::Delete]),
    ("blocked", &[Action::Blocked]),
    ("left alone", &[Action::Skip]),
    ("unchanged", &[Action::Unchanged]),
];

impl Document {
    /// The report as Markdown, with a block to open for each object. It is cut between blocks only, so that nothing that was opened stays
    /// open; deletions, replacements and what failed come first, as they must not be what is missing.
    #[must_use]
    pub fn markdown(&self, options: &MarkdownOptions) -> String {
        let mut page = Page { text: String::new(), limit: options.max_bytes };
        page.whole(format!("## {}\n\n", escape(&options.title)));
        page.whole(format!("{}\n\n", escape(&self.outcome_in_words())));
        self.table(&mut page);
        self.findings(&mut page);

        let mut items: Vec<_> = self.items.iter().filter(|item| options.unchanged || item.is_of_interest()).collect();
        items.sort_by(|a, b| urgency(a).cmp(&urgency(b)).then_with(|| a.object.cluster.cmp(&b.object.cluster)));
        let mut missing = 0;
        for (at, item) in items.iter().enumerate() {
            let reserve = if at + 1 == items.len() && missing == 0 { 0 } else { RESERVE };
            if !page.fits(block(item, options), reserve) && !page.fits(format!("- {}\n", heading(item)), RESERVE) {
                missing += 1;
            }
        }
        if missing > 0 {
            page.whole(format!("\n_{missing} more objects are not shown here; the whole report has them._\n"));
        }
        page.text
    }

    fn outcome_in_words(&self) -> String {
        let what = match self.dry_run {
            None => "Not carried out.",
            Some(true) => "Dry run: nothing was written.",
            Some(false) => "Carried out.",
        };
        let results = self.summary.total.results.iter();
        let results: Vec<_> = results.map(|(state, count)| format!("{count} {}", words::state(*state))).collect();
        let results = if results.is_empty() { String::new() } else { format!(" {}.", results.join(", ")) };
        format!("{what}{results} Plan {}.", self.plan_digest)
    }

    fn table(&self, page: &mut Page) {
        let columns: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
        let head = format!("| cluster | {} |\n|---|{}\n", columns.join(" | "), "--:|".repeat(columns.len()));
        let row = |name: &str, counts: &Counts| {
            let numbers = COLUMNS.iter().map(|(_, actions)| {
                actions.iter().filter_map(|action| counts.actions.get(action)).sum::<usize>().to_string()
            });
            format!("| {name} | {} |\n", numbers.collect::<Vec<_>>().join(" | "))
        };
        let total = row("**total**", &self.summary.total);
        // A table without its first lines is none.
        if !page.fits(head, total.len() + RESERVE) {
            return;
        }
        let mut missing = 0;
        for (cluster, counts) in &self.summary.clusters {
            if missing > 0 || !page.fits(row(&code(cluster), counts), total.len() + 2 * RESERVE) {
                missing += 1;
            }
        }
        if missing > 0 {
            page.whole(row(&format!("_{missing} more_"), &Counts::default()).replace(" 0 ", " … "));
        }
        page.whole(total);
        page.whole("\n".to_owned());
    }

    fn findings(&self, page: &mut Page) {
        let mut missing = 0;
        for issue in &self.issues {
            let word = match issue.severity {
                Severity::Error => "**error**",
                Severity::Warning => "warning",
                Severity::Info => "remark",
            };
            let line = format!("- {word}: {}\n", escape(&value::shorten(&Told(issue).to_string(), 500)));
            // Half of the page is for the objects.
            let reserve = RESERVE.max(page.limit / 2);
            if missing > 0 || !page.fits(line, reserve) {
                missing += 1;
            }
        }
        if missing > 0 {
            page.whole(format!("- _{missing} more findings_\n"));
        }
        if !self.issues.is_empty() {
            page.whole("\n".to_owned());
        }
    }
}

/// What must not be missing comes first.
fn urgency(item: &Item) -> u8 {
    let failed = |state| matches!(state, ResultState::Failed | ResultState::Refused);
    let failed = item.result.as_ref().is_some_and(|result| failed(result.state));
    match item.action {
        _ if failed => 0,
        Action::Delete => 1,
        Action::Replace | Action::Blocked => 2,
        Action::Unchanged => 5,
        Action::Skip => 4,
        _ => 3,
    }
}

struct Page {
    text: String,
    limit: usize,
}

impl Page {
    /// Writes the block if it is still within the bound with the reserve left.
    fn fits(&mut self, block: String, reserve: usize) -> bool {
        let fits = self.text.len().saturating_add(block.len()).saturating_add(reserve) <= self.limit;
        if fits {
            self.text.push_str(&block);
        }
        fits
    }

    /// Writes the block if it is within the bound at all.
    fn whole(&mut self, block: String) {
        self.fits(block, 0);
    }
}

/// One line of HTML that names the object and what becomes of it.
fn heading(item: &Item) -> String {
    let mut line = format!(
        "{} {} <code>{}</code>",
        words::sign(item.action),
        words::verb(item.action),
        escape(&value::plain(&item.object.to_string()))
    );
    let done = |state| matches!(state, ResultState::Planned | ResultState::Applied | ResultState::Deleted);
    if let Some(result) = item.result.as_ref().filter(|result| !done(result.state)) {
        line.push_str(&format!(" — <b>{}</b>", words::state(result.state)));
    }
    line
}

fn block(item: &Item, options: &MarkdownOptions) -> String {
    let mut lines = Vec::new();
    match &item.diff {
        Some(diff) => lines.extend(diff.lines().map(value::plain)),
        None => item.changes.iter().for_each(|change| fields(change, options, &mut lines)),
    }
    let mut told: Vec<_> = words::reason(item).map(|text| value::plain(&text)).into_iter().collect();
    told.extend(item.origin.as_ref().map(|origin| value::plain(&origin.to_string())).filter(|text| !text.is_empty()));
    told.extend(item.foreign.iter().map(|field| {
        value::plain(&format!("foreign {} by {}: {}", field.path, field.manager, words::foreign(field.policy)))
    }));
    told.extend(
        item.unverifiable.iter().map(|needed| value::plain(&format!("unverified: {needed} is made by this same plan"))),
    );
    if let Some(result) = words::shown_result(item) {
        told.push(value::plain(&words::result(result)));
        told.extend(result.warnings.iter().map(|warning| value::plain(&format!("warning: {warning}"))));
        told.extend(result.notes.iter().map(|note| value::plain(&format!("note: {note}"))));
    }
    if let Some(readiness) = item.readiness.as_ref().filter(|readiness| !readiness.ready) {
        told.push(value::plain(&format!("not ready: {}: {}", readiness.status, readiness.message)));
    }
    let told: String = told.iter().map(|line| format!("- {}\n", escape(&value::shorten(line, 500)))).collect();
    let code = if lines.is_empty() { String::new() } else { format!("\n{}", fenced(&lines)) };
    format!("<details><summary>{}</summary>\n\n{told}{code}\n</details>\n", heading(item))
}

/// The lines of one change, as the highlighting of `diff` understands them.
fn fields(change: &Change, options: &MarkdownOptions, lines: &mut Vec<String>) {
    let path = value::plain(&change.path);
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    if value::has_lines(before, after) {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        lines.push(format!("  {path}:"));
        for line in value::diff(&text(before), &text(after), options.diff_lines) {
            lines.push(match line {
                DiffLine::Hunk(line) => line,
                DiffLine::Same(line) => format!(" {line}"),
                DiffLine::Removed(line) => format!("-{line}"),
                DiffLine::Added(line) => format!("+{line}"),
                DiffLine::Note(line) => format!("  {line}"),
            });
        }
        return;
    }
    let holder = change.manager.as_ref().map(|manager| format!("  (held by {})", value::plain(manager)));
    let shown = |value: &Value| value::one_line(value, options.value_limit);
    if let Some(before) = before {
        lines.push(format!("- {path}: {}{}", shown(before), holder.as_deref().unwrap_or_default()));
    }
    if let Some(after) = after {
        lines.push(format!("+ {path}: {}", shown(after)));
    }
    if before.is_none() && after.is_none() {
        lines.push(format!("  {path}{}", holder.as_deref().unwrap_or_default()));
    }
}

/// A block of code whose fence is longer than any in it.
fn fenced(lines: &[String]) -> String {
    let longest = lines.iter().flat_map(|line| line.split(|character| character != '`')).map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}diff\n{}\n{fence}\n", lines.join("\n"))
}

/// A name in a table.
fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(&value::plain(text)))
}

/// Text that is text: no HTML, no Markdown, no mention of anybody, no link to anything.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in value::plain(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '@' | '\\' => {
                out.push_str(&format!("&#{};", u32::from(character)));
            }
            other => out.push(other),
        }
    }
    out
}
