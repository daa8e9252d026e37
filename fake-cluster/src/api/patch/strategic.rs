//! Strategic merge patches: read, applied to the live object, and read again. Knows nothing of how fields are merged.

use serde_json::Value;

use super::{Change, Patch, unfit};
use crate::api::ctx::Ctx;
use crate::api::doubles::{self, Doubles};
use crate::api::gojson;
use crate::api::operations::json_type;
use crate::api::resource::Resource;
use crate::api::status::Status;
use crate::api::write::Draft;
use crate::schema::FieldValidation;
use crate::schema::strategic::Problem;
use crate::schema::text::plain;

impl Ctx<'_> {
    pub(super) fn read_strategic(&self) -> Result<Patch, Status> {
        let (value, paths) = doubles::read(self.body)
            .map_err(|error| Status::bad_request(gojson::complaint(self.body).unwrap_or_else(|| error.to_string())))?;
        if !value.is_object() && !value.is_null() {
            let found = json_type(&value);
            return Err(Status::bad_request(format!(
                "json: cannot unmarshal {found} into Go value of type map[string]interface {{}}"
            )));
        }
        let complaints = Doubles { paths, line: None }.warnings(&[]);
        Ok(Patch { change: Change::Strategic(value), complaints })
    }

    /// The live object with a strategic merge patch applied. What the patch says of kind and version is not looked at.
    pub(super) fn merged(
        &self,
        resource: &Resource,
        live: &Value,
        patch: &Value,
        complaints: &[String],
        validation: FieldValidation,
    ) -> Result<Draft, Status> {
        let mut left = patch.clone();
        let Some(merged) = resource.schema.merge_strategically(live, &mut left) else {
            return Err(Status::bad_request("strategic merge patch format is not supported"));
        };
        let mut new = merged.map_err(|problem| match problem {
            Problem::BadRequest(why) => Status::bad_request(why),
            Problem::Unprocessable => {
                Status::generic(422, "Invalid", "the server rejected our request due to an error in our request")
            }
            Problem::Internal(why) => Status::bare(500, why),
        })?;
        let shown = if left.is_null() { "map[]".to_owned() } else { plain(&left) };
        let unknown = resource.schema.settle_merged(&mut new).map_err(|why| unfit(&shown, &why))?;
        let told: Vec<String> = match validation {
            FieldValidation::Ignore => Vec::new(),
            _ => complaints.iter().cloned().chain(unknown).collect(),
        };
        if validation == FieldValidation::Strict && !told.is_empty() {
            return Err(unfit(&shown, &format!("strict decoding error: {}", told.join(", "))));
        }
        Ok(Draft::new(new, told))
    }
}
