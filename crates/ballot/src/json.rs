//! Canonical JSON: one value, one encoding.
//!
//! RFC 8785 and stricter: see docs/formats.md §1. The checker reads the bytes once and accepts only
//! what a canonical writer would have written, so that nothing has to be written again to compare.

mod assigned;

use serde::{Serialize, de::DeserializeOwned};
use unicode_normalization::is_nfc;

/// The largest integer that the record holds: every one up to it is exact in an IEEE double.
pub const MAX_INT: u64 = (1 << 53) - 1;

/// How deep objects and arrays may stand in each other, the outermost counted.
const MAX_DEPTH: usize = 32;

/// Why bytes are not canonical JSON of the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Some byte is not what a canonical writer puts there.
    #[error("not canonical JSON at byte {0}: {1}")]
    Syntax(usize, &'static str),
    /// The text holds a character that the record bars, or is not in normal form C.
    #[error("a string must be in normal form C, of characters assigned in Unicode 15.0, none of them invisible")]
    Text,
    /// Canonical, but not of the wanted fields and types.
    #[error("wrong fields: {0}")]
    Shape(String),
}

/// Checks that `text` is exactly one JSON object in the record's canonical form.
pub fn check(text: &str) -> Result<(), JsonError> {
    if !text.is_ascii() && !is_record_text(text) {
        return Err(JsonError::Text);
    }
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    scanner.object(1)?;
    if scanner.at == text.len() { Ok(()) } else { Err(scanner.error("nothing may follow the object")) }
}

/// Reads a canonical object into a type with strict fields.
///
/// # Errors
/// Not canonical, or not of the type's fields.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    check(text)?;
    serde_json::from_str(text).map_err(|err| JsonError::Shape(err.to_string()))
}

/// Writes a value in canonical form.
///
/// The value's structs declare their fields in ascending order and its strings come from readers
/// that [`check`] them: a debug build verifies both.
///
/// # Panics
/// If `T` cannot be JSON at all, such as a map with keys that are no strings.
pub fn write<T: Serialize>(value: &T) -> String {
    let text = serde_json::to_string(value).expect("statements are plain data with string keys");
    debug_assert!(text.starts_with('[') || check(&text).is_ok(), "not canonical: {text}");
    text
}

/// Whether a character may stand in a string of the record.
pub fn is_allowed(character: char) -> bool {
    let code = u32::from(character);
    let barred = character.is_control()
        || matches!(code, 0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E)
        || matches!(code, 0x2060..=0x206F | 0xFEFF | 0xE_0000..=0xE_007F);
    if barred {
        return false;
    }
    let following = assigned::ASSIGNED.partition_point(|&(_, last)| last < code);
    assigned::ASSIGNED.get(following).is_some_and(|&(first, _)| first <= code)
}

/// Whether a string may stand in the record: allowed characters in normal form C.
pub fn is_record_text(text: &str) -> bool {
    text.chars().all(is_allowed) && is_nfc(text)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn error(&self, what: &'static str) -> JsonError {
        JsonError::Syntax(self.at, what)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8, what: &'static str) -> Result<(), JsonError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.error(what))
        }
    }

    fn word(&mut self, word: &'static [u8]) -> Result<(), JsonError> {
        if self.bytes[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(self.error("a value is an object, array, string, whole number, true or false"))
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), JsonError> {
        match self.peek() {
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(|_| ()),
            Some(b'0'..=b'9') => self.integer(),
            Some(b't') => self.word(b"true"),
            _ => self.word(b"false"),
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), JsonError> {
        if MAX_DEPTH < depth {
            return Err(self.error("at most 32 deep"));
        }
        self.take(b'{', "an object is wanted")?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        let mut last: &[u8] = b"";
        loop {
            let key = self.string()?;
            let is_key = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
            if key.is_empty() || !key.iter().all(is_key) {
                return Err(self.error("a key is of a-z, 0-9 and _"));
            }
            if key <= last {
                return Err(self.error("keys ascend, none twice"));
            }
            last = key;
            self.take(b':', "a colon follows the key, without blanks")?;
            self.value(depth)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => return self.take(b'}', "a comma or a closing brace is wanted"),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), JsonError> {
        if MAX_DEPTH < depth {
            return Err(self.error("at most 32 deep"));
        }
        self.take(b'[', "an array is wanted")?;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(depth)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => return self.take(b']', "a comma or a closing bracket is wanted"),
            }
        }
    }

    /// Reads a string and gives its raw inside; escapes are only `\"` and `\\`.
    fn string(&mut self) -> Result<&'a [u8], JsonError> {
        self.take(b'"', "a string is wanted")?;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(&self.bytes[start..self.at - 1]);
                }
                Some(b'\\') => {
                    if !matches!(self.bytes.get(self.at + 1), Some(b'"' | b'\\')) {
                        return Err(self.error("only quote and backslash are escaped"));
                    }
                    self.at += 2;
                }
                Some(0..=0x1F | 0x7F) | None => return Err(self.error("a string without control characters")),
                Some(_) => self.at += 1,
            }
        }
    }

    fn integer(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        let mut value: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            // No overflow: the value before is at most MAX_INT, far below u64::MAX / 10.
            value = value * 10 + u64::from(digit - b'0');
            if MAX_INT < value {
                return Err(self.error("a whole number up to 2^53 - 1"));
            }
            self.at += 1;
        }
        if self.bytes[start] == b'0' && 1 < self.at - start {
            return Err(self.error("no leading zero"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_accepted_nesting_is_32() {
        for (depth, accepted) in [(32, true), (33, false)] {
            let text = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
            assert_eq!(check(&text).is_ok(), accepted, "{depth} deep");
        }
    }

    #[test]
    fn combining_marks_are_judged_within_their_string() {
        assert!(check("{\"a\":\"\u{301}\"}").is_ok());
        assert!(check("{\"a\":\"e\u{301}\"}").is_err());
    }
}
