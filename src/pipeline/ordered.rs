//! Something that threads take turns with, in a fixed order.

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// A value that is worked on in turns: 0, 1, 2 and so on. Who comes early waits, or leaves a piece of work behind.
pub(super) struct Ordered<T, P = ()> {
    state: Mutex<State<T, P>>,
    changed: Condvar,
    /// How many turns ahead work can be left.
    ahead: u64,
}

struct State<T, P> {
    next: u64,
    stopped: bool,
    value: T,
    /// Work left behind, by its turn.
    left: BTreeMap<u64, P>,
}

impl<T, P> Ordered<T, P> {
    pub(super) fn new(value: T) -> Self {
        Ordered {
            state: Mutex::new(State {
                next: 0,
                stopped: false,
                value,
                left: BTreeMap::new(),
            }),
            changed: Condvar::new(),
            ahead: 0,
        }
    }

    /// The same with room for work that is left this many turns ahead.
    pub(super) fn with_room(self, ahead: u64) -> Self {
        Ordered { ahead, ..self }
    }

    /// Waits for the turn and does `work` in it. `None` where the order has come to a stop: a thread died, and its turn
    /// never comes.
    pub(super) fn turn<R>(&self, turn: u64, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut state = self.wait_until(|next| next == turn)?;
        let done = work(&mut state.value);
        state.next += 1;
        self.changed.notify_all();
        Some(done)
    }

    /// Does the work of a turn and of those behind it that was left, or leaves it to whose turn it is; waits where there is no room
    /// so far ahead. `None` where the order has come to a stop, as it does when `work` gives `None`.
    pub(super) fn leave(&self, turn: u64, piece: P, work: impl Fn(&mut T, P) -> Option<()>) -> Option<()> {
        let mut state = self.wait_until(|next| next + self.ahead >= turn)?;
        state.left.insert(turn, piece);
        let State {
            next,
            stopped,
            value,
            left,
        } = &mut *state;
        while let Some(piece) = left.remove(next) {
            *stopped = work(value, piece).is_none();
            *next += 1;
            self.changed.notify_all();
            if *stopped {
                return None;
            }
        }
        Some(())
    }

    fn wait_until(&self, may_go: impl Fn(u64) -> bool) -> Option<MutexGuard<'_, State<T, P>>> {
        let state = self.state.lock().ok()?;
        let waited = self
            .changed
            .wait_while(state, |state| !may_go(state.next) && !state.stopped);
        waited.ok().filter(|state| !state.stopped)
    }

    /// Stops the order when it is dropped in a thread that panics.
    pub(super) fn stop_on_panic(&self) -> StopOnPanic<'_, T, P> {
        StopOnPanic(self)
    }

    pub(super) fn into_inner(self) -> T {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).value
    }
}

pub(super) struct StopOnPanic<'a, T, P>(&'a Ordered<T, P>);

impl<T, P> Drop for StopOnPanic<'_, T, P> {
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
        let ordered: Ordered<Vec<u64>> = Ordered::new(Vec::new());
        thread::scope(|scope| {
            for turn in (0..20).rev() {
                let ordered = &ordered;
                scope.spawn(move || ordered.turn(turn, |taken| taken.push(turn)));
            }
        });
        assert_eq!(ordered.into_inner(), (0..20).collect::<Vec<u64>>());
    }

    #[test]
    fn work_left_is_done_in_order_and_no_further_ahead_than_allowed() {
        let ordered = Ordered::new(Vec::new()).with_room(2);
        let add = |taken: &mut Vec<u64>, piece| {
            taken.push(piece);
            Some(())
        };
        assert_eq!(ordered.leave(2, 20, add), Some(()));
        thread::scope(|scope| {
            let far = scope.spawn(|| ordered.leave(3, 30, add));
            assert_eq!(ordered.leave(1, 10, add), Some(()));
            assert_eq!(ordered.leave(0, 0, add), Some(()));
            assert_eq!(far.join().ok(), Some(Some(())));
        });
        assert_eq!(ordered.into_inner(), [0, 10, 20, 30]);
    }

    #[test]
    fn nothing_is_done_behind_work_that_failed() {
        let ordered = Ordered::new(0).with_room(9);
        let work = |done: &mut u64, piece: u64| {
            *done += 1;
            (piece != 1).then_some(())
        };
        assert_eq!(ordered.leave(2, 2, work), Some(()));
        assert_eq!(ordered.leave(1, 1, work), Some(()));
        assert_eq!(ordered.leave(0, 0, work), None);
        assert_eq!(ordered.leave(3, 3, work), None);
        assert_eq!(ordered.into_inner(), 2);
    }

    #[test]
    fn nobody_waits_for_a_thread_that_died() {
        let ordered: Ordered<()> = Ordered::new(());
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
