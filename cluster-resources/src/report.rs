//! Plans and outcomes for people and programs: text, diffs, JSON, Markdown.
