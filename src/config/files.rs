//! Where uploaded files are kept, and how large they may be.

use std::path::{Path, PathBuf};

use crate::files::LARGEST;

use super::{embedded_file, is_web_address};

const MEGABYTE: u64 = 1024 * 1024;
/// The largest file that the published document allows, in megabytes.
const MOST: u64 = LARGEST as u64 / MEGABYTE;

/// How files are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// The folder, unless there is a bucket.
    pub folder: PathBuf,
    /// The bucket of an object store.
    pub bucket: Option<Bucket>,
    /// How large a file may be, in bytes.
    pub largest: u64,
    /// How large an organisation's files may be together, in bytes.
    pub quota: u64,
}

/// A bucket of an object store that speaks S3.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What all names in it begin with.
    pub prefix: String,
    /// The address of the store; nothing for Amazon's.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// The name of the key; nothing for the role of the machine.
    pub key_id: Option<String>,
    /// The key.
    pub key: Option<String>,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.name, self.prefix)
    }
}

impl Keeping {
    /// Reads the settings; what is wrong with them is added.
    pub(super) fn read(
        get: impl Fn(&str) -> Option<String>,
        database_url: &str,
        data_dir: &Path,
        wrong: &mut Vec<String>,
    ) -> Self {
        let url = get("EQUAL_PARTNERS_FILES_URL").unwrap_or_default();
        let mut megabytes = |name: &str, default: u64, most: u64| {
            let text = get(name).unwrap_or_else(|| default.to_string());
            let number = text.parse::<u64>().ok();
            let number = number.filter(|number| (1..=most).contains(number));
            if number.is_none() {
                wrong.push(format!("{name} has to be a whole number from 1 to {most}"));
            }
            number.unwrap_or(default) * MEGABYTE
        };
        let largest = megabytes("EQUAL_PARTNERS_LARGEST_FILE_MB", 256, MOST);
        let quota = megabytes("EQUAL_PARTNERS_FILES_QUOTA_MB", 51_200, u64::MAX / MEGABYTE);
        let (folder, bucket) = match (url.as_str(), url.split_once("://")) {
            ("", _) => (beside(database_url, data_dir), None),
            (_, Some(("file", folder))) if !folder.is_empty() => (PathBuf::from(folder), None),
            (_, Some(("s3", place))) if !place.is_empty() && !place.starts_with('/') => {
                (PathBuf::new(), Some(bucket(place, &get, wrong)))
            }
            _ => {
                wrong.push(
                    "EQUAL_PARTNERS_FILES_URL has to look like file:///var/lib/equal-partners/files or s3://BUCKET/PREFIX"
                        .to_owned(),
                );
                (PathBuf::new(), None)
            }
        };
        Self {
            folder,
            bucket,
            largest,
            quota,
        }
    }
}

/// The folder beside the embedded database, or in the data folder.
fn beside(database_url: &str, data_dir: &Path) -> PathBuf {
    let database = embedded_file(database_url);
    let database = database.unwrap_or_else(|| data_dir.join("equal-partners.db"));
    let name = database.file_stem().unwrap_or_default().to_string_lossy();
    database.with_file_name(format!("{name}-files"))
}

fn bucket(place: &str, get: impl Fn(&str) -> Option<String>, wrong: &mut Vec<String>) -> Bucket {
    let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
    let endpoint = get("EQUAL_PARTNERS_FILES_ENDPOINT");
    // A password in it would be shown with the other settings.
    if endpoint
        .as_ref()
        .is_some_and(|one| !is_web_address(one) || one.contains('@'))
    {
        wrong.push(
            "EQUAL_PARTNERS_FILES_ENDPOINT has to be an address such as https://s3.example.nhs.uk, without a password and a query"
                .to_owned(),
        );
    }
    let (key_id, key) = (
        get("EQUAL_PARTNERS_FILES_KEY_ID"),
        get("EQUAL_PARTNERS_FILES_KEY"),
    );
    if key_id.is_some() != key.is_some() {
        wrong.push(
            "EQUAL_PARTNERS_FILES_KEY_ID and EQUAL_PARTNERS_FILES_KEY are given together, or neither".to_owned(),
        );
    }
    Bucket {
        name: name.to_owned(),
        prefix: prefix.trim_matches('/').to_owned(),
        endpoint,
        region: get("EQUAL_PARTNERS_FILES_REGION").unwrap_or_else(|| "eu-west-2".to_owned()),
        key_id,
        key,
    }
}
