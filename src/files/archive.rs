//! Looking into archives, which office formats are: what is in them, and whether they are bombs.

use std::collections::BTreeSet;
use std::io::{BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use super::kinds::wrong;
use crate::http::Problem;

/// How many files an archive may hold.
const MOST_FILES: usize = 10_000;
/// How much all of them may be, unpacked.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// What one of them may be without being suspicious, however small it is packed.
const INNOCENT: u64 = 8 * 1024 * 1024;
/// How many times smaller a larger one may be packed.
const MOST_TIMES: u64 = 150;
/// The file in which some formats name their media type.
const MIMETYPE: &str = "mimetype";
const LONGEST_MIMETYPE: u64 = 200;
/// Read at once.
const PIECE: usize = 256 * 1024;

/// What is in an archive.
#[derive(Debug, Default)]
pub struct Inside {
    names: BTreeSet<String>,
    /// The media type that the archive names itself.
    media_type: String,
}

impl Inside {
    /// Whether it holds this file, or calls itself this.
    pub fn has(&self, sign: &str) -> bool {
        self.names.contains(sign) || self.media_type == sign
    }
}

fn bomb(message: &str) -> Problem {
    wrong("archiveBomb", message)
}

fn broken(error: &ZipError) -> Problem {
    match error {
        ZipError::UnsupportedArchive(_) => wrong(
            "unreadable",
            "an archive that is encrypted or packed in an unusual way is not taken",
        ),
        _ => damaged(),
    }
}

fn damaged() -> Problem {
    wrong("unreadable", "the archive is damaged")
}

/// Looks into an archive, first at what it says of itself, then at what really comes out of it.
pub fn look_inside(reader: impl Read + Seek) -> Result<Inside, Problem> {
    let mut reader = BufReader::with_capacity(PIECE, reader);
    must_have_small_directory(&mut reader)?;
    let mut archive = ZipArchive::new(reader).map_err(|error| broken(&error))?;
    if archive.len() > MOST_FILES {
        return Err(bomb("the archive holds too many files"));
    }
    if archive
        .has_overlapping_entries()
        .map_err(|error| broken(&error))?
    {
        return Err(bomb("files of the archive lie on top of each other"));
    }
    let mut inside = Inside::default();
    let mut declared: u64 = 0;
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).map_err(|error| broken(&error))?;
        declared = declared.saturating_add(file.size());
        let times = file.size() / file.compressed_size().max(1);
        if declared > MOST_BYTES || (file.size() > INNOCENT && times > MOST_TIMES) {
            return Err(bomb("the archive is far larger unpacked"));
        }
        let name = file.name().map_err(|error| broken(&error))?;
        if name.to_ascii_lowercase().ends_with("vbaproject.bin") {
            return Err(wrong("macros", "a file with macros is not taken"));
        }
        if leads_out(&name) {
            let message =
                "a name in the archive leads out of the folder into which somebody unpacks it";
            return Err(wrong("path", message));
        }
        inside.names.insert(name.into_owned());
    }
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(|error| broken(&error))?;
        let said = file.size();
        if file.name().is_ok_and(|name| name == MIMETYPE) {
            let mut text = String::new();
            let read = (&mut file).take(LONGEST_MIMETYPE).read_to_string(&mut text);
            read.map_err(|_| damaged())?;
            inside.media_type = text.trim().to_owned();
        }
        must_unpack(&mut file, said)?;
    }
    Ok(inside)
}

/// Whether a careless program would unpack a file of this name elsewhere than it was told. Nothing is unpacked here.
fn leads_out(name: &str) -> bool {
    let mut parts = name.split(['/', '\\']);
    name.starts_with(['/', '\\']) || parts.any(|part| part == "..") || name.get(1..2) == Some(":")
}

/// The longest end of an archive: its record, and a comment.
const END: u64 = 22 + 65_535;
/// The largest directory of an archive, in bytes.
const DIRECTORY: u32 = 4 * 1024 * 1024;

/// Refuses an archive whose directory is large, before anything reads it whole. No office format of a size that is
/// taken needs the 64-bit form, whose numbers stand elsewhere.
fn must_have_small_directory(reader: &mut (impl Read + Seek)) -> Result<(), Problem> {
    let length = reader.seek(SeekFrom::End(0)).map_err(|_| damaged())?;
    reader
        .seek(SeekFrom::Start(length.saturating_sub(END)))
        .map_err(|_| damaged())?;
    let mut end = Vec::new();
    reader
        .by_ref()
        .take(END)
        .read_to_end(&mut end)
        .map_err(|_| damaged())?;
    // Every place that could be the record is held against the limits: which one a reader takes is its own choice.
    let records = end.windows(22).filter(|at| at.starts_with(b"PK\x05\x06"));
    let mut found = false;
    for record in records {
        found = true;
        let files = u16::from_le_bytes([record[10], record[11]]);
        let bytes = u32::from_le_bytes([record[12], record[13], record[14], record[15]]);
        if usize::from(files) > MOST_FILES || bytes > DIRECTORY {
            return Err(bomb("the archive holds too many files"));
        }
    }
    if end.windows(4).any(|at| at == b"PK\x06\x07") {
        return Err(wrong(
            "unreadable",
            "an archive in the 64-bit form is not taken",
        ));
    }
    reader.seek(SeekFrom::Start(0)).map_err(|_| damaged())?;
    match found {
        true => Ok(()),
        false => Err(damaged()),
    }
}

/// Refuses a file out of which comes more than was said.
fn must_unpack(file: &mut impl Read, said: u64) -> Result<(), Problem> {
    let unpacked = std::io::copy(&mut file.take(said.saturating_add(1)), &mut std::io::sink());
    match unpacked.map_err(|_| damaged())? > said {
        true => Err(bomb("the archive holds more than it says")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn refused(bytes: Vec<u8>) -> String {
        format!("{:?}", look_inside(Cursor::new(bytes)).unwrap_err())
    }

    #[test]
    fn what_is_in_an_archive_is_told() {
        let inside = archive(&[
            ("mimetype", b"application/epub+zip"),
            ("word/document.xml", b"<xml/>"),
        ]);
        let inside = look_inside(Cursor::new(inside)).unwrap();
        assert!(inside.has("word/document.xml") && inside.has("application/epub+zip"));
        assert!(!inside.has("xl/workbook.xml"));
    }

    #[test]
    fn a_bomb_is_refused_by_what_it_says_and_by_what_it_does() {
        let zeros = vec![0; 32 * 1024 * 1024];
        let honest = archive(&[("word/document.xml", &zeros)]);
        assert!(refused(honest.clone()).contains("archiveBomb"));
        // The same, but its directory and its head say that it is small: nothing is unpacked beyond what was said, and
        // what was said does not fit what is there.
        let size = u32::try_from(zeros.len()).unwrap().to_le_bytes();
        let mut lying = honest;
        for at in 0..lying.len() - 4 {
            if lying[at..at + 4] == size {
                lying[at..at + 4].copy_from_slice(&1000u32.to_le_bytes());
            }
        }
        assert!(refused(lying).contains("the archive is damaged"));
    }

    #[test]
    fn names_that_lead_out_of_the_archive_are_refused() {
        for name in [
            "../../evil",
            "/etc/evil",
            "word/../../evil",
            "..\\evil",
            "\\evil",
            "C:evil",
        ] {
            let evil = archive(&[("word/document.xml", b"<xml/>"), (name, b"x")]);
            assert!(refused(evil).contains("leads out"), "{name}");
        }
        let innocent = archive(&[("word/a..b.xml", b"<xml/>"), ("word/...", b"x")]);
        assert!(look_inside(Cursor::new(innocent)).is_ok());
    }

    #[test]
    fn macros_and_damage_are_refused() {
        let macros = archive(&[
            ("word/document.xml", b"<xml/>"),
            ("word/vbaProject.bin", b"x"),
        ]);
        assert!(refused(macros).contains("macros"));
        let shouted = archive(&[("WORD/VBAPROJECT.BIN", b"x")]);
        assert!(refused(shouted).contains("macros"));
        let mut damaged = archive(&[("word/document.xml", b"<xml/>")]);
        damaged.truncate(20);
        assert!(refused(damaged).contains("unreadable"));
    }
}
