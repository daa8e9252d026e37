//! The language of scripts; knows nothing of how they are run.
//!
//! ```text
//! # Comments and empty lines are for readers.
//! <<< a.yaml              a file, up to a line of three closing angles
//! >>>
//! $ apply -f a.yaml       kubectl, which has to succeed; 'quoted words' stay together, $NS is the namespace
//! ! apply -f b.yaml       kubectl, which has to fail
//! until get widgets       the same command again and again until it succeeds; not recorded
//! & delete configmap a    kubectl in the background …
//! join                    … which is waited for, and has to succeed
//! shape explain pods      kubectl, which has to succeed; descriptions are left out
//! > pod/a created         what the last command has to have printed, for scripts that run on one server only
//! ```

use anyhow::{Context as _, Result, bail};

/// A script.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Script {
    /// What it claims, such as `applied_objects_are_pruned`.
    pub name: String,
    /// What it does.
    pub steps: Vec<Step>,
}

/// One step of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Writes a file into the working directory.
    File {
        /// Its name.
        name: String,
        /// Its content.
        text: String,
    },
    /// Runs kubectl and records what it says.
    Run(Ends, Vec<String>),
    /// Runs kubectl until it succeeds.
    Until(Vec<String>),
    /// Starts kubectl in the background.
    Begin(Vec<String>),
    /// Waits for what runs in the background, and records it.
    Join,
    /// Runs kubectl and records what it says without descriptions.
    Shape(Vec<String>),
    /// A line that the last command has to have printed.
    Says(String),
}

/// How a command has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are two ways to end")]
pub enum Ends {
    /// With exit code 0.
    Well,
    /// With any other.
    Badly,
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// When a line is none of the language.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let mut steps = Vec::new();
        let mut lines = text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let step = match line.split_once(' ').unwrap_or((line, "")) {
                ("<<<", name) => {
                    let mut text = String::new();
                    loop {
                        let (_, line) =
                            lines.next().with_context(|| format!("line {}: the file has no end", at + 1))?;
                        if line == ">>>" {
                            break;
                        }
                        text.push_str(line);
                        text.push('\n');
                    }
                    Step::File { name: name.to_owned(), text }
                }
                ("$", rest) => Step::Run(Ends::Well, words(rest)?),
                ("!", rest) => Step::Run(Ends::Badly, words(rest)?),
                ("until", rest) => Step::Until(words(rest)?),
                ("&", rest) => Step::Begin(words(rest)?),
                ("join", "") => Step::Join,
                ("shape", rest) => Step::Shape(words(rest)?),
                (">", rest) => Step::Says(rest.to_owned()),
                _ => bail!("line {}: {line}", at + 1),
            };
            steps.push(step);
        }
        Ok(Self { name: name.to_owned(), steps })
    }

    /// The namespace in which it runs, which is its own.
    pub fn namespace(&self) -> String {
        let mut name = format!("kubectl-{}", self.name.replace('_', "-"));
        name.truncate(63);
        name.trim_end_matches('-').to_owned()
    }

    /// How many commands it records.
    pub fn commands(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, Step::Run(..) | Step::Shape(_) | Step::Join)).count()
    }
}

/// Words apart by spaces; what stands between single quotes stays together.
fn words(text: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let (mut word, mut quoted) = (String::new(), false);
    for char in text.chars() {
        match char {
            '\'' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            other => word.push(other),
        }
    }
    anyhow::ensure!(!quoted, "a quote is not closed: {text}");
    if !word.is_empty() {
        words.push(word);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_files_and_commands() {
        let text = "# Why.\n<<< a.yaml\nkind: A\n\n>>>\n\n$ patch a -p '{\"b\": 1}'\n! get c\n> d e\n";
        let script = Script::parse("a_claim", text).unwrap();
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            script.steps,
            [
                Step::File { name: "a.yaml".into(), text: "kind: A\n\n".into() },
                Step::Run(Ends::Well, words(&["patch", "a", "-p", "{\"b\": 1}"])),
                Step::Run(Ends::Badly, words(&["get", "c"])),
                Step::Says("d e".into()),
            ]
        );
        assert_eq!((script.namespace().as_str(), script.commands()), ("kubectl-a-claim", 2));
    }

    #[test]
    fn broken_scripts_are_refused() {
        for text in ["hello\n", "<<< a\nno end\n", "$ get 'a\n", "hello ann\n"] {
            assert!(Script::parse("a", text).is_err(), "{text}");
        }
    }
}
