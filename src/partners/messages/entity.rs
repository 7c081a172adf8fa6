//! The table of messages.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;

use crate::partners::PartnerId;
use crate::partners::contact_preferences::entity::ContactPurpose;
use crate::store::record;
use crate::values::{Stored, choices, id};

id!(
    /// Names a message.
    MessageId
);

choices! {
    /// What a message is for.
    pub enum MessagePurpose {
        /// The answer to something that the partner sent. Reaches paused partners too.
        Reply,
        /// A matter of a role that the partner holds; needs no consent.
        Service,
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

impl MessagePurpose {
    /// The purpose to which the partner has to have consented; nothing where no consent is needed.
    pub fn needs_consent(self) -> Option<ContactPurpose> {
        match self {
            Self::Reply | Self::Service => None,
            Self::Opportunities => Some(ContactPurpose::Opportunities),
            Self::Newsletter => Some(ContactPurpose::Newsletter),
            Self::MeetingLogistics => Some(ContactPurpose::MeetingLogistics),
            Self::Surveys => Some(ContactPurpose::Surveys),
            Self::GovernorElections => Some(ContactPurpose::GovernorElections),
            Self::YouSaidWeDid => Some(ContactPurpose::YouSaidWeDid),
        }
    }

    /// Whether it asks the partner for something; the others answer, or tell.
    pub const fn asks(self) -> bool {
        match self {
            Self::Opportunities
            | Self::Surveys
            | Self::MeetingLogistics
            | Self::GovernorElections => true,
            Self::Reply | Self::Service | Self::Newsletter | Self::YouSaidWeDid => false,
        }
    }
}

choices! {
    /// Where a message is.
    pub enum MessageStatus {
        /// Waits to be sent.
        Queued,
        /// Has been sent.
        Sent,
        /// Will not be sent.
        Cancelled,
    }
}

/// A message to a partner. Its facts are ids, dates and words of this service: no personal data.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub purpose: MessagePurpose,
    pub template: String,
    pub facts: Stored<BTreeMap<String, String>>,
    pub status: MessageStatus,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(MessageId, "message", owner: Some(Column::PartnerId));
