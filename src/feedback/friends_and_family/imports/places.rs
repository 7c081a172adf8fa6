//! Every place in England at which somebody can have been asked, found by what a row says of it.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::counts::Place;
use crate::organisations::{ROOT, Tree};

/// What is wrong with what a row says of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// There is no such trust or provider.
    Organisation,
    /// The trust is there, and is not the caller's to import for.
    Outside,
    /// The trust has no such site.
    Site,
    /// The site has no such ward.
    Ward,
}

/// Every place by its codes and its name.
pub struct Places {
    by_name: HashMap<Box<[u8]>, u32>,
    all: Vec<(Place, bool)>,
}

/// Between the parts of a name; no code and no name of a ward has one.
const BETWEEN: u8 = 0;

fn name_into(name: &mut Vec<u8>, parts: [&[u8]; 3]) {
    name.clear();
    for part in parts {
        name.extend_from_slice(part);
        name.push(BETWEEN);
    }
}

impl Places {
    /// The places of a hierarchy. Those within reach belong to an organisation, or to all of England.
    pub fn of(tree: &Tree, importer: &str) -> Self {
        let mut places = Self {
            by_name: HashMap::new(),
            all: Vec::new(),
        };
        let reaches = |codes: &[&str]| importer == ROOT || codes.contains(&importer);
        for trust in &tree.trusts {
            let above = &tree.commissioners[trust.parent].code;
            let place = Place {
                organisation: trust.code.clone(),
                ..Place::default()
            };
            places.add(place, "", reaches(&[above, &trust.code]));
        }
        for site in &tree.sites {
            let trust = &tree.trusts[site.parent];
            let above = &tree.commissioners[trust.parent].code;
            let place = Place {
                organisation: trust.code.clone(),
                site: site.code.clone(),
                unit: Uuid::nil(),
            };
            places.add(place, "", reaches(&[above, &trust.code, &site.code]));
        }
        for ward in &tree.wards {
            let site = &tree.sites[ward.site];
            let trust = &tree.trusts[site.parent];
            let above = &tree.commissioners[trust.parent].code;
            let place = Place {
                organisation: trust.code.clone(),
                site: site.code.clone(),
                unit: ward.id.0,
            };
            places.add(
                place,
                &ward.name,
                reaches(&[above, &trust.code, &site.code]),
            );
        }
        places
    }

    fn add(&mut self, place: Place, ward: &str, reach: bool) {
        let mut name = Vec::new();
        let parts = [
            place.organisation.as_bytes(),
            place.site.as_bytes(),
            ward.as_bytes(),
        ];
        name_into(&mut name, parts);
        let Ok(at) = u32::try_from(self.all.len()) else {
            return;
        };
        // A trust that belonged to two commissioners stands twice.
        if let Some(known) = self.by_name.get(name.as_slice()) {
            self.all[*known as usize].1 |= reach;
            return;
        }
        self.by_name.insert(name.into_boxed_slice(), at);
        self.all.push((place, reach));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// A place by its number.
    pub fn place(&self, number: u32) -> &Place {
        &self.all[number as usize].0
    }

    /// The number of the place that a row names. `name` is memory to be used again.
    pub fn find(
        &self,
        name: &mut Vec<u8>,
        organisation: &[u8],
        site: &[u8],
        ward: &[u8],
    ) -> Result<u32, Misplaced> {
        name_into(name, [organisation, site, ward]);
        if let Some(at) = self.by_name.get(name.as_slice()) {
            return match self.all[*at as usize].1 {
                true => Ok(*at),
                false => Err(Misplaced::Outside),
            };
        }
        name_into(name, [organisation, b"", b""]);
        let trust = self.by_name.get(name.as_slice());
        name_into(name, [organisation, site, b""]);
        match (trust, self.by_name.contains_key(name.as_slice())) {
            (None, _) => Err(Misplaced::Organisation),
            (Some(_), false) => Err(Misplaced::Site),
            (Some(_), true) => Err(Misplaced::Ward),
        }
    }
}
