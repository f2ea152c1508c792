//! The tables of deliberation, one entity each. Nothing outside `store` sees them.

macro_rules! tables {
    ($($name:ident $table:literal { $($key:ident: $key_type:ty),+ ; $($column:ident: $type:ty),* $(,)? })+) => {
        $(pub(crate) mod $name {
            // The macro makes more than is used here.
            #![allow(missing_docs, dead_code, clippy::wildcard_imports)]
            use sea_orm::entity::prelude::*;

            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                $(#[sea_orm(primary_key, auto_increment = false)] pub $key: $key_type,)+
                $(pub $column: $type,)*
            }

            impl ActiveModelBehavior for ActiveModel {}

            impl Model {
                /// SHA-256 over every column in order: what events hold as before and after.
                pub fn digest(&self) -> ballot::hash::Hash {
                    let columns = [$(serde_json::json!(self.$key),)+ $(serde_json::json!(self.$column),)*];
                    ballot::hash::Hash::of(serde_json::Value::from(columns.to_vec()).to_string().as_bytes())
                }
            }
        })+
    };
}

tables! {
    post "post" {
        id: String;
        compound: String, subject: String, role: String, scope: String, from_at: i64, until_at: i64,
        appointed_by: String,
    }
    tie "tie" {
        id: String;
        compound: String, person: String, unit: String, kind: String, from_at: i64, until_at: i64, proof: String,
        verified_by: Option<String>, added_by: Option<String>,
    }
    grid "grid" {
        id: String;
        compound: String, name: String, parent: Option<String>,
    }
    grid_building "grid_building" {
        compound: String, building: String, from_at: i64;
        grid: String, until_at: Option<i64>,
    }
    rule_change "rule_change" {
        compound: String, number: i64;
        object: String, rules: String, state: String, proposed_by: String, proposed_at: i64, decided_by: String,
        decided_at: Option<i64>,
    }
    number_of "number_of" {
        compound: String, kind: String;
        last: i64,
    }
    news "news" {
        subject: String, once: String;
        compound: String, object: String, verb: String, at: i64, read_at: Option<i64>,
    }
    matter "matter" {
        id: String;
        compound: String, number: i64, source: String, title: String, body: String, building: Option<String>,
        state: String, is_open: bool, level: i64, since: i64, due: Option<i64>, left_over: i64, reopened: i64,
        open_children: i64, is_emergency: bool, wake_at: Option<i64>, responsible: Option<String>,
        acknowledged_at: Option<i64>, answer: String, answer_kind: String, rating: Option<i64>,
        merged_into: Option<String>, created_by: String, created_at: i64,
    }
    submitter "submitter" {
        matter: String, subject: String, origin: String;
        answered_at: Option<i64>, compound: String, number: i64, is_carried: bool,
    }
    step "step" {
        object: String, number: i64;
        at: i64, verb: String, actor: String, state: String, level: Option<i64>, responsible: Option<String>, due: Option<i64>,
        body: String, other: String,
    }
    descent "descent" {
        matter: String, child_kind: String, child: String;
        has_ended: bool,
    }
    remark "remark" {
        target: String, number: i64;
        compound: String, parent: Option<i64>, side: String, author: String, is_official: bool, body: String,
        state: String, reason: String, at: i64,
    }
    statement "statement" {
        target: String, number: i64;
        compound: String, body: String, author: String, is_seed: bool, state: String, reason: String,
        original: Option<i64>, at: i64,
    }
    reaction "reaction" {
        target: String, person: String, number: i64;
        value: i64,
    }
    opinion "opinion" {
        target: String;
        changes: i64,
    }
    survey "survey" {
        id: String;
        compound: String, number: i64, title: String, body: String, state: String, since: i64, author: String,
        matter: Option<String>, opened_at: Option<i64>, closes_at: i64, promised_at: i64, note: String,
        report: String, salt: String, coder_one: Option<String>, coder_two: Option<String>, created_at: i64,
    }
    survey_again "survey_again" {
        survey: String;
        earlier: String,
    }
    survey_question "survey_question" {
        survey: String, number: i64;
        prompt: String, question: String,
    }
    survey_response "survey_response" {
        survey: String, number: i64;
        channel: String, building: String, tenure: String, answers: String, recorder: String, answers_twice: String,
        recorder_twice: String, is_settled: bool, at: i64,
    }
    survey_voice "survey_voice" {
        survey: String, person: String;
        response: Option<i64>,
    }
    survey_home "survey_home" {
        survey: String, unit: String;
    }
    survey_need "survey_need" {
        survey: String, number: i64;
        title: String, answer: String, reason: String, answered_at: Option<i64>,
    }
    survey_coding "survey_coding" {
        survey: String, response: i64, question: i64, place: i64;
        need: i64,
    }
    survey_plan "survey_plan" {
        survey: String, number: i64;
        title: String, needs: String, due: Option<i64>,
    }
    motion "motion" {
        id: String;
        compound: String, number: i64, kind: String, title: String, state: String, is_open: bool, since: i64,
        wake_at: Option<i64>, proposer: String, version: i64, register: i64, window_from: i64, window_until: i64,
        poll: Option<String>, vote_from: Option<i64>, vote_until: Option<i64>, question: String, repeats: i64,
        created_at: i64,
    }
    motion_version "motion_version" {
        motion: String, number: i64;
        state: String, title: String, body: String, cost: String, attachments: String, hash: String, author: String,
        reason: String, at: i64,
    }
    amendment "amendment" {
        motion: String, number: i64;
        base: i64, from_paragraph: i64, to_paragraph: i64, replacement: String, author: String, reason: String,
        state: String, decision: String, result: Option<i64>, at: i64,
    }
    support "support" {
        motion: String, version: i64, person: String;
        at: i64,
    }
    notice "notice" {
        id: String;
        compound: String, number: i64, kind: String, title: String, body: String, object: String, state: String,
        since: i64, online_at: Option<i64>, until_at: i64, replaced_by: Option<String>, created_by: String,
    }
    attachment "attachment" {
        compound: String, sha256: String;
        kind: String, content: Vec<u8>, size: i64, added_by: String, at: i64,
    }
    attachment_use "attachment_use" {
        compound: String, sha256: String, object: String;
    }
    notice_board "notice_board" {
        notice: String, building: String;
        posted_at: Option<i64>, photo: String, posted_by: String,
    }
    objection "objection" {
        id: String;
        compound: String, number: i64, target: String, against: String, ground: String, body: String,
        evidence: String, author: String, state: String, since: i64, answer: String, decision: String, effect: String,
        is_settled: bool,
    }
    task "task" {
        id: String;
        compound: String, number: i64, source: String, title: String, state: String, is_open: bool, since: i64,
        responsible: String, due: i64, due_changes: i64, percent: i64, evidence: String, note: String,
        verified_by: Option<String>,
    }
    decision "decision" {
        compound: String, number: i64;
        source: String, at: i64,
    }
    body "body" {
        id: String;
        compound: String, number: i64, kind: String, name: String, building: Option<String>, seats: String,
        notice_days: i64, quorum_percent: i64, decides: bool, closed_at: Option<i64>,
    }
    body_seat "body_seat" {
        body: String, subject: String;
        seats_of: String, part: String, from_at: i64, until_at: Option<i64>,
    }
    meeting "meeting" {
        id: String;
        compound: String, number: i64, body: String, title: String, place: String, from_at: i64, until_at: i64,
        state: String, since: i64, code: String, reason: String, opened_at: Option<i64>, closed_at: Option<i64>,
        created_by: String, rules: String,
    }
    agenda_item "agenda_item" {
        id: String;
        compound: String, number: i64, body: String, meeting: Option<String>, place: i64, kind: String, title: String,
        content: String, object: String, state: String, note: String, author: String, at: i64, there: String,
        hands: String,
    }
    attendance "attendance" {
        meeting: String, number: i64;
        subject: String, seats_of: Option<String>, proxy_for: Option<String>, from_at: i64, until_at: Option<i64>,
        how: String, noted_by: String,
    }
    speech "speech" {
        meeting: String, number: i64;
        subject: String, asked_at: i64, from_at: Option<i64>, until_at: Option<i64>,
    }
    minutes "minutes" {
        meeting: String, number: i64;
        state: String, since: i64, skeleton: String, content: String, correction: String, hash: String,
        signatures: String,
    }
    minutes_note "minutes_note" {
        meeting: String, version: i64, number: i64;
        author: String, content: String, at: i64,
    }
    mediation "mediation" {
        id: String;
        compound: String, number: i64, category: String, state: String, since: i64, seal: String, body: String,
        building: Option<String>, is_small: bool, asked_by: String, opened_at: i64, consented_at: Option<i64>,
        signed_at: Option<i64>, ended_at: Option<i64>, mediator: Option<String>, offered: Option<String>,
        lawyer: Option<String>, version: i64, visit_due: Option<i64>, forum: String, reopened: i64,
    }
    mediation_party "mediation_party" {
        mediation: String, number: i64;
        side: String, name: String, building: String, home: String, subject: Option<String>,
        consented_at: Option<i64>, scan: String,
    }
    mediation_barred "mediation_barred" {
        mediation: String, subject: String;
        at: i64,
    }
    mediation_session "mediation_session" {
        mediation: String, number: i64;
        at: i64, place: String, present: String, note: String, met_at: Option<i64>,
    }
    mediation_message "mediation_message" {
        mediation: String, number: i64;
        author: String, body: String, files: String, at: i64,
    }
    mediation_text "mediation_text" {
        mediation: String, number: i64;
        body: String, hash: String, scans: String, at: i64,
    }
    mediation_signature "mediation_signature" {
        mediation: String, version: i64, party: i64;
        subject: Option<String>, hash: String, scan: String, at: i64,
    }
    mediation_visit "mediation_visit" {
        mediation: String, number: i64;
        at: i64, kept: String, note: String,
    }
    mediation_link "mediation_link" {
        mediation: String, object: String;
        at: i64,
    }
}

/// A number as a column holds it.
///
/// Times and counts are far below 2^63. What is beyond came from outside, to look something up by: it becomes the largest
/// number that there is, which no row has.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A column's number, which is never below 0.
///
/// # Panics
/// If somebody else wrote a negative number into the database.
pub(crate) fn uint(number: i64) -> u64 {
    u64::try_from(number).expect("no column holds a negative number")
}

/// A time, or for ever.
pub(crate) fn time(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A word of a column; another one is ours to mend.
pub(crate) fn word<W: std::str::FromStr>(text: &str) -> Result<W, sea_orm::DbErr> {
    text.parse().map_err(|_| sea_orm::DbErr::Type(format!("the word {text}")))
}
