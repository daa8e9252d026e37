//! A report as one JSON document, or as JSON lines; and the schema of both.

use std::fmt::{self, Write};

use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use crate::report::document::{Document, Line, Trailer};

impl Document {
    /// One JSON document.
    #[must_use]
    pub fn json(&self) -> String {
        let mut out = one(self, true);
        out.push('\n');
        out
    }

    /// One JSON value a line: the items, the findings, and the summary, which tells that nothing is missing.
    #[must_use]
    pub fn ndjson(&self) -> String {
        let mut out = String::new();
        match self.write_ndjson(&mut out) {
            // A string takes everything.
            Ok(()) | Err(fmt::Error) => out,
        }
    }

    /// Writes one JSON value a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_ndjson(&self, out: &mut impl Write) -> fmt::Result {
        for item in &self.items {
            writeln!(out, "{}", one(&Line::Item(Box::new(item.clone())), false))?;
        }
        for issue in &self.issues {
            writeln!(out, "{}", one(&Line::Issue(issue.clone()), false))?;
        }
        let summary = Trailer {
            version: self.version,
            plan_digest: self.plan_digest.clone(),
            field_manager: self.field_manager.clone(),
            dry_run: self.dry_run,
            summary: self.summary.clone(),
        };
        writeln!(out, "{}", one(&Line::Summary(summary), false))
    }
}

/// The types have text keys only, so that nothing in them cannot be written.
fn one(value: &impl Serialize, pretty: bool) -> String {
    let written = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    written.unwrap_or_default()
}

/// The JSON Schema (2020-12) of reports: of [`Document`], and below `#/$defs/Line` of the lines of a report that is written line by line.
/// The file `schema/report.json` of this crate holds it.
#[must_use]
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.subschema_for::<Line>();
    generator.into_root_schema_for::<Document>().to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report.json");

    /// To write the file anew: `UPDATE_SCHEMA=1 cargo test -p cluster-resources --all-features the_committed_schema`
    #[test]
    fn the_committed_schema_is_that_of_the_types() {
        let schema = schema();
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(FILE, one(&schema, true) + "\n").unwrap();
        }
        let committed: Value = serde_json::from_str(&std::fs::read_to_string(FILE).unwrap()).unwrap();
        assert!(committed == schema, "schema/report.json is not up to date; run this test with UPDATE_SCHEMA=1");
    }

    #[test]
    fn the_schema_is_one() {
        assert!(jsonschema::meta::is_valid(&schema()));
    }
}
