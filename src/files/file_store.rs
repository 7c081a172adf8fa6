//! Where files are kept: a folder, or a bucket of an object store that speaks S3.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use actix_web::http::header;
use chrono::DateTime;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::entity::FileId;
use crate::config::{Bucket, Keeping};
use crate::http::{Problem, types};
use crate::telemetry::without_values;

/// How many files are taken at once: each needs memory for its parts.
const AT_ONCE: usize = 16;
/// How many of them one organisation has: it may be slow, or unkind, and others go on. Some colleagues of one office send
/// theirs at the same moment.
const OF_ONE: usize = 6;
/// How much of a file is written at once; S3 takes no smaller part than 5 MiB, but for the last one.
const LOCAL_PART: usize = 512 * 1024;
const REMOTE_PART: usize = 5 * 1024 * 1024;

/// Where files are kept.
#[derive(Clone)]
pub struct FileStore(Arc<Inner>);

struct Inner {
    keeping: Keeping,
    opened: OnceLock<Arc<dyn ObjectStore>>,
    room: Arc<Semaphore>,
    /// How many files of which organisation are arriving.
    arriving: Mutex<HashMap<String, usize>>,
    /// Whether everything has been swept since the start, not only what is new.
    swept: AtomicBool,
}

impl FileStore {
    /// A place that is opened, and made, when it is needed for the first time.
    pub fn new(keeping: Keeping) -> Self {
        Self(Arc::new(Inner {
            keeping,
            opened: OnceLock::new(),
            room: Arc::new(Semaphore::new(AT_ONCE)),
            arriving: Mutex::default(),
            swept: AtomicBool::new(false),
        }))
    }

    /// How large a file may be, in bytes.
    pub fn largest(&self) -> u64 {
        self.0.keeping.largest
    }

    /// How much an organisation's files may be together, in bytes.
    pub fn quota(&self) -> u64 {
        self.0.keeping.quota
    }

    /// The folder, if it is one on this machine.
    pub(super) fn folder(&self) -> Option<&PathBuf> {
        match &self.0.keeping.bucket {
            None => Some(&self.0.keeping.folder),
            Some(_) => None,
        }
    }

    /// Whether this is the first sweep since the start.
    pub(super) fn is_first_sweep(&self) -> bool {
        !self.0.swept.swap(true, Ordering::Relaxed)
    }

    /// Room for one more file of an organisation to arrive.
    pub fn room(&self, organisation: &str) -> Result<Room, Problem> {
        let full = |detail: &str| Problem::full("more files at once than are taken", detail);
        let place = self.0.room.clone().try_acquire_owned();
        let place = place.map_err(|_| full("More files are arriving than are taken at once"))?;
        let mut arriving = self.arriving();
        let count = arriving.entry(organisation.to_owned()).or_default();
        if *count >= OF_ONE {
            return Err(full(
                "More files of your organisation are arriving than are taken at once of one",
            ));
        }
        *count += 1;
        Ok(Room {
            store: self.clone(),
            organisation: organisation.to_owned(),
            _place: place,
        })
    }

    fn arriving(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        // What is counted is right after a panic too.
        self.0
            .arriving
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn store(&self) -> Result<Arc<dyn ObjectStore>, Problem> {
        if let Some(store) = self.0.opened.get() {
            return Ok(store.clone());
        }
        let opened = open(&self.0.keeping).map_err(|error| out_of_reach(&error))?;
        Ok(self.0.opened.get_or_init(|| opened).clone())
    }

    /// Begins to write a file.
    pub(super) async fn begin(&self, id: FileId) -> Result<WriteMultipart, Problem> {
        let part = match self.folder() {
            Some(_) => LOCAL_PART,
            None => REMOTE_PART,
        };
        let upload = self.store()?.put_multipart(&path_of(id)).await;
        let upload = upload.map_err(|error| out_of_reach(&error))?;
        Ok(WriteMultipart::new_with_chunk_size(upload, part))
    }

    /// Removes the bytes of a file; that they are gone already is as well.
    pub(super) async fn remove(&self, id: FileId) -> Result<(), Problem> {
        match self.store()?.delete(&path_of(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(out_of_reach(&error)),
        }
    }
}

/// Room for a file to arrive, as long as this lives.
pub struct Room {
    store: FileStore,
    organisation: String,
    _place: OwnedSemaphorePermit,
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut arriving = self.store.arriving();
        if let Some(count) = arriving.get_mut(&self.organisation) {
            *count -= 1;
            if *count == 0 {
                arriving.remove(&self.organisation);
            }
        }
    }
}

fn open(keeping: &Keeping) -> Result<Arc<dyn ObjectStore>, object_store::Error> {
    let Some(bucket) = &keeping.bucket else {
        let failed = |error: std::io::Error| object_store::Error::Generic {
            store: "folder",
            source: Box::new(error),
        };
        private_folder(&keeping.folder).map_err(failed)?;
        let folder = LocalFileSystem::new_with_prefix(&keeping.folder)?;
        // A file is on disk before a change names it.
        return Ok(Arc::new(folder.with_fsync(true)));
    };
    let Bucket {
        name,
        prefix,
        endpoint,
        region,
        key_id,
        key,
    } = bucket;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(name)
        .with_region(region);
    if let Some(endpoint) = endpoint {
        builder = builder
            .with_endpoint(endpoint)
            .with_allow_http(endpoint.starts_with("http://"));
    }
    if let (Some(id), Some(key)) = (key_id, key) {
        builder = builder.with_access_key_id(id).with_secret_access_key(key);
    }
    Ok(Arc::new(PrefixStore::new(
        builder.build()?,
        prefix.as_str(),
    )))
}

/// Makes a folder that its owner alone may look into.
fn private_folder(folder: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)
}

/// The day on which an id was made, which is the folder of its file.
fn day_of(id: Uuid) -> String {
    let seconds = id.get_timestamp().map(|at| at.to_unix().0);
    let seconds = seconds.and_then(|seconds| i64::try_from(seconds).ok());
    let day = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    day.unwrap_or_default().format("%Y-%m-%d").to_string()
}

/// Where the bytes of a file are. Nothing that a caller sent is part of it.
pub(super) fn path_of(id: FileId) -> Path {
    Path::from_iter([day_of(id.0), id.to_string()])
}

/// The folders of the last days.
pub(super) fn folders_of_late() -> impl Iterator<Item = Path> {
    const DAY: u64 = 24 * 60 * 60;
    let now = std::time::SystemTime::now();
    let now = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    (0..3).map(move |ago| {
        let at = now.as_secs().saturating_sub(ago * DAY);
        let day = i64::try_from(at)
            .ok()
            .and_then(|at| DateTime::from_timestamp(at, 0));
        Path::from(day.unwrap_or_default().format("%Y-%m-%d").to_string())
    })
}

/// The problem that files cannot be reached, or that there is no room for more.
pub(super) fn out_of_reach(error: &dyn std::fmt::Display) -> Problem {
    tracing::warn!(cause = without_values(error), "files");
    Problem::new(&types::UNAVAILABLE, "Files cannot be kept or read just now")
        .with_header(header::RETRY_AFTER, "10")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_has_its_share_of_the_room_and_leaves_the_rest_to_others() {
        let keeping = Keeping {
            folder: PathBuf::new(),
            bucket: None,
            largest: 1,
            quota: 1,
        };
        let store = FileStore::new(keeping);
        let mut rooms: Vec<Room> = Vec::new();
        while let Ok(room) = store.room("RXL") {
            rooms.push(room);
        }
        assert_eq!(rooms.len(), OF_ONE);
        assert!(store.room("RXN").is_ok());
        rooms.pop();
        rooms.push(store.room("RXL").unwrap());
        for organisation in ["RXN", "R0A"] {
            rooms.extend((0..OF_ONE).map_while(|_| store.room(organisation).ok()));
        }
        assert_eq!(rooms.len(), AT_ONCE);
        assert!(store.room("RTG").is_err(), "there is an end to it");
        drop(rooms);
        assert!(store.arriving().is_empty());
    }
}
