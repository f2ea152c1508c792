//! The difference of two texts by paragraphs: the longest common subsequence.

use serde::Serialize;

/// One paragraph of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", content = "text", rename_all = "snake_case")]
pub enum Change<'a> {
    /// In both.
    Kept(&'a str),
    /// Only in the old text.
    Removed(&'a str),
    /// Only in the new text.
    Added(&'a str),
}

/// What changed between two canonical texts, in reading order; what is removed stands before what takes its place.
pub fn diff<'a>(old: &'a str, new: &'a str) -> Vec<Change<'a>> {
    let (old, new) = (super::paragraphs(old), super::paragraphs(new));
    let mut changes = Vec::new();
    let (mut left, mut right) = (0, 0);
    for (before, after) in kept(&old, &new).into_iter().chain([(old.len(), new.len())]) {
        changes.extend(old[left..before].iter().map(|text| Change::Removed(text)));
        changes.extend(new[right..after].iter().map(|text| Change::Added(text)));
        if before < old.len() {
            changes.push(Change::Kept(old[before]));
        }
        (left, right) = (before + 1, after + 1);
    }
    changes
}

/// The places of paragraphs that both texts have, in order: a longest common subsequence.
///
/// Time and memory grow with the product of the lengths, which a motion's text bounds.
pub(super) fn kept(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut longest = vec![0_usize; (old.len() + 1) * width];
    for left in (0..old.len()).rev() {
        for right in (0..new.len()).rev() {
            longest[left * width + right] = if old[left] == new[right] {
                longest[(left + 1) * width + right + 1] + 1
            } else {
                longest[(left + 1) * width + right].max(longest[left * width + right + 1])
            };
        }
    }
    let (mut left, mut right, mut kept) = (0, 0, Vec::new());
    while left < old.len() && right < new.len() {
        if old[left] == new[right] {
            kept.push((left, right));
            (left, right) = (left + 1, right + 1);
        } else if longest[left * width + right + 1] <= longest[(left + 1) * width + right] {
            left += 1;
        } else {
            right += 1;
        }
    }
    kept
}
