//! All stages in a row: files in, coded posts out, in the order of the source.
//!
//! Each thread takes a batch of records and goes all the way with it: it makes posts of them, leaves out what was read
//! before, codes the rest and prepares it for the [`Sink`]. Two steps are taken in the order of the batches, one thread
//! after the other: leaving out, because it depends on what came before, and handing over. So what comes out does not depend
//! on the number of threads, and memory holds few batches a thread: one at work, and results that wait for those before them.

mod feed;
mod ordered;
mod repeats;
mod seen;
mod sift;
mod topical;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
};

use crate::{
    classify::{Classifier, Rules},
    clean::dedup::Fingerprint,
    error::{Error, Result},
    ingest::{Batch, Bound, Layouts, Options, Outcome, Portion, Recognition, Summary},
    model::{CodedPost, Day, Excluded, Exclusion, Post, Reject, Stance, Verdict},
    privacy::Pseudonyms,
    score::{EvidenceOf, Relevance, Scope, Scorer},
    tabulate::Flow,
};

use feed::{Feed, Item};
use ordered::Ordered;
use repeats::Repeats;
pub use seen::Dedup;
use seen::{KnownBy, Seen};
use sift::{Aside, Counts, Read, Sift, Sifted};
pub use topical::Topical;

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
    /// Which verdicts hold their evidence; the fewer, the faster is coding.
    pub evidence: EvidenceOf,
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

/// Makes of coded posts what a [`Sink`] takes up. Called in any thread, for one run of posts after the other in no order.
/// Each post is coded when it is asked for; its text is that of what was read of the file, which is let go behind it.
pub type Prepare<Part> = Box<dyn Fn(&mut dyn Iterator<Item = CodedPost<'_>>) -> Result<Part> + Send + Sync>;

/// Where the results go, in the order of the source.
pub trait Sink: Send {
    /// What consecutive posts are made into before it is their turn: bytes, say, or the posts themselves.
    type Part: Send;
    /// What makes it.
    fn prepare(&self) -> Prepare<Self::Part>;
    /// The next coded posts.
    ///
    /// # Errors
    /// They could not be written; the run stops.
    fn coded(&mut self, part: Self::Part) -> Result<()>;
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

impl Pipeline<'_> {
    /// Reads, codes and hands over every post of the inputs.
    ///
    /// An input that cannot be opened or recognised does not stop the others; its error is in the [`Report`].
    ///
    /// # Errors
    /// The sink failed.
    pub fn run<S: Sink>(&self, inputs: &[String], sink: &mut S, watch: &(dyn Fn(Progress) + Sync)) -> Result<Report> {
        let prepare = sink.prepare();
        let feed = Mutex::new(Feed::new(inputs, self.layouts, self.options));
        let sift = Ordered::new(Sift::default());
        let threads = self.threads();
        let delivery = Ordered::new(Delivery {
            sink,
            report: Report::default(),
            progress: Progress::default(),
            failed: None,
            watch,
        });
        let delivery = delivery.with_room(2 * threads as u64);
        let work = || {
            // A thread that dies must not leave the others waiting for its turn.
            let _guard = (sift.stop_on_panic(), delivery.stop_on_panic());
            while let Some((turn, item)) = feed.lock().ok().and_then(|mut feed| feed.next()) {
                if self.item(turn, item, &sift, &delivery, &prepare).is_none() {
                    return;
                }
            }
        };
        thread::scope(|scope| {
            for _ in 1..threads {
                // Fewer threads do as well.
                if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
        let delivery = delivery.into_inner();
        match delivery.failed {
            Some(error) => Err(error),
            None => Ok(delivery.report),
        }
    }

    fn threads(&self) -> usize {
        match self.settings.jobs {
            0 => thread::available_parallelism().map_or(1, usize::from),
            jobs => jobs,
        }
    }

    /// Takes one item all the way; `None` where the run has stopped.
    fn item<S: Sink>(
        &self,
        turn: u64,
        item: Item,
        sift: &Ordered<Sift>,
        delivery: &Ordered<Delivery<'_, S>, Work<S::Part>>,
        prepare: &Prepare<S::Part>,
    ) -> Option<()> {
        let work = match item {
            Item::Opened(input, recognition, size) => {
                sift.turn(turn, |sift| sift.begin_file(size))?;
                Work::Opened(input, recognition)
            }
            Item::Done(summary) => Work::Done(sift.turn(turn, |sift| sift.end_file(summary))?),
            Item::Batch(bound, batch, bytes) => {
                let read = self.convert(&bound, &batch);
                let sifted = sift.turn(turn, |sift| self.sift(read, sift))?;
                let Sifted {
                    posts,
                    words,
                    first_row,
                    shown,
                    relevance,
                    mut aside,
                    counts,
                } = sifted;
                let verdicts = self.verdicts(&posts, &words, shown, relevance);
                let mut accounts = self.rules.classifier();
                let mut posts = posts.into_iter().zip(verdicts).map(|(mut post, verdict)| {
                    post.source.row += first_row;
                    self.code(post, verdict, &mut accounts)
                });
                let part = prepare(&mut posts);
                if let Some(privacy) = self.privacy {
                    aside.iter_mut().for_each(|aside| aside.conceal(privacy));
                }
                Work::Batch {
                    part,
                    aside,
                    counts,
                    bytes,
                }
            }
        };
        delivery.leave(turn, work, Delivery::take)
    }

    /// Turns the records of a batch into posts or rejects, with what they are known again by.
    fn convert<'b>(&self, bound: &Bound, batch: &'b Batch) -> Portion<Read<'b>> {
        let dedup = self.settings.dedup;
        bound.convert_batch(batch, |converted| Read::new(converted, dedup))
    }

    /// Tells what is left out. That depends on the posts before, so it is done in their order.
    fn sift<'b>(&self, read: Portion<Read<'b>>, sift: &mut Sift) -> Sifted<'b> {
        let (first_row, first_byte) = sift.pass(&read);
        let are_new = if self.settings.dedup > Dedup::None {
            sift.expect(&read);
            let known = read
                .records
                .iter()
                .map(|read| read.known.filter(|_| !self.leaves_out(read.is_pulled_in())));
            sift.seen.remember(known)
        } else {
            vec![true; read.records.len()]
        };
        let mut sifted = Sifted {
            posts: Vec::with_capacity(read.records.len()),
            first_row,
            ..Sifted::default()
        };
        for (read, is_new) in read.records.into_iter().zip(are_new) {
            let Read {
                converted,
                known,
                fingerprint,
                words,
            } = read;
            for repair in &converted.repairs {
                *sifted.counts.repairs.entry(repair.name()).or_default() += 1;
            }
            sifted.counts.records += 1;
            match converted.outcome {
                Outcome::Reject(mut reject) => {
                    reject.source.row += first_row;
                    reject.offset = reject.offset.map(|offset| offset + first_byte);
                    sifted.aside.push(Aside::Reject(*reject));
                }
                Outcome::Account(_) => sifted.counts.accounts += 1,
                Outcome::Post(post, pulled_in) => {
                    match self.exclusion(&post, pulled_in, (known, is_new), fingerprint, &mut sift.seen) {
                        Some((why, detail)) => {
                            let Post { mut source, id, .. } = *post;
                            source.row += first_row;
                            sifted.aside.push(Aside::Excluded(Excluded {
                                source,
                                post_id: id,
                                why,
                                detail,
                            }));
                        }
                        None => {
                            sifted.posts.push(post);
                            sifted.words.push(words);
                        }
                    }
                }
            }
        }
        if self.settings.relevance.is_none() && sift.topical.is_none() {
            (sift.topical, sifted.shown) = self.look_at(&sifted.posts);
        }
        let by_file = sift.topical.map(Topical::relevance).unwrap_or_default();
        sifted.relevance = self.settings.relevance.unwrap_or(by_file);
        sifted.counts.topical = sift.topical;
        sifted
    }

    /// Codes the first posts of a file with relevance to be shown; what they tell, with their verdicts. `None` where there
    /// is no post yet.
    fn look_at(&self, posts: &[Box<Post<'_>>]) -> (Option<Topical>, Vec<Verdict>) {
        let first: Vec<&str> = posts.iter().take(topical::LOOKED_AT).map(|post| post.body()).collect();
        let verdicts = self.decide(&first, Relevance::Shown);
        let told = Topical::of(verdicts.iter());
        ((told.posts > 0).then_some(told), verdicts)
    }

    /// The verdicts on posts with the hashes of their words, of which verdicts those on the first may be known with relevance to be shown.
    /// Words that come again are judged once.
    fn verdicts(
        &self,
        posts: &[Box<Post<'_>>],
        words: &[u64],
        shown: Vec<Verdict>,
        relevance: Relevance,
    ) -> Vec<Verdict> {
        // What is irrelevant where relevance must be shown need not be so where it is assumed.
        let holds = |verdict: &Verdict| relevance == Relevance::Shown || verdict.stance != Stance::Irrelevant;
        let mut known: Vec<Option<Verdict>> = shown.into_iter().map(|verdict| Some(verdict).filter(holds)).collect();
        known.resize_with(posts.len(), || None);
        let hashed = words.iter().zip(posts).map(|(&hash, post)| (hash, post.body()));
        let repeats = Repeats::of(hashed);
        let first: Vec<usize> = repeats.first().filter(|&number| known[number].is_none()).collect();
        let words: Vec<&str> = first.iter().map(|&number| posts[number].body()).collect();
        for (number, verdict) in first.into_iter().zip(self.decide(&words, relevance)) {
            known[number] = Some(verdict);
        }
        repeats.spread(known)
    }

    fn decide(&self, texts: &[&str], relevance: Relevance) -> Vec<Verdict> {
        let Settings { scope, evidence, .. } = *self.settings;
        self.scorer.verdicts(texts, scope, relevance, evidence)
    }

    /// Whether a post is left out, and never counts as read before, for being pulled in beside its repost.
    fn leaves_out(&self, pulled_in: bool) -> bool {
        pulled_in && !self.settings.keep_originals
    }

    fn exclusion(
        &self,
        post: &Post<'_>,
        pulled_in: bool,
        (known, is_new): (Option<KnownBy>, bool),
        fingerprint: Option<Fingerprint>,
        seen: &mut Seen,
    ) -> Option<(Exclusion, String)> {
        if self.leaves_out(pulled_in) {
            return Some((
                Exclusion::PulledInOriginal,
                "stands in the export only because the next post reposts it".into(),
            ));
        }
        if let Some(found) = seen.exclusion(known, is_new, fingerprint, self.settings.dedup) {
            return Some(found);
        }
        let (first, last) = self.settings.window?;
        match post.created_at.map(|at| at.day()) {
            None => Some((Exclusion::OutOfWindow, "no date".into())),
            Some(day) if day < first || day > last => Some((Exclusion::OutOfWindow, format!("posted on {day}"))),
            Some(_) => None,
        }
    }

    /// A post with its codes.
    fn code<'t>(&self, post: Box<Post<'t>>, verdict: Verdict, accounts: &mut Classifier<'_>) -> CodedPost<'t> {
        let mut coded = CodedPost {
            account: accounts.classify(&post.author),
            verdict: verdict.behind(post.label),
            post,
        };
        if let Some(privacy) = self.privacy {
            privacy.post(&mut coded);
        }
        coded
    }
}

enum Work<Part> {
    Opened(Arc<str>, Box<Result<Recognition>>),
    Batch {
        part: Result<Part>,
        aside: Vec<Aside>,
        counts: Counts,
        /// Raw bytes read of all inputs.
        bytes: u64,
    },
    Done(Summary),
}

/// The end of the way.
struct Delivery<'s, S> {
    sink: &'s mut S,
    report: Report,
    progress: Progress,
    failed: Option<Error>,
    watch: &'s (dyn Fn(Progress) + Sync),
}

impl<S: Sink> Delivery<'_, S> {
    /// Hands the next results over; `None` where the run stops.
    fn take(&mut self, work: Work<S::Part>) -> Option<()> {
        if self.failed.is_none() {
            self.failed = self.hand_over(work).err();
        }
        self.failed.is_none().then_some(())
    }

    fn hand_over(&mut self, work: Work<S::Part>) -> Result<()> {
        match work {
            Work::Opened(input, recognition) => {
                self.report.flow.file(&input);
                self.report.files.push(FileReport {
                    input,
                    recognition: *recognition,
                    topical: None,
                    summary: Summary::default(),
                    repairs: BTreeMap::new(),
                });
            }
            Work::Done(summary) => {
                if let Some(file) = self.report.files.last_mut() {
                    file.summary = summary;
                }
            }
            Work::Batch {
                part,
                aside,
                counts,
                bytes,
            } => {
                if let Some(file) = self.report.files.last_mut() {
                    file.topical = counts.topical;
                    for (name, records) in counts.repairs {
                        *file.repairs.entry(name).or_default() += records;
                    }
                    let flow = self.report.flow.file(&file.input);
                    flow.read += counts.records;
                    flow.accounts += counts.accounts;
                    for aside in &aside {
                        match aside {
                            Aside::Reject(_) => flow.rejected += 1,
                            Aside::Excluded(excluded) => flow.exclude(excluded.why),
                        }
                    }
                }
                self.sink.coded(part?)?;
                for aside in &aside {
                    match aside {
                        Aside::Reject(reject) => self.sink.reject(reject)?,
                        Aside::Excluded(excluded) => self.sink.excluded(excluded)?,
                    }
                }
                self.progress.records += counts.records;
                self.progress.bytes = bytes;
                (self.watch)(self.progress);
            }
        }
        Ok(())
    }
}
