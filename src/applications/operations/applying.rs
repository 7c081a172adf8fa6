//! Applying: by anyone, by a partner, by staff for somebody; at once, or as a draft that is sent later.

use sea_orm::{IntoActiveModel, Set};

use super::{must_take_part, reads_as_panel, shown, take, tell};
use crate::access::Caller;
use crate::access::permissions::Apply;
use crate::api_clients;
use crate::applications::entity::{ActiveModel, ApplicationId, Entity};
use crate::applications::inputs::{Applicant, ApplicationChanges, NewApplication};
use crate::applications::lifecycle::Status;
use crate::applications::people;
use crate::applications::views::Application;
use crate::http::{FieldError, IfMatch, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::opportunities::entity::{Model as Opportunity, advertised};
use crate::opportunities::{ApplyMethod, OpportunityId};
use crate::partners::entity::PartnerSource;
use crate::partners::representatives::RepresentativeId;
use crate::partners::representatives::entity::RepresentativeMay;
use crate::partners::{self, PartnerId, PartnerStatus};
use crate::store::{Event, Reach, Scope, Work};

/// The message that an application has arrived.
const RECEIVED: &str = "applicationReceived";

/// Applies. Whoever does so without credentials is registered as an enquirer, and gets credentials for
/// their own records.
pub async fn apply(caller: &Caller<Apply>, new: NewApplication) -> Result<Application, Problem> {
    // Hashing takes time that no transaction should take, so it is done before.
    let secret = match caller.principal().is_anonymous() {
        true => Some(api_clients::prepare_secret().await?),
        false => None,
    };
    caller
        .write(async |work| {
            let NewApplication {
                opportunity_id,
                applicant,
                partner_id,
                representative_id,
                method,
                why_interested,
                relevant_experience,
                perspective,
                support_needed,
                availability_confirmed,
                how_heard,
                declarations,
                consent: _,
                submit,
            } = new;
            let opportunity = opportunity(work, opportunity_id).await?;
            let own = applies_for_self(
                &work.authority().scope,
                applicant.is_some() || partner_id.is_some(),
            );
            check_way(&opportunity, own, method, submit)?;
            takes_applications(work, &opportunity)?;
            let partner_id =
                partner(work, &opportunity.organisation, applicant, partner_id).await?;
            must_not_be_on_panel(work, &opportunity, partner_id).await?;
            may_apply_for(work, representative_id, partner_id).await?;
            let now = work.now();
            let row = ActiveModel {
                id: Set(ApplicationId::new()),
                organisation: Set(opportunity.organisation.clone()),
                opportunity_id: Set(opportunity.id),
                partner_id: Set(partner_id),
                representative_id: Set(representative_id),
                revision: Set(opportunity.revision),
                method: Set(method),
                why_interested: Set(why_interested),
                relevant_experience: Set(relevant_experience),
                perspective: Set(perspective),
                support_needed: Set(support_needed),
                availability_confirmed: Set(availability_confirmed),
                how_heard: Set(how_heard),
                declarations: Set(declarations),
                consented_at: Set(now),
                submitted_at: Set(submit.then_some(now)),
                status: Set(if submit {
                    Status::FIRST.after("submit")?
                } else {
                    Status::FIRST
                }),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            if submit {
                tell(work, &row, RECEIVED).await?;
            }
            let event = if submit {
                "application.submitted"
            } else {
                "application.started"
            };
            let event = Event::of(event, row.id)
                .about([partner_id])
                .within(&opportunity.organisation);
            let scope = &work.authority().scope;
            let on_panel = scope
                .user
                .is_some_and(|user| opportunity.panel.0.iter().any(|one| one.0 == user));
            let mut answer = shown(work, row, on_panel).await?;
            if let Some(secret) = secret {
                let organisation = &opportunity.organisation;
                let made =
                    api_clients::operations::for_partner(work, partner_id, organisation, secret)
                        .await?;
                answer.credentials = Some(made);
            }
            Ok((answer, event))
        })
        .await
}

/// Changes one's own draft.
pub async fn change(
    caller: &Caller<Apply>,
    id: ApplicationId,
    seen: IfMatch,
    changes: ApplicationChanges,
) -> Result<Application, Problem> {
    caller
        .write(async |work| {
            let (_, row) = take(work, id).await?;
            row.status.after("change")?;
            let mut row = row.into_active_model();
            let ApplicationChanges {
                why_interested,
                relevant_experience,
                perspective,
                support_needed,
                availability_confirmed,
                how_heard,
                declarations,
            } = changes;
            why_interested.onto(&mut row.why_interested);
            relevant_experience.onto(&mut row.relevant_experience);
            perspective.onto(&mut row.perspective);
            support_needed.onto(&mut row.support_needed);
            availability_confirmed.onto(&mut row.availability_confirmed);
            how_heard.onto(&mut row.how_heard);
            declarations.onto(&mut row.declarations);
            let row = work.save::<Entity>(row, &seen).await?;
            let event = Event::of("application.changed", id).about([row.partner_id]);
            let as_panel = reads_as_panel(&work.authority().scope);
            Ok((shown(work, row, as_panel).await?, event))
        })
        .await
}

/// Sends a draft, on the terms of today.
pub async fn submit(
    caller: &Caller<Apply>,
    id: ApplicationId,
    seen: IfMatch,
) -> Result<Application, Problem> {
    caller
        .write(async |work| {
            let (opportunity, row) = take(work, id).await?;
            let next = row.status.after("submit")?;
            takes_applications(work, &opportunity)?;
            must_not_be_on_panel(work, &opportunity, row.partner_id).await?;
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.submitted_at = Set(Some(work.now()));
            row.revision.set_if_not_equals(opportunity.revision);
            let row = work.step::<Entity>(row, &seen).await?;
            tell(work, &row, RECEIVED).await?;
            let event = Event::of("application.submitted", id).about([row.partner_id]);
            let as_panel = reads_as_panel(&work.authority().scope);
            Ok((shown(work, row, as_panel).await?, event))
        })
        .await
}

/// The opportunity that is applied for, locked, so that its terms stand while somebody applies. One that
/// was public once is known, open or not; another organisation's takes no one with credentials from here.
async fn opportunity(work: &Work<'_>, id: OpportunityId) -> Result<Opportunity, Problem> {
    let known = match work.one(advertised(id)).await? {
        Some(row) => row,
        None => work.named("/opportunityId", id).await?,
    };
    let caller = work.authority().scope.organisation.as_deref();
    if caller.is_some_and(|organisation| organisation != known.organisation) {
        let message =
            "this is another organisation's; people apply there without credentials of this one";
        return Err(Problem::field("/opportunityId", "elsewhere", message));
    }
    work.reach(&known.organisation, id).await
}

/// That an application comes in a way that the opportunity offers.
fn check_way(
    opportunity: &Opportunity,
    own: bool,
    method: ApplyMethod,
    submit: bool,
) -> Result<(), Problem> {
    let mut wrong = Vec::new();
    if !opportunity.apply_methods.0.contains(&method) {
        wrong.push(FieldError::new(
            "/method",
            "notOffered",
            "the opportunity does not take applications this way",
        ));
    } else if own && method != ApplyMethod::Online {
        wrong.push(FieldError::new(
            "/method",
            "notOwn",
            "staff enter applications that come another way",
        ));
    }
    if !own && !submit {
        let message = "a draft is the applicant's own; what staff enter is sent at once";
        wrong.push(FieldError::new("/submit", "notOwn", message));
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(wrong)),
    }
}

/// Refuses applicants who sit on the panel: nobody decides about themself or about their rivals.
async fn must_not_be_on_panel(
    work: &Work<'_>,
    opportunity: &Opportunity,
    partner: PartnerId,
) -> Result<(), Problem> {
    match people::is_among(work, &opportunity.panel.0, partner).await? {
        false => Ok(()),
        true => {
            let message =
                "somebody on the panel does not apply; another member takes their seat first";
            let unmet = FieldError::new("/opportunityId", "onPanel", message);
            let detail = "Nobody decides about their own application or about their rivals";
            Err(Problem::unmet(detail, vec![unmet]))
        }
    }
}

fn takes_applications(work: &Work<'_>, opportunity: &Opportunity) -> Result<(), Problem> {
    match opportunity.is_open(work.now()) {
        true => Ok(()),
        false => {
            let detail = "The opportunity is not published, or it is before its opening or after its closing time";
            Err(Problem::new(&types::APPLICATIONS_CLOSED, detail))
        }
    }
}

/// Refuses a representative whom the partner does not let apply for them, or not any more.
async fn may_apply_for(
    work: &Work<'_>,
    representative: Option<RepresentativeId>,
    partner: PartnerId,
) -> Result<(), Problem> {
    let Some(representative) = representative else {
        return Ok(());
    };
    let row = work.named("/representativeId", representative).await?;
    let may = row.may.0.contains(&RepresentativeMay::ApplyFor);
    match row.partner_id == partner && row.ended_at.is_none() && may {
        true => Ok(()),
        false => Err(Problem::field(
            "/representativeId",
            "notAllowed",
            "the partner does not let this person apply for them",
        )),
    }
}

/// Whether the caller applies for themself: nobody and no draft is entered by staff in this way.
fn applies_for_self(scope: &Scope, names_somebody: bool) -> bool {
    match scope.reach {
        Reach::Published | Reach::Own => true,
        Reach::Organisation | Reach::System => !names_somebody && scope.partner.is_some(),
    }
}

/// The partner who applies: registered now, named by staff, or the caller.
async fn partner(
    work: &mut Work<'_>,
    organisation: &str,
    applicant: Option<Applicant>,
    named: Option<PartnerId>,
) -> Result<PartnerId, Problem> {
    let (reach, own) = (
        work.authority().scope.reach,
        work.authority().scope.partner.map(PartnerId),
    );
    let wrong =
        |pointer: &str, code: &str, message: &str| Err(Problem::field(pointer, code, message));
    let row = match (applicant, named, own) {
        (Some(_), ..) if reach == Reach::Own => {
            return wrong(
                "/applicant",
                "notAllowed",
                "you apply for yourself; leave it out",
            );
        }
        (Some(applicant), ..) => {
            let (status, source) = (PartnerStatus::Enquirer, PartnerSource::Application);
            partners::operations::add(work, applicant.into(), organisation, status, source).await?
        }
        (None, Some(named), _) if reach == Reach::Organisation => {
            work.named("/partnerId", named).await?
        }
        (None, Some(named), Some(own)) if named == own => work.named("/partnerId", own).await?,
        (None, Some(_), _) => {
            return wrong("/partnerId", "unknown", "there is no partner with this id");
        }
        (None, None, Some(own)) => work.named("/partnerId", own).await?,
        (None, None, None) => return wrong("/applicant", "required", "say who applies"),
    };
    if row.organisation != organisation {
        return wrong("/partnerId", "unknown", "there is no partner with this id");
    }
    // Locked, and read again: a merge or an end that is under way comes before this or after it.
    let row = work
        .reach::<partners::entity::Entity>(organisation, row.id)
        .await?;
    must_take_part(&row, "This partner cannot apply at present")?;
    Ok(row.id)
}
