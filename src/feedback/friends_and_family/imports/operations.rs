//! What can be done with imports. A file is read into memory as sums and compressed responses, some bytes a row; when
//! all of it is there, everything is written in one change. So there is no moment at which some of it counts.

use actix_web::web::Bytes;
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::super::counts;
use super::super::returns::locks;
use super::batch::{Batch, Rejection};
use super::entity::{
    Acceptance, ActiveModel, Column, Entity, FriendsAndFamilyImportId, Model, Status, block,
    rejection,
};
use super::places::Places;
use super::reading::{Format, Reading};
use super::views::{
    ByLine, CheckedResponses, FriendsAndFamilyImport, ImportQuery, ImportedResponses, RejectedRow,
    SHOWN, shown,
};
use crate::access::Caller;
use crate::access::permissions::{ImportFriendsAndFamily, ReadFriendsAndFamily};
use crate::http::{FieldError, Listing, Newest, Page, Problem, Streamed, Unfiltered, types};
use crate::organisations::History;
use crate::store::{Event, Reader, Work};

/// The media types that are taken.
const TAKEN: [(&str, Format); 2] = [
    ("text/csv", Format::Csv),
    ("application/x-ndjson", Format::Ndjson),
];
/// Bytes in a file at the most: some fifteen million rows.
const MOST: u64 = 1_000_000_000;
/// Pieces of a file that may wait to be read.
const WAITING: usize = 4;
/// Rejections in one statement.
const AT_ONCE: usize = 1_000;

/// What came of a file.
pub enum Outcome {
    /// It counts, or did already.
    Taken(Box<ImportedResponses>),
    /// It was looked at only.
    Checked(Box<CheckedResponses>),
}

/// A file that has arrived.
struct Arrived {
    batch: Batch,
    places: Places,
    digest: String,
    media_type: &'static str,
}

/// Imports a file of responses, or tells what would become of it.
pub async fn import(
    caller: &Caller<ImportFriendsAndFamily>,
    asked: ImportQuery,
    body: Streamed,
) -> Result<Outcome, Problem> {
    let arrived = receive(caller, body).await?;
    if asked.dry_run == Some(true) {
        let checked = CheckedResponses::of(&arrived.batch, arrived.digest);
        return Ok(Outcome::Checked(Box::new(checked)));
    }
    let name = asked.import_id.as_deref();
    if let Some(known) = known(&caller.read(), name, &arrived.digest).await? {
        return Ok(Outcome::Taken(Box::new(known)));
    }
    let acceptance = asked.acceptance.unwrap_or(Acceptance::Atomic);
    let taken = caller
        .write(async |work| take(work, &arrived, name, acceptance).await)
        .await;
    match taken {
        // The same file, sent twice at the same time: the other one was first.
        Err(problem) if *problem.kind() == types::ALREADY_EXISTS && name.is_some() => {
            let known = known(&caller.read(), name, &arrived.digest).await?;
            known.ok_or(problem)
        }
        other => other,
    }
    .map(|taken| Outcome::Taken(Box::new(taken)))
}

/// Reads the file while it comes.
async fn receive(
    caller: &Caller<ImportFriendsAndFamily>,
    body: Streamed,
) -> Result<Arrived, Problem> {
    let media_type = body.kind(&TAKEN.map(|(kind, _)| kind))?;
    let format = TAKEN.iter().find(|(kind, _)| *kind == media_type);
    let format = format.map_or(Format::Csv, |(_, format)| *format);
    let importer = caller.scope().organisation.as_deref().unwrap_or_default();
    let _room = caller.state().files.room(importer)?;
    let reader = caller.read();
    // A response counts where it was given, whoever the place belongs to since.
    let tree = History::read(&reader, true).await?.ever();
    let places = Places::of(&tree, importer);
    let mut reading = Reading::begin(format, places, reader.today());
    let (sender, mut pieces) = mpsc::channel::<Bytes>(WAITING);
    // Reading takes a processor, which other requests of this thread would wait for.
    let reading = tokio::task::spawn_blocking(move || {
        while let Some(piece) = pieces.blocking_recv() {
            reading.take(&piece)?;
        }
        reading.end()
    });
    let arrived = body.each(MOST, async |piece| {
        let sent = sender.send(piece).await;
        sent.map_err(|_| Problem::internal("the reading of a file has ended"))
    });
    let arrived = arrived.await;
    drop(sender);
    let (batch, places) = reading.await.map_err(Problem::internal)??;
    let digest = arrived?.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Arrived {
        batch,
        places,
        digest,
        media_type,
    })
}

/// The import of this name, if there is one.
async fn known(
    reader: &Reader<'_>,
    name: Option<&str>,
    digest: &str,
) -> Result<Option<ImportedResponses>, Problem> {
    let Some(name) = name else {
        return Ok(None);
    };
    let query = reader
        .select::<Entity>()
        .filter(Column::ImportId.eq(name))
        .limit(1);
    let Some(row) = reader.all(query).await?.into_iter().next() else {
        return Ok(None);
    };
    if row.digest != digest {
        let detail = "Another file was imported under this name";
        return Err(Problem::new(&types::IMPORT_ID_REUSED, detail));
    }
    if row.status == Status::Withdrawn {
        let detail = "This import was withdrawn, and its responses do not count; send the file under another name";
        return Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
            .with("state", row.status.word())
            .with("allowed", Vec::<String>::new()));
    }
    with_rejections(reader, row).await.map(Some)
}

#[expect(clippy::disallowed_methods, reason = "a side table of the import")]
async fn with_rejections(reader: &Reader<'_>, row: Model) -> Result<ImportedResponses, Problem> {
    let query = rejection::Entity::find()
        .filter(rejection::Column::ImportId.eq(row.id.0))
        .order_by_asc(rejection::Column::Line)
        .order_by_asc(rejection::Column::Id)
        .limit(SHOWN as u64);
    let rejections = reader.all(query).await?;
    Ok(ImportedResponses {
        import: row.into(),
        rejections: rejections.into_iter().map(RejectedRow::from).collect(),
    })
}

async fn take(
    work: &mut Work<'_>,
    arrived: &Arrived,
    name: Option<&str>,
    acceptance: Acceptance,
) -> Result<(ImportedResponses, Event), Problem> {
    let Arrived {
        batch,
        places,
        digest,
        media_type,
    } = arrived;
    if batch.unreadable || (batch.rejected > 0 && acceptance == Acceptance::Atomic) {
        return Err(refused(batch));
    }
    let locked = locks::held(work, batch.months()).await?;
    let counted = batch.counts(places, |organisation, setting, month| {
        locked.has(organisation, setting, month)
    });
    let late = counted.iter().filter(|(counted, _)| counted.late);
    let late: i64 = late.flat_map(|(_, answers)| answers).sum();
    let id = FriendsAndFamilyImportId::new();
    let rows = |count: u64| i64::try_from(count).map_err(Problem::internal);
    let (first_on, last_on) = batch.days.unzip();
    let row = ActiveModel {
        id: Set(id),
        import_id: Set(name.map_or_else(|| id.to_string(), str::to_owned)),
        media_type: Set((*media_type).to_owned()),
        digest: Set(digest.clone()),
        acceptance: Set(acceptance),
        rows: Set(rows(batch.rows)?),
        accepted: Set(rows(batch.accepted)?),
        rejected: Set(rows(batch.rejected)?),
        late: Set(late),
        first_on: Set(first_on),
        last_on: Set(last_on),
        status: Set(Status::Counted),
        ..Default::default()
    };
    let row = work.add::<Entity>(row).await?;
    for (number, kept) in batch.blocks.iter().enumerate() {
        let block = block::ActiveModel {
            import_id: Set(id.0),
            number: Set(i32::try_from(number).map_err(Problem::internal)?),
            responses: Set(i32::try_from(kept.responses).map_err(Problem::internal)?),
            columns: Set(kept.columns.clone()),
        };
        block.insert(work.transaction().await?).await?;
    }
    keep_rejections(work, id, &batch.rejections).await?;
    counts::add(work, counted).await?;
    let told = format!(
        "SHA-256 {digest}; {} rows, {} accepted, {} rejected",
        batch.rows, batch.accepted, batch.rejected
    );
    let event = Event::of("friendsAndFamilyImport.taken", id).because(told);
    let taken = ImportedResponses {
        import: row.into(),
        rejections: shown(batch),
    };
    Ok((taken, event))
}

async fn keep_rejections(
    work: &Work<'_>,
    import: FriendsAndFamilyImportId,
    rejections: &[Rejection],
) -> Result<(), Problem> {
    for some in rejections.chunks(AT_ONCE) {
        let mut insert = Query::insert();
        let columns = ["id", "import_id", "line", "field", "code", "reason"].map(Alias::new);
        insert.into_table(rejection::Entity).columns(columns);
        for one in some {
            let line = i64::try_from(one.line).map_err(Problem::internal)?;
            insert.values_panic([
                Expr::from(Uuid::now_v7()),
                import.0.into(),
                line.into(),
                one.field.into(),
                one.code.into(),
                one.reason.into(),
            ]);
        }
        work.transaction().await?.execute(&insert).await?;
    }
    Ok(())
}

/// The rows that cannot be taken, as a problem: `/rows/17/site_code` is on line 17 of the file.
fn refused(batch: &Batch) -> Problem {
    let detail = match batch.rejected {
        1 => "One row cannot be taken; nothing was imported".to_owned(),
        count => format!("{count} rows cannot be taken; nothing was imported"),
    };
    let told = batch.rejections.iter().take(SHOWN);
    let told = told.map(|one| {
        let pointer = format!("/rows/{}/{}", one.line, one.field);
        FieldError::new(pointer, one.code, one.reason)
    });
    Problem::new(&types::INVALID_FIELDS, detail).with_errors(told.collect())
}

/// One page of the imports, the newest first.
pub async fn list(
    caller: &Caller<ReadFriendsAndFamily>,
    listing: Listing<Unfiltered>,
) -> Result<Page<FriendsAndFamilyImport>, Problem> {
    let reader = caller.read();
    let page = reader
        .page(reader.select::<Entity>(), &listing.paging, Newest)
        .await?;
    Ok(page.map(FriendsAndFamilyImport::from))
}

/// One import, with the first rows that were not taken.
pub async fn get(
    caller: &Caller<ReadFriendsAndFamily>,
    id: FriendsAndFamilyImportId,
) -> Result<ImportedResponses, Problem> {
    let reader = caller.read();
    let row = reader.get(id).await?;
    with_rejections(&reader, row).await
}

/// One page of the rows that were not taken, in the order of the file.
#[expect(clippy::disallowed_methods, reason = "a side table of the import")]
pub async fn rejections(
    caller: &Caller<ReadFriendsAndFamily>,
    id: FriendsAndFamilyImportId,
    listing: Listing<Unfiltered>,
) -> Result<Page<RejectedRow>, Problem> {
    let reader = caller.read();
    reader.get(id).await?;
    let query = rejection::Entity::find().filter(rejection::Column::ImportId.eq(id.0));
    let page = reader
        .page_by(query, &listing.paging, rejection::Column::Id, ByLine)
        .await?;
    Ok(page.map(RejectedRow::from))
}
