//! The limit on PostgreSQL: prepared statements pipelined over a few connections, and one statement for all the
//! writes that wait.

use std::cell::Cell;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use tokio::sync::{OnceCell, mpsc, oneshot};
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

use super::json::{Fast, Pages, Workstream};
use super::{ADDED, Author, CHANGED, Change, Creation, Filter, LIMIT, One, Page, Wanted, touched};

const COLUMNS: &str =
    "id, organisation, version, created_at, updated_at, name, purpose, lead_id, status";
/// Connections of a worker to read with.
const READERS: usize = 4;
/// Writes that share a statement at the most.
const MOST: usize = 64;

const ADD: &str = "WITH new AS (
   SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[],
     $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
   AS new (key_hash, body_hash, sealed_result, id, name, purpose, now, entry_id, organisation, subject, client_id, request_id, touched)),
 keys AS (INSERT INTO idempotency_keys (key_hash, body_hash, sealed_result, created_at)
   SELECT key_hash, body_hash, sealed_result, now FROM new),
 added AS (INSERT INTO workstreams (id, organisation, version, created_at, updated_at, name, purpose, status)
   SELECT id, organisation, 1, now, now, name, purpose, 'active' FROM new),
 found AS (INSERT INTO search_documents (kind, record_id, body)
   SELECT 'workstream', id, to_tsvector('english', name || E'\\n' || purpose) FROM new)
 INSERT INTO ledger_entries (id, organisation, kind, action, record, record_id, record_version, touched, subject, client_id, route, request_id, occurred_at)
 SELECT entry_id, organisation, 'write', $14, 'workstream', id::text, 1, touched, subject, client_id, $15, request_id, now FROM new";

const CHANGE: &str = "WITH new AS (
   SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[],
     $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
   AS new (id, seen, purpose, now, entry_id, organisation, subject, client_id, request_id, touched)),
 changed AS (UPDATE workstreams AS old SET purpose = new.purpose, updated_at = new.now, version = old.version + 1 FROM new
   WHERE old.id = new.id AND old.version = new.seen AND old.organisation = new.organisation
   RETURNING old.*, new.now, new.entry_id, new.subject, new.client_id, new.request_id, new.touched),
 found AS (UPDATE search_documents AS old SET body = to_tsvector('english', changed.name || E'\\n' || changed.purpose) FROM changed
   WHERE old.kind = 'workstream' AND old.record_id = changed.id),
 entries AS (INSERT INTO ledger_entries (id, organisation, kind, action, record, record_id, record_version, touched, subject, client_id, route, request_id, occurred_at)
   SELECT entry_id, organisation, 'write', $11, 'workstream', id::text, version, touched, subject, client_id, $12, request_id, now FROM changed)
 SELECT id, organisation, version, created_at, updated_at, name, purpose, lead_id, status FROM changed";

/// A connection to read with, and its statements.
struct Reader {
    client: Client,
    get: Statement,
    all: Statement,
    in_state: Statement,
    led: Statement,
}

impl Reader {
    async fn prepare(client: Client) -> Result<Self> {
        let page = |filter: &str| {
            format!(
                "SELECT {COLUMNS} FROM workstreams WHERE organisation = $1 AND id < $2 {filter} ORDER BY id DESC LIMIT {LIMIT}"
            )
        };
        let one = format!("SELECT {COLUMNS} FROM workstreams WHERE id = $1 AND organisation = $2");
        Ok(Self {
            get: client.prepare(&one).await?,
            all: client.prepare(&page("")).await?,
            in_state: client.prepare(&page("AND status = $3")).await?,
            led: client.prepare(&page("AND lead_id = $3")).await?,
            client,
        })
    }
}

enum Write {
    Add(Creation, oneshot::Sender<Result<One>>),
    Change(Change, oneshot::Sender<Result<Option<One>>>),
}

/// A worker's connections.
struct Connections {
    readers: Vec<Reader>,
    writes: mpsc::UnboundedSender<Write>,
}

impl Connections {
    async fn open(url: &str) -> Result<Self> {
        let mut config: tokio_postgres::Config = url.parse()?;
        config.application_name("floor");
        let connect = async || -> Result<Client> {
            let (client, connection) = config.connect(NoTls).await?;
            actix_web::rt::spawn(connection);
            Ok(client)
        };
        let mut readers = Vec::new();
        for _ in 0..READERS {
            readers.push(Reader::prepare(connect().await?).await?);
        }
        let (writes, waiting) = mpsc::unbounded_channel();
        actix_web::rt::spawn(write_all(connect().await?, waiting));
        Ok(Self { readers, writes })
    }
}

/// The rows as a worker reaches them. It connects when it is first asked, so that its own event loop drives
/// the connections.
pub struct Rows {
    url: String,
    connections: OnceCell<Connections>,
    turn: Cell<usize>,
}

impl Rows {
    /// Nothing is connected yet.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            connections: OnceCell::new(),
            turn: Cell::default(),
        }
    }

    async fn connections(&self) -> Result<&Connections> {
        self.connections
            .get_or_try_init(|| Connections::open(&self.url))
            .await
    }

    async fn reader(&self) -> Result<&Reader> {
        let readers = &self.connections().await?.readers;
        let turn = self.turn.get();
        self.turn.set(turn.wrapping_add(1));
        readers.get(turn % READERS).context("no connection")
    }

    async fn write<T>(&self, write: impl FnOnce(oneshot::Sender<Result<T>>) -> Write) -> Result<T> {
        let (receipt, answer) = oneshot::channel();
        let writes = &self.connections().await?.writes;
        writes
            .send(write(receipt))
            .ok()
            .context("the writer has ended")?;
        answer.await?
    }
}

/// Takes what waits, as one statement for creates and one for changes, both on their way at once.
async fn write_all(client: Client, mut waiting: mpsc::UnboundedReceiver<Write>) {
    let (Ok(add), Ok(change)) = (client.prepare(ADD).await, client.prepare(CHANGE).await) else {
        return;
    };
    let mut writes = Vec::new();
    while waiting.recv_many(&mut writes, MOST).await > 0 {
        let (mut creations, mut changes) = (Vec::new(), Vec::new());
        for write in writes.drain(..) {
            match write {
                Write::Add(creation, receipt) => creations.push((creation, receipt)),
                Write::Change(change, receipt) => changes.push((change, receipt)),
            }
        }
        tokio::join!(
            add_all(&client, &add, creations),
            change_all(&client, &change, changes)
        );
    }
}

async fn add_all(
    client: &Client,
    statement: &Statement,
    writes: Vec<(Creation, oneshot::Sender<Result<One>>)>,
) {
    if writes.is_empty() {
        return;
    }
    let all = || writes.iter().map(|(creation, _)| creation);
    let authors = || all().map(|creation| &creation.author);
    let done = client
        .execute(
            statement,
            &[
                &all().map(|one| &*one.key_hash).collect::<Vec<_>>(),
                &all().map(|one| &*one.body_hash).collect::<Vec<_>>(),
                &all().map(|one| &*one.sealed).collect::<Vec<_>>(),
                &all().map(|one| one.id).collect::<Vec<_>>(),
                &all().map(|one| &*one.new.name).collect::<Vec<_>>(),
                &all().map(|one| &*one.new.purpose).collect::<Vec<_>>(),
                &all().map(|one| one.now).collect::<Vec<_>>(),
                &all().map(|one| one.entry_id).collect::<Vec<_>>(),
                &texts(authors(), |author| &author.organisation),
                &texts(authors(), |author| &author.subject),
                &texts(authors(), |author| &author.client),
                &texts(authors(), |author| &author.request_id),
                &all().map(|one| touched(one.id, 1, "")).collect::<Vec<_>>(),
                &ADDED.0,
                &ADDED.1,
            ],
        )
        .await
        .map_err(|error| format!("{error:?}"));
    for (creation, receipt) in writes {
        let one = One {
            id: creation.id,
            version: 1,
            body: creation.body,
        };
        let _ = receipt.send(done.clone().map(|_| one).map_err(anyhow::Error::msg));
    }
}

fn texts<'a>(
    authors: impl Iterator<Item = &'a Author>,
    text: impl Fn(&'a Author) -> &'a String,
) -> Vec<&'a str> {
    authors.map(|author| text(author).as_str()).collect()
}

async fn change_all(
    client: &Client,
    statement: &Statement,
    writes: Vec<(Change, oneshot::Sender<Result<Option<One>>>)>,
) {
    if writes.is_empty() {
        return;
    }
    let all = || writes.iter().map(|(change, _)| change);
    let authors = || all().map(|change| &change.author);
    let told = |one: &Change| touched(one.id, one.seen + 1, "\"purpose\"");
    let done = client
        .query(
            statement,
            &[
                &all().map(|one| one.id).collect::<Vec<_>>(),
                &all().map(|one| one.seen).collect::<Vec<_>>(),
                &all().map(|one| &*one.purpose).collect::<Vec<_>>(),
                &all().map(|one| one.now).collect::<Vec<_>>(),
                &all().map(|one| one.entry_id).collect::<Vec<_>>(),
                &texts(authors(), |author| &author.organisation),
                &texts(authors(), |author| &author.subject),
                &texts(authors(), |author| &author.client),
                &texts(authors(), |author| &author.request_id),
                &all().map(told).collect::<Vec<_>>(),
                &CHANGED.0,
                &CHANGED.1,
            ],
        )
        .await
        .map_err(|error| format!("{error:?}"));
    for (change, receipt) in writes {
        let found = |rows: &Vec<Row>| {
            let row = rows.iter().find(|row| row.get::<_, Uuid>(0) == change.id);
            row.map(|row| workstream(row)?.one()).transpose()
        };
        let answer = done
            .as_ref()
            .map_err(|error| anyhow::Error::msg(error.clone()));
        let _ = receipt.send(answer.and_then(found));
    }
}

fn workstream(row: &Row) -> Result<Workstream<'_, Fast>> {
    let time = |at: usize| -> Result<Fast> { Ok(Fast(row.try_get::<_, DateTime<Utc>>(at)?)) };
    Ok(Workstream {
        id: row.try_get(0)?,
        organisation: row.try_get(1)?,
        version: row.try_get(2)?,
        created_at: time(3)?,
        updated_at: time(4)?,
        name: row.try_get(5)?,
        purpose: row.try_get(6)?,
        lead_id: row.try_get(7)?,
        status: row.try_get(8)?,
    })
}

impl super::Rows for Rows {
    async fn get(&self, organisation: &str, id: Uuid) -> Result<Option<One>> {
        let reader = self.reader().await?;
        let row = reader
            .client
            .query_opt(&reader.get, &[&id, &organisation])
            .await?;
        row.map(|row| workstream(&row)?.one()).transpose()
    }

    async fn list(&self, wanted: Wanted<'_>) -> Result<Page> {
        let reader = self.reader().await?;
        let (client, organisation, after) = (&reader.client, &wanted.organisation, &wanted.after);
        let rows = match &wanted.filter {
            Filter::None => client.query(&reader.all, &[organisation, after]).await?,
            Filter::Status(status) => {
                client
                    .query(&reader.in_state, &[organisation, after, status])
                    .await?
            }
            Filter::Lead(lead) => {
                client
                    .query(&reader.led, &[organisation, after, lead])
                    .await?
            }
        };
        let mut page = Pages::new();
        for row in &rows {
            page.add(&workstream(row)?)?;
        }
        Ok(page.end())
    }

    async fn add(&self, creation: Creation) -> Result<One> {
        self.write(|receipt| Write::Add(creation, receipt)).await
    }

    async fn change(&self, change: Change) -> Result<Option<One>> {
        self.write(|receipt| Write::Change(change, receipt)).await
    }
}
