//! The private tables, one entity each. Nothing outside `store` sees them.
//!
//! Numbers are `i64` because databases have no unsigned ones; [`int`] and [`uint`] cross over.

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
        })+
    };
}

tables! {
    compound "compound" {
        id: String;
        name: String, phone: String, service_point: String, place: String, officers: i64, created_at: i64,
    }
    register_version "register_version" {
        compound: String, number: i64;
        source: String, file_name: String, file_sha256: String, register: String, act: String, applied_at: i64,
    }
    person "person" {
        id: String;
        compound: String, identity: String, name: String, tail: String, phones: String, is_organisation: bool,
    }
    unit "unit" {
        compound: String, label: String;
        sort: String, phase: String, building: String, entrance: String, number: String, kind: String, area: i64,
        source: String, status: String, developer: Option<String>, shares: Option<i64>, representative: Option<String>,
    }
    ownership "ownership" {
        compound: String, label: String, place: i64;
        person: String,
    }
    staff "staff" {
        id: String;
        compound: String, role: String, number: i64, name: String, organisation: String, phone: String, email: String,
        scope: String, vkey: Option<String>, state: String, term_ends: i64, created_at: i64,
    }
    contact "contact" {
        compound: String, address: String, subject: String;
    }
    invitation "invitation" {
        code_sha256: String;
        compound: String, subject: String, label: String, created_at: i64, revoked_at: Option<i64>,
    }
    outbox "outbox" {
        id: String;
        compound: String, channel: String, address: String, language: String, template: String, params: String,
        state: String, tries: i64, created_at: i64, due_at: i64,
    }
    device "device" {
        id: String;
        compound: String, subject: String, public_key: String, method: String, label: String, created_at: i64,
        revoked_at: Option<i64>, revoked_for: Option<String>,
    }
    voting_key "voting_key" {
        public_key: String;
        device: String, poll: Option<String>, holder: Option<i64>, credential: Option<i64>,
    }
    evidence "evidence" {
        sha256: String;
        compound: String, salt: String, record: String,
    }
    one_time_code "one_time_code" {
        id: String;
        compound: String, purpose: String, subject: String, subjects: String, channel: String, invitation: String,
        code_sha256: String, tries: i64, created_at: i64, ended_at: Option<i64>,
    }
    challenge "challenge" {
        id: String;
        purpose: String, created_at: i64, used_at: Option<i64>,
    }
    session "session" {
        token_sha256: String;
        compound: String, subject: String, device: Option<String>, created_at: i64, seen_at: i64,
        stepped_up_at: Option<i64>, ended_at: Option<i64>,
    }
    act "act" {
        id: String;
        compound: String, kind: String, object: String, text: String, payload: String, summary: String, needed: i64,
        state: String, reason: String, created_by: String, created_at: i64, ended_at: Option<i64>,
    }
    act_signature "act_signature" {
        act: String, staff: String;
        vkey: String, signature: String, signed_at: i64,
    }
    event_head "event_head" {
        compound: String;
        number: i64, hash: String,
    }
    event "event" {
        compound: String, number: i64;
        at: i64, actor: String, verb: String, object: String, detail: String, previous: String, hash: String,
    }
    poll "poll" {
        id: String;
        compound: String, state: String, title: String, draft: String, roll: String, register: i64, opens: i64,
        closes: i64, created_by: String, created_at: i64, told: i64,
    }
    document "document" {
        compound: String, sha256: String;
        name: String, media_type: String, size: i64, content: Vec<u8>, created_at: i64,
    }
    poll_unit "poll_unit" {
        poll: String, unit: i64;
        holder: i64, label: String, salt: String, record: String,
    }
    poll_person "poll_person" {
        poll: String, holder: i64, person_no: i64;
        person: String, barred_at: Option<i64>,
    }
    paper_desk "paper_desk" {
        poll: String;
        compound: String, held_until: i64,
    }
    paper_form "paper_form" {
        poll: String, number: i64;
        holder: i64, state: String, printed_at: i64, received: Option<i64>, scan: Option<String>, text: String,
        refused: String, code: String, log_index: Option<i64>,
    }
    paper_entry "paper_entry" {
        poll: String, number: i64, staff: String;
        place: i64, entered: String, at: i64, signs: bool, vkey: String, signature: String,
    }
    paper_scan "paper_scan" {
        compound: String, sha256: String;
        poll: String, number: i64, content: Vec<u8>, added_by: String, at: i64,
    }
    delivery "delivery" {
        id: String;
        compound: String, poll: String, staff: String, method: String, proof: String, photo: Option<Vec<u8>>,
        text: String, salt: String, record: String, at: i64, log_index: Option<i64>,
    }
    delivery_holder "delivery_holder" {
        poll: String, holder: i64, delivery: String;
    }
    sitting "sitting" {
        id: String;
        compound: String, poll: String, holder: i64, person_no: i64, person: String, clerk: String, evidence: String,
        code_sha256: String, created_at: i64, token_sha256: Option<String>, public_key: Option<String>,
        device: Option<String>, credential: Option<i64>, check_code: Option<String>, ended_at: Option<i64>,
        is_settled: bool,
    }
    hall_arrival "hall_arrival" {
        poll: String, holder: i64;
        is_represented: bool, staff: String, at: i64, list: Option<String>,
    }
    hall_list "hall_list" {
        id: String;
        compound: String, poll: String, text: String, scan: Vec<u8>, at: i64, log_index: Option<i64>,
    }
    hall_signature "hall_signature" {
        list: String, staff: String;
        vkey: String, signature: String,
    }
    reminder "reminder" {
        poll: String, person: String, day: i64;
    }
    written_proxy "written_proxy" {
        id: String;
        compound: String, poll: String, holder: i64, state: String, to_holder: Option<i64>, outside: Option<String>,
        scan: Option<Vec<u8>>, scan_sha256: String, seq: i64, text: String, staff: String, signature: String,
        second: Option<String>, second_signature: String, at: i64, open: Option<i64>, refused: String,
        log_index: Option<i64>,
    }
    outside_agent "outside_agent" {
        id: String;
        compound: String, poll: String, number: Option<i64>, salt: String, record: String, staff: String, at: i64,
    }
    delegate "delegate" {
        id: String;
        compound: String, person: String, name: String, note: String, scan: Option<Vec<u8>>, valid_until: i64,
        staff: String, second: Option<String>, at: i64, ended_at: Option<i64>,
    }
    privacy_request "privacy_request" {
        person: String, wish: String;
        compound: String, body: String, asked_at: i64, answer: String, answered_at: Option<i64>,
    }
}

/// A number as a column holds it.
///
/// # Panics
/// Beyond 2^63: times, areas and counts are far below.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).expect("times, areas and counts are below 2^63")
}

/// A column's number, which is never below 0.
///
/// # Panics
/// If somebody else wrote a negative number into the database.
pub(crate) fn uint(number: i64) -> u64 {
    u64::try_from(number).expect("no column holds a negative number")
}
