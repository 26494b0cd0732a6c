//! All stages in a row: files in, coded posts out, in the order of the source.
//!
//! One thread reads and cuts records, the pool's threads turn batches of them into coded posts, the calling thread hands
//! the results to a [`Sink`]. Batches wait in short queues, so memory does not grow with the input; what comes out does
//! not depend on the number of threads.

mod seen;
mod topical;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use rayon::{ThreadPool, prelude::*};

use crate::{
    classify::Rules,
    clean::dedup::Fingerprint,
    error::{Error, Result},
    ingest::{Bound, Converted, Layouts, Options, Outcome, Reader, Recognition, Record, Repair, Summary},
    model::{CodedPost, Day, Excluded, Exclusion, Post, Reject, Stance, Verdict},
    privacy::Pseudonyms,
    score::{Relevance, Scope, Scorer},
    tabulate::Flow,
};

pub use seen::Dedup;
use seen::Seen;
pub use topical::Topical;

/// Records a batch: enough to keep every thread busy, little enough to hold a few of them.
const BATCH: usize = 4096;
/// Batches that may wait between two stages.
const QUEUE: usize = 2;

/// What a run is asked for.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whose words are scored.
    pub scope: Scope,
    /// What posts must show to be on topic; `None` where the first posts of each file decide ([`Topical`]).
    pub relevance: Option<Relevance>,
    /// First and last day in Beijing, both included; posts outside are excluded.
    pub window: Option<(Day, Day)>,
    /// Whether originals that a crawler pulled in beside their reposts are coded too.
    pub keep_originals: bool,
    /// Which posts count as read before.
    pub dedup: Dedup,
    /// Worker threads; 0 for one a core.
    pub jobs: usize,
}

/// Everything a run reads with.
pub struct Pipeline<'a> {
    /// Codes texts.
    pub scorer: &'a Scorer,
    /// Decides account types.
    pub rules: &'a Rules,
    /// Known exporter layouts.
    pub layouts: &'a Layouts,
    /// How files are read.
    pub options: &'a Options,
    /// What is asked for.
    pub settings: &'a Settings,
    /// Replaces names and ids in everything the sink gets, where that is asked for.
    pub privacy: Option<&'a Pseudonyms>,
}

/// Where the results go, in the order of the source.
pub trait Sink {
    /// A coded post.
    ///
    /// # Errors
    /// It could not be written; the run stops.
    fn coded(&mut self, post: &CodedPost) -> Result<()>;
    /// A record that is no post; passed over unless the sink keeps it.
    ///
    /// # Errors
    /// It could not be written; the run stops.
    fn reject(&mut self, _reject: &Reject) -> Result<()> {
        Ok(())
    }
    /// A post left out on purpose; passed over unless the sink keeps it.
    ///
    /// # Errors
    /// It could not be written; the run stops.
    fn excluded(&mut self, _excluded: &Excluded) -> Result<()> {
        Ok(())
    }
}

/// What became of one input.
#[derive(Debug)]
pub struct FileReport {
    /// The input as named.
    pub input: Arc<str>,
    /// What it was taken for; an error where it could not be opened or recognised.
    pub recognition: Result<Recognition>,
    /// What its first posts tell of its subject, where that was asked.
    pub topical: Option<Topical>,
    /// What the reader says once it is through.
    pub summary: Summary,
    /// What was put right, by kind, with the number of records.
    pub repairs: BTreeMap<&'static str, u64>,
}

/// What became of all inputs.
#[derive(Debug, Default)]
pub struct Report {
    /// One entry an input, in the order given.
    pub files: Vec<FileReport>,
    /// Records read, rejected and excluded, file by file.
    pub flow: Flow,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// Records that went through.
    pub records: u64,
    /// Raw bytes read of all inputs.
    pub bytes: u64,
}

enum Read {
    Opened(Arc<str>, Box<Result<Recognition>>),
    Batch(Arc<Bound>, Vec<Record>),
    Done(Summary),
}

enum Work {
    Opened(Arc<str>, Box<Result<Recognition>>),
    Batch(Batch),
    Done(Summary),
}

/// A batch of one file, done.
struct Batch {
    steps: Vec<Step>,
    repairs: Vec<Repair>,
    topical: Option<Topical>,
}

enum Step {
    Coded(Box<CodedPost>),
    Reject(Reject),
    Excluded(Excluded),
    Account,
}

impl Pipeline<'_> {
    /// Reads, codes and hands over every post of the inputs.
    ///
    /// An input that cannot be opened or recognised does not stop the others; its error is in the [`Report`].
    ///
    /// # Errors
    /// The sink failed, or the threads could not be started.
    pub fn run(&self, inputs: &[String], sink: &mut dyn Sink, watch: &dyn Fn(Progress)) -> Result<Report> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.settings.jobs)
            .build()
            .map_err(|error| Error::Input {
                file: "--jobs".to_owned(),
                problem: format!("cannot start the threads: {error}"),
            })?;
        let bytes = AtomicU64::new(0);
        thread::scope(|scope| {
            let (to_work, from_reader) = sync_channel(QUEUE);
            let (to_sink, from_work) = sync_channel(QUEUE);
            let bytes = &bytes;
            scope.spawn(move || self.read_all(inputs, &to_work, bytes));
            scope.spawn(move || self.work(&pool, &from_reader, &to_sink));
            deliver(&from_work, sink, &|records| {
                watch(Progress {
                    records,
                    bytes: bytes.load(Ordering::Relaxed),
                })
            })
        })
    }

    /// Cuts every input into records. A closed queue means that the run has failed elsewhere.
    fn read_all(&self, inputs: &[String], queue: &SyncSender<Read>, bytes: &AtomicU64) {
        for input in inputs {
            let before = bytes.load(Ordering::Relaxed);
            let name: Arc<str> = input.as_str().into();
            let mut reader = match Reader::open(input, self.layouts, self.options) {
                Ok(reader) => reader,
                Err(error) => {
                    if queue.send(Read::Opened(name, Box::new(Err(error)))).is_err() {
                        return;
                    }
                    continue;
                }
            };
            if queue
                .send(Read::Opened(name, Box::new(Ok(reader.recognition().clone()))))
                .is_err()
            {
                return;
            }
            let layout = reader.layout();
            loop {
                let mut batch = Vec::with_capacity(BATCH);
                batch.extend(std::iter::from_fn(|| reader.next_record()).take(BATCH));
                bytes.store(before + reader.bytes_read(), Ordering::Relaxed);
                let full = batch.len() == BATCH;
                if queue.send(Read::Batch(Arc::clone(&layout), batch)).is_err() {
                    return;
                }
                if !full {
                    break;
                }
            }
            if queue.send(Read::Done(reader.summary())).is_err() {
                return;
            }
        }
    }

    fn work(&self, pool: &ThreadPool, queue: &Receiver<Read>, out: &SyncSender<Work>) {
        let mut seen = Seen::default();
        let mut topical = None;
        for read in queue {
            let work = match read {
                Read::Opened(input, recognition) => {
                    topical = None;
                    Work::Opened(input, recognition)
                }
                Read::Done(summary) => Work::Done(summary),
                Read::Batch(layout, records) => {
                    Work::Batch(self.batch(pool, &layout, records, &mut seen, &mut topical))
                }
            };
            if out.send(work).is_err() {
                return;
            }
        }
    }

    fn batch(
        &self,
        pool: &ThreadPool,
        layout: &Bound,
        records: Vec<Record>,
        seen: &mut Seen,
        topical: &mut Option<Topical>,
    ) -> Batch {
        let convert = |record| {
            let converted = layout.convert(record);
            let fingerprint = match &converted.outcome {
                Outcome::Post(post, _) if self.settings.dedup >= Dedup::Text => {
                    Fingerprint::of(post.body(), self.settings.dedup == Dedup::Near)
                }
                _ => None,
            };
            (converted, fingerprint)
        };
        let converted: Vec<(Converted, Option<Fingerprint>)> =
            pool.install(|| records.into_par_iter().map(convert).collect());
        let mut repairs = Vec::new();
        // Which posts are left out depends on those before them, so this part is done in order.
        let mut sifted: Vec<Sifted> = converted
            .into_iter()
            .map(|(converted, fingerprint)| {
                // Ids that a spreadsheet rounded agree by accident.
                let trusted_id = !converted.repairs.contains(&Repair::IdRounded);
                repairs.extend(converted.repairs);
                match converted.outcome {
                    Outcome::Reject(reject) => Sifted::Out(Step::Reject(reject)),
                    Outcome::Account(_) => Sifted::Out(Step::Account),
                    Outcome::Post(post, pulled_in) => match self.exclusion(
                        &post,
                        pulled_in,
                        trusted_id.then_some(converted.rest),
                        fingerprint,
                        seen,
                    ) {
                        Some((why, detail)) => {
                            let Post { source, id, .. } = *post;
                            Sifted::Out(Step::Excluded(Excluded {
                                source,
                                post_id: id,
                                why,
                                detail,
                            }))
                        }
                        None => Sifted::In(post, None),
                    },
                }
            })
            .collect();
        if self.settings.relevance.is_none() && topical.is_none() {
            *topical = pool.install(|| self.look_at(&mut sifted));
        }
        let by_file = topical.map(Topical::relevance).unwrap_or_default();
        let relevance = self.settings.relevance.unwrap_or(by_file);
        let finish = |sifted| {
            let mut step = match sifted {
                Sifted::Out(step) => step,
                Sifted::In(post, verdict) => Step::Coded(Box::new(self.code(*post, verdict, relevance))),
            };
            if let Some(privacy) = self.privacy {
                match &mut step {
                    Step::Coded(post) => privacy.post(post),
                    Step::Reject(reject) => privacy.reject(reject),
                    Step::Excluded(excluded) => privacy.excluded(excluded),
                    Step::Account => {}
                }
            }
            step
        };
        let steps = pool.install(|| sifted.into_par_iter().map(finish).collect());
        Batch {
            steps,
            repairs,
            topical: *topical,
        }
    }

    /// Codes the first posts of a file with relevance to be shown, and keeps their verdicts beside them. `None` where
    /// there is no post yet.
    fn look_at(&self, sifted: &mut [Sifted]) -> Option<Topical> {
        let mut first: Vec<(&Post, &mut Option<Verdict>)> = sifted
            .iter_mut()
            .filter_map(|one| match one {
                Sifted::In(post, verdict) => Some((&**post, verdict)),
                Sifted::Out(_) => None,
            })
            .take(topical::LOOKED_AT)
            .collect();
        first.par_iter_mut().for_each(|(post, verdict)| {
            let shown = self.scorer.score_in(post.body(), self.settings.scope, Relevance::Shown);
            **verdict = Some(shown);
        });
        let told = Topical::of(first.iter().filter_map(|(_, verdict)| verdict.as_ref()));
        (told.posts > 0).then_some(told)
    }

    fn exclusion(
        &self,
        post: &Post,
        pulled_in: bool,
        rest: Option<u64>,
        fingerprint: Option<Fingerprint>,
        seen: &mut Seen,
    ) -> Option<(Exclusion, String)> {
        if pulled_in && !self.settings.keep_originals {
            return Some((
                Exclusion::PulledInOriginal,
                "stands in the export only because the next post reposts it".into(),
            ));
        }
        if let Some(found) = seen.exclusion(post, rest, fingerprint, self.settings.dedup) {
            return Some(found);
        }
        let (first, last) = self.settings.window?;
        match post.created_at.map(|at| at.day()) {
            None => Some((Exclusion::OutOfWindow, "no date".into())),
            Some(day) if day < first || day > last => Some((Exclusion::OutOfWindow, format!("posted on {day}"))),
            Some(_) => None,
        }
    }

    /// A post with its codes; `shown` is its verdict with relevance to be shown, where it is known.
    fn code(&self, post: Post, shown: Option<Verdict>, relevance: Relevance) -> CodedPost {
        let verdict = shown
            .filter(|verdict| relevance == Relevance::Shown || verdict.stance != Stance::Irrelevant)
            .unwrap_or_else(|| self.scorer.score_in(post.body(), self.settings.scope, relevance))
            .behind(post.label);
        CodedPost {
            account: self.rules.classify(&post.author),
            verdict,
            post,
        }
    }
}

enum Sifted {
    In(Box<Post>, Option<Verdict>),
    Out(Step),
}

fn deliver(queue: &Receiver<Work>, sink: &mut dyn Sink, watch: &dyn Fn(u64)) -> Result<Report> {
    let mut report = Report::default();
    let mut records = 0;
    for work in queue {
        match work {
            Work::Opened(input, recognition) => {
                report.flow.file(&input);
                let (summary, repairs) = (Summary::default(), BTreeMap::new());
                report.files.push(FileReport {
                    input,
                    recognition: *recognition,
                    topical: None,
                    summary,
                    repairs,
                });
            }
            Work::Done(summary) => {
                if let Some(file) = report.files.last_mut() {
                    file.summary = summary;
                }
            }
            Work::Batch(Batch {
                steps,
                repairs,
                topical,
            }) => {
                records += steps.len() as u64;
                if let Some(file) = report.files.last_mut() {
                    file.topical = topical;
                    for repair in repairs {
                        *file.repairs.entry(repair.name()).or_default() += 1;
                    }
                    let flow = report.flow.file(&file.input);
                    flow.read += steps.len() as u64;
                    for step in &steps {
                        match step {
                            Step::Coded(post) => sink.coded(post)?,
                            Step::Account => flow.accounts += 1,
                            Step::Reject(reject) => {
                                flow.rejected += 1;
                                sink.reject(reject)?;
                            }
                            Step::Excluded(excluded) => {
                                flow.exclude(excluded.why);
                                sink.excluded(excluded)?;
                            }
                        }
                    }
                }
                watch(records);
            }
        }
    }
    Ok(report)
}
