//! SIGTERM under load.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::load::Load;
use super::service::{self, Service};
use super::{sized, within};
use crate::harness::database;

/// The head of a create, without its body.
fn head(token: &str, length: usize) -> String {
    format!(
        "POST /v1/workstreams HTTP/1.1\r\nHost: equal-partners.test\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

fn read_all(mut stream: TcpStream) -> String {
    stream.set_read_timeout(Some(service::PATIENCE)).unwrap();
    let mut text = String::new();
    let _ = stream.read_to_string(&mut text);
    text
}

async fn stopped_under_load(database_url: String, drill: &str) {
    let mut service = Service::start(&database_url).await;
    let token = service::token(&database_url).await;
    let load = Load::start(sized(8, 32), &service.address, &database_url).await;
    load.answers(sized(60, 1000)).await;

    // Connections that are kept alive and say nothing, and requests whose head is there and whose body is not.
    let connect = || TcpStream::connect(service.address.host()).unwrap();
    let idle: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = connect();
            stream
                .write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                .unwrap();
            let mut start = [0; 15];
            stream.read_exact(&mut start).unwrap();
            assert_eq!(&start, b"HTTP/1.1 200 OK");
            stream
        })
        .collect();
    let body =
        |name: usize| format!(r#"{{"name":"At the end {name}","purpose":"To be answered."}}"#);
    let begun: Vec<TcpStream> = (0..5)
        .map(|name| {
            let mut stream = connect();
            stream
                .write_all(head(&token, body(name).len()).as_bytes())
                .unwrap();
            stream
        })
        .collect();
    // Other connections are answered, so those heads have been read: there are fewer workers than connections.
    load.answers(40).await;

    // Requests on connections that were in use before, which nobody may have read yet.
    let sent: Vec<TcpStream> = idle
        .iter()
        .enumerate()
        .map(|(name, stream)| {
            let body = format!(r#"{{"name":"Just before {name}","purpose":"To be answered."}}"#);
            let mut stream = stream.try_clone().unwrap();
            let request = format!("{}{body}", head(&token, body.len()));
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .take(10)
        .collect();
    service.terminate();
    for stream in sent {
        let text = actix_web::rt::task::spawn_blocking(|| read_all(stream))
            .await
            .unwrap();
        assert!(text.contains("HTTP/1.1 201"), "{text}");
    }
    // Their bodies come when the service has heard.
    while TcpStream::connect(service.address.host()).is_ok() {
        actix_web::rt::time::sleep(Duration::from_millis(2)).await;
    }
    for (name, mut stream) in begun.into_iter().enumerate() {
        stream.write_all(body(name).as_bytes()).unwrap();
        let text = actix_web::rt::task::spawn_blocking(|| read_all(stream))
            .await
            .unwrap();
        assert!(text.starts_with("HTTP/1.1 201"), "{text}");
        assert!(text.contains("connection: close"), "{text}");
    }
    let (status, took) = service.ended().await;
    assert_eq!(status.code(), Some(0), "{}", service.log());
    drop(idle);

    let failed = load.failed().len();
    println!("   {failed} requests found nobody listening any more");
    service.again().await;
    load.answers(20).await;
    let unheard = load.check(drill).await;
    assert_eq!(unheard, 0, "done, but not answered");
    // Less than what idle connections are kept open for: they do not hold it up.
    within("the end after SIGTERM", took, Duration::from_secs(4));
    drop(service);
    database::remove(&database_url).await;
}

#[actix_web::test]
async fn what_had_begun_is_answered_when_the_service_is_stopped_on_sqlite() {
    stopped_under_load(database::sqlite().await, "SIGTERM on SQLite").await;
}

#[actix_web::test]
async fn what_had_begun_is_answered_when_the_service_is_stopped_on_postgres() {
    stopped_under_load(database::postgres().await, "SIGTERM on PostgreSQL").await;
}
