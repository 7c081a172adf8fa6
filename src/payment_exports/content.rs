//! What is in an export: the claims with the names of those who are paid, in pages or as one file.

use std::collections::HashMap;

use actix_web::web::Data;
use futures_util::{Stream, stream};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::PaymentExportId;
use super::views::{COLUMNS, PaymentLine};
use crate::access::Caller;
use crate::access::permissions::ReadPaymentExports;
use crate::app::State;
use crate::claims::{ClaimId, entity as claim};
use crate::http::{CsvFile, CsvRows, Listing, Page, Problem, Sort, Unfiltered};
use crate::partners::{PartnerId, entity as partner};
use crate::store::{Event, Reader, Scope};

/// Claims that are read with one statement while the file is sent.
const PORTION: u64 = 500;

/// The order of an export: that in which the claims were made.
#[derive(Clone, Copy)]
struct InOrder;

impl Sort<claim::Entity> for InOrder {
    fn order(self) -> (claim::Column, bool) {
        (claim::Column::Id, false)
    }
}

/// One page of the claims in an export.
pub async fn list(
    caller: &Caller<ReadPaymentExports>,
    id: PaymentExportId,
    listing: Listing<Unfiltered>,
) -> Result<Page<PaymentLine>, Problem> {
    caller
        .read_recorded(async |reader| {
            reader.get(id).await?;
            let page = reader.page(within(reader, id), &listing.paging, InOrder);
            let Page { items, next } = page.await?;
            let about: Vec<PartnerId> = items.iter().map(|row| row.partner_id).collect();
            let items = lines(reader, items).await?;
            let event = Event::of("paymentExport.read", id).about(about);
            Ok((Page { items, next }, event))
        })
        .await
}

fn within(reader: &Reader<'_>, id: PaymentExportId) -> sea_orm::Select<claim::Entity> {
    let exported = claim::Column::ExportId.eq(Uuid::from(id));
    reader.select::<claim::Entity>().filter(exported)
}

async fn lines(reader: &Reader<'_>, rows: Vec<claim::Model>) -> Result<Vec<PaymentLine>, Problem> {
    let ids = rows.iter().map(|row| row.partner_id);
    let known = reader
        .select::<partner::Entity>()
        .filter(partner::Column::Id.is_in(ids));
    let known = reader.all(known).await?.into_iter();
    let names: HashMap<PartnerId, String> = known
        .map(|one| (one.id, format!("{} {}", one.given_name, one.family_name)))
        .collect();
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let lines = rows.into_iter().map(|row| {
        let payee = name(row.partner_id);
        PaymentLine::of(row, payee)
    });
    Ok(lines.collect())
}

/// The whole export as one file, portion by portion. Who reads it is recorded before the first byte.
pub async fn file(
    caller: &Caller<ReadPaymentExports>,
    state: Data<State>,
    id: PaymentExportId,
) -> Result<CsvFile<impl Stream<Item = CsvRows> + use<>>, Problem> {
    caller
        .read_recorded(async |reader| {
            reader.get(id).await?;
            let about: Vec<PartnerId> = within(reader, id)
                .select_only()
                .column(claim::Column::PartnerId)
                .distinct()
                .into_tuple()
                .all(reader.connection())
                .await?;
            Ok(((), Event::of("paymentExport.downloaded", id).about(about)))
        })
        .await?;
    let source = Source {
        state,
        scope: caller.scope().clone(),
        id,
        after: None,
    };
    Ok(CsvFile {
        name: format!("payment-export-{id}"),
        columns: COLUMNS.iter().map(ToString::to_string).collect(),
        portions: stream::try_unfold(source, portion),
    })
}

/// Where the file is read from, and how far that has got.
struct Source {
    state: Data<State>,
    scope: Scope,
    id: PaymentExportId,
    after: Option<ClaimId>,
}

async fn portion(mut source: Source) -> Result<Option<(Vec<Vec<String>>, Source)>, Problem> {
    let reader = source.state.store.reader(&source.scope);
    let mut query = within(&reader, source.id)
        .order_by_asc(claim::Column::Id)
        .limit(PORTION);
    if let Some(after) = source.after {
        query = query.filter(claim::Column::Id.gt(after));
    }
    let rows = reader.all(query).await?;
    let Some(last) = rows.last().map(|row| row.id) else {
        return Ok(None);
    };
    let cells = lines(&reader, rows).await?.into_iter();
    let cells = cells.map(PaymentLine::cells).collect();
    source.after = Some(last);
    Ok(Some((cells, source)))
}
