//! What becomes of insights when the record from which they were taken is taken back, as part of that change.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Select, Set};
use uuid::Uuid;

use super::entity::{Column, Entity, Model, Status};
use super::operations::{index, kind_of};
use crate::http::{IfMatch, Problem};
use crate::improvements;
use crate::lifecycle::Lifecycle;
use crate::provenance::NodeKind;
use crate::store::Work;
use crate::values::Reason;

/// The insights that were taken from a record, and count.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever takes back what they said takes back what was quoted from it"
)]
fn from_record(id: Uuid) -> Select<Entity> {
    Entity::find()
        .filter(Column::SourceId.eq(id))
        .filter(Column::Status.eq(Status::Current))
        .order_by_asc(Column::Id)
}

async fn taken_from(work: &Work<'_>, kind: NodeKind, id: Uuid) -> Result<Vec<Model>, Problem> {
    let mut found = work.hold(from_record(id)).await?;
    found.retain(|one| kind_of(one.source) == Some(kind));
    Ok(found)
}

/// Takes back every insight that was taken from a record.
pub async fn take_back_from(
    work: &mut Work<'_>,
    kind: NodeKind,
    id: Uuid,
    reason: &str,
) -> Result<(), Problem> {
    let reason = Reason::parse(reason).map_err(Problem::internal)?;
    for row in taken_from(work, kind, id).await? {
        take_back(work, row, reason.clone(), &IfMatch::Absent).await?;
    }
    Ok(())
}

/// Tells in public no longer what was quoted from a record, where that is not consented to any more.
pub async fn tell_no_longer(work: &mut Work<'_>, kind: NodeKind, id: Uuid) -> Result<(), Problem> {
    for row in taken_from(work, kind, id).await? {
        improvements::settle(work, row.id, None).await?;
    }
    Ok(())
}

/// Takes an insight back: its words go, also from what the public is told, and it counts no more.
pub(super) async fn take_back(
    work: &mut Work<'_>,
    before: Model,
    reason: Reason,
    seen: &IfMatch,
) -> Result<Model, Problem> {
    let status = before.status.after("withdraw")?;
    let words = before.quote.clone();
    let mut row = before.into_active_model();
    row.status = Set(status);
    row.quote = Set(String::new());
    row.partner_id = Set(None);
    row.withdrawal_reason = Set(Some(reason.into()));
    let row = work.step::<Entity>(row, seen).await?;
    index(work, &row).await?;
    improvements::settle(work, row.id, Some(&words)).await?;
    Ok(row)
}
