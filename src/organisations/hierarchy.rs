//! The file of organisations: what it says, and what is wrong with each row that cannot be used.
//!
//! Names are kept as published, mojibake and all: other publications are matched to them letter by
//! letter.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use csv::ByteRecord;

use super::ROOT;
use super::entity::OrganisationKind;
use crate::http::{FieldError, Problem, types};
use crate::values::{Line, OdsCode};

/// The columns, in this order.
pub const HEADER: [&str; 7] = [
    "icb_code",
    "icb_name",
    "trust_code",
    "trust_name",
    "site_code",
    "site_name",
    "ward_name",
];

/// Columns that may follow: what a ward is for, as the national collections name it.
pub const SPECIALTIES: [&str; 2] = ["first_specialty", "second_specialty"];

/// Rows that a problem lists at the most.
const LISTED: usize = 1000;

/// What cannot be used of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file; the header is line 1.
    pub line: u64,
    /// The column, or `row` for the row as a whole.
    pub field: &'static str,
    /// What is needed.
    pub reason: String,
}

impl std::fmt::Display for RowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, {}: {}", self.line, self.field, self.reason)
    }
}

/// Where an organisation stands, in one of its kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The organisation above it.
    pub parent: String,
    /// How the file spells its name in this kind, where that is not [`Named::name`].
    pub spelling: Option<String>,
}

/// An organisation of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name, as spelt in the highest of its kinds.
    pub name: String,
    /// What it is, and to whom it belongs as such.
    pub places: BTreeMap<OrganisationKind, Place>,
}

/// A whole file, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hierarchy {
    /// Commissioners, trusts and sites by code.
    pub organisations: BTreeMap<String, Named>,
    /// Wards: the site's code and the name.
    pub wards: Vec<(String, String)>,
    /// What wards are for, of those of which the file says so.
    pub specialties: BTreeMap<(String, String), Specialties>,
}

/// The first and the second specialty of a ward.
pub type Specialties = [Option<String>; 2];

impl Hierarchy {
    /// Reads a file. Either all of it can be used, or every row that cannot be is told.
    pub fn parse(bytes: &[u8]) -> Result<Self, Vec<RowError>> {
        // Spreadsheets put a byte order mark in front, and carriage returns at the ends of lines, which
        // the reader would count as part of the next line.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let ends = |(at, byte): &(usize, &u8)| **byte != b'\r' || bytes.get(at + 1) != Some(&b'\n');
        let bytes: Vec<u8> = bytes
            .iter()
            .enumerate()
            .filter(ends)
            .map(|(_, byte)| *byte)
            .collect();
        let mut reading = Reading::default();
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes.as_slice())
            .into_byte_records();
        let header = rows.next().and_then(Result::ok).unwrap_or_default();
        let plain = header.iter().eq(HEADER.map(str::as_bytes));
        let all = HEADER.iter().chain(&SPECIALTIES);
        if !plain && !header.iter().eq(all.map(|name| name.as_bytes())) {
            reading.refuse(
                1,
                "row",
                format!("the first line has to be {}", HEADER.join(",")),
            );
            return Err(reading.errors);
        }
        reading.columns = header.len();
        for row in rows {
            match row {
                Ok(row) => reading.row(&row),
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    reading.refuse(line, "row", "the row cannot be read".to_owned());
                }
            }
        }
        if reading.wards.is_empty() && reading.errors.is_empty() {
            reading.refuse(1, "row", "there are no rows below the header".to_owned());
        }
        reading.finish()
    }

    /// How many organisations are of a kind.
    pub fn count(&self, kind: OrganisationKind) -> usize {
        let of_kind = |named: &&Named| named.places.contains_key(&kind);
        self.organisations.values().filter(of_kind).count()
    }
}

/// What one organisation is in one of its kinds, as first told by a line.
struct Told {
    name: String,
    parent: String,
    line: u64,
}

#[derive(Default)]
struct Reading {
    told: BTreeMap<(String, OrganisationKind), Told>,
    wards: BTreeMap<(String, String), u64>,
    specialties: BTreeMap<(String, String), Specialties>,
    columns: usize,
    errors: Vec<RowError>,
}

impl Reading {
    fn refuse(&mut self, line: u64, field: &'static str, reason: String) {
        self.errors.push(RowError {
            line,
            field,
            reason,
        });
    }

    fn row(&mut self, row: &ByteRecord) {
        let line = row.position().map_or(0, csv::Position::line);
        if row.len() != self.columns {
            let reason = format!(
                "{} columns are needed, here are {}",
                self.columns,
                row.len()
            );
            return self.refuse(line, "row", reason);
        }
        let cells: Vec<Option<String>> = HEADER
            .iter()
            .zip(row)
            .map(|(field, cell)| self.cell(line, field, cell))
            .collect();
        let Some(cells) = cells.into_iter().collect::<Option<Vec<String>>>() else {
            return;
        };
        let [icb, icb_name, trust, trust_name, site, site_name, ward] = cells.as_slice() else {
            return;
        };
        self.place(
            line,
            ["icb_code", "icb_name"],
            OrganisationKind::Commissioner,
            icb,
            icb_name,
            ROOT,
        );
        self.place(
            line,
            ["trust_code", "trust_name"],
            OrganisationKind::Trust,
            trust,
            trust_name,
            icb,
        );
        self.place(
            line,
            ["site_code", "site_name"],
            OrganisationKind::Site,
            site,
            site_name,
            trust,
        );
        let specialties = SPECIALTIES.iter().zip(row.iter().skip(HEADER.len()));
        let specialties: Vec<Option<String>> = specialties
            // What a ward is for may be left open.
            .map(|(field, cell)| (!cell.is_empty()).then(|| self.cell(line, field, cell))?)
            .collect();
        if let Ok(specialties) = Specialties::try_from(specialties) {
            self.specialties
                .insert((site.clone(), ward.clone()), specialties);
        }
        match self.wards.entry((site.clone(), ward.clone())) {
            Entry::Vacant(free) => {
                free.insert(line);
            }
            Entry::Occupied(taken) => {
                let reason = format!("line {} has this ward of this site already", taken.get());
                self.refuse(line, "ward_name", reason);
            }
        }
    }

    /// A cell that keeps the limits of its column.
    fn cell(&mut self, line: u64, field: &'static str, cell: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(cell).ok();
        let (fits, reason) = match field.ends_with("_code") {
            true => (
                text.filter(|text| OdsCode::parse(*text).is_ok() && *text != ROOT),
                "an ODS code of 3 to 10 capital letters and digits is needed, and not the root's",
            ),
            false => (
                text.filter(|text| Line::parse(*text).is_ok()),
                "1 to 200 characters of UTF-8 on one line are needed",
            ),
        };
        if fits.is_none() {
            self.refuse(line, field, reason.to_owned());
        }
        fits.map(str::to_owned)
    }

    fn place(
        &mut self,
        line: u64,
        fields: [&'static str; 2],
        kind: OrganisationKind,
        code: &str,
        name: &str,
        parent: &str,
    ) {
        let told = match self.told.entry((code.to_owned(), kind)) {
            Entry::Vacant(free) => {
                let (name, parent) = (name.to_owned(), parent.to_owned());
                free.insert(Told { name, parent, line });
                return;
            }
            Entry::Occupied(told) => told.into_mut(),
        };
        let first = told.line;
        let (same_name, same_parent) = (told.name == name, told.parent == parent);
        if !same_parent {
            self.refuse(
                line,
                fields[0],
                format!("line {first} puts this {kind} somewhere else"),
            );
        }
        if !same_name {
            self.refuse(
                line,
                fields[1],
                format!("line {first} spells the name of this {kind} differently"),
            );
        }
    }

    fn finish(self) -> Result<Hierarchy, Vec<RowError>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let mut organisations: BTreeMap<String, Named> = BTreeMap::new();
        // Kinds come in order, the highest first, so the first name is the organisation's.
        for ((code, kind), Told { name, parent, .. }) in self.told {
            let named = organisations.entry(code).or_insert_with(|| Named {
                name: name.clone(),
                places: BTreeMap::new(),
            });
            let spelling = Some(name).filter(|name| *name != named.name);
            named.places.insert(kind, Place { parent, spelling });
        }
        Ok(Hierarchy {
            organisations,
            wards: self.wards.into_keys().collect(),
            specialties: self.specialties,
        })
    }
}

/// The rows that cannot be used, as a problem: `/rows/17/site_code` is on line 17 of the file.
pub fn refused(errors: Vec<RowError>) -> Problem {
    let detail = match errors.len() {
        1 => "One row cannot be used; nothing was imported".to_owned(),
        count => format!("{count} cells or rows cannot be used; nothing was imported"),
    };
    let listed = errors.into_iter().take(LISTED).map(|error| {
        let pointer = format!("/rows/{}/{}", error.line, error.field);
        FieldError::new(pointer, "invalid", error.reason)
    });
    Problem::new(&types::INVALID_FIELDS, detail).with_errors(listed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward_name
QE1,LANCASHIRE ICB,RXL,BLACKPOOL TRUST,RXL01,VICTORIA HOSPITAL,St Helenâ€™s
IS1,INDEPENDENT,NWF01,BENENDEN HOSPITAL,NWF01,BENENDEN HOSPITAL - NWF01,\"ACU, first floor\"
";

    fn errors(text: &str) -> Vec<String> {
        Hierarchy::parse(text.as_bytes())
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_bundled_file_is_whole() {
        let file = crate::organisations::bundled().unwrap();
        assert_eq!(file.count(OrganisationKind::Commissioner), 43);
        assert_eq!(file.count(OrganisationKind::Trust), 150);
        assert_eq!(file.count(OrganisationKind::Site), 582);
        assert_eq!(file.wards.len(), 6941);
        assert_eq!(file.organisations.len(), 772);
        let both = file
            .organisations
            .values()
            .filter(|named| named.places.len() == 2)
            .count();
        assert_eq!(
            both, 3,
            "independent hospitals that are a trust and its own site"
        );
    }

    #[test]
    fn names_are_kept_as_given_and_a_hospital_can_be_its_own_site() {
        let file = Hierarchy::parse(GOOD.as_bytes()).unwrap();
        assert_eq!(
            file.wards[1],
            ("RXL01".to_owned(), "St Helenâ€™s".to_owned())
        );
        let hospital = &file.organisations["NWF01"];
        assert_eq!(hospital.name, "BENENDEN HOSPITAL");
        let as_trust = Place {
            parent: "IS1".to_owned(),
            spelling: None,
        };
        let spelling = Some("BENENDEN HOSPITAL - NWF01".to_owned());
        let as_site = Place {
            parent: "NWF01".to_owned(),
            spelling,
        };
        let places = [
            (OrganisationKind::Trust, as_trust),
            (OrganisationKind::Site, as_site),
        ];
        assert_eq!(hospital.places, places.into());
    }

    #[test]
    fn what_spreadsheets_add_makes_no_difference() {
        let dress = |text: &str| format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
        let plain = Hierarchy::parse(GOOD.as_bytes());
        assert_eq!(Hierarchy::parse(dress(GOOD).as_bytes()), plain);
        let bad = format!("{GOOD}QE1\n");
        assert_eq!(
            errors(&dress(&bad)),
            ["line 4, row: 7 columns are needed, here are 1"]
        );
        assert_eq!(errors(&bad), errors(&dress(&bad)));
    }

    #[test]
    fn another_header_is_not_guessed_at() {
        for text in [
            "",
            "a,b\n",
            &GOOD.replace("site_code", "site"),
            &GOOD.replace("ward_name\n", "ward_name,more\n"),
        ] {
            assert_eq!(
                errors(text),
                [format!(
                    "line 1, row: the first line has to be {}",
                    HEADER.join(",")
                )]
            );
        }
        assert_eq!(
            errors(&format!("{}\n", HEADER.join(","))),
            ["line 1, row: there are no rows below the header"]
        );
    }

    #[test]
    fn every_row_that_cannot_be_used_is_told() {
        let text = format!(
            "{GOOD}QE1,LANCASHIRE ICB,rxl,,RXL01,VICTORIA HOSPITAL,Ward 1\n\
             QE1,LANCASHIRE ICB\n\
             QOP,MANCHESTER ICB,RXL,BLACKPOOL TRUST,RXL01,VICTORIA INFIRMARY,Ward 2\n\
             QE1,LANCASHIRE ICB,RXL,BLACKPOOL TRUST,RXL01,VICTORIA HOSPITAL,St Helenâ€™s\n\
             ENGLAND,ENGLAND,RXL,BLACKPOOL TRUST,RXL01,VICTORIA HOSPITAL,Ward 3\n"
        );
        assert_eq!(
            errors(&text),
            [
                "line 4, trust_code: an ODS code of 3 to 10 capital letters and digits is needed, and not the root's",
                "line 4, trust_name: 1 to 200 characters of UTF-8 on one line are needed",
                "line 5, row: 7 columns are needed, here are 2",
                "line 6, trust_code: line 2 puts this trust somewhere else",
                "line 6, site_name: line 2 spells the name of this site differently",
                "line 7, ward_name: line 2 has this ward of this site already",
                "line 8, icb_code: an ODS code of 3 to 10 capital letters and digits is needed, and not the root's",
            ]
        );
    }

    #[test]
    fn what_wards_are_for_may_be_told() {
        let mut lines = GOOD.lines();
        let header = format!("{},{}\n", lines.next().unwrap(), SPECIALTIES.join(","));
        let [first, second] = [lines.next().unwrap(), lines.next().unwrap()];
        let file = format!("{header}{first},300 - GENERAL MEDICINE,\n{second},,\n");
        let file = Hierarchy::parse(file.as_bytes()).unwrap();
        let of = |at: usize| file.specialties[&file.wards[at]].clone();
        assert_eq!(of(1), [Some("300 - GENERAL MEDICINE".to_owned()), None]);
        assert_eq!(of(0), [None, None]);
        let short = format!("{header}{first}\n");
        assert_eq!(
            errors(&short),
            ["line 2, row: 9 columns are needed, here are 7"]
        );
        let plain = Hierarchy::parse(GOOD.as_bytes()).unwrap();
        assert!(plain.specialties.is_empty());
    }

    #[test]
    fn bytes_that_are_no_text_are_told_too() {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes.extend(b"QE1,LANCASHIRE ICB,RXL,BLACKPOOL TRUST,RXL01,VICTORIA HOSPITAL,Caf\xE9\n");
        let errors = Hierarchy::parse(&bytes).unwrap_err();
        assert_eq!((errors[0].line, errors[0].field), (4, "ward_name"));
    }
}
