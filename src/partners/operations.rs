//! What can be done with partners.

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, PartnerId, PartnerSource, PartnerStatus};
use super::inputs::{NewPartner, NoticeRead, PartnerChanges};
use super::views::{Partner, PartnerFilter, PartnerSort, Registration};
use super::{enrolments, folding, rules};
use crate::access::Caller;
use crate::access::permissions::{ManagePartners, ReadPartners, RegisterPartners};
use crate::api_clients::operations::for_partner;
use crate::api_clients::prepare_secret;
use crate::http::{Change, FieldError, IfMatch, Listing, Page, Problem, types};
use crate::store::{Event, Reader, Work};
use crate::users::{self, UserId};
use crate::values::{Label, Stored};

/// One page of the partners that the caller may see. Every partner on it can see that it was read.
pub async fn list(
    caller: &Caller<ReadPartners>,
    listing: Listing<PartnerFilter>,
) -> Result<Page<Partner>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let sort = filter.sort.unwrap_or(PartnerSort::Newest);
            let query = reader.select::<Entity>().filter(wanted(reader, &filter));
            let page = reader.page(query, &paging, sort).await?;
            let event = Event::all("partner.listed").about(page.items.iter().map(|row| row.id));
            Ok((
                page.map(|row| Partner::from(row).seen_by(reader.scope())),
                event,
            ))
        })
        .await
}

fn wanted(reader: &Reader<'_>, filter: &PartnerFilter) -> Condition {
    use enrolments::entity as enrolment;
    let status = match filter.status {
        Some(status) => Column::Status.eq(status),
        None => Column::Status.is_not_in([PartnerStatus::Merged, PartnerStatus::Anonymised]),
    };
    let route = filter.route.as_ref().map(|route| {
        Column::Id.in_subquery(
            Query::select()
                .column(enrolment::Column::PartnerId)
                .from(enrolment::Entity)
                .cond_where(enrolment::Column::Route.eq(route.as_str()))
                .cond_where(enrolment::Column::Status.eq(enrolment::EnrolmentStatus::Active))
                .to_owned(),
        )
    });
    let words = filter.q.as_ref().map(|q| folding::words(q.as_str()));
    let named = words.map(|words| {
        // A query without a single letter or digit finds nobody, not everybody.
        let none = words.is_empty().then(|| Column::Id.is_null());
        words
            .iter()
            .fold(Condition::all().add_option(none), |all, word| {
                all.add(Column::SearchName.like(format!("% {word}%")))
            })
    });
    let holding =
        |column, text: Option<String>| text.map(|text| reader.holding::<Entity>(column, &text));
    Condition::all()
        .add(status)
        .add_option(route)
        .add_option(named)
        .add_option(holding(
            Column::Perspectives,
            filter.perspective.map(|one| one.word()),
        ))
        .add_option(holding(
            Column::Interests,
            filter.interest.as_ref().map(ToString::to_string),
        ))
}

/// One partner.
pub async fn get(caller: &Caller<ReadPartners>, id: PartnerId) -> Result<Partner, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let about = [Some(id.0), row.merged_into_id].into_iter().flatten();
            let event = Event::of("partner.read", id).about(about);
            Ok((Partner::from(row).seen_by(reader.scope()), event))
        })
        .await
}

/// Registers a partner: anyone shows interest, a partner registers themself, staff register somebody.
pub async fn register(
    caller: &Caller<RegisterPartners>,
    new: NewPartner,
) -> Result<Registration, Problem> {
    let scope = caller.scope();
    let anyone = caller.principal().is_anonymous();
    let for_self = rules::acts_for_self(scope);
    if for_self && scope.partner.is_some() {
        return Err(Problem::new(
            &types::ALREADY_EXISTS,
            "You are registered already",
        ));
    }
    let organisation = match (&new.organisation, &scope.organisation) {
        (Some(code), Some(own)) if code.as_str() != own => {
            let message = "with credentials, it is the caller's own organisation";
            return Err(Problem::field("/organisation", "notYours", message));
        }
        (Some(code), _) => code.to_string(),
        (None, Some(own)) => own.clone(),
        (None, None) => {
            let message = "without credentials, say with which organisation";
            return Err(Problem::field("/organisation", "required", message));
        }
    };
    let (status, source) = match (anyone, for_self) {
        (true, _) => (PartnerStatus::Enquirer, PartnerSource::OwnRegistration),
        (_, true) => (PartnerStatus::Registered, PartnerSource::OwnRegistration),
        _ => (PartnerStatus::Registered, PartnerSource::Staff),
    };
    let prepared = if anyone {
        Some(prepare_secret().await?)
    } else {
        None
    };
    let made = caller
        .write(async |work| {
            if for_self {
                work.changes_access().await?;
            }
            let row = add(work, new, &organisation, status, source).await?;
            let id = row.id;
            let credentials = match prepared {
                Some(prepared) => Some(for_partner(work, id, &organisation, prepared).await?),
                None => None,
            };
            if for_self && let Some(user) = rules::own_user(&work.authority().scope) {
                link(work, UserId(user), id).await?;
            }
            let event = Event::of("partner.registered", id)
                .about([id])
                .within(organisation);
            Ok((
                Registration {
                    partner: row.into(),
                    credentials,
                },
                event,
            ))
        })
        .await?;
    let Registration {
        partner,
        credentials,
    } = made;
    Ok(Registration {
        partner: partner.seen_by(caller.scope()),
        credentials,
    })
}

/// Adds a partner, as part of a change that makes them known: a registration, an application.
pub async fn add(
    work: &mut Work<'_>,
    new: NewPartner,
    organisation: &str,
    status: PartnerStatus,
    source: PartnerSource,
) -> Result<super::entity::Model, Problem> {
    let NewPartner {
        organisation: _,
        given_name,
        family_name,
        preferred_name,
        pronouns,
        email,
        telephone,
        postal_address,
        postcode,
        over_16,
        perspectives,
        lived_experience,
        interests,
        skills,
        availability,
        digital_access,
        travel_limits,
        emergency_contact,
        named_contact_id,
        privacy_notice_version,
    } = new;
    rules::check_organisation(work, "/organisation", organisation).await?;
    rules::check_named_contact(work, named_contact_id).await?;
    let mut row = ActiveModel {
        id: Set(PartnerId::new()),
        organisation: Set(organisation.to_owned()),
        given_name: Set(given_name.into()),
        family_name: Set(family_name.into()),
        preferred_name: Set(preferred_name.map(Into::into)),
        pronouns: Set(pronouns.map(Into::into)),
        email: Set(email.map(Into::into)),
        telephone: Set(telephone.map(Into::into)),
        postal_address: Set(postal_address.map(Into::into)),
        postcode: Set(postcode.map(Into::into)),
        over_16: Set(over_16),
        perspectives: Set(Stored(perspectives)),
        lived_experience: Set(texts(lived_experience)),
        interests: Set(texts(interests)),
        skills: Set(texts(skills)),
        availability: Set(availability.map(Stored)),
        digital_access: Set(digital_access),
        travel_limits: Set(travel_limits.map(Into::into)),
        emergency_contact: Set(emergency_contact.map(Stored)),
        named_contact_id: Set(named_contact_id.map(|id| id.0)),
        source: Set(source),
        status: Set(status),
        end_reason: Set(None),
        suspension: Set(None),
        erasure: Set(None),
        privacy_notice_acknowledged_at: Set(privacy_notice_version.as_ref().map(|_| work.now())),
        privacy_notice_version: Set(privacy_notice_version.map(Into::into)),
        merged_into_id: Set(None),
        match_person: Set(None),
        match_email: Set(None),
        match_telephone: Set(None),
        search_name: Set(String::new()),
        ..Default::default()
    };
    rules::settle(&mut row)?;
    work.add::<Entity>(row).await
}

/// Makes the record the caller's own.
async fn link(work: &mut Work<'_>, user: UserId, partner: PartnerId) -> Result<(), Problem> {
    let organisation = work
        .authority()
        .scope
        .organisation
        .clone()
        .unwrap_or_default();
    let row = work.reach(&organisation, user).await?;
    if row.partner_id.is_some() {
        return Err(Problem::new(
            &types::ALREADY_EXISTS,
            "You are registered already",
        ));
    }
    let mut row = row.into_active_model();
    row.partner_id = Set(Some(partner.0));
    work.step::<users::entity::Entity>(row, &IfMatch::Absent)
        .await?;
    Ok(())
}

fn texts(labels: Vec<Label>) -> Stored<Vec<String>> {
    Stored(labels.into_iter().map(Into::into).collect())
}

/// Changes a partner that the caller has seen.
pub async fn change(
    caller: &Caller<ManagePartners>,
    id: PartnerId,
    seen: IfMatch,
    changes: PartnerChanges,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = rules::parent(work, id).await?;
            let mut row = partner.into_active_model();
            let PartnerChanges {
                given_name,
                family_name,
                preferred_name,
                pronouns,
                email,
                telephone,
                postal_address,
                postcode,
                over_16,
                perspectives,
                lived_experience,
                interests,
                skills,
                availability,
                digital_access,
                travel_limits,
                emergency_contact,
                named_contact_id,
            } = changes;
            check_contact_change(work, &named_contact_id).await?;
            given_name.onto(&mut row.given_name);
            family_name.onto(&mut row.family_name);
            preferred_name
                .map(|one| one.map(String::from))
                .onto(&mut row.preferred_name);
            pronouns
                .map(|one| one.map(String::from))
                .onto(&mut row.pronouns);
            email.map(|one| one.map(String::from)).onto(&mut row.email);
            telephone
                .map(|one| one.map(String::from))
                .onto(&mut row.telephone);
            postal_address
                .map(|one| one.map(String::from))
                .onto(&mut row.postal_address);
            postcode
                .map(|one| one.map(String::from))
                .onto(&mut row.postcode);
            over_16.onto(&mut row.over_16);
            perspectives.map(Stored).onto(&mut row.perspectives);
            lived_experience.map(texts).onto(&mut row.lived_experience);
            interests.map(texts).onto(&mut row.interests);
            skills.map(texts).onto(&mut row.skills);
            availability
                .map(|one| one.map(Stored))
                .onto(&mut row.availability);
            digital_access.onto(&mut row.digital_access);
            travel_limits
                .map(|one| one.map(String::from))
                .onto(&mut row.travel_limits);
            emergency_contact
                .map(|one| one.map(Stored))
                .onto(&mut row.emergency_contact);
            named_contact_id
                .map(|one| one.map(|id| id.0))
                .onto(&mut row.named_contact_id);
            rules::settle(&mut row)?;
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((
                Partner::from(row),
                Event::of("partner.changed", id).about([id]),
            ))
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

async fn check_contact_change(
    work: &Work<'_>,
    contact: &Change<Option<UserId>>,
) -> Result<(), Problem> {
    let Change::To(contact) = contact else {
        return Ok(());
    };
    if rules::acts_for_self(&work.authority().scope) {
        let message =
            "the organisation chooses who is there for a partner; ask the engagement team";
        return Err(rules::staff_only("/namedContactId", message));
    }
    rules::check_named_contact(work, *contact).await
}

/// Notes that the partner has read the privacy notice; what they read last is what is kept.
pub async fn acknowledge_notice(
    caller: &Caller<ManagePartners>,
    id: PartnerId,
    seen: IfMatch,
    notice: NoticeRead,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = rules::parent(work, id).await?;
            let mut row = partner.into_active_model();
            row.privacy_notice_version = Set(Some(notice.version.into()));
            row.privacy_notice_acknowledged_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("partner.privacyNoticeAcknowledged", id).about([id]);
            Ok((Partner::from(row), event))
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// The condition that a partner has to meet before they take part.
pub fn notice_needed() -> FieldError {
    let message = "the privacy notice has to be acknowledged: POST /v1/partners/{id}/acknowledge-privacy-notice";
    FieldError::new("/privacyNotice", "required", message)
}
