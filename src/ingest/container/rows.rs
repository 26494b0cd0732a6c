use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread, vec,
};

/// Rows sent at once, and batches that may wait: enough to keep both threads busy, no more.
const BATCH: usize = 256;
const QUEUE: usize = 2;

/// Name of the threads that read tables. The libraries they call give up on some damaged files by a panic; that is caught
/// and told as an error of the file, so that a panic hook may keep silent about these threads.
pub const TABLE_THREAD: &str = "minyi table";
const DAMAGED: &str =
    "it is damaged in a way that its reader does not expect; open it in the program it is from and save it anew";

/// Does something with a damaged file that may panic, in a thread of its own.
pub(super) fn guarded<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    thread::Builder::new()
        .name(TABLE_THREAD.to_owned())
        .spawn(work)
        .map_err(|error| error.to_string())?
        .join()
        .unwrap_or_else(|_| Err(DAMAGED.to_owned()))
}

/// A row, or what kept the rows from being read on.
pub(in crate::ingest) type Row = Result<csv::StringRecord, String>;

/// The rows of a table. They are made in a thread of their own, because the libraries lend rows from what they have open.
pub(in crate::ingest) struct Rows {
    queue: Receiver<Message>,
    batch: vec::IntoIter<csv::StringRecord>,
    ended: bool,
    put_back: Option<String>,
}

enum Message {
    Batch(Vec<csv::StringRecord>),
    End(Result<(), String>),
}

/// Takes the rows as they are made.
pub(super) struct Out {
    queue: SyncSender<Message>,
    batch: Vec<csv::StringRecord>,
}

impl Out {
    /// Hands a row on; false when nobody wants more.
    pub(super) fn row(&mut self, cells: csv::StringRecord) -> bool {
        self.batch.push(cells);
        self.batch.len() < BATCH || self.flush()
    }

    fn flush(&mut self) -> bool {
        self.queue.send(Message::Batch(std::mem::take(&mut self.batch))).is_ok()
    }
}

impl Rows {
    /// Rows as `make` hands them over.
    pub(super) fn made_by(make: impl FnOnce(&mut Out) -> Result<(), String> + Send + 'static) -> Rows {
        let (sender, queue) = sync_channel(QUEUE);
        let work = move || {
            let mut out = Out {
                queue: sender,
                batch: Vec::new(),
            };
            let end = catch_unwind(AssertUnwindSafe(|| make(&mut out))).unwrap_or_else(|_| Err(DAMAGED.to_owned()));
            if out.flush() {
                let _ = out.queue.send(Message::End(end));
            }
        };
        // If no thread can be started, the queue is closed at once, which is an error of the table.
        let _ = thread::Builder::new().name(TABLE_THREAD.to_owned()).spawn(work);
        Rows {
            queue,
            batch: Vec::new().into_iter(),
            ended: false,
            put_back: None,
        }
    }

    /// Gives a problem back that was met while only looking: it comes again.
    pub(in crate::ingest) fn put_back(&mut self, problem: String) {
        self.put_back = Some(problem);
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if let Some(problem) = self.put_back.take() {
            return Some(Err(problem));
        }
        loop {
            if let Some(row) = self.batch.next() {
                return Some(Ok(row));
            }
            if self.ended {
                return None;
            }
            match self.queue.recv() {
                Ok(Message::Batch(batch)) => self.batch = batch.into_iter(),
                Ok(Message::End(end)) => {
                    self.ended = true;
                    return end.err().map(Err);
                }
                Err(_) => {
                    self.ended = true;
                    return Some(Err("its reader stopped".to_owned()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> csv::StringRecord {
        csv::StringRecord::from(vec![text])
    }

    #[test]
    fn rows_arrive_in_order_and_an_error_ends_them() {
        let rows: Vec<Row> = Rows::made_by(|out| {
            for n in 0..1000 {
                out.row(row(&n.to_string()));
            }
            Err("broken here".to_owned())
        })
        .collect();
        assert_eq!(rows.len(), 1001);
        assert_eq!(rows[999], Ok(row("999")));
        assert_eq!(rows[1000], Err("broken here".to_owned()));
    }

    #[test]
    fn a_panic_is_an_error_and_an_abandoned_table_ends() {
        let rows: Vec<Row> = Rows::made_by(|_| panic!("as a library might")).collect();
        assert!(rows[0].as_ref().is_err_and(|problem| problem.contains("damaged")));
        let (sender, done) = std::sync::mpsc::channel();
        let mut rows = Rows::made_by(move |out| {
            while out.row(row("x")) {}
            sender.send(()).map_err(|error| error.to_string())
        });
        assert!(rows.next().is_some());
        drop(rows);
        assert!(done.recv_timeout(std::time::Duration::from_secs(10)).is_ok());
    }
}
