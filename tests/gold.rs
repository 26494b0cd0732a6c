use minyi::{
    codebook::Codebook,
    score::{Scope, Scorer},
};
use std::collections::BTreeMap;

#[test]
fn gold() {
    let scorer = Scorer::new(Codebook::load("weibo-pangenome").unwrap());
    let text = std::fs::read_to_string("../shared/corpora/pangenome-dev.jsonl").unwrap();
    let show = std::env::var("SHOW").unwrap_or_default();
    let mut conf: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut per: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut diff: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for line in text.lines() {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let t = v["text"].as_str().unwrap();
        let e = scorer.explain(t, Scope::Own);
        let g = v["gold_stance"].as_str().unwrap().to_string();
        let m = e.verdict.stance.name().to_string();
        let d = diff.entry(v["difficulty"].as_str().unwrap().into()).or_default();
        d[1] += 1;
        if g == m {
            d[0] += 1
        }
        let gold: Vec<&str> = v["gold_codes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c.as_str().unwrap())
            .collect();
        let got: Vec<String> = e
            .verdict
            .codes
            .iter()
            .map(|c| scorer.codebook().entry(c).id.clone())
            .collect();
        for c in &gold {
            let p = per.entry(c.to_string()).or_default();
            if got.iter().any(|x| x == c) {
                p[0] += 1
            } else {
                p[2] += 1
            }
        }
        for c in &got {
            if !gold.contains(&c.as_str()) {
                per.entry(c.clone()).or_default()[1] += 1
            }
        }
        if (show == "stance" && g != m)
            || show == v["id"].as_str().unwrap()
            || (show == "codes" && got.iter().map(|s| s.as_str()).collect::<Vec<_>>() != gold)
        {
            println!(
                "{} gold {g} {gold:?} got {m} {got:?} {:+.2} {:?}\n  {t}",
                v["id"], e.verdict.score, e.sums
            );
            for x in &e.verdict.evidence {
                println!(
                    "     {} {} [{}] {:+.2} {}",
                    x.code,
                    &t[x.start..x.end],
                    x.term,
                    x.weight,
                    x.rule
                );
            }
        }
        *conf.entry((g, m)).or_default() += 1;
    }
    let n: usize = conf.values().sum();
    let po = conf.iter().filter(|((g, m), _)| g == m).map(|(_, c)| c).sum::<usize>() as f64 / n as f64;
    let mut pe = 0.0;
    for s in ["positive", "negative", "neutral", "irrelevant"] {
        let a: usize = conf.iter().filter(|((g, _), _)| g == s).map(|(_, c)| c).sum();
        let b: usize = conf.iter().filter(|((_, m), _)| m == s).map(|(_, c)| c).sum();
        pe += a as f64 * b as f64 / (n * n) as f64;
    }
    for ((g, m), c) in &conf {
        println!("{g:>10} -> {m:<10} {c}");
    }
    println!("accuracy {po:.3} kappa {:.3}", (po - pe) / (1.0 - pe));
    let (mut tp, mut fp, mut fnn) = (0, 0, 0);
    for (c, [a, b, d]) in &per {
        println!("{c:<16} tp {a} fp {b} fn {d}");
        tp += a;
        fp += b;
        fnn += d;
    }
    println!(
        "codes P {:.3} R {:.3} micro-F1 {:.3}",
        tp as f64 / (tp + fp) as f64,
        tp as f64 / (tp + fnn) as f64,
        2.0 * tp as f64 / (2 * tp + fp + fnn) as f64
    );
    for (d, [a, b]) in &diff {
        println!("{d:<12} {a}/{b}");
    }
}

#[test]
fn rate() {
    let scorer = Scorer::new(Codebook::load("weibo-pangenome").unwrap());
    let show = std::env::var("RATE").unwrap_or_default();
    for n in ["dev", "gene", "gm", "lyu"] {
        let text = std::fs::read_to_string(format!("/tmp/{n}.jsonl")).unwrap();
        let mut grid = [[0usize; 6]; 3];
        let (mut rel, mut coded, mut all) = (0, 0, 0);
        let mut terms: BTreeMap<String, usize> = BTreeMap::new();
        for line in text.lines() {
            let t: String = serde_json::from_str(line).unwrap();
            let e = scorer.explain(&t, Scope::Own);
            all += 1;
            if e.sums.off_topic < 1.0 {
                for (i, t0) in [0.0, 0.4, 0.7].iter().enumerate() {
                    for (j, m) in [0.8, 1.0, 1.5, 2.0, 2.5, 3.0].iter().enumerate() {
                        if e.sums.topic >= 1.0 || (e.sums.topic >= *t0 && e.sums.specific >= *m) {
                            grid[i][j] += 1
                        }
                    }
                }
            }
            if e.verdict.stance.name() != "irrelevant" {
                rel += 1;
                for x in &e.verdict.evidence {
                    *terms.entry(format!("{} {}", x.code, x.term)).or_default() += 1;
                }
                if show == n && rel % 7 == 0 {
                    println!(
                        "{} {:?} {:?}",
                        e.verdict.stance,
                        e.sums,
                        t.chars().take(140).collect::<String>()
                    );
                }
            }
            if !e.verdict.codes.is_empty() {
                coded += 1
            }
        }
        println!("{grid:?}");
        println!("{n}: {all} relevant {rel} {:.4} coded {coded}", rel as f64 / all as f64);
        let mut v: Vec<_> = terms.into_iter().collect();
        v.sort_by_key(|x| usize::MAX - x.1);
        println!("   {:?}", &v[..v.len().min(25)]);
    }
}
