//! The table of contact preferences.

use sea_orm::entity::prelude::*;

use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{choices, id};

id!(
    /// Names a contact preference.
    PreferenceId
);

choices! {
    /// What a message is for. Each needs a consent of its own; replies and matters of a role that
    /// somebody holds need none.
    pub enum ContactPurpose {
        /// New opportunities.
        Opportunities,
        /// The newsletter.
        Newsletter,
        /// When and where meetings are.
        MeetingLogistics,
        /// Surveys.
        Surveys,
        /// Elections of governors.
        GovernorElections,
        /// What changed because of what people said.
        YouSaidWeDid,
    }
}

choices! {
    /// By which way a person is reached.
    pub enum Channel {
        /// E-mail.
        Email,
        /// Text message.
        Sms,
        /// Telephone.
        Phone,
        /// Letter.
        Letter,
        /// Text relay.
        TextRelay,
        /// By way of a carer.
        ViaCarer,
    }
}

/// That a partner may be reached for a purpose by a channel.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_preferences")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PreferenceId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub purpose: ContactPurpose,
    pub channel: Channel,
    pub consented_at: DateTimeUtc,
    pub wording: String,
    pub withdrawn_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PreferenceId, "contact preference", owner: Some(Column::PartnerId));
