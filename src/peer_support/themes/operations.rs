//! What can be done with themes. None of it is told to anybody by the ledger.

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model, PeerThemeId, RELEASE, Status, agreement};
use super::views::{Agreed, LEAST_MEMBERS, NEEDED, NewPeerTheme, PeerTheme, PeerThemeFilter};
use crate::access::Caller;
use crate::access::permissions::{ReadPeerThemes, SharePeerSupport};
use crate::http::{IfMatch, Listing, Newest, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::partners::{PartnerId, without_nhs_number};
use crate::peer_support::memberships::operations::{counted as members, member, member_at_work};
use crate::store::{Event, Reach, Reader, Record, Work};

/// Who agrees to some themes, by theme. Two records of one person that were merged are one person.
fn counted(partner: PartnerId, mut rows: Vec<agreement::Model>) -> HashMap<PeerThemeId, Agreed> {
    rows.sort_by_key(|row| (row.theme_id, row.partner_id));
    rows.dedup_by_key(|row| (row.theme_id, row.partner_id));
    let mut agreed: HashMap<PeerThemeId, Agreed> = HashMap::new();
    for row in rows {
        let one = agreed.entry(row.theme_id).or_default();
        one.count += 1;
        one.self_too |= row.partner_id == partner;
    }
    agreed
}

async fn agreed_to(
    reader: &Reader<'_>,
    eyes: Eyes,
    themes: impl Iterator<Item = PeerThemeId>,
) -> Result<HashMap<PeerThemeId, Agreed>, Problem> {
    let Eyes::Member(partner) = eyes else {
        return Ok(HashMap::new());
    };
    let rows = reader
        .select::<agreement::Entity>()
        .filter(agreement::Column::ThemeId.is_in(themes));
    Ok(counted(partner, reader.all(rows).await?))
}

/// Whoever reads themes.
#[derive(Clone, Copy)]
enum Eyes {
    /// A member of staff, who is no partner here.
    Staff,
    /// One of the network.
    Member(PartnerId),
    /// Somebody who left, and sees what they proposed.
    Left(PartnerId),
}

impl Eyes {
    /// Whoever calls; what is their own they see wherever they are.
    async fn of(reader: &Reader<'_>, own: bool) -> Result<Self, Problem> {
        if reader.scope().reach == Reach::Organisation {
            return Ok(Self::Staff);
        }
        match (member(reader).await, reader.scope().partner.map(PartnerId)) {
            (Ok(partner), _) => Ok(Self::Member(partner)),
            (Err(_), Some(partner)) if own => Ok(Self::Left(partner)),
            (Err(problem), _) => Err(problem),
        }
    }

    fn see(self, row: Model, agreed: Option<Agreed>) -> PeerTheme {
        match self {
            Self::Staff => PeerTheme::seen_by(None, row, None),
            Self::Left(partner) => PeerTheme::seen_by(Some(partner), row, None),
            Self::Member(partner) => {
                PeerTheme::seen_by(Some(partner), row, Some(agreed.unwrap_or_default()))
            }
        }
    }
}

/// One page of themes: all of them for the network, for staff those that were released.
pub async fn list(
    caller: &Caller<ReadPeerThemes>,
    listing: Listing<PeerThemeFilter>,
) -> Result<Page<PeerTheme>, Problem> {
    let Listing { filter, paging } = listing;
    let PeerThemeFilter {
        kind,
        topic,
        status,
        mine,
    } = filter;
    let reader = caller.read();
    let own = reader.scope().partner;
    let eyes = Eyes::of(&reader, mine == Some(true)).await?;
    let released = matches!(eyes, Eyes::Staff).then_some(Status::Released);
    let query = reader
        .select::<Entity>()
        .apply_if(released, |query, released| {
            query.filter(Column::Status.eq(released))
        })
        .apply_if(kind, |query, kind| query.filter(Column::Kind.eq(kind)))
        .apply_if(topic, |query, topic| query.filter(Column::Topic.eq(topic)))
        .apply_if(status, |query, status| {
            query.filter(Column::Status.eq(status))
        })
        .apply_if(mine, |query, mine| match mine {
            true => query.filter(Column::PartnerId.eq(own)),
            // Nobody's is not one's own either.
            false => query.filter(
                Condition::any()
                    .add(Column::PartnerId.is_null())
                    .add(Column::PartnerId.ne(own)),
            ),
        });
    let page = reader.page(query, &paging, Newest).await?;
    let ids = page.items.iter().map(|row| row.id);
    let mut agreed = agreed_to(&reader, eyes, ids).await?;
    Ok(page.map(|row| {
        let who = agreed.remove(&row.id);
        eyes.see(row, who)
    }))
}

/// One theme.
pub async fn get(caller: &Caller<ReadPeerThemes>, id: PeerThemeId) -> Result<PeerTheme, Problem> {
    let reader = caller.read();
    let row = reader.get(id).await?;
    let own = row.partner_id.map(Uuid::from);
    let eyes = Eyes::of(&reader, own.is_some() && own == reader.scope().partner).await?;
    if matches!(eyes, Eyes::Staff) && row.status != Status::Released {
        return Err(Problem::not_found(<Entity as Record>::NOUN));
    }
    let mut agreed = agreed_to(&reader, eyes, [id].into_iter()).await?;
    Ok(eyes.see(row, agreed.remove(&id)))
}

/// Proposes a theme to the network.
pub async fn propose(
    caller: &Caller<SharePeerSupport>,
    new: NewPeerTheme,
) -> Result<PeerTheme, Problem> {
    caller
        .write(async |work| {
            let partner = member_at_work(work).await?;
            let NewPeerTheme { kind, topic, body } = new;
            without_nhs_number([("/body", Some(body.as_str()))])?;
            let row = ActiveModel {
                // Not one that tells the time: staff see it once it is released.
                id: Set(PeerThemeId(Uuid::new_v4())),
                partner_id: Set(Some(partner)),
                kind: Set(kind),
                topic: Set(topic),
                body: Set(body),
                released_on: Set(None),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("peer-support.theme-proposed", row.id).unseen();
            Ok((Eyes::Member(partner).see(row, None), event))
        })
        .await
}

/// Takes a theme that the caller sees as one of the network, held.
async fn take(work: &Work<'_>, id: PeerThemeId) -> Result<(PartnerId, Model), Problem> {
    let row = work.see(id).await?;
    let partner = member_at_work(work).await?;
    Ok((partner, work.reach(&row.organisation, row.id).await?))
}

async fn agreed_now(
    work: &Work<'_>,
    partner: PartnerId,
    id: PeerThemeId,
) -> Result<Agreed, Problem> {
    let rows = work
        .select::<agreement::Entity>()
        .filter(agreement::Column::ThemeId.eq(id));
    let mut agreed = counted(partner, work.all(rows).await?);
    Ok(agreed.remove(&id).unwrap_or_default())
}

/// Agrees that a theme is let out. The last one who is needed releases it, as soon as the network is large
/// enough that it tells nothing of a single one.
pub async fn agree(
    caller: &Caller<SharePeerSupport>,
    id: PeerThemeId,
    if_match: IfMatch,
) -> Result<PeerTheme, Problem> {
    caller
        .write(async |work| {
            let (partner, row) = take(work, id).await?;
            if_match.honoured(row.version)?;
            row.status.after("agree")?;
            if row.partner_id == Some(partner) {
                let detail = "You proposed it; others have to agree";
                return Err(Problem::new(&types::SAME_PERSON, detail));
            }
            if agreed_now(work, partner, id).await?.self_too {
                return Err(Problem::new(&types::ALREADY_EXISTS, "You have agreed"));
            }
            let added = agreement::ActiveModel {
                id: Set(agreement::PeerAgreementId(Uuid::new_v4())),
                organisation: Set(row.organisation.clone()),
                partner_id: Set(partner),
                theme_id: Set(id),
                ..Default::default()
            };
            work.add::<agreement::Entity>(added).await?;
            let agreed = agreed_now(work, partner, id).await?;
            let many = members(work, &row.organisation).await? >= LEAST_MEMBERS;
            let row = match agreed.count >= NEEDED && many {
                true => {
                    let next = row.status.after(RELEASE)?;
                    let mut row = row.into_active_model();
                    row.status = Set(next);
                    row.released_on = Set(Some(work.today()));
                    work.step::<Entity>(row, &IfMatch::Absent).await?
                }
                false => row,
            };
            let event = Event::of("peer-support.theme-agreed", id).unseen();
            Ok((Eyes::Member(partner).see(row, Some(agreed)), event))
        })
        .await
}

/// Keeps a theme in the network; who proposed it does, though they have left meanwhile. Nobody else can: if others
/// could once they have, that it works would tell who proposed it.
pub async fn withdraw(
    caller: &Caller<SharePeerSupport>,
    id: PeerThemeId,
    if_match: IfMatch,
) -> Result<PeerTheme, Problem> {
    caller
        .write(async |work| {
            let member = member_at_work(work).await;
            let row = match work.get(id).await {
                Err(problem) if *problem.kind() == types::NOT_FOUND => {
                    work.see(id).await?;
                    member?;
                    let detail = "Only who proposed a theme withdraws it";
                    return Err(Problem::new(&types::NOT_YOURS, detail));
                }
                row => row?,
            };
            let next = row.status.after("withdraw")?;
            let mut row = row.into_active_model();
            row.status = Set(next);
            let row = work.step::<Entity>(row, &if_match).await?;
            let event = Event::of("peer-support.theme-withdrawn", id).unseen();
            let seen = match member {
                Ok(partner) => {
                    let agreed = agreed_now(work, partner, id).await?;
                    Eyes::Member(partner).see(row, Some(agreed))
                }
                Err(_) => PeerTheme::seen_by(row.partner_id, row, None),
            };
            Ok((seen, event))
        })
        .await
}

/// The themes of some partners that the network did not let out.
fn kept(partners: &[PartnerId]) -> SelectStatement {
    Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::PartnerId.is_in(partners.iter().copied()))
        .and_where(Column::Status.ne(Status::Released))
        .to_owned()
}

/// Of two records of one person, neither agrees to what the other one proposed.
pub async fn settle(
    work: &Work<'_>,
    survivor: PartnerId,
    duplicate: PartnerId,
) -> Result<(), Problem> {
    let both = [survivor, duplicate];
    let with_themself = Query::delete()
        .from_table(agreement::Entity)
        .and_where(agreement::Column::PartnerId.is_in(both))
        .and_where(agreement::Column::ThemeId.in_subquery(kept(&both)))
        .to_owned();
    work.transaction().await?.execute(&with_themself).await?;
    Ok(())
}

/// Removes what a partner who is anonymised proposed and the network did not let out, with those who agree.
pub async fn erase(work: &Work<'_>, partner: PartnerId) -> Result<(), Problem> {
    let agreed = Query::delete()
        .from_table(agreement::Entity)
        .and_where(agreement::Column::ThemeId.in_subquery(kept(&[partner])))
        .to_owned();
    work.transaction().await?.execute(&agreed).await?;
    let themes = Query::delete()
        .from_table(Entity)
        .and_where(Column::PartnerId.eq(partner))
        .and_where(Column::Status.ne(Status::Released))
        .to_owned();
    work.transaction().await?.execute(&themes).await?;
    Ok(())
}

/// Takes back what somebody who leaves has agreed to, where it was not released.
pub async fn leave(work: &mut Work<'_>, partner: PartnerId) -> Result<(), Problem> {
    let theirs = work
        .select::<agreement::Entity>()
        .filter(agreement::Column::PartnerId.eq(partner));
    for one in work.all(theirs).await? {
        let theme = work.reach(&one.organisation, one.theme_id).await?;
        if theme.status == Status::Proposed {
            work.remove::<agreement::Entity>(one, &IfMatch::Any).await?;
        }
    }
    Ok(())
}
