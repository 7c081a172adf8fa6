//! A file that arrives: written as it comes, and nobody's until a change names it.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web::Bytes;
use aws_lc_rs::digest::{Context as Digest, SHA256};
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, Set, Statement};
use tokio::runtime::Handle;

use super::archive;
use super::entity::{ActiveModel, Column, Entity, FileId, Model};
use super::file_store::{FileStore, out_of_reach, path_of};
use super::kinds::{self, Kind, wrong};
use crate::http::{Problem, types};
use crate::partners::PartnerId;
use crate::store::{Scope, Store, Work};

/// How much of a file is looked at to know its kind.
const HEAD: usize = 4096;

/// A file that has arrived, or is about to.
pub struct Incoming {
    id: FileId,
    place: FileStore,
    store: Store,
    name: String,
    kind: &'static Kind,
    writer: Option<WriteMultipart>,
    digest: Digest,
    length: u64,
    head: Vec<u8>,
    /// Bytes of a character that has not come to its end.
    cut: Vec<u8>,
    /// Whether a change has named it, and may or may not come to be.
    named: AtomicBool,
    /// Whether it is known to be somebody's.
    kept: bool,
}

impl Incoming {
    /// Begins to take a file of this name.
    pub(super) async fn begin(
        place: FileStore,
        store: Store,
        name: String,
        declared: Option<&str>,
    ) -> Result<Self, Problem> {
        let kind = kinds::by_name(&name, declared)?;
        let id = FileId::new();
        let writer = place.begin(id).await?;
        Ok(Self {
            id,
            place,
            store,
            name,
            kind,
            writer: Some(writer),
            digest: Digest::new(&SHA256),
            length: 0,
            head: Vec::new(),
            cut: Vec::new(),
            named: AtomicBool::new(false),
            kept: false,
        })
    }

    /// Takes the next bytes.
    pub(super) async fn take(&mut self, bytes: &Bytes) -> Result<(), Problem> {
        self.length += bytes.len() as u64;
        if self.length > self.place.largest() {
            return Err(too_large(self.place.largest()));
        }
        if self.head.len() < HEAD {
            let more = bytes.len().min(HEAD - self.head.len());
            self.head.extend_from_slice(&bytes[..more]);
            if self.head.len() == HEAD {
                self.must_begin_right()?;
            }
        }
        if self.kind.is_text() {
            self.must_be_text(bytes)?;
        }
        self.digest.update(bytes);
        let writer = self.writer.as_mut();
        let writer = writer.ok_or_else(|| Problem::internal("a file goes on after its end"))?;
        // What is written waits until the place has taken what came before.
        let waited = writer.wait_for_capacity(1).await;
        waited.map_err(|error| out_of_reach(&error))?;
        writer.write(bytes);
        Ok(())
    }

    /// The file is whole: it is on disk, and it is what it says.
    pub(super) async fn end(&mut self) -> Result<[u8; 32], Problem> {
        if self.length == 0 {
            return Err(wrong("empty", "the file is empty"));
        }
        if self.head.len() < HEAD {
            self.must_begin_right()?;
        }
        if !self.cut.is_empty() {
            return Err(no_text());
        }
        if let Some(writer) = self.writer.take() {
            let finished = writer.finish().await;
            finished.map_err(|error| out_of_reach(&error))?;
        }
        if self.kind.is_archive() {
            self.must_be_no_bomb().await?;
        }
        Ok(self.digest())
    }

    fn digest(&self) -> [u8; 32] {
        let mut digest = [0; 32];
        digest.copy_from_slice(self.digest.clone().finish().as_ref());
        digest
    }

    fn must_begin_right(&self) -> Result<(), Problem> {
        match kinds::begins_as(self.kind, &self.head) {
            true => Ok(()),
            false => Err(wrong(
                "contradiction",
                "what is in the file is not what its name says",
            )),
        }
    }

    fn must_be_text(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let control = |byte: &u8| (*byte < 0x20 && !b"\t\n\r\x0c".contains(byte)) || *byte == 0x7F;
        if bytes.iter().any(control) {
            return Err(no_text());
        }
        self.cut.extend_from_slice(bytes);
        let rest = match std::str::from_utf8(&self.cut) {
            Ok(_) => Vec::new(),
            Err(error) if error.error_len().is_none() => self.cut.split_off(error.valid_up_to()),
            Err(_) => return Err(no_text()),
        };
        self.cut = rest;
        Ok(())
    }

    async fn must_be_no_bomb(&self) -> Result<(), Problem> {
        let reader = Pieces {
            store: self.place.store()?,
            path: path_of(self.id),
            length: self.length,
            at: 0,
            home: Handle::current(),
        };
        // Unpacking takes time, and reading from here waits.
        let looked = tokio::task::spawn_blocking(move || archive::look_inside(reader));
        let inside = looked.await.map_err(Problem::internal)??;
        match self.kind.is_inside(&inside) {
            true => Ok(()),
            false => Err(wrong(
                "contradiction",
                "what is in the archive is not what its name says",
            )),
        }
    }

    /// Makes it an organisation's file, and a partner's if it is their personal data, as part of a change. To be
    /// called within [`Incoming::settle`].
    pub async fn keep(
        &self,
        work: &mut Work<'_>,
        organisation: &str,
        partner: Option<PartnerId>,
    ) -> Result<Model, Problem> {
        // One upload of an organisation at a time looks how much room is left.
        if work.transaction().await?.get_database_backend() == DbBackend::Postgres {
            let name = format!("files of {organisation}");
            let lock = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
                [name.into()],
            );
            work.transaction().await?.query_one_raw(lock).await?;
        }
        let sum = Query::select()
            .expr(Expr::cust("CAST(COALESCE(SUM(length), 0) AS BIGINT)"))
            .from(Entity)
            .and_where(Column::Organisation.eq(organisation))
            .and_where(Column::RemovedAt.is_null())
            .to_owned();
        let row = work.transaction().await?.query_one(&sum).await?;
        let taken: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        let quota = self.place.quota();
        if u64::try_from(taken).unwrap_or_default() + self.length > quota {
            let detail = format!("The organisation's files may have {quota} bytes together");
            return Err(Problem::new(&types::NO_ROOM_FOR_FILES, detail));
        }
        self.named.store(true, Ordering::Relaxed);
        let row = ActiveModel {
            id: Set(self.id),
            organisation: Set(organisation.to_owned()),
            partner_id: Set(partner),
            name: Set(self.name.clone()),
            media_type: Set(self.kind.media_type.to_owned()),
            length: Set(i64::try_from(self.length).unwrap_or(i64::MAX)),
            digest: Set(self.digest().to_vec()),
            removed_at: Set(None),
            ..Default::default()
        };
        work.add::<Entity>(row).await
    }

    /// Makes the change that keeps the file, and sees to it that nothing is left when it does not: when it failed,
    /// or when it had been made before by the same request.
    pub async fn settle<T>(
        mut self,
        change: impl AsyncFnOnce(&Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let made = change(&self).await;
        let open = made
            .as_ref()
            .is_err_and(|problem| problem.kind().status >= 500);
        if self.named.load(Ordering::Relaxed) && !open {
            let scope = Scope::system();
            // Where nobody knows, the sweep finds out later.
            let kept = self.store.reader(&scope).find(self.id).await;
            self.kept = kept.map_or(true, |row| row.is_some());
            self.named.store(self.kept, Ordering::Relaxed);
        }
        made
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // A change that may still be under way would lose its file.
        if self.kept || self.named.load(Ordering::Relaxed) {
            return;
        }
        let (place, id, writer) = (self.place.clone(), self.id, self.writer.take());
        if let Ok(home) = Handle::try_current() {
            home.spawn(async move {
                let removed = match writer {
                    Some(writer) => writer.abort().await.map_err(|error| out_of_reach(&error)),
                    None => place.remove(id).await,
                };
                // What is left is swept up.
                drop(removed);
            });
        }
    }
}

/// The problem that a file is larger than it may be.
pub(super) fn too_large(largest: u64) -> Problem {
    let detail = format!("A file may have {largest} bytes at the most");
    Problem::new(&types::CONTENT_TOO_LARGE, detail)
}

fn no_text() -> Problem {
    wrong("contradiction", "what is in the file is not text in UTF-8")
}

/// A kept file, read piece by piece from a thread that may wait.
struct Pieces {
    store: Arc<dyn ObjectStore>,
    path: object_store::path::Path,
    length: u64,
    at: u64,
    home: Handle,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let end = self.length.min(self.at + into.len() as u64);
        if self.at >= end {
            return Ok(0);
        }
        let reading = self.store.get_range(&self.path, self.at..end);
        let bytes = self.home.block_on(reading).map_err(io::Error::other)?;
        into[..bytes.len()].copy_from_slice(&bytes);
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }
}

impl Seek for Pieces {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
