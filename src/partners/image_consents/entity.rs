//! The table of consents to images.

use sea_orm::entity::prelude::*;

use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{Stored, choices, id};

id!(
    /// Names a consent to images.
    ImageConsentId
);

choices! {
    /// What is made of a person.
    pub enum ImageKind {
        /// A photograph.
        Photograph,
        /// A film.
        Video,
        /// The voice.
        Voice,
    }
}

choices! {
    /// For what it is used.
    pub enum ImageUse {
        /// Inside the organisation: training, meetings.
        Internal,
        /// On paper: leaflets, posters, reports.
        Print,
        /// On the organisation's web pages.
        Website,
        /// On social media.
        SocialMedia,
        /// By the press.
        Press,
    }
}

/// That a partner has consented to images of them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_image_consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImageConsentId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub images: Stored<Vec<ImageKind>>,
    pub uses: Stored<Vec<ImageUse>>,
    pub wording: String,
    pub consented_at: DateTimeUtc,
    pub withdrawn_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(ImageConsentId, "image consent", owner: Some(Column::PartnerId));
