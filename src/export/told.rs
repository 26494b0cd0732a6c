//! A number that may be masked.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::number::MASKED;

/// A number of records; in JSON the number, or `"*"` where it is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told(Option<u64>);

impl Told {
    /// The number, if it is not to be masked.
    pub fn new(n: u64, masked: bool) -> Self {
        Told((!masked).then_some(n))
    }

    /// The number; `None` where it is masked.
    pub fn get(self) -> Option<u64> {
        self.0
    }
}

impl Default for Told {
    /// 0.
    fn default() -> Self {
        Told(Some(0))
    }
}

impl From<u64> for Told {
    fn from(n: u64) -> Self {
        Told(Some(n))
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(n) => n.fmt(f),
            None => f.write_str(MASKED),
        }
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(n) => serializer.serialize_u64(n),
            None => serializer.serialize_str(MASKED),
        }
    }
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(u64),
            Text(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Number(n) => Ok(Told(Some(n))),
            Either::Text(text) if text == MASKED => Ok(Told(None)),
            Either::Text(text) => Err(D::Error::custom(format!("{text:?} is neither a number nor {MASKED:?}"))),
        }
    }
}
