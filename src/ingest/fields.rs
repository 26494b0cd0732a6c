use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::Deserialize;

/// What a column can tell of a post. Layout files and `--map` use the [names](Field::name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The platform's id of the post (Weibo: the `mid`).
    Id,
    /// Weibo's short id (`mblogid`), the last part of a post's address.
    Bid,
    /// Address of the post; its last part is an id.
    Link,
    /// The text of the post.
    Text,
    /// A title, put before the text on a line of its own.
    Title,
    /// When it was posted.
    CreatedAt,
    /// Time of day, where the export keeps it apart from the date.
    TimeOfDay,
    /// The author's id.
    UserId,
    /// The author's screen name.
    ScreenName,
    /// Whether the author's account is verified.
    Verified,
    /// Weibo's numeric `verified_type`.
    VerifiedType,
    /// The badge as text (蓝V, 黄V, 普通用户).
    Badge,
    /// Text of the verification.
    VerifiedReason,
    /// The account's description.
    Description,
    /// Number of followers.
    Followers,
    /// Number of reposts.
    Reposts,
    /// Number of comments.
    Comments,
    /// Number of likes.
    Likes,
    /// Whether the post is a repost.
    IsRepost,
    /// Whether the post is an original: the opposite of [`Field::IsRepost`].
    IsOriginal,
    /// Id of the post reposted.
    RetweetId,
    /// The post reposted or its text; that it is there marks a repost.
    OriginalText,
}

impl Field {
    /// Every field, in the order messages list them.
    pub const ALL: [Field; 22] = [
        Field::Id,
        Field::Bid,
        Field::Link,
        Field::Text,
        Field::Title,
        Field::CreatedAt,
        Field::TimeOfDay,
        Field::UserId,
        Field::ScreenName,
        Field::Verified,
        Field::VerifiedType,
        Field::Badge,
        Field::VerifiedReason,
        Field::Description,
        Field::Followers,
        Field::Reposts,
        Field::Comments,
        Field::Likes,
        Field::IsRepost,
        Field::IsOriginal,
        Field::RetweetId,
        Field::OriginalText,
    ];

    /// The name used in layout files, in `--map` and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Field::Id => "id",
            Field::Bid => "bid",
            Field::Link => "link",
            Field::Text => "text",
            Field::Title => "title",
            Field::CreatedAt => "created_at",
            Field::TimeOfDay => "time_of_day",
            Field::UserId => "user_id",
            Field::ScreenName => "screen_name",
            Field::Verified => "verified",
            Field::VerifiedType => "verified_type",
            Field::Badge => "badge",
            Field::VerifiedReason => "verified_reason",
            Field::Description => "description",
            Field::Followers => "followers",
            Field::Reposts => "reposts",
            Field::Comments => "comments",
            Field::Likes => "likes",
            Field::IsRepost => "is_repost",
            Field::IsOriginal => "is_original",
            Field::RetweetId => "retweet_id",
            Field::OriginalText => "original_text",
        }
    }

    /// The field with this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Field::ALL.into_iter().find(|field| field.name() == name)
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Columns the user named for an export that no layout describes (`--map`); it replaces the layouts altogether.
///
/// Written `text=COLUMN,id=COLUMN`: a field named twice takes the first of its columns that has a value in the record.
/// In JSON a column is a path with dots: `text=content.body`.
///
/// ```
/// use minyi::ingest::FieldMap;
///
/// assert!("text=博文,id=编号,created_at=时间".parse::<FieldMap>().is_ok());
/// let error = "txet=博文".parse::<FieldMap>().unwrap_err();
/// assert!(error.starts_with("no field is called `txet`"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMap {
    pub(super) columns: BTreeMap<Field, Vec<String>>,
}

impl FromStr for FieldMap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut columns: BTreeMap<Field, Vec<String>> = BTreeMap::new();
        for pair in text.split(',') {
            let (name, column) = pair
                .split_once('=')
                .ok_or_else(|| format!("`{pair}` is not FIELD=COLUMN; write e.g. text=微博正文,id=微博id"))?;
            let (name, column) = (name.trim(), column.trim());
            let field = Field::from_name(name).ok_or_else(|| {
                let names: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
                format!("no field is called `{name}`; the fields are {}", names.join(", "))
            })?;
            if column.is_empty() {
                return Err(format!("no column is named for `{name}`; write {name}=COLUMN"));
            }
            columns.entry(field).or_default().push(column.to_owned());
        }
        if !columns.contains_key(&Field::Text) {
            return Err("the map names no column for `text`; add text=COLUMN".to_owned());
        }
        Ok(FieldMap { columns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_listed_once_at_its_own_index() {
        for (index, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field.index(), index);
            assert_eq!(Field::from_name(field.name()), Some(field));
        }
    }

    #[test]
    fn a_map_keeps_alternatives_in_the_order_given() {
        let map: FieldMap = "text=全文, text=摘要 ,id=a=b".parse().unwrap();
        assert_eq!(map.columns[&Field::Text], ["全文", "摘要"]);
        assert_eq!(map.columns[&Field::Id], ["a=b"]);
    }

    #[test]
    fn a_map_without_a_text_or_with_a_broken_pair_is_refused() {
        assert!("id=编号".parse::<FieldMap>().unwrap_err().contains("text=COLUMN"));
        assert!("text".parse::<FieldMap>().unwrap_err().contains("not FIELD=COLUMN"));
        assert!("text=".parse::<FieldMap>().unwrap_err().contains("no column"));
    }
}
