//! From a new or changed object to an admitted one: the kind's own preparation, then its rules. Knows nothing of requests.
use serde_json::Value;

use super::{KindSchema, Model, Scope, admission, check, meta, prepare};
use crate::schema::catalog::Builtin;
use crate::schema::refusal::{Cause, Refusal};

impl KindSchema {
    /// Prepares and validates a new object; `metadata.name`, `namespace`, `uid` and `creationTimestamp` are already set.
    /// Returns warnings for the client.
    ///
    /// # Errors
    /// 422 with one cause per broken rule.
    pub fn admit_create(&self, object: &mut Value) -> Result<Vec<String>, Refusal> {
        let mut causes = Vec::new();
        let warnings;
        match &self.model {
            Model::Builtin(builtin) => {
                admission::create(*builtin, object)?;
                prepare::create(*builtin, object, self.zero().get("status").cloned());
                (causes, warnings) = check::create(*builtin, object);
            }
            Model::Custom(custom) => {
                prepare::create_custom(object, custom.own.has_status);
                let told = custom.own.check(object, None, None, self.scope == Scope::Namespaced, &mut causes);
                let more = meta::finalizer_warnings(object.get("metadata").unwrap_or(&Value::Null), None);
                warnings = told.into_iter().chain(more).collect();
            }
        }
        if causes.is_empty() && !matches!(self.model, Model::Builtin(Builtin::Other | Builtin::TokenRequest)) {
            check::common_create(object, self.scope == Scope::Namespaced, &mut causes);
        }
        let warnings = self.verdict(object, causes, warnings)?;
        if let Model::Builtin(builtin) = &self.model {
            prepare::store(*builtin, object);
        }
        Ok(warnings)
    }

    /// Prepares and validates a changed object: fields the (sub)resource may not change are put back,
    /// `metadata.generation` moves when the kind's desired state changed. Returns warnings for the client.
    ///
    /// # Errors
    /// 422 with one cause per broken rule.
    pub fn admit_update(
        &self,
        new: &mut Value,
        old: &Value,
        subresource: Option<&str>,
    ) -> Result<Vec<String>, Refusal> {
        let mut causes = Vec::new();
        let warnings;
        prepare::before_update(new, old);
        match &self.model {
            Model::Builtin(builtin) => {
                admission::update(*builtin, new, old, subresource);
                prepare::update(*builtin, new, old, subresource);
                (causes, warnings) = check::update(*builtin, new, old, subresource);
            }
            Model::Custom(custom) => {
                prepare::update_custom(new, old, custom.own.has_status, subresource);
                check::common_update(new, old, self.scope == Scope::Namespaced, &mut causes);
                let told = custom.own.check(new, Some(old), subresource, self.scope == Scope::Namespaced, &mut causes);
                let null = Value::Null;
                let meta_of = |object: &'_ Value| object.get("metadata").cloned().unwrap_or_else(|| null.clone());
                let more = meta::finalizer_warnings(&meta_of(new), Some(&meta_of(old)));
                warnings = told.into_iter().chain(more).collect();
            }
        }
        let warnings = self.verdict(new, causes, warnings)?;
        if let Model::Builtin(builtin) = &self.model {
            prepare::store(*builtin, new);
        }
        crate::apply::keep_times(new, old);
        Ok(warnings)
    }

    fn verdict(&self, object: &Value, causes: Vec<Cause>, warnings: Vec<String>) -> Result<Vec<String>, Refusal> {
        if causes.is_empty() {
            return Ok(warnings);
        }
        let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        // Events are one kind in two groups, and the older group names it.
        let kind = match self.model {
            Model::Builtin(Builtin::NewEvent) => self.kind.clone(),
            _ => self.qualified_kind(),
        };
        Err(Refusal::invalid(&kind, name, causes))
    }
}
