//! The steps of an adaptation's lifecycle.

use sea_orm::{IntoActiveModel, Set};

use super::entity::{ActiveModel, AdaptationId, Entity, Model};
use super::operations::{pinned, seen as shown};
use super::views::Adaptation;
use crate::access::permissions::{AdaptTemplates, ApproveAdaptations};
use crate::access::{Caller, Permission};
use crate::http::{FieldError, IfMatch, Problem};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Work};
use crate::templates::differences::carried_over;
use crate::values::Stored;

async fn take<P: Permission>(
    caller: &Caller<P>,
    id: AdaptationId,
    seen: IfMatch,
    (verb, event): (&'static str, &'static str),
    prepare: impl AsyncFnOnce(&mut Work<'_>, &Model, &mut ActiveModel) -> Result<(), Problem>,
) -> Result<Adaptation, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.status.after(verb)?;
            let mut changed = row.clone().into_active_model();
            changed.status.set_if_not_equals(next);
            prepare(work, &row, &mut changed).await?;
            let row = work.step::<Entity>(changed, &seen).await?;
            let adaptation = shown(work.transaction().await?, row).await?;
            Ok((adaptation, Event::of(event, id)))
        })
        .await
}

/// Sends a draft for review.
pub async fn submit(
    caller: &Caller<AdaptTemplates>,
    id: AdaptationId,
    seen: IfMatch,
) -> Result<Adaptation, Problem> {
    let step = ("submit-for-review", "adaptation.submitted");
    take(caller, id, seen, step, async |_, _, _| Ok(())).await
}

/// Approves what others wrote.
pub async fn approve(
    caller: &Caller<ApproveAdaptations>,
    id: AdaptationId,
    seen: IfMatch,
) -> Result<Adaptation, Problem> {
    let step = ("approve", "adaptation.approved");
    take(caller, id, seen, step, async |work, before, row| {
        let detail = "Somebody else than its authors approves an adaptation";
        work.second_person(&before.authors.0, detail)?;
        let pinned = pinned(work, before).await?;
        let empty = pinned.fields.0.iter().filter(|field| {
            let given = before.values.0.keys();
            field.required && !given.into_iter().any(|name| *name == field.name)
        });
        let unmet: Vec<_> = empty
            .map(|field| {
                let pointer = format!("/values/{}", field.name);
                FieldError::new(pointer, "required", field.label.as_str())
            })
            .collect();
        if !unmet.is_empty() {
            return Err(Problem::unmet(
                "Some fields of the template are not filled in",
                unmet,
            ));
        }
        row.approved_by = Set(Some(work.actor()));
        row.approved_at = Set(Some(work.now()));
        Ok(())
    })
    .await
}

/// Takes an adaptation back to a draft; an approval lapses.
pub async fn return_to_draft(
    caller: &Caller<AdaptTemplates>,
    id: AdaptationId,
    seen: IfMatch,
) -> Result<Adaptation, Problem> {
    let step = ("return-to-draft", "adaptation.returned");
    take(caller, id, seen, step, async |_, _, row| {
        lapse(row);
        Ok(())
    })
    .await
}

/// Takes an adaptation to the current version of its template, as a draft that is approved again.
pub async fn update(
    caller: &Caller<AdaptTemplates>,
    id: AdaptationId,
    seen: IfMatch,
) -> Result<Adaptation, Problem> {
    let step = ("update", "adaptation.updated");
    take(caller, id, seen, step, async |work, before, row| {
        let template = work.see(before.template_id).await?;
        let newer = template
            .current_version_id
            .filter(|id| *id != before.template_version_id);
        let Some(newer) = newer else {
            let newest = FieldError::new(
                "/templateVersionId",
                "current",
                "it stands on the current version",
            );
            return Err(Problem::unmet(
                "There is no newer version of the template",
                vec![newest],
            ));
        };
        let (pinned, current) = (pinned(work, before).await?, work.see(newer).await?);
        let sections = carried_over(&pinned.sections.0, &current.sections.0, &before.sections.0);
        let mut values = before.values.0.clone();
        values.retain(|name, _| current.fields.0.iter().any(|field| field.name == *name));
        row.template_version_id = Set(current.id);
        row.template_number = Set(current.number);
        row.sections.set_if_not_equals(Stored(sections));
        row.values.set_if_not_equals(Stored(values));
        if !before.authors.0.contains(&work.actor()) {
            let mut authors = before.authors.0.clone();
            authors.push(work.actor());
            row.authors = Set(Stored(authors));
        }
        lapse(row);
        Ok(())
    })
    .await
}

/// An adaptation is not used any more.
pub async fn retire(
    caller: &Caller<AdaptTemplates>,
    id: AdaptationId,
    seen: IfMatch,
) -> Result<Adaptation, Problem> {
    let step = ("retire", "adaptation.retired");
    take(caller, id, seen, step, async |_, _, _| Ok(())).await
}

fn lapse(row: &mut ActiveModel) {
    row.approved_by.set_if_not_equals(None);
    row.approved_at.set_if_not_equals(None);
}
