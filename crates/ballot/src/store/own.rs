//! What is stored about somebody, for them to see and to take away.
//!
//! Source: 中华人民共和国个人信息保护法 (PIPL), article 45: people may look into and copy what is kept about them.

use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait, IdenStatic as _, Iterable as _, QueryFilter as _,
    QuerySelect as _,
};
use serde_json::Value;

use super::{
    estate::Estate,
    ids::Subject,
    tables::{act, evidence, unit, voting_key},
};

/// Rows of one table that name somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRows {
    /// The table's name.
    pub table: &'static str,
    /// One object a row, by the names of the columns; secrets, files and what is said of others are left out.
    pub rows: Vec<Value>,
}

/// How a row is known to name somebody.
#[derive(Debug, Clone)]
pub enum Naming<'a, C> {
    /// One of these columns is one of these texts.
    Is(&'a [C], &'a [String]),
    /// One of these columns has this text in it.
    Holds(&'a [C], &'a str),
    /// All that this demands.
    Where(Condition),
}

/// Reads the rows of a table that name somebody, without the columns that are not for them.
pub async fn rows_naming<E: EntityTrait>(
    db: &impl ConnectionTrait,
    table: &'static str,
    naming: Naming<'_, E::Column>,
    hidden: &[E::Column],
) -> Result<OwnRows, DbErr> {
    let condition = match naming {
        Naming::Is(columns, texts) => {
            columns.iter().fold(Condition::any(), |any, column| any.add(column.is_in(texts.iter().map(String::as_str))))
        }
        Naming::Holds(columns, text) => {
            columns.iter().fold(Condition::any(), |any, column| any.add(column.contains(text)))
        }
        Naming::Where(condition) => condition,
    };
    let is_shown = |column: &E::Column| hidden.iter().all(|other| other.as_str() != column.as_str());
    let shown = E::Column::iter().filter(is_shown);
    let rows = E::find().select_only().columns(shown).filter(condition).into_json().all(db).await?;
    Ok(OwnRows { table, rows })
}

/// The acts that somebody put up, or that are about them, as the amendment of a roll is about the owners of a home. What
/// is signed stands in the record, and what is kept beside it may be of co-owners too.
async fn acts_naming(db: &impl ConnectionTrait, names: &[String], id: &str) -> Result<OwnRows, DbErr> {
    use act::Column::{CreatedBy, Payload, Summary, Text};
    let about = Condition::any()
        .add(CreatedBy.is_in(names.iter().map(String::as_str)))
        .add(Payload.contains(id))
        .add(Summary.contains(id));
    rows_naming::<act::Entity>(db, "act", Naming::Where(about), &[Text, Payload, Summary]).await
}

impl OwnRows {
    /// What stands in a column of every row, where it is a text.
    pub fn texts(&self, column: &str) -> Vec<String> {
        self.rows.iter().filter_map(|row| row.get(column)?.as_str().map(str::to_owned)).collect()
    }
}

impl Estate {
    /// Everything of the register, of signing in, of polls and of offices that names somebody, table by table; a table
    /// without such a row is left out.
    ///
    /// Codes, challenges and messages that were sent are not among it: they are forgotten after two days
    /// ([`Estate::sweep`]). Nor are the versions of the register, of which what holds is in `person`, `unit` and
    /// `ownership`.
    pub async fn own_data(&self, subject: &Subject) -> Result<Vec<OwnRows>, DbErr> {
        let db = self.reader();
        let id = match subject {
            Subject::Person(id) => id.to_string(),
            Subject::Staff(id) => id.to_string(),
        };
        // Some columns tell people and officers apart, and others hold one kind only.
        let names = [subject.to_string(), id.clone()];
        macro_rules! naming {
            ($table:ident: $($column:ident),+ $(; without $($hidden:ident),+)?) => {{
                use super::tables::$table::{Column, Entity};
                let naming = Naming::Is(&[$(Column::$column),+], &names);
                rows_naming::<Entity>(db, stringify!($table), naming, &[$($(Column::$hidden),+)?]).await?
            }};
        }
        let mut all = vec![
            naming!(person: Id),
            naming!(staff: Id),
            naming!(contact: Subject),
            naming!(ownership: Person),
            naming!(invitation: Subject; without CodeSha256),
            naming!(device: Subject),
            naming!(session: Subject; without TokenSha256),
            naming!(privacy_request: Person),
            naming!(poll_person: Person),
            naming!(sitting: Person, Clerk; without CodeSha256, TokenSha256),
            naming!(reminder: Person),
            naming!(hall_signature: Staff),
            acts_naming(db, &names, &id).await?,
            naming!(act_signature: Staff),
            naming!(poll: CreatedBy; without Draft, Roll),
            naming!(paper_entry: Staff; without Entered),
            naming!(paper_scan: AddedBy; without Content),
            naming!(delivery: Staff; without Photo, Salt, Record),
            naming!(hall_arrival: Staff),
            naming!(written_proxy: Staff, Second; without Scan, Text, Signature, SecondSignature),
            naming!(outside_agent: Staff; without Salt, Record),
            naming!(delegate: Person; without Scan),
            naming!(delegate: Staff, Second; without Scan, Name, Note),
            naming!(event: Actor, Object; without Detail, Previous, Hash),
        ];
        let own = |table: &str| all.iter().find(|rows| rows.table == table).map(|rows| rows.rows.clone());
        let (homes, holders, devices) = (own("ownership"), own("poll_person"), own("device"));
        all.push(by_keys::<unit::Entity>(db, "unit", homes, [unit::Column::Compound, unit::Column::Label], &[]).await?);
        all.extend(of_holders(db, holders.as_ref()).await?);
        let ids: Vec<String> =
            devices.iter().flatten().filter_map(|row| row.get("id")?.as_str().map(str::to_owned)).collect();
        let keys = Naming::Is(&[voting_key::Column::Device], &ids);
        all.push(rows_naming::<voting_key::Entity>(db, "voting_key", keys, &[]).await?);
        let holding = Naming::Holds(&[evidence::Column::Record], &id);
        all.push(rows_naming::<evidence::Entity>(db, "evidence", holding, &[]).await?);
        all.retain(|rows| !rows.rows.is_empty());
        Ok(all)
    }
}

/// What is kept of somebody's homes in polls. What is marked on a paper is nobody's to read before the close, a co-owner's
/// neither.
async fn of_holders(db: &impl ConnectionTrait, holders: Option<&Vec<Value>>) -> Result<Vec<OwnRows>, DbErr> {
    macro_rules! of {
        ($table:ident $(; without $($hidden:ident),+)?) => {{
            use super::tables::$table::{Column, Entity};
            let (keys, hidden) = ([Column::Poll, Column::Holder], &[$($(Column::$hidden),+)?]);
            by_keys::<Entity>(db, stringify!($table), holders.cloned(), keys, hidden).await?
        }};
    }
    Ok(vec![
        of!(poll_unit),
        of!(paper_form; without Text, Scan),
        of!(written_proxy; without Scan, Text, Signature, SecondSignature),
        of!(delivery_holder),
        of!(hall_arrival; without Staff),
    ])
}

/// The rows whose two columns are as in one of `keys`, by the columns' names.
async fn by_keys<E: EntityTrait>(
    db: &impl ConnectionTrait,
    table: &'static str,
    keys: Option<Vec<Value>>,
    columns: [E::Column; 2],
    hidden: &[E::Column],
) -> Result<OwnRows, DbErr> {
    let keys = keys.unwrap_or_default();
    let mut any = Condition::any();
    for key in &keys {
        let mut both = Condition::all();
        for column in &columns {
            both = match &key[column.as_str()] {
                Value::String(text) => both.add(column.eq(text.as_str())),
                number => both.add(column.eq(number.as_i64())),
            };
        }
        any = any.add(both);
    }
    if keys.is_empty() {
        return Ok(OwnRows { table, rows: Vec::new() });
    }
    rows_naming::<E>(db, table, Naming::Where(any), hidden).await
}
