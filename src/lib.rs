//! minyi (民意, public opinion): public attitudes in exported social-media posts.

mod both;
pub mod bundled;
pub mod classify;
pub mod clean;
pub mod cli;
pub mod codebook;
pub mod coded;
mod cutter;
pub mod error;
pub mod export;
mod finder;
mod grams;
pub mod hand;
pub mod ingest;
mod literals;
pub mod model;
pub mod pipeline;
pub mod privacy;
pub mod score;
pub mod segment;
pub mod tabulate;
pub mod validate;
