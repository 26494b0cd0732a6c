//! Time of each stage, one thread: `cargo bench --bench stages [-- POSTS.csv]`; without a file on invented posts.
//!
//! Every stage works on the same posts, seven times over; the median is printed, in nanoseconds a post and as MB of text a
//! second.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement")]

use std::{env, hint::black_box, io::Cursor, time::Instant};

use minyi::{
    bundled,
    classify::Rules,
    clean::{Folded, Words},
    codebook::Codebook,
    export::{CodedSchema, CodedWriter, CsvOptions, Output, OutputFormat},
    ingest::{Converted, Layouts, Options, Outcome, Reader},
    model::{CodedPost, Post},
    score::{EvidenceOf, Relevance, Scope, Scorer},
    segment::Segmenter,
};

const ROUNDS: usize = 7;

fn main() {
    let file = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let bytes = file.map_or_else(invented, |path| std::fs::read(path).unwrap());
    let layouts = Layouts::parse(bundled::exporters()).unwrap();
    let open = || Reader::from_stream("posts.csv", Cursor::new(bytes.clone()), &layouts, &Options::default()).unwrap();
    let converted = |mut reader: Reader| -> Vec<Converted> {
        let bound = reader.layout();
        let batches = std::iter::from_fn(|| reader.next_batch());
        batches
            .flat_map(|batch| bound.convert_batch(&batch, Converted::into_owned).records)
            .collect()
    };
    let posts: Vec<Box<Post>> = converted(open())
        .into_iter()
        .filter_map(|converted| match converted.outcome {
            Outcome::Post(post, _) => Some(post),
            _ => None,
        })
        .collect();
    let scorer = Scorer::new(Codebook::load("weibo-pangenome", None).unwrap());
    let rules = Rules::parse("weibo.toml", bundled::lexicon("accounts/weibo.toml").unwrap()).unwrap();
    let segmenter = Segmenter::new([]);
    let texts: Vec<&str> = posts.iter().map(|post| post.body()).collect();
    let verdicts = || scorer.verdicts(&texts, Scope::Own, Relevance::Shown, EvidenceOf::None);
    let coded: Vec<CodedPost> = posts
        .iter()
        .zip(verdicts())
        .map(|(post, verdict)| CodedPost {
            account: rules.classify(&post.author),
            verdict,
            post: post.clone(),
        })
        .collect();

    let bench = Bench {
        posts: posts.len(),
        bytes: posts.iter().map(|post| post.text.len()).sum(),
    };
    println!("{} posts, {:.1} MB of text\n", bench.posts, bench.bytes as f64 / 1e6);
    bench.time("cut the file into blocks", || {
        let mut reader = open();
        std::iter::from_fn(|| reader.next_batch()).count()
    });
    bench.time("blocks to posts (with cutting)", || converted(open()).len());
    bench.each("own and quoted words", &posts, |post| Words::split(post.body()));
    bench.each("fold", &posts, |post| {
        Folded::new(post.body(), 0..post.body().len()).text().len()
    });
    bench.each("cut into words", &posts, |post| segmenter.words(post.body()).count());
    bench.time("codes", || verdicts().len());
    bench.each("codes and evidence", &posts, |post| {
        scorer.score(post.body(), Scope::Own)
    });
    bench.each("account type", &posts, |post| rules.classify(&post.author));
    for (name, format) in [
        ("encode csv", OutputFormat::Csv),
        ("encode jsonl", OutputFormat::JsonLines),
        ("encode parquet", OutputFormat::Parquet),
    ] {
        let schema = CodedSchema::new(&scorer.codebook().codes(), &[]);
        let out = Output::create(&env::temp_dir().join("minyi-bench")).unwrap();
        let encoder = CodedWriter::new(out, format, &schema, CsvOptions::default())
            .unwrap()
            .encoder();
        bench.time(name, || {
            coded
                .chunks(10_000)
                .for_each(|posts| drop(black_box(encoder.encode(posts).unwrap())))
        });
    }
}

/// The posts of the demo many times, each with a number of its own.
fn invented() -> Vec<u8> {
    let demo = include_str!("../data/demo/weibo-search.csv");
    let mut reader = csv::Reader::from_reader(demo.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers().unwrap()).unwrap();
    let text = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "微博正文")
        .unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for (number, row) in (0..100).flat_map(|_| &rows).enumerate() {
        for (at, cell) in row.iter().enumerate() {
            match at {
                0 => writer.write_field((4_800_000_000_000_000 + number).to_string()),
                at if at == text => writer.write_field(format!("{cell} {number}")),
                _ => writer.write_field(cell),
            }
            .unwrap();
        }
        writer.write_record(None::<&[u8]>).unwrap();
    }
    writer.into_inner().unwrap()
}

struct Bench {
    posts: usize,
    bytes: usize,
}

impl Bench {
    fn each<R>(&self, name: &str, posts: &[Box<Post>], work: impl Fn(&Post) -> R) {
        self.time(name, || posts.iter().for_each(|post| drop(black_box(work(post)))));
    }

    fn time<R>(&self, name: &str, work: impl Fn() -> R) {
        let mut times: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let start = Instant::now();
                black_box(work());
                start.elapsed().as_secs_f64()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let median = times[ROUNDS / 2];
        let nanoseconds = median * 1e9 / self.posts as f64;
        println!(
            "{name:32} {nanoseconds:8.0} ns/post {:8.0} MB/s",
            self.bytes as f64 / median / 1e6
        );
    }
}
