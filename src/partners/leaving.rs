//! What ends with a partner's involvement, and what stops when they have died: part of the change that
//! ends it, in the tables of other folders by these folders' own functions.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::contact_preferences::entity as preference;
use super::enrolments::entity as enrolment;
use super::entity::{PartnerEndReason, PartnerId};
use super::messages;
use super::representatives::entity as representative;
use super::shares::entity as share;
use crate::http::{IfMatch, Problem};
use crate::store::Work;
use crate::{applications, appointments};

/// Withdraws what a partner has applied for and ends their appointments. The partner is locked before:
/// whoever changes an application locks its opportunity, then the applicant, then the application.
pub async fn end_roles(
    work: &mut Work<'_>,
    id: PartnerId,
    reason: PartnerEndReason,
) -> Result<(), Problem> {
    let theirs = applications::entity::of_partner(id);
    applications::operations::withdraw_open(work, theirs).await?;
    appointments::operations::end_all(work, id, reason).await
}

/// Stops every channel to somebody who has died: nothing that waits is sent, no consent stands.
pub async fn fall_silent(work: &mut Work<'_>, id: PartnerId) -> Result<(), Problem> {
    messages::operations::cancel(work, id, messages::Sparing::Nothing).await?;
    withdraw_preferences(work, id, None).await
}

/// Withdraws the consents that stand; those for one channel, if one is named.
pub async fn withdraw_preferences(
    work: &mut Work<'_>,
    id: PartnerId,
    channel: Option<preference::Channel>,
) -> Result<(), Problem> {
    let current = work
        .select::<preference::Entity>()
        .filter(preference::Column::PartnerId.eq(id))
        .filter(preference::Column::WithdrawnAt.is_null());
    let current = work.all(current).await?;
    let named = |row: &preference::Model| channel.is_none_or(|channel| row.channel == channel);
    for row in current.into_iter().filter(named) {
        let mut row = row.into_active_model();
        row.withdrawn_at = Set(Some(work.now()));
        work.step::<preference::Entity>(row, &IfMatch::Absent)
            .await?;
    }
    Ok(())
}

/// Ends the routes on which a partner is.
pub async fn end_enrolments(work: &mut Work<'_>, id: PartnerId) -> Result<(), Problem> {
    use enrolment::EnrolmentStatus::{Active, Ended, Pending};
    let current = work
        .select::<enrolment::Entity>()
        .filter(enrolment::Column::PartnerId.eq(id))
        .filter(enrolment::Column::Status.is_in([Pending, Active]));
    for row in work.all(current).await? {
        let mut row = row.into_active_model();
        row.status = Set(Ended);
        row.ended_on = Set(Some(work.today()));
        work.step::<enrolment::Entity>(row, &IfMatch::Absent)
            .await?;
    }
    Ok(())
}

/// Lets no other organisation see the record any more.
pub async fn revoke_shares(work: &mut Work<'_>, id: PartnerId) -> Result<(), Problem> {
    let current = work
        .select::<share::Entity>()
        .filter(share::Column::PartnerId.eq(id))
        .filter(share::Column::RevokedAt.is_null());
    for row in work.all(current).await? {
        let mut row = row.into_active_model();
        row.revoked_at = Set(Some(work.now()));
        work.step::<share::Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}

/// Lets nobody act for the partner any more, and withdraws the consents that were given by way of them.
pub async fn end_representatives(work: &mut Work<'_>, id: PartnerId) -> Result<(), Problem> {
    let current = work
        .select::<representative::Entity>()
        .filter(representative::Column::PartnerId.eq(id))
        .filter(representative::Column::EndedAt.is_null());
    for row in work.all(current).await? {
        let mut row = row.into_active_model();
        row.ended_at = Set(Some(work.now()));
        work.step::<representative::Entity>(row, &IfMatch::Absent)
            .await?;
    }
    withdraw_preferences(work, id, Some(preference::Channel::ViaCarer)).await
}
