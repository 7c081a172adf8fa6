//! What can be done with opportunities: draft, read and change them. `steps` takes them through their
//! lifecycle, `search` lists them.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveModelTrait, ActiveValue, IdenStatic, IntoActiveModel, Iterable, Set, TryIntoModel,
};

use super::entity::{ActiveModel, Column, Entity, Model, OpportunityId, withdrawn};
use super::guards;
pub use super::index::on_panel;
use super::input::{NewOpportunity, OpportunityChanges};
use super::revisions::Terms;
use super::status::Status;
use super::views::Opportunity;
use super::{index, rounds};
use crate::access::permissions::{DraftOpportunities, PublishOpportunities, ReadOpportunities};
use crate::access::{Caller, Permission};
use crate::applications::people::applied_among;
use crate::http::{Change, FieldError, IfMatch, Problem, camel_case, types};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Reach, Reader, Work};
use crate::templates::adaptations::AdaptationId;
use crate::templates::versions::TemplateVersionId;
use crate::users::UserId;
use crate::users::entity::Status as UserStatus;
use crate::values::Stored;
use crate::workstreams::entity::Status as WorkstreamStatus;
use crate::workstreams::{self, WorkstreamId};

/// Whose opportunities a caller reads as staff do.
pub(super) enum Staff {
    Everyone,
    Of(String),
    Leading(Vec<WorkstreamId>),
    Nobody,
}

impl Staff {
    /// What the reader's scope says.
    pub(super) async fn of(reader: &Reader<'_>) -> Result<Self, Problem> {
        let scope = reader.scope();
        Ok(match (scope.reach, &scope.organisation) {
            (Reach::System, _) => Self::Everyone,
            (Reach::Organisation, Some(organisation)) => Self::Of(organisation.clone()),
            (Reach::Own, Some(_)) => Self::Leading(workstreams::operations::led(reader).await?),
            _ => Self::Nobody,
        })
    }

    pub(super) fn reads(&self, row: &Model) -> bool {
        match self {
            Self::Everyone => true,
            Self::Of(organisation) => row.organisation == *organisation,
            Self::Leading(led) => led.contains(&row.workstream_id),
            Self::Nobody => false,
        }
    }
}

/// One opportunity, as the caller may see it.
pub async fn get(
    caller: &Caller<ReadOpportunities>,
    id: OpportunityId,
) -> Result<Opportunity, Problem> {
    let reader = caller.read();
    let row = find(&reader, id).await?;
    let by_staff = Staff::of(&reader).await?.reads(&row);
    Ok(Opportunity::seen(row, reader.now(), by_staff))
}

/// An opportunity to read: what was public and is withdrawn is still there for everyone who knows it.
pub(super) async fn find(reader: &Reader<'_>, id: OpportunityId) -> Result<Model, Problem> {
    match reader.find(id).await? {
        Some(row) => Ok(row),
        None => {
            let known = reader.all(withdrawn(id)).await?.into_iter().next();
            known.ok_or_else(|| Problem::not_found("opportunity"))
        }
    }
}

/// Of what an opportunity was made.
#[derive(Clone, Copy)]
pub struct Origin {
    /// The adaptation that is its role description.
    pub adaptation_id: AdaptationId,
    /// The version of the template on which that stood.
    pub template_version_id: TemplateVersionId,
}

/// Drafts an opportunity.
pub async fn add(
    caller: &Caller<DraftOpportunities>,
    new: NewOpportunity,
) -> Result<Opportunity, Problem> {
    caller
        .write(async |work| {
            let opportunity = draft(work, new, None).await?;
            let event = Event::of("opportunity.added", opportunity.id);
            Ok((opportunity, event))
        })
        .await
}

/// Drafts an opportunity, as part of a change; its author is on the panel.
pub async fn draft(
    work: &mut Work<'_>,
    new: NewOpportunity,
    origin: Option<Origin>,
) -> Result<Opportunity, Problem> {
    let NewOpportunity {
        workstream_id,
        title,
        summary,
        kind,
        participation_level,
        mode,
        place,
        topics,
        perspectives_wanted,
        access,
        role_level,
        payment,
        hours_per_month,
        places,
        role,
        apply_methods,
        contact,
        influence_statement,
        named_contact_id,
        budget_code,
        internal_notes,
        mut panel,
        dbs_level,
        opens_at,
        closes_at,
        starts_on,
    } = new;
    let organisation = must_take_opportunities(work, workstream_id).await?;
    must_be_users(work, &organisation, named_contact_id, &panel).await?;
    panel.extend(work.authority().scope.user.map(UserId));
    let row = ActiveModel {
        id: Set(OpportunityId::new()),
        organisation: Set(organisation),
        workstream_id: Set(workstream_id),
        title: Set(title.into()),
        summary: Set(summary.into()),
        kind: Set(kind),
        participation_level: Set(participation_level),
        mode: Set(mode),
        place: Set(place.map(Into::into)),
        topics: Set(Stored(topics)),
        perspectives_wanted: Set(Stored(perspectives_wanted)),
        access: Set(Stored(access)),
        role_level: Set(role_level),
        payment_kind: Set(payment.kind),
        payment: Set(Stored(payment)),
        hours_per_month: Set(hours_per_month),
        places: Set(places),
        role: Set(Stored(role)),
        apply_methods: Set(Stored(apply_methods)),
        contact: Set(Stored(contact)),
        influence_statement: Set(influence_statement.map(Into::into)),
        named_contact_id: Set(named_contact_id),
        budget_code: Set(budget_code.map(Into::into)),
        internal_notes: Set(internal_notes.map(Into::into)),
        panel: Set(Stored(each_once(panel))),
        dbs_level: Set(dbs_level),
        opens_at: Set(opens_at),
        closes_at: Set(closes_at),
        starts_on: Set(starts_on),
        author: Set(work.actor()),
        authors: Set(Stored(vec![work.actor()])),
        revision: Set(1),
        adaptation_id: Set(origin.map(|origin| origin.adaptation_id)),
        template_version_id: Set(origin.map(|origin| origin.template_version_id)),
        status: Set(Status::FIRST),
        ..Default::default()
    };
    let row = work.add::<Entity>(row).await?;
    must_agree_with_itself(&row)?;
    index::refresh(work, &row).await?;
    Ok(Opportunity::seen(row, work.now(), true))
}

/// Changes an opportunity that the caller has seen.
pub async fn change(
    caller: &Caller<DraftOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
    changes: OpportunityChanges,
) -> Result<Opportunity, Problem> {
    let may_publish = caller
        .principal()
        .grants
        .contains_key(PublishOpportunities::SCOPE);
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let mut row = before.clone().into_active_model();
            apply(work, &before, &mut row, changes).await?;
            let after: Model = row.clone().try_into_model()?;
            let status = before.status_at(work.now());
            must_be_changeable(status, &row, may_publish)?;
            must_keep_terms(status, &before, &after)?;
            must_agree_with_itself(&after)?;
            must_not_judge_rivals(work, &before, &after).await?;
            let mut unmet = Vec::new();
            if !matches!(status, Status::Draft | Status::InReview) {
                unmet = guards::before_approval(&after);
            }
            unmet.extend(rounds::places_promised(work, &after).await?);
            must_hold(unmet)?;
            sign(work, &before, &mut row);
            let row = work.save::<Entity>(row, &seen).await?;
            index::refresh(work, &row).await?;
            Ok((
                Opportunity::seen(row, work.now(), true),
                Event::of("opportunity.changed", id),
            ))
        })
        .await
}

/// Counts who changes what others approve and read among its authors.
fn sign(work: &Work<'_>, before: &Model, row: &mut ActiveModel) {
    let wrote = Column::iter().any(|column| {
        guards::is_approved(column) && matches!(row.get(column), ActiveValue::Set(_))
    });
    if wrote && !before.authors.0.contains(&work.actor()) {
        let mut authors = before.authors.0.clone();
        authors.push(work.actor());
        row.authors = Set(Stored(authors));
    }
}

/// Refuses new terms for what is published: a second person approves terms, so it is taken back to a draft.
fn must_keep_terms(status: Status, before: &Model, after: &Model) -> Result<(), Problem> {
    let changed = match status {
        Status::Published | Status::Paused => Terms::of(before).changed(&Terms::of(after)),
        _ => return Ok(()),
    };
    let fixed = |name: String| {
        let message =
            "terms are approved by a second person: take the step `return-to-draft` first";
        FieldError::new(Terms::pointer(&name), "fixed", message)
    };
    match changed.is_empty() {
        true => Ok(()),
        false => {
            let detail = format!("An opportunity that is {status} keeps its terms");
            Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
                .with("state", status.to_string())
                .with("allowed", status.allowed())
                .with_errors(changed.into_iter().map(fixed).collect()))
        }
    }
}

/// Refuses people for the panel who have applied themselves.
async fn must_not_judge_rivals(
    work: &Work<'_>,
    before: &Model,
    after: &Model,
) -> Result<(), Problem> {
    let joining = |user: &UserId| !before.panel.0.contains(user);
    let panel = &after.panel.0;
    if !panel.iter().any(joining) {
        return Ok(());
    }
    let applied = applied_among(work, before.id, panel).await?;
    let rivals = panel.iter().enumerate();
    let rivals = rivals.filter(|(_, user)| joining(user) && applied.contains(user));
    let errors: Vec<FieldError> = rivals
        .map(|(at, _)| {
            let message = "this person has applied, so they do not decide about the others";
            FieldError::new(format!("/panel/{at}"), "applied", message)
        })
        .collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(errors)),
    }
}

/// Places each field of a change.
async fn apply(
    work: &Work<'_>,
    before: &Model,
    row: &mut ActiveModel,
    changes: OpportunityChanges,
) -> Result<(), Problem> {
    let OpportunityChanges {
        workstream_id,
        title,
        summary,
        kind,
        participation_level,
        mode,
        place,
        topics,
        perspectives_wanted,
        access,
        role_level,
        payment,
        hours_per_month,
        places,
        role,
        apply_methods,
        contact,
        influence_statement,
        named_contact_id,
        budget_code,
        internal_notes,
        panel,
        dbs_level,
        opens_at,
        closes_at,
        starts_on,
    } = changes;
    if let Change::To(workstream) = workstream_id
        && workstream != before.workstream_id
    {
        must_take_opportunities(work, workstream).await?;
    }
    let new_contact = named_contact_id.value().copied().flatten();
    let new_panel = panel.value().map(Vec::as_slice).unwrap_or_default();
    must_be_users(work, &before.organisation, new_contact, new_panel).await?;
    workstream_id.onto(&mut row.workstream_id);
    title.onto(&mut row.title);
    summary.onto(&mut row.summary);
    kind.onto(&mut row.kind);
    participation_level.onto(&mut row.participation_level);
    mode.onto(&mut row.mode);
    place
        .map(|place| place.map(String::from))
        .onto(&mut row.place);
    topics.map(Stored).onto(&mut row.topics);
    perspectives_wanted
        .map(Stored)
        .onto(&mut row.perspectives_wanted);
    access.map(Stored).onto(&mut row.access);
    role_level.onto(&mut row.role_level);
    payment.onto(&mut row.payment, "/payment")?;
    if let ActiveValue::Set(Stored(payment)) = &row.payment {
        row.payment_kind.set_if_not_equals(payment.kind);
    }
    hours_per_month.onto(&mut row.hours_per_month);
    places.onto(&mut row.places);
    role.onto(&mut row.role, "/role")?;
    apply_methods.map(Stored).onto(&mut row.apply_methods);
    contact.onto(&mut row.contact, "/contact")?;
    influence_statement
        .map(|text| text.map(String::from))
        .onto(&mut row.influence_statement);
    named_contact_id.onto(&mut row.named_contact_id);
    budget_code
        .map(|text| text.map(String::from))
        .onto(&mut row.budget_code);
    internal_notes
        .map(|text| text.map(String::from))
        .onto(&mut row.internal_notes);
    panel.map(each_once).map(Stored).onto(&mut row.panel);
    dbs_level.onto(&mut row.dbs_level);
    opens_at.onto(&mut row.opens_at);
    closes_at.onto(&mut row.closes_at);
    starts_on.onto(&mut row.starts_on);
    Ok(())
}

/// The members of a panel, each once, in the order in which they were named.
pub(super) fn each_once(panel: Vec<UserId>) -> Vec<UserId> {
    panel.into_iter().fold(Vec::new(), |mut members, member| {
        if !members.contains(&member) {
            members.push(member);
        }
        members
    })
}

/// The organisation of a workstream of the caller's that is active.
pub(super) async fn must_take_opportunities(
    work: &Work<'_>,
    id: WorkstreamId,
) -> Result<String, Problem> {
    let workstream =
        work.get(id)
            .await
            .map_err(|problem| match *problem.kind() == types::NOT_FOUND {
                true => Problem::field(
                    "/workstreamId",
                    "unknown",
                    "there is no workstream of yours with this id",
                ),
                false => problem,
            })?;
    match workstream.status {
        WorkstreamStatus::Active => Ok(workstream.organisation),
        WorkstreamStatus::Closed => Err(Problem::unmet(
            "A closed workstream takes no new opportunity",
            vec![FieldError::new(
                "/workstreamId",
                "closed",
                "reopen the workstream, or name another one",
            )],
        )),
    }
}

/// Refuses people who are no users of the organisation, each by its field.
async fn must_be_users(
    work: &Work<'_>,
    organisation: &str,
    contact: Option<UserId>,
    panel: &[UserId],
) -> Result<(), Problem> {
    let contact = contact.map(|user| (user, "/namedContactId".to_owned()));
    let panel = panel
        .iter()
        .enumerate()
        .map(|(at, user)| (*user, format!("/panel/{at}")));
    // In one order, so that two changes never wait for each other.
    let named: BTreeMap<UserId, String> = panel.chain(contact).collect();
    let mut errors = Vec::new();
    for (user, pointer) in named {
        let active = match work.reach(organisation, user).await {
            Ok(user) => user.status == UserStatus::Active,
            Err(problem) if *problem.kind() == types::NOT_FOUND => false,
            Err(problem) => return Err(problem),
        };
        if !active {
            errors.push(FieldError::new(
                pointer,
                "unknown",
                "there is no user with this id",
            ));
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(errors)),
    }
}

fn must_agree_with_itself(row: &Model) -> Result<(), Problem> {
    let errors = guards::contradictions(row);
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(errors)),
    }
}

/// The problem that conditions are not met, if any is not.
pub(super) fn must_hold(unmet: Vec<FieldError>) -> Result<(), Problem> {
    match unmet.is_empty() {
        true => Ok(()),
        false => Err(Problem::unmet(
            "The opportunity does not say all that it has to say",
            unmet,
        )),
    }
}

/// Refuses changes of fields that stand fast in this state, or that need a publisher.
fn must_be_changeable(status: Status, row: &ActiveModel, may_publish: bool) -> Result<(), Problem> {
    let changed: Vec<Column> = Column::iter()
        .filter(|column| matches!(row.get(*column), ActiveValue::Set(_)))
        .collect();
    let fixed = changed
        .iter()
        .filter(|column| !guards::may_change(**column, status));
    let errors: Vec<FieldError> = fixed
        .map(|column| {
            let pointer = format!("/{}", camel_case(column.as_str()));
            FieldError::new(
                pointer,
                "fixed",
                "this cannot be changed in the present state",
            )
        })
        .collect();
    if !errors.is_empty() {
        let detail = format!("An opportunity that is {status} keeps some of its fields");
        return Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
            .with("state", status.to_string())
            .with("allowed", status.allowed())
            .with_errors(errors));
    }
    let in_use = !matches!(status, Status::Draft | Status::InReview | Status::Approved);
    if in_use && !may_publish && !changed.iter().all(|column| guards::is_internal(*column)) {
        let detail = format!(
            "What is published is changed by someone who holds `{}`",
            PublishOpportunities::SCOPE
        );
        return Err(Problem::new(&types::SAME_PERSON, detail));
    }
    Ok(())
}
