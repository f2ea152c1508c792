//! Erasing a person: nothing names them in any table or copy afterwards, and the record is as whole as before.

use std::{collections::BTreeSet, fs, num::NonZeroUsize, path::Path};

use ballot::{
    audit::audit,
    bundle::Bundle,
    id::{HolderNo, PollId},
    register::{Register, RegisterPerson},
    statement::{Choice, DeliveryMethod, StrikeReason},
    store::{
        Database,
        acts::ActState,
        asking::{AnswerError, Wish},
        erasure::{CONTEST, EraseError, Hindrance},
        ids::{PersonId, Subject},
        paper::NewDelivery,
        register::RegisterError,
        staff::{Role, StaffMember},
    },
};
use deliberation::{
    people::TieKind,
    rights::{Post, Role as PostRole, Scope},
    store::{By, Deliberation, NewTie},
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, TestPerson, fresh, register, unit},
};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::log::on_both;

const NAME: &str = "欧阳若兰";
const OLD_PHONE: &str = "13911112222";
const PHONE: &str = "13933334444";
const EMAIL: &str = "ruolan@example.cn";
/// What tells her from everybody else; her identity has her name in it.
const NEEDLES: [&str; 4] = [NAME, OLD_PHONE, PHONE, EMAIL];

/// The tables and columns in which one of these texts stands anywhere, of all that there are.
async fn traces(database: &Database, needles: &[&str]) -> BTreeSet<String> {
    let db = database.reader();
    let backend = db.get_database_backend();
    let rows = async |sql: String| db.query_all_raw(Statement::from_string(backend, sql)).await.expect("it is read");
    let columns = match backend {
        DbBackend::Sqlite => {
            "SELECT m.name AS t, c.name AS c, '' AS k FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table'"
        }
        _ => {
            "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS k \
             FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    };
    let columns = rows(columns.to_owned()).await;
    assert!(200 < columns.len(), "every column of every table");
    let mut found = BTreeSet::new();
    for column in columns {
        let [table, name, kind] = ["t", "c", "k"].map(|name| column.try_get::<String>("", name).expect("a name"));
        for needle in needles {
            let holds = match (backend, kind.as_str()) {
                (DbBackend::Sqlite, _) => format!("instr(CAST(\"{name}\" AS TEXT), '{needle}') > 0"),
                (_, "bytea") => format!("position(convert_to('{needle}', 'UTF8') IN \"{name}\") > 0"),
                _ => format!("position('{needle}' IN \"{name}\"::text) > 0"),
            };
            if !rows(format!("SELECT 1 AS one FROM \"{table}\" WHERE {holds} LIMIT 1")).await.is_empty() {
                found.insert(format!("{table}.{name}"));
            }
        }
    }
    found
}

fn stands_in(file: &Path, needles: &[&str]) -> bool {
    let bytes = fs::read(file).expect("the file is read");
    needles.iter().any(|needle| bytes.windows(needle.len()).any(|window| window == needle.as_bytes()))
}

/// 张伟明 owns 102 with her, and 201 is hers alone.
fn before() -> Register {
    let mut register = register();
    register.persons[1] = RegisterPerson {
        identity: format!("person:{NAME}:4321"),
        name: NAME.to_owned(),
        tail: "4321".to_owned(),
        phones: vec![OLD_PHONE.to_owned()],
        emails: vec![EMAIL.to_owned()],
        is_organisation: false,
    };
    register.units[2] = unit("1", "201", &[1]);
    register
}

/// She has sold both.
fn after() -> Register {
    let mut register = before();
    register.units[1].owners = vec![0];
    register.units[2].owners = vec![2];
    register.persons.remove(1);
    for unit in &mut register.units {
        let shift = |place: &mut usize| *place -= usize::from(1 < *place);
        unit.owners.iter_mut().for_each(shift);
        unit.developer.iter_mut().for_each(shift);
    }
    register
}

/// An estate in which she has voted on two homes and sold them since.
struct Sold {
    estate: TestEstate,
    life: Deliberation,
    poll: PollId,
    zhang: TestPerson,
    her: PersonId,
    /// The whole record as it was published.
    record: Vec<u8>,
}

impl Sold {
    async fn on(database: &TestDatabase) -> Self {
        let mut estate = TestEstate::new(database).await;
        estate.apply(before()).await;
        let her = estate.estate.find_people(&estate.compound, NAME).await.unwrap().remove(0).id;
        let by = estate.officer(0).await;
        let (phones, emails) = ([PHONE.to_owned()], [EMAIL.to_owned()]);
        let act =
            estate.estate.propose_contacts(&by, &her, (&phones, &emails), estate.now(), &mut fresh()).await.unwrap();
        estate.carry(&act).await;
        let clerk = estate.appoint(Role::Clerk, "10000000901").await;
        let letters = estate.letters().await;
        let (mut ruolan, _) = estate.enrol(&letters[NAME], TestDevice::new()).await.unwrap();
        let (zhang, _) = estate.enrol(&letters["张伟明"], TestDevice::new()).await.unwrap();
        let poll = estate.publish().await;
        estate.sign_officers_in().await;
        let mut sold =
            Self { life: Deliberation::new(estate.estate.clone()), estate, poll, zhang, her, record: vec![] };
        sold.vote(&mut ruolan, clerk).await;
        sold.close().await;
        sold.estate.apply(after()).await;
        sold
    }

    /// She is brought the papers, votes, and says later that she has not.
    async fn vote(&mut self, ruolan: &mut TestPerson, mut clerk: TestPerson) {
        let estate = &self.estate;
        let viewer = estate.sign_in(ruolan).await;
        let holders = estate.estate.my_poll(&viewer, &self.poll).await.unwrap();
        assert_eq!(holders.len(), 2, "alone and with a co-owner");
        let stored = estate.cast(&self.poll, ruolan, &holders[0], Choice::For).await.unwrap();
        let desk = estate.sign_in(&mut clerk).await.staff(Role::Clerk).expect("a clerk").clone();
        let brought: BTreeSet<HolderNo> = holders.iter().map(|holder| holder.holder).collect();
        let proof = format!("{NAME}本人签收");
        let new = NewDelivery { holders: brought, method: DeliveryMethod::Hand, proof, photo: Some(vec![1; 9]) };
        let id = estate.estate.prepare_delivery(&desk, &self.poll, &new, estate.now(), &mut fresh()).await.unwrap();
        let text = estate.estate.delivery(&desk, &self.poll, &id).await.unwrap().text;
        let signature = clerk.device.sign(&text);
        estate.estate.sign_delivery(&desk, &self.poll, &id, &signature, estate.now()).await.unwrap();
        let why = (StrikeReason::WrongSigner, format!("{NAME}书面声明未投此票"));
        let (by, why) = (estate.officer(0).await, (why.0, why.1.as_str()));
        let strike =
            estate.estate.propose_strike(&by, &self.poll, stored.index, why, estate.now(), &mut fresh()).await.unwrap();
        estate.carry(&strike).await;
        self.file_papers(holders[0].holder.get()).await;
    }

    /// A scan of her paper and of her proxy, and the file of a case of hers that has ended: rows as their own use cases leave them.
    async fn file_papers(&self, holder: u64) {
        let name = match self.estate.database.reader().get_database_backend() {
            DbBackend::Sqlite => format!("CAST('{NAME}' AS BLOB)"),
            _ => format!("convert_to('{NAME}', 'UTF8')"),
        };
        let (poll, compound, her) = (&self.poll, &self.estate.compound, &self.her);
        for sql in [
            format!(
                "INSERT INTO paper_form (poll, number, holder, state, printed_at, text, refused, code) \
                     VALUES ('{poll}', 900, {holder}, 'void', 1, '', '', '')"
            ),
            format!(
                "INSERT INTO paper_scan (compound, sha256, poll, number, content, added_by, at) \
                     VALUES ('{compound}', 'a', '{poll}', 900, {name}, 's', 1)"
            ),
            format!(
                "INSERT INTO written_proxy (id, compound, poll, holder, state, scan, scan_sha256, seq, text, staff, \
                     signature, second_signature, at, refused) \
                     VALUES ('w', '{compound}', '{poll}', {holder}, 'granted', {name}, 'a', 1, '', 's', '', '', 1, '')"
            ),
            format!(
                "INSERT INTO mediation_party (mediation, number, side, name, building, home, subject, scan) \
                     VALUES ('m', 1, 'a', '{NAME}', '1', '201', 'person:{her}', '')"
            ),
            format!(
                "INSERT INTO step (object, number, at, verb, actor, state, body, other) \
                     VALUES ('mediation:m', 1, 1, 'consent', 's', 'consented', '{NAME}', '')"
            ),
        ] {
            self.estate.database.writer().execute_unprepared(&sql).await.expect("it is filed");
        }
    }

    async fn close(&mut self) {
        self.estate.clock.set(NOW + 30 * DAY + 60);
        self.estate.sign_officers_in().await;
        let log = self.estate.estate.logs().log(&self.poll).await.unwrap();
        assert!(log.ensure_closed(self.estate.now()).await.unwrap());
        let by = self.estate.officer(0).await;
        let act = self.estate.estate.propose_result(&by, &self.poll, self.estate.now(), &mut fresh()).await.unwrap();
        self.estate.carry(&act).await;
        self.record = log.export(Vec::new()).await.unwrap();
    }

    /// Goes to the end of the time in which the result can be contested; officers serve another term.
    async fn wait(&mut self) {
        let sql = format!("UPDATE staff SET term_ends = {}", NOW + 900 * DAY);
        self.estate.database.writer().execute_unprepared(&sql).await.unwrap();
        self.estate.clock.set(NOW + 30 * DAY + CONTEST);
        self.estate.sign_officers_in().await;
    }

    async fn hindrances(&self) -> Vec<Hindrance> {
        let found = self.life.erasable(&self.estate.compound, &self.her, self.estate.now()).await.unwrap();
        found.expect("she is known").hindrances
    }

    async fn propose(&self) -> Result<ballot::store::ids::ActId, EraseError> {
        let by = self.estate.officer(0).await;
        self.life.propose_erasure(&by, &self.her, self.estate.now(), &mut fresh()).await
    }

    async fn erase(&self) -> ActState {
        let act = self.propose().await.expect("it is put up");
        assert_eq!(self.estate.sign(0, &act).await, ActState::Open);
        assert_eq!(self.estate.sign(1, &act).await, ActState::Ready);
        self.life.carry_out_erasures(self.estate.now()).await.expect("it is carried out");
        self.estate.estate.act(&self.estate.compound, &act).await.unwrap().expect("the act").state
    }

    async fn by(&self) -> (StaffMember, By) {
        let staff = self.estate.officer(0).await;
        let by = By { compound: self.estate.compound.clone(), subject: staff.subject() };
        (staff, by)
    }
}

on_both! {
    async fn nothing_names_an_erased_person_and_the_record_is_as_whole_as_before(database) {
        let mut sold = Box::pin(Sold::on(&database)).await;
        sold.wait().await;
        let named = traces(&sold.estate.database, &NEEDLES).await;
        for table in ["register_version.register", "act.payload", "act.summary", "person.identity", "poll_unit.record",
            "evidence.record", "delivery.proof", "person.phones", "paper_scan.content", "mediation_party.name",
            "step.body"] {
            assert!(named.contains(table), "she stood in {table}: {named:?}");
        }
        let act = sold.propose().await.expect("it is put up");
        assert_eq!(sold.estate.sign(0, &act).await, ActState::Open);
        assert_eq!(sold.estate.sign(1, &act).await, ActState::Ready);
        sold.life.carry_out_erasures(sold.estate.now()).await.expect("it is carried out");
        assert_eq!(traces(&sold.estate.database, &NEEDLES).await, BTreeSet::new(), "no table names her");
        let done = sold.estate.estate.act(&sold.estate.compound, &act).await.unwrap().expect("the act");
        assert_eq!((done.state, done.reason.as_str()), (ActState::Done, ""));

        if database.kind() == Kind::Sqlite {
            let folder = tempfile::tempdir().unwrap();
            let copy = folder.path().join("newest.db");
            sold.estate.database.copy_to(&copy).await.expect("a backup");
            assert!(!stands_in(&copy, &NEEDLES), "the newest backup does not have her");
            assert!(!stands_in(&database.file(), &NEEDLES), "nor have free pages of the database's own file");
        }

        let log = sold.estate.estate.logs().log(&sold.poll).await.unwrap();
        let record = log.export(Vec::new()).await.unwrap();
        assert!(record == sold.record, "not a byte of the record has changed");
        let report = audit(&Bundle::from_tar(record).unwrap(), log.key(), NonZeroUsize::MIN).unwrap();
        assert!(report.is_ok(), "{:?}", report.checks);
        sold.estate.estate.verify_events(&sold.estate.compound).await.expect("the events' chain is whole");
    }

    async fn those_who_stay_keep_what_is_theirs_and_no_version_with_a_gap_comes_back(database) {
        let mut sold = Box::pin(Sold::on(&database)).await;
        sold.wait().await;
        let viewer = sold.estate.sign_in(&mut sold.zhang).await;
        let estate = &sold.estate.estate;
        assert_eq!(estate.my_proofs(&viewer, &sold.poll).await.unwrap().len(), 2, "his own home and the shared one");
        assert_eq!(sold.erase().await, ActState::Done);
        assert_eq!(estate.my_proofs(&viewer, &sold.poll).await.unwrap().len(), 1, "his own; of the shared one it is gone");
        let holders = estate.my_poll(&viewer, &sold.poll).await.unwrap();
        let labels: Vec<_> = holders.iter().flat_map(|holder| &holder.units).map(|unit| unit.label.as_str()).collect();
        assert!(labels.contains(&"|1|1|102"), "he sees which home it was: {labels:?}");
        let by = sold.estate.officer(0).await;
        let undo = estate.propose_undo(&by, 1, sold.estate.now(), &mut fresh()).await.err();
        assert!(matches!(undo, Some(RegisterError::Erased)), "{undo:?}");
        assert!(estate.find_people(&sold.estate.compound, NAME).await.unwrap().is_empty());
        let again = sold.propose().await.err();
        assert!(matches!(again, Some(EraseError::NoSuchPerson)), "{again:?}");
        // A register that names her anew is of another person, as far as anybody can tell.
        sold.estate.apply(before()).await;
        let found = estate.find_people(&sold.estate.compound, NAME).await.unwrap();
        assert!(found.len() == 1 && found[0].id != sold.her);
    }

    async fn a_namesake_and_whoever_shares_the_phone_keep_what_is_theirs(database) {
        let estate = TestEstate::new(&database).await;
        let (namesake, number) = (format!("person:{NAME}:9999"), "13755556666");
        let with_others = |mut register: Register| {
            let place = register.persons.iter().position(|one| one.name == "王芳").expect("王芳");
            let other = &mut register.persons[place];
            (other.identity, other.name) = (namesake.clone(), NAME.to_owned());
            other.phones = vec![number.to_owned()];
            register.persons[0].phones.push(OLD_PHONE.to_owned());
            register
        };
        estate.apply(with_others(before())).await;
        let known = estate.estate.find_people(&estate.compound, NAME).await.unwrap();
        let her = known.iter().find(|one| one.tail == "4321").expect("she").id.clone();
        estate.apply(with_others(after())).await;
        let (life, by) = (Deliberation::new(estate.estate.clone()), estate.officer(0).await);
        let act = life.propose_erasure(&by, &her, estate.now(), &mut fresh()).await.expect("it is put up");
        assert_eq!(estate.sign(0, &act).await, ActState::Open);
        assert_eq!(estate.sign(1, &act).await, ActState::Ready);
        life.carry_out_erasures(estate.now()).await.expect("it is carried out");

        let known = estate.estate.find_people(&estate.compound, NAME).await.unwrap();
        assert!(known.len() == 1 && known[0].id != her, "the namesake is there");
        assert!(traces(&estate.database, &[EMAIL, ":4321"]).await.is_empty(), "and she is not");
        let rest = traces(&estate.database, &[OLD_PHONE]).await;
        assert!(rest.contains("contact.address"), "张伟明 is reached under the number that both had: {rest:?}");
        let sql = "SELECT register FROM register_version WHERE number = 1";
        let db = estate.database.reader();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        let text: String = row.expect("a version").try_get("", "register").unwrap();
        let old: Register = serde_json::from_str(&text).expect("a register");
        let (place, kept) = old.persons.iter().enumerate().find(|(_, one)| one.identity == namesake).expect("kept");
        assert!(kept.name == NAME && kept.phones == [number], "in old versions too");
        let owns = |wanted: usize| old.units.iter().filter(|unit| unit.owners.contains(&wanted)).count();
        assert_eq!((owns(place), owns(1)), (2, 2), "every version says still who owned what, one of them without a name");
        assert!(old.has_erased() && old.persons[1].name.is_empty());
    }

    async fn whoever_is_needed_is_not_erased_and_officers_read_why(database) {
        let mut sold = Box::pin(Sold::on(&database)).await;
        let until = NOW + 30 * DAY + CONTEST;
        let title = "更换 3 号楼电梯".to_owned();
        assert_eq!(sold.hindrances().await, [Hindrance::Poll { title, until }], "it can be contested");
        assert!(matches!(sold.propose().await, Err(EraseError::Hindered)));
        sold.wait().await;
        assert_eq!(sold.hindrances().await, []);

        let (staff, by) = sold.by().await;
        let (subject, now) = (Subject::Person(sold.her.clone()), sold.estate.now());
        let post = Post { role: PostRole::BuildingLead, scope: Scope::Estate, from: now, until: now + DAY };
        let post = sold.life.appoint(&by, &subject, &post, now, &mut fresh()).await.expect("appointed");
        assert_eq!(sold.hindrances().await, [Hindrance::Office]);
        sold.life.end_post(&by, &post, now).await.expect("it ends");
        assert_eq!(sold.hindrances().await, []);

        let act = sold.estate.estate.propose_undo(&staff, 1, now, &mut fresh()).await.expect("it is put up");
        assert_eq!(sold.hindrances().await, [Hindrance::Act], "she may be in the register that is to come");
        sold.estate.estate.withdraw_act(&staff, &act, "改主意了", now).await.expect("withdrawn");

        let zhang = sold.estate.estate.find_people(&sold.estate.compound, "张伟明").await.unwrap().remove(0).id;
        let found = sold.life.erasable(&sold.estate.compound, &zhang, now).await.unwrap().expect("he is known");
        assert_eq!(found.hindrances, [Hindrance::Owner], "the roll must name who owns");
    }

    async fn what_comes_up_after_the_signatures_stops_it_whole(database) {
        let mut sold = Box::pin(Sold::on(&database)).await;
        sold.wait().await;
        let act = sold.propose().await.expect("it is put up");
        assert_eq!(sold.estate.sign(0, &act).await, ActState::Open);
        assert_eq!(sold.estate.sign(1, &act).await, ActState::Ready);
        let (_, by) = sold.by().await;
        let (subject, now) = (Subject::Person(sold.her.clone()), sold.estate.now());
        let post = Post { role: PostRole::BuildingLead, scope: Scope::Estate, from: now, until: now + DAY };
        sold.life.appoint(&by, &subject, &post, now, &mut fresh()).await.expect("appointed");
        let before = traces(&sold.estate.database, &NEEDLES).await;
        sold.life.carry_out_erasures(now).await.expect("it is looked at");
        let ended = sold.estate.estate.act(&sold.estate.compound, &act).await.unwrap().expect("the act");
        assert_eq!((ended.state, ended.reason.as_str()), (ActState::Failed, "holds_office"));
        assert_eq!(traces(&sold.estate.database, &NEEDLES).await, before, "nothing went");
    }

    async fn a_tenant_asks_is_answered_asks_again_and_is_erased(database) {
        let estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let life = Deliberation::new(estate.estate.clone());
        let staff = estate.officer(0).await;
        let (by, now) = (By { compound: estate.compound.clone(), subject: staff.subject() }, estate.now());
        let post = Post { role: PostRole::Community, scope: Scope::Estate, from: now, until: now + DAY };
        life.appoint(&by, &staff.subject(), &post, now, &mut fresh()).await.expect("whoever sees to ties");
        let new = NewTie {
            name: NAME.to_owned(),
            contact: PHONE.to_owned(),
            unit: "|1|1|101".to_owned(),
            kind: TieKind::Tenant,
            until: now + 90 * DAY,
            proof: format!("{NAME}的租赁合同"),
        };
        let her = life.add_tie(&by, &new, now, &mut fresh()).await.expect("a tenant").1;
        let (challenge, code) = heyi_tests::estate::start_by_code(&estate.estate, &estate.compound, PHONE, now).await;
        let answer = estate.estate.finish_sign_in(&challenge, &code, None, now, &mut fresh()).await.expect("signed in");
        let token = heyi_tests::estate::signed_in(answer);
        let viewer = estate.viewer(&token, now).await.expect("signed in");

        estate.estate.ask(&viewer, Wish::Erase, "", now).await.expect("asked");
        let waiting = estate.estate.asked(&estate.compound).await.unwrap();
        assert_eq!(waiting.iter().map(|one| (&one.person, one.wish)).collect::<Vec<_>>(), [(&her, Wish::Erase)]);
        let silent = estate.estate.answer(&staff, (&her, Wish::Erase), " ", now).await;
        assert!(matches!(silent, Err(AnswerError::Text)), "a refusal is explained");
        estate.estate.answer(&staff, (&her, Wish::Erase), "租约还没有到期", now).await.expect("answered");
        let asked = estate.estate.asked_by(&her).await.unwrap();
        assert_eq!(asked[0].answer, Some(("租约还没有到期".to_owned(), now)));
        let twice = estate.estate.answer(&staff, (&her, Wish::Erase), "同上", now).await;
        assert!(matches!(twice, Err(AnswerError::NoSuchRequest)), "it is answered");
        estate.estate.ask(&viewer, Wish::Erase, "", now + 1).await.expect("asked again");
        estate.estate.ask(&viewer, Wish::Correct, &format!("我叫{NAME}"), now + 1).await.expect("and for more");
        assert_eq!(estate.estate.asked(&estate.compound).await.unwrap().len(), 2);

        let act = life.propose_erasure(&staff, &her, now, &mut fresh()).await.expect("it is put up");
        assert_eq!(estate.sign(0, &act).await, ActState::Open);
        assert_eq!(estate.sign(1, &act).await, ActState::Ready);
        life.carry_out_erasures(now).await.expect("it is carried out");
        assert_eq!(traces(&estate.database, &NEEDLES).await, BTreeSet::new());
        assert!(estate.viewer(&token, now).await.is_none(), "the session is nobody's");
        assert!(estate.estate.asked(&estate.compound).await.unwrap().is_empty());
    }

    async fn what_is_past_its_time_is_deleted_and_nothing_earlier(database) {
        let estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let now = estate.now();
        estate.letters().await;
        // The second letters void the first.
        estate.letters().await;
        heyi_tests::estate::start_by_code(&estate.estate, &estate.compound, "10000000103", now).await;
        let swept = [
            "one_time_code WHERE true", "session WHERE true", "outbox WHERE state <> 'queued'",
            "invitation WHERE revoked_at IS NOT NULL",
        ];
        let count = async |from: &str| {
            let sql = format!("SELECT count(*) AS n FROM {from}");
            let db = estate.database.reader();
            let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
            row.expect("a row").try_get::<i64>("", "n").expect("a number")
        };
        let counts = async || {
            let mut counts = Vec::new();
            for from in swept {
                counts.push(count(from).await);
            }
            counts
        };
        let sent = count("outbox WHERE state = 'sent' AND (address <> '' OR params <> '')").await;
        assert_eq!(sent, 0, "of what was sent neither text nor number stays");
        let before = counts().await;
        assert!(before.iter().all(|count| 0 < *count), "{before:?}");
        estate.estate.sweep(now + 2 * DAY).await.expect("swept");
        assert_eq!(counts().await, before, "on the last second everything is there");
        estate.estate.sweep(now + 2 * DAY + 1).await.expect("swept");
        assert_eq!(counts().await, [0, 0, 0, before[3]], "letters are kept longer");
        let letters = count("invitation WHERE revoked_at IS NULL").await;
        estate.estate.sweep(now + 30 * DAY + 1).await.expect("swept");
        assert_eq!(counts().await, [0; 4]);
        assert_eq!(count("invitation WHERE revoked_at IS NULL").await, letters, "a letter that is good stays");
    }
}
