use super::{Shape, Splitter};

/// The shape of a document that starts like this. `known` are the names under which exporters keep their records.
pub(in crate::ingest) fn shape_of(sample: &str, known: &[&str]) -> Shape {
    let sample = sample.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if sample.starts_with('[') {
        return Shape::List;
    }
    let line = sample.lines().next().unwrap_or_default();
    let whole_first_line = serde_json::from_str::<serde_json::Value>(line);
    if let Ok(first) = &whole_first_line {
        let list_at = |path: &str| path.split('.').try_fold(first, |value, part| value.get(part));
        let enveloped = known
            .iter()
            .find(|path| list_at(path).is_some_and(serde_json::Value::is_array));
        return enveloped.map_or(Shape::Lines, |path| Shape::Envelope((*path).to_owned()));
    }
    match list_member(sample, known) {
        Some(name) => Shape::Envelope(name),
        None if line.len() < sample.len() && line.trim() != "{" => Shape::Lines,
        None => Shape::List,
    }
}

/// The member of the first object that holds the records: one with a known path, else the first list of objects.
fn list_member(sample: &str, known: &[&str]) -> Option<String> {
    let mut splitter = Splitter::new(sample.as_bytes(), Shape::List);
    splitter.bump().ok()?;
    let mut fallback = None;
    loop {
        splitter.skip_blanks().ok()?;
        if splitter.peek().ok()? != Some(b'"') {
            return fallback;
        }
        let (name, _) = splitter.value().ok()?;
        let name: String = serde_json::from_slice(&name).ok()?;
        splitter.skip_blanks().ok()?;
        splitter.bump().ok()?;
        splitter.skip_blanks().ok()?;
        let (value, whole) = splitter.value().ok()?;
        if value.starts_with(b"[") && known.contains(&name.as_str()) {
            return Some(name);
        }
        for path in known.iter().filter(|_| value.starts_with(b"{")) {
            let inner = path.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.'));
            let holds = |inner| list_member(&String::from_utf8_lossy(&value), &[inner]).as_deref() == Some(inner);
            if inner.is_some_and(holds) {
                return Some((*path).to_owned());
            }
        }
        if fallback.is_none() && value.starts_with(b"[") && value[1..].trim_ascii_start().starts_with(b"{") {
            fallback = Some(name);
        }
        if !whole {
            return fallback;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_shows_at_the_start() {
        let known = ["weibo", "data.list"];
        for (sample, shape) in [
            ("[{}]", Shape::List),
            ("{\"a\":1}\n{\"a\":2}\n", Shape::Lines),
            ("{\"a\":1}", Shape::Lines),
            ("{\"user\":{},\"weibo\":[]}", Shape::Envelope("weibo".into())),
            ("{\"weibo\":[1]}\n{\"weibo\":[2]}", Shape::Envelope("weibo".into())),
            (
                "{\n \"ok\": 1,\n \"data\": {\n \"x\": [{}],\n \"list\": [\n {\"a\":",
                Shape::Envelope("data.list".into()),
            ),
            (
                "{\n \"user\": {},\n \"weibo\": [\n {\"a\":",
                Shape::Envelope("weibo".into()),
            ),
            (
                "{\n \"meta\": [1],\n \"data\": [ {\"a\":1} ]\n}",
                Shape::Envelope("data".into()),
            ),
            ("{\n \"a\": 1\n}\n{\n \"a\": 2\n}", Shape::List),
            ("{\"a\": broken}\n{\"a\":1}\n", Shape::Lines),
        ] {
            assert_eq!(shape_of(sample, &known), shape, "{sample}");
        }
    }
}
