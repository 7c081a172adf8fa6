//! Large files pass through: they take no memory, and a connection that is cut leaves nothing behind.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::service::{PATIENCE, Service, token};
use crate::harness::database;

/// The file that the bar is about, in megabytes.
const MEGABYTES: usize = 200;
/// How much the resident memory may grow, in KiB.
const MAY_GROW: u64 = 16 * 1024;

const BOUNDARY: &str = "a-boundary-that-stands-nowhere-else";

/// The form before and after the bytes of its file.
fn around() -> (String, String) {
    let field = |name: &str, value: &str| {
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    let file = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"strategy.txt\"\r\n\
         Content-Type: text/plain\r\n\r\n"
    );
    let before = field("changeNote", "A very long one.") + &field("language", "en") + &file;
    (before, format!("\r\n--{BOUNDARY}--\r\n"))
}

/// Sends a file of so many megabytes, of which only some arrive; answers the status, if there is one.
fn send(host: &str, token: &str, path: &str, megabytes: usize, arrive: usize) -> Option<u16> {
    let (before, after) = around();
    let megabyte = "Involvement.\n\n\n\n".repeat(64 * 1024);
    let length = before.len() + megabytes * megabyte.len() + after.len();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n{before}"
    );
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..arrive {
        stream.write_all(megabyte.as_bytes()).unwrap();
    }
    if arrive < megabytes {
        return None;
    }
    stream.write_all(after.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.get(9..12)?.parse().ok()
}

/// Reads a file to its end; answers its length.
fn read(host: &str, token: &str, path: &str) -> usize {
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::io::copy(&mut stream, &mut std::io::sink())
        .unwrap()
        .try_into()
        .unwrap()
}

fn files(folder: &PathBuf) -> usize {
    let below = std::fs::read_dir(folder).into_iter().flatten().flatten();
    below
        .map(|one| match one.file_type() {
            Ok(kind) if kind.is_dir() => files(&one.path()),
            _ => 1,
        })
        .sum()
}

#[actix_web::test]
async fn a_large_file_passes_through_and_a_cut_one_leaves_nothing() {
    let url = database::sqlite().await;
    let place = database::files_url(&url);
    let folder = PathBuf::from(place.trim_start_matches("file://"));
    let service = Service::start_with(&url, &[("EQUAL_PARTNERS_FILES_URL", &place)]).await;
    let (token, host) = (token(&url).await, service.address.host());
    let new = json!({ "title": "Strategy", "kind": "strategy", "summary": "A very long one.", "audience": "staff" });
    let added = reqwest::Client::new()
        .post(service.address.url("/v1/documents"))
        .bearer_auth(&token)
        .header("Content-Type", "application/json")
        .body(new.to_string());
    let added = added.send().await.unwrap();
    let added: Value = serde_json::from_slice(&added.bytes().await.unwrap()).unwrap();
    let path = format!("/v1/documents/{}/versions", added["id"].as_str().unwrap());
    let upload = async |megabytes: usize, arrive: usize| {
        let (host, token, path) = (host.clone(), token.clone(), path.clone());
        let sent = move || send(&host, &token, &path, megabytes, arrive);
        actix_web::rt::task::spawn_blocking(sent).await.unwrap()
    };
    // The first one wakes up what every upload needs.
    assert_eq!(upload(1, 1).await, Some(201));

    let before = service.memory();
    service.forget_peak();
    assert_eq!(upload(MEGABYTES, MEGABYTES).await, Some(201));
    let grown = service.peak().saturating_sub(before);
    println!("   {MEGABYTES} MB up: {grown} KiB more at the most");
    assert!(grown < MAY_GROW, "an upload takes {grown} KiB");

    let list = reqwest::Client::new()
        .get(service.address.url(&format!("{path}?limit=1")))
        .bearer_auth(&token);
    let list = list.send().await.unwrap().bytes().await.unwrap();
    let list: Value = serde_json::from_slice(&list).unwrap();
    let content = format!(
        "/v1/document-versions/{}/content",
        list["items"][0]["id"].as_str().unwrap()
    );
    let before = service.memory();
    service.forget_peak();
    let (reading, with) = (host.clone(), token.clone());
    let length = actix_web::rt::task::spawn_blocking(move || read(&reading, &with, &content));
    assert!(length.await.unwrap() > MEGABYTES * 1024 * 1024);
    let grown = service.peak().saturating_sub(before);
    println!("   {MEGABYTES} MB down: {grown} KiB more at the most");
    assert!(grown < MAY_GROW, "a download takes {grown} KiB");

    assert_eq!(files(&folder), 2);
    upload(MEGABYTES, MEGABYTES / 4).await;
    let asked = Instant::now();
    while files(&folder) != 2 {
        assert!(asked.elapsed() < PATIENCE, "half a file is left behind");
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}
