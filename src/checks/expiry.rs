//! Warnings before a check expires: 60, 30 and 7 days before, each once.

use std::pin::Pin;

use chrono::{Duration, NaiveDate, NaiveTime};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};
use uuid::Uuid;

use super::entity::{CheckId, Column, Entity, Model};
use super::lifecycle::Status;
use crate::appointments;
use crate::http::{IfMatch, Problem, types};
use crate::partners::messages::{MessagePurpose, queue};
use crate::store::jobs::Job;
use crate::store::{Event, Work};

/// How many days before the expiry warnings are given, the first one first.
const DAYS: [i32; 3] = [60, 30, 7];

/// Tells the partner that a check expires.
pub const WARN: Job = Job {
    kind: "warn-of-check-expiry",
    run: warn,
};

/// The warning that is due on a day: the last one whose time has come, unless it or a later one was given. Of
/// those that were missed, one is enough.
fn due(today: NaiveDate, expires_on: NaiveDate, warned: Option<i32>) -> Option<i32> {
    let left = (expires_on - today).num_days();
    let now = DAYS
        .into_iter()
        .rev()
        .find(|days| left <= i64::from(*days))?;
    let given = warned.is_some_and(|warned| warned <= now);
    (left >= 0 && !given).then_some(now)
}

/// Sees to it that the partner of a check will be warned.
pub async fn warn_later(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    let Some(expires_on) = row.expires_on else {
        return Ok(());
    };
    for days in DAYS {
        let day = expires_on - Duration::days(days.into());
        // In the morning of the day.
        let at = day.and_time(NaiveTime::MIN).and_utc() + Duration::hours(6);
        work.later(WARN.kind, row.id, at).await?;
    }
    Ok(())
}

type Warning<'a> = Pin<Box<dyn Future<Output = Result<Option<Event>, Problem>> + Send + 'a>>;

fn warn<'a>(work: &'a mut Work<'_>, id: Uuid) -> Warning<'a> {
    Box::pin(async move {
        let row = match work.get(CheckId(id)).await {
            Ok(row) => row,
            // It has gone.
            Err(problem) if *problem.kind() == types::NOT_FOUND => return Ok(None),
            Err(problem) => return Err(problem),
        };
        let warned = row.expires_on.and_then(|expires_on| {
            let days = due(work.today(), expires_on, row.warned_days)?;
            Some((days, expires_on))
        });
        let Some((days, expires_on)) = warned.filter(|_| row.status == Status::Cleared) else {
            return Ok(None);
        };
        // Whoever ends the role holds it before its checks, so it is looked at and not held.
        let role = work.see(row.appointment_id).await?;
        if role.status == appointments::Status::Ended || is_replaced(work, &row).await? {
            return Ok(None);
        }
        let (partner, organisation) = (row.partner_id, row.organisation.clone());
        let facts = [
            ("checkId", id.to_string()),
            ("kind", row.kind.word()),
            ("expiresOn", expires_on.to_string()),
        ];
        let mut row = row.into_active_model();
        row.warned_days = Set(Some(days));
        work.step::<Entity>(row, &IfMatch::Absent).await?;
        queue(
            work,
            partner,
            MessagePurpose::Service,
            "checkExpires",
            facts,
        )
        .await?;
        let event = Event::of("check.expiry-warned", id).about([partner]);
        Ok(Some(event.within(organisation)))
    })
}

/// Whether a later check of the same kind for the same role was cleared.
async fn is_replaced(work: &Work<'_>, row: &Model) -> Result<bool, Problem> {
    let later = work
        .select::<Entity>()
        .filter(Column::AppointmentId.eq(row.appointment_id))
        .filter(Column::Kind.eq(row.kind))
        .filter(Column::Status.eq(Status::Cleared))
        .filter(Column::Id.gt(row.id));
    Ok(work.one(later).await?.is_some())
}

/// The condition that a check has not been made anew in the same way.
pub fn newest() -> Expr {
    let later = Alias::new("later");
    let of = |column: Column| Expr::col((later.clone(), column));
    let again = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, later.clone())
        .and_where(of(Column::AppointmentId).equals((Entity, Column::AppointmentId)))
        .and_where(of(Column::Kind).equals((Entity, Column::Kind)))
        .and_where(of(Column::Status).eq(Status::Cleared))
        .and_where(of(Column::Id).gt(Expr::col((Entity, Column::Id))))
        .to_owned();
    Expr::exists(again).not()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_warning_is_due_once_and_late_ones_are_one() {
        let expires: NaiveDate = "2027-06-30".parse().unwrap();
        let before = |days: i64| expires - Duration::days(days);
        assert_eq!(due(before(61), expires, None), None);
        assert_eq!(due(before(60), expires, None), Some(60));
        assert_eq!(due(before(59), expires, Some(60)), None);
        assert_eq!(due(before(30), expires, Some(60)), Some(30));
        assert_eq!(due(before(10), expires, Some(30)), None);
        assert_eq!(due(before(7), expires, Some(30)), Some(7));
        assert_eq!(due(before(3), expires, None), Some(7));
        assert_eq!(due(before(0), expires, Some(7)), None);
        assert_eq!(due(before(-1), expires, None), None);
    }
}
