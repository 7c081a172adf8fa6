//! What is true of every file, however it is written and in whatever pieces it comes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::super::counts::{Counted, SCORES};
use super::super::period::Period;
use super::super::settings::{Mode, Setting};
use super::batch::Batch;
use super::blocks::{self, Filling, Response};
use super::places::Places;
use super::reading::{Format, HEADER, Reading};
use crate::organisations::entity::UnitId;
use crate::organisations::tree::{Branch, Tree, Ward};

fn tree() -> Tree {
    let branch = |code: &str, parent: usize| Branch {
        code: code.to_owned(),
        name: format!("NAME OF {code}"),
        parent,
    };
    let ward = |name: &str, site: usize| Ward {
        id: UnitId::new(),
        name: name.to_owned(),
        specialties: Default::default(),
        site,
    };
    Tree {
        commissioners: vec![branch("QE1", 0), branch("QOP", 0)],
        trusts: vec![branch("RXL", 0), branch("R0A", 1)],
        sites: vec![branch("RXL01", 0), branch("R0A02", 1)],
        wards: vec![
            ward("AMU1", 0),
            ward("St Helenâ€™s", 0),
            ward("Cardiac Care Unit  (Sita Lumsden)\"", 0),
            ward("LRI-ITU (Gen.Surgery,Haematology)", 1),
            ward("over\ntwo lines", 0),
        ],
    }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn read(format: Format, places: Places, pieces: &[&[u8]]) -> (Batch, Places) {
    let mut reading = Reading::begin(format, places, today());
    for piece in pieces {
        reading.take(piece).unwrap();
    }
    reading.end().unwrap()
}

type Sums = Vec<(Counted, [i64; SCORES])>;

fn sums(batch: &Batch, places: &Places) -> Sums {
    let mut sums = batch.counts(places, |_, _, _| false);
    sums.sort();
    sums
}

/// The sums, counted once more from what is kept.
fn recounted(batch: &Batch) -> Sums {
    let mut sums: BTreeMap<Counted, [i64; SCORES]> = BTreeMap::new();
    for block in &batch.blocks {
        let (places, responses) = blocks::read(&block.columns).unwrap();
        assert_eq!(responses.len(), block.responses);
        for response in responses {
            let counted = Counted {
                setting: response.setting,
                period: Period::of(response.day),
                place: places[response.place as usize].clone(),
                touchpoint: response.touchpoint,
                mode: response.mode,
                late: false,
            };
            sums.entry(counted).or_default()[usize::from(response.score)] += 1;
        }
    }
    sums.into_iter().collect()
}

/// Rows, some of which cannot be taken.
fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let places = prop_oneof![
        4 => Just(["RXL", "RXL01", "AMU1"]),
        4 => Just(["RXL", "RXL01", "Cardiac Care Unit  (Sita Lumsden)\""]),
        4 => Just(["R0A", "R0A02", "LRI-ITU (Gen.Surgery,Haematology)"]),
        1 => Just(["RXL", "R0A02", "AMU1"]),
    ];
    let day = prop_oneof![8 => (1u32..=30).prop_map(|day| format!("2026-09-{day:02}")), 1 => Just("2026-09-31".to_owned())];
    let score =
        prop_oneof![8 => (1u32..=6).prop_map(|score| score.to_string()), 1 => "[0-9a]{0,2}"];
    let mode = prop::sample::select(vec!["sms", "electronic_home", "paperHome", "other", "post"]);
    let row = (day, places, score, mode).prop_map(|(day, place, score, mode)| {
        let mut row = vec![day, "inpatient".to_owned()];
        row.extend(place.map(str::to_owned));
        row.extend([score, mode.to_owned()]);
        row
    });
    prop::collection::vec(row, 0..30)
}

fn csv(rows: &[Vec<String>], terminator: csv::Terminator) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(terminator)
        .from_writer(Vec::new());
    writer.write_record(HEADER).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

fn lines(rows: &[Vec<String>]) -> Vec<u8> {
    let line = |row: &Vec<String>| {
        let fields = HEADER.iter().zip(row);
        let fields = fields.map(|(name, cell)| ((*name).to_owned(), cell.clone().into()));
        format!("{}\n", serde_json::Value::Object(fields.collect()))
    };
    rows.iter().map(line).collect::<String>().into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_pieces_in_which_a_file_comes_make_no_difference(rows in rows(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let tree = tree();
        for format in [Format::Csv, Format::Ndjson] {
            let file = match format {
                Format::Csv => csv(&rows, csv::Terminator::CRLF),
                Format::Ndjson => lines(&rows),
            };
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(file.len().max(1))).collect();
            cuts.sort_unstable();
            let ends = cuts.iter().copied().chain([file.len()]);
            let pieces: Vec<&[u8]> = ends.scan(0, |start, end| Some(&file[std::mem::replace(start, end)..end])).collect();
            let (whole, places) = read(format, Places::of(&tree, "ENGLAND"), &[&file]);
            let (cut, _) = read(format, Places::of(&tree, "ENGLAND"), &pieces);
            prop_assert_eq!(&whole.rejections, &cut.rejections);
            prop_assert_eq!((whole.rows, whole.accepted), (cut.rows, cut.accepted));
            prop_assert_eq!(sums(&whole, &places), sums(&cut, &places));
        }
    }

    #[test]
    fn both_forms_and_both_ends_of_lines_say_the_same(rows in rows()) {
        let tree = tree();
        let read = |format, file: Vec<u8>| read(format, Places::of(&tree, "ENGLAND"), &[&file]);
        let (plain, places) = read(Format::Csv, csv(&rows, csv::Terminator::Any(b'\n')));
        prop_assert_eq!(plain.rows, rows.len() as u64);
        prop_assert_eq!(plain.accepted + plain.rejected, plain.rows);
        let (dressed, _) = read(Format::Csv, csv(&rows, csv::Terminator::CRLF));
        prop_assert_eq!(&plain.rejections, &dressed.rejections);
        let (lines, _) = read(Format::Ndjson, lines(&rows));
        prop_assert_eq!(plain.rejected, lines.rejected);
        prop_assert_eq!(sums(&plain, &places), sums(&dressed, &places));
        prop_assert_eq!(sums(&plain, &places), sums(&lines, &places));
    }

    #[test]
    fn sums_are_those_of_the_responses_that_are_kept(rows in rows()) {
        let (batch, places) = read(Format::Csv, Places::of(&tree(), "ENGLAND"), &[&csv(&rows, csv::Terminator::CRLF)]);
        prop_assert_eq!(recounted(&batch), sums(&batch, &places));
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let file = "responded_on,setting,organisation_code,site_code,ward_name,score,mode\n\
        2026-09-02,inpatient,RXL,RXL01,AMU1,9,sms\n\
        \n\
        2026-09-02,inpatient,RXL,RXL01,\"over\ntwo lines\",1,sms\n\
        2026-09-02,inpatient,RXL,RXL01,AMU1,9,sms";
    for file in [file.to_owned(), file.replace('\n', "\r\n")] {
        let (batch, _) = read(
            Format::Csv,
            Places::of(&tree(), "ENGLAND"),
            &[file.as_bytes()],
        );
        let told: Vec<_> = batch
            .rejections
            .iter()
            .map(|one| (one.line, one.field))
            .collect();
        assert_eq!(told, [(2, "score"), (6, "score")]);
        assert_eq!((batch.rows, batch.accepted), (3, 1));
    }
}

#[test]
fn lines_behind_a_quotation_mark_that_is_not_closed_are_not_lost_in_silence() {
    let row = "2026-09-02,inpatient,RXL,RXL01,AMU1,1,sms\n";
    let open = "2026-09-02,inpatient,RXL,RXL01,\"AMU1,1,sms\n";
    for rows in [
        [row, open, row, row].concat(),
        // Another one closes it, by chance where a row has as many columns, or a row too few.
        [
            row,
            open,
            row,
            "2026-09-02,inpatient,RXL,RXL01,AMU1\",1,sms\n",
            row,
        ]
        .concat(),
        [row, open, row, "\n\",sms\n", row].concat(),
        [row, open.trim_end()].concat(),
    ] {
        let file = format!("{}\n{rows}", HEADER.join(","));
        let places = Places::of(&tree(), "ENGLAND");
        let (batch, _) = read(Format::Csv, places, &[file.as_bytes()]);
        assert!(batch.unreadable, "{file}");
        let told: Vec<_> = batch
            .rejections
            .iter()
            .map(|one| (one.line, one.code))
            .collect();
        assert_eq!(told, [(3, "unreadable")], "{file}");
    }
}

#[test]
fn a_line_of_json_is_an_object() {
    let file = br#"["2026-09-02","inpatient","RXL","RXL01","AMU1",1,"sms",null]
{"respondedOn":"2026-09-02","setting":"inpatient","organisationCode":"RXL","siteCode":"RXL01","wardName":"AMU1","score":1,"mode":"sms"}
"#;
    let (batch, _) = read(Format::Ndjson, Places::of(&tree(), "ENGLAND"), &[file]);
    assert_eq!((batch.accepted, batch.rejected), (1, 1));
    assert_eq!(
        (batch.rejections[0].line, batch.rejections[0].code),
        (1, "unreadable")
    );
}

#[test]
fn full_blocks_follow_each_other() {
    let places = Places::of(&tree(), "ENGLAND");
    let mut batch = Batch::new(places.len());
    let response = |at: usize| Response {
        day: today(),
        setting: Setting::ALL[at % Setting::ALL.len()],
        place: u32::try_from(at % places.len()).unwrap(),
        touchpoint: None,
        score: u8::try_from(at % SCORES).unwrap(),
        mode: Mode::ALL[at % 8],
    };
    for at in 0..blocks::MOST + 3 {
        batch.take(&response(at), &places).unwrap();
    }
    batch.end(&places).unwrap();
    let lengths: Vec<usize> = batch.blocks.iter().map(|block| block.responses).collect();
    assert_eq!(lengths, [blocks::MOST, 3]);
    assert_eq!(recounted(&batch), sums(&batch, &places));
    // Compressed, it is a few bytes a response.
    assert!(batch.blocks[0].columns.len() < 4 * blocks::MOST);
    assert!(blocks::read(b"nonsense").is_err());
    assert!(Filling::new(1).take(&places).unwrap().is_none());
}

#[test]
fn an_importer_reaches_what_belongs_to_it() {
    let tree = tree();
    for (importer, reached) in [
        ("ENGLAND", 5),
        ("QE1", 4),
        ("RXL", 4),
        ("RXL01", 4),
        ("R0A", 1),
        ("RZZ", 0),
    ] {
        let places = Places::of(&tree, importer);
        let found = tree.wards.iter().filter(|ward| {
            let site = &tree.sites[ward.site];
            let trust = &tree.trusts[site.parent];
            let [trust, site] = [trust, site].map(|branch| branch.code.as_bytes());
            places
                .find(&mut Vec::new(), trust, site, ward.name.as_bytes())
                .is_ok()
        });
        assert_eq!(found.count(), reached, "{importer}");
    }
}
