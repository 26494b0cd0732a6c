//! report.html of a run, and report.jsonl, from which `minyi report` makes it again.

use anyhow::Result;

use super::Run;
use crate::{
    cli::{
        reading::Prepared,
        report::{Page, scheme, write_page},
    },
    export::{
        Drawn, Manifest, OutputDir, PostSample, REPORT, ReportHead, SampleSize, Study, test_cells, write_shown_posts,
    },
    tabulate::{Example, Table, Test},
};

/// How many posts the report is to show; none where it is not wanted. With masked counts it shows no single post, as these could be
/// counted.
pub(super) fn sample(run: &Run) -> Option<PostSample> {
    let size = if withheld(run) {
        SampleSize {
            with_stance: 0,
            off_topic: 0,
            ..SampleSize::default()
        }
    } else {
        SampleSize::default()
    };
    (!run.no_report).then(|| PostSample::new(size))
}

fn withheld(run: &Run) -> bool {
    run.suppress.is_some()
}

/// What a run has counted.
pub(super) struct Counted {
    pub(super) tables: Vec<Table>,
    pub(super) tests: Vec<Test>,
    pub(super) examples: Vec<Example>,
}

/// Writes the report and the posts it shows, and tells the manifest of both.
pub(super) fn write(
    outputs: &mut OutputDir,
    run: &Run,
    prepared: &Prepared,
    manifest: &mut Manifest,
    sample: PostSample,
    counted: Counted,
) -> Result<()> {
    let codebook = prepared.scorer.codebook();
    let examples = if withheld(run) { &[][..] } else { &counted.examples };
    let (posts, mut drawn) = sample.finish(examples, &codebook.codes());
    if withheld(run) {
        // How many there are is told by the tables, as far as it may be.
        drawn = [Drawn::default(); 2];
    }
    let [with_stance, off_topic] = drawn;
    let kinds = prepared.rules.types().iter();
    let head = ReportHead {
        scheme: scheme(codebook),
        account_types: kinds.map(|kind| kind.name().to_owned()).collect(),
        with_stance,
        off_topic,
        withheld: withheld(run),
    };
    let file = write_shown_posts(&head, &posts, outputs.output("report.jsonl")?)?;
    manifest.outputs.push(outputs.keep(file)?);
    let study = Study {
        manifest: manifest.clone(),
        tables: counted.tables.into_iter().map(Table::as_shown).collect(),
        tests: counted.tests.iter().map(|test| test_cells(test).to_vec()).collect(),
        head,
        posts,
    };
    let page = Page {
        lang: run.lang,
        ..Page::default()
    };
    let mut file = outputs.output(REPORT)?;
    write_page(&mut file, &page.html(study)?)?;
    manifest.outputs.push(outputs.keep(file)?);
    Ok(())
}
