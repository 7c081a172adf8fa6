//! How contacts are taken in, listed, opened and changed. `steps` takes them through their lifecycle.

use chrono::Datelike;
use sea_orm::sea_query::Condition;
use sea_orm::{ActiveValue, ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::clock::due_on;
use super::consent::{self, Consent};
use super::entity::{ActiveModel, Column, Entity, Model, PalsContactId, last_of};
use super::inputs::{NewPalsContact, PalsContactChanges};
use super::lifecycle::Status;
use super::views::{OpenRecord, PalsContact, PalsContactFilter, PalsContactSort, PalsRecord};
use crate::access::permissions::{
    HandlePalsContacts, OpenPalsRecords, ReadPalsContacts, ReceivePalsContacts,
};
use crate::access::{Caller, Role};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::organisations::operations::{check_own, hold};
use crate::pals::codes::operations as codes;
use crate::pals::targets::operations::working_days;
use crate::partners::without_nhs_number;
use crate::store::{Event, Work};
use crate::users::{self, UserId};
use crate::values::{Stored, day_of};

/// One page of the contacts, without what was said.
pub async fn list(
    caller: &Caller<ReadPalsContacts>,
    listing: Listing<PalsContactFilter>,
) -> Result<Page<PalsContact>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let PalsContactFilter {
                sort,
                status,
                kind,
                owner_id,
                service,
                overdue,
                complaint_reference,
            } = filter;
            let late = Condition::all()
                .add(Column::Status.is_in(Status::OPEN))
                .add(Column::DueOn.is_not_null())
                .add(Column::DueOn.lt(reader.today()));
            let query = reader
                .select::<Entity>()
                .apply_if(status, |query, status| {
                    query.filter(Column::Status.eq(status))
                })
                .apply_if(kind, |query, kind| query.filter(Column::Kind.eq(kind)))
                .apply_if(owner_id, |query, id| query.filter(Column::OwnerId.eq(id)))
                .apply_if(service, |query, service| {
                    query.filter(Column::Service.eq(service))
                })
                .apply_if(complaint_reference, |query, reference| {
                    query.filter(Column::ComplaintReference.eq(reference))
                })
                .apply_if(overdue, |query, overdue| match overdue {
                    true => query.filter(late),
                    false => query.filter(late.not()),
                });
            let sort = sort.unwrap_or(PalsContactSort::Newest);
            let page = reader.page(query, &paging, sort).await?;
            let event = Event::all("palsContact.listed");
            Ok((page.map(PalsContact::from), event))
        })
        .await
}

/// Where one contact stands.
pub async fn get(
    caller: &Caller<ReadPalsContacts>,
    id: PalsContactId,
) -> Result<PalsContact, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            Ok((row.into(), Event::of("palsContact.read", id)))
        })
        .await
}

/// Opens the record of a contact. Only a person does, and says why.
pub async fn open(
    caller: &Caller<OpenPalsRecords>,
    id: PalsContactId,
    asked: OpenRecord,
) -> Result<PalsRecord, Problem> {
    let user = caller.scope().user;
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            if user.is_none() {
                let detail = "A record is opened by a PALS officer, and an API client is none";
                return Err(Problem::new(&types::PERSON_NEEDED, detail));
            }
            let event = Event::of("palsContact.opened", id).because(asked.purpose.word());
            Ok((row.into(), event))
        })
        .await
}

/// Takes in what somebody brings to PALS.
pub async fn receive(
    caller: &Caller<ReceivePalsContacts>,
    new: NewPalsContact,
) -> Result<PalsContact, Problem> {
    caller
        .write(async |work| {
            let organisation = work.authority().scope.organisation.clone();
            let organisation = organisation.ok_or_else(|| Problem::internal("nobody's PALS"))?;
            let NewPalsContact {
                received_at,
                channel,
                kind,
                anonymous,
                caller,
                relationship,
                consent,
                consent_given,
                third_party,
                subjects,
                service,
                site_code,
                summary,
                staff_named,
                concerns_ids,
                owner_id,
            } = new;
            let received_at = received_at.unwrap_or(work.now());
            if received_at > work.now() {
                let message = "a contact is entered once it was received";
                return Err(Problem::field("/receivedAt", "future", message));
            }
            let consent = consent.unwrap_or(Consent::by_custom(relationship));
            let day = day_of(received_at);
            // Whoever takes in another one meanwhile waits: numbers follow each other.
            hold(work, &organisation).await?;
            let last = work.one(last_of(&organisation, day.year())).await?;
            let target = working_days(work, &organisation, kind, day).await?;
            let row = ActiveModel {
                id: Set(PalsContactId::new()),
                organisation: Set(organisation),
                year: Set(day.year()),
                number: Set(last.map_or(0, |last| last.number) + 1),
                received_at: Set(received_at),
                channel: Set(channel),
                kind: Set(kind),
                anonymous: Set(anonymous),
                caller: Set(caller.map(Stored)),
                relationship: Set(relationship),
                consent: Set(consent),
                consent_given: Set(consent_given),
                consent_at: Set(consent_given.map(|_| work.now())),
                third_party: Set(third_party.map(Stored)),
                subjects: Set(Stored(subjects)),
                service: Set(service),
                site_code: Set(site_code.map(Into::into)),
                summary: Set(summary),
                outcome: Set(None),
                staff_named: Set(staff_named),
                concerns: Set(Stored(concerns_ids)),
                owner_id: Set(owner_id),
                target_days: Set(target),
                clock_from: Set(day),
                pauses: Set(Stored(Vec::new())),
                due_on: Set(due_on(day, target, &[])),
                reopenings: Set(Stored(Vec::new())),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            settle(work, &row).await?;
            let event = Event::of("palsContact.received", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Changes what is known of a contact that is open.
pub async fn change(
    caller: &Caller<HandlePalsContacts>,
    id: PalsContactId,
    seen: IfMatch,
    changes: PalsContactChanges,
) -> Result<PalsContact, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            before.status.after("change")?;
            let PalsContactChanges {
                kind,
                anonymous,
                caller,
                third_party,
                subjects,
                service,
                site_code,
                summary,
                staff_named,
                concerns_ids,
                owner_id,
            } = changes;
            let hides = anonymous.value() == Some(&true) && caller.value().is_none();
            let mut row = before.clone().into_active_model();
            kind.onto(&mut row.kind);
            anonymous.onto(&mut row.anonymous);
            caller.map(|one| one.map(Stored)).onto(&mut row.caller);
            if hides {
                row.caller.set_if_not_equals(None);
            }
            third_party
                .map(|one| one.map(Stored))
                .onto(&mut row.third_party);
            subjects.map(Stored).onto(&mut row.subjects);
            service.onto(&mut row.service);
            site_code
                .map(|code| code.map(String::from))
                .onto(&mut row.site_code);
            summary.onto(&mut row.summary);
            staff_named.onto(&mut row.staff_named);
            concerns_ids.map(Stored).onto(&mut row.concerns);
            owner_id.map(Some).onto(&mut row.owner_id);
            if let ActiveValue::Set(kind) = row.kind {
                let from = before.clock_from;
                let target = working_days(work, &before.organisation, kind, from).await?;
                row.target_days.set_if_not_equals(target);
                let due = due_on(from, target, &before.pauses.0);
                row.due_on.set_if_not_equals(due);
            }
            let row = work.save::<Entity>(row, &seen).await?;
            settle(work, &row).await?;
            Ok((row.into(), Event::of("palsContact.changed", id)))
        })
        .await
}

/// Checks a contact as a whole.
async fn settle(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    let third_party = row.third_party.as_ref().map(|stored| &stored.0);
    let mut wrong = consent::check(
        row.relationship,
        row.consent,
        row.consent_given,
        third_party,
    );
    match (row.anonymous, &row.caller) {
        (true, Some(_)) => {
            let message = "whoever stays anonymous is not kept";
            wrong.push(FieldError::new("/caller", "contradiction", message));
        }
        (false, None) => {
            let message = "say who it is, or that they want to stay anonymous";
            wrong.push(FieldError::new("/caller", "required", message));
        }
        _ => {}
    }
    if let Some(owner) = row.owner_id {
        wrong.extend(unfit_owner(work, row, owner).await?);
    }
    for (at, user) in row.concerns.0.iter().enumerate() {
        if !is_known(work, &row.organisation, *user).await? {
            let pointer = format!("/concernsIds/{at}");
            wrong.push(FieldError::new(
                pointer,
                "unknown",
                "there is no user with this id",
            ));
        }
    }
    if wrong.is_empty() && !row.concerns.0.is_empty() {
        let officers =
            users::operations::active_with(work, &row.organisation, Role::PalsOfficer).await?;
        if officers.iter().all(|one| row.concerns.0.contains(one)) {
            let message = "no active PALS officer is left who may see it";
            wrong.push(FieldError::new("/concernsIds", "nobodyLeft", message));
        }
    }
    if !wrong.is_empty() {
        return Err(Problem::fields(wrong));
    }
    let caller = row.caller.as_ref().map(|stored| &stored.0);
    without_nhs_number([
        ("/caller/name", caller.map(|one| one.name.as_str())),
        (
            "/caller/postalAddress",
            caller.and_then(|one| one.postal_address.as_ref().map(|text| text.as_str())),
        ),
        ("/summary", Some(row.summary.as_str())),
        (
            "/staffNamed",
            row.staff_named.as_ref().map(|text| text.as_str()),
        ),
        (
            "/thirdParty/detail",
            third_party.and_then(|one| one.detail.as_ref().map(|text| text.as_str())),
        ),
        (
            "/thirdParty/contact",
            third_party.and_then(|one| one.contact.as_ref().map(|text| text.as_str())),
        ),
    ])?;
    let day = day_of(row.received_at);
    let subjects = ("/subjects", row.subjects.0.as_slice());
    codes::check(work, &row.organisation, day, subjects, row.service.as_ref()).await?;
    match &row.site_code {
        Some(site) => check_own(work, "/siteCode", site, &row.organisation, &(day..=day)).await,
        None => Ok(()),
    }
}

async fn is_known(work: &Work<'_>, organisation: &str, user: UserId) -> Result<bool, Problem> {
    match work
        .reach::<users::entity::Entity>(organisation, user)
        .await
    {
        Ok(_) => Ok(true),
        Err(problem) if *problem.kind() == types::NOT_FOUND => Ok(false),
        Err(problem) => Err(problem),
    }
}

/// What is wrong with whoever is to see to a contact.
pub(super) async fn unfit_owner(
    work: &Work<'_>,
    row: &Model,
    owner: UserId,
) -> Result<Option<FieldError>, Problem> {
    let unfit = |message: &str| Some(FieldError::new("/ownerId", "unfit", message));
    if row.concerns.0.contains(&owner) {
        return Ok(unfit("nobody sees to what concerns themself"));
    }
    let user = work
        .reach::<users::entity::Entity>(&row.organisation, owner)
        .await;
    let user = match user {
        Ok(user) => user,
        Err(problem) if *problem.kind() == types::NOT_FOUND => {
            let message = "there is no user with this id";
            return Ok(Some(FieldError::new("/ownerId", "unknown", message)));
        }
        Err(problem) => return Err(problem),
    };
    let officer = user.roles.0.contains(&Role::PalsOfficer);
    match officer && user.status == users::entity::Status::Active {
        true => Ok(None),
        false => Ok(unfit("an active PALS officer is needed")),
    }
}
