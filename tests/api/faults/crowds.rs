//! Slow and hostile clients, and more work than can be done.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;
use socket2::{Domain, Socket, Type};

use super::load::Load;
use super::service::{self, Service};
use super::{large, sized, within};
use crate::harness::database;

/// What a client on a bare connection sends, and whether it goes on sending.
struct Nuisance {
    name: &'static str,
    count: usize,
    opening: String,
    /// What it sends four times a second.
    drip: &'static str,
}

fn nuisances(token: &str) -> Vec<Nuisance> {
    let head = |line: &str, more: &str| {
        format!(
            "{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{more}\r\n"
        )
    };
    let post = "POST /v1/workstreams";
    let greedy = head("GET /v1/workstreams?limit=200", "").repeat(20);
    let again = format!("{}GET /v1/work", head("GET /health/live", ""));
    let nuisance = |name, count, opening, drip| Nuisance {
        name,
        count,
        opening,
        drip,
    };
    vec![
        nuisance(
            "half a head",
            200,
            "GET /v1/workstreams HTTP/1.1\r\nHost:".to_owned(),
            "",
        ),
        nuisance("half a second head", 50, again, ""),
        nuisance(
            "a second head, drop by drop",
            10,
            format!("{}GET /", head("GET /health/live", "")),
            "x",
        ),
        nuisance(
            "a slow body",
            100,
            head(post, "Content-Length: 1000\r\n"),
            " ",
        ),
        nuisance(
            "an endless body",
            20,
            head(post, "Transfer-Encoding: chunked\r\n"),
            "1\r\n \r\n",
        ),
        nuisance(
            "an endless body that is refused",
            20,
            "POST /v1/workstreams HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                .to_owned(),
            "1\r\n \r\n",
        ),
        nuisance("answers that nobody takes", 10, greedy, ""),
    ]
}

/// The callers' ports of the connections that the service's kernel still holds; those that are over but for
/// stragglers do not count.
fn held(host: &str) -> HashSet<u16> {
    const OVER: &str = "06";
    let port = |address: &str| u16::from_str_radix(address.rsplit_once(':')?.1, 16).ok();
    let own = host.rsplit_once(':').unwrap().1.parse().ok();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let rows = table.lines().map(|line| line.split_whitespace().collect());
    let ours = rows.filter(|row: &Vec<&str>| port(row[1]) == own && row[3] != OVER);
    ours.filter_map(|row| port(row[2])).collect()
}

/// A connection on which little is on its way: who doesn't read is noticed soon.
fn narrow(host: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let address: SocketAddr = host.parse().unwrap();
    socket.connect(&address.into()).unwrap();
    socket.into()
}

/// Opens the connections and drips; answers how long the last one of each kind stayed open.
fn annoy(host: &str, all: &[Nuisance]) -> Vec<(&'static str, Duration)> {
    let begun = Instant::now();
    let mut open: Vec<(usize, TcpStream)> = Vec::new();
    for (kind, nuisance) in all.iter().enumerate() {
        for _ in 0..nuisance.count {
            let mut stream = narrow(host);
            let _ = stream.write_all(nuisance.opening.as_bytes());
            stream.set_nonblocking(true).unwrap();
            open.push((kind, stream));
        }
    }
    let mut ends = vec![Duration::ZERO; all.len()];
    let mine = |stream: &TcpStream| stream.local_addr().unwrap().port();
    while !open.is_empty() && begun.elapsed() < Duration::from_secs(90) {
        let held = held(host);
        open.retain_mut(|(kind, stream)| {
            let nuisance = &all[*kind];
            let untaken = nuisance.name == "answers that nobody takes";
            let dripped = stream.write_all(nuisance.drip.as_bytes());
            let gone = match dripped {
                Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => true,
                // Who takes no answer does not hear of the end.
                _ if untaken => !held.contains(&mine(stream)),
                _ => {
                    let mut rest = [0; 4096];
                    loop {
                        match stream.read(&mut rest) {
                            Ok(0) => break true,
                            Ok(_) => {}
                            Err(error) => break error.kind() != std::io::ErrorKind::WouldBlock,
                        }
                    }
                }
            };
            if gone {
                ends[*kind] = begun.elapsed();
            }
            !gone
        });
        std::thread::sleep(Duration::from_millis(250));
    }
    let left: Vec<&str> = open.iter().map(|(kind, _)| all[*kind].name).collect();
    assert!(
        left.is_empty(),
        "still open after {:?}: {left:?}",
        begun.elapsed()
    );
    all.iter().map(|one| one.name).zip(ends).collect()
}

/// The 99th percentile of a client who reads one record after the other, for some time.
async fn p99(service: &Service, token: &str, path: &str, lasting: Duration) -> Duration {
    let client = reqwest::Client::new();
    let (begun, mut took) = (Instant::now(), Vec::new());
    while begun.elapsed() < lasting {
        let asked = Instant::now();
        let answer = client
            .get(service.address.url(path))
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap();
        took.push(asked.elapsed());
    }
    took.sort_unstable();
    took[took.len() * 99 / 100]
}

#[actix_web::test]
async fn slow_and_hostile_clients_stop_nobody_and_are_sent_away() {
    let url = database::sqlite().await;
    let stalled = sized("4", "40");
    let service = Service::start_with(&url, &[("EQUAL_PARTNERS_STALLED_SECONDS", stalled)]).await;
    let token = service::token(&url).await;
    let client = reqwest::Client::new();
    let post = |body: String| {
        client
            .post(service.address.url("/v1/workstreams"))
            .bearer_auth(&token)
            .header("Content-Type", "application/json")
            .body(body)
    };
    // Long ones, so that a list is larger than what a connection holds on its way.
    for name in 0..200 {
        let new = json!({ "name": format!("Record {name}"), "purpose": "Long. ".repeat(300) });
        assert_eq!(post(new.to_string()).send().await.unwrap().status(), 201);
    }
    let list = client
        .get(service.address.url("/v1/workstreams?limit=1"))
        .bearer_auth(&token);
    let list: serde_json::Value =
        serde_json::from_slice(&list.send().await.unwrap().bytes().await.unwrap()).unwrap();
    let record = format!(
        "/v1/workstreams/{}",
        list["items"][0]["id"].as_str().unwrap()
    );
    let quiet = p99(&service, &token, &record, Duration::from_secs(sized(1, 10))).await;
    let memory = service.memory();

    let (host, all) = (service.address.host(), nuisances(&token));
    let annoying = actix_web::rt::task::spawn_blocking(move || annoy(&host, &all));
    // What a proxy for attackers sends: bombs, and requests that are given up at once.
    let deep = post("[".repeat(200_000)).send().await.unwrap();
    assert_eq!(deep.status(), 400);
    let bomb = post("x".repeat(1000))
        .header("Content-Encoding", "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(bomb.status(), 415);
    let large_body = post(" ".repeat(10_000_000)).send().await;
    assert!(large_body.is_err() || large_body.is_ok_and(|answer| answer.status() == 413));
    for number in 0..500 {
        let mut stream = TcpStream::connect(service.address.host()).unwrap();
        let body = format!(r#"{{"name":"Given up {number}","purpose":"Nobody waits."}}"#);
        let head = format!(
            "POST /v1/workstreams HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
    }
    let busy = p99(&service, &token, &record, Duration::from_secs(sized(2, 20))).await;
    println!("   p99 of a normal client: {quiet:?} alone, {busy:?} among them");
    let ends = annoying.await.unwrap();
    let after = service.memory();
    for (name, end) in &ends {
        println!(
            "   {name}: closed after {:.1} s at the latest",
            end.as_secs_f64()
        );
    }
    println!("   memory {memory} KiB before, {after} KiB after");
    let last = ends.iter().map(|(_, end)| *end).max().unwrap();
    within(
        "the last stalled connection was closed",
        last,
        Duration::from_secs(60),
    );
    assert!(!large() || busy < quiet * 5, "a normal client waits");
    assert!(
        !large() || after < memory + 50_000,
        "memory does not come back"
    );
    // And changes are still made.
    let load = Load::start(2, &service.address, &url).await;
    load.answers(20).await;
    load.check("after slow and hostile clients").await;
}

#[actix_web::test]
async fn more_work_than_can_be_done_is_a_503_at_once() {
    let url = database::sqlite().await;
    let service = Service::start_with(&url, &[("EQUAL_PARTNERS_REQUESTS_AT_ONCE", "4")]).await;
    let load = Load::start(sized(32, 128), &service.address, &url).await;
    load.answers(sized(200, 5000)).await;
    // Whoever watches over the service still hears that it is well.
    assert!(service::is_ready(&service.address).await);
    let failed = load.failed();
    let soon = failed.iter().map(|one| one.after).max().unwrap_or_default();
    println!(
        "   {} were told to come again, after {soon:?} at the most",
        failed.len()
    );
    assert!(
        failed
            .iter()
            .all(|one| one.why == super::load::Trouble::Unavailable),
        "{:?}",
        failed.last()
    );
    assert!(!failed.is_empty(), "nobody was told to come again");
    load.check("overload").await;
    within("told to come again", soon, Duration::from_secs(2));
}
