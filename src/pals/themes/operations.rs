//! How themes are counted.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use super::views::ThemesQuery;
use crate::access::Caller;
use crate::access::permissions::ReadPalsThemes;
use crate::http::{FieldError, Problem, types};
use crate::pals::codes::{CodeSet, operations as codes};
use crate::pals::contacts::entity::{Column, Entity};
use crate::reports::{ALL, Counted, Report, Table};
use crate::store::Reader;
use crate::values::{ItemCode, Month, Stored, begins, day_of};

/// The column of contacts that are about no service in particular.
const NO_SERVICE: &str = "No service";

/// A contact, as far as it is counted.
pub(super) struct Counting {
    pub subjects: Vec<ItemCode>,
    pub service: Option<ItemCode>,
}

/// The themes of a month.
pub async fn themes(
    caller: &Caller<ReadPalsThemes>,
    asked: ThemesQuery,
) -> Result<Report, Problem> {
    let reader = caller.read();
    let (scope, now) = (reader.scope(), reader.now());
    let organisation = scope.organisation.clone();
    let organisation = organisation.ok_or_else(|| Problem::internal("nobody's themes"))?;
    let (first, next) = days_of(asked, day_of(now))?;
    let contacts = contacts_of(&reader, &organisation, first, next).await?;
    let known = codes::of(&organisation, &[CodeSet::Subject, CodeSet::ServiceArea]);
    let known = reader.all(known).await?;
    // What a code was called on the last day of the month.
    let last = next.pred_opt().unwrap_or(next);
    let mut labels: BTreeMap<(CodeSet, ItemCode), String> = BTreeMap::new();
    for row in &known {
        labels
            .entry((row.code_set, row.code.clone()))
            .or_insert_with(|| row.label.to_string());
    }
    for (name, row) in codes::in_use(known, last) {
        labels.insert(name, row.label.into_string());
    }
    Ok(table(&contacts, &labels).told(organisation, now))
}

/// The first day of the month that is asked for, and the one after its last. Months go on until they are over, so that
/// nobody finds a contact in the difference of two days.
fn days_of(asked: ThemesQuery, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Problem> {
    let this = Month::of(today).first();
    let first = match asked.month {
        Some(month) => month.first(),
        None => this.and_then(|this| this.checked_sub_months(Months::new(1))),
    };
    let next = first.and_then(|first| first.checked_add_months(Months::new(1)));
    let days = first.zip(next);
    days.filter(|(_, next)| *next <= today).ok_or_else(|| {
        let detail = "`month` is a month that is over";
        let error = FieldError::new("/month", "range", detail);
        Problem::new(&types::INVALID_PARAMETER, detail).with_errors(vec![error])
    })
}

/// The contacts of an organisation in a month, whomever they concern: who asks must not be seen in what is counted.
#[expect(
    clippy::disallowed_methods,
    reason = "what is told is counts, the same for everyone who asks"
)]
async fn contacts_of(
    reader: &Reader<'_>,
    organisation: &str,
    first: NaiveDate,
    next: NaiveDate,
) -> Result<Vec<Counting>, Problem> {
    use sea_orm::EntityTrait;
    let found: Vec<(Stored<Vec<ItemCode>>, Option<ItemCode>)> = Entity::find()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::ReceivedAt.gte(begins(first)))
        .filter(Column::ReceivedAt.lt(begins(next)))
        .select_only()
        .columns([Column::Subjects, Column::Service])
        .into_tuple()
        .all(reader.connection())
        .await?;
    let counting = |(subjects, service): (Stored<Vec<ItemCode>>, Option<ItemCode>)| Counting {
        subjects: subjects.0,
        service,
    };
    Ok(found.into_iter().map(counting).collect())
}

/// Subjects by services. A contact with several subjects counts under each of them, and once in the totals.
pub(super) fn table(
    contacts: &[Counting],
    labels: &BTreeMap<(CodeSet, ItemCode), String>,
) -> Table {
    let of = |set: CodeSet| {
        let named = labels.iter().filter(move |((of, _), _)| *of == set);
        named.map(|((_, code), label)| (Some(code.clone()), label.clone()))
    };
    let subjects: Vec<_> = of(CodeSet::Subject).collect();
    let none = (None, NO_SERVICE.to_owned());
    let services: Vec<_> = of(CodeSet::ServiceArea).chain([none]).collect();
    let count = |fits: &dyn Fn(&Counting) -> bool| Counted {
        count: contacts.iter().filter(|one| fits(one)).count() as u64,
        pence: 0,
    };
    let row = |label: &str, fits: &dyn Fn(&Counting) -> bool| {
        let cells = services
            .iter()
            .map(|(service, _)| count(&|one: &Counting| one.service == *service && fits(one)));
        let cells = cells.chain([count(fits)]).collect();
        (label.to_owned(), cells)
    };
    let rows = subjects.iter().map(|(subject, label)| {
        row(label, &|one: &Counting| {
            subject
                .as_ref()
                .is_some_and(|code| one.subjects.contains(code))
        })
    });
    Table {
        rows: rows.chain([row(ALL, &|_: &Counting| true)]).collect(),
        columns: services.iter().map(|(_, label)| label.clone()).collect(),
        money: false,
    }
}
