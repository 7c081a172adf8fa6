//! What kinds of file are taken, by what their bytes say: one table.

use super::archive::Inside;
use crate::http::Problem;

/// How a kind is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// By the first bytes, under the name that `infer` has for them.
    Magic(&'static [&'static str]),
    /// A zip archive with this file in it.
    Archive(&'static str),
    /// UTF-8 from its beginning to its end, without control characters.
    Text,
}

/// A kind of file that is taken.
#[derive(Debug)]
pub struct Kind {
    /// The media type with which it is sent.
    pub media_type: &'static str,
    /// Other names by which programs call it.
    also: &'static [&'static str],
    /// What its name may end with.
    endings: &'static [&'static str],
    sign: Sign,
}

const fn kind(
    media_type: &'static str,
    endings: &'static [&'static str],
    sign: Sign,
    also: &'static [&'static str],
) -> Kind {
    Kind {
        media_type,
        also,
        endings,
        sign,
    }
}

/// Every kind. Nothing here runs in a browser: no HTML, no SVG, no macros.
const KINDS: &[Kind] = &[
    kind(
        "application/pdf",
        &["pdf"],
        Sign::Magic(&["application/pdf"]),
        &[],
    ),
    kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
        Sign::Archive("word/document.xml"),
        &[],
    ),
    kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
        Sign::Archive("xl/workbook.xml"),
        &[],
    ),
    kind(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["pptx"],
        Sign::Archive("ppt/presentation.xml"),
        &[],
    ),
    kind(
        "application/vnd.oasis.opendocument.text",
        &["odt"],
        Sign::Archive("application/vnd.oasis.opendocument.text"),
        &[],
    ),
    kind(
        "application/epub+zip",
        &["epub"],
        Sign::Archive("application/epub+zip"),
        &[],
    ),
    kind(
        "text/plain; charset=utf-8",
        &["txt", "brf", "md"],
        Sign::Text,
        &["text/markdown"],
    ),
    kind("text/csv; charset=utf-8", &["csv"], Sign::Text, &[]),
    kind("image/png", &["png"], Sign::Magic(&["image/png"]), &[]),
    kind(
        "image/jpeg",
        &["jpg", "jpeg"],
        Sign::Magic(&["image/jpeg"]),
        &["image/jpg"],
    ),
    kind("image/webp", &["webp"], Sign::Magic(&["image/webp"]), &[]),
    kind(
        "image/heic",
        &["heic"],
        Sign::Magic(&["image/heif"]),
        &["image/heif"],
    ),
    kind(
        "audio/mpeg",
        &["mp3"],
        Sign::Magic(&["audio/mpeg"]),
        &["audio/mp3"],
    ),
    kind(
        "audio/mp4",
        &["m4a"],
        Sign::Magic(&["audio/m4a"]),
        &["audio/m4a", "audio/x-m4a"],
    ),
    kind(
        "audio/ogg",
        &["ogg", "oga", "opus"],
        Sign::Magic(&["audio/ogg", "audio/opus"]),
        &["audio/opus"],
    ),
    kind(
        "audio/wav",
        &["wav"],
        Sign::Magic(&["audio/x-wav"]),
        &["audio/x-wav", "audio/wave"],
    ),
    kind("video/mp4", &["mp4"], Sign::Magic(&["video/mp4"]), &[]),
    kind("video/webm", &["webm"], Sign::Magic(&["video/webm"]), &[]),
];

/// What callers send where they don't know the type.
const UNDECLARED: &str = "application/octet-stream";

/// What is text to look at, but more than that for the programs that open it.
const NO_TEXT: &[&str] = &[
    "application/pdf",
    "application/postscript",
    "application/rtf",
    "text/html",
    "text/rtf",
    "text/x-shellscript",
    "text/xml",
];

/// The media types of all kinds, for the document.
pub fn media_types() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.media_type)
}

fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

impl Kind {
    /// What the caller says that it is.
    fn is_called(&self, declared: &str) -> bool {
        essence(self.media_type) == declared || self.also.contains(&declared)
    }

    fn ends(&self, name: &str) -> bool {
        let (stem, ending) = name.rsplit_once('.').unwrap_or_default();
        let ending = ending.to_ascii_lowercase();
        !stem.is_empty() && self.endings.contains(&ending.as_str())
    }

    /// Whether it is an archive, whose inside has to be looked at.
    pub fn is_archive(&self) -> bool {
        matches!(self.sign, Sign::Archive(_))
    }

    /// Whether every byte of it has to be text.
    pub fn is_text(&self) -> bool {
        self.sign == Sign::Text
    }

    /// Whether the inside of an archive is of this kind.
    pub fn is_inside(&self, inside: &Inside) -> bool {
        match self.sign {
            Sign::Archive(sign) => inside.has(sign),
            _ => false,
        }
    }
}

/// The kind that a file has by its name, if the caller does not call it something else.
pub fn by_name(name: &str, declared: Option<&str>) -> Result<&'static Kind, Problem> {
    let known = KINDS.iter().find(|kind| kind.ends(name));
    let kind = known.ok_or_else(|| {
        let endings: Vec<_> = KINDS
            .iter()
            .flat_map(|kind| kind.endings)
            .copied()
            .collect();
        wrong(
            "unknownType",
            &format!("a file whose name ends with one of {}", endings.join(", ")),
        )
    })?;
    match declared.map(str::to_ascii_lowercase) {
        Some(declared)
            if essence(&declared) != UNDECLARED && !kind.is_called(essence(&declared)) =>
        {
            Err(wrong(
                "contradiction",
                "its media type and the ending of its name differ",
            ))
        }
        _ => Ok(kind),
    }
}

/// Whether the first bytes are those of the kind.
pub fn begins_as(kind: &Kind, head: &[u8]) -> bool {
    let found = infer::get(head).map(|found| found.mime_type());
    match kind.sign {
        Sign::Magic(signs) => found.is_some_and(|found| signs.contains(&found)),
        Sign::Archive(_) => head.starts_with(b"PK\x03\x04"),
        // Signs of two letters stand at the beginning of many a text.
        Sign::Text => found.is_none_or(|found| !NO_TEXT.contains(&found)),
    }
}

/// The problem that a file is not taken.
pub fn wrong(code: &str, message: &str) -> Problem {
    Problem::field("/file", code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_and_its_type_say() {
        assert_eq!(
            by_name("Guide.PDF", None).unwrap().media_type,
            "application/pdf"
        );
        assert_eq!(
            by_name("a.b.txt", Some("text/plain; charset=utf-8"))
                .unwrap()
                .media_type,
            "text/plain; charset=utf-8"
        );
        assert!(by_name("guide.pdf", Some("application/octet-stream")).is_ok());
        assert!(by_name("guide.pdf", Some("image/png")).is_err());
        for name in [
            "guide",
            ".pdf",
            "guide.exe",
            "guide.pdf.exe",
            "guide.html",
            "guide.svg",
            "",
        ] {
            assert!(by_name(name, None).is_err(), "{name}");
        }
    }

    #[test]
    fn the_first_bytes_decide() {
        let pdf = by_name("a.pdf", None).unwrap();
        assert!(begins_as(pdf, b"%PDF-1.7\n"));
        assert!(!begins_as(pdf, b"MZ\x90\0"));
        let text = by_name("a.txt", None).unwrap();
        assert!(begins_as(text, b"Plain words"));
        assert!(!begins_as(text, b"%PDF-1.7\n"));
    }

    #[test]
    fn endings_stand_once() {
        let mut endings: Vec<_> = KINDS.iter().flat_map(|kind| kind.endings).collect();
        endings.sort_unstable();
        let all = endings.len();
        endings.dedup();
        assert_eq!(endings.len(), all);
    }
}
