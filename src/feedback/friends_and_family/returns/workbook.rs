//! A table as a workbook (Office Open XML): one sheet, text as text, numbers as numbers. Nothing in it can run.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::http::Problem;

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const PACKAGE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Return" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const SHEETS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A workbook with a header and rows of text, then numbers.
pub fn workbook(header: &[String], rows: &[(Vec<String>, Vec<i64>)]) -> Result<Vec<u8>, Problem> {
    let mut sheet = String::from(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
    );
    sheet.push_str("<row>");
    header.iter().for_each(|cell| text_into(&mut sheet, cell));
    sheet.push_str("</row>");
    for (named, numbers) in rows {
        sheet.push_str("<row>");
        named.iter().for_each(|cell| text_into(&mut sheet, cell));
        for number in numbers {
            sheet.push_str(&format!("<c><v>{number}</v></c>"));
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", SHEETS),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    for (name, part) in parts {
        package
            .start_file(name, SimpleFileOptions::default())
            .map_err(Problem::internal)?;
        package
            .write_all(part.as_bytes())
            .map_err(Problem::internal)?;
    }
    let written = package.finish().map_err(Problem::internal)?;
    Ok(written.into_inner())
}

/// A cell of text, which no spreadsheet takes for anything else.
fn text_into(sheet: &mut String, cell: &str) {
    sheet.push_str("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    for letter in cell.chars() {
        match letter {
            '&' => sheet.push_str("&amp;"),
            '<' => sheet.push_str("&lt;"),
            '>' => sheet.push_str("&gt;"),
            // XML cannot hold them.
            letter if letter.is_control() && !matches!(letter, '\t' | '\n' | '\r') => {}
            letter => sheet.push(letter),
        }
    }
    sheet.push_str("</t></is></c>");
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn text_stays_text_and_numbers_are_numbers() {
        let header = ["ward_name".to_owned(), "total".to_owned()];
        let rows = [(vec!["=1+1 & <A>".to_owned()], vec![12])];
        let bytes = workbook(&header, &rows).unwrap();
        let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut sheet = String::new();
        let mut part = package.by_name("xl/worksheets/sheet1.xml").unwrap();
        part.read_to_string(&mut sheet).unwrap();
        assert!(sheet.contains(
            "<t xml:space=\"preserve\">=1+1 &amp; &lt;A&gt;</t></is></c><c><v>12</v></c>"
        ));
    }
}
