//! report.html: a study on one page that can be mailed, and the paragraphs of its methods.
//!
//! The page is made from a [`Study`], which [`Study::read`] finds in the folder of a run: the tables, the manifest, and report.jsonl with
//! the posts to show (a bounded [`PostSample`] and the examples). It is one file that asks nothing of the network; its policy
//! (Content-Security-Policy) lets no script run but its own. Without scripts everything but the search over posts is there to be read.
//! Every text goes through [`escape`](html::escape) or stands in JSON in which no `<` is left.

mod base64;
mod examples;
mod flow;
mod html;
mod made;
mod marks;
mod methods;
mod overview;
mod page;
mod pictures;
mod posts;
mod read;
mod script;
mod search;
mod steps;
mod study;
mod tables;
mod validation;

#[cfg(test)]
mod tests;

pub use methods::methods;
pub use page::{StudyReport, report_page};
pub use posts::{Drawer, Drawn, DrawnPosts, PostSample, SampleSize, ShownEvidence, ShownPost};
pub use study::{REPORT, ReportHead, ShownCode, ShownScheme, Study, write_shown_posts};
pub use validation::Validation;
