//! Answers as GitHub makes them: JSON, entity tags, links, and refusals with their documentation.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What a route answers, before limits and entity tags.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
    pub(super) content_type: String,
    pub(super) link: Option<String>,
    pub(super) headers: Vec<(HeaderName, String)>,
}

// === impl Answer ===

impl Answer {
    pub(super) fn json(body: &Value) -> Self {
        Self::of(StatusCode::OK, body)
    }

    pub(super) fn of(status: StatusCode, body: &Value) -> Self {
        Self {
            status,
            body: body.to_string().into_bytes(),
            content_type: "application/json; charset=utf-8".to_owned(),
            link: None,
            headers: Vec::new(),
        }
    }

    pub(super) fn bytes(content_type: &str, body: Vec<u8>) -> Self {
        Self { body, content_type: content_type.to_owned(), ..Self::of(StatusCode::OK, &Value::Null) }
    }

    pub(super) fn page(page: super::pages::Page) -> Self {
        Self { link: page.link, ..Self::json(&Value::Array(page.items)) }
    }

    pub(super) fn refusal(status: StatusCode, message: &str) -> Self {
        Self::documented(status, message, "https://docs.github.com/rest")
    }

    pub(super) fn documented(status: StatusCode, message: &str, documentation: &str) -> Self {
        Self::of(status, &json!({ "message": message, "documentation_url": documentation, "status": status.as_str() }))
    }

    pub(super) fn not_found() -> Self {
        Self::refusal(StatusCode::NOT_FOUND, "Not Found")
    }

    pub(super) fn with(mut self, name: HeaderName, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// The tag of what is answered.
    pub(super) fn tag(&self) -> String {
        let digest = Sha256::digest(&self.body);
        format!("W/\"{}\"", digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    pub(super) fn into_response(self) -> Response {
        let no_body = self.status == StatusCode::NOT_MODIFIED || self.status == StatusCode::NO_CONTENT;
        let mut response = Response::new(if no_body { Body::empty() } else { Body::from(self.body) });
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(header::CONTENT_TYPE, &self.content_type);
        if let Some(link) = &self.link {
            set(header::LINK, link);
        }
        for (name, value) in self.headers {
            set(name, &value);
        }
        response
    }
}
