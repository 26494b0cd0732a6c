//! What the speed of minyi is compared with: reading a CSV file, and cutting one column of it with jieba-rs, nothing else.
//!
//! `cargo run --release --example bare -- records posts.csv` reads every record as bytes;
//! `... -- cut posts.csv THREADS COLUMN` cuts the texts of a column (by its number, from 0) with jieba-rs, without HMM.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement")]

use std::{env, fs::File, sync::Mutex};

use jieba_rs::Jieba;
use rayon::prelude::*;

/// Records cut at once.
const BATCH: usize = 8192;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["records", path] => records(path),
        ["cut", path, threads, column] => cut(path, threads.parse().unwrap(), column.parse().unwrap()),
        _ => panic!("usage: bare records FILE | bare cut FILE THREADS COLUMN"),
    }
}

fn records(path: &str) {
    let mut reader = csv::Reader::from_reader(File::open(path).unwrap());
    let mut record = csv::ByteRecord::new();
    let (mut records, mut bytes) = (0u64, 0);
    while reader.read_byte_record(&mut record).unwrap() {
        records += 1;
        bytes += record.as_slice().len();
    }
    println!("{records} records, {bytes} bytes in their cells");
}

fn cut(path: &str, threads: usize, column: usize) {
    let jieba = Jieba::new();
    let reader = Mutex::new(csv::Reader::from_reader(File::open(path).unwrap()));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let words: usize = pool.install(|| {
        (0..threads)
            .into_par_iter()
            .map(|_| {
                let mut batch = vec![csv::ByteRecord::new(); BATCH];
                let mut words = 0;
                loop {
                    let mut reader = reader.lock().unwrap();
                    let mut read = 0;
                    while read < BATCH && reader.read_byte_record(&mut batch[read]).unwrap() {
                        read += 1;
                    }
                    drop(reader);
                    for record in &batch[..read] {
                        words += jieba.cut(str::from_utf8(&record[column]).unwrap(), false).len();
                    }
                    if read < BATCH {
                        return words;
                    }
                }
            })
            .sum()
    });
    println!("{words} words");
}
