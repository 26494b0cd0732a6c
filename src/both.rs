//! Two things at a time.

use std::{
    panic,
    sync::{Mutex, PoisonError},
    thread,
};

/// What both make; `left` in another thread where one can be had.
pub(crate) fn both<L: Send, R>(left: impl FnOnce() -> L + Send, right: impl FnOnce() -> R) -> (L, R) {
    let left = Mutex::new(Some(left));
    let take = || left.lock().unwrap_or_else(PoisonError::into_inner).take();
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, || take().map(|left| left()));
        let right = right();
        let left = match other {
            Ok(other) => other.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked)),
            Err(_) => take().map(|left| left()),
        };
        // It is taken once, there or here.
        let Some(left) = left else {
            unreachable!("done neither there nor here")
        };
        (left, right)
    })
}

#[cfg(test)]
mod tests {
    use super::both;

    #[test]
    fn each_is_done_once() {
        let mut right = 0;
        assert_eq!(both(|| "left", || right += 1), ("left", ()));
        assert_eq!(right, 1);
    }
}
