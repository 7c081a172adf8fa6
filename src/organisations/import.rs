//! From a checked file to rows: new organisations and wards are added, names and parents brought up
//! to date, and nothing is removed. A file that says what is known already changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ROOT;
use super::entity::{ActiveModel, Column, Entity, Model, OrganisationKind, UnitId, parent, unit};
use super::hierarchy::{Hierarchy, Named};
use super::operations::save;
use crate::http::Problem;
use crate::store::Work;
use crate::values::Stored;

/// Rows in one statement; both databases take far more parameters than that needs.
const CHUNK: usize = 500;

/// What a file held, and what it changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Commissioners in the file.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub commissioners: usize,
    /// Trusts in the file.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub trusts: usize,
    /// Sites in the file.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub sites: usize,
    /// Wards in the file.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub wards: usize,
    /// Organisations that were not known before.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub organisations_added: usize,
    /// Organisations whose name, kinds or parents changed.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub organisations_changed: usize,
    /// Wards that were not known before.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub wards_added: usize,
}

/// The rows to write.
#[derive(Default)]
struct Plan {
    added: Vec<ActiveModel>,
    changed: Vec<(ActiveModel, bool)>,
    ended: Vec<Uuid>,
    respelt: Vec<parent::ActiveModel>,
    linked: Vec<parent::ActiveModel>,
    wards: Vec<unit::ActiveModel>,
    wards_changed: Vec<unit::ActiveModel>,
}

type Links = BTreeMap<(String, OrganisationKind), parent::Model>;

/// Brings the tables up to date with a file.
pub(super) async fn import(work: &mut Work<'_>, file: &Hierarchy) -> Result<Imported, Problem> {
    let plan = plan(work, file).await?;
    let counts = Imported {
        commissioners: file.count(OrganisationKind::Commissioner),
        trusts: file.count(OrganisationKind::Trust),
        sites: file.count(OrganisationKind::Site),
        wards: file.wards.len(),
        organisations_added: plan.added.len(),
        organisations_changed: plan.changed.len(),
        wards_added: plan.wards.len(),
    };
    write(work, plan).await?;
    Ok(counts)
}

#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
async fn plan(work: &Work<'_>, file: &Hierarchy) -> Result<Plan, Problem> {
    let transaction = work.transaction().await?;
    // The root's row is the turn: of two imports at once, the second sees what the first has done.
    let root = Entity::find_by_id(ROOT).lock(LockType::NoKeyUpdate);
    root.one(transaction).await?;
    let known = Entity::find()
        .order_by_asc(Column::Code)
        .lock(LockType::NoKeyUpdate);
    let known = known.all(transaction).await?;
    let mut known: BTreeMap<String, Model> = known
        .into_iter()
        .map(|row| (row.code.clone(), row))
        .collect();
    let links = parent::Entity::find().filter(parent::Column::ValidTo.is_null());
    let mut links: Links = links
        .all(transaction)
        .await?
        .into_iter()
        .map(|link| ((link.child.clone(), link.child_kind), link))
        .collect();
    let wards = unit::Entity::find().filter(unit::Column::Kind.eq(WARD));
    let wards = wards.all(transaction).await?.into_iter();
    let wards: BTreeMap<(String, String), unit::Model> = wards
        .map(|ward| ((ward.organisation.clone(), ward.name.clone()), ward))
        .collect();

    let mut plan = Plan::default();
    for (code, named) in &file.organisations {
        match known.remove(code) {
            None => plan.add(work, code, named),
            Some(row) => plan.revise(work, row, named, &mut links),
        }
    }
    plan.wards = file
        .wards
        .iter()
        .filter(|ward| !wards.contains_key(ward))
        .map(|ward| {
            let [first, second] = file.specialties.get(ward).cloned().unwrap_or_default();
            unit::ActiveModel {
                id: Set(UnitId::new()),
                organisation: Set(ward.0.clone()),
                kind: Set(WARD.to_owned()),
                name: Set(ward.1.clone()),
                first_specialty: Set(first),
                second_specialty: Set(second),
                opened_on: Set(None),
                closed_on: Set(None),
            }
        })
        .collect();
    for (ward, [first, second]) in &file.specialties {
        if let Some(known) = wards.get(ward) {
            let mut row = known.clone().into_active_model();
            row.first_specialty.set_if_not_equals(first.clone());
            row.second_specialty.set_if_not_equals(second.clone());
            if row.is_changed() {
                plan.wards_changed.push(row);
            }
        }
    }
    Ok(plan)
}

/// The kind of unit that the file holds.
pub(super) const WARD: &str = "ward";

impl Plan {
    fn add(&mut self, work: &Work<'_>, code: &str, named: &Named) {
        self.added.push(ActiveModel {
            code: Set(code.to_owned()),
            name: Set(named.name.clone()),
            kinds: Set(Stored(named.places.keys().copied().collect())),
            email: Set(None),
            telephone: Set(None),
            text_relay: Set(None),
            post: Set(None),
            opened_on: Set(None),
            closed_on: Set(None),
            successor: Set(None),
            version: Set(1),
            created_at: Set(work.now()),
            updated_at: Set(work.now()),
        });
        for (kind, place) in &named.places {
            self.linked.push(parent::ActiveModel {
                id: Set(Uuid::now_v7()),
                child: Set(code.to_owned()),
                child_kind: Set(*kind),
                child_name: Set(place.spelling.clone()),
                parent: Set(place.parent.clone()),
                valid_from: Set(None),
                valid_to: Set(None),
            });
        }
    }

    fn revise(&mut self, work: &Work<'_>, row: Model, named: &Named, links: &mut Links) {
        let today = work.today();
        let mut moved = false;
        for (kind, place) in &named.places {
            match links.remove(&(row.code.clone(), *kind)) {
                Some(link) if link.parent == place.parent => {
                    let mut link = link.into_active_model();
                    link.child_name.set_if_not_equals(place.spelling.clone());
                    if link.is_changed() {
                        moved = true;
                        self.respelt.push(link);
                    }
                    continue;
                }
                Some(link) => self.ended.push(link.id),
                None => {}
            }
            moved = true;
            self.linked.push(parent::ActiveModel {
                id: Set(Uuid::now_v7()),
                child: Set(row.code.clone()),
                child_kind: Set(*kind),
                child_name: Set(place.spelling.clone()),
                parent: Set(place.parent.clone()),
                valid_from: Set(Some(today)),
                valid_to: Set(None),
            });
        }
        let kinds: BTreeSet<_> = row
            .kinds
            .0
            .iter()
            .chain(named.places.keys())
            .copied()
            .collect();
        let mut row = row.into_active_model();
        row.name.set_if_not_equals(named.name.clone());
        row.kinds
            .set_if_not_equals(Stored(kinds.into_iter().collect()));
        if moved || row.is_changed() {
            self.changed.push((row, moved));
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
async fn write(work: &mut Work<'_>, plan: Plan) -> Result<(), Problem> {
    let Plan {
        added,
        changed,
        ended,
        respelt,
        linked,
        wards,
        wards_changed,
    } = plan;
    for rows in added.chunks(CHUNK) {
        Entity::insert_many(rows.to_vec())
            .exec_without_returning(work.transaction().await?)
            .await?;
    }
    for (row, moved) in changed {
        let fields = if moved {
            vec!["parents".to_owned()]
        } else {
            Vec::new()
        };
        save(work, row, fields).await?;
    }
    let today = Expr::value(work.today());
    for ids in ended.chunks(CHUNK) {
        parent::Entity::update_many()
            .col_expr(parent::Column::ValidTo, today.clone())
            .filter(parent::Column::Id.is_in(ids.to_vec()))
            .exec(work.transaction().await?)
            .await?;
    }
    for link in respelt {
        link.update(work.transaction().await?).await?;
    }
    for rows in linked.chunks(CHUNK) {
        parent::Entity::insert_many(rows.to_vec())
            .exec_without_returning(work.transaction().await?)
            .await?;
    }
    for rows in wards.chunks(CHUNK) {
        unit::Entity::insert_many(rows.to_vec())
            .exec_without_returning(work.transaction().await?)
            .await?;
    }
    for ward in wards_changed {
        ward.update(work.transaction().await?).await?;
    }
    Ok(())
}
