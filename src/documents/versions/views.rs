//! What callers see of a version, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::entity::{DocumentVersionId, Model};
use super::lifecycle::Status;
use crate::documents::entity::{DocumentFormat, DocumentId};
use crate::files::FilePart;
use crate::http::Versioned;
use crate::values::{Language, Line, OdsCode, Prose, Reason};

/// A version of a document. Its file never changes; only where it stands does.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentVersion {
    /// Its id.
    pub id: DocumentVersionId,
    /// The organisation whose document it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts the steps that it took.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it took its last step.
    pub updated_at: DateTime<Utc>,
    /// The document.
    pub document_id: DocumentId,
    /// The format.
    pub format: DocumentFormat,
    /// The language.
    pub language: Language,
    /// Counts the versions in this format and language.
    #[schema(minimum = 1)]
    pub number: i32,
    /// The standard version whose text this is, in another format or language.
    pub renders_id: Option<DocumentVersionId>,
    /// What is new in it.
    #[schema(value_type = Prose)]
    pub change_note: String,
    /// From when it holds.
    pub effective_from: Option<NaiveDate>,
    /// When it is to be looked at again.
    pub review_on: Option<NaiveDate>,
    /// The name of the file.
    #[schema(value_type = Line)]
    pub file_name: String,
    /// What kind of file it is.
    #[schema(max_length = 200)]
    pub media_type: String,
    /// Its length in bytes.
    #[schema(minimum = 1)]
    pub length: i64,
    /// The SHA-256 digest of the file, in hexadecimal digits.
    #[schema(min_length = 64, max_length = 64)]
    pub digest: String,
    /// Who was asked about it, and what came of it.
    #[schema(value_type = Option<Prose>)]
    pub consultation: Option<String>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// When a newer one took its place.
    pub superseded_at: Option<DateTime<Utc>>,
    /// The newer one that took its place.
    pub superseded_by_id: Option<DocumentVersionId>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    #[schema(value_type = Option<Reason>)]
    pub withdrawal_reason: Option<String>,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for DocumentVersion {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            document_id,
            format,
            language,
            number,
            renders_id,
            change_note,
            effective_from,
            review_on,
            file_id: _,
            file_name,
            media_type,
            length,
            digest,
            author: _,
            consultation,
            approved_by: _,
            approved_at,
            published_at,
            superseded_at,
            superseded_by_id,
            withdrawn_at,
            withdrawal_reason,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            document_id,
            format,
            language,
            number,
            renders_id,
            change_note,
            effective_from,
            review_on,
            file_name,
            media_type,
            length,
            digest,
            consultation,
            approved_at,
            published_at,
            superseded_at,
            superseded_by_id,
            withdrawn_at,
            withdrawal_reason,
            status,
        }
    }
}

impl Versioned for DocumentVersion {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/document-versions/{}", self.id)
    }
}

fn standard() -> DocumentFormat {
    DocumentFormat::Standard
}

/// A version to upload, as a form with these fields.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "file": "guide.txt", "changeNote": "Says how expenses are claimed.", "language": "en", "reviewOn": "2027-11-30"
}))]
#[validate(schema(function = in_order))]
pub struct NewDocumentVersion {
    /// The file, with its name.
    pub file: FilePart,
    /// What is new in it.
    pub change_note: Prose,
    /// The format; standard without it.
    #[serde(default = "standard")]
    #[schema(required = false)]
    pub format: DocumentFormat,
    /// The language of the text.
    pub language: Language,
    /// The standard version whose text this is, in another format or language.
    pub renders_id: Option<DocumentVersionId>,
    /// From when it holds.
    pub effective_from: Option<NaiveDate>,
    /// When it is to be looked at again.
    pub review_on: Option<NaiveDate>,
}

fn in_order(new: &NewDocumentVersion) -> Result<(), ValidationError> {
    match (new.effective_from, new.review_on) {
        (Some(from), Some(review)) if review <= from => {
            let message = "it is looked at again after it begins to hold";
            let mut error = ValidationError::new("order").with_message(message.into());
            error.add_param("pointer".into(), &"/reviewOn");
            Err(error)
        }
        _ => Ok(()),
    }
}

/// That people were asked.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DocumentConsultation, example = json!({
    "consultation": "The readers' panel and four partners; the part about taxis is clearer now."
}))]
pub struct Consultation {
    /// Who was asked, and what came of it. Names of people are not needed.
    pub consultation: Prose,
}

/// The end of a version.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DocumentWithdrawal, example = json!({ "reason": "It names a rate that no longer holds." }))]
pub struct Withdrawal {
    /// Why it is withdrawn; who was given it reads this.
    pub reason: Reason,
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentVersionFilter {
    /// Only those in this format.
    #[param(inline)]
    pub format: Option<DocumentFormat>,
    /// Only those in this language.
    #[param(value_type = Option<String>, min_length = 2, max_length = 35, pattern = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    pub language: Option<Language>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
}
