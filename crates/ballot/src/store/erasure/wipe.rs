//! The erasing itself, table by table.

use sea_orm::{
    ColumnTrait as _, Condition, DatabaseTransaction, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QuerySelect as _, sea_query::Expr,
};
use serde_json::Value;

use super::{
    redact::{redact, redact_text},
    traces::Traces,
};
use crate::{
    hash::Hash,
    register::{ERASED, Register, commit},
    store::{
        acts::{ActState, Deed},
        ids::Subject,
        tables::{
            act, contact, delivery, delivery_holder, device, evidence, hall_arrival, hall_list, invitation,
            one_time_code, outbox, paper_form, paper_scan, person, poll_unit, privacy_request, register_version,
            session, voting_key, written_proxy,
        },
    },
};

impl Traces {
    /// Deletes and overwrites whatever names them. What stays knows them by numbers and an id that nothing explains any
    /// more.
    pub(super) async fn wipe(mut self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        self.wipe_registers(tx).await?;
        self.wipe_acts(tx).await?;
        self.wipe_lines(tx).await?;
        self.wipe_papers(tx).await?;
        self.wipe_evidence(tx).await?;
        self.wipe_messages(tx).await?;
        self.wipe_account(tx).await
    }

    fn erase_from(&self, register: &mut Register) {
        register.erase(&self.identity, &format!("{ERASED}{}", self.id));
    }

    async fn wipe_registers(&mut self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        for (number, mut register) in std::mem::take(&mut self.versions) {
            self.erase_from(&mut register);
            let text = serde_json::to_string(&register).expect("a register is JSON");
            register_version::Entity::update_many()
                .col_expr(register_version::Column::Register, Expr::value(text))
                .filter(register_version::COLUMN.compound.eq(&self.compound))
                .filter(register_version::COLUMN.number.eq(number))
                .exec(tx)
                .await?;
        }
        Ok(())
    }

    /// Of what was signed and done, or not done, the text stays as it was signed: it has the digest of what is altered
    /// here.
    async fn wipe_acts(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        let needles = self.needles();
        let holds = needles.iter().fold(Condition::any(), |any, needle| {
            use act::Column::{Payload, Reason, Summary};
            any.add(Payload.contains(needle)).add(Summary.contains(needle)).add(Reason.contains(needle))
        });
        let rows = act::Entity::find()
            .filter(act::COLUMN.compound.eq(&self.compound))
            .filter(act::COLUMN.state.is_not_in([ActState::Open.as_str(), ActState::Ready.as_str()]))
            .filter(holds)
            .all(tx)
            .await?;
        for row in rows {
            act::Entity::update_many()
                .col_expr(act::Column::Payload, Expr::value(self.redact_payload(&row, &needles)?))
                .col_expr(act::Column::Summary, Expr::value(redact_json(&row.summary, &needles)?))
                .col_expr(act::Column::Reason, Expr::value(redact_text(&row.reason, &needles)))
                .filter(act::COLUMN.id.eq(&row.id))
                .exec(tx)
                .await?;
        }
        Ok(())
    }

    /// In a register namesakes keep their name.
    fn redact_payload(&self, row: &act::Model, needles: &[String]) -> Result<String, DbErr> {
        let deed: Deed = serde_json::from_str(&row.payload).map_err(|err| DbErr::Json(err.to_string()))?;
        let Deed::ApplyRegister { base, file_name, file_sha256, mut register } = deed else {
            return redact_json(&row.payload, needles);
        };
        self.erase_from(&mut register);
        let deed = Deed::ApplyRegister { base, file_name, file_sha256, register };
        Ok(serde_json::to_string(&deed).expect("a deed is JSON"))
    }

    /// The salt and record of every line that names them, and its home where nobody else is left who owns it.
    async fn wipe_lines(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        for line in &self.lines {
            let is_holder = self.seats.contains(&(line.poll.clone(), line.holder));
            let is_last = is_holder && !self.has_others(tx, &line.poll, line.holder).await?;
            let label = if is_last { "" } else { line.label.as_str() };
            poll_unit::Entity::update_many()
                .col_expr(poll_unit::Column::Salt, Expr::value(""))
                .col_expr(poll_unit::Column::Record, Expr::value(""))
                .col_expr(poll_unit::Column::Label, Expr::value(label))
                .filter(poll_unit::COLUMN.poll.eq(&line.poll))
                .filter(poll_unit::COLUMN.unit.eq(line.unit))
                .exec(tx)
                .await?;
        }
        Ok(())
    }

    /// Scans of their papers and of lists that they signed in a hall, and the proofs of what was brought to them, which clerks write in words of their own.
    async fn wipe_papers(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        for (poll, holder) in &self.seats {
            let numbers: Vec<i64> = paper_form::Entity::find()
                .filter(paper_form::COLUMN.poll.eq(poll))
                .filter(paper_form::COLUMN.holder.eq(*holder))
                .select_only()
                .column(paper_form::Column::Number)
                .into_tuple()
                .all(tx)
                .await?;
            paper_scan::Entity::delete_many()
                .filter(paper_scan::COLUMN.poll.eq(poll))
                .filter(paper_scan::COLUMN.number.is_in(numbers))
                .exec(tx)
                .await?;
            let came = hall_arrival::Entity::find_by_id((poll.clone(), *holder)).one(tx).await?;
            hall_list::Entity::update_many()
                .col_expr(hall_list::Column::Scan, Expr::value(Vec::<u8>::new()))
                .filter(hall_list::COLUMN.id.eq(came.and_then(|row| row.list).unwrap_or_default()))
                .exec(tx)
                .await?;
            // Sheets on which they ask somebody, or are asked.
            let written = written_proxy::COLUMN.holder.eq(*holder).or(written_proxy::COLUMN.to_holder.eq(*holder));
            written_proxy::Entity::update_many()
                .col_expr(written_proxy::Column::Scan, Expr::value(None::<Vec<u8>>))
                .filter(written_proxy::COLUMN.poll.eq(poll))
                .filter(written)
                .exec(tx)
                .await?;
            let brought = delivery_holder::Entity::find()
                .filter(delivery_holder::COLUMN.poll.eq(poll))
                .filter(delivery_holder::COLUMN.holder.eq(*holder))
                .all(tx)
                .await?;
            let brought = brought.into_iter().map(|row| row.delivery);
            let rows = delivery::Entity::find().filter(delivery::COLUMN.id.is_in(brought)).all(tx).await?;
            for row in rows {
                wipe_delivery(tx, row).await?;
            }
        }
        Ok(())
    }

    /// The private half of every commitment that names them: of credentials by their id, of strikes by their name in a
    /// poll that they were in.
    async fn wipe_evidence(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        use evidence::Column::Record;
        let in_polls = self.polls().into_iter().fold(Condition::any(), |any, poll| any.add(Record.contains(poll)));
        let mut naming = Condition::any().add(Record.contains(self.id.as_str()));
        if !self.polls().is_empty() {
            naming = naming.add(Condition::all().add(Record.contains(&self.name)).add(in_polls));
        }
        forget_evidence(tx, Condition::all().add(evidence::COLUMN.compound.eq(&self.compound)).add(naming)).await
    }

    /// Messages to them are dropped; in messages to others on which they stand they are taken out.
    async fn wipe_messages(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        outbox::Entity::delete_many()
            .filter(outbox::COLUMN.compound.eq(&self.compound))
            .filter(outbox::COLUMN.address.is_in(self.addresses.iter().map(String::as_str)))
            .exec(tx)
            .await?;
        let needles = self.needles();
        let holds =
            needles.iter().fold(Condition::any(), |any, needle| any.add(outbox::Column::Params.contains(needle)));
        let rows =
            outbox::Entity::find().filter(outbox::COLUMN.compound.eq(&self.compound)).filter(holds).all(tx).await?;
        for row in rows {
            outbox::Entity::update_many()
                .col_expr(outbox::Column::Params, Expr::value(redact_json(&row.params, &needles)?))
                .filter(outbox::COLUMN.id.eq(&row.id))
                .exec(tx)
                .await?;
        }
        Ok(())
    }

    /// How they signed in and were reached, and who they were.
    async fn wipe_account(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        let subject = Subject::Person(self.id.clone()).to_string();
        let devices: Vec<String> = device::Entity::find()
            .filter(device::COLUMN.subject.eq(&subject))
            .select_only()
            .column(device::Column::Id)
            .into_tuple()
            .all(tx)
            .await?;
        voting_key::Entity::delete_many().filter(voting_key::COLUMN.device.is_in(devices)).exec(tx).await?;
        device::Entity::delete_many().filter(device::COLUMN.subject.eq(&subject)).exec(tx).await?;
        session::Entity::delete_many().filter(session::COLUMN.subject.eq(&subject)).exec(tx).await?;
        invitation::Entity::delete_many().filter(invitation::COLUMN.subject.eq(&subject)).exec(tx).await?;
        contact::Entity::delete_many().filter(contact::COLUMN.subject.eq(&subject)).exec(tx).await?;
        let codes = one_time_code::COLUMN.subject.eq(&subject).or(one_time_code::COLUMN.subjects.contains(&subject));
        one_time_code::Entity::delete_many().filter(codes).exec(tx).await?;
        let asked = privacy_request::COLUMN.person.eq(self.id.as_str());
        privacy_request::Entity::delete_many().filter(asked).exec(tx).await?;
        person::Entity::delete_by_id(self.id.to_string()).exec(tx).await?;
        Ok(())
    }
}

/// That it was brought, when and by whom stays; how it is proved goes, with what the record commits to.
async fn wipe_delivery(tx: &DatabaseTransaction, row: delivery::Model) -> Result<(), DbErr> {
    if let Ok(salt) = row.salt.parse::<Hash>() {
        let committed = evidence::COLUMN.sha256.eq(commit(&salt.0, &row.record).to_string());
        forget_evidence(tx, Condition::all().add(committed)).await?;
    }
    delivery::Entity::update_many()
        .col_expr(delivery::Column::Proof, Expr::value(""))
        .col_expr(delivery::Column::Photo, Expr::value(None::<Vec<u8>>))
        .col_expr(delivery::Column::Salt, Expr::value(""))
        .col_expr(delivery::Column::Record, Expr::value(""))
        .filter(delivery::COLUMN.id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The row stays, empty, so that whoever inspects learns that it was erased and not lost.
async fn forget_evidence(tx: &DatabaseTransaction, which: Condition) -> Result<(), DbErr> {
    evidence::Entity::update_many()
        .col_expr(evidence::Column::Salt, Expr::value(""))
        .col_expr(evidence::Column::Record, Expr::value(""))
        .filter(which)
        .exec(tx)
        .await?;
    Ok(())
}

fn redact_json(text: &str, needles: &[String]) -> Result<String, DbErr> {
    let mut value: Value = serde_json::from_str(text).map_err(|err| DbErr::Json(err.to_string()))?;
    redact(&mut value, needles);
    Ok(value.to_string())
}
