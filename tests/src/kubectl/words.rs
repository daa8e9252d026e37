//! Takes out of kubectl's words what no two servers share: uids, times, ages, versions, addresses, folders; knows nothing of commands.

use super::Home;
use crate::normal::Normal;
use serde_json::Value;
use std::collections::HashMap;

/// Names for what differs between servers, in the order in which one transcript meets them.
#[derive(Debug)]
pub struct Words {
    normal: Normal,
    versions: HashMap<String, String>,
    fixed: Vec<(String, &'static str)>,
}

impl Words {
    /// For the commands of one home.
    pub fn new(home: &Home) -> Self {
        let host = home.url().trim_start_matches("https://").to_owned();
        let folder = home.folder().display().to_string();
        let fixed = vec![(home.url().to_owned(), "<server>"), (host, "<host>"), (folder, "<home>")];
        Self { normal: Normal::default(), versions: HashMap::new(), fixed }
    }

    /// The lines of an output, made comparable.
    pub fn lines(&mut self, text: &str) -> Vec<Value> {
        let mut ages = None;
        let mut lines: Vec<String> = text.lines().map(|line| self.line(line, &mut ages)).collect();
        // Whether kubectl logs that it gave a watch up at its deadline is a matter of chance.
        lines.retain(|line| !line.starts_with("<logged> reflector.go"));
        // The real server goes through the members of a custom resource in no certain order.
        lines.chunk_by_mut(|a, b| a.starts_with("* ") && b.starts_with("* ")).for_each(<[String]>::sort);
        lines.into_iter().map(Value::from).collect()
    }

    /// `ages` is where a table above this line has its column of ages.
    fn line(&mut self, line: &str, ages: &mut Option<usize>) -> String {
        let mut line = line.to_owned();
        for (from, to) in &self.fixed {
            line = line.replace(from, to);
        }
        if let Some(at) = line.find("   AGE").filter(|_| is_heading(&line)) {
            *ages = Some(at + 3);
        } else if let Some(at) = *ages {
            line = young(&line, at);
        }
        // Tables without a heading end with the age.
        if let Some(at) = line.rfind("   ") {
            line = young(&line, at + 3);
        }
        line = logged(&line);
        line = of_build(&line);
        if let Some((head, _)) = line.split_once("X509SHA256=") {
            line = format!("{head}X509SHA256=<digest>");
        }
        line = match line.split_once("LIVE-").or_else(|| line.split_once("MERGED-")) {
            Some((head, _)) if head.starts_with("diff ") || head.starts_with("--- ") || head.starts_with("+++ ") => {
                compared(&line)
            }
            _ => line,
        };
        for (label, hidden) in [
            ("CreationTimestamp:", "<time>"),
            ("Age:", "<age>"),
            ("Start Time:", "<time>"),
            ("Resource Version:", "<version>"),
        ] {
            if let Some((head, rest)) = line.split_once(label).filter(|(head, _)| head.trim().is_empty()) {
                let space = rest.len() - rest.trim_start().len();
                line = format!("{head}{label}{}{hidden}", &rest[..space]);
            }
        }
        if let Some(version) = version(&line) {
            let next = self.versions.len() + 1;
            let label = self.versions.entry(version.to_owned()).or_insert_with(|| format!("<version{next}>")).clone();
            let quoted = (format!("\"{version}\""), format!("\"{label}\""));
            line = line.replace(&quoted.0, &quoted.1);
        }
        self.normal.text(&line)
    }
}

/// Headings of tables are in capitals.
fn is_heading(line: &str) -> bool {
    !line.chars().any(char::is_lowercase)
}

/// Ages of seconds in a column.
fn young(line: &str, at: usize) -> String {
    let Some((head, rest)) = line.split_at_checked(at) else { return line.to_owned() };
    let end = rest.find(' ').unwrap_or(rest.len());
    let is_young = rest[..end].strip_suffix('s').is_some_and(|n| n.len() < 3 && n.parse::<u8>().is_ok());
    let gap = rest[end..].trim_start();
    match (is_young, gap) {
        (true, "") => format!("{head}<age>"),
        (true, gap) => format!("{head}<age>   {gap}"),
        (false, _) => line.to_owned(),
    }
}

/// What kubectl logs begins with when it did so, and as which process: `W1122 05:50:38.105604    8740 diff.go:723] …`.
fn logged(line: &str) -> String {
    let is_date = |word: &str| word.len() == 5 && word[1..].bytes().all(|byte| byte.is_ascii_digit());
    let mut words = line.split_whitespace();
    match (words.next(), line.split_once("] ")) {
        (Some(date), Some((head, rest))) if date.is_ascii() && is_date(date) => {
            let place = head.rsplit(' ').next().unwrap_or_default();
            format!("<logged> {place}] {rest}")
        }
        _ => line.to_owned(),
    }
}

/// A server says of what and when it was built.
fn of_build(line: &str) -> String {
    let said = ["gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler"];
    match line.split_once(": ") {
        Some((key, _)) if said.contains(&key.trim().trim_matches('"')) => format!("{key}: <build>"),
        _ => line.to_owned(),
    }
}

/// Leaves out what built-in kinds and fields are described by, and keeps their structure.
pub(super) fn without_descriptions(lines: Vec<Value>) -> Vec<Value> {
    let mut within = false;
    let mut keep = |line: &Value| {
        match line.as_str() {
            Some("DESCRIPTION:") => within = true,
            Some("FIELDS:") => within = false,
            _ => {}
        }
        !within
    };
    lines.into_iter().filter(|line| keep(line)).collect()
}

/// The first lines of a diff name folders that are made for it, and when its files were written.
fn compared(line: &str) -> String {
    let line = line.split('\t').next().unwrap_or_default();
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = ["LIVE-", "MERGED-"].iter().filter_map(|name| Some(rest.find(name)? + name.len())).min() {
        out.push_str(&rest[..at]);
        rest = rest[at..].trim_start_matches(|char: char| char.is_ascii_digit());
    }
    out + rest
}

/// The resource version that a line of YAML or JSON is about.
fn version(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(['+', '-', ' ']);
    let value = line.strip_prefix("resourceVersion: ").or_else(|| line.strip_prefix("\"resourceVersion\": "))?;
    let value = value.trim_end_matches(',').strip_prefix('"')?.strip_suffix('"')?;
    (!value.is_empty() && value != "0").then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Value> {
        let mut words = Words {
            normal: Normal::default(),
            versions: HashMap::new(),
            fixed: vec![("/tmp/mooring-kubectl-1".into(), "<home>")],
        };
        words.lines(text)
    }

    #[test]
    fn young_ages_are_hidden_in_their_column_only() {
        let table = lines("NAME   AGE   NOTE\n12s    9s    a\nb      2m    c\n");
        assert_eq!(table, ["NAME   AGE   NOTE", "12s    <age>   a", "b      2m    c"]);
    }

    #[test]
    fn equal_versions_keep_equal_names() {
        let yaml = lines("  resourceVersion: \"7\"\n  resourceVersion: \"9\"\n    \"resourceVersion\": \"7\",\n");
        assert_eq!(
            yaml,
            [
                "  resourceVersion: \"<version1>\"",
                "  resourceVersion: \"<version2>\"",
                "    \"resourceVersion\": \"<version1>\","
            ]
        );
    }

    #[test]
    fn times_of_logs_are_hidden() {
        let log = lines("W1122 05:50:38.105604    8740 diff.go:723] keeps changing\n");
        assert_eq!(log, ["<logged> diff.go:723] keeps changing"]);
    }

    #[test]
    fn causes_are_in_one_order() {
        assert_eq!(lines("why:\n* b\n* a\nend\n"), ["why:", "* a", "* b", "end"]);
    }

    #[test]
    fn descriptions_are_left_out_up_to_the_fields() {
        let explained = lines("KIND: A\nDESCRIPTION:\n    b\n\nFIELDS:\n  c\n");
        assert_eq!(without_descriptions(explained), ["KIND: A", "FIELDS:", "  c"]);
    }

    #[test]
    fn folders_and_times_of_a_diff_are_hidden() {
        let diff = "--- /tmp/mooring-kubectl-1/tmp/LIVE-12/v1.ConfigMap.a.b\t2026-11-22 05:00:00 +0000\n";
        assert_eq!(lines(diff), ["--- <home>/tmp/LIVE-/v1.ConfigMap.a.b"]);
    }
}
