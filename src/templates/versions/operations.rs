//! What can be done with versions of templates.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, Set};

use super::entity::{ActiveModel, Column, Entity, Model, TemplateVersionId};
use super::lifecycle::Status;
use super::views::{NewTemplateVersion, TemplateVersion};
use crate::access::permissions::{ApproveTemplates, ManageTemplates, ReadTemplates};
use crate::access::{Caller, Permission};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, Unfiltered};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Work};
use crate::templates::entity::{Entity as Templates, TemplateId};
use crate::templates::text::faults;
use crate::values::Stored;

/// One page of a template's versions, the newest first.
pub async fn list(
    caller: &Caller<ReadTemplates>,
    id: TemplateId,
    listing: Listing<Unfiltered>,
) -> Result<Page<TemplateVersion>, Problem> {
    let reader = caller.read();
    reader.get(id).await?;
    let query = reader.select::<Entity>().filter(Column::TemplateId.eq(id));
    let page = reader.page(query, &listing.paging, Newest).await?;
    Ok(page.map(TemplateVersion::from))
}

/// One version.
pub async fn get(
    caller: &Caller<ReadTemplates>,
    id: TemplateVersionId,
) -> Result<TemplateVersion, Problem> {
    caller.read().get(id).await.map(TemplateVersion::from)
}

/// Adds a version.
pub async fn add(
    caller: &Caller<ManageTemplates>,
    template_id: TemplateId,
    new: NewTemplateVersion,
) -> Result<TemplateVersion, Problem> {
    caller
        .write(async |work| {
            // Whoever adds another version meanwhile waits: numbers follow each other.
            let template = work.get(template_id).await?;
            let NewTemplateVersion {
                change_note,
                fields,
                sections,
            } = new;
            let faults = faults(&fields, &sections);
            if !faults.is_empty() {
                return Err(Problem::fields(faults));
            }
            let latest = work
                .select::<Entity>()
                .filter(Column::TemplateId.eq(template_id))
                .order_by_desc(Column::Number);
            let latest = work.one(latest).await?.map_or(0, |row| row.number);
            let row = ActiveModel {
                id: Set(TemplateVersionId::new()),
                organisation: Set(template.organisation),
                template_id: Set(template_id),
                number: Set(latest + 1),
                change_note: Set(change_note.into()),
                fields: Set(Stored(fields)),
                sections: Set(Stored(sections)),
                author: Set(work.actor()),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("templateVersion.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Takes a step: the state has to allow it, then `prepare` checks what it needs and does what belongs to it.
async fn take<P: Permission>(
    caller: &Caller<P>,
    id: TemplateVersionId,
    seen: IfMatch,
    (verb, event): (&'static str, &'static str),
    prepare: impl AsyncFnOnce(&mut Work<'_>, &Model, &mut ActiveModel) -> Result<(), Problem>,
) -> Result<TemplateVersion, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.status.after(verb)?;
            let mut changed = row.clone().into_active_model();
            changed.status = Set(next);
            prepare(work, &row, &mut changed).await?;
            let row = work.step::<Entity>(changed, &seen).await?;
            Ok((row.into(), Event::of(event, id)))
        })
        .await
}

/// Approves a version that somebody else wrote.
pub async fn approve(
    caller: &Caller<ApproveTemplates>,
    id: TemplateVersionId,
    seen: IfMatch,
) -> Result<TemplateVersion, Problem> {
    let step = ("approve", "templateVersion.approved");
    take(caller, id, seen, step, async |work, before, row| {
        let detail = "Somebody else than who wrote a version approves it";
        work.second_person([&before.author], detail)?;
        row.approved_by = Set(Some(work.actor()));
        row.approved_at = Set(Some(work.now()));
        Ok(())
    })
    .await
}

/// Publishes a version: it takes the place of the one before, in the same change.
pub async fn publish(
    caller: &Caller<ApproveTemplates>,
    id: TemplateVersionId,
    seen: IfMatch,
) -> Result<TemplateVersion, Problem> {
    let step = ("publish", "templateVersion.published");
    take(caller, id, seen, step, async |work, before, row| {
        // Who publishes another version of the template meanwhile waits for this.
        let template = work.get(before.template_id).await?;
        if template
            .current_number
            .is_some_and(|number| number > before.number)
        {
            let newer = FieldError::new("/number", "older", "a newer version is published");
            return Err(Problem::unmet("A newer version is published", vec![newer]));
        }
        if let Some(current) = template.current_version_id {
            let current = work.get(current).await?;
            let status = current.status.after("supersede")?;
            let mut current = current.into_active_model();
            current.status = Set(status);
            current.superseded_at = Set(Some(work.now()));
            work.step::<Entity>(current, &IfMatch::Absent).await?;
        }
        row.published_at = Set(Some(work.now()));
        let mut template = template.into_active_model();
        template.current_version_id = Set(Some(id));
        template.current_number = Set(Some(before.number));
        work.step::<Templates>(template, &IfMatch::Absent).await?;
        Ok(())
    })
    .await
}
