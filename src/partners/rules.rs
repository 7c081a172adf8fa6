//! What holds for every partner and everything below one.

use sea_orm::{ActiveValue, Value};
use uuid::Uuid;

use super::entity::{ActiveModel, Model, PartnerId, PartnerStatus};
use super::folding;
use super::inputs::UNREACHABLE;
use crate::http::{FieldError, Problem, types};
use crate::organisations;
use crate::store::{Reach, Reader, Record, Scope, Work};
use crate::users::{self, UserId};

/// Whether the caller acts for themself, and not as staff.
pub fn acts_for_self(scope: &Scope) -> bool {
    scope.reach <= Reach::Own
}

/// The problem that a field is for staff to fill in.
pub fn staff_only(pointer: &str, message: &str) -> Problem {
    Problem::field(pointer, "staffOnly", message)
}

/// Refuses changes of a record that does not go on.
pub fn must_go_on(partner: &Model) -> Result<(), Problem> {
    let detail = match partner.status {
        PartnerStatus::Merged => "This record was merged into another one, which goes on",
        PartnerStatus::Anonymised => "This record has been anonymised",
        _ => return Ok(()),
    };
    Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
        .with("state", partner.status.word())
        .with("allowed", Vec::<String>::new()))
}

/// Refuses somebody who would decide about themself, in whatever role they act.
pub fn not_for_themself(
    work: &Work<'_>,
    partner: PartnerId,
    detail: &'static str,
) -> Result<(), Problem> {
    match work.authority().scope.partner == Some(partner.0) {
        false => Ok(()),
        true => Err(Problem::new(&types::SAME_PERSON, detail)),
    }
}

/// The problem that something is over already.
pub fn over(detail: &str, state: &str) -> Problem {
    Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
        .with("state", state)
        .with("allowed", Vec::<String>::new())
}

/// The problem that a text holds an NHS number, which no function here needs.
pub fn nhs_number(pointer: &str) -> FieldError {
    FieldError::new(
        pointer,
        "nhsNumber",
        "leave out what looks like an NHS number",
    )
}

/// Refuses texts that hold what looks like an NHS number.
pub fn without_nhs_number<'a>(
    texts: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Result<(), Problem> {
    let errors: Vec<_> = texts
        .into_iter()
        .filter(|(_, text)| text.is_some_and(folding::holds_nhs_number))
        .map(|(pointer, _)| nhs_number(pointer))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::fields(errors))
    }
}

fn value<V: Into<Value>>(column: &ActiveValue<V>) -> Option<&V> {
    column.try_as_ref()
}

fn text(column: &ActiveValue<Option<String>>) -> Option<&str> {
    value(column)?.as_deref()
}

/// Checks a partner as a whole, and writes the forms by which they are found.
pub fn settle(row: &mut ActiveModel) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if [&row.email, &row.telephone, &row.postal_address]
        .iter()
        .all(|one| text(one).is_none())
    {
        errors.push(FieldError::new("", "required", UNREACHABLE));
    }
    if text(&row.travel_limits).is_some_and(folding::holds_nhs_number) {
        errors.push(nhs_number("/travelLimits"));
    }
    let lists = [
        ("livedExperience", &row.lived_experience),
        ("interests", &row.interests),
        ("skills", &row.skills),
    ];
    for (name, list) in lists {
        let entries = value(list)
            .map(|list| list.0.as_slice())
            .unwrap_or_default();
        let held = entries
            .iter()
            .enumerate()
            .filter(|(_, one)| folding::holds_nhs_number(one));
        errors.extend(held.map(|(index, _)| nhs_number(&format!("/{name}/{index}"))));
    }
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let given = value(&row.given_name).cloned().unwrap_or_default();
    let family = value(&row.family_name).cloned().unwrap_or_default();
    let preferred = text(&row.preferred_name).unwrap_or_default();
    let search = folding::searchable([given.as_str(), family.as_str(), preferred]);
    let person = text(&row.postcode).map(|code| folding::person(&given, &family, code));
    let email = text(&row.email).map(folding::email);
    let telephone = text(&row.telephone).map(folding::telephone);
    row.search_name.set_if_not_equals(search);
    row.match_person.set_if_not_equals(person);
    row.match_email.set_if_not_equals(email);
    row.match_telephone.set_if_not_equals(telephone);
    Ok(())
}

/// Checks that the named contact is a member of staff.
pub async fn check_named_contact(work: &Work<'_>, contact: Option<UserId>) -> Result<(), Problem> {
    let Some(contact) = contact else {
        return Ok(());
    };
    if acts_for_self(&work.authority().scope) {
        let message = "the organisation chooses who is there for a partner";
        return Err(staff_only("/namedContactId", message));
    }
    let user = work.named("/namedContactId", contact).await?;
    let staff = user.roles.0.iter().any(|role| role.works_with_people());
    match staff && user.status == users::entity::Status::Active {
        true => Ok(()),
        false => Err(Problem::field(
            "/namedContactId",
            "unfit",
            "an active member of staff who works with partners is needed",
        )),
    }
}

/// Checks that a field names an organisation that is open.
#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
pub async fn check_organisation(work: &Work<'_>, pointer: &str, code: &str) -> Result<(), Problem> {
    use sea_orm::EntityTrait;
    let found = organisations::entity::Entity::find_by_id(code.to_owned());
    let today = work.today();
    match work
        .one(found)
        .await?
        .filter(|one| one.closed_on.is_none_or(|day| day > today))
    {
        Some(_) => Ok(()),
        None => Err(Problem::field(
            pointer,
            "unknown",
            "there is no open organisation with this code",
        )),
    }
}

/// A partner below which something is added or changed.
pub async fn parent(work: &Work<'_>, id: super::PartnerId) -> Result<Model, Problem> {
    let partner = work.get(id).await?;
    must_go_on(&partner)?;
    Ok(partner)
}

/// A partner who takes a route, or gives a consent: somebody who is suspended or has ended does neither.
pub async fn present(work: &Work<'_>, id: super::PartnerId) -> Result<Model, Problem> {
    let partner = parent(work, id).await?;
    match partner.status.may_take_part() {
        true => Ok(partner),
        false => Err(over(
            "The partner takes no part at present",
            &partner.status.word(),
        )),
    }
}

/// A partner whose record the caller's organisation holds: what belongs to one isn't shared with it.
pub async fn held_here(reader: &Reader<'_>, id: super::PartnerId) -> Result<Model, Problem> {
    let partner = reader.get(id).await?;
    match reader.scope().organisation.as_deref() == Some(&partner.organisation) {
        true => Ok(partner),
        false => Err(Problem::not_found(<super::entity::Entity as Record>::NOUN)),
    }
}

/// The caller's user record, when it can be linked to a partner.
pub fn own_user(scope: &Scope) -> Option<Uuid> {
    scope.user.filter(|_| scope.partner.is_none())
}
