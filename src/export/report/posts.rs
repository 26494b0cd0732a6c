//! The posts a report shows: a random sample of bounded size, and the examples.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BinaryHeap},
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering as AtomicOrdering},
    },
};

use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng, SeedableRng},
};
use serde::{Deserialize, Serialize};

use crate::{
    model::{Code, CodedPost, Stance},
    tabulate::{Example, ExampleOf},
};

/// How many posts are drawn, and how much of their text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSize {
    /// Posts with a stance.
    pub with_stance: usize,
    /// Posts off topic.
    pub off_topic: usize,
    /// Bytes of text over all posts; the draw ends before the post that would pass them.
    pub bytes: usize,
    /// Bytes kept of one text; what is behind is cut off.
    pub bytes_a_post: usize,
}

impl Default for SampleSize {
    /// 2,000 posts with a stance and 300 off topic, 3 MB of text, 6,000 bytes (2,000 Chinese characters) a post.
    fn default() -> Self {
        SampleSize {
            with_stance: 2_000,
            off_topic: 300,
            bytes: 3_000_000,
            bytes_a_post: 6_000,
        }
    }
}

impl SampleSize {
    /// Posts of each of the [`Strata`].
    fn of_strata(self) -> [usize; 2] {
        [self.with_stance, self.off_topic]
    }
}

/// A piece of evidence in a shown text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownEvidence {
    /// Code id or reserved heading.
    pub code: String,
    /// Term as the codebook has it.
    pub term: String,
    /// Bytes of the text.
    pub place: Range<usize>,
    /// Context by name.
    pub context: String,
    /// Log-odds of positive against negative.
    pub weight: f64,
}

/// A post as a report shows it: one line of report.jsonl.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownPost {
    /// Input file, as every output names it.
    pub source_file: String,
    /// Record in the file, from 1.
    pub source_row: u64,
    /// Id of the post; empty where the export has none.
    pub post_id: String,
    /// Id of its author.
    pub user_id: Option<String>,
    /// Name of its author.
    pub screen_name: Option<String>,
    /// ISO 8601.
    pub created_at: Option<String>,
    /// Account type by name.
    pub account_type: String,
    /// Whether the export marks it as a repost.
    pub is_repost: bool,
    /// Stance by name.
    pub stance: String,
    /// Probability of the stance; none where off topic.
    pub confidence: Option<f64>,
    /// Ids of the codes given.
    pub codes: Vec<String>,
    /// Text as collected, as far as it is kept.
    pub text: String,
    /// Whether more text follows.
    pub cut: bool,
    /// Evidence within the kept text, in its order.
    pub evidence: Vec<ShownEvidence>,
    /// Whether the post is one of the random sample.
    pub sampled: bool,
    /// Stances and codes it is an example of.
    pub example_of: Vec<String>,
}

/// How many posts there were and how many are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Posts coded.
    pub coded: u64,
    /// Posts in the sample.
    pub shown: u64,
}

/// A simple random sample of the posts with a stance, and one of those off topic, drawn in one pass without knowing how many there are:
/// every post gets a random number, those with the smallest stay. The same posts in the same parts give the same sample.
#[derive(Debug)]
pub struct PostSample {
    size: SampleSize,
    strata: Strata,
    /// Posts so far.
    seen: u64,
    bounds: Arc<Bounds>,
}

/// Posts with a stance and posts off topic.
type Strata = [Stratum; 2];

/// Random numbers above which no post of a stratum stays. Whoever draws may not know the last ones, and then draws posts that do not stay.
type Bounds = [AtomicU64; 2];

/// Draws posts for a [`PostSample`], in any thread.
#[derive(Debug, Clone)]
pub struct Drawer {
    size: SampleSize,
    codes: Arc<[Code]>,
    bounds: Arc<Bounds>,
}

/// What was drawn of consecutive posts.
#[derive(Debug, Default)]
pub struct DrawnPosts {
    strata: Strata,
    posts: u64,
    /// Gives them their numbers, once there is one.
    random: Option<Xoshiro256PlusPlus>,
}

#[derive(Debug, Default)]
struct Stratum {
    coded: u64,
    kept: BinaryHeap<Kept>,
}

#[derive(Debug)]
struct Kept {
    /// Random number, then number of the post.
    rank: (u64, u64),
    post: ShownPost,
}

impl PostSample {
    /// Seed of the draw.
    pub const SEED: u64 = 1;

    /// An empty sample.
    pub fn new(size: SampleSize) -> Self {
        PostSample {
            size,
            strata: Strata::default(),
            seen: 0,
            bounds: Arc::new([const { AtomicU64::new(u64::MAX) }; 2]),
        }
    }

    /// What draws posts for this sample.
    pub fn drawer(&self, codes: &[Code]) -> Drawer {
        Drawer {
            size: self.size,
            codes: codes.into(),
            bounds: Arc::clone(&self.bounds),
        }
    }

    /// Takes up posts that its [`Drawer`] drew, in the order of the source.
    pub fn take(&mut self, drawn: DrawnPosts) {
        let limits = self.size.of_strata();
        for (at, of_draw) in drawn.strata.into_iter().enumerate() {
            let (stratum, limit) = (&mut self.strata[at], limits[at]);
            stratum.coded += of_draw.coded;
            for Kept { rank, post } in of_draw.kept {
                stratum.offer((rank.0, self.seen + rank.1), limit, || post);
            }
            if let Some(last) = stratum.kept.peek().filter(|_| stratum.kept.len() >= limit) {
                self.bounds[at].store(last.rank.0, AtomicOrdering::Relaxed);
            }
        }
        self.seen += drawn.posts;
    }

    /// The posts to show: the sample in the order of the source, then the examples that are not in it; with how many of those with a
    /// stance and of those off topic are in the sample.
    pub fn finish(self, examples: &[Example], codes: &[Code]) -> (Vec<ShownPost>, [Drawn; 2]) {
        let strata = self.strata;
        let share = |stratum: &Stratum| stratum.kept.iter().map(|kept| kept.post.text.len()).sum::<usize>();
        let all: usize = strata.iter().map(share).sum();
        let mut drawn = [Drawn::default(); 2];
        let mut kept = Vec::new();
        for (stratum, drawn) in strata.into_iter().zip(&mut drawn) {
            // Both strata give way alike where the texts are long.
            let room = share(&stratum) as u128 * self.size.bytes as u128 / all.max(1) as u128;
            let posts = within(
                stratum.kept.into_sorted_vec(),
                room.min(self.size.bytes as u128) as usize,
            );
            *drawn = Drawn {
                coded: stratum.coded,
                shown: posts.len() as u64,
            };
            kept.extend(posts);
        }
        kept.sort_by_key(|kept| kept.rank.1);
        let mut posts: Vec<ShownPost> = kept.into_iter().map(|kept| kept.post).collect();
        let place = |post: &ShownPost| (post.source_file.clone(), post.source_row);
        let mut at: BTreeMap<(String, u64), usize> = posts.iter().map(place).zip(0..).collect();
        for example in examples {
            let of = match &example.of {
                ExampleOf::Stance(stance) => stance.name().to_owned(),
                ExampleOf::Code(id) => id.to_string(),
            };
            let post = shown(&example.coded, codes, self.size.bytes_a_post);
            let at = *at.entry(place(&post)).or_insert_with(|| {
                posts.push(post);
                posts.len() - 1
            });
            posts[at].example_of.push(of);
        }
        (posts, drawn)
    }
}

impl Drawer {
    /// Draws posts of these, which come behind those before them in the source. The random numbers of all depend on the row and the text
    /// of the first.
    pub fn add(&self, drawn: &mut DrawnPosts, posts: &[CodedPost]) {
        let DrawnPosts {
            strata,
            posts: before,
            random,
        } = drawn;
        let Some(first) = posts.first() else { return };
        let random = random.get_or_insert_with(|| {
            let mut hasher = DefaultHasher::new();
            (PostSample::SEED, first.post.source.row, &first.post.text).hash(&mut hasher);
            Xoshiro256PlusPlus::seed_from_u64(hasher.finish())
        });
        let bounds = self.bounds.each_ref().map(|bound| bound.load(AtomicOrdering::Relaxed));
        let limits = self.size.of_strata();
        for coded in posts {
            let rank = (random.next_u64(), *before);
            *before += 1;
            let at = usize::from(coded.verdict.stance == Stance::Irrelevant);
            strata[at].coded += 1;
            if rank.0 <= bounds[at] {
                strata[at].offer(rank, limits[at], || ShownPost {
                    sampled: true,
                    ..shown(coded, &self.codes, self.size.bytes_a_post)
                });
            }
        }
    }
}

impl Stratum {
    /// Keeps a post if it is among as many with the smallest ranks as are asked for.
    fn offer(&mut self, rank: (u64, u64), limit: usize, post: impl FnOnce() -> ShownPost) {
        let full = self.kept.len() >= limit;
        if full && self.kept.peek().is_none_or(|last| last.rank <= rank) {
            return;
        }
        if full {
            self.kept.pop();
        }
        self.kept.push(Kept { rank, post: post() });
    }
}

/// As many posts, smallest rank first, as there is room for.
fn within(sorted: Vec<Kept>, room: usize) -> Vec<Kept> {
    let mut used = 0;
    let fits = |kept: &Kept| {
        used += kept.post.text.len();
        used <= room
    };
    sorted.into_iter().take_while(fits).collect()
}

fn shown(coded: &CodedPost, codes: &[Code], bytes: usize) -> ShownPost {
    let CodedPost { post, account, verdict } = coded;
    let text = &post.text[..post.text.floor_char_boundary(bytes)];
    let evidence = verdict.evidence.iter().filter(|evidence| evidence.end <= text.len());
    let given = verdict.codes.iter().filter_map(|id| codes.get(usize::from(id.0)));
    ShownPost {
        source_file: post.source.file.to_string(),
        source_row: post.source.row,
        post_id: post.id.to_string(),
        user_id: post.author.user_id.as_deref().map(str::to_owned),
        screen_name: post.author.screen_name.as_deref().map(str::to_owned),
        created_at: post.created_at.map(|at| at.to_string()),
        account_type: account.kind.name().to_owned(),
        is_repost: post.is_repost,
        stance: verdict.stance.name().to_owned(),
        confidence: verdict.confidence,
        codes: given.map(|code| code.id.to_string()).collect(),
        text: text.to_owned(),
        cut: text.len() < post.text.len(),
        evidence: evidence
            .map(|evidence| ShownEvidence {
                code: evidence.code.to_string(),
                term: evidence.term.to_string(),
                place: evidence.start..evidence.end,
                context: evidence.context.name().to_owned(),
                weight: evidence.weight,
            })
            .collect(),
        sampled: false,
        example_of: Vec::new(),
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Kept {}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}
