//! The tables of agreements, and of what was signed.

use sea_orm::Select;
use sea_orm::entity::prelude::*;

use super::acceptance::Acceptance;
use super::lifecycle::{EndedBy, Status};
use super::particulars::Particulars;
use crate::agreement_texts::{AgreementKind, AgreementTextId};
use crate::appointments::AppointmentId;
use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{Reason, Stored, id};

id!(
    /// Names an agreement.
    AgreementId
);

/// An agreement with a partner about a role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgreementId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub appointment_id: AppointmentId,
    pub text_id: AgreementTextId,
    pub kind: AgreementKind,
    pub particulars: Stored<Particulars>,
    pub partner_acceptance: Option<Stored<Acceptance>>,
    pub organisation_acceptance: Option<Stored<Acceptance>>,
    pub in_force_at: Option<DateTimeUtc>,
    /// The digests of what was signed, in hexadecimal.
    pub page_sha256: Option<String>,
    pub pdf_sha256: Option<String>,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_by: Option<EndedBy>,
    pub end_reason: Option<Reason>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(AgreementId, "agreement", owner: Some(Column::PartnerId));

/// The agreements about a role, whoever asks: the operation holds the appointment.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks: the operation's own rule decides"
)]
pub fn about(appointment: AppointmentId) -> Select<Entity> {
    Entity::find().filter(Column::AppointmentId.eq(appointment))
}

/// What was signed, as it is shown: the same bytes for ever.
pub mod document {
    use sea_orm::entity::prelude::*;

    /// What was signed.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agreement_documents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement_id: super::AgreementId,
        pub page: Vec<u8>,
        pub pdf: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What was signed of an agreement that the caller may read.
#[expect(
    clippy::disallowed_methods,
    reason = "no record; the agreement is the caller's"
)]
pub fn document_of(id: AgreementId) -> Select<document::Entity> {
    document::Entity::find().filter(document::Column::AgreementId.eq(id))
}
