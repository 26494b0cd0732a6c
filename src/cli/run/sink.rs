//! Where each post of a study goes.

use anyhow::Result;

use crate::{
    cli::reading::Prepared,
    error,
    export::{
        CodedSchema, CodedWriter, CsvOptions, Drawer, DrawnPosts, EncodedPosts, EvidenceRows, EvidenceWriter,
        ExcludedWriter, OutputDir, OutputFormat, PostSample, RejectsWriter, Written, each_few,
    },
    model::{Excluded, Reject},
    pipeline::{Prepare, Sink},
    tabulate::{Counted, Tally, TallyOptions},
};

/// Every file that is written post by post, and the counts.
pub(super) struct RunSink {
    csv: CodedWriter,
    parquet: CodedWriter,
    evidence: EvidenceWriter,
    rejects: RejectsWriter,
    excluded: ExcludedWriter,
    tally: Tally,
    /// Posts for the report, and what draws them.
    sample: Option<(PostSample, Drawer)>,
}

impl RunSink {
    pub(super) fn open(outputs: &mut OutputDir, prepared: &Prepared, sample: Option<PostSample>) -> Result<Self> {
        let codes = prepared.scorer.codebook().codes();
        let schema = CodedSchema::new(&codes, &prepared.options.keep);
        let options = CsvOptions::default();
        let tally_options = TallyOptions {
            window: prepared.settings.window,
            ..TallyOptions::default()
        };
        Ok(RunSink {
            csv: CodedWriter::new(outputs.output("coded.csv")?, OutputFormat::Csv, &schema, options)?,
            parquet: CodedWriter::new(
                outputs.output("coded.parquet")?,
                OutputFormat::Parquet,
                &schema,
                options,
            )?,
            evidence: EvidenceWriter::new(outputs.output("evidence.csv")?, options)?,
            rejects: RejectsWriter::new(outputs.output("rejects.csv")?, options)?,
            excluded: ExcludedWriter::new(outputs.output("excluded.csv")?, options)?,
            tally: Tally::new(&codes, prepared.rules.types(), tally_options),
            sample: sample.map(|sample| {
                let drawer = sample.drawer(&codes);
                (sample, drawer)
            }),
        })
    }

    pub(super) fn finish(self, outputs: &mut OutputDir) -> Result<(Tally, Option<PostSample>, Vec<Written>)> {
        let files = [
            self.csv.finish()?,
            self.parquet.finish()?,
            self.evidence.finish(),
            self.rejects.finish()?,
            self.excluded.finish()?,
        ];
        let written = files
            .into_iter()
            .map(|file| outputs.keep(file))
            .collect::<error::Result<Vec<_>>>()?;
        Ok((self.tally, self.sample.map(|(sample, _)| sample), written))
    }
}

/// What consecutive posts are made into.
pub(super) struct RunPart {
    csv: EncodedPosts,
    parquet: EncodedPosts,
    evidence: EvidenceRows,
    counted: Counted,
    drawn: DrawnPosts,
}

impl Sink for RunSink {
    type Part = RunPart;

    fn prepare(&self) -> Prepare<RunPart> {
        let (csv, parquet, counter) = (self.csv.encoder(), self.parquet.encoder(), self.tally.counter());
        let drawer = self.sample.as_ref().map(|(_, drawer)| drawer.clone());
        Box::new(move |posts| {
            let (mut csv_rows, mut parquet_rows) = (csv.begin(), parquet.begin());
            let (mut evidence, mut counted) = (EvidenceRows::default(), counter.begin());
            let mut drawn = DrawnPosts::default();
            each_few(posts, |posts| {
                csv.add(&mut csv_rows, posts)?;
                parquet.add(&mut parquet_rows, posts)?;
                evidence.add(posts)?;
                counter.add(&mut counted, posts);
                if let Some(drawer) = &drawer {
                    drawer.add(&mut drawn, posts);
                }
                Ok(())
            })?;
            Ok(RunPart {
                csv: csv_rows.end()?,
                parquet: parquet_rows.end()?,
                evidence,
                counted,
                drawn,
            })
        })
    }

    fn coded(&mut self, part: RunPart) -> error::Result<()> {
        self.csv.write(part.csv)?;
        self.parquet.write(part.parquet)?;
        self.evidence.write(part.evidence)?;
        self.tally.take(part.counted);
        if let Some((sample, _)) = &mut self.sample {
            sample.take(part.drawn);
        }
        Ok(())
    }

    fn reject(&mut self, reject: &Reject) -> error::Result<()> {
        self.rejects.write(reject)
    }

    fn excluded(&mut self, excluded: &Excluded) -> error::Result<()> {
        self.excluded.write(excluded)
    }
}
