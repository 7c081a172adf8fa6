//! Partners who were active before the network was there are invited like everyone else: once.

use std::pin::Pin;

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{Column, Entity};
use super::operations::invite;
use crate::http::Problem;
use crate::partners::{PartnerStatus, entity as partner};
use crate::store::jobs::Job;
use crate::store::{Event, Work};

/// Invites partners who take part and have no invitation yet; the migration that brought it puts it in the queue.
pub const INVITE: Job = Job {
    kind: "invite-partners",
    run: invite_some,
};

/// How many partners are invited in one change.
const AT_ONCE: u64 = 50;

type Invited<'a> = Pin<Box<dyn Future<Output = Result<Option<Event>, Problem>> + Send + 'a>>;

fn invite_some<'a>(work: &'a mut Work<'_>, all: Uuid) -> Invited<'a> {
    Box::pin(async move {
        let invited = Query::select()
            .column(Column::PartnerId)
            .from(Entity)
            .to_owned();
        let missed = work
            .select::<partner::Entity>()
            .filter(partner::Column::Status.eq(PartnerStatus::Active))
            .filter(partner::Column::Id.not_in_subquery(invited))
            .order_by_asc(partner::Column::Id)
            .limit(AT_ONCE);
        let missed = work.all(missed).await?;
        if missed.is_empty() {
            return Ok(None);
        }
        for one in missed {
            // Held, as by whoever joins: somebody may have joined, or gone, since they were found.
            let one = work.get(one.id).await?;
            if one.status == PartnerStatus::Active {
                invite(work, &one).await?;
            }
        }
        work.later(INVITE.kind, all, work.now()).await?;
        Ok(Some(Event::of("peer-support.invited", all).unseen()))
    })
}
