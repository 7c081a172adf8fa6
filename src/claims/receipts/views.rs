//! What callers see of a receipt, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{ClaimReceiptId, Model};
use crate::claims::ClaimId;
use crate::files::FilePart;
use crate::http::Versioned;
use crate::partners::PartnerId;
use crate::values::{Label, Line, OdsCode};

/// A receipt of a claim.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimReceipt {
    /// Its id.
    pub id: ClaimReceiptId,
    /// The organisation that pays.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whose it is.
    pub partner_id: PartnerId,
    /// Of which claim.
    pub claim_id: ClaimId,
    /// What the file is called.
    #[schema(value_type = Line)]
    pub file_name: String,
    /// What the file is.
    #[schema(max_length = 120)]
    pub media_type: String,
    /// How long it is, in bytes.
    #[schema(minimum = 0)]
    pub length: i64,
    /// SHA-256 of the file, in hexadecimal digits.
    #[schema(max_length = 64)]
    pub digest: String,
}

impl From<Model> for ClaimReceipt {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            claim_id,
            file_id: _,
            file_name,
            media_type,
            length,
            digest,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            claim_id,
            file_name,
            media_type,
            length,
            digest,
        }
    }
}

impl Versioned for ClaimReceipt {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/claim-receipts/{}", self.id)
    }
}

/// A receipt to upload, as a form.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "file": "receipt.txt", "line": "0" }))]
pub struct NewClaimReceipt {
    /// A picture or a document.
    pub file: FilePart,
    /// The line that it is for, counted from 0. Lines can name it later, too.
    #[schema(value_type = Option<String>, pattern = "^[0-9]{1,2}$", max_length = 2)]
    pub line: Option<Label>,
}
