//! Something that threads take turns with, in a fixed order.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    thread,
};

/// A value that is worked on in turns: 0, 1, 2 and so on, whoever comes first.
pub(super) struct Ordered<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    next: u64,
    stopped: bool,
    value: T,
}

impl<T> Ordered<T> {
    pub(super) fn new(value: T) -> Self {
        Ordered {
            state: Mutex::new(State {
                next: 0,
                stopped: false,
                value,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits for the turn and does `work` in it. `None` where the order has come to a stop: a thread died, and its turn
    /// never comes.
    pub(super) fn turn<R>(&self, turn: u64, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        let state = self.state.lock().ok()?;
        let mut state = self
            .changed
            .wait_while(state, |state| state.next != turn && !state.stopped)
            .ok()
            .filter(|state| !state.stopped)?;
        let done = work(&mut state.value);
        state.next += 1;
        self.changed.notify_all();
        Some(done)
    }

    /// Stops the order when it is dropped in a thread that panics.
    pub(super) fn stop_on_panic(&self) -> StopOnPanic<'_, T> {
        StopOnPanic(self)
    }

    pub(super) fn into_inner(self) -> T {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).value
    }
}

pub(super) struct StopOnPanic<'a, T>(&'a Ordered<T>);

impl<T> Drop for StopOnPanic<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.state.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_taken_in_order_whoever_comes_first() {
        let ordered = Ordered::new(Vec::new());
        thread::scope(|scope| {
            for turn in (0..20).rev() {
                let ordered = &ordered;
                scope.spawn(move || ordered.turn(turn, |taken| taken.push(turn)));
            }
        });
        assert_eq!(ordered.into_inner(), (0..20).collect::<Vec<u64>>());
    }

    #[test]
    fn nobody_waits_for_a_thread_that_died() {
        let ordered = Ordered::new(());
        let waited = thread::scope(|scope| {
            let waiting = scope.spawn(|| ordered.turn(1, |()| ()));
            let dying = scope.spawn(|| {
                let _guard = ordered.stop_on_panic();
                panic!("before its turn");
            });
            assert!(dying.join().is_err());
            waiting.join()
        });
        assert_eq!(waited.ok(), Some(None));
    }
}
