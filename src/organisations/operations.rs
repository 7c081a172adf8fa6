//! What can be done with organisations. They are public reference data: everyone reads them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use sea_orm::sea_query::{Condition, LockType, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, DbErr, EntityTrait, IdenStatic, IntoActiveModel,
    Iterable, QueryFilter, QuerySelect, QueryTrait, TryIntoModel,
};

use super::entity::{ActiveModel, Column, Entity, Model, OrganisationKind, parent, unit};
use super::hierarchy::{Hierarchy, refused};
use super::import::{Imported, import};
use super::views::{
    ByName, ContactChanges, Organisation, OrganisationChanges, OrganisationFilter,
    OrganisationSort, Unit, UnitFilter,
};
use super::{NOUN, ROOT};
use crate::access::Caller;
use crate::access::permissions::{ImportOrganisations, ManageOrganisations, ReadOrganisations};
use crate::http::{Change, IfMatch, Listing, Page, Problem, types};
use crate::store::{Authority, Event, Reader, Scope, Store, Work, containing};
use crate::values::OdsCode;

/// One page of the organisations.
#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
pub async fn list(
    caller: &Caller<ReadOrganisations>,
    listing: Listing<OrganisationFilter>,
) -> Result<Page<Organisation>, Problem> {
    let Listing { filter, paging } = listing;
    let OrganisationFilter {
        sort,
        kind,
        parent,
        q,
        open_on,
    } = filter;
    let reader = caller.read();
    let day = open_on.unwrap_or(reader.today());
    let mut query = Entity::find()
        .apply_if(q, |query, part| {
            query.filter(containing(Column::Name, part.as_str()))
        })
        .apply_if(open_on, |query, day| {
            query.filter(open(Column::OpenedOn, Column::ClosedOn, day))
        });
    // The root has no parent; every other organisation has one as each of its kinds.
    let below = kind.filter(|kind| *kind != OrganisationKind::Root);
    if kind.is_some() && below.is_none() {
        query = query.filter(Column::Code.eq(ROOT));
    }
    if below.is_some() || parent.is_some() {
        let links = Condition::all()
            .add_option(below.map(|kind| parent::Column::ChildKind.eq(kind)))
            .add_option(parent.map(|code| parent::Column::Parent.eq(code.as_str())))
            .add(open(
                parent::Column::ValidFrom,
                parent::Column::ValidTo,
                day,
            ));
        query = query.filter(
            Column::Code.in_subquery(
                Query::select()
                    .column(parent::Column::Child)
                    .from(parent::Entity)
                    .cond_where(links)
                    .to_owned(),
            ),
        );
    }
    let page = reader
        .page_by(
            query,
            &paging,
            Column::Code,
            sort.unwrap_or(OrganisationSort::Name),
        )
        .await?;
    let mut links = links_of(&reader, page.items.iter().map(|row| row.code.clone())).await?;
    Ok(page.map(|row| {
        let links = links.remove(&row.code).unwrap_or_default();
        Organisation::of(row, links)
    }))
}

/// The condition that a day lies between two days, of which the second is the first one outside.
pub(super) fn open<C: ColumnTrait>(from: C, to: C, day: chrono::NaiveDate) -> Condition {
    let begun = Condition::any().add(from.is_null()).add(from.lte(day));
    let not_over = Condition::any().add(to.is_null()).add(to.gt(day));
    Condition::all().add(begun).add(not_over)
}

#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
async fn links_of(
    reader: &Reader<'_>,
    codes: impl IntoIterator<Item = String>,
) -> Result<BTreeMap<String, Vec<parent::Model>>, Problem> {
    let query = parent::Entity::find().filter(parent::Column::Child.is_in(codes));
    let mut links: BTreeMap<String, Vec<parent::Model>> = BTreeMap::new();
    for link in reader.all(query).await? {
        links.entry(link.child.clone()).or_default().push(link);
    }
    Ok(links)
}

#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
async fn find(reader: &Reader<'_>, code: &OdsCode) -> Result<Model, Problem> {
    let row = Entity::find_by_id(code.as_str())
        .one(reader.connection())
        .await?;
    row.ok_or_else(|| Problem::not_found(NOUN))
}

/// One organisation, open or closed.
pub async fn get(
    caller: &Caller<ReadOrganisations>,
    code: &OdsCode,
) -> Result<Organisation, Problem> {
    let reader = caller.read();
    let row = find(&reader, code).await?;
    let mut links = links_of(&reader, [row.code.clone()]).await?;
    let links = links.remove(&row.code).unwrap_or_default();
    Ok(Organisation::of(row, links))
}

/// One page of the wards of a site, by name.
#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
pub async fn units(
    caller: &Caller<ReadOrganisations>,
    code: &OdsCode,
    listing: Listing<UnitFilter>,
) -> Result<Page<Unit>, Problem> {
    let Listing {
        filter: UnitFilter { q, open_on },
        paging,
    } = listing;
    let reader = caller.read();
    find(&reader, code).await?;
    let query = unit::Entity::find()
        .filter(unit::Column::Organisation.eq(code.as_str()))
        .apply_if(q, |query, part| {
            query.filter(containing(unit::Column::Name, part.as_str()))
        })
        .apply_if(open_on, |query, day| {
            query.filter(open(unit::Column::OpenedOn, unit::Column::ClosedOn, day))
        });
    Ok(reader
        .page_by(query, &paging, unit::Column::Id, ByName)
        .await?
        .map(Unit::from))
}

/// Changes how the caller's own organisation is reached.
#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
pub async fn change(
    caller: &Caller<ManageOrganisations>,
    code: &OdsCode,
    seen: IfMatch,
    changes: OrganisationChanges,
) -> Result<Organisation, Problem> {
    caller
        .write(async |work| {
            own(work.authority(), code)?;
            let row = Entity::find_by_id(code.as_str()).lock(LockType::NoKeyUpdate);
            let row = work
                .one(row)
                .await?
                .ok_or_else(|| Problem::not_found(NOUN))?;
            seen.required(row.version)?;
            let mut row = row.into_active_model();
            if let Change::To(contact) = changes.contact {
                let ContactChanges {
                    email,
                    telephone,
                    text_relay,
                    post,
                } = contact;
                plain(email).onto(&mut row.email);
                plain(telephone).onto(&mut row.telephone);
                plain(text_relay).onto(&mut row.text_relay);
                plain(post).onto(&mut row.post);
            }
            let row = save(work, row, Vec::new()).await?;
            let links = parent::Entity::find().filter(parent::Column::Child.eq(code.as_str()));
            let links = work.all(links).await?;
            Ok((
                Organisation::of(row, links),
                Event::of("organisation.changed", code),
            ))
        })
        .await
}

fn plain<T: Into<String>>(change: Change<Option<T>>) -> Change<Option<String>> {
    change.map(|text| text.map(Into::into))
}

/// Another organisation's affairs are told apart from an unknown one's by nobody.
pub(super) fn own(authority: &Authority, code: &OdsCode) -> Result<(), Problem> {
    match authority.scope.organisation.as_deref() == Some(code.as_str()) {
        true => Ok(()),
        false => Err(Problem::not_found(NOUN)),
    }
}

/// Saves a changed row at its next version, and tells the ledger which fields changed. `fields` are
/// those of its side tables.
#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
pub(super) async fn save(
    work: &mut Work<'_>,
    mut row: ActiveModel,
    mut fields: Vec<String>,
) -> Result<Model, Problem> {
    let own = Column::iter().filter(|column| matches!(row.get(*column), ActiveValue::Set(_)));
    fields.extend(own.map(|column| column.as_str().to_owned()));
    let ActiveValue::Unchanged(version) = row.version else {
        return Err(Problem::internal(
            "an organisation is saved that was not read",
        ));
    };
    if fields.is_empty() {
        return Ok(row.try_into_model()?);
    }
    row.version = ActiveValue::Set(version + 1);
    row.updated_at = ActiveValue::Set(work.now());
    let update = Entity::update(row)
        .validate()?
        .filter(Column::Version.eq(version));
    let row = match update.exec(work.transaction().await?).await {
        Err(DbErr::RecordNotUpdated) => {
            let detail = "The organisation has changed meanwhile";
            return Err(Problem::new(&types::PRECONDITION_FAILED, detail));
        }
        other => other?,
    };
    work.touch(NOUN, &row.code, row.version, fields);
    Ok(row)
}

/// Imports a file in the name of a caller at the root.
pub async fn import_file(
    caller: &Caller<ImportOrganisations>,
    bytes: Vec<u8>,
) -> Result<Imported, Problem> {
    if caller.scope().organisation.as_deref() != Some(ROOT) {
        let detail = format!("Only {ROOT} imports organisations");
        return Err(Problem::new(&types::ROOT_ONLY, detail));
    }
    // Some tenths of a second for the largest file: no request should wait behind it.
    let file = tokio::task::spawn_blocking(move || Hierarchy::parse(&bytes)).await;
    let file = file.map_err(Problem::internal)?.map_err(refused)?;
    caller
        .write(async |work| Ok((import(work, &file).await?, Event::of(IMPORTED, ROOT))))
        .await
}

/// Imports a file in the name of the service: what an operator does on the command line.
pub async fn load(store: &Store, file: &Hierarchy) -> Result<Imported, Problem> {
    let authority = Authority::system("import-organisations").within(ROOT);
    store
        .write(&authority, async |work| {
            Ok((import(work, file).await?, Event::of(IMPORTED, ROOT)))
        })
        .await
}

const IMPORTED: &str = "organisation.imported";

/// Whether an organisation is known here.
#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
pub async fn exists(store: &Store, code: &OdsCode) -> Result<bool, Problem> {
    let scope = Scope::system();
    let reader = store.reader(&scope);
    let known = Entity::find_by_id(code.as_str())
        .one(reader.connection())
        .await?;
    Ok(known.is_some())
}

/// The problem that an organisation is not known here.
pub async fn must_exist(store: &Store, code: &str) -> Result<(), Problem> {
    if let Ok(code) = OdsCode::parse(code)
        && exists(store, &code).await?
    {
        return Ok(());
    }
    let detail = format!("No organisation has the code {code}; import the organisations first");
    Err(Problem::new(&types::NOT_FOUND, detail))
}

/// The organisation that a field of the body names; it has to be known here.
#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
pub async fn named(work: &Work<'_>, pointer: &str, code: &OdsCode) -> Result<Model, Problem> {
    let known = work.one(Entity::find_by_id(code.as_str())).await?;
    known.ok_or_else(|| {
        Problem::field(
            pointer,
            "unknown",
            "there is no organisation with this code",
        )
    })
}

/// Holds an organisation until a change is done, for what it has one of at a time. Records that refer to it are
/// added meanwhile.
#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
pub async fn hold(work: &Work<'_>, code: &str) -> Result<(), Problem> {
    let held = Entity::find_by_id(code).lock(LockType::NoKeyUpdate);
    work.one(held).await?;
    Ok(())
}

/// Refuses a code that is neither an organisation's own nor that of something that belonged to it on some days.
#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
pub async fn check_own(
    work: &Work<'_>,
    pointer: &str,
    code: &str,
    organisation: &str,
    days: &RangeInclusive<NaiveDate>,
) -> Result<(), Problem> {
    // A commissioner has trusts, which have sites.
    const LEVELS: usize = 3;
    let mut above = vec![code.to_owned()];
    for _ in 0..LEVELS {
        if above.iter().any(|one| one == organisation) {
            return Ok(());
        }
        let links = parent::Entity::find()
            .filter(parent::Column::Child.is_in(above))
            .filter(
                Condition::any()
                    .add(parent::Column::ValidFrom.is_null())
                    .add(parent::Column::ValidFrom.lte(*days.end())),
            )
            .filter(
                Condition::any()
                    .add(parent::Column::ValidTo.is_null())
                    .add(parent::Column::ValidTo.gt(*days.start())),
            );
        above = work
            .all(links)
            .await?
            .into_iter()
            .map(|one| one.parent)
            .collect();
    }
    let message = "neither your organisation nor a site that belongs to it has this code";
    Err(Problem::field(pointer, "unknown", message))
}
