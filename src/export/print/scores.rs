//! How right the machine is, as a paper prints it.

use super::{Group, Labels, PrintCell, PrintRow, PrintTable, RowKind};
use crate::{
    export::Scores,
    tabulate::Within,
    validate::{Bootstrap, Cell, Measure, Score},
};

const OVERALL: [Measure; 4] = [Measure::Accuracy, Measure::MacroF1, Measure::CohenKappa, Measure::Alpha];
const OF_CLASS: [Measure; 3] = [Measure::Precision, Measure::Recall, Measure::F1];
/// The group of all posts.
const ALL: &str = "all";

/// Lays out scores: the measures of each variable over all posts and in each group; precision, recall and F1 of each class over all posts; and
/// the confusion matrix of each variable of which a post has one value. `weighted` says whether the scores are, by inverse sampling
/// probabilities; counts never are.
pub fn print_scores(found: &[Scores], options: Bootstrap, weighted: bool, labels: &Labels) -> Vec<PrintTable> {
    let level = ((options.level.get() * 1e8).round() / 1e6).to_string();
    let (replicates, seed) = (options.replicates.to_string(), options.seed.to_string());
    let wilson = found
        .iter()
        .flat_map(|group| &group.scores)
        .any(|score| score.method == "wilson");
    let intervals = labels.note(
        if wilson {
            "scores_interval"
        } else {
            "agreement_interval"
        },
        &[("level", &level), ("replicates", &replicates), ("seed", &seed)],
    );
    let mut notes = vec![labels.note("scores", &[])];
    if weighted {
        notes.push(labels.note("scores_weighted", &[]));
    }
    notes.push(intervals);

    let mut overall = Vec::new();
    let mut of_classes = Vec::new();
    let mut variable = "";
    for group in found {
        if group.variable != variable {
            variable = &group.variable;
            overall.push(stratum(labels.column(variable)));
            of_classes.push(stratum(labels.column(variable)));
        }
        let score = |class: Option<&str>, measure| {
            group
                .scores
                .iter()
                .find(|score| score.measure == measure && score.class.as_deref() == class)
        };
        overall.push(row(
            labels.value(&group.group),
            OVERALL.map(|measure| score(None, measure)),
        ));
        if group.group != ALL {
            continue;
        }
        let classes = group.scores.iter().filter(|score| score.measure == Measure::F1);
        for class in classes.filter_map(|score| score.class.as_deref()) {
            let label = labels.value(class);
            of_classes.push(row(label, OF_CLASS.map(|measure| score(Some(class), measure))));
        }
    }
    let table = |name: &str, title: &str, measures: &[Measure], rows: Vec<PrintRow>| {
        let columns = || {
            vec![
                labels.word("n", &[]),
                labels.word("value", &[]),
                labels.word("interval", &[("level", &level)]),
            ]
        };
        let group = |measure: &Measure| Group {
            heading: labels.word(measure.name(), &[]),
            columns: columns(),
        };
        let mut notes = notes.clone();
        if rows.iter().any(|row| row.cells.contains(&PrintCell::NotAvailable)) {
            notes.push(labels.note("agreement_undefined", &[]));
        }
        laid_out(
            name,
            labels.note(title, &[]),
            measures.iter().map(group).collect(),
            rows,
            notes,
            labels,
        )
    };
    let mut tables = vec![
        table("scores", "scores_title", &OVERALL, overall),
        table("scores_by_class", "scores_class_title", &OF_CLASS, of_classes),
    ];
    for group in found.iter().filter(|group| group.group == ALL) {
        if let [(_, cells)] = &group.confusion[..] {
            tables.push(confusion(&group.variable, cells, labels));
        }
    }
    tables
}

fn stratum(label: String) -> PrintRow {
    PrintRow {
        label,
        kind: RowKind::Stratum,
        cells: Vec::new(),
    }
}

/// Posts, value and interval of each measure.
fn row<'a>(label: String, scores: impl IntoIterator<Item = Option<&'a Score>>) -> PrintRow {
    let cells = |score: Option<&Score>| {
        let Some(score) = score else {
            return [PrintCell::Empty; 3];
        };
        let value = score.measured.value.as_ref();
        let bounds = score.measured.bounds.as_ref();
        [
            PrintCell::Count(score.posts as u64),
            value.map_or(PrintCell::NotAvailable, |value| PrintCell::Number(*value)),
            bounds.map_or(PrintCell::NotAvailable, |bounds| {
                PrintCell::Range(bounds.low, bounds.high)
            }),
        ]
    };
    PrintRow {
        label,
        kind: RowKind::Body,
        cells: scores.into_iter().flat_map(cells).collect(),
    }
}

/// Posts by what the human gave, in the rows, and what the machine gave.
fn confusion(variable: &str, cells: &[Cell], labels: &Labels) -> PrintTable {
    let mut classes: Vec<&str> = Vec::new();
    for cell in cells {
        if !classes.contains(&cell.human.as_str()) {
            classes.push(&cell.human);
        }
    }
    let count = |human: &str, machine: &str| {
        let found = cells.iter().find(|cell| cell.human == human && cell.machine == machine);
        found.map_or(0, |cell| cell.posts)
    };
    let mut rows: Vec<PrintRow> = Vec::new();
    for human in &classes {
        let posts = classes.iter().map(|machine| count(human, machine));
        let all: u64 = posts.clone().sum();
        rows.push(PrintRow {
            label: labels.value(human),
            kind: RowKind::Body,
            cells: posts.chain([all]).map(PrintCell::Count).collect(),
        });
    }
    let machines = classes.iter().map(|class| labels.value(class));
    let columns: Vec<String> = machines.chain([labels.word("total", &[])]).collect();
    let groups = vec![Group {
        heading: labels.word("machine_codes", &[]),
        columns,
    }];
    let caption = labels.note("confusion_title", &[("column", &labels.column(variable))]);
    laid_out(
        &format!("confusion_{variable}"),
        caption,
        groups,
        rows,
        vec![labels.note("confusion", &[])],
        labels,
    )
}

fn laid_out(
    name: &str,
    caption: String,
    groups: Vec<Group>,
    rows: Vec<PrintRow>,
    notes: Vec<String>,
    labels: &Labels,
) -> PrintTable {
    PrintTable {
        name: name.to_owned(),
        caption,
        stub: String::new(),
        groups,
        rows,
        notes,
        within: Within::Row,
        count_notes: Vec::new(),
        base_name: String::new(),
        note_word: labels.word("note", &[]),
    }
}
