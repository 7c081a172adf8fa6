//! What callers see of a consent to images, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{ImageConsentId, ImageKind, ImageUse, Model};
use crate::http::Versioned;
use crate::partners::PartnerId;
use crate::values::{OdsCode, Prose};

/// That a partner has consented to images of them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageConsent {
    /// Its id.
    pub id: ImageConsentId,
    /// The organisation that holds the partner's record.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was noted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who has consented.
    pub partner_id: PartnerId,
    /// To what.
    #[schema(min_items = 1, max_items = 3)]
    pub images: Vec<ImageKind>,
    /// For what.
    #[schema(min_items = 1, max_items = 5)]
    pub uses: Vec<ImageUse>,
    /// The words to which they consented.
    #[schema(value_type = Prose)]
    pub wording: String,
    /// When they consented.
    pub consented_at: DateTime<Utc>,
    /// When they took the consent back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl From<Model> for ImageConsent {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            images,
            uses,
            wording,
            consented_at,
            withdrawn_at,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            images: images.0,
            uses: uses.0,
            wording,
            consented_at,
            withdrawn_at,
        }
    }
}

impl Versioned for ImageConsent {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/image-consents/{}", self.id)
    }
}

/// A consent to images.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "images": ["photograph"],
    "uses": ["internal", "print"],
    "wording": "You may take my photograph at the launch, and use it in your leaflets."
}))]
pub struct NewImageConsent {
    /// To what.
    #[schema(min_items = 1, max_items = 3)]
    #[validate(length(min = 1, max = 3, message = "from 1 to 3 entries"))]
    pub images: Vec<ImageKind>,
    /// For what.
    #[schema(min_items = 1, max_items = 5)]
    #[validate(length(min = 1, max = 5, message = "from 1 to 5 entries"))]
    pub uses: Vec<ImageUse>,
    /// The words to which they consented.
    pub wording: Prose,
    /// When they consented, on a paper form for example; now without it.
    pub consented_at: Option<DateTime<Utc>>,
}
