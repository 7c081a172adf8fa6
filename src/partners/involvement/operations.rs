//! How a partner's involvement is added up.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use super::views::{Involvement, InvolvementItem, InvolvementKind, InvolvementTotals};
use crate::access::Caller;
use crate::access::permissions::ReadInvolvement;
use crate::applications::entity as application;
use crate::appointments::entity as appointment;
use crate::claims::{self, entity as claim};
use crate::http::Problem;
use crate::one_to_ones::{self, entity as one_to_one};
use crate::opportunities::{OpportunityId, entity as opportunity};
use crate::partners::enrolments::entity as enrolment;
use crate::partners::entity::Model;
use crate::partners::{PartnerId, rules};
use crate::store::{Event, Reader};
use crate::values::day_of;

/// More records of one kind than a partner has in a lifetime.
const MOST: u64 = 10_000;

/// A partner's involvement, as the records tell it now.
pub async fn get(caller: &Caller<ReadInvolvement>, id: PartnerId) -> Result<Involvement, Problem> {
    caller
        .read_recorded(async |reader| {
            let partner = rules::held_here(reader, id).await?;
            let items = gathered(reader, &partner).await?;
            let involvement = Involvement {
                partner_id: id,
                organisation: partner.organisation,
                as_of: reader.today(),
                totals: InvolvementTotals::of(&items),
                items,
            };
            Ok((
                involvement,
                Event::of("partner.involvementRead", id).about([id]),
            ))
        })
        .await
}

async fn gathered(reader: &Reader<'_>, partner: &Model) -> Result<Vec<InvolvementItem>, Problem> {
    let id = partner.id;
    let applied = application::sent_by(&partner.organisation, id).limit(MOST);
    let applied = reader.all(applied).await?;
    let roles = reader
        .select::<appointment::Entity>()
        .filter(appointment::Column::PartnerId.eq(id))
        .limit(MOST);
    let roles = reader.all(roles).await?;
    let titles = titles(reader, applied.iter().map(|row| row.opportunity_id)).await?;
    let role_of: HashMap<_, _> = roles
        .iter()
        .map(|row| (row.id, row.opportunity_id))
        .collect();
    let mut items: Vec<InvolvementItem> = routes(reader, id).await?;
    for talk in talks(reader, id).await? {
        let what = role_of.get(&talk.appointment_id);
        items.push(talked(reader, talk, what.and_then(|role| titles.get(role))));
    }
    for claim in confirmed(reader, id).await? {
        let role = titles.get(&claim.opportunity_id);
        items.push(did(claim, role));
    }
    items.extend(applied.into_iter().map(|row| InvolvementItem {
        kind: InvolvementKind::Application,
        record_id: row.id.0,
        what: titles.get(&row.opportunity_id).cloned(),
        from_date: day_of(row.submitted_at.unwrap_or(row.created_at)),
        to_date: None,
        minutes: None,
        status: row.status.to_string(),
        what_changed: None,
    }));
    items.extend(roles.into_iter().map(|row| InvolvementItem {
        kind: InvolvementKind::Appointment,
        record_id: row.id.0,
        what: titles.get(&row.opportunity_id).cloned(),
        from_date: row.starts_on,
        to_date: row.ended_on,
        minutes: None,
        status: row.status.to_string(),
        what_changed: None,
    }));
    items.sort_by_key(|item| (item.from_date, item.kind, item.record_id));
    Ok(items)
}

/// The titles of roles. One that is being rewritten shows none to the partner: nobody has approved it.
async fn titles(
    reader: &Reader<'_>,
    ids: impl Iterator<Item = OpportunityId>,
) -> Result<HashMap<OpportunityId, String>, Problem> {
    let roles = reader
        .select::<opportunity::Entity>()
        .filter(opportunity::Column::Id.is_in(ids));
    let roles = reader.all(roles).await?;
    Ok(roles.into_iter().map(|row| (row.id, row.title)).collect())
}

/// The routes that were in force at some time.
async fn routes(reader: &Reader<'_>, id: PartnerId) -> Result<Vec<InvolvementItem>, Problem> {
    let taken = reader
        .select::<enrolment::Entity>()
        .filter(enrolment::Column::PartnerId.eq(id))
        .filter(enrolment::Column::StartedOn.is_not_null())
        .limit(MOST);
    let taken = reader.all(taken).await?.into_iter();
    let item = |row: enrolment::Model| {
        Some(InvolvementItem {
            kind: InvolvementKind::Route,
            record_id: row.id.0,
            from_date: row.started_on?,
            to_date: row.ended_on,
            minutes: None,
            status: row.status.to_string(),
            what: Some(row.route),
            what_changed: None,
        })
    };
    Ok(taken.filter_map(item).collect())
}

/// The one-to-ones that were held.
async fn talks(reader: &Reader<'_>, id: PartnerId) -> Result<Vec<one_to_one::Model>, Problem> {
    let held = reader
        .select::<one_to_one::Entity>()
        .filter(one_to_one::Column::PartnerId.eq(id))
        .filter(one_to_one::Column::Status.eq(one_to_ones::Status::Held))
        .limit(MOST);
    reader.all(held).await
}

/// What was claimed for and confirmed by somebody who knows that the partner was there.
async fn confirmed(reader: &Reader<'_>, id: PartnerId) -> Result<Vec<claim::Model>, Problem> {
    use claims::Status::{Authorised, Confirmed, Exported, Paid};
    let sure = reader
        .select::<claim::Entity>()
        .filter(claim::Column::PartnerId.eq(id))
        .filter(claim::Column::Status.is_in([Confirmed, Authorised, Exported, Paid]))
        .limit(MOST);
    reader.all(sure).await
}

fn did(row: claim::Model, role: Option<&String>) -> InvolvementItem {
    InvolvementItem {
        kind: InvolvementKind::Activity,
        record_id: row.id.0,
        what: row.activity.or_else(|| role.cloned()),
        from_date: row.activity_date,
        to_date: None,
        minutes: row.tenth_hours.map(|tenths| tenths * 6),
        status: row.status.to_string(),
        what_changed: None,
    }
}

fn talked(reader: &Reader<'_>, row: one_to_one::Model, what: Option<&String>) -> InvolvementItem {
    // What was said is between the two who talked.
    let between = row.is_between(reader.scope());
    let record = row.record.filter(|_| between);
    InvolvementItem {
        kind: InvolvementKind::OneToOne,
        record_id: row.id.0,
        what: what.cloned(),
        from_date: row.held_on.unwrap_or(row.planned_for),
        to_date: None,
        minutes: row.minutes,
        status: row.status.to_string(),
        what_changed: record.and_then(|stored| stored.0.impact_seen),
    }
}
