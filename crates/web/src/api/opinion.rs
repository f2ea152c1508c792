//! The opinion map of a matter or a motion: who thinks alike, as the page shows it and no sooner.

use std::collections::BTreeSet;

use axum::{Json, extract::State};
use deliberation::{
    lifecycle::tables::StatementState,
    opinion::{Dot, Drawing, Group, GroupStatement, Id, Outline, Side, Tally, Voices, Withheld, draw},
    store::OpinionView,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusal::{Missing, Refusal};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        opinion::Topic,
    },
    problem::Path,
};

/// The side of the square in which people stand, in its own units.
const SIZE: u16 = 1000;

/// Who thinks alike. People are grouped, not statements, and nobody is named.
#[derive(Serialize, ToSchema)]
pub(super) struct Opinion {
    /// Why there is no map, where there is none: too few people or statements, or too small a group.
    withheld: Option<WithheldWord>,
    /// The map, where there is one.
    map: Option<Plane>,
}

/// Why a map is not shown.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WithheldWord {
    /// It takes at least 15 people.
    FewPeople,
    /// It takes at least 7 statements that tell people apart.
    FewStatements,
    /// People think too much alike to be grouped.
    OneGroup,
    /// A group has fewer than 5 people.
    SmallGroup,
}

/// The map: a square of 1000 units, x to the right and y downwards. Those who think alike stand close.
#[derive(Serialize, ToSchema)]
struct Plane {
    /// Where people stand.
    dots: Vec<Spot>,
    /// Those who think alike.
    groups: Vec<Alike>,
    /// Numbers of the statements that all agree on.
    agreed: Vec<u64>,
    /// Numbers of the statements that all disagree with.
    disagreed: Vec<u64>,
    /// What owners and tenants say, of the statements that ten or more of each reacted to.
    sides: Vec<Sides>,
}

/// A spot where people of one group stand.
#[derive(Serialize, ToSchema)]
struct Spot {
    /// To the right.
    x: i32,
    /// Downwards.
    y: i32,
    /// The place of their group among `groups`, from 0.
    group: usize,
    /// How many stand there.
    people: u32,
}

/// People who think alike.
#[derive(Serialize, ToSchema)]
struct Alike {
    /// How many.
    people: u32,
    /// The corners of the smallest shape around them, each as x and y.
    corners: Vec<[i32; 2]>,
    /// What sets them apart: at most five statements.
    says: Vec<Says>,
}

/// What a group says of a statement.
#[derive(Serialize, ToSchema)]
struct Says {
    /// The statement's number.
    statement: u64,
    /// Whether they agree; otherwise they disagree.
    agrees: bool,
    /// How many of them agree.
    agree: u32,
    /// How many of them disagree.
    disagree: u32,
    /// How many of them reacted.
    seen: u32,
}

/// What owners and tenants say of a statement.
#[derive(Serialize, ToSchema)]
struct Sides {
    /// The statement's number.
    statement: u64,
    /// Owners.
    owners: Count,
    /// Tenants.
    tenants: Count,
}

/// How many think what.
#[derive(Serialize, ToSchema)]
struct Count {
    /// People who agree.
    agree: u32,
    /// People who disagree.
    disagree: u32,
    /// People who pass.
    pass: u32,
}

impl From<Tally> for Count {
    fn from(Tally { agree, disagree, pass }: Tally) -> Self {
        Self { agree, disagree, pass }
    }
}

async fn seen(app: &App, topic: &Topic) -> Result<Json<Opinion>, Refusal> {
    let view = life(app).opinion(&topic.looking.compound, &topic.conversation, app.now()).await?;
    let rows = life(app).statements(&topic.conversation).await?;
    let shown = rows.iter().filter(|row| row.state == StatementState::Accepted).map(|row| row.number).collect();
    Ok(Json(match draw(&view.map, SIZE) {
        Ok(drawing) => Opinion { withheld: None, map: Some(plane(&view, &drawing, &shown)) },
        Err(withheld) => Opinion { withheld: Some(why(withheld)), map: None },
    }))
}

fn why(withheld: Withheld) -> WithheldWord {
    match withheld {
        Withheld::FewPeople(_) => WithheldWord::FewPeople,
        Withheld::FewStatements(_) => WithheldWord::FewStatements,
        Withheld::OneGroup => WithheldWord::OneGroup,
        Withheld::SmallGroup(_) => WithheldWord::SmallGroup,
    }
}

/// What is hidden since is left out, as it is on the page.
fn plane(view: &OpinionView, drawing: &Drawing, shown: &BTreeSet<u64>) -> Plane {
    let number = |id: &Id| match id {
        Id::Number(number) => Some(*number).filter(|number| shown.contains(number)),
        Id::Text(_) => None,
    };
    let numbers = |ids: &[Id]| ids.iter().filter_map(number).collect();
    let spot = |dot: &Dot| Spot { x: dot.x, y: dot.y, group: dot.group, people: dot.people };
    let side = |voices: &Voices| {
        let (owners, tenants) = (voices.owners.into(), voices.tenants.into());
        Some(Sides { statement: number(&voices.statement)?, owners, tenants })
    };
    let groups = view.map.groups.iter().zip(&drawing.outlines);
    Plane {
        dots: drawing.dots.iter().map(spot).collect(),
        groups: groups.map(|(group, outline)| alike(group, outline, number)).collect(),
        agreed: numbers(&view.map.consensus.agree),
        disagreed: numbers(&view.map.consensus.disagree),
        sides: view.voices.iter().filter_map(side).collect(),
    }
}

fn alike(group: &Group, outline: &Outline, number: impl Fn(&Id) -> Option<u64>) -> Alike {
    let figures = |id: &Id| -> Option<&GroupStatement> { group.statements.iter().find(|one| one.statement == *id) };
    let says = group.representative.iter().filter_map(|one| {
        let (statement, figures) = (number(&one.statement)?, figures(&one.statement)?);
        let agrees = one.side == Side::Agree;
        Some(Says { statement, agrees, agree: figures.na, disagree: figures.nd, seen: figures.ns })
    });
    Alike { people: group.size, corners: outline.corners.iter().map(|(x, y)| [*x, *y]).collect(), says: says.collect() }
}

/// The opinion map of a matter
///
/// Shown from 15 people and 7 statements on, and only while each group has 5 people or more.
#[utoipa::path(
    get,
    operation_id = "get_matter_opinion",
    path = "/api/v1/matters/{matter}/opinion",
    tag = "matters",
    params(("matter" = String, Path, description = "The matter's id")),
    responses((status = 200, body = Opinion, description = "The map, or why there is none"), Missing),
)]
pub(super) async fn of_matter(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Opinion>, Refusal> {
    seen(&app, &Topic::of_matter(&app, looking, &id).await?).await
}

/// The opinion map of a motion
///
/// Shown from 15 people and 7 statements on, and only while each group has 5 people or more.
#[utoipa::path(
    get,
    operation_id = "get_motion_opinion",
    path = "/api/v1/motions/{motion}/opinion",
    tag = "motions",
    params(("motion" = String, Path, description = "The motion's id")),
    responses((status = 200, body = Opinion, description = "The map, or why there is none"), Missing),
)]
pub(super) async fn of_motion(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Opinion>, Refusal> {
    seen(&app, &Topic::of_motion(&app, looking, &id).await?).await
}
