//! How partners are invited, join and leave.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, Model, PeerMembershipId, Status, current};
use super::views::{PeerHeadcount, PeerMembership};
use crate::access::permissions::{CountPeerSupport, JoinPeerSupport};
use crate::access::{Caller, Permission};
use crate::http::{FieldError, IfMatch, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::partners::messages::{MessagePurpose, queue};
use crate::partners::{self, PartnerId, PartnerStatus};
use crate::peer_support::{sessions, themes};
use crate::store::{Event, Reader, Record, Work};
use crate::users::{self, entity as user};

/// Invites a partner who becomes active, as part of the change that makes them active. Once: somebody who was
/// invited before is not asked again.
pub async fn invite(work: &mut Work<'_>, partner: &partners::entity::Model) -> Result<(), Problem> {
    if of_partner(work, partner.id).await?.is_some() {
        return Ok(());
    }
    added(work, &partner.organisation, partner.id).await?;
    let (purpose, template) = (MessagePurpose::Service, "peerSupportInvitation");
    queue(work, partner.id, purpose, template, []).await?;
    Ok(())
}

async fn added(
    work: &mut Work<'_>,
    organisation: &str,
    partner: PartnerId,
) -> Result<Model, Problem> {
    let row = ActiveModel {
        id: Set(PeerMembershipId::new()),
        organisation: Set(organisation.to_owned()),
        partner_id: Set(partner),
        status: Set(Status::FIRST),
        ..Default::default()
    };
    work.add::<Entity>(row).await
}

/// The membership of a partner, whoever asks; the partner's record is held.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the partner is the operation's"
)]
async fn of_partner(work: &Work<'_>, partner: PartnerId) -> Result<Option<Model>, Problem> {
    use sea_orm::EntityTrait;
    let theirs = Entity::find().filter(Column::PartnerId.eq(partner));
    work.one(theirs).await
}

fn not_a_member(detail: &str) -> Problem {
    Problem::new(&types::MEMBERS_ONLY, detail)
}

const OUTSIDE: &str = "You do not belong to the peer support network";
const STAFF: &str = "Nobody who works for the organisation belongs to the peer support network";

/// The users who are also this partner: none of them may be a member of staff, in whatever role they act now.
#[expect(
    clippy::disallowed_methods,
    reason = "the caller's own users, whatever their permission lets them see"
)]
fn users_of(partner: PartnerId) -> sea_orm::Select<user::Entity> {
    use sea_orm::EntityTrait;
    user::Entity::find()
        .filter(user::Column::PartnerId.eq(partner))
        .filter(user::Column::Status.eq(users::entity::Status::Active))
}

fn any_staff(users: &[user::Model]) -> bool {
    let works = |user: &user::Model| {
        user.roles
            .0
            .iter()
            .any(|role| *role != crate::access::Role::Partner)
    };
    users.iter().any(works)
}

/// The partner who calls, if they belong to the network now, and work for nobody.
pub async fn member(reader: &Reader<'_>) -> Result<PartnerId, Problem> {
    let partner = reader.scope().partner.map(PartnerId);
    let partner = partner.ok_or_else(|| not_a_member(OUTSIDE))?;
    if reader.scope().staff || any_staff(&reader.all(users_of(partner)).await?) {
        return Err(not_a_member(STAFF));
    }
    let theirs = reader
        .select::<Entity>()
        .filter(Column::PartnerId.eq(partner))
        .filter(current());
    match reader.count(theirs).await? {
        0 => Err(not_a_member(OUTSIDE)),
        _ => Ok(partner),
    }
}

/// The same, as part of a change.
pub async fn member_at_work(work: &Work<'_>) -> Result<PartnerId, Problem> {
    let scope = &work.authority().scope;
    let partner = scope.partner.map(PartnerId);
    let partner = partner.ok_or_else(|| not_a_member(OUTSIDE))?;
    if scope.staff || any_staff(&work.all(users_of(partner)).await?) {
        return Err(not_a_member(STAFF));
    }
    // Whoever leaves, or is suspended, holds the partner: either this change is done before, or not at all.
    work.get(partner).await.map_err(|_| not_a_member(OUTSIDE))?;
    let theirs = work
        .select::<Entity>()
        .filter(Column::PartnerId.eq(partner))
        .filter(current());
    match work.one(theirs).await? {
        Some(_) => Ok(partner),
        None => Err(not_a_member(OUTSIDE)),
    }
}

/// The caller's own membership.
pub async fn get(caller: &Caller<JoinPeerSupport>) -> Result<PeerMembership, Problem> {
    let reader = caller.read();
    let own = reader.all(reader.select::<Entity>()).await?;
    let own = own.into_iter().next();
    let own = own.ok_or_else(|| Problem::not_found(<Entity as Record>::NOUN))?;
    Ok(own.into())
}

/// The partner who calls with their record held, and their membership.
async fn own<P: Permission>(
    caller: &Caller<P>,
    work: &Work<'_>,
) -> Result<(partners::entity::Model, Option<Model>), Problem> {
    let partner = caller.scope().partner.map(PartnerId);
    let partner = partner.ok_or_else(|| not_a_member(OUTSIDE))?;
    let partner = work.get(partner).await?;
    let membership = of_partner(work, partner.id).await?;
    Ok((partner, membership))
}

/// Joins the network: a free choice of a partner who takes part.
pub async fn join(caller: &Caller<JoinPeerSupport>) -> Result<PeerMembership, Problem> {
    caller
        .write(async |work| {
            let (partner, membership) = own(caller, work).await?;
            let users = work.all(users_of(partner.id)).await?;
            if work.authority().scope.staff || any_staff(&users) {
                return Err(not_a_member(STAFF));
            }
            if !matches!(
                partner.status,
                PartnerStatus::Active | PartnerStatus::Paused
            ) {
                let message = format!(
                    "you are {}: partners who take part can join",
                    partner.status
                );
                let state = FieldError::new("/status", "state", message);
                return Err(Problem::unmet("You cannot join now", vec![state]));
            }
            let membership = match membership {
                Some(row) => row,
                // Somebody who was active before anybody was invited.
                None => added(work, &partner.organisation, partner.id).await?,
            };
            let next = membership.status.after("join")?;
            step(work, membership, next).await
        })
        .await
}

/// Leaves the network, without a reason. What was signed up for and agreed to goes; what was shared stays the
/// partner's own, to read and to remove.
pub async fn leave(caller: &Caller<JoinPeerSupport>) -> Result<PeerMembership, Problem> {
    caller
        .write(async |work| {
            let (partner, membership) = own(caller, work).await?;
            let membership = membership.ok_or_else(|| not_a_member(OUTSIDE))?;
            let next = membership.status.after("leave")?;
            sessions::operations::leave(work, partner.id).await?;
            themes::operations::leave(work, partner.id).await?;
            step(work, membership, next).await
        })
        .await
}

async fn step(
    work: &mut Work<'_>,
    row: Model,
    next: Status,
) -> Result<(PeerMembership, Event), Problem> {
    // Read anew: a membership that was added just now is none that was read.
    let mut row = work.get(row.id).await?.into_active_model();
    row.status = Set(next);
    let row = work.step::<Entity>(row, &IfMatch::Absent).await?;
    let event = Event::of("peer-support.membership-changed", row.id).unseen();
    Ok((row.into(), event))
}

/// How many belong to the network, for staff.
pub async fn headcount(caller: &Caller<CountPeerSupport>) -> Result<PeerHeadcount, Problem> {
    let reader = caller.read();
    let organisation = reader.scope().organisation.clone().unwrap_or_default();
    Ok(PeerHeadcount::of(count(&reader, &organisation).await?))
}

#[expect(
    clippy::disallowed_methods,
    reason = "counted for staff, who see none of them; the organisation is filtered here"
)]
async fn count(reader: &Reader<'_>, organisation: &str) -> Result<u64, Problem> {
    use sea_orm::EntityTrait;
    let all = Entity::find()
        .filter(Column::Organisation.eq(organisation))
        .filter(current());
    reader.count(all).await
}

/// How many belong to the network of an organisation, as part of a change.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change count them is the operation's"
)]
pub async fn counted(work: &Work<'_>, organisation: &str) -> Result<u64, Problem> {
    use sea_orm::EntityTrait;
    let all = Entity::find()
        .filter(Column::Organisation.eq(organisation))
        .filter(current());
    work.count(all).await
}

/// Of two records of one person, one membership goes on: the one that goes further, or else the survivor's. Nobody
/// is taken out of the network because they were there twice.
pub async fn settle(
    work: &Work<'_>,
    survivor: PartnerId,
    duplicate: PartnerId,
) -> Result<(), Problem> {
    use sea_orm::ConnectionTrait;
    use sea_orm::sea_query::Query;
    themes::operations::settle(work, survivor, duplicate).await?;
    let theirs = of_partner(work, survivor).await?;
    let (Some(first), Some(second)) = (theirs, of_partner(work, duplicate).await?) else {
        return Ok(());
    };
    let far = |status| match status {
        Status::Invited => 0,
        Status::Left => 1,
        Status::Joined => 2,
    };
    let goes = match far(second.status) > far(first.status) {
        true => first.id,
        false => second.id,
    };
    let again = Query::delete()
        .from_table(Entity)
        .cond_where(Column::Id.eq(goes))
        .to_owned();
    work.transaction().await?.execute(&again).await?;
    Ok(())
}
