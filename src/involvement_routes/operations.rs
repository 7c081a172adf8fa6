//! What can be done with routes of involvement.

use chrono::NaiveDate;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, InvolvementRouteId, Model};
use super::views::{
    EndRoute, InvolvementRoute, InvolvementRouteFilter, InvolvementRouteSort, NewInvolvementRoute,
};
use crate::access::Caller;
use crate::access::permissions::{ManageInvolvementRoutes, ReadInvolvementRoutes};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem};
use crate::organisations::ROOT;
use crate::store::{Event, Work, Written};

/// One page of the routes for everyone and those of the caller's organisation.
pub async fn list(
    caller: &Caller<ReadInvolvementRoutes>,
    listing: Listing<InvolvementRouteFilter>,
) -> Result<Page<Written<Entity, InvolvementRoute>>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.code, |query, code| {
            query.filter(Column::Code.eq(code.as_str()))
        })
        .apply_if(filter.on, |query, day| {
            let last = Condition::any()
                .add(Column::ValidTo.is_null())
                .add(Column::ValidTo.gte(day));
            query.filter(Column::ValidFrom.lte(day)).filter(last)
        });
    let sort = filter.sort.unwrap_or(InvolvementRouteSort::Code);
    reader.written_page(query, &paging, sort).await
}

/// One route.
pub async fn get(
    caller: &Caller<ReadInvolvementRoutes>,
    id: InvolvementRouteId,
) -> Result<InvolvementRoute, Problem> {
    caller.read().get(id).await.map(InvolvementRoute::from)
}

/// Adds a route of the caller's organisation.
pub async fn add(
    caller: &Caller<ManageInvolvementRoutes>,
    new: NewInvolvementRoute,
) -> Result<InvolvementRoute, Problem> {
    caller
        .write(async |work| {
            let NewInvolvementRoute {
                code,
                label,
                opens_to_all,
                valid_from,
                valid_to,
            } = new;
            let row = ActiveModel {
                id: Set(InvolvementRouteId::new()),
                code: Set(code.into()),
                label: Set(label.into()),
                opens_to_all: Set(opens_to_all),
                valid_from: Set(valid_from),
                valid_to: Set(valid_to),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("involvementRoute.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Says which day is a route's last. Who is on it stays on it until their enrolment ends.
pub async fn end(
    caller: &Caller<ManageInvolvementRoutes>,
    id: InvolvementRouteId,
    seen: IfMatch,
    end: EndRoute,
) -> Result<InvolvementRoute, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            if end.valid_to < row.valid_from {
                let message = "not before its first day";
                return Err(Problem::field("/validTo", "order", message));
            }
            if row.valid_to == Some(end.valid_to) {
                let message = "this is its last day already";
                let same = FieldError::new("/validTo", "same", message);
                return Err(Problem::unmet("The route ends then already", vec![same]));
            }
            let mut row = row.into_active_model();
            row.valid_to = Set(Some(end.valid_to));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("involvementRoute.ended", id)))
        })
        .await
}

/// The route of a code that an organisation offers on a day. Of those that have begun, one of its own
/// decides before one for everyone, and a later one before an earlier one; if that one is over, there is
/// none.
pub async fn offered(
    work: &Work<'_>,
    organisation: &str,
    code: &str,
    day: NaiveDate,
) -> Result<Option<Model>, Problem> {
    let begun = work
        .select::<Entity>()
        .filter(Column::Organisation.is_in([organisation, ROOT]))
        .filter(Column::Code.eq(code))
        .filter(Column::ValidFrom.lte(day))
        .order_by_desc(Column::ValidFrom)
        .order_by_desc(Column::Id);
    let mut begun = work.all(begun).await?;
    let own = begun
        .iter()
        .position(|row| row.organisation == organisation);
    let deciding = match (own, begun.is_empty()) {
        (_, true) => return Ok(None),
        (own, false) => begun.swap_remove(own.unwrap_or_default()),
    };
    Ok(Some(deciding).filter(|row| row.valid_to.is_none_or(|last| last >= day)))
}
