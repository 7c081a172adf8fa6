//! Bytes as they are, for what no well-behaved client sends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::TestApp;

/// What came back on a connection.
#[derive(Debug)]
pub struct Raw {
    pub text: String,
    /// Whether the service closed the connection.
    pub closed: bool,
}

impl Raw {
    /// The statuses of the answers, in order.
    pub fn statuses(&self) -> Vec<u16> {
        let starts = self.text.split("HTTP/1.1 ").skip(1);
        starts
            .filter_map(|answer| answer.get(..3)?.parse().ok())
            .collect()
    }
}

/// Sends bytes on a connection of their own, and reads until the service closes it or says no more.
/// It may answer and close before everything is sent.
pub async fn raw(app: &TestApp, bytes: &[u8]) -> Raw {
    let address = app.url.trim_start_matches("http://").to_owned();
    let bytes = bytes.to_vec();
    // The service shares this thread's runtime, so waiting must not stop it.
    actix_web::rt::task::spawn_blocking(move || exchange(&address, &bytes))
        .await
        .unwrap()
}

fn exchange(address: &str, bytes: &[u8]) -> Raw {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_write_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let _ = stream.write_all(bytes);
    // The first answer is waited for; whether there is a second one shows soon after it.
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let (mut text, mut buffer, mut closed) = (Vec::new(), [0; 16 * 1024], false);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => closed = true,
            Ok(count) => {
                text.extend_from_slice(&buffer[..count]);
                stream
                    .set_read_timeout(Some(Duration::from_millis(500)))
                    .unwrap();
                continue;
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => closed = true,
            Err(_) => {}
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        return Raw { text, closed };
    }
}
