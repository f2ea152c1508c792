//! Reading a case from its line.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Case, CaseError, MAX_UNITS};
use crate::rule::{Channel, Contest, Field, Ratio};

/// A unit as a case has it.
#[derive(Debug, Clone)]
pub(super) struct CaseUnit {
    pub id: String,
    /// Who signs for it if nobody is named.
    pub owner: String,
    /// The exact set of owners, in the roll's order.
    pub people: Vec<String>,
    pub representative: Option<String>,
    pub building: Option<String>,
    pub kind: String,
    pub is_delivered: bool,
    pub flags: Vec<crate::id::Id>,
    /// In the order of [`Field::ALL`].
    pub weights: [Option<Ratio>; Field::ALL.len()],
}

/// A ballot as a case has it.
#[derive(Debug, Clone)]
pub(super) struct CaseBallot {
    /// Where it stands, for messages.
    pub place: String,
    pub units: Vec<String>,
    pub content: CaseContent,
    pub channel: Channel,
    pub by: Option<String>,
    pub proxy: Option<String>,
    pub at: u64,
    pub is_forged: bool,
}

/// What a ballot says.
#[derive(Debug, Clone)]
pub(super) enum CaseContent {
    For,
    Against,
    Abstain,
    Invalid,
    /// Each candidate marked, and whether for.
    Marks(Vec<(String, bool)>),
}

const BALLOT_KEYS: [&str; 8] = ["units", "choice", "marks", "via", "by", "proxy", "at", "forged"];

pub(super) fn case(line: &str) -> Result<Case, CaseError> {
    let value: Value =
        serde_json::from_str(line).map_err(|err| CaseError::new("case", format!("one JSON object per line: {err}")))?;
    let case = object(&value, "case")?;
    let empty = Value::Object(Map::new());
    let motion = object(case.get("motion").unwrap_or(&empty), "motion")?;
    let name = text(case, "rule", "rule")?.ok_or_else(|| missing("rule", "the name of a rule"))?;
    let (units, developer) = roll(case)?;
    let list = |key: &str| case.get(key).map_or(Ok(Vec::new()), |value| unit_ids(value, key));
    Ok(Case {
        id: text(case, "id", "id")?.ok_or_else(|| missing("id", "a text that names the case"))?,
        rule: name.parse().map_err(|err: crate::id::IdError| CaseError::new("rule", err.to_string()))?,
        expected: case.get("expected").cloned(),
        units,
        developer,
        scope: motion.get("scope").map(scope).transpose()?,
        exclude_units: motion
            .get("exclude_units")
            .map_or(Ok(Vec::new()), |value| unit_ids(value, "motion.exclude_units"))?,
        contest: contest(motion)?,
        ballots: case.get("ballots").map_or(Ok(Vec::new()), |value| ballots(value, "ballots"))?,
        second_ballots: case.get("ballots2").map(|value| ballots(value, "ballots2")).transpose()?,
        attended: list("attended")?,
        undelivered: list("undelivered")?,
        objections: case.get("objections").map(|value| unit_ids(value, "objections")).transpose()?,
    })
}

fn roll(case: &Map<String, Value>) -> Result<(Vec<CaseUnit>, Option<String>), CaseError> {
    let roll = object(case.get("roll").ok_or_else(|| missing("roll", "an object with groups or units"))?, "roll")?;
    let mut units = Vec::new();
    if let Some(groups) = roll.get("groups") {
        for (at, value) in array(groups, "roll.groups")?.iter().enumerate() {
            let at = format!("roll.groups[{at}]");
            let group = object(value, &at)?;
            let prefix = text(group, "prefix", &at)?.ok_or_else(|| missing(&format!("{at}.prefix"), "a text"))?;
            let count = whole(group, "count", &at)?.ok_or_else(|| missing(&format!("{at}.count"), "a whole number"))?;
            let count = usize::try_from(count).ok().filter(|count| *count <= MAX_UNITS - units.len());
            let count = count.ok_or_else(|| too_many(&format!("{at}.count")))?;
            let model = unit(group, String::new(), &at)?;
            for number in 1..=count {
                let mut unit = model.clone();
                unit.id = format!("{prefix}{number}");
                if unit.owner.is_empty() {
                    unit.owner = format!("{}:owner", unit.id);
                    unit.people = vec![unit.owner.clone()];
                }
                units.push(unit);
            }
        }
    }
    if let Some(list) = roll.get("units") {
        for (at, value) in array(list, "roll.units")?.iter().enumerate() {
            let at = format!("roll.units[{at}]");
            let line = object(value, &at)?;
            let id = text(line, "id", &at)?.ok_or_else(|| missing(&format!("{at}.id"), "a text"))?;
            let mut unit = unit(line, id, &at)?;
            if unit.owner.is_empty() {
                return Err(missing(&format!("{at}.owner"), "the name of the owner"));
            }
            if units.len() == MAX_UNITS {
                return Err(too_many("roll.units"));
            }
            unit.people.shrink_to_fit();
            units.push(unit);
        }
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = units.iter().find(|unit| !seen.insert(unit.id.as_str())) {
        return Err(CaseError::new("roll", format!("unit {} stands on it twice; each id is one unit", twice.id)));
    }
    Ok((units, text(roll, "developer", "roll")?))
}

/// A unit from a line, or the model of a group's units. Without an owner, `owner` is empty.
fn unit(line: &Map<String, Value>, id: String, at: &str) -> Result<CaseUnit, CaseError> {
    let key = |key: &str| format!("{at}.{key}");
    let owner = text(line, "owner", at)?.filter(|owner| owner != "each");
    let mut people = line.get("co_owners").map_or(Ok(Vec::new()), |value| texts(value, &key("co_owners")))?;
    let mut seen = BTreeSet::new();
    people.retain(|person| seen.insert(person.clone()));
    if let Some(owner) = &owner
        && !people.contains(owner)
    {
        people.insert(0, owner.clone());
    }
    let status = text(line, "status", at)?;
    let is_delivered = match status.as_deref() {
        None | Some("delivered") => true,
        Some("unsold" | "sold_undelivered") => false,
        Some(_) => return Err(CaseError::new(key("status"), "is one of delivered, unsold, sold_undelivered")),
    };
    let flags = line.get("flags").map_or(Ok(Vec::new()), |value| texts(value, &key("flags")))?;
    let flags = flags.into_iter().map(|flag| flag.parse().map_err(|err: crate::id::IdError| (flag, err)));
    let flags = flags
        .collect::<Result<_, _>>()
        .map_err(|(flag, err)| CaseError::new(key("flags"), format!("\"{flag}\" is no flag: {err}")))?;
    let mut weights = [const { None }; Field::ALL.len()];
    for (weight, field) in weights.iter_mut().zip(Field::ALL) {
        *weight = line.get(field.name()).map(|value| number(value, &key(field.name()))).transpose()?;
    }
    Ok(CaseUnit {
        id,
        owner: owner.or_else(|| people.first().cloned()).unwrap_or_default(),
        people,
        representative: text(line, "representative", at)?,
        building: text(line, "building", at)?,
        kind: text(line, "kind", at)?.unwrap_or_default(),
        is_delivered,
        flags,
        weights,
    })
}

fn contest(motion: &Map<String, Value>) -> Result<Option<Contest>, CaseError> {
    let seats = whole(motion, "seats", "motion")?;
    let candidates = motion.get("candidates").map(|value| texts(value, "motion.candidates")).transpose()?;
    let (seats, candidates) = match (seats, candidates) {
        (None, None) => return Ok(None),
        (Some(seats), Some(candidates)) => (seats, candidates),
        (None, Some(_)) => return Err(missing("motion.seats", "how many are elected")),
        (Some(_), None) => return Err(missing("motion.candidates", "the ids of those who stand")),
    };
    if seats == 0 {
        return Err(CaseError::new("motion.seats", "is at least 1"));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = candidates.iter().find(|candidate| !seen.insert(candidate.as_str())) {
        return Err(CaseError::new(
            "motion.candidates",
            format!("{twice} stands there twice; each id is one candidate"),
        ));
    }
    Ok(Some(Contest { seats, candidates }))
}

fn ballots(value: &Value, key: &str) -> Result<Vec<CaseBallot>, CaseError> {
    let mut ballots = Vec::new();
    for (position, value) in array(value, key)?.iter().enumerate() {
        let at = format!("{key}[{position}]");
        let ballot = object(value, &at)?;
        if let Some(unknown) = ballot.keys().find(|key| !BALLOT_KEYS.contains(&key.as_str())) {
            let keys = BALLOT_KEYS.join(", ");
            return Err(CaseError::new(format!("{at}.{unknown}"), format!("no such key; a ballot has {keys}")));
        }
        let units = ballot.get("units").ok_or_else(|| missing(&format!("{at}.units"), "units, such as \"A1..A5\""))?;
        ballots.push(CaseBallot {
            units: unit_ids(units, &format!("{at}.units"))?,
            content: content(ballot, &at)?,
            channel: channel(ballot, &at)?,
            by: text(ballot, "by", &at)?,
            proxy: text(ballot, "proxy", &at)?,
            at: time(ballot, position, &at)?,
            is_forged: match ballot.get("forged") {
                None => false,
                Some(Value::Bool(is_forged)) => *is_forged,
                Some(_) => return Err(CaseError::new(format!("{at}.forged"), "is true or false")),
            },
            place: at,
        });
    }
    Ok(ballots)
}

fn content(ballot: &Map<String, Value>, at: &str) -> Result<CaseContent, CaseError> {
    let choice = text(ballot, "choice", at)?;
    match (choice.as_deref(), ballot.get("marks")) {
        (Some("for"), None) => Ok(CaseContent::For),
        (Some("against"), None) => Ok(CaseContent::Against),
        (Some("abstain"), None) => Ok(CaseContent::Abstain),
        (Some("invalid"), None) => Ok(CaseContent::Invalid),
        (Some(_), None) => Err(CaseError::new(format!("{at}.choice"), "is one of for, against, abstain, invalid")),
        (None, Some(value)) => {
            let mut marks = Vec::new();
            for (candidate, mark) in object(value, &format!("{at}.marks"))? {
                let is_for = match mark.as_str() {
                    Some("for") => true,
                    Some("against") => false,
                    _ => return Err(CaseError::new(format!("{at}.marks.{candidate}"), "is for or against")),
                };
                marks.push((candidate.clone(), is_for));
            }
            Ok(CaseContent::Marks(marks))
        }
        _ => Err(CaseError::new(at, "exactly one of choice and marks is wanted")),
    }
}

fn channel(ballot: &Map<String, Value>, at: &str) -> Result<Channel, CaseError> {
    match text(ballot, "via", at)?.as_deref() {
        None | Some("electronic") => Ok(Channel::Electronic),
        Some("paper") => Ok(Channel::Paper),
        Some("meeting") => Ok(Channel::Meeting),
        Some(_) => Err(CaseError::new(format!("{at}.via"), "is one of electronic, paper, meeting")),
    }
}

/// The order of casting: the position in the list, unless the ballot says otherwise.
fn time(ballot: &Map<String, Value>, position: usize, at: &str) -> Result<u64, CaseError> {
    let time = match ballot.get("at") {
        None => i64::try_from(position).ok(),
        Some(value) => value.as_i64(),
    };
    // Negative times come before the others: the sign is turned, and the order stays.
    let time =
        time.ok_or_else(|| CaseError::new(format!("{at}.at"), "is a whole number; the smaller is the earlier"))?;
    Ok(time.cast_unsigned() ^ 1 << 63)
}

/// Units by id or range: `"A4"`, `"A1..A5"`, or a list of these.
fn unit_ids(value: &Value, at: &str) -> Result<Vec<String>, CaseError> {
    let wanted = || CaseError::new(at, "units are \"A4\", \"A1..A5\" (both included), or a list of these");
    let mut ids = Vec::new();
    let parts = match value {
        Value::String(_) => std::slice::from_ref(value),
        Value::Array(parts) => parts,
        _ => return Err(wanted()),
    };
    for part in parts {
        let part = part.as_str().ok_or_else(wanted)?;
        let Some((first, last)) = part.split_once("..") else {
            ids.push(part.to_owned());
            continue;
        };
        let (prefix, first, width) = numbered(first).ok_or_else(wanted)?;
        let (last_prefix, last, _) = numbered(last).ok_or_else(wanted)?;
        if prefix != last_prefix || last < first {
            return Err(wanted());
        }
        let room = MAX_UNITS.saturating_sub(ids.len()) as u64;
        if room <= last - first {
            return Err(too_many(at));
        }
        ids.extend((first..=last).map(|number| format!("{prefix}{number:0width$}")));
    }
    Ok(ids)
}

/// An id's prefix, its number, and the width to write it in where it begins with zeros.
fn numbered(id: &str) -> Option<(&str, u64, usize)> {
    let prefix = id.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = &id[prefix.len()..];
    let width = if digits.starts_with('0') { digits.len() } else { 0 };
    Some((prefix, digits.parse().ok()?, width))
}

/// Buildings: one, or a list.
fn scope(value: &Value) -> Result<Vec<String>, CaseError> {
    value.as_str().map_or_else(|| texts(value, "motion.scope"), |building| Ok(vec![building.to_owned()]))
}

fn missing(at: &str, wanted: &str) -> CaseError {
    CaseError::new(at, format!("is missing: {wanted}"))
}

fn too_many(at: &str) -> CaseError {
    CaseError::new(at, format!("at most {MAX_UNITS} units"))
}

fn object<'a>(value: &'a Value, at: &str) -> Result<&'a Map<String, Value>, CaseError> {
    value.as_object().ok_or_else(|| CaseError::new(at, "is an object, {…}"))
}

fn array<'a>(value: &'a Value, at: &str) -> Result<&'a Vec<Value>, CaseError> {
    value.as_array().ok_or_else(|| CaseError::new(at, "is a list, […]"))
}

fn text(object: &Map<String, Value>, key: &str, at: &str) -> Result<Option<String>, CaseError> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => {
            let at = if at == key { key.to_owned() } else { format!("{at}.{key}") };
            Err(CaseError::new(at, "is a text"))
        }
    }
}

fn texts(value: &Value, at: &str) -> Result<Vec<String>, CaseError> {
    let wanted = || CaseError::new(at, "is a list of texts");
    array(value, at)?.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wanted)).collect()
}

fn whole(object: &Map<String, Value>, key: &str, at: &str) -> Result<Option<u64>, CaseError> {
    let wanted = || CaseError::new(format!("{at}.{key}"), "is a whole number from 0");
    object.get(key).map(|value| value.as_u64().ok_or_else(wanted)).transpose()
}

/// A weight: exact, so a text or a whole number.
fn number(value: &Value, at: &str) -> Result<Ratio, CaseError> {
    let wanted = || CaseError::new(at, "is an exact number in quotes, such as \"89.37\", \"2/3\" or \"10\"");
    match value {
        Value::String(text) => text.parse().map_err(|_| wanted()),
        Value::Number(number) => number.as_u64().map(|number| Ratio::from(u128::from(number))).ok_or_else(wanted),
        _ => Err(wanted()),
    }
}
