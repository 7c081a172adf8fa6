//! Connections that stall are closed.
//!
//! The server below closes a connection whose first head does not come and one that idles. It has no
//! limit for a later head, for a body that nobody reads, or for an answer that nobody takes. So each
//! connection has one rule more: after an answer was made, it has to be taken and followed by another
//! request within a time, or else the connection is reset. Of a file, that holds for each piece.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::{Extensions, ServiceRequest};
use actix_web::rt::net::TcpStream;
use actix_web::rt::task::JoinHandle;
use socket2::{SockRef, Socket};
use tokio::time::{Instant, sleep_until};

/// What is known of a connection.
struct Pace {
    /// Requests that are worked on: more than one when they are pipelined.
    at_work: Cell<u32>,
    /// When the last answer was made; before the first one, when the connection was.
    rests_since: Cell<Instant>,
}

/// Goes with a connection, and ends with it.
struct Guarded {
    pace: Rc<Pace>,
    watch: JoinHandle<()>,
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

/// Watches over a connection that was just made.
pub fn guard(connection: &dyn Any, data: &mut Extensions, patience: Duration) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    let Ok(socket) = SockRef::from(stream).try_clone() else {
        return;
    };
    // The server below may close a connection while its kernel still holds what nobody takes: not for longer.
    let _ = socket.set_tcp_user_timeout(Some(patience));
    let pace = Rc::new(Pace {
        at_work: Cell::new(0),
        rests_since: Cell::new(Instant::now()),
    });
    let watch = actix_web::rt::spawn(watch(pace.clone(), socket, patience));
    data.insert(Guarded { pace, watch });
}

async fn watch(pace: Rc<Pace>, socket: Socket, patience: Duration) {
    loop {
        let now = Instant::now();
        let until = match pace.at_work.get() {
            0 => pace.rests_since.get() + patience,
            // Work has its own deadline.
            _ => now + patience,
        };
        if until <= now {
            // What was not taken by now is not sent any more.
            let _ = socket.set_linger(Some(Duration::ZERO));
            let _ = socket.shutdown(std::net::Shutdown::Both);
            return;
        }
        sleep_until(until).await;
    }
}

/// A request that is worked on.
pub struct AtWork(Option<Rc<Pace>>);

impl AtWork {
    /// From its head to its answer.
    pub fn on(request: &ServiceRequest) -> Self {
        let pace = request.conn_data::<Guarded>().map(|one| one.pace.clone());
        if let Some(pace) = &pace {
            pace.at_work.set(pace.at_work.get() + 1);
        }
        Self(pace)
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        if let Some(pace) = &self.0 {
            pace.at_work.set(pace.at_work.get().saturating_sub(1));
            pace.rests_since.set(Instant::now());
        }
    }
}

/// An answer that is taken piece by piece.
pub struct Taken(Option<Rc<Pace>>);

impl Taken {
    /// Of the connection on which the request came.
    pub fn on(request: &HttpRequest) -> Self {
        Self(request.conn_data::<Guarded>().map(|one| one.pace.clone()))
    }

    /// The next piece is asked for, so what was sent before it has been taken.
    pub fn goes_on(&self) {
        if let Some(pace) = &self.0 {
            pace.rests_since.set(Instant::now());
        }
    }
}
