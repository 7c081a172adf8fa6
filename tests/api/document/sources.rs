//! What the source text alone can tell: names that collide, lists that were not added to.

use std::collections::BTreeMap;
use std::path::Path;

use equal_partners::app::LIFECYCLES;

use super::here;

/// Every source file of the service, with its path in the repository.
pub fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
        entries.sort_by_key(|entry| entry.path());
        for entry in entries {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((name.display().to_string(), text));
            }
        }
    }
    let mut found = Vec::new();
    collect(&here("src"), &mut found);
    found
}

/// The word that follows a phrase.
pub fn word_after<'a>(line: &'a str, phrase: &str) -> Option<&'a str> {
    let rest = line.split_once(phrase)?.1;
    let end = rest
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    Some(&rest[..end]).filter(|word| !word.is_empty())
}

/// utoipa knows types by name only: of two with one name, the document would show one for both.
#[test]
fn each_name_in_the_document_is_one_type() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in sources()
        .into_iter()
        .filter(|(path, _)| path != "src/values/choices.rs")
    {
        let mut attributes = String::new();
        for line in text.lines().map(str::trim) {
            let declared =
                word_after(line, "pub enum ").or_else(|| word_after(line, "pub struct "));
            if let Some(name) = declared
                && (attributes.contains("ToSchema") || attributes.contains("choices!"))
            {
                let name = word_after(&attributes, "schema(as = ").unwrap_or(name);
                places
                    .entry(name.to_owned())
                    .or_default()
                    .push(path.clone());
            }
            match line.is_empty() || line == "}" {
                true => attributes.clear(),
                false => attributes.push_str(line),
            }
        }
    }
    assert!(places.len() > 10, "the search no longer finds the types");
    let twice: Vec<_> = places.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(
        twice.is_empty(),
        "these names stand for several types in the document; give each a name of its own with \
         #[schema(as = …)]: {twice:#?}"
    );
}

#[test]
fn every_lifecycle_is_in_the_list() {
    let count = |text: &str| text.matches("impl Lifecycle for ").count();
    let there: usize = sources().iter().map(|(_, text)| count(text)).sum();
    assert_eq!(
        there,
        LIFECYCLES.len(),
        "the code has {there} tables of lifecycles; add the missing one to LIFECYCLES in src/app.rs"
    );
}
