//! What `heyi admin roll check --json` prints: `roll-expected/1`.

use serde::Serialize;

use super::{Basis, Diff, Ignored, Issue, Preview, figures::Figures};

/// One file's result.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    schema: &'static str,
    file: &'a str,
    basis: Basis,
    may_apply: bool,
    needs_confirmation: bool,
    #[serde(flatten)]
    figures: &'a Figures,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    ignored: &'a [Ignored],
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a Diff>,
    issue_counts: IssueCounts,
    issues: &'a [Issue],
}

#[derive(Debug, Serialize)]
struct IssueCounts {
    error: usize,
    warning: usize,
}

impl<'a> Report<'a> {
    /// The report of a preview, with its difference from another file if one was asked for.
    pub fn new(preview: &'a Preview, diff: Option<&'a Diff>) -> Self {
        Self {
            schema: "roll-expected/1",
            file: &preview.file,
            basis: preview.basis,
            may_apply: preview.may_apply(),
            needs_confirmation: preview.needs_confirmation(),
            figures: &preview.figures,
            encoding: preview.encoding.as_deref(),
            ignored: &preview.ignored,
            diff,
            issue_counts: IssueCounts { error: preview.errors(), warning: preview.warnings() },
            issues: &preview.issues,
        }
    }
}
