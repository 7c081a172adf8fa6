//! The whole hierarchy at once, as it was on some days: what tables over all of England are laid out by.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::ROOT;
use super::entity::{Column, Entity, OrganisationKind, UnitId, parent, unit};
use super::import::WARD;
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

/// The places whose responses may be an organisation's: trusts, and sites wherever they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Trusts that are or were the organisation's, or that it is or was a site of.
    pub trusts: BTreeSet<String>,
    /// Sites that are or were theirs.
    pub sites: BTreeSet<String>,
}

/// The hierarchy with all that changed in it: read once, and asked for any days.
pub struct History {
    names: HashMap<String, String>,
    links: Vec<parent::Model>,
    units: Vec<unit::Model>,
}

/// Whether something that holds from a day until another one held on any of some days.
fn holds_on_any(
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    days: &RangeInclusive<NaiveDate>,
) -> bool {
    from.is_none_or(|from| from <= *days.end()) && to.is_none_or(|to| to > *days.start())
}

impl History {
    /// Reads it; wards if asked for.
    #[expect(
        clippy::disallowed_methods,
        reason = "organisations are known to everyone"
    )]
    pub async fn read(reader: &Reader<'_>, wards: bool) -> Result<Self, Problem> {
        let connection = reader.connection();
        let names = Entity::find()
            .select_only()
            .columns([Column::Code, Column::Name])
            .into_tuple::<(String, String)>();
        let units = unit::Entity::find().filter(unit::Column::Kind.eq(WARD));
        Ok(Self {
            names: names.all(connection).await?.into_iter().collect(),
            links: parent::Entity::find().all(connection).await?,
            units: match wards {
                true => units.all(connection).await?,
                false => Vec::new(),
            },
        })
    }

    /// Every place that an organisation has or had; one that moved stands wherever it was.
    pub fn ever(&self) -> Tree {
        self.tree(self.links.iter(), |_| true)
    }

    /// What was open on any of some days, each place where it was last of them.
    pub fn during(&self, days: &RangeInclusive<NaiveDate>) -> Tree {
        let mut last: HashMap<(OrganisationKind, &str), &parent::Model> = HashMap::new();
        let held = |link: &&parent::Model| holds_on_any(link.valid_from, link.valid_to, days);
        for link in self.links.iter().filter(held) {
            let known = last.entry((link.child_kind, &link.child)).or_insert(link);
            if known.valid_from < link.valid_from {
                *known = link;
            }
        }
        self.tree(last.into_values(), |unit| {
            holds_on_any(unit.opened_on, unit.closed_on, days)
        })
    }

    /// The days on which anything begins or is over.
    pub fn changes(&self) -> BTreeSet<NaiveDate> {
        let links = self
            .links
            .iter()
            .flat_map(|one| [one.valid_from, one.valid_to]);
        let units = self
            .units
            .iter()
            .flat_map(|one| [one.opened_on, one.closed_on]);
        links.chain(units).flatten().collect()
    }

    /// The places whose responses may be an organisation's.
    pub fn around(&self, organisation: &str) -> Around {
        let mut around = Around::default();
        around.trusts.insert(organisation.to_owned());
        let of =
            |kind: OrganisationKind| self.links.iter().filter(move |one| one.child_kind == kind);
        for link in of(OrganisationKind::Trust).filter(|one| one.parent == organisation) {
            around.trusts.insert(link.child.clone());
        }
        for link in of(OrganisationKind::Site).filter(|one| one.child == organisation) {
            around.trusts.insert(link.parent.clone());
        }
        for link in of(OrganisationKind::Site) {
            if around.trusts.contains(&link.parent) {
                around.sites.insert(link.child.clone());
            }
        }
        around
    }

    fn tree<'l>(
        &self,
        links: impl Iterator<Item = &'l parent::Model>,
        is_open: impl Fn(&unit::Model) -> bool,
    ) -> Tree {
        let mut below: HashMap<(OrganisationKind, &str), BTreeMap<&str, &str>> = HashMap::new();
        for link in links {
            let name = link.child_name.as_deref();
            let name = name.or_else(|| self.names.get(&link.child).map(String::as_str));
            let children = below.entry((link.child_kind, &link.parent)).or_default();
            children.insert(&link.child, name.unwrap_or_default());
        }
        let level = |kind: OrganisationKind, above: &[Branch]| {
            let mut branches = Vec::new();
            for (parent, branch) in above.iter().enumerate() {
                let children = below.get(&(kind, branch.code.as_str()));
                let children = children.into_iter().flatten();
                branches.extend(children.map(|(code, name)| Branch {
                    code: (*code).to_owned(),
                    name: (*name).to_owned(),
                    parent,
                }));
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
        let mut by_site: HashMap<&str, Vec<&unit::Model>> = HashMap::new();
        for unit in self.units.iter().filter(|unit| is_open(unit)) {
            by_site.entry(&unit.organisation).or_default().push(unit);
        }
        // By code point, whatever order the database would take them for.
        by_site.values_mut().for_each(|wards| {
            wards.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)))
        });
        let mut wards = Vec::new();
        for (site, branch) in sites.iter().enumerate() {
            // A site that moved stands twice when every day is asked for.
            let here = by_site.get(branch.code.as_str()).into_iter().flatten();
            wards.extend(here.map(|unit| Ward::of(unit, site)));
        }
        Tree {
            commissioners,
            trusts,
            sites,
            wards,
        }
    }
}

impl Ward {
    fn of(unit: &unit::Model, site: usize) -> Self {
        let specialties = [&unit.first_specialty, &unit.second_specialty];
        Self {
            id: unit.id,
            name: unit.name.clone(),
            specialties: specialties.map(|one| one.clone().unwrap_or_default()),
            site,
        }
    }
}

impl Tree {
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
                tree.wards.extend(wards.map(|unit| Ward::of(&unit, 0)));
            }
        }
        Ok(tree)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn link(
        child: &str,
        kind: OrganisationKind,
        parent: &str,
        from: &str,
        to: &str,
    ) -> parent::Model {
        parent::Model {
            id: Uuid::now_v7(),
            child: child.to_owned(),
            child_kind: kind,
            child_name: None,
            parent: parent.to_owned(),
            valid_from: from.parse().ok(),
            valid_to: to.parse().ok(),
        }
    }

    fn codes(branches: &[Branch]) -> Vec<&str> {
        branches.iter().map(|one| one.code.as_str()).collect()
    }

    #[test]
    fn what_was_open_on_any_of_some_days_is_there_where_it_was_last() {
        use OrganisationKind::{Commissioner, Site, Trust};
        let history = History {
            names: HashMap::new(),
            links: vec![
                link("QE1", Commissioner, ROOT, "", ""),
                link("RXL", Trust, "QE1", "", ""),
                // Merged into RXL on the fifteenth, with its site.
                link("RZZ", Trust, "QE1", "", "2026-09-15"),
                link("RZZ01", Site, "RZZ", "", "2026-09-15"),
                link("RZZ01", Site, "RXL", "2026-09-15", ""),
            ],
            units: Vec::new(),
        };
        let trusts = |from: &str, to: &str| {
            let tree = history.during(&(day(from)..=day(to)));
            let site = tree.sites.iter().find(|site| site.code == "RZZ01");
            let parent = site.map(|site| tree.trusts[site.parent].code.clone());
            (codes(&tree.trusts).join(" "), parent.unwrap())
        };
        assert_eq!(
            trusts("2026-08-01", "2026-08-31"),
            ("RXL RZZ".to_owned(), "RZZ".to_owned())
        );
        assert_eq!(
            trusts("2026-09-01", "2026-09-30"),
            ("RXL RZZ".to_owned(), "RXL".to_owned())
        );
        assert_eq!(
            trusts("2026-09-15", "2026-09-30"),
            ("RXL".to_owned(), "RXL".to_owned())
        );
        assert_eq!(codes(&history.ever().sites), ["RZZ01", "RZZ01"]);
        let around = |code: &str| {
            let Around { trusts, sites } = history.around(code);
            (
                Vec::from_iter(trusts).join(" "),
                Vec::from_iter(sites).join(" "),
            )
        };
        assert_eq!(around("RXL"), ("RXL".to_owned(), "RZZ01".to_owned()));
        assert_eq!(around("QE1").0, "QE1 RXL RZZ");
        assert_eq!(around("RZZ01").0, "RXL RZZ RZZ01");
    }
}
