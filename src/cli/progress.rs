//! The progress bar: records a second and time left, on standard error, on a terminal only.

use std::{fs, time::Duration};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::pipeline::Progress;

/// The bar of one run; nothing is drawn where standard error is no terminal or the user wants quiet.
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    pub(super) fn new(inputs: &[String], quiet: bool) -> Self {
        // The size of standard input is not known, and with it not the time left.
        let sizes: Option<u64> = inputs
            .iter()
            .map(|input| {
                fs::metadata(input)
                    .ok()
                    .filter(|file| file.is_file())
                    .map(|file| file.len())
            })
            .sum();
        let template = match sizes {
            Some(_) => "{bar:30} {percent:>3}%  {msg}  {eta} left",
            None => "{spinner} {bytes}  {msg}  {elapsed}",
        };
        let target = if quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(sizes, target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Bar { bar }
    }

    pub(super) fn show(&self, progress: Progress) {
        self.bar.set_position(progress.bytes);
        let seconds = self.bar.elapsed().as_secs_f64().max(0.001);
        let rate = (progress.records as f64 / seconds) as u64;
        self.bar.set_message(format!(
            "{} posts, {}/s",
            HumanCount(progress.records),
            HumanCount(rate)
        ));
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A bar of so many steps, for work that takes long without reading: a bootstrap, an estimate of many shares.
pub(super) struct Steps {
    bar: ProgressBar,
}

impl Steps {
    pub(super) fn new(steps: usize, quiet: bool) -> Self {
        let target = if quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(steps as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {eta} left") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Steps { bar }
    }

    pub(super) fn done(&self) {
        self.bar.inc(1);
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
