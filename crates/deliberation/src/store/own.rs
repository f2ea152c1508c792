//! What is stored of what somebody said and did, for them to see and to take away.

use ballot::store::{
    ids::Subject,
    own::{Naming, OwnRows, rows_naming},
};
use sea_orm::{ColumnTrait as _, Condition, DbErr};
use serde_json::Value;

use super::{Deliberation, tables::survey_response};

impl Deliberation {
    /// Everything of deliberation that names somebody, table by table; a table without such a row is left out.
    ///
    /// Of what others said it gives nothing: whoever entered a paper of a survey sees that they did, and not what stood
    /// on it.
    pub async fn own_data(&self, subject: &Subject) -> Result<Vec<OwnRows>, DbErr> {
        let db = self.estate.reader();
        let id = match subject {
            Subject::Person(id) => id.to_string(),
            Subject::Staff(id) => id.to_string(),
        };
        let (names, key) = ([subject.to_string(), id], subject.to_string());
        macro_rules! naming {
            ($table:ident: $($column:ident),+ $(; without $($hidden:ident),+)?) => {{
                use super::tables::$table::{Column, Entity};
                let naming = Naming::Is(&[$(Column::$column),+], &names);
                rows_naming::<Entity>(db, stringify!($table), naming, &[$($(Column::$hidden),+)?]).await?
            }};
        }
        let mut all = vec![
            naming!(post: Subject, AppointedBy),
            naming!(tie: Person),
            naming!(tie: VerifiedBy, AddedBy; without Person, Unit, Proof),
            naming!(news: Subject),
            naming!(matter: Responsible, CreatedBy),
            naming!(submitter: Subject),
            naming!(step: Actor, Responsible),
            naming!(remark: Author),
            naming!(statement: Author),
            naming!(reaction: Person),
            naming!(survey: Author, CoderOne, CoderTwo; without Salt),
            naming!(survey_voice: Person),
            naming!(survey_response: Recorder, RecorderTwice; without Answers, AnswersTwice),
            naming!(motion: Proposer),
            naming!(motion_version: Author),
            naming!(amendment: Author),
            naming!(support: Person),
            naming!(notice: CreatedBy),
            naming!(notice_board: PostedBy),
            naming!(attachment: AddedBy; without Content),
            naming!(objection: Author),
            naming!(objection: Against; without Author, Evidence),
            naming!(task: Responsible, VerifiedBy),
            naming!(rule_change: ProposedBy, DecidedBy),
            naming!(body_seat: Subject),
            naming!(meeting: CreatedBy; without Code),
            naming!(agenda_item: Author),
            naming!(attendance: Subject, ProxyFor, NotedBy),
            naming!(speech: Subject),
            naming!(minutes_note: Author),
            // Whoever asked for a mediation or has left its room knows that there was one, and nothing of what became of it.
            naming!(mediation: AskedBy, Mediator, Offered, Lawyer; without Id, Number, State, Since, Seal, Body, Building, AskedBy,
                ConsentedAt, SignedAt, EndedAt, Mediator, Offered, Lawyer, Version, VisitDue, Forum, Reopened),
            naming!(mediation_party: Subject; without Scan),
            naming!(mediation_barred: Subject),
            naming!(mediation_message: Author),
            naming!(mediation_signature: Subject; without Scan),
            {
                use super::tables::minutes::{Column, Entity};
                let hidden = [Column::Skeleton, Column::Content, Column::Signatures];
                rows_naming::<Entity>(
                    db,
                    "minutes",
                    Naming::Holds(&[Column::Skeleton, Column::Signatures], &key),
                    &hidden,
                )
                .await?
            },
        ];
        let voices = all.iter().find(|rows| rows.table == "survey_voice").map(|rows| rows.rows.clone());
        let mut any = Condition::any();
        // Once the answers are sorted, nothing says any more which were whose.
        for (survey, response) in voices.iter().flatten().filter_map(answered) {
            let (of, number) =
                (survey_response::Column::Survey.eq(survey), survey_response::Column::Number.eq(response));
            any = any.add(Condition::all().add(of).add(number));
        }
        if !any.is_empty() {
            let hidden = [survey_response::Column::Recorder, survey_response::Column::RecorderTwice];
            all.push(rows_naming::<survey_response::Entity>(db, "survey_response", Naming::Where(any), &hidden).await?);
        }
        all.retain(|rows| !rows.rows.is_empty());
        Ok(all)
    }
}

fn answered(voice: &Value) -> Option<(String, i64)> {
    Some((voice.get("survey")?.as_str()?.to_owned(), voice.get("response")?.as_i64()?))
}
