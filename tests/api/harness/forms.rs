//! Forms with a file among their fields.

use reqwest::Method;

use super::{Answer, Person};

/// What stands between the parts.
pub const BOUNDARY: &str = "between-the-parts";
/// The media type of a form made here.
pub const FORM: &str = "multipart/form-data; boundary=between-the-parts";

/// A form in the making.
#[derive(Clone, Default)]
pub struct Form(Vec<u8>);

impl Form {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    pub fn field(mut self, name: &str, value: &str) -> Self {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        self.0.extend(part.bytes());
        self
    }

    /// Adds the file, with a media type if one is declared.
    pub fn file(mut self, name: &str, declared: Option<&str>, bytes: &[u8]) -> Self {
        let declared = declared.map_or(String::new(), |kind| format!("Content-Type: {kind}\r\n"));
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n{declared}\r\n"
        );
        self.0.extend(head.bytes());
        self.0.extend(bytes);
        self.0.extend(b"\r\n");
        self
    }

    /// The body.
    pub fn body(mut self) -> Vec<u8> {
        self.0.extend(format!("--{BOUNDARY}--\r\n").bytes());
        self.0
    }
}

impl Person {
    /// Sends a form.
    pub async fn upload(&self, path: &str, form: Form) -> Answer {
        let request = self.request(Method::POST, path);
        request.body(FORM, form.body()).send().await
    }
}
