//! The whole hierarchy at once, as it is on a day: what tables over all of England are laid out by.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::ROOT;
use super::entity::{Column, Entity, OrganisationKind, UnitId, parent, unit};
use super::import::WARD;
use super::operations::open;
use crate::http::Problem;
use crate::store::Reader;

/// A commissioner, trust or site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its ODS code.
    pub code: String,
    /// Its name, as it is spelt in this kind.
    pub name: String,
    /// Where its parent stands in the level above.
    pub parent: usize,
}

/// A ward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ward {
    /// Its id.
    pub id: UnitId,
    /// Its name as published.
    pub name: String,
    /// What it is for; empty where that is not known.
    pub specialties: [String; 2],
    /// Where its site stands.
    pub site: usize,
}

/// Commissioners, trusts, sites and wards, each level in the order of its parents and then of its codes or names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// Commissioners.
    pub commissioners: Vec<Branch>,
    /// Trusts.
    pub trusts: Vec<Branch>,
    /// Sites.
    pub sites: Vec<Branch>,
    /// Wards, if they were asked for.
    pub wards: Vec<Ward>,
}

/// Who belongs to whom, in which kind, and under which name.
type Link = (String, OrganisationKind, Option<String>, String);

impl Tree {
    /// The hierarchy on a day; without one, every place that an organisation has or had. Wards are read if asked for.
    #[expect(
        clippy::disallowed_methods,
        reason = "organisations are known to everyone"
    )]
    pub async fn read(
        reader: &Reader<'_>,
        day: Option<chrono::NaiveDate>,
        wards: bool,
    ) -> Result<Self, Problem> {
        let connection = reader.connection();
        let names = Entity::find()
            .select_only()
            .columns([Column::Code, Column::Name])
            .into_tuple::<(String, String)>();
        let names: HashMap<String, String> = names.all(connection).await?.into_iter().collect();
        let mut links = parent::Entity::find().select_only().columns([
            parent::Column::Child,
            parent::Column::ChildKind,
            parent::Column::ChildName,
            parent::Column::Parent,
        ]);
        if let Some(day) = day {
            links = links.filter(open(
                parent::Column::ValidFrom,
                parent::Column::ValidTo,
                day,
            ));
        }
        let links = links.into_tuple::<Link>().all(connection).await?;
        let mut below: HashMap<(OrganisationKind, String), BTreeMap<String, String>> =
            HashMap::new();
        for (child, kind, spelling, parent) in links {
            let name = spelling.or_else(|| names.get(&child).cloned());
            let children = below.entry((kind, parent)).or_default();
            children.insert(child, name.unwrap_or_default());
        }
        let mut level = |kind: OrganisationKind, above: &[Branch]| {
            let mut branches = Vec::new();
            for (parent, branch) in above.iter().enumerate() {
                let children = below.remove(&(kind, branch.code.clone()));
                let children = children.into_iter().flatten();
                branches.extend(children.map(|(code, name)| Branch { code, name, parent }));
            }
            branches
        };
        let root = Branch {
            code: ROOT.to_owned(),
            name: String::new(),
            parent: 0,
        };
        let commissioners = level(OrganisationKind::Commissioner, &[root]);
        let trusts = level(OrganisationKind::Trust, &commissioners);
        let sites = level(OrganisationKind::Site, &trusts);
        let mut tree = Self {
            commissioners,
            trusts,
            sites,
            wards: Vec::new(),
        };
        if wards {
            tree.wards = tree.wards_on(reader, day).await?;
        }
        Ok(tree)
    }

    /// Whether an organisation is a trust, or the commissioner that it belongs to.
    pub fn holds(&self, organisation: &str, trust: &str) -> bool {
        let mut trusts = self.trusts.iter().filter(|one| one.code == trust);
        let above = |branch: &Branch| {
            let commissioner = self.commissioners.get(branch.parent);
            commissioner.is_some_and(|commissioner| commissioner.code == organisation)
        };
        organisation == trust || trusts.any(above)
    }

    /// A trust with one of its sites and that site's wards, if they are there: what one response has to be placed in.
    #[expect(
        clippy::disallowed_methods,
        reason = "organisations are known to everyone"
    )]
    pub async fn around(
        reader: &Reader<'_>,
        trust: &str,
        site: Option<&str>,
    ) -> Result<Self, Problem> {
        let connection = reader.connection();
        let link = |kind: OrganisationKind, child: &str| {
            parent::Entity::find()
                .filter(parent::Column::ChildKind.eq(kind))
                .filter(parent::Column::Child.eq(child))
        };
        let branch = |code: &str| Branch {
            code: code.to_owned(),
            name: String::new(),
            parent: 0,
        };
        let mut tree = Self::default();
        let Some(above) = link(OrganisationKind::Trust, trust).one(connection).await? else {
            return Ok(tree);
        };
        tree.commissioners.push(branch(&above.parent));
        tree.trusts.push(branch(trust));
        if let Some(site) = site {
            let link = link(OrganisationKind::Site, site).filter(parent::Column::Parent.eq(trust));
            if link.one(connection).await?.is_some() {
                tree.sites.push(branch(site));
            }
            let wards = unit::Entity::find()
                .filter(unit::Column::Kind.eq(WARD))
                .filter(unit::Column::Organisation.eq(site));
            if !tree.sites.is_empty() {
                let wards = wards.all(connection).await?.into_iter();
                tree.wards.extend(
                    wards.map(|unit| Ward {
                        id: unit.id,
                        name: unit.name,
                        specialties: [unit.first_specialty, unit.second_specialty]
                            .map(Option::unwrap_or_default),
                        site: 0,
                    }),
                );
            }
        }
        Ok(tree)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "organisations are known to everyone"
    )]
    async fn wards_on(
        &self,
        reader: &Reader<'_>,
        day: Option<chrono::NaiveDate>,
    ) -> Result<Vec<Ward>, Problem> {
        let mut units = unit::Entity::find()
            .select_only()
            .columns([
                unit::Column::Id,
                unit::Column::Organisation,
                unit::Column::Name,
                unit::Column::FirstSpecialty,
                unit::Column::SecondSpecialty,
            ])
            .filter(unit::Column::Kind.eq(WARD));
        if let Some(day) = day {
            units = units.filter(open(unit::Column::OpenedOn, unit::Column::ClosedOn, day));
        }
        type Unit = (UnitId, String, String, Option<String>, Option<String>);
        let units = units.into_tuple::<Unit>().all(reader.connection()).await?;
        let mut by_site: HashMap<String, Vec<(String, UnitId, [String; 2])>> = HashMap::new();
        for (id, site, name, first, second) in units {
            let specialties = [first, second].map(Option::unwrap_or_default);
            by_site
                .entry(site)
                .or_default()
                .push((name, id, specialties));
        }
        // By code point, whatever order the database would take them for.
        by_site.values_mut().for_each(|wards| wards.sort());
        let mut wards = Vec::new();
        for (site, branch) in self.sites.iter().enumerate() {
            // A site that moved stands twice when every day is asked for.
            let here = by_site.get(&branch.code).into_iter().flatten();
            wards.extend(here.map(|(name, id, specialties)| Ward {
                id: *id,
                name: name.clone(),
                specialties: specialties.clone(),
                site,
            }));
        }
        Ok(wards)
    }
}
