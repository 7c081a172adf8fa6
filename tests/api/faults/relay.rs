//! A proxy between service and database that can be told to misbehave.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// What the relay does with what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Passes it on.
    Forward,
    /// Keeps it, until it forwards again.
    Hold,
    /// Breaks each connection, and takes no other one.
    Refuse,
}

#[derive(Default)]
struct Connections {
    open: Vec<(u16, TcpStream)>,
    /// Counts up when the connections so far are forgotten: nothing passes on them ever again.
    age: u64,
}

struct Inner {
    mode: Mutex<Mode>,
    changed: Condvar,
    connections: Mutex<Connections>,
    targets: Mutex<VecDeque<u16>>,
}

/// A listening relay; it lives as long as the test.
#[derive(Clone)]
pub struct Relay {
    inner: Arc<Inner>,
    port: u16,
}

impl Relay {
    /// Listens on a free port, and forwards to a port.
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let inner = Arc::new(Inner {
            mode: Mutex::new(Mode::Forward),
            changed: Condvar::new(),
            connections: Mutex::default(),
            targets: Mutex::new(VecDeque::from([port])),
        });
        let accepting = inner.clone();
        // Threads of its own: what it does must not wait for the test, nor the test for it.
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let inner = accepting.clone();
                std::thread::spawn(move || serve(&inner, client));
            }
        });
        Self { inner, port: own }
    }

    /// The address of a database behind the relay.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn set(&self, mode: Mode) {
        *self.inner.mode.lock().unwrap() = mode;
        self.inner.changed.notify_all();
        if mode == Mode::Refuse {
            for (_, stream) in self.inner.connections.lock().unwrap().open.drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// Sends new connections to other servers, in turn; those that are there stay where they are.
    pub fn turn_to(&self, ports: &[u16]) {
        *self.inner.targets.lock().unwrap() = ports.iter().copied().collect();
    }

    /// Lets the present connections hang for ever, as when a machine loses its power: nobody is told.
    pub fn forget(&self) {
        self.inner.connections.lock().unwrap().age += 1;
    }
}

fn serve(inner: &Arc<Inner>, client: TcpStream) {
    if *inner.mode.lock().unwrap() == Mode::Refuse {
        return;
    }
    let target = {
        let mut targets = inner.targets.lock().unwrap();
        targets.rotate_left(1);
        targets[0]
    };
    let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else {
        return;
    };
    let caller = client.peer_addr().map_or(0, |peer| peer.port());
    let age = {
        let mut connections = inner.connections.lock().unwrap();
        let both = [&client, &server].map(|stream| (caller, stream.try_clone().unwrap()));
        connections.open.extend(both);
        connections.age
    };
    let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let other = inner.clone();
    let back = std::thread::spawn(move || pass_on(&other, from, to, age));
    pass_on(inner, server, client, age);
    let _ = back.join();
    let open = &mut inner.connections.lock().unwrap().open;
    open.retain(|(port, _)| *port != caller);
}

fn pass_on(inner: &Inner, mut from: TcpStream, mut to: TcpStream, age: u64) {
    let mut buffer = [0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let mut mode = inner.mode.lock().unwrap();
        while *mode == Mode::Hold {
            mode = inner.changed.wait(mode).unwrap();
        }
        drop(mode);
        while inner.connections.lock().unwrap().age > age {
            std::thread::sleep(Duration::from_secs(3600));
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    if inner.connections.lock().unwrap().age == age {
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    }
}
