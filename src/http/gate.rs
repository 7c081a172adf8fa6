//! How many requests are worked on at once: one more is told so at once, and waits at home.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;

use super::problem::Problem;

/// Counts the requests that are worked on.
#[derive(Clone)]
pub struct Gate {
    inside: Arc<AtomicUsize>,
    room: usize,
}

/// A request's place inside; given up while its body is waited for, since that is the caller's time.
pub struct Place {
    gate: Gate,
    taken: Cell<bool>,
}

impl Gate {
    /// A gate with room for so many.
    pub fn new(room: usize) -> Self {
        Self {
            inside: Arc::default(),
            room,
        }
    }

    /// Whether no request is worked on.
    pub fn is_empty(&self) -> bool {
        self.inside.load(Ordering::Relaxed) == 0
    }

    /// Lets a request in, or tells it to come again.
    pub fn enter(&self, request: &ServiceRequest) -> Result<Rc<Place>, Problem> {
        let place = Rc::new(Place {
            gate: self.clone(),
            taken: Cell::new(false),
        });
        place.take()?;
        request.extensions_mut().insert(place.clone());
        Ok(place)
    }
}

impl Place {
    /// Takes the place.
    pub fn take(&self) -> Result<(), Problem> {
        if self.gate.inside.fetch_add(1, Ordering::Relaxed) >= self.gate.room {
            self.gate.inside.fetch_sub(1, Ordering::Relaxed);
            let cause = "more requests at once than are worked on";
            let detail = "There is more to do than can be done just now";
            return Err(Problem::full(cause, detail));
        }
        self.taken.set(true);
        Ok(())
    }

    /// Gives the place up.
    pub fn leave(&self) {
        if self.taken.replace(false) {
            self.gate.inside.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}
