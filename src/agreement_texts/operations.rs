//! What can be done with wordings.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QueryTrait, Set};
use validator::Validate;

use super::asking::ASK_AGAIN;
use super::entity::{ActiveModel, AgreementTextId, Column, Entity, Model, Status};
use super::kind::AgreementKind;
use super::sections::silent_about;
use super::views::{AgreementText, AgreementTextChanges, AgreementTextFilter, NewAgreementText};
use crate::access::Caller;
use crate::access::permissions::{DraftAgreementTexts, PublishAgreementTexts, ReadAgreementTexts};
use crate::http::{IfMatch, Listing, Newest, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::organisations::operations::hold;
use crate::store::{Event, Work};
use crate::values::Stored;

/// One page of the wordings that the caller may read.
pub async fn list(
    caller: &Caller<ReadAgreementTexts>,
    listing: Listing<AgreementTextFilter>,
) -> Result<Page<AgreementText>, Problem> {
    let Listing { filter, paging } = listing;
    let AgreementTextFilter { kind, status } = filter;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(kind, |query, kind| query.filter(Column::Kind.eq(kind)))
        .apply_if(status, |query, status| {
            query.filter(Column::Status.eq(status))
        });
    let page = reader.page(query, &paging, Newest).await?;
    Ok(page.map(AgreementText::from))
}

/// One wording.
pub async fn get(
    caller: &Caller<ReadAgreementTexts>,
    id: AgreementTextId,
) -> Result<AgreementText, Problem> {
    Ok(caller.read().get(id).await?.into())
}

/// Drafts a wording.
pub async fn draft(
    caller: &Caller<DraftAgreementTexts>,
    new: NewAgreementText,
) -> Result<AgreementText, Problem> {
    caller
        .write(async |work| {
            let NewAgreementText {
                kind,
                title,
                introduction,
                sections,
                change_note,
            } = new;
            let row = ActiveModel {
                id: Set(AgreementTextId::new()),
                kind: Set(kind),
                revision: Set(None),
                title: Set(title),
                introduction: Set(introduction),
                sections: Set(Stored(sections)),
                change_note: Set(change_note),
                authors: Set(Stored(vec![work.actor()])),
                published_at: Set(None),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("agreementText.drafted", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Changes a draft.
pub async fn change(
    caller: &Caller<DraftAgreementTexts>,
    id: AgreementTextId,
    seen: IfMatch,
    changes: AgreementTextChanges,
) -> Result<AgreementText, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            before.status.after("change")?;
            let AgreementTextChanges {
                title,
                introduction,
                sections,
                change_note,
            } = changes;
            for section in sections.value().into_iter().flatten() {
                let fits = section.validate();
                fits.map_err(|_| {
                    Problem::field("/sections", "length", "a section is too long or empty")
                })?;
            }
            let mut authors = before.authors.0.clone();
            let mut row = before.into_active_model();
            title.onto(&mut row.title);
            introduction.onto(&mut row.introduction);
            sections.map(Stored).onto(&mut row.sections);
            change_note.onto(&mut row.change_note);
            let wrote = row.title.is_set()
                || row.introduction.is_set()
                || row.sections.is_set()
                || row.change_note.is_set();
            if wrote && !authors.contains(&work.actor()) {
                authors.push(work.actor());
                row.authors = Set(Stored(authors));
            }
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("agreementText.changed", id)))
        })
        .await
}

/// Gives a draft up.
pub async fn withdraw(
    caller: &Caller<DraftAgreementTexts>,
    id: AgreementTextId,
    seen: IfMatch,
) -> Result<AgreementText, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.status.after("withdraw")?;
            let mut row = row.into_active_model();
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("agreementText.withdrawn", id)))
        })
        .await
}

/// Publishes what somebody else wrote. It takes the place of the one before, and is put to every partner whose
/// agreement is in force on an older one.
pub async fn publish(
    caller: &Caller<PublishAgreementTexts>,
    id: AgreementTextId,
    seen: IfMatch,
) -> Result<AgreementText, Problem> {
    caller
        .write(async |work| {
            let found = work.see(id).await?;
            // Revisions are counted: two that are published at the same moment are two.
            hold(work, &found.organisation).await?;
            let row = work.get(id).await?;
            let next = row.status.after("publish")?;
            let detail = "Somebody who did not write on it publishes a wording";
            work.second_person(&row.authors.0, detail)?;
            let missing = silent_about(row.kind, &row.sections.0);
            if !missing.is_empty() {
                let detail = "The wording does not speak of everything that belongs to its kind";
                return Err(Problem::unmet(detail, missing));
            }
            let before = latest(work, &row.organisation, row.kind).await?;
            let revision = before.as_ref().and_then(|row| row.revision).unwrap_or(0) + 1;
            if let Some(before) = before {
                supersede(work, before.id).await?;
            }
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.revision = Set(Some(revision));
            row.published_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            work.later(ASK_AGAIN.kind, id, work.now()).await?;
            Ok((row.into(), Event::of("agreementText.published", id)))
        })
        .await
}

async fn supersede(work: &mut Work<'_>, id: AgreementTextId) -> Result<(), Problem> {
    let row = work.get(id).await?;
    let next = row.status.after("supersede")?;
    let mut row = row.into_active_model();
    row.status = Set(next);
    work.step::<Entity>(row, &IfMatch::Absent).await?;
    Ok(())
}

/// The wording that an organisation puts to partners, if it has one.
pub async fn latest(
    work: &Work<'_>,
    organisation: &str,
    kind: AgreementKind,
) -> Result<Option<Model>, Problem> {
    let published = work
        .select::<Entity>()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Status.eq(Status::Published))
        .order_by_desc(Column::Revision);
    work.one(published).await
}
