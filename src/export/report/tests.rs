use super::*;

/// An invented post of this text, without evidence.
pub(super) fn post(text: &str) -> ShownPost {
    ShownPost {
        source_file: "a.csv".to_owned(),
        source_row: 1,
        post_id: String::new(),
        user_id: None,
        screen_name: None,
        created_at: None,
        account_type: "individual".to_owned(),
        is_repost: false,
        stance: "neutral".to_owned(),
        confidence: None,
        codes: Vec::new(),
        text: text.to_owned(),
        cut: false,
        evidence: Vec::new(),
        sampled: true,
        example_of: Vec::new(),
    }
}
