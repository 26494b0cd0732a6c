//! What in a text points to a person.

use std::ops::Range;

use regex::Regex;

/// Links, addresses, names of other accounts and long numbers, in the forms that Weibo and its crawlers write.
#[derive(Debug, Clone)]
pub(super) struct Patterns {
    /// Found in every text in which one of the others is.
    likely: Regex,
    /// Found where an owner is.
    owned: Regex,
    without_owner: Regex,
    all: Regex,
}

/// Characters a name on Weibo can have.
const LONGEST_NAME: usize = 30;

const LIKELY: &str = r"[@＠]|(?i:https?://)|(?i:\.(?:com|cn|net|org)/)|转发了|原始用户|[0-9０-９]{7}";

const OWNED: &str = r"的(?:微博|秒拍|美拍|快手|抖音)(?:视频|直播|文章)";

/// Groups: an address of mail or the web, a name, a number. A name ends where Weibo ends it; that it has no more than
/// [`LONGEST_NAME`] characters is seen to where it is found, as counting to thirty makes a large automaton.
const WITHOUT_OWNER: &str = r"(?x)
    (?P<mail>  [A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+ )
  | (?P<link>  (?i:https?://)[A-Za-z0-9./?=&_%\#:~+@-]+ | (?i:(?:[a-z0-9-]+\.)+(?:com|cn|net|org))/[A-Za-z0-9./?=&_%\#:~+@-]+ )
  | [@＠] (?P<mention> [\p{Alphabetic}\p{N}_·-]+ )
  | 转发了\s? (?P<reposted> [^\s@＠:：，。]{1,30}? ) \s?的微博
  | 原始用户\s?[:：]\s? (?P<original> [^\s@＠:：，。]+ )
  | (?P<number> [0-9０-９]{7,} )";

/// The owner of a film or the like. This may begin with any character, so it is looked for only where it can be.
const OWNER: &str = r"[LO]? (?P<owner> [^\s@＠:：，。！？、\#]{1,30}? ) ";

/// A text after replacement, with where everything went.
#[derive(Debug)]
pub(super) struct Replaced {
    pub(super) text: String,
    /// Ranges of the old text and of the new one, in order.
    moved: Vec<(Range<usize>, Range<usize>)>,
}

impl Patterns {
    pub(super) fn new() -> Result<Self, regex::Error> {
        Ok(Patterns {
            likely: Regex::new(&format!("{LIKELY}|{OWNED}"))?,
            owned: Regex::new(OWNED)?,
            without_owner: Regex::new(WITHOUT_OWNER)?,
            all: Regex::new(&format!("{WITHOUT_OWNER} | {OWNER} {OWNED}"))?,
        })
    }

    /// The text with what points to a person replaced, own names (raw, pseudonym) wherever they stand; `None` where there is nothing.
    pub(super) fn replace(
        &self,
        text: &str,
        own: &[(&str, &str)],
        pseudonym: impl Fn(&str) -> String,
    ) -> Option<Replaced> {
        let mut found: Vec<(Range<usize>, String)> = Vec::new();
        let patterns = self.likely.is_match(text).then(|| match self.owned.is_match(text) {
            true => &self.all,
            false => &self.without_owner,
        });
        let mut from = 0;
        while let Some(groups) = patterns.and_then(|patterns| patterns.captures_at(text, from)) {
            from = groups.get_match().end();
            for name in ["mention", "reposted", "original", "owner"] {
                if let Some(group) = groups.name(name) {
                    let long = group.as_str().char_indices().nth(LONGEST_NAME);
                    let name = long.map_or(group.as_str(), |(end, _)| &group.as_str()[..end]);
                    if long.is_some() {
                        from = group.start() + name.len();
                    }
                    found.push((group.start()..group.start() + name.len(), pseudonym(name)));
                }
            }
            for (name, new) in [("mail", "[mail]"), ("link", "[link]"), ("number", "[number]")] {
                if let Some(group) = groups.name(name) {
                    found.push((group.range(), new.to_owned()));
                }
            }
        }
        for (raw, new) in own {
            for (at, _) in text.match_indices(raw) {
                let range = at..at + raw.len();
                if !found
                    .iter()
                    .any(|(other, _)| other.start < range.end && range.start < other.end)
                {
                    found.push((range, (*new).to_owned()));
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        found.sort_by_key(|(range, _)| range.start);
        let mut replaced = Replaced {
            text: String::with_capacity(text.len()),
            moved: Vec::new(),
        };
        let mut done = 0;
        for (range, new) in found {
            replaced.text.push_str(&text[done..range.start]);
            let start = replaced.text.len();
            replaced.text.push_str(&new);
            done = range.end;
            replaced.moved.push((range, start..replaced.text.len()));
        }
        replaced.text.push_str(&text[done..]);
        Some(replaced)
    }
}

impl Replaced {
    /// Where a stretch that began at `old` begins; inside of what was replaced, where the new words begin.
    pub(super) fn start(&self, old: usize) -> usize {
        match self.last_before(old) {
            Some((was, is)) if old < was.end => is.start,
            Some((was, is)) => is.end + (old - was.end),
            None => old,
        }
    }

    /// Where a stretch that ended at `old` ends; inside of what was replaced, where the new words end.
    pub(super) fn end(&self, old: usize) -> usize {
        match self.last_before(old) {
            Some((was, is)) if old == was.start => is.start,
            Some((was, is)) if old < was.end => is.end,
            Some((was, is)) => is.end + (old - was.end),
            None => old,
        }
    }

    fn last_before(&self, old: usize) -> Option<&(Range<usize>, Range<usize>)> {
        self.moved.iter().rev().find(|(was, _)| was.start <= old)
    }
}
