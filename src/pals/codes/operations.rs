//! What can be done with codes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QueryTrait, Select, Set};

use super::entity::{ActiveModel, CodeSet, Column, Entity, Model, PalsCodeId};
use super::views::{EndPalsCode, NewPalsCode, PalsCode, PalsCodeFilter, PalsCodeSort};
use crate::access::Caller;
use crate::access::permissions::{ManagePalsSettings, ReadPalsSettings};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem};
use crate::organisations::ROOT;
use crate::store::{Event, Work};
use crate::values::ItemCode;

/// One page of the codes for everyone and those of the caller's organisation.
pub async fn list(
    caller: &Caller<ReadPalsSettings>,
    listing: Listing<PalsCodeFilter>,
) -> Result<Page<PalsCode>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.set, |query, set| {
            query.filter(Column::CodeSet.eq(set))
        })
        .apply_if(filter.code, |query, code| {
            query.filter(Column::Code.eq(code))
        });
    let sort = filter.sort.unwrap_or(PalsCodeSort::Code);
    let page = reader.page(query, &paging, sort).await?;
    Ok(page.map(PalsCode::from))
}

/// One code.
pub async fn get(caller: &Caller<ReadPalsSettings>, id: PalsCodeId) -> Result<PalsCode, Problem> {
    caller.read().get(id).await.map(PalsCode::from)
}

/// Adds a code of the caller's organisation.
pub async fn add(
    caller: &Caller<ManagePalsSettings>,
    new: NewPalsCode,
) -> Result<PalsCode, Problem> {
    caller
        .write(async |work| {
            let NewPalsCode {
                set,
                code,
                label,
                national_code,
                valid_from,
                valid_to,
            } = new;
            if let Some(national) = &national_code {
                must_be_national(work, set, national).await?;
            }
            let row = ActiveModel {
                id: Set(PalsCodeId::new()),
                code_set: Set(set),
                code: Set(code),
                label: Set(label),
                national_code: Set(national_code),
                valid_from: Set(valid_from),
                valid_to: Set(valid_to),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("palsCode.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

async fn must_be_national(work: &Work<'_>, set: CodeSet, code: &ItemCode) -> Result<(), Problem> {
    let known = work
        .select::<Entity>()
        .filter(Column::Organisation.eq(ROOT))
        .filter(Column::CodeSet.eq(set))
        .filter(Column::Code.eq(code.clone()));
    match work.one(known).await? {
        Some(_) => Ok(()),
        None => Err(Problem::field(
            "/nationalCode",
            "unknown",
            "there is no national code of this name in the set",
        )),
    }
}

/// Says which day is a code's last. What is counted under it stays so.
pub async fn end(
    caller: &Caller<ManagePalsSettings>,
    id: PalsCodeId,
    seen: IfMatch,
    end: EndPalsCode,
) -> Result<PalsCode, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            if end.valid_to < row.valid_from {
                let message = "not before its first day";
                return Err(Problem::field("/validTo", "order", message));
            }
            if row.valid_to == Some(end.valid_to) {
                let same = FieldError::new("/validTo", "same", "this is its last day already");
                return Err(Problem::unmet("The code ends then already", vec![same]));
            }
            let mut row = row.into_active_model();
            row.valid_to = Set(Some(end.valid_to));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("palsCode.ended", id)))
        })
        .await
}

/// The codes that an organisation uses on a day, by their code. Of those that have begun, one of its own decides
/// before one for everyone, and a later one before an earlier one; if that one is over, there is none.
pub fn in_use(rows: Vec<Model>, day: NaiveDate) -> BTreeMap<(CodeSet, ItemCode), Model> {
    let mut rows: Vec<Model> = rows
        .into_iter()
        .filter(|row| row.valid_from <= day)
        .collect();
    rows.sort_by_key(|row| (row.organisation != ROOT, row.valid_from, row.id));
    let named = rows
        .into_iter()
        .map(|row| ((row.code_set, row.code.clone()), row));
    // The last one of a name stays.
    let mut used: BTreeMap<_, _> = named.collect();
    used.retain(|_, row| row.valid_to.is_none_or(|last| last >= day));
    used
}

/// The codes of an organisation in one set, with those for everyone, whenever they are in use.
#[expect(
    clippy::disallowed_methods,
    reason = "who counts contacts may know the codes under which they are counted"
)]
pub fn of(organisation: &str, sets: &[CodeSet]) -> Select<Entity> {
    use sea_orm::EntityTrait;
    Entity::find()
        .filter(Column::Organisation.is_in([organisation, ROOT]))
        .filter(Column::CodeSet.is_in(sets.iter().copied()))
        .order_by_asc(Column::Id)
}

/// Refuses subjects and a service that are no codes of the organisation on a day, and subjects that come twice; `field`
/// is the one in which the subjects are sent.
pub async fn check(
    work: &Work<'_>,
    organisation: &str,
    day: NaiveDate,
    (field, subjects): (&str, &[ItemCode]),
    service: Option<&ItemCode>,
) -> Result<(), Problem> {
    let mut once: Vec<&ItemCode> = subjects.iter().collect();
    once.sort();
    once.dedup();
    if once.len() < subjects.len() {
        return Err(Problem::field(field, "repeated", "each code once"));
    }
    let sets = [CodeSet::Subject, CodeSet::ServiceArea];
    let used = in_use(work.all(of(organisation, &sets)).await?, day);
    let subjects = subjects.iter().enumerate();
    let subjects = subjects.map(|(at, code)| (format!("{field}/{at}"), CodeSet::Subject, code));
    let service = service.map(|code| ("/service".to_owned(), CodeSet::ServiceArea, code));
    let unknown = subjects
        .chain(service)
        .filter(|(_, set, code)| !used.contains_key(&(*set, (*code).clone())));
    let message = "the organisation has no such code in use: see GET /v1/pals/codes";
    let errors: Vec<FieldError> = unknown
        .map(|(pointer, _, _)| FieldError::new(pointer, "unknown", message))
        .collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(errors)),
    }
}

/// Refuses a subject that is no national code on a day.
pub async fn check_national_subject(
    work: &Work<'_>,
    day: NaiveDate,
    subject: &ItemCode,
) -> Result<(), Problem> {
    let used = in_use(work.all(of(ROOT, &[CodeSet::Subject])).await?, day);
    match used.contains_key(&(CodeSet::Subject, subject.clone())) {
        true => Ok(()),
        false => {
            let message = "no national subject in use: see GET /v1/pals/codes";
            Err(Problem::field("/nationalSubject", "unknown", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn row(organisation: &str, from: &str, to: Option<&str>, label: &str) -> Model {
        Model {
            id: PalsCodeId::new(),
            organisation: organisation.to_owned(),
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
            code_set: CodeSet::Subject,
            code: "staff".parse().unwrap(),
            label: label.parse().unwrap(),
            national_code: None,
            valid_from: from.parse().unwrap(),
            valid_to: to.map(|to| to.parse().unwrap()),
        }
    }

    fn called(rows: &[Model], day: &str) -> Option<String> {
        let used = in_use(rows.to_vec(), day.parse().unwrap());
        used.into_values().next().map(|row| row.label.to_string())
    }

    #[test]
    fn an_organisations_own_code_decides_from_its_first_day_and_even_when_it_is_over() {
        let rows = [
            row("RXL", "2026-01-01", None, "Our people"),
            row("RXL", "2026-06-01", Some("2026-12-31"), "Colleagues"),
            row("ENGLAND", "1970-01-01", None, "Staff"),
        ];
        assert_eq!(called(&rows, "2025-12-31").as_deref(), Some("Staff"));
        assert_eq!(called(&rows, "2026-01-01").as_deref(), Some("Our people"));
        assert_eq!(called(&rows, "2026-12-31").as_deref(), Some("Colleagues"));
        assert_eq!(called(&rows, "2027-01-01"), None);
    }
}
