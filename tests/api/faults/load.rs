//! Clients that work at the same time and remember what they were answered, and the proof afterwards
//! that it is there.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::rt::task::JoinHandle;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use uuid::Uuid;

use super::service::{self, Address, PATIENCE};

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The connection was refused, or broke before an answer.
    NoAnswer(String),
    /// 503 with Retry-After.
    Unavailable,
    /// What a client should never see.
    Unexpected(String),
}

/// A request that was not done, and how long its client had waited for that.
#[derive(Clone, Debug)]
pub struct Failed {
    pub after: Duration,
    pub why: Trouble,
}

/// A request and all the ids under which it was sent.
struct Creating {
    key: String,
    body: Value,
    sent: Vec<String>,
}

/// A record as its client knows it from answers.
struct Known {
    id: String,
    name: String,
    version: i64,
    /// The ids under which its creation was sent: one of them is in the ledger.
    created: Vec<String>,
    key: String,
}

/// What all clients were answered.
#[derive(Default)]
struct Diary {
    records: Vec<Known>,
    /// Record, version and request id of each answered change.
    changes: Vec<(String, i64, String)>,
    failed: Vec<Failed>,
    retried: u32,
    answered: u32,
    slowest: Duration,
    /// The ids of the requests that were answered with success.
    heard: HashSet<String>,
}

/// Clients at work.
pub struct Load {
    address: Address,
    database_url: String,
    diary: Rc<RefCell<Diary>>,
    stop: Rc<Cell<bool>>,
    clients: Vec<JoinHandle<()>>,
    token: String,
    /// How the names of the records begin.
    run: String,
}

/// One of them.
struct Worker {
    name: String,
    address: Address,
    token: String,
    http: Client,
    diary: Rc<RefCell<Diary>>,
    stop: Rc<Cell<bool>>,
    shared: String,
    /// Records of its own: nobody else changes them.
    own: Vec<usize>,
    /// Changes whose answer was lost, by request id: they may be in, or come in.
    unsure: HashSet<String>,
}

fn http() -> Client {
    // Longer than any documented timeout: who waits longer would wait for ever.
    Client::builder().timeout(PATIENCE).build().unwrap()
}

/// The words of a change: they hold the request's id, so that the record itself tells which one was last.
fn purpose(request: &str) -> String {
    format!("Changed by {request}.")
}

impl Load {
    /// Starts clients, who work until they are stopped.
    pub async fn start(clients: usize, address: &Address, database_url: &str) -> Self {
        Self::of(clients, address, database_url, http).await
    }

    /// Starts clients who make a connection for each request, as a balancer does that spreads requests.
    pub async fn start_anew_each_time(
        clients: usize,
        address: &Address,
        database_url: &str,
    ) -> Self {
        let http = || {
            let client = Client::builder()
                .timeout(PATIENCE)
                .pool_max_idle_per_host(0);
            client.build().unwrap()
        };
        Self::of(clients, address, database_url, http).await
    }

    async fn of(
        clients: usize,
        address: &Address,
        database_url: &str,
        http: fn() -> Client,
    ) -> Self {
        let token = service::token(database_url).await;
        let diary = Rc::new(RefCell::new(Diary::default()));
        let stop = Rc::new(Cell::new(false));
        let worker = Worker {
            name: Uuid::new_v4().to_string(),
            address: address.clone(),
            token: token.clone(),
            http: http(),
            diary: diary.clone(),
            stop: stop.clone(),
            shared: String::new(),
            own: Vec::new(),
            unsure: HashSet::new(),
        };
        // A record that all of them change.
        let common = worker.create(0).await;
        let shared = diary.borrow().records[common].id.clone();
        let clients = (0..clients).map(|client| {
            let worker = Worker {
                name: format!("{} {client}", worker.name),
                address: address.clone(),
                token: token.clone(),
                http: http(),
                diary: diary.clone(),
                stop: stop.clone(),
                shared: shared.clone(),
                own: Vec::new(),
                unsure: HashSet::new(),
            };
            actix_web::rt::spawn(worker.work())
        });
        let clients = clients.collect();
        Self {
            address: address.clone(),
            database_url: database_url.to_owned(),
            diary,
            stop,
            clients,
            token,
            run: worker.name,
        }
    }

    /// Waits until so many more requests have been answered.
    pub async fn answers(&self, more: u32) {
        let (before, asked) = (self.diary.borrow().answered, Instant::now());
        while self.diary.borrow().answered < before + more {
            assert!(
                asked.elapsed() < PATIENCE,
                "nothing is answered: {:?}",
                self.diary.borrow().failed.last()
            );
            actix_web::rt::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Waits until one more request has failed.
    pub async fn fails(&self) {
        let (before, asked) = (self.diary.borrow().failed.len(), Instant::now());
        while self.diary.borrow().failed.len() == before {
            assert!(asked.elapsed() < PATIENCE, "nothing fails");
            actix_web::rt::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Waits until one more request has ended, well or not.
    pub async fn ends(&self) {
        let ended = || {
            let diary = self.diary.borrow();
            (diary.answered, diary.failed.len())
        };
        let (before, asked) = (ended(), Instant::now());
        while ended() == before {
            assert!(asked.elapsed() < PATIENCE, "nothing ends");
            actix_web::rt::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// The same load, whose database is somewhere else by now.
    pub fn now_at(mut self, database_url: &str) -> Self {
        database_url.clone_into(&mut self.database_url);
        self
    }

    /// What was not done so far.
    pub fn failed(&self) -> Vec<Failed> {
        self.diary.borrow().failed.clone()
    }

    /// The longest that a client has waited so far, for an answer or for none.
    pub fn slowest(&self) -> Duration {
        self.diary.borrow().slowest
    }

    /// Lets the clients finish: each one repeats what it got no answer to, until it does.
    pub async fn finish(&mut self) {
        self.stop.set(true);
        for client in self.clients.drain(..) {
            client.await.unwrap();
        }
    }

    /// Proves that what was answered is there, once, and prints it. Answers how many requests were done
    /// without an answer.
    pub async fn check(mut self, drill: &str) -> usize {
        self.finish().await;
        let diary = self.diary.take();
        let unexpected = diary
            .failed
            .iter()
            .find(|one| matches!(one.why, Trouble::Unexpected(_)));
        assert!(unexpected.is_none(), "{drill}: {unexpected:?}");

        let records = self.list("/v1/workstreams?sort=name&limit=200").await;
        let by_id: HashMap<&str, &Value> = records
            .iter()
            .map(|one| (one["id"].as_str().unwrap(), one))
            .collect();
        let mut written = self.ledger(&records).await;

        let (mut lost, mut doubled) = (Vec::new(), Vec::new());
        for known in &diary.records {
            match by_id.get(known.id.as_str()) {
                Some(one)
                    if one["name"] == *known.name
                        && one["version"].as_i64() >= Some(known.version) => {}
                other => lost.push(format!(
                    "record {} at version {}: {other:?}",
                    known.id, known.version
                )),
            }
            let first = written
                .get(&known.id)
                .and_then(|versions| versions.get(&1))
                .cloned()
                .unwrap_or_default();
            if first.len() != 1 || !known.created.contains(&first[0]) {
                lost.push(format!("the ledger's entry of {}: {first:?}", known.id));
            }
        }
        let ids: HashSet<&str> = diary
            .records
            .iter()
            .map(|known| known.id.as_str())
            .collect();
        let ours = |one: &Value| one["name"].as_str().unwrap().starts_with(&self.run);
        let strays = by_id
            .iter()
            .filter(|(id, one)| ours(one) && !ids.contains(*id));
        doubled.extend(strays.map(|(id, _)| format!("record {id}")));
        let done = ids
            .iter()
            .filter_map(|id| written.get(*id))
            .flat_map(BTreeMap::values)
            .flatten();
        let unheard = done
            .filter(|request| !diary.heard.contains(*request))
            .count();
        for (id, version, request) in &diary.changes {
            match written.get(id).and_then(|versions| versions.get(version)) {
                Some(told) if *told == [request.clone()] => {}
                other => lost.push(format!("version {version} of {id} by {request}: {other:?}")),
            }
        }
        // Each version has its entry, and the record says what its last change says.
        for (id, one) in &by_id {
            let versions = written.remove(*id).unwrap_or_default();
            let expected: Vec<i64> = (1..=one["version"].as_i64().unwrap()).collect();
            let told: Vec<i64> = versions.keys().copied().collect();
            if told != expected || versions.values().any(|requests| requests.len() != 1) {
                doubled.push(format!(
                    "{id} has versions {expected:?}, the ledger {versions:?}"
                ));
            } else if let Some(last) = versions
                .get(&(expected.len() as i64))
                .filter(|_| expected.len() > 1)
                && one["purpose"] != purpose(&last[0])
            {
                lost.push(format!(
                    "{id} does not say what {last:?} wrote: {}",
                    one["purpose"]
                ));
            }
        }
        doubled.extend(
            written
                .keys()
                .map(|id| format!("the ledger tells of {id}, which is not there")),
        );

        let whole = service::command(&self.database_url, &["verify-ledger"]).await;
        println!(
            "== {drill}: {} creates and {} changes were answered, {} requests failed, {unheard} were done unheard, \
             {} keyed requests were repeated; lost: {}, doubled: {}; {whole}",
            diary.records.len(),
            diary.changes.len(),
            diary.failed.len(),
            diary.retried,
            lost.len(),
            doubled.len(),
        );
        assert!(whole.starts_with("the ledger is whole"), "{whole}");
        assert!(
            lost.is_empty() && doubled.is_empty(),
            "{drill}: lost {lost:#?}, doubled {doubled:#?}"
        );
        unheard
    }

    async fn list(&self, path: &str) -> Vec<Value> {
        list(&self.address, &self.token, path).await
    }

    /// The ids of the requests that the ledger tells of, by record and version. Waits until the sequencer has
    /// got to the last of them.
    async fn ledger(&self, records: &[Value]) -> HashMap<String, BTreeMap<i64, Vec<String>>> {
        let changes: i64 = records
            .iter()
            .map(|one| one["version"].as_i64().unwrap())
            .sum();
        let asked = Instant::now();
        loop {
            let entries = self.list("/v1/ledger?record=workstream&limit=200").await;
            if entries.len() as i64 >= changes || asked.elapsed() > Duration::from_secs(10) {
                let mut told: HashMap<String, BTreeMap<i64, Vec<String>>> = HashMap::new();
                for entry in &entries {
                    let text = |name: &str| entry[name].as_str().unwrap().to_owned();
                    let version = entry["recordVersion"].as_i64().unwrap();
                    told.entry(text("recordId"))
                        .or_default()
                        .entry(version)
                        .or_default()
                        .push(text("requestId"));
                }
                return told;
            }
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn get(address: &Address, token: &str, path: &str) -> Value {
    let request = http().get(address.url(path)).bearer_auth(token);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// Every item of a list.
pub async fn list(address: &Address, token: &str, path: &str) -> Vec<Value> {
    let mut page = get(address, token, path).await;
    let mut items = page["items"].as_array().unwrap().clone();
    while let Some(after) = page["next"].as_str() {
        page = get(address, token, &format!("{path}&after={after}")).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
    }
    items
}

impl Worker {
    async fn work(mut self) {
        let mut turn = 0;
        while !self.stop.get() {
            turn += 1;
            match turn % 4 {
                1 => {
                    let record = self.create(turn).await;
                    self.own.push(record);
                }
                2 => self.change_own(turn).await,
                3 => self.change_shared().await,
                _ => self.repeat(turn).await,
            }
        }
    }

    /// Sends a request once. `None` is a request that was not done, or of which that is not known.
    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<(u16, Value)> {
        let started = Instant::now();
        let mut request = self
            .http
            .request(method, self.address.url(path))
            .bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let outcome = match request.send().await {
            Ok(answer) => {
                let (status, retry) = (
                    answer.status().as_u16(),
                    answer.headers().contains_key("retry-after"),
                );
                match answer.bytes().await {
                    Ok(bytes) if status == 503 && retry => {
                        drop(bytes);
                        Err(Trouble::Unavailable)
                    }
                    // An earlier request with the same key is still at work: the answer asks to come again.
                    Ok(_) if status == 409 && retry => Err(Trouble::Unavailable),
                    Ok(bytes) if status < 500 => Ok((
                        status,
                        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
                    )),
                    Ok(bytes) => Err(Trouble::Unexpected(format!(
                        "{status}: {}",
                        String::from_utf8_lossy(&bytes)
                    ))),
                    Err(error) => Err(Trouble::NoAnswer(format!("{error:?}"))),
                }
            }
            Err(error) if error.is_timeout() => {
                Err(Trouble::Unexpected(format!("a hang: {error:?}")))
            }
            Err(error) => Err(Trouble::NoAnswer(format!("{error:?}"))),
        };
        let after = started.elapsed();
        {
            let mut diary = self.diary.borrow_mut();
            diary.slowest = diary.slowest.max(after);
            match outcome {
                Ok(answer) => {
                    diary.answered += 1;
                    if answer.0 < 300 {
                        let id = headers.iter().find(|(name, _)| *name == "X-Request-ID");
                        diary.heard.extend(id.map(|(_, id)| (*id).to_owned()));
                    }
                    return Some(answer);
                }
                Err(why) => diary.failed.push(Failed { after, why }),
            }
        }
        // A client with manners waits a little; one that follows Retry-After would wait longer.
        actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        None
    }

    fn unexpected(&self, what: String) {
        let failed = Failed {
            after: Duration::ZERO,
            why: Trouble::Unexpected(what),
        };
        self.diary.borrow_mut().failed.push(failed);
    }

    async fn post(&self, creating: &mut Creating) -> Option<(u16, Value)> {
        let request = Uuid::new_v4().to_string();
        creating.sent.push(request.clone());
        let headers = [
            ("Content-Type", "application/json"),
            ("Idempotency-Key", &creating.key),
            ("X-Request-ID", &request),
        ];
        self.send(
            Method::POST,
            "/v1/workstreams",
            &headers,
            Some(&creating.body),
        )
        .await
    }

    /// Adds a record, with the same key until there is an answer.
    async fn create(&self, turn: usize) -> usize {
        let name = format!("{} {turn}", self.name);
        let mut creating = Creating {
            key: Uuid::new_v4().to_string(),
            body: json!({ "name": name, "purpose": "To be kept." }),
            sent: Vec::new(),
        };
        loop {
            match self.post(&mut creating).await {
                Some((201, body)) => {
                    let known = Known {
                        id: body["id"].as_str().unwrap().to_owned(),
                        name,
                        version: 1,
                        created: creating.sent,
                        key: creating.key,
                    };
                    let mut diary = self.diary.borrow_mut();
                    diary.records.push(known);
                    return diary.records.len() - 1;
                }
                Some(other) => {
                    // "This name exists" would be a create that was kept while its key was not.
                    panic!("a keyed create was answered {other:?}");
                }
                None => self.diary.borrow_mut().retried += 1,
            }
        }
    }

    /// Changes a record with If-Match; answers the version that the answer told.
    async fn change(&mut self, id: &str, version: i64) -> Option<(u16, Value)> {
        let request = Uuid::new_v4().to_string();
        let tag = format!("\"{version}\"");
        let headers = [
            ("Content-Type", "application/merge-patch+json"),
            ("If-Match", tag.as_str()),
            ("X-Request-ID", &request),
        ];
        let patch = json!({ "purpose": purpose(&request) });
        let answer = self
            .send(
                Method::PATCH,
                &format!("/v1/workstreams/{id}"),
                &headers,
                Some(&patch),
            )
            .await;
        match &answer {
            Some((200, body)) => {
                let version = body["version"].as_i64().unwrap();
                self.diary
                    .borrow_mut()
                    .changes
                    .push((id.to_owned(), version, request));
            }
            Some((412, _)) => {}
            Some(other) => self.unexpected(format!("a change was answered {other:?}")),
            None => {
                self.unsure.insert(purpose(&request));
            }
        }
        answer
    }

    async fn read(&self, id: &str) -> Value {
        loop {
            match self
                .send(Method::GET, &format!("/v1/workstreams/{id}"), &[], None)
                .await
            {
                Some((200, body)) => return body,
                Some(other) => self.unexpected(format!("a record was answered {other:?}")),
                None => {}
            }
            if self.stop.get() {
                return Value::Null;
            }
        }
    }

    /// Changes a record that is this client's alone, at the version that it knows.
    async fn change_own(&mut self, turn: usize) {
        let Some(record) = self.own.get(turn % self.own.len().max(1)).copied() else {
            return;
        };
        let (id, version) = {
            let known = &self.diary.borrow().records[record];
            (known.id.clone(), known.version)
        };
        match self.change(&id, version).await {
            Some((200, body)) => {
                self.diary.borrow_mut().records[record].version = body["version"].as_i64().unwrap()
            }
            Some((412, _)) => {
                // Only a change of its own whose answer was lost can have come between.
                let now = self.read(&id).await;
                if !now.is_null() && !self.unsure.contains(now["purpose"].as_str().unwrap()) {
                    self.unexpected(format!("somebody else changed {now}"));
                }
                if let Some(version) = now["version"].as_i64() {
                    self.diary.borrow_mut().records[record].version = version;
                }
            }
            _ => {}
        }
    }

    /// Changes the record that everybody changes; often somebody else was quicker.
    async fn change_shared(&mut self) {
        let shared = self.shared.clone();
        let now = self.read(&shared).await;
        if let Some(version) = now["version"].as_i64() {
            self.change(&shared, version).await;
        }
    }

    /// Sends an earlier create again, as a client whose answer was lost on the way.
    async fn repeat(&self, turn: usize) {
        let Some(record) = self.own.get(turn % self.own.len().max(1)).copied() else {
            return;
        };
        let (mut creating, id) = {
            let known = &self.diary.borrow().records[record];
            let body = json!({ "name": known.name, "purpose": "To be kept." });
            (
                Creating {
                    key: known.key.clone(),
                    body,
                    sent: Vec::new(),
                },
                known.id.clone(),
            )
        };
        self.diary.borrow_mut().retried += 1;
        match self.post(&mut creating).await {
            Some((201, body)) if body["id"] == *id => {}
            Some(other) => {
                self.unexpected(format!("a repeated create of {id} was answered {other:?}"))
            }
            None => {}
        }
    }
}
