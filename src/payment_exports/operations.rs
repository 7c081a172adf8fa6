//! What can be done with payment exports.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, UpdateStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Set,
};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, PaymentExportId, Status};
use super::views::{MarkPaid, PaymentExport, PaymentExportFilter, PaymentExportSort};
use crate::access::Caller;
use crate::access::permissions::{MakePaymentExports, ReadPaymentExports};
use crate::claims::{ClaimId, Status as ClaimStatus, entity as claim};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::partners::PartnerId;
use crate::partners::messages::{MessagePurpose, queue_all};
use crate::store::{Event, Record, Work};
use crate::values::day_of;
use crate::working_days;

/// Claims in one export. More wait for the next one.
const MOST: u64 = 10_000;
/// Claims that one statement changes.
const AT_ONCE: usize = 1_000;

/// One page of the exports.
pub async fn list(
    caller: &Caller<ReadPaymentExports>,
    listing: Listing<PaymentExportFilter>,
) -> Result<Page<PaymentExport>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.status, |query, status| {
            query.filter(Column::Status.eq(status))
        });
    let sort = filter.sort.unwrap_or(PaymentExportSort::Newest);
    let page = reader.page(query, &paging, sort).await?;
    Ok(page.map(PaymentExport::from))
}

/// One export.
pub async fn get(
    caller: &Caller<ReadPaymentExports>,
    id: PaymentExportId,
) -> Result<PaymentExport, Problem> {
    caller.read().get(id).await.map(PaymentExport::from)
}

/// What an export needs to know of a claim.
type Taken = (ClaimId, i64, PartnerId, i32, i32, i32);

/// Takes every authorised claim, in one change. Two who ask at once wait for one another, and what one has
/// taken is not there for the other.
pub async fn make(caller: &Caller<MakePaymentExports>) -> Result<PaymentExport, Problem> {
    caller
        .write(async |work| {
            let taken = authorised(work).await?;
            if taken.is_empty() {
                let message = "no claim is authorised and not yet exported";
                let none = FieldError::new("/claims", "none", message);
                return Err(Problem::unmet("There is nothing to pay", vec![none]));
            }
            let next = ClaimStatus::Authorised.after("export")?;
            let sum =
                |pence: fn(&Taken) -> i32| taken.iter().map(|one| i64::from(pence(one))).sum();
            let row = ActiveModel {
                id: Set(PaymentExportId::new()),
                claims: Set(i32::try_from(taken.len()).map_err(Problem::internal)?),
                expenses_pence: Set(sum(|one| one.3)),
                payments_pence: Set(sum(|one| one.4)),
                donated_pence: Set(sum(|one| one.5)),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let now = work.now();
            let claims = taken.iter().map(|one| (one.0, one.1));
            change_claims(work, claims, |update| {
                update
                    .value(Alias::new("status"), next.word())
                    .value(Alias::new("export_id"), row.id.0)
                    .value(Alias::new("exported_at"), now);
            })
            .await?;
            let event = Event::of("paymentExport.made", row.id);
            Ok((row.into(), event.about(taken.iter().map(|one| one.2))))
        })
        .await
}

async fn authorised(work: &Work<'_>) -> Result<Vec<Taken>, Problem> {
    use claim::Column as Of;
    let organisation = work.authority().scope.organisation.clone();
    let mut query = work
        .select::<claim::Entity>()
        .filter(Of::Organisation.eq(organisation.unwrap_or_default()))
        .filter(Of::Status.eq(ClaimStatus::Authorised))
        .order_by_asc(Of::Id)
        .limit(MOST)
        .select_only()
        .columns([
            Of::Id,
            Of::Version,
            Of::PartnerId,
            Of::ExpensesPence,
            Of::PaymentsPence,
            Of::DonatedPence,
        ]);
    let transaction = work.transaction().await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.into_tuple().all(transaction).await?)
}

/// Changes many claims that this change holds, at the versions at which it holds them.
async fn change_claims(
    work: &mut Work<'_>,
    claims: impl IntoIterator<Item = (ClaimId, i64)>,
    set: impl Fn(&mut UpdateStatement),
) -> Result<(), Problem> {
    let claims: Vec<(ClaimId, i64)> = claims.into_iter().collect();
    for some in claims.chunks(AT_ONCE) {
        let mut update = Query::update();
        update
            .table(claim::Entity)
            .value(
                Alias::new("version"),
                Expr::col(Alias::new("version")).add(1),
            )
            .value(Alias::new("updated_at"), work.now())
            .and_where(Expr::col(Alias::new("id")).is_in(some.iter().map(|(id, _)| id.0)));
        set(&mut update);
        let done = work.transaction().await?.execute(&update).await?;
        if done.rows_affected() != some.len() as u64 {
            return Err(Problem::internal("claims changed that were held"));
        }
        for (id, version) in some {
            let fields = vec!["status".to_owned()];
            work.touch(claim::Entity::NOUN, id, version + 1, fields);
        }
    }
    Ok(())
}

/// Notes that the money was sent, of the export and of every claim in it.
pub async fn mark_paid(
    caller: &Caller<MakePaymentExports>,
    id: PaymentExportId,
    seen: IfMatch,
    paid: MarkPaid,
) -> Result<PaymentExport, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let next = before.status.after("mark-paid")?;
            let MarkPaid { paid_on, reference } = paid;
            let wrong = |code: &str, message: &str| Problem::field("/paidOn", code, message);
            if paid_on > work.today() {
                return Err(wrong("future", "a payment is noted once it was sent"));
            }
            if paid_on < day_of(before.created_at) {
                return Err(wrong("order", "not before the export was made"));
            }
            let partners = pay_claims(work, id, paid_on).await?;
            let mut row = before.into_active_model();
            row.paid_on = Set(Some(paid_on));
            row.reference.set_if_not_equals(reference.map(Into::into));
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let facts = [("paidOn", paid_on.to_string())];
            let purpose = MessagePurpose::Service;
            queue_all(work, &partners, purpose, "claim-paid", facts).await?;
            let event = Event::of("paymentExport.paid", id).about(partners);
            Ok((row.into(), event))
        })
        .await
}

async fn pay_claims(
    work: &mut Work<'_>,
    id: PaymentExportId,
    paid_on: NaiveDate,
) -> Result<Vec<PartnerId>, Problem> {
    use claim::Column as Of;
    type Owed = (ClaimId, i64, PartnerId, Option<DateTime<Utc>>);
    let mut query = work
        .select::<claim::Entity>()
        .filter(Of::ExportId.eq(Uuid::from(id)))
        .order_by_asc(Of::Id)
        .select_only()
        .columns([Of::Id, Of::Version, Of::PartnerId, Of::SubmittedAt]);
    let transaction = work.transaction().await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    let owed: Vec<Owed> = query.into_tuple().all(transaction).await?;
    let next = ClaimStatus::Exported.after("pay")?;
    let mut by_day: BTreeMap<Option<NaiveDate>, Vec<(ClaimId, i64)>> = BTreeMap::new();
    for (claim, version, _, submitted_at) in &owed {
        let day = submitted_at.map(day_of);
        by_day.entry(day).or_default().push((*claim, *version));
    }
    for (day, claims) in by_day {
        let took = day.map(|day| working_days::between(day, paid_on));
        change_claims(work, claims, |update| {
            update
                .value(Alias::new("status"), next.word())
                .value(Alias::new("paid_on"), paid_on)
                .value(Alias::new("working_days_to_pay"), took);
        })
        .await?;
    }
    Ok(owed.into_iter().map(|one| one.2).collect())
}
