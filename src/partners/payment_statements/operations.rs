//! How a partner's payments are added up.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use futures_util::{Stream, stream};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

use super::letter::{Facts, Role, letter};
use super::periods::StatementBy;
use super::views::{LetterQuery, PaymentStatement, StatementPeriod, StatementQuery, StatementSum};
use crate::access::Caller;
use crate::access::permissions::ReadPaymentStatements;
use crate::appointments::entity as appointment;
use crate::claims::{Status as ClaimStatus, entity as claim};
use crate::http::{CsvFile, CsvRows, FieldError, Problem, types};
use crate::opportunities;
use crate::organisations::entity as organisation;
use crate::partners::{PartnerId, rules};
use crate::store::{Event, Reader};

/// How long a statement goes back at the most.
const YEARS: u32 = 10;

/// What a partner was paid.
pub async fn get(
    caller: &Caller<ReadPaymentStatements>,
    id: PartnerId,
    asked: StatementQuery,
) -> Result<PaymentStatement, Problem> {
    caller
        .read_recorded(async |reader| {
            rules::held_here(reader, id).await?;
            let (from, to) = days(reader, asked.from, asked.to)?;
            let paid = paid(reader, id, from, to).await?;
            let by = asked.by.unwrap_or(StatementBy::Month);
            let statement = PaymentStatement {
                partner_id: id,
                by,
                from,
                to,
                periods: periods(&paid, by, from, to),
                sum: sum(&paid),
            };
            let event = Event::of("partner.paymentStatementRead", id).about([id]);
            Ok((statement, event))
        })
        .await
}

/// The same as a file.
pub async fn file(
    caller: &Caller<ReadPaymentStatements>,
    id: PartnerId,
    asked: StatementQuery,
) -> Result<CsvFile<impl Stream<Item = CsvRows> + use<>>, Problem> {
    let statement = get(caller, id, asked).await?;
    let rows = statement.periods.iter().map(StatementPeriod::cells);
    let rows: Vec<_> = rows.collect();
    Ok(CsvFile {
        name: format!("payment-statement-{}-{}", statement.from, statement.to),
        columns: StatementPeriod::COLUMNS
            .iter()
            .map(ToString::to_string)
            .collect(),
        portions: stream::iter([Ok(rows)]),
    })
}

fn days(
    reader: &Reader<'_>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<(NaiveDate, NaiveDate), Problem> {
    let to = to.unwrap_or(reader.today());
    let from = from.unwrap_or(StatementBy::TaxYear.period(to).0);
    let latest = from.checked_add_months(Months::new(12 * YEARS));
    let fits = from <= to && latest.is_some_and(|latest| to <= latest);
    match fits {
        true => Ok((from, to)),
        false => {
            let detail = "A statement goes from a day to a later one, within ten years";
            let message = "not before `from`, and within ten years of it";
            Err(Problem::new(&types::INVALID_PARAMETER, detail)
                .with_errors(vec![FieldError::new("/to", "order", message)]))
        }
    }
}

/// The claims of a partner that were paid, whoever of the organisation reads it.
async fn paid(
    reader: &Reader<'_>,
    id: PartnerId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<claim::Model>, Problem> {
    use claim::Column as Of;
    let query = reader
        .select::<claim::Entity>()
        .filter(Of::PartnerId.eq(id))
        .filter(Of::Status.eq(ClaimStatus::Paid))
        .filter(Of::PaidOn.gte(from))
        .filter(Of::PaidOn.lte(to))
        .order_by_asc(Of::PaidOn)
        .order_by_asc(Of::Id);
    reader.all(query).await
}

fn sum<'a>(claims: impl IntoIterator<Item = &'a claim::Model>) -> StatementSum {
    let mut sum = StatementSum::default();
    for one in claims {
        sum.claims += 1;
        sum.expenses_pence += i64::from(one.expenses_pence);
        sum.payments_pence += i64::from(one.payments_pence);
        sum.donated_pence += i64::from(one.donated_pence);
    }
    sum.total_pence = sum.expenses_pence + sum.payments_pence;
    sum
}

fn periods(
    paid: &[claim::Model],
    by: StatementBy,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<StatementPeriod> {
    let mut each: BTreeMap<(NaiveDate, NaiveDate), Vec<&claim::Model>> = BTreeMap::new();
    for one in paid {
        if let Some(day) = one.paid_on {
            each.entry(by.period(day)).or_default().push(one);
        }
    }
    let periods = each
        .into_iter()
        .map(|((first, last), claims)| StatementPeriod {
            from: first.max(from),
            to: last.min(to),
            sum: sum(claims),
        });
    periods.collect()
}

/// A letter that says what the records say.
pub async fn write(
    caller: &Caller<ReadPaymentStatements>,
    id: PartnerId,
    asked: LetterQuery,
) -> Result<String, Problem> {
    caller
        .read_recorded(async |reader| {
            let partner = rules::held_here(reader, id).await?;
            let (from, to) = days(reader, asked.from, asked.to)?;
            let paid = paid(reader, id, from, to).await?;
            let facts = Facts {
                today: reader.today(),
                organisation: organisation_of(reader, &partner.organisation).await?,
                roles: roles(reader, id).await?,
                days: (from, to),
                sum: sum(&paid),
                paid,
                partner,
            };
            let event = Event::of("partner.paymentLetterRead", id).about([id]);
            Ok((letter(&facts), event))
        })
        .await
}

#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
async fn organisation_of(reader: &Reader<'_>, code: &str) -> Result<organisation::Model, Problem> {
    use sea_orm::EntityTrait;
    let found = reader
        .all(organisation::Entity::find_by_id(code.to_owned()))
        .await?;
    let found = found.into_iter().next();
    found.ok_or_else(|| Problem::internal("a partner without an organisation"))
}

/// The roles of a partner with their titles: a partner knows what they were appointed to.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever may see the partner's appointments may know what they are to"
)]
async fn roles(reader: &Reader<'_>, id: PartnerId) -> Result<Vec<Role>, Problem> {
    use sea_orm::EntityTrait;
    let theirs = reader
        .select::<appointment::Entity>()
        .filter(appointment::Column::PartnerId.eq(id))
        .order_by_asc(appointment::Column::StartsOn);
    let theirs = reader.all(theirs).await?;
    let ids = theirs.iter().map(|one| one.opportunity_id);
    let known =
        opportunities::entity::Entity::find().filter(opportunities::entity::Column::Id.is_in(ids));
    let known = reader.all(known).await?;
    let title = |id| {
        let found = known.iter().find(|one| one.id == id);
        found.map(|one| one.title.clone()).unwrap_or_default()
    };
    let roles = theirs.into_iter().map(|appointment| Role {
        title: title(appointment.opportunity_id),
        appointment,
    });
    Ok(roles.collect())
}
