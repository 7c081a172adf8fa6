//! The document's own quality, and the files made from the code: `openapi/openapi.json`,
//! `docs/lifecycles.md` and `docs/configuration.md`. `UPDATE_OPENAPI=1` and `UPDATE_DOCS=1` write them anew.

mod drift;
mod quality;
mod released;
mod sources;

use std::path::PathBuf;

use equal_partners::app::LIFECYCLES;
use equal_partners::config::SETTINGS;

use crate::harness::conformance::document;

/// A path in this repository.
fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a file with what the code makes, or writes it if the variable is set.
fn is_made_from_the_code(path: &str, variable: &str, made: &str) {
    let file = here(path);
    if std::env::var_os(variable).is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, made).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = kept
        .lines()
        .zip(made.lines())
        .position(|(kept, made)| kept != made);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(made.lines().count())) + 1;
    assert!(
        kept == made,
        "{path} is not what the code makes, from line {line} on: run `{variable}=1 cargo test --test \
         api document::`, read the difference and commit it"
    );
}

#[test]
fn the_document_in_the_repository_is_what_the_code_makes() {
    let made = format!("{}\n", serde_json::to_string_pretty(document()).unwrap());
    is_made_from_the_code("openapi/openapi.json", "UPDATE_OPENAPI", &made);
}

#[test]
fn the_pictures_of_the_lifecycles_are_what_the_code_makes() {
    let mut made =
        "# Lifecycles\n\nMade from the tables in the code (`UPDATE_DOCS=1 cargo test --test \
                    api document::`); do not edit. A step that the table does not have is answered \
                    with 409 `transition-not-allowed`.\n"
            .to_owned();
    let mut pictures: Vec<String> = LIFECYCLES.iter().map(|drawn| (drawn.picture)()).collect();
    pictures.sort();
    for picture in pictures {
        made.push('\n');
        made.push_str(&picture);
    }
    is_made_from_the_code("docs/lifecycles.md", "UPDATE_DOCS", &made);
}

#[test]
fn the_reference_of_the_settings_is_what_the_code_makes() {
    let mut made = include_str!("configuration.md").to_owned();
    for setting in SETTINGS {
        let default = match setting.default {
            "" => "nothing".to_owned(),
            default => format!("`{default}`"),
        };
        made.push_str(&format!(
            "| `{}` | `{}` | {default} | {}{} |\n",
            setting.name,
            setting.key(),
            setting.meaning.replace('|', "\\|"),
            match setting.in_file() {
                Some((variable, key)) =>
                    format!(". **Secret**; or the file that holds it: `{variable}`, `{key}`"),
                None => String::new(),
            }
        ));
    }
    is_made_from_the_code("docs/configuration.md", "UPDATE_DOCS", &made);
}
