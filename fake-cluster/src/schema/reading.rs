//! From the body of a request to the form in which an object is stored: types, unknown fields, defaults. Knows no rules.
use serde_json::Value;

use super::{FieldValidation, KindSchema, Model};
use crate::schema::decode::{self, Slip};
use crate::schema::defaults;
use crate::schema::outline::{self, Outline};
use crate::schema::refusal::Refusal;
use crate::schema::strategic::misfit;
use crate::schema::text::quote;

impl KindSchema {
    /// Checks the types of a request body, drops unknown fields and fills in defaults; returns warnings for the client.
    ///
    /// # Errors
    /// 400 when a value has the wrong type, or, with [`FieldValidation::Strict`], when there are unknown fields.
    pub fn decode(&self, object: &mut Value, unknown: FieldValidation) -> Result<Vec<String>, Refusal> {
        self.decode_outlined(object, unknown, None)
    }

    /// As [`KindSchema::decode`], with the JSON text the object was read from: fields that are there twice are found too,
    /// and everything is reported in the order of the text.
    ///
    /// # Errors
    /// As for [`KindSchema::decode`].
    pub fn decode_text(
        &self,
        object: &mut Value,
        text: &[u8],
        unknown: FieldValidation,
    ) -> Result<Vec<String>, Refusal> {
        let is_strict = unknown != FieldValidation::Ignore;
        let mut first = None;
        if !(is_strict && outline::has_repeated_keys(text)) {
            // Nearly always nothing is wrong, and then no order is needed.
            match self.decode_outlined(object, unknown, None) {
                Ok(told) if told.is_empty() => return Ok(told),
                told => first = Some(told),
            }
        }
        let text_of = |key: &str| object.get(key).cloned();
        let (api_version, kind) = (text_of("apiVersion"), text_of("kind"));
        let Ok(mut again) = serde_json::from_slice::<Value>(text) else {
            // The text is no JSON, and has no order to keep.
            return first.unwrap_or_else(|| self.decode_outlined(object, unknown, None));
        };
        if let Some(again) = again.as_object_mut() {
            for (key, value) in [("apiVersion", api_version), ("kind", kind)] {
                if let Some(value) = value {
                    again.insert(key.to_owned(), value);
                }
            }
        }
        *object = again;
        self.decode_outlined(object, unknown, Some(&Outline::of(text)))
    }

    fn decode_outlined(
        &self,
        object: &mut Value,
        unknown: FieldValidation,
        outline: Option<&Outline>,
    ) -> Result<Vec<String>, Refusal> {
        let slips = self.read_outlined(object, outline).map_err(|message| self.unreadable(object, &message))?;
        let told: Vec<String> = slips.iter().map(Slip::message).collect();
        match unknown {
            FieldValidation::Ignore => Ok(Vec::new()),
            FieldValidation::Warn => Ok(told),
            FieldValidation::Strict if told.is_empty() => Ok(told),
            FieldValidation::Strict => {
                Err(self.unreadable(object, &format!("strict decoding error: {}", told.join(", "))))
            }
        }
    }

    fn unreadable(&self, object: &Value, message: &str) -> Refusal {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        let version = text("apiVersion").map_or(&*self.version, |group_version| {
            group_version.rsplit_once('/').map_or(group_version, |(_, version)| version)
        });
        Refusal::bad_request(format!(
            "{} in version {} cannot be handled as a {}: {message}",
            text("kind").unwrap_or(&self.kind),
            quote(version),
            self.kind
        ))
    }

    /// Brings an object into the form in which it is stored; returns what was dropped.
    ///
    /// # Errors
    /// The decoder's message.
    pub(crate) fn read(&self, object: &mut Value) -> Result<Vec<Slip>, String> {
        self.read_outlined(object, None)
    }

    fn read_outlined(&self, object: &mut Value, outline: Option<&Outline>) -> Result<Vec<Slip>, String> {
        // An empty list of managers is a wish to forget them, which an absent one is not.
        let forget = object.pointer("/metadata/managedFields").and_then(Value::as_array).is_some_and(Vec::is_empty);
        let told = self.read_fields(object, outline)?;
        if forget {
            crate::apply::set_managed_fields(object, Some(Value::Array(Vec::new())));
        }
        Ok(told)
    }

    fn read_fields(&self, object: &mut Value, outline: Option<&Outline>) -> Result<Vec<Slip>, String> {
        let slips = match &self.model {
            Model::Builtin(builtin) => {
                let slips = decode::decode(&self.types, self.root, object, outline)?;
                self.stamp(object);
                defaults::fill(*builtin, object);
                slips
            }
            Model::Custom(custom) => {
                let slips = custom.own.read(object, outline)?;
                self.stamp(object);
                slips
            }
        };
        Ok(slips)
    }

    /// Brings an object that was merged from others into the form in which it is stored.
    ///
    /// # Errors
    /// The decoder's message.
    pub(crate) fn settle(&self, object: &mut Value) -> Result<(), String> {
        match &self.model {
            Model::Builtin(builtin) => {
                decode::convert(&self.types, self.root, object)
                    .map_err(|why| format!("unable to convert unstructured object to {}: {why}", self.gvk()))?;
                self.stamp(object);
                defaults::fill(*builtin, object);
                Ok(())
            }
            Model::Custom(custom) => custom.own.settle(object),
        }
    }

    /// Brings an object that a strategic merge patch made into the form in which it is stored; returns what was dropped,
    /// by name. The real server does not look at what the object says to be.
    ///
    /// # Errors
    /// The decoder's message.
    pub(crate) fn settle_merged(&self, object: &mut Value) -> Result<Vec<String>, String> {
        let forget = object.pointer("/metadata/managedFields").and_then(Value::as_array).is_some_and(Vec::is_empty);
        if let Some(why) = misfit(&self.types, self.root, object) {
            return Err(why);
        }
        let slips = decode::convert(&self.types, self.root, object)?;
        self.stamp(object);
        if let Model::Builtin(builtin) = &self.model {
            defaults::fill(*builtin, object);
        }
        if forget {
            crate::apply::set_managed_fields(object, Some(Value::Array(Vec::new())));
        }
        let mut told: Vec<String> = slips.iter().map(Slip::message).collect();
        told.sort();
        Ok(told)
    }

    /// Drops what this version of a custom resource does not declare.
    pub(crate) fn prune(&self, object: &mut Value) {
        if let Model::Custom(custom) = &self.model {
            custom.own.prune(object);
        }
    }

    /// Writes the kind and version.
    fn stamp(&self, object: &mut Value) {
        if let Value::Object(object) = object {
            let mut put = |key: &str, text: &str| match object.get_mut(key) {
                Some(Value::String(there)) if there == text => {}
                _ => {
                    object.insert(key.to_owned(), Value::from(text));
                }
            };
            put("apiVersion", &self.api_version);
            put("kind", &self.kind);
        }
    }

    /// An object of this kind in which nothing is set.
    pub(crate) fn zero(&self) -> &Value {
        self.zero.get_or_init(|| {
            let mut zero = match &self.model {
                Model::Builtin(_) => decode::zero(&self.types, self.root),
                Model::Custom(_) => Value::Object(serde_json::Map::new()),
            };
            self.stamp(&mut zero);
            zero
        })
    }
}
