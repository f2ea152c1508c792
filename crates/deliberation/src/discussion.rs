//! What people say below a matter or a motion: comments, arguments for and against, questions and their answers.
//!
//! Nothing is deleted: what is hidden leaves its place and its reason, what is withdrawn leaves its place.

use ballot::json;

use crate::{lifecycle::tables::CommentState, words::words};

/// The longest comment, in characters.
pub const COMMENT_MAX: usize = 2000;
/// How deep answers stand below each other.
pub const DEPTH_MAX: u64 = 3;

words! {
    /// What a comment is.
    Side {
        For "for" "an argument for it",
        Against "against" "an argument against it",
        Question "question" "a question",
        Remark "remark" "anything else",
    }

    /// Why something is hidden, as the published policy names it.
    HideReason {
        Personal "personal" "it names or shows somebody's private things",
        Insult "insult" "it insults or threatens somebody",
        Unlawful "unlawful" "the law forbids it",
        OffTopic "off_topic" "it is about something else",
        Advertisement "advertisement" "it advertises",
        Duplicate "duplicate" "the same was said already",
    }
}

/// A comment as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment<P> {
    /// From 1, in the order of writing.
    pub number: u64,
    /// The comment it answers.
    pub parent: Option<u64>,
    /// What it is.
    pub side: Side,
    /// Who wrote it.
    pub author: P,
    /// Whether it is an answer of whoever the question was for: committee, community or property.
    pub is_official: bool,
    /// What was written.
    pub text: String,
    /// Its state.
    pub state: CommentState,
    /// Why it is hidden.
    pub reason: Option<HideReason>,
}

/// What a reader gets to see of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// The text.
    Text(&'a str),
    /// Its place, and why it is hidden.
    Hidden(HideReason),
    /// To its author and to whoever hears appeals: the text, and why others do not see it.
    OwnHidden(&'a str, HideReason),
    /// Its place.
    Withdrawn,
}

/// Why a comment is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommentError {
    /// Nothing or too much.
    #[error("a comment has 1 to {COMMENT_MAX} characters")]
    Length,
    /// What the record cannot hold.
    #[error("a comment has no invisible or control characters but line ends")]
    Character,
    /// Too deep.
    #[error("answers stand at most {DEPTH_MAX} deep: answer the one above")]
    Depth,
    /// There is no such comment, or it is withdrawn.
    #[error("what it answers is not there any more")]
    Parent,
}

impl<P: Eq> Comment<P> {
    /// What a reader sees of it.
    pub fn shown(&self, reader: Option<&P>, hears_appeals: bool) -> Shown<'_> {
        match self.state {
            CommentState::Visible => Shown::Text(&self.text),
            CommentState::Withdrawn => Shown::Withdrawn,
            CommentState::Hidden => {
                let reason = self.reason.unwrap_or(HideReason::OffTopic);
                if hears_appeals || reader == Some(&self.author) {
                    Shown::OwnHidden(&self.text, reason)
                } else {
                    Shown::Hidden(reason)
                }
            }
        }
    }
}

/// The text of a comment as it is stored: trimmed, with LF as line end.
///
/// # Errors
/// It is empty, too long, or has characters that the record bars.
pub fn read_text(text: &str) -> Result<String, CommentError> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if !(1..=COMMENT_MAX).contains(&text.chars().count()) {
        return Err(CommentError::Length);
    }
    if !text.split('\n').all(json::is_record_text) {
        return Err(CommentError::Character);
    }
    Ok(text.to_owned())
}

/// Whether something can be said below this comment of the discussion.
///
/// # Errors
/// It is withdrawn or not there, or too deep.
pub fn check_parent<P>(comments: &[Comment<P>], parent: u64) -> Result<(), CommentError> {
    let find = |number: u64| comments.iter().find(|comment| comment.number == number);
    let comment = find(parent).filter(|comment| comment.state != CommentState::Withdrawn);
    let mut next = Some(comment.ok_or(CommentError::Parent)?);
    let mut depth = 1;
    while let Some(above) = next.and_then(|comment| comment.parent).filter(|_| depth <= DEPTH_MAX) {
        (next, depth) = (find(above), depth + 1);
    }
    if depth < DEPTH_MAX { Ok(()) } else { Err(CommentError::Depth) }
}

/// The arguments of a discussion side by side, each by number, and its questions with whether an official answer is
/// there.
#[derive(Debug, PartialEq, Eq)]
pub struct Sides<'a, P> {
    /// For.
    pub arguments_for: Vec<&'a Comment<P>>,
    /// Against.
    pub arguments_against: Vec<&'a Comment<P>>,
    /// Questions.
    pub questions: Vec<(&'a Comment<P>, bool)>,
}

/// Sorts a discussion; only what is visible counts, and only at the top.
pub fn sides<P>(comments: &[Comment<P>]) -> Sides<'_, P> {
    let visible = |comment: &&Comment<P>| comment.state == CommentState::Visible;
    let top =
        |side| comments.iter().filter(visible).filter(move |comment| comment.side == side && comment.parent.is_none());
    let is_answered = |question: &Comment<P>| {
        comments.iter().filter(visible).any(|answer| answer.is_official && answer.parent == Some(question.number))
    };
    Sides {
        arguments_for: top(Side::For).collect(),
        arguments_against: top(Side::Against).collect(),
        questions: top(Side::Question).map(|question| (question, is_answered(question))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(number: u64, parent: Option<u64>, side: Side, state: CommentState) -> Comment<&'static str> {
        Comment {
            number,
            parent,
            side,
            author: "li",
            is_official: false,
            text: "话".to_owned(),
            state,
            reason: (state == CommentState::Hidden).then_some(HideReason::Insult),
        }
    }

    #[test]
    fn what_is_hidden_keeps_its_place_and_its_author_sees_why() {
        let hidden = comment(1, None, Side::Remark, CommentState::Hidden);
        assert_eq!(hidden.shown(Some(&"wang"), false), Shown::Hidden(HideReason::Insult));
        assert_eq!(hidden.shown(None, false), Shown::Hidden(HideReason::Insult));
        assert_eq!(hidden.shown(Some(&"li"), false), Shown::OwnHidden("话", HideReason::Insult));
        assert_eq!(hidden.shown(Some(&"wang"), true), Shown::OwnHidden("话", HideReason::Insult));
        let withdrawn = comment(1, None, Side::Remark, CommentState::Withdrawn);
        assert_eq!(withdrawn.shown(Some(&"li"), true), Shown::Withdrawn, "nobody sees it any more");
    }

    #[test]
    fn a_comment_has_bounds() {
        assert_eq!(read_text(" 一\r\n二 ").as_deref(), Ok("一\n二"));
        assert_eq!(read_text("  "), Err(CommentError::Length));
        assert!(read_text(&"字".repeat(COMMENT_MAX)).is_ok());
        assert_eq!(read_text(&"字".repeat(COMMENT_MAX + 1)), Err(CommentError::Length));
        assert_eq!(read_text("一\u{202E}二"), Err(CommentError::Character));
    }

    #[test]
    fn answers_stand_three_deep() {
        let comments = [
            comment(1, None, Side::Question, CommentState::Visible),
            comment(2, Some(1), Side::Remark, CommentState::Visible),
            comment(3, Some(2), Side::Remark, CommentState::Visible),
            comment(4, None, Side::Remark, CommentState::Withdrawn),
        ];
        let check = |parent| check_parent(&comments, parent);
        assert_eq!([check(1), check(2)], [Ok(()); 2]);
        assert_eq!(check(3), Err(CommentError::Depth));
        assert_eq!([check(4), check(9)], [Err(CommentError::Parent); 2]);
    }

    #[test]
    fn arguments_stand_side_by_side_and_questions_say_whether_they_are_answered() {
        let mut answer = comment(5, Some(3), Side::Remark, CommentState::Visible);
        answer.is_official = true;
        let comments = [
            comment(1, None, Side::For, CommentState::Visible),
            comment(2, None, Side::Against, CommentState::Hidden),
            comment(3, None, Side::Question, CommentState::Visible),
            comment(4, None, Side::Question, CommentState::Visible),
            answer,
        ];
        let sides = sides(&comments);
        assert_eq!(sides.arguments_for.len(), 1);
        assert_eq!(sides.arguments_against, Vec::<&Comment<_>>::new(), "what is hidden does not count");
        let questions: Vec<_> = sides.questions.iter().map(|(question, is)| (question.number, *is)).collect();
        assert_eq!(questions, [(3, true), (4, false)]);
    }
}
