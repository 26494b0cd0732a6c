//! Machine codes against human codes.

use super::{Bootstrap, Bounds, Coefficient, Measured, Ratings, Undefined, bootstrap, effective_number};
use crate::tabulate::{Level, wilson_share};

/// Human and machine codes of the same posts on one variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Each class (a stance, a code): whether the human and whether the machine gave it, by post.
    pub classes: Vec<Class>,
    /// Human and machine as two coders, where a post has exactly one class.
    pub ratings: Option<Ratings>,
    /// Weight of each post: 1 / its inclusion probability.
    pub weights: Vec<f64>,
    /// Human and machine as two coders of each class, where a post may have several.
    by_class: Vec<Ratings>,
}

/// One class: given or not given, by post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Whether the human gave it to each post.
    pub human: Vec<bool>,
    /// Whether the machine gave it to each post.
    pub machine: Vec<bool>,
}

/// A measure of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Share of posts with the human's class.
    Accuracy,
    /// Of the posts the machine gave the class, the share the human gave it too.
    Precision,
    /// Of the posts the human gave the class, the share the machine gave it too.
    Recall,
    /// Harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).
    F1,
    /// Mean of the F1 of the classes that human or machine gave at all.
    MacroF1,
    /// Cohen's kappa of human and machine.
    CohenKappa,
    /// Krippendorff's alpha of human and machine.
    Alpha,
}

impl Measure {
    /// The name as printed in every output.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Accuracy => "accuracy",
            Measure::Precision => "precision",
            Measure::Recall => "recall",
            Measure::F1 => "f1",
            Measure::MacroF1 => "macro_f1",
            Measure::CohenKappa => "cohen_kappa",
            Measure::Alpha => "alpha",
        }
    }
}

/// One measure of one class, or of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The class; `None` is all of them.
    pub class: Option<String>,
    /// What is measured.
    pub measure: Measure,
    /// The number and its interval.
    pub measured: Measured,
    /// How the interval was made: `wilson` or `bootstrap`.
    pub method: &'static str,
    /// Posts the measure is taken of, unweighted.
    pub posts: usize,
}

/// One cell of a confusion matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What the human gave.
    pub human: String,
    /// What the machine gave.
    pub machine: String,
    /// Posts.
    pub posts: u64,
    /// Posts the human gave this.
    pub base: u64,
    /// Weighted share of the base; `None` where it is empty.
    pub share: Option<f64>,
}

/// A measure with the share's base: which posts it is a share of, where it is a share.
struct Point {
    class: Option<usize>,
    measure: Measure,
    value: Result<f64, Undefined>,
}

impl Comparison {
    /// A variable with one class a post. Class numbers index `names`.
    pub fn single(names: &[&str], human: &[usize], machine: &[usize], weights: Vec<f64>) -> Self {
        let given = |given: &[usize], class: usize| given.iter().map(|&one| one == class).collect();
        let classes = names.iter().enumerate().map(|(class, name)| Class {
            name: (*name).to_owned(),
            human: given(human, class),
            machine: given(machine, class),
        });
        let units = human
            .iter()
            .zip(machine)
            .map(|(&a, &b)| vec![Some(a), Some(b)])
            .collect();
        Comparison {
            classes: classes.collect(),
            ratings: Some(Ratings::new(names.len(), units)),
            weights,
            by_class: Vec::new(),
        }
    }

    /// A variable of which a post may have several classes, or none.
    pub fn multiple(classes: Vec<Class>, weights: Vec<f64>) -> Self {
        Comparison {
            by_class: classes.iter().map(Class::ratings).collect(),
            classes,
            ratings: None,
            weights,
        }
    }

    /// Every measure with its interval: Wilson's for accuracy, precision and recall where posts are independent (`by_post`), on the
    /// effective number of posts (Kish 1965), where weights differ;
    /// else the bootstrap of `clusters`.
    pub fn scores(&self, clusters: &[usize], by_post: bool, options: Bootstrap) -> Vec<Score> {
        let points = self.points(&self.weights);
        let bounds = bootstrap(clusters, options, |times| {
            let weights: Vec<f64> = self
                .weights
                .iter()
                .zip(times)
                .map(|(weight, times)| weight * times)
                .collect();
            self.points(&weights)
                .into_iter()
                .map(|point| point.value.ok())
                .collect()
        });
        let all = points.into_iter().zip(bounds);
        all.map(|(point, bounds)| {
            let base = self.base(&point);
            let wilson = match &point.value {
                Ok(share) if by_post && point.measure.is_share() => self.wilson(*share, &base, options.level),
                _ => None,
            };
            let method = if wilson.is_some() { "wilson" } else { "bootstrap" };
            let measured = match point.value {
                Ok(_) => Measured {
                    value: point.value,
                    bounds: wilson.map_or(bounds, Ok),
                },
                Err(why) => Measured::undefined(why),
            };
            Score {
                class: point.class.map(|class| self.classes[class].name.clone()),
                measure: point.measure,
                measured,
                method,
                posts: base.len(),
            }
        })
        .collect()
    }

    /// Confusion matrices by name: one of the variable where a post has one class, else one for each class, `given` or `not given`.
    pub fn confusion(&self, variable: &str) -> Vec<(String, Vec<Cell>)> {
        if self.ratings.is_some() {
            let names: Vec<&str> = self.classes.iter().map(|class| class.name.as_str()).collect();
            let given = |post: usize, by: fn(&Class) -> &[bool]| self.classes.iter().position(|class| by(class)[post]);
            let pair = |post: usize| Some((given(post, |class| &class.human)?, given(post, |class| &class.machine)?));
            return vec![(variable.to_owned(), self.cells(&names, pair))];
        }
        let matrix = |class: &Class| {
            let pair = |post: usize| Some((usize::from(!class.human[post]), usize::from(!class.machine[post])));
            (class.name.clone(), self.cells(&["given", "not given"], pair))
        };
        self.classes.iter().map(matrix).collect()
    }

    fn cells(&self, names: &[&str], pair: impl Fn(usize) -> Option<(usize, usize)>) -> Vec<Cell> {
        let size = names.len();
        let (mut posts, mut weights) = (vec![0u64; size * size], vec![0.0; size * size]);
        for (post, weight) in self.weights.iter().enumerate() {
            if let Some((human, machine)) = pair(post) {
                posts[human * size + machine] += 1;
                weights[human * size + machine] += weight;
            }
        }
        let cell = |at: usize| {
            let row = at / size * size..(at / size + 1) * size;
            let whole: f64 = weights[row.clone()].iter().sum();
            Cell {
                human: names[at / size].to_owned(),
                machine: names[at % size].to_owned(),
                posts: posts[at],
                base: posts[row].iter().sum(),
                share: (whole > 0.0).then(|| weights[at] / whole),
            }
        };
        (0..size * size).map(cell).collect()
    }

    fn points(&self, weights: &[f64]) -> Vec<Point> {
        let mut points = Vec::new();
        let mut f1s = Vec::new();
        for (number, class) in self.classes.iter().enumerate() {
            let mut push = |measure, value| {
                points.push(Point {
                    class: Some(number),
                    measure,
                    value,
                })
            };
            let [both, human, machine] = class.weights(weights);
            push(
                Measure::Precision,
                ratio(both, machine, "the machine gave this class to no post"),
            );
            push(
                Measure::Recall,
                ratio(both, human, "the human gave this class to no post"),
            );
            let f1 = ratio(2.0 * both, human + machine, "neither human nor machine gave this class");
            f1s.extend(f1.clone());
            push(Measure::F1, f1);
            if let Some(ratings) = self.by_class.get(number) {
                push(
                    Measure::CohenKappa,
                    coefficient(Coefficient::CohenKappa, ratings, weights),
                );
                push(Measure::Alpha, coefficient(Coefficient::Alpha, ratings, weights));
            }
        }
        let mut push = |measure, value| {
            points.push(Point {
                class: None,
                measure,
                value,
            })
        };
        let mean = ratio(f1s.iter().sum(), f1s.len() as f64, "no class was given to any post");
        push(Measure::MacroF1, mean);
        if let Some(ratings) = &self.ratings {
            push(Measure::Accuracy, coefficient(Coefficient::Percent, ratings, weights));
            push(
                Measure::CohenKappa,
                coefficient(Coefficient::CohenKappa, ratings, weights),
            );
            push(Measure::Alpha, coefficient(Coefficient::Alpha, ratings, weights));
        }
        points
    }

    /// The posts that a measure is a share of.
    fn base(&self, point: &Point) -> Vec<usize> {
        let of = |given: &[bool]| {
            given
                .iter()
                .enumerate()
                .filter(|(_, given)| **given)
                .map(|(post, _)| post)
                .collect()
        };
        match (point.measure, point.class) {
            (Measure::Precision, Some(class)) => of(&self.classes[class].machine),
            (Measure::Recall, Some(class)) => of(&self.classes[class].human),
            _ => (0..self.weights.len()).collect(),
        }
    }

    fn wilson(&self, share: f64, base: &[usize], level: Level) -> Option<Bounds> {
        let effective = effective_number(base.iter().map(|&post| self.weights[post]));
        // Shares of weights may pass 1 by rounding.
        let interval = wilson_share(share.clamp(0.0, 1.0), effective, level)?;
        Some(Bounds {
            low: interval.low,
            high: interval.high,
        })
    }
}

impl Measure {
    fn is_share(self) -> bool {
        matches!(self, Measure::Accuracy | Measure::Precision | Measure::Recall)
    }
}

impl Class {
    /// Weight of the posts to which both gave the class, the human gave it, the machine gave it.
    fn weights(&self, weights: &[f64]) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for ((&human, &machine), weight) in self.human.iter().zip(&self.machine).zip(weights) {
            for (sum, counts) in sums.iter_mut().zip([human && machine, human, machine]) {
                *sum += if counts { *weight } else { 0.0 };
            }
        }
        sums
    }

    fn ratings(&self) -> Ratings {
        let pair = |(&human, &machine): (&bool, &bool)| vec![Some(usize::from(human)), Some(usize::from(machine))];
        Ratings::new(2, self.human.iter().zip(&self.machine).map(pair).collect())
    }
}

fn ratio(part: f64, whole: f64, why: &'static str) -> Result<f64, Undefined> {
    if whole > 0.0 {
        Ok(part / whole)
    } else {
        Err(Undefined::EmptyBase(why))
    }
}

/// With the weights scaled to a mean of 1, so that the number of posts stays what it is (alpha corrects for it).
fn coefficient(coefficient: Coefficient, ratings: &Ratings, weights: &[f64]) -> Result<f64, Undefined> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return Err(Undefined::EmptyBase("no post"));
    }
    let scale = weights.len() as f64 / sum;
    let weights: Vec<f64> = weights.iter().map(|weight| weight * scale).collect();
    coefficient.of(ratings, &weights)
}
