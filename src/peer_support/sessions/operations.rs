//! What can be done with sessions. None of it is told to anybody by the ledger.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model, PeerSessionId, Status, sign_up};
use super::views::{Coming, NewPeerSession, PeerSession, PeerSessionFilter, PeerSessionSort};
use crate::access::Caller;
use crate::access::permissions::SharePeerSupport;
use crate::http::{FieldError, IfMatch, Listing, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::partners::{PartnerId, without_nhs_number};
use crate::peer_support::memberships::operations::{member, member_at_work};
use crate::store::{Event, Reader, Work};

/// Who comes to some sessions, by session. Two records of one person that were merged are one person.
fn counted(partner: PartnerId, mut rows: Vec<sign_up::Model>) -> HashMap<PeerSessionId, Coming> {
    rows.sort_by_key(|row| (row.session_id, row.partner_id));
    rows.dedup_by_key(|row| (row.session_id, row.partner_id));
    let mut coming: HashMap<PeerSessionId, Coming> = HashMap::new();
    for row in rows {
        let one = coming.entry(row.session_id).or_default();
        one.count += 1;
        one.self_too |= row.partner_id == partner;
    }
    coming
}

async fn coming_to(
    reader: &Reader<'_>,
    partner: PartnerId,
    sessions: impl Iterator<Item = PeerSessionId>,
) -> Result<HashMap<PeerSessionId, Coming>, Problem> {
    let rows = reader
        .select::<sign_up::Entity>()
        .filter(sign_up::Column::SessionId.is_in(sessions));
    Ok(counted(partner, reader.all(rows).await?))
}

/// One page of the sessions.
pub async fn list(
    caller: &Caller<SharePeerSupport>,
    listing: Listing<PeerSessionFilter>,
) -> Result<Page<PeerSession>, Problem> {
    let Listing { filter, paging } = listing;
    let PeerSessionFilter { sort, status, from } = filter;
    let reader = caller.read();
    let partner = member(&reader).await?;
    let query = reader
        .select::<Entity>()
        .apply_if(status, |query, status| {
            query.filter(Column::Status.eq(status))
        })
        .apply_if(from, |query, from| query.filter(Column::StartsAt.gte(from)));
    let sort = sort.unwrap_or(PeerSessionSort::Earliest);
    let page = reader.page(query, &paging, sort).await?;
    let ids = page.items.iter().map(|row| row.id);
    let mut coming = coming_to(&reader, partner, ids).await?;
    Ok(page.map(|row| {
        let who = coming.remove(&row.id).unwrap_or_default();
        PeerSession::seen_by(partner, row, who)
    }))
}

/// One session.
pub async fn get(
    caller: &Caller<SharePeerSupport>,
    id: PeerSessionId,
) -> Result<PeerSession, Problem> {
    let reader = caller.read();
    let row = reader.get(id).await?;
    let partner = member(&reader).await?;
    let mut coming = coming_to(&reader, partner, [id].into_iter()).await?;
    let who = coming.remove(&id).unwrap_or_default();
    Ok(PeerSession::seen_by(partner, row, who))
}

/// Invites the others to a session.
pub async fn offer(
    caller: &Caller<SharePeerSupport>,
    new: NewPeerSession,
) -> Result<PeerSession, Problem> {
    caller
        .write(async |work| {
            let partner = member_at_work(work).await?;
            let NewPeerSession {
                title,
                about,
                starts_at,
                minutes,
                mode,
                place,
                places,
            } = new;
            if starts_at <= work.now() {
                return Err(Problem::field("/startsAt", "past", "a time in the future"));
            }
            let about_text = about.as_ref().map(|text| text.as_str());
            without_nhs_number([("/about", about_text), ("/title", Some(title.as_str()))])?;
            let row = ActiveModel {
                id: Set(PeerSessionId(Uuid::new_v4())),
                partner_id: Set(Some(partner)),
                title: Set(title),
                about: Set(about),
                starts_at: Set(starts_at),
                minutes: Set(minutes),
                mode: Set(mode),
                place: Set(place),
                places: Set(places),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("peer-support.session-offered", row.id).unseen();
            let seen = PeerSession::seen_by(partner, row, Coming::default());
            Ok((seen, event))
        })
        .await
}

/// Takes a session that the caller sees, held, with those who come.
async fn take(
    work: &Work<'_>,
    id: PeerSessionId,
) -> Result<(PartnerId, Model, Vec<sign_up::Model>), Problem> {
    let row = work.see(id).await?;
    let partner = member_at_work(work).await?;
    let row = work.reach(&row.organisation, row.id).await?;
    let rows = work
        .select::<sign_up::Entity>()
        .filter(sign_up::Column::SessionId.eq(id));
    Ok((partner, row, work.all(rows).await?))
}

/// What the caller sees after a change of who comes.
async fn seen(work: &Work<'_>, partner: PartnerId, row: Model) -> Result<PeerSession, Problem> {
    let rows = work
        .select::<sign_up::Entity>()
        .filter(sign_up::Column::SessionId.eq(row.id));
    let mut coming = counted(partner, work.all(rows).await?);
    let who = coming.remove(&row.id).unwrap_or_default();
    Ok(PeerSession::seen_by(partner, row, who))
}

/// Signs up for a session.
pub async fn sign_up(
    caller: &Caller<SharePeerSupport>,
    id: PeerSessionId,
    if_match: IfMatch,
) -> Result<PeerSession, Problem> {
    caller
        .write(async |work| {
            let (partner, row, rows) = take(work, id).await?;
            if_match.honoured(row.version)?;
            row.status.after("sign-up")?;
            if row.starts_at <= work.now() {
                let begun = FieldError::new("/startsAt", "past", "it has begun");
                return Err(Problem::unmet("The session has begun", vec![begun]));
            }
            let coming = counted(partner, rows).remove(&id).unwrap_or_default();
            if coming.self_too {
                return Err(Problem::new(&types::ALREADY_EXISTS, "You have signed up"));
            }
            if row
                .places
                .is_some_and(|places| coming.count >= i64::from(places))
            {
                let detail = "Every place of the session is taken";
                return Err(Problem::new(&types::NO_PLACES_LEFT, detail));
            }
            let added = sign_up::ActiveModel {
                id: Set(sign_up::PeerSignUpId(Uuid::new_v4())),
                organisation: Set(row.organisation.clone()),
                partner_id: Set(partner),
                session_id: Set(id),
                ..Default::default()
            };
            work.add::<sign_up::Entity>(added).await?;
            let event = Event::of("peer-support.signed-up", id).unseen();
            Ok((seen(work, partner, row).await?, event))
        })
        .await
}

/// Takes a sign-up back.
pub async fn cancel_sign_up(
    caller: &Caller<SharePeerSupport>,
    id: PeerSessionId,
    if_match: IfMatch,
) -> Result<PeerSession, Problem> {
    caller
        .write(async |work| {
            let (partner, row, rows) = take(work, id).await?;
            if_match.honoured(row.version)?;
            row.status.after("cancel-sign-up")?;
            let own: Vec<_> = rows
                .into_iter()
                .filter(|one| one.partner_id == partner)
                .collect();
            if own.is_empty() {
                let not = FieldError::new("", "notSignedUp", "you have not signed up");
                return Err(Problem::unmet("There is nothing to take back", vec![not]));
            }
            for one in own {
                work.remove::<sign_up::Entity>(one, &IfMatch::Any).await?;
            }
            let event = Event::of("peer-support.sign-up-cancelled", id).unseen();
            Ok((seen(work, partner, row).await?, event))
        })
        .await
}

/// Cancels a session; its host does.
pub async fn cancel(
    caller: &Caller<SharePeerSupport>,
    id: PeerSessionId,
    if_match: IfMatch,
) -> Result<PeerSession, Problem> {
    caller
        .write(async |work| {
            let (partner, row, _) = take(work, id).await?;
            if row.partner_id != Some(partner) {
                let detail = "Only who invites to a session cancels it";
                return Err(Problem::new(&types::NOT_YOURS, detail));
            }
            let next = row.status.after("cancel")?;
            let mut row = row.into_active_model();
            row.status = Set(next);
            let row = work.step::<Entity>(row, &if_match).await?;
            let event = Event::of("peer-support.session-cancelled", id).unseen();
            Ok((seen(work, partner, row).await?, event))
        })
        .await
}

/// What the sessions of somebody who was anonymised are called.
const NOBODYS: &str = "Session";

/// Cancels the sessions to come of a partner who is anonymised, and empties what all of theirs are called.
pub async fn erase(work: &Work<'_>, partner: PartnerId) -> Result<(), Problem> {
    let changed = || {
        Query::update()
            .table(Entity)
            .value(Column::Version, Expr::col(Column::Version).add(1))
            .value(Column::UpdatedAt, work.now())
            .and_where(Column::PartnerId.eq(partner))
            .to_owned()
    };
    let mut titles = changed();
    titles.value(Column::Title, NOBODYS);
    work.transaction().await?.execute(&titles).await?;
    let mut cancelled = changed();
    cancelled
        .value(Column::Status, Status::Cancelled)
        .and_where(Column::Status.eq(Status::Planned))
        .and_where(Column::StartsAt.gt(work.now()));
    work.transaction().await?.execute(&cancelled).await?;
    Ok(())
}

/// Takes back what somebody who leaves has signed up for.
pub async fn leave(work: &mut Work<'_>, partner: PartnerId) -> Result<(), Problem> {
    let theirs = work
        .select::<sign_up::Entity>()
        .filter(sign_up::Column::PartnerId.eq(partner));
    for one in work.all(theirs).await? {
        work.remove::<sign_up::Entity>(one, &IfMatch::Any).await?;
    }
    Ok(())
}
