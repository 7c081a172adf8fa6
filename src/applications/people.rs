//! Who the people around applications are: the names by which applicant and panel know each other, looked
//! up for many applications at once, and who of a panel has applied.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::chat::PanelMember;
use super::entity::{Column, Model, of_opportunity};
use super::lifecycle::Status;
use super::views::ApplicantContact;
use crate::http::Problem;
use crate::opportunities::OpportunityId;
use crate::partners::{PartnerId, entity as partners};
use crate::store::Work;
use crate::users::UserId;
use crate::users::entity as users;

/// The people of some applications, by their ids.
#[derive(Debug, Default)]
pub struct People {
    members: HashMap<UserId, String>,
    applicants: HashMap<PartnerId, partners::Model>,
}

impl People {
    /// The people of some applications, in two statements at the most; applicants only for a panel.
    #[expect(
        clippy::disallowed_methods,
        reason = "who sees an application sees by which names its people meet"
    )]
    pub async fn of(
        connection: &impl ConnectionTrait,
        rows: &[Model],
        on_panel: bool,
    ) -> Result<Self, Problem> {
        let mut people = Self::default();
        let chats = rows.iter().filter_map(|row| row.chat.as_ref());
        let members: Vec<UserId> = chats.flat_map(|chat| chat.0.panel_ids.clone()).collect();
        if !members.is_empty() {
            let known = users::Entity::find().filter(users::Column::Id.is_in(members));
            let known = known.all(connection).await?;
            people.members = known
                .into_iter()
                .map(|user| (user.id, user.display_name))
                .collect();
        }
        if on_panel && !rows.is_empty() {
            let applicants = rows.iter().map(|row| row.partner_id);
            let known = partners::Entity::find().filter(partners::Column::Id.is_in(applicants));
            let known = known.all(connection).await?;
            people.applicants = known.into_iter().map(|row| (row.id, row)).collect();
        }
        Ok(people)
    }

    /// The members of the panel whom the applicant meets, with their names.
    pub fn members(&self, ids: &[UserId]) -> Vec<PanelMember> {
        let named = ids.iter().filter_map(|id| {
            let name = self.members.get(id)?.clone();
            Some(PanelMember { id: *id, name })
        });
        named.collect()
    }

    /// The applicant, as the panel needs to know them: how to reach them only while a chat is to be
    /// arranged or held.
    pub(super) fn applicant(&self, id: PartnerId, status: Status) -> Option<ApplicantContact> {
        let partner = self.applicants.get(&id)?;
        let called = partner.preferred_name.as_ref();
        let meets = matches!(status, Status::Shortlisted | Status::ChatArranged);
        let reached = |by: &Option<String>| by.clone().filter(|_| meets);
        Some(ApplicantContact {
            name: format!(
                "{} {}",
                called.unwrap_or(&partner.given_name),
                partner.family_name
            ),
            pronouns: partner.pronouns.clone(),
            email: reached(&partner.email),
            telephone: reached(&partner.telephone),
            postal_address: reached(&partner.postal_address),
        })
    }
}

/// Of these users, those who applied for an opportunity themselves and did not withdraw.
#[expect(
    clippy::disallowed_methods,
    reason = "the operation's own rule decides about its panel"
)]
pub async fn applied_among(
    work: &Work<'_>,
    opportunity: OpportunityId,
    among: &[UserId],
) -> Result<Vec<UserId>, Problem> {
    let applicants = of_opportunity(opportunity)
        .filter(Column::SubmittedAt.is_not_null())
        .filter(Column::Status.ne(Status::Withdrawn))
        .select_only()
        .column(Column::PartnerId)
        .into_query();
    let applied = users::Entity::find()
        .filter(users::Column::Id.is_in(among.iter().copied()))
        .filter(users::Column::PartnerId.in_subquery(applicants));
    let applied = work.all(applied).await?;
    Ok(applied.into_iter().map(|user| user.id).collect())
}

/// Whether a partner is one of these users.
#[expect(
    clippy::disallowed_methods,
    reason = "the operation's own rule decides about its panel"
)]
pub(super) async fn is_among(
    work: &Work<'_>,
    among: &[UserId],
    partner: PartnerId,
) -> Result<bool, Problem> {
    let same = users::Entity::find()
        .filter(users::Column::Id.is_in(among.iter().copied()))
        .filter(users::Column::PartnerId.eq(partner.0));
    Ok(work.one(same).await?.is_some())
}
