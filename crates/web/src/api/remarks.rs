//! What is said below matters and motions.

use std::collections::BTreeSet;

use ballot::store::ids::Subject;
use deliberation::{
    discussion::{HideReason, Shown, Side},
    lifecycle::tables::CommentState,
    rights::Action,
    store::{By, NewRemark, RemarkView, Target, UseError, Voice},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    PAGE,
    refusal::Refusal,
    words::{CommentStateWord, HideWord, SideWord},
};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        older::next_page,
    },
};

/// A page of a discussion, in the order of writing.
#[derive(Serialize, ToSchema)]
pub(super) struct Remarks {
    /// At most 50.
    items: Vec<Remark>,
    /// What `after` is for the next page; nothing at the end.
    next: Option<u64>,
}

/// What somebody said.
#[derive(Serialize, ToSchema)]
pub(super) struct Remark {
    /// From 1, in the order of writing.
    number: u64,
    /// The remark that it answers.
    parent: Option<u64>,
    /// What it is.
    #[schema(value_type = SideWord)]
    side: Side,
    /// As whom they speak: `owner`, `resident`, `office`, or the code of a post.
    voice: &'static str,
    /// Whether it is an answer of the committee, the community or the property firm.
    is_official: bool,
    /// Whether whoever asks wrote it.
    is_own: bool,
    /// What became of it.
    #[schema(value_type = CommentStateWord)]
    state: CommentState,
    /// When it was written, in Unix seconds.
    at: u64,
    /// What was said; nothing where it is hidden or withdrawn.
    text: Option<String>,
    /// Why it is hidden.
    #[schema(value_type = Option<HideWord>)]
    hidden: Option<HideReason>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// The number after which the discussion goes on: `next` of the page before.
    #[serde(default, deserialize_with = "super::number")]
    after: Option<u64>,
}

/// Something to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToSay {
    /// What it is; `remark` if nothing is said.
    #[schema(value_type = Option<SideWord>)]
    side: Option<Side>,
    /// 1 to 2000 characters of Markdown.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 2000)]
    text: String,
    /// The remark that it answers.
    parent: Option<u64>,
}

/// What was said.
#[derive(Serialize, ToSchema)]
pub(super) struct SaidAs {
    /// The number of the remark.
    number: u64,
}

/// A page of what is said below something that whoever asks may see.
pub(super) async fn below(
    app: &App,
    looking: &Looking,
    target: &Target,
    After { after }: After,
) -> Result<Remarks, Refusal> {
    let rows = life(app).remarks(&looking.compound, target, after.unwrap_or(0), PAGE).await?;
    let authors: BTreeSet<Subject> = rows.iter().map(|row| row.comment.author.clone()).collect();
    let voices = life(app).voices(&looking.compound, &authors, app.now()).await?;
    let hears_appeals = match &looking.by {
        Some(by) => life(app).may(by, Action::Unhide, app.now()).await?,
        None => false,
    };
    let own = looking.by.as_ref().map(|by| &by.subject);
    let voice = |row: &RemarkView| voices.get(&row.comment.author).copied().unwrap_or(Voice::Resident);
    let next = next_page(&rows, PAGE, |row| row.comment.number);
    Ok(Remarks { items: rows.iter().map(|row| remark(row, voice(row), own, hears_appeals)).collect(), next })
}

fn remark(row: &RemarkView, voice: Voice, own: Option<&Subject>, hears_appeals: bool) -> Remark {
    let comment = &row.comment;
    let (text, hidden) = match comment.shown(own, hears_appeals) {
        Shown::Text(text) => (Some(text.to_owned()), None),
        Shown::Hidden(why) => (None, Some(why)),
        Shown::OwnHidden(text, why) => (Some(text.to_owned()), Some(why)),
        Shown::Withdrawn => (None, None),
    };
    Remark {
        number: comment.number,
        parent: comment.parent,
        side: comment.side,
        voice: match voice {
            Voice::Owner => "owner",
            Voice::Resident => "resident",
            Voice::Office => "office",
            Voice::Post(role) => role.code(),
        },
        is_official: comment.is_official,
        is_own: own == Some(&comment.author),
        state: comment.state,
        at: row.at,
        text,
        hidden,
    }
}

/// Says something below a matter or a motion.
pub(super) async fn say(app: &App, by: &By, target: &Target, said: ToSay) -> Result<SaidAs, UseError> {
    let new = NewRemark { side: said.side.unwrap_or(Side::Remark), text: said.text, parent: said.parent };
    Ok(SaidAs { number: life(app).say(by, target, &new, app.now()).await? })
}
