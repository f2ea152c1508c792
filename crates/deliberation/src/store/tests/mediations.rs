//! A mediation from the request to the last visit, who may do what in its room, and that nothing of it leaves the room.

use proptest::prelude::*;

use super::*;
use crate::{
    lifecycle::tables::MediationState,
    mediation::{Category, Forum, Kept, MediationFault, USUAL},
    survey::figures::Cell,
};

/// Stands in every text of a room.
const SECRET: &str = "夜里打麻将";
const LATER: u64 = NOW + DAY;

fn other(number: usize) -> NewParty {
    NewParty { name: format!("业主{number}"), building: "3".to_owned(), home: format!("{number}01") }
}

fn new(others: Vec<NewParty>) -> NewCase {
    NewCase {
        category: Category::Noise,
        text: format!("楼上{SECRET}，孩子睡不着。"),
        building: Some("3".to_owned()),
        is_small: false,
        others,
        on_behalf_of: None,
        has_consent: false,
    }
}

#[allow(clippy::needless_pass_by_value, reason = "what a call gave is handed over as it is")]
fn fault<T: std::fmt::Debug>(result: Result<T, UseError>, expected: MediationFault) {
    assert!(matches!(&result, Err(UseError::Mediation(found)) if *found == expected), "{expected:?}: {result:?}");
}

#[allow(clippy::needless_pass_by_value, reason = "what a call gave is handed over as it is")]
fn unmet<T: std::fmt::Debug>(result: Result<T, UseError>, need: Need) {
    let is_it = matches!(&result, Err(UseError::Refused(Refused::Unmet { needs })) if needs.contains(&need));
    assert!(is_it, "{need}: {result:?}");
}

fn is_none<T>(result: &Result<T, UseError>) -> bool {
    matches!(result, Err(UseError::NoSuch(Kind::Mediation)))
}

fn said(what: &str) -> CaseAct {
    CaseAct { text: format!("{SECRET}：{what}"), ..CaseAct::default() }
}

/// Two parties, who mediates, a lawyer, and some of those who must see nothing.
struct Scene {
    world: World,
    applicant: By,
    respondent: By,
    mediator: By,
    lawyer: By,
    community: By,
}

impl Scene {
    async fn new() -> Self {
        let mut world = World::new().await;
        let mediator = world.appoint(2, Role::Mediator).await;
        let community = world.appoint(4, Role::Community).await;
        let (applicant, respondent, lawyer) =
            (world.owners[0].clone(), world.owners[1].clone(), world.owners[3].clone());
        Self { world, applicant, respondent, mediator, lawyer, community }
    }

    async fn ask(&mut self, by: &By, new: &NewCase) -> Result<Option<u64>, UseError> {
        self.world.life.ask_mediation(by, new, NOW, &mut self.world.fresh).await
    }

    /// Asked for and taken on.
    async fn taken(&mut self) -> u64 {
        let applicant = self.applicant.clone();
        let number = self.ask(&applicant, &new(vec![other(2)])).await.unwrap().unwrap();
        self.world.life.take_mediation(&self.mediator, number, true, NOW).await.unwrap();
        number
    }

    /// With everybody's consent, and a lawyer.
    async fn consented(&mut self) -> u64 {
        let number = self.taken().await;
        self.step(&self.respondent, number, Verb::Join, CaseAct::default()).await.unwrap();
        self.step(&self.mediator, number, Verb::Consent, CaseAct::default()).await.unwrap();
        let named = NewParty { name: "业主4".to_owned(), ..NewParty::default() };
        let lawyer = CaseAct { named, has_consent: true, ..CaseAct::default() };
        self.step(&self.mediator, number, Verb::Invite, lawyer).await.unwrap();
        number
    }

    /// In session.
    async fn met(&mut self) -> u64 {
        let number = self.consented().await;
        self.step(&self.mediator, number, Verb::Schedule, session()).await.unwrap();
        self.step(&self.mediator, number, Verb::Meet, CaseAct::default()).await.unwrap();
        number
    }

    /// With an agreement that nobody has signed.
    async fn agreed(&mut self) -> (u64, CaseAct) {
        let number = self.met().await;
        self.step(&self.mediator, number, Verb::Agree, said("十点以后不打")).await.unwrap();
        let hash = self.room(&self.mediator, number).await.texts.last().unwrap().hash;
        (number, CaseAct { hash: Some(hash), ..CaseAct::default() })
    }

    async fn step(&self, by: &By, number: u64, verb: Verb, act: CaseAct) -> Result<MediationState, UseError> {
        self.world.life.mediation_step(by, number, verb, &act, LATER).await
    }

    async fn room(&self, by: &By, number: u64) -> RoomView {
        self.world.life.mediation(by, number, LATER).await.unwrap().expect("they are in the room")
    }

    async fn sees(&self, by: &By, number: u64) -> bool {
        self.world.life.mediation(by, number, LATER).await.unwrap().is_some()
    }

    async fn news(&self, by: &By) -> Vec<Verb> {
        let news = self.world.life.news(&by.subject, None, 50).await.unwrap();
        news.into_iter().filter(|news| news.object.starts_with("mediation:")).map(|news| news.verb).collect()
    }
}

fn session() -> CaseAct {
    CaseAct { at: LATER + DAY, place: format!("调解室 {SECRET}"), ..CaseAct::default() }
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one story, told once")]
async fn a_dispute_is_talked_over_agreed_on_signed_and_looked_after() {
    let mut scene = Scene::new().await;
    let applicant = scene.applicant.clone();
    let number = scene.ask(&applicant, &new(vec![other(2)])).await.unwrap().unwrap();
    assert!(!scene.sees(&scene.respondent, number).await, "not before somebody mediates");
    let waiting = async |by: &By| scene.world.life.waiting_mediations(by, NOW).await.unwrap();
    assert_eq!(waiting(&scene.mediator).await.len(), 1);
    assert!(!format!("{:?}", waiting(&scene.mediator).await).contains(SECRET), "what it is about, and no more");
    assert!(!waiting(&scene.community).await[0].may_take, "the community finds a mediator and is none");
    for by in [&scene.applicant, &scene.respondent, &scene.world.officers[0]] {
        assert!(waiting(by).await.is_empty());
    }
    scene.world.life.offer_mediation(&scene.community, number, &scene.mediator.subject, NOW).await.unwrap();
    assert!(!scene.sees(&scene.mediator, number).await, "not before they take it on");
    fault(scene.world.life.take_mediation(&scene.mediator, number, false, NOW).await, MediationFault::Declared);
    scene.world.life.take_mediation(&scene.mediator, number, true, NOW).await.unwrap();
    assert!(is_none(&scene.world.life.take_mediation(&scene.mediator, number, true, NOW).await), "once");
    assert_eq!(scene.news(&scene.respondent).await, [Verb::Accept], "they are asked");

    unmet(scene.step(&scene.mediator, number, Verb::Consent, CaseAct::default()).await, Need::AllConsent);
    scene.step(&scene.respondent, number, Verb::Join, CaseAct::default()).await.unwrap();
    fault(scene.step(&scene.respondent, number, Verb::Join, CaseAct::default()).await, MediationFault::Party);
    scene.step(&scene.mediator, number, Verb::Consent, CaseAct::default()).await.unwrap();
    assert_eq!(scene.room(&applicant, number).await.usual_until, Some(LATER + USUAL));
    for (why, wrong) in [
        ("no time", CaseAct { at: 0, ..session() }),
        ("a time that has passed", CaseAct { at: LATER, ..session() }),
        ("too far ahead", CaseAct { at: LATER + 91 * DAY, ..session() }),
        ("no place", CaseAct { place: " ".to_owned(), ..session() }),
    ] {
        let result = scene.step(&scene.mediator, number, Verb::Schedule, wrong).await;
        assert!(matches!(result, Err(UseError::Refused(Refused::Unmet { .. }))), "{why}: {result:?}");
    }
    scene.step(&scene.mediator, number, Verb::Schedule, session()).await.unwrap();
    scene.step(&scene.mediator, number, Verb::Schedule, CaseAct { at: LATER + 3 * DAY, ..session() }).await.unwrap();
    assert_eq!(scene.room(&applicant, number).await.sessions.len(), 1, "another time for the same one");
    scene.step(&scene.mediator, number, Verb::Meet, CaseAct::default()).await.unwrap();
    let note = CaseAct { present: "双方到场".to_owned(), ..said("各说各的") };
    scene.step(&scene.mediator, number, Verb::Minute, note).await.unwrap();
    let file = scene.world.attach(&scene.respondent, SECRET.as_bytes()).await;
    scene.step(&scene.respondent, number, Verb::Say, CaseAct { files: vec![file], ..said("照片") }).await.unwrap();
    for (by, expected) in [(&scene.applicant, true), (&scene.community, false), (&scene.world.officers[0], false)] {
        let found = scene.world.life.file(&scene.world.compound, &file, Some(by), LATER).await.unwrap();
        assert_eq!(found.is_some(), expected, "files are for the room");
    }
    assert!(scene.world.life.file(&scene.world.compound, &file, None, LATER).await.unwrap().is_none());

    // Agreed, opened again, agreed anew: signatures are for one version.
    scene.step(&scene.mediator, number, Verb::Agree, said("十一点以后不打")).await.unwrap();
    let first = scene.room(&applicant, number).await.texts[0].hash;
    let signs = |hash| CaseAct { hash: Some(hash), ..CaseAct::default() };
    scene.step(&applicant, number, Verb::Undersign, signs(first)).await.unwrap();
    fault(scene.step(&applicant, number, Verb::Undersign, signs(first)).await, MediationFault::Party);
    scene.step(&scene.mediator, number, Verb::Resume, CaseAct::default()).await.unwrap();
    scene.step(&scene.mediator, number, Verb::Agree, said("十点以后不打")).await.unwrap();
    let second = scene.room(&applicant, number).await.texts[1].hash;
    fault(scene.step(&applicant, number, Verb::Undersign, signs(first)).await, MediationFault::Version);
    scene.step(&applicant, number, Verb::Undersign, signs(second)).await.unwrap();
    unmet(scene.step(&scene.mediator, number, Verb::Sign, signs(second)).await, Need::AllSigned);
    unmet(
        scene.step(&scene.mediator, number, Verb::EnterPaper, CaseAct { party: 2, ..CaseAct::default() }).await,
        Need::Evidence,
    );
    let scan = scene.world.attach(&scene.mediator, b"a signed sheet").await;
    let paper = CaseAct { party: 2, files: vec![scan], ..CaseAct::default() };
    scene.step(&scene.mediator, number, Verb::EnterPaper, paper).await.unwrap();
    fault(scene.step(&scene.mediator, number, Verb::Sign, signs(first)).await, MediationFault::Version);
    scene.step(&scene.mediator, number, Verb::Sign, signs(second)).await.unwrap();
    let whole = scene.world.attach(&scene.mediator, b"the whole sheet").await;
    let bound = CaseAct { files: vec![whole], ..CaseAct::default() };
    scene.step(&scene.mediator, number, Verb::EnterPaper, bound).await.unwrap();
    let room = scene.room(&scene.respondent, number).await;
    assert_eq!((room.parties[1].signed_scan, &room.texts[1].scans), (Some(scan), &vec![whole]));
    assert_eq!(room.confirm_until, Some(LATER + 30 * DAY), "so long they can go to court together");

    unmet(scene.step(&scene.mediator, number, Verb::Perform, CaseAct::default()).await, Need::Evidence);
    let visit = |kept| CaseAct { at: LATER, kept, ..said("去看过") };
    fault(scene.step(&scene.mediator, number, Verb::Visit, visit(None)).await, MediationFault::Visit);
    let ahead = CaseAct { at: LATER + 1, ..visit(Some(Kept::Yes)) };
    fault(scene.step(&scene.mediator, number, Verb::Visit, ahead).await, MediationFault::Visit);
    scene.step(&scene.mediator, number, Verb::Visit, visit(Some(Kept::Yes))).await.unwrap();
    scene.step(&scene.mediator, number, Verb::Perform, CaseAct::default()).await.unwrap();
    let broken = CaseAct { reason: format!("又{SECRET}"), ..CaseAct::default() };
    scene.step(&applicant, number, Verb::Breach, broken).await.unwrap();
    scene.step(&scene.mediator, number, Verb::Meet, CaseAct::default()).await.unwrap();
    scene.step(&scene.mediator, number, Verb::NoAgreement, CaseAct::default()).await.unwrap();
    unmet(scene.step(&scene.mediator, number, Verb::Refer, CaseAct::default()).await, Need::Where);
    let court = CaseAct { forum: Some(Forum::Court), ..CaseAct::default() };
    scene.step(&scene.mediator, number, Verb::Refer, court).await.unwrap();
    let room = scene.room(&applicant, number).await;
    assert_eq!((room.row.state, room.forum, room.sessions.len()), (MediationState::Referred, Some(Forum::Court), 2));
    assert!(room.offers.is_empty(), "it is over: {:?}", room.offers);
    let figures = scene.world.life.mediation_figures(&scene.world.compound, LATER).await.unwrap();
    assert_eq!(figures[0].cases, Cell::Few, "of one case nothing is told");
    scene.world.estate.verify_events(&scene.world.compound).await.unwrap();
}

#[tokio::test]
async fn nobody_is_made_to_take_part_and_anybody_can_stop() {
    let mut scene = Scene::new().await;
    let number = scene.taken().await;
    scene.step(&scene.respondent, number, Verb::Decline, CaseAct::default()).await.unwrap();
    assert_eq!(scene.room(&scene.applicant, number).await.row.state, MediationState::Withdrawn);
    let number = scene.consented().await;
    scene.step(&scene.respondent, number, Verb::Withdraw, CaseAct::default()).await.unwrap();
    let (number, _) = scene.agreed().await;
    scene.step(&scene.applicant, number, Verb::Withdraw, CaseAct::default()).await.unwrap();
    let stranger = scene.world.owners[8].clone();
    let mut empty = new(vec![]);
    fault(scene.ask(&stranger, &empty).await, MediationFault::Others);
    empty.others = vec![NewParty::default()];
    fault(scene.ask(&stranger, &empty).await, MediationFault::Others);
    empty.others = (0..6).map(other).collect();
    fault(scene.ask(&stranger, &empty).await, MediationFault::Others);
    for _ in 0..5 {
        scene.ask(&stranger, &new(vec![other(2)])).await.unwrap();
    }
    fault(scene.ask(&stranger, &new(vec![other(2)])).await, MediationFault::Many);
    let moderator = scene.world.appoint(7, Role::Moderator).await;
    let officer = scene.world.officers[0].clone();
    // Whoever mediates and may not ask for themselves asks for others.
    let street = Post { role: Role::Street, scope: Scope::Estate, from: NOW, until: NOW + 365 * DAY };
    scene.world.life.appoint(&officer, &officer.subject, &street, NOW, &mut scene.world.fresh).await.unwrap();
    fault(scene.ask(&officer, &new(vec![other(2)])).await, MediationFault::Behalf);
    let officer = scene.world.officers[1].clone();
    let refused = scene.ask(&officer, &new(vec![other(2)])).await;
    assert!(matches!(refused, Err(UseError::Refused(Refused::NotYours { .. }))), "{refused:?}");
    assert!(!scene.sees(&moderator, number).await);
}

#[tokio::test]
async fn the_grid_asks_for_somebody_who_consents_and_sees_nothing_afterwards() {
    let mut scene = Scene::new().await;
    let grid = scene.world.appoint(5, Role::GridWorker).await;
    let behalf = NewCase { on_behalf_of: Some(other(9)), ..new(vec![other(2)]) };
    unmet(scene.ask(&grid, &behalf).await, Need::ConsentIfOnBehalf);
    let behalf = NewCase { has_consent: true, ..behalf };
    let neighbour = scene.world.owners[7].clone();
    fault(scene.ask(&neighbour, &behalf).await, MediationFault::Behalf);
    assert_eq!(scene.ask(&grid, &behalf).await.unwrap(), None);
    let number = 1;
    assert!(!scene.sees(&grid, number).await);
    assert!(scene.sees(&scene.world.owners[8].clone(), number).await, "whom it is for");
    assert_eq!(scene.news(&scene.world.owners[8].clone()).await, [Verb::Create]);

    // Somebody who is not in the register consents and signs by hand.
    let unknown = NewParty { name: "不在册的人".to_owned(), ..other(2) };
    let applicant = scene.applicant.clone();
    let number = scene.ask(&applicant, &new(vec![unknown])).await.unwrap().unwrap();
    scene.world.life.take_mediation(&scene.mediator, number, true, NOW).await.unwrap();
    assert_eq!(scene.room(&scene.mediator, number).await.parties[1].subject, None);
    let me = CaseAct { party: 2, named: other(1), ..CaseAct::default() };
    fault(scene.step(&scene.mediator, number, Verb::Edit, me).await, MediationFault::Party);
    let more = CaseAct { named: other(7), ..CaseAct::default() };
    scene.step(&scene.mediator, number, Verb::Edit, more).await.unwrap();
    assert!(scene.sees(&scene.world.owners[6].clone(), number).await, "somebody else whom it concerns");
    let scan = scene.world.attach(&scene.mediator, b"consents").await;
    let paper = CaseAct { party: 2, files: vec![scan], ..CaseAct::default() };
    scene.step(&scene.mediator, number, Verb::EnterPaper, paper).await.unwrap();
    unmet(scene.step(&scene.mediator, number, Verb::Consent, CaseAct::default()).await, Need::AllConsent);
    scene.step(&scene.world.owners[6].clone(), number, Verb::Join, CaseAct::default()).await.unwrap();
    scene.step(&scene.mediator, number, Verb::Consent, CaseAct::default()).await.unwrap();
}

#[tokio::test]
async fn a_mediator_who_is_a_party_or_kin_steps_aside_and_the_parties_may_want_another() {
    let mut scene = Scene::new().await;
    let applicant = scene.applicant.clone();
    let number = scene.ask(&applicant, &new(vec![other(3)])).await.unwrap().unwrap();
    unmet(scene.world.life.take_mediation(&scene.mediator, number, true, NOW).await, Need::FitMediator);
    let own = scene.mediator.clone();
    let number = scene.ask(&own, &new(vec![other(2)])).await.unwrap().unwrap();
    assert!(is_none(&scene.world.life.take_mediation(&own, number, true, NOW).await), "one's own");

    let number = scene.taken().await;
    unmet(scene.step(&own, number, Verb::StepAside, CaseAct::default()).await, Need::Reason);
    let why = CaseAct { reason: "是我表弟".to_owned(), ..CaseAct::default() };
    scene.step(&own, number, Verb::StepAside, why.clone()).await.unwrap();
    assert!(!scene.sees(&own, number).await);
    assert!(is_none(&scene.world.life.take_mediation(&own, number, true, NOW).await), "not again");
    unmet(scene.step(&applicant, number, Verb::AskAnother, why.clone()).await, Need::Mediator);
    let second = scene.world.appoint(6, Role::Mediator).await;
    scene.world.life.take_mediation(&second, number, true, NOW).await.unwrap();
    scene.step(&scene.respondent, number, Verb::AskAnother, why).await.unwrap();
    assert!(!scene.sees(&second, number).await, "turned down");
    let third = scene.world.appoint(7, Role::Street).await;
    fault(
        scene.world.life.offer_mediation(&scene.community, number, &applicant.subject, NOW).await,
        MediationFault::Candidate,
    );
    scene.world.life.offer_mediation(&scene.community, number, &third.subject, NOW).await.unwrap();
    scene.world.life.take_mediation(&third, number, true, NOW).await.unwrap();
    let post = scene.world.life.all_posts(&scene.world.compound).await.unwrap();
    let post = post.iter().find(|view| view.subject == third.subject).unwrap();
    scene.world.life.end_post(&scene.world.officers[0], &post.id, LATER).await.unwrap();
    assert!(!scene.sees(&third, number).await, "a mediator whose post has ended is in no room");

    // A building lead mediates what is small in the building.
    let lead = scene.world.owners[8].clone();
    let building = |name: &str| Scope::Building(name.to_owned());
    let post = Post { role: Role::BuildingLead, scope: building("3"), from: NOW, until: NOW + 365 * DAY };
    let officer = scene.world.officers[0].clone();
    scene.world.life.appoint(&officer, &lead.subject, &post, NOW, &mut scene.world.fresh).await.unwrap();
    let large = scene.ask(&applicant, &new(vec![other(2)])).await.unwrap().unwrap();
    assert!(is_none(&scene.world.life.take_mediation(&lead, large, true, NOW).await));
    let small = NewCase { is_small: true, ..new(vec![other(2)]) };
    let small = scene.ask(&applicant, &small).await.unwrap().unwrap();
    let waiting = scene.world.life.waiting_mediations(&lead, NOW).await.unwrap();
    assert_eq!(waiting.iter().map(|row| row.number).collect::<Vec<_>>(), [small]);
    scene.world.life.take_mediation(&lead, small, true, NOW).await.unwrap();
    assert!(scene.sees(&lead, small).await);
}

/// Who may do what in a room, by state; everybody else is told that there is none.
#[tokio::test]
async fn the_table_of_a_room_holds_for_everybody_in_it_and_nobody_else_finds_it() {
    const PARTY: &[Verb] = &[Verb::AskAnother, Verb::Say, Verb::Link, Verb::Withdraw];
    let mut scene = Scene::new().await;
    let (agreed, _) = scene.agreed().await;
    let (met, taken) = (scene.met().await, scene.taken().await);
    let mediates = |verbs: &[Verb]| -> BTreeSet<Verb> { verbs.iter().copied().collect() };
    let party = |more: &[Verb], less: &[Verb]| -> BTreeSet<Verb> {
        PARTY.iter().chain(more).copied().filter(|verb| !less.contains(verb)).collect()
    };
    let rows = [
        (
            taken,
            mediates(&[
                Verb::StepAside,
                Verb::Edit,
                Verb::EnterPaper,
                Verb::Invite,
                Verb::Consent,
                Verb::Decline,
                Verb::Say,
            ]),
            party(&[Verb::Join, Verb::Decline], &[Verb::Link]),
        ),
        (
            met,
            mediates(&[
                Verb::StepAside,
                Verb::Invite,
                Verb::Schedule,
                Verb::Minute,
                Verb::Say,
                Verb::Agree,
                Verb::NoAgreement,
                Verb::Link,
            ]),
            party(&[], &[]),
        ),
        (
            agreed,
            mediates(&[
                Verb::StepAside,
                Verb::EnterPaper,
                Verb::Invite,
                Verb::Minute,
                Verb::Say,
                Verb::Resume,
                Verb::Sign,
                Verb::Link,
            ]),
            party(&[Verb::Undersign], &[]),
        ),
    ];
    let mut outside = vec![scene.community.clone(), scene.world.owners[9].clone(), scene.world.officers[1].clone()];
    for (place, role) in [(5, Role::GridWorker), (6, Role::Street), (7, Role::Moderator), (8, Role::Mediator)] {
        outside.push(scene.world.appoint(place, role).await);
    }
    for (number, mediator, party) in rows {
        let offers = async |by: &By| -> BTreeSet<Verb> { scene.room(by, number).await.offers.into_iter().collect() };
        assert_eq!(offers(&scene.mediator).await, mediator, "the mediator of {number}");
        assert_eq!(offers(&scene.applicant).await, party, "a party of {number}");
        assert_eq!(offers(&scene.respondent).await, party, "the other party of {number}");
        if number != taken {
            assert_eq!(offers(&scene.lawyer).await, BTreeSet::from([Verb::Say]), "the lawyer of {number}");
        }
        for by in &outside {
            assert!(!scene.sees(by, number).await);
            for verb in Verb::ALL {
                let there = scene.step(by, number, *verb, said("x")).await;
                let nowhere = scene.step(by, 999, *verb, said("x")).await;
                // What is looked up before the room is entered is refused alike.
                assert_eq!(format!("{there:?}"), format!("{nowhere:?}"), "{verb}");
                assert!(there.is_err());
            }
        }
    }
}

#[tokio::test]
async fn what_comes_of_a_room_is_known_in_it_alone() {
    let mut scene = Scene::new().await;
    let (officer, stranger) = (scene.world.officers[0].clone(), scene.world.owners[9].clone());
    let grid = scene.world.appoint(5, Role::GridWorker).await;
    let number = scene.met().await;
    let matter = scene.world.post(&stranger, "楼板隔音").await;
    let link = CaseAct { object: Some(Target::Matter(matter.clone())), ..CaseAct::default() };
    fault(scene.step(&scene.mediator, number, Verb::Link, link.clone()).await, MediationFault::Linked);
    scene.world.step(&grid, &matter, Verb::Acknowledge, MatterAct::default(), NOW).await.unwrap();
    scene.step(&scene.mediator, number, Verb::Link, link.clone()).await.unwrap();
    scene.step(&scene.applicant, number, Verb::Link, link).await.unwrap();
    assert_eq!(scene.room(&scene.applicant, number).await.links, [format!("matter:{matter}")]);
    let view = scene.world.life.matter(&scene.world.compound, &matter, LATER).await.unwrap().unwrap();
    assert!(view.children.is_empty(), "nothing leads back");
    assert!(!scene.sees(&officer, number).await);
}

/// One thing that somebody tries, by numbers.
#[derive(Debug, Clone, Copy)]
struct Try {
    person: usize,
    case: u64,
    verb: usize,
    gives: u8,
    is_wild: bool,
}

prop_compose! {
    fn any_try()(
        person in 0_usize..10, case in 1_u64..4, verb in 0_usize..64, gives in 0_u8..255,
        is_wild in proptest::bool::weighted(0.15),
    ) -> Try {
        Try { person, case, verb, gives, is_wild }
    }
}

impl Scene {
    /// Everybody who could do something here.
    fn everybody(&self) -> Vec<By> {
        self.world.owners.iter().cloned().chain(self.world.officers.iter().cloned()).collect()
    }

    async fn try_it(&mut self, attempt: Try) {
        let by = self.world.owners[attempt.person].clone();
        let Ok(room) = self.world.life.mediation(&by, attempt.case, LATER).await else { panic!("the database failed") };
        let Some(room) = room else {
            let named = other(usize::from(attempt.gives % 11));
            match attempt.gives % 3 {
                0 => drop(self.ask(&by, &new(vec![named])).await),
                1 => drop(self.world.life.take_mediation(&by, attempt.case, true, LATER).await),
                _ => {
                    let mediator = self.mediator.subject.clone();
                    drop(self.world.life.offer_mediation(&by, attempt.case, &mediator, LATER).await);
                }
            }
            return;
        };
        let verbs = if attempt.is_wild { Verb::ALL.to_vec() } else { room.offers.clone() };
        let Some(verb) = verbs.get(attempt.verb % verbs.len().max(1)).copied() else { return };
        // One of a party's ways out ends the case: seldom, so that others go on.
        if matches!(verb, Verb::Withdraw | Verb::Decline) && !attempt.gives.is_multiple_of(8) {
            return;
        }
        let file = self.world.attach(&by, format!("{SECRET} {}", attempt.gives % 4).as_bytes()).await;
        let act = CaseAct {
            reason: format!("因为{SECRET}"),
            party: u64::from(attempt.gives % 4),
            named: other(usize::from(attempt.gives % 11)),
            at: if verb == Verb::Visit { LATER } else { LATER + DAY },
            place: SECRET.to_owned(),
            present: SECRET.to_owned(),
            files: vec![file],
            hash: room.texts.last().map(|text| text.hash),
            forum: Some(Forum::Court),
            kept: Some(Kept::ALL[usize::from(attempt.gives) % Kept::ALL.len()]),
            has_consent: true,
            ..said("随便")
        };
        drop(self.step(&by, attempt.case, verb, act).await);
    }

    /// Nothing of any room is anywhere but in it.
    async fn check_sealed(&self) {
        let life = &self.world.life;
        let compound = &self.world.compound;
        for number in 1..12_u64 {
            let mut rooms = Vec::new();
            for by in self.everybody() {
                if let Some(room) = life.mediation(&by, number, LATER).await.unwrap() {
                    rooms.push((by, room));
                }
            }
            let Some((_, room)) = rooms.first().cloned() else { continue };
            let people: BTreeSet<&Subject> = room
                .parties
                .iter()
                .filter_map(|party| party.subject.as_ref())
                .chain(&room.mediator)
                .chain(&room.lawyer)
                .collect();
            for by in self.everybody() {
                let is_in = people.contains(&by.subject);
                assert_eq!(rooms.iter().any(|(inside, _)| *inside == by), is_in, "of {number}: {by:?}");
                let listed = life.mediations(&by, None, 50, LATER).await.unwrap();
                assert_eq!(listed.iter().any(|row| row.number == number), is_in, "in the list of {by:?}");
                let waiting = format!("{:?}", life.waiting_mediations(&by, LATER).await.unwrap());
                assert!(!waiting.contains(SECRET) && !waiting.contains("业主"), "{waiting}");
                for file in room.messages.iter().flat_map(|message| &message.files) {
                    let others = life.file(compound, file, Some(&by), LATER).await.unwrap();
                    let elsewhere = life.mediations(&by, None, 50, LATER).await.unwrap();
                    assert!(others.is_none() || is_in || !elsewhere.is_empty(), "files of {number} for {by:?}");
                }
            }
        }
        assert!(self.world.find(SECRET).await.is_empty(), "no search finds it");
        let figures = format!("{:?}", life.mediation_figures(compound, LATER).await.unwrap());
        assert!(!figures.contains(SECRET), "{figures}");
        for event in self.world.events().await {
            let is_refused = event.verb == "refused" && event.object.starts_with("mediation_");
            let json = serde_json::to_string(&event).unwrap();
            assert!(!json.contains(SECRET) && !json.contains("业主"), "{json}");
            if is_refused || event.verb.starts_with("mediation_") {
                assert_eq!(event.actor, "server", "{json}");
                assert!(!json.contains("person:") && !json.contains("staff:"), "{json}");
                let is_bare = |value: &serde_json::Value| {
                    value.is_u64() || value.as_str().is_some_and(|text| text.parse::<Hash>().is_ok())
                };
                let detail: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&event.detail).unwrap();
                assert!(detail.values().all(is_bare), "hashes and numbers alone: {json}");
            }
        }
        let outbox = self.world.estate.queued_messages(compound, 500).await.unwrap();
        assert!(!format!("{outbox:?}").contains(SECRET), "{outbox:?}");
        self.world.estate.verify_events(compound).await.unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 60, ..ProptestConfig::default() })]

    /// Whatever people do, those outside a room learn nothing of it.
    #[test]
    fn nothing_of_a_room_is_found_outside_it(tries in proptest::collection::vec(any_try(), 30..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut scene = Box::pin(Scene::new()).await;
            // A case that goes far, and two that begin.
            Box::pin(scene.agreed()).await;
            scene.taken().await;
            for attempt in tries {
                Box::pin(scene.try_it(attempt)).await;
            }
            Box::pin(scene.check_sealed()).await;
        });
    }
}

/// Hashes of the record tell nothing to whoever guesses: the same words in two rooms leave different ones.
#[tokio::test]
async fn the_record_tells_not_even_that_two_rooms_say_the_same() {
    let mut scene = Scene::new().await;
    let (one, two) = (scene.taken().await, scene.taken().await);
    scene.step(&scene.applicant, one, Verb::Say, said("同样的话")).await.unwrap();
    scene.step(&scene.applicant, two, Verb::Say, said("同样的话")).await.unwrap();
    let events = scene.world.events().await;
    let said: Vec<_> = events.iter().filter(|event| event.verb == "mediation_say").map(|event| &event.detail).collect();
    assert_eq!(said.len(), 2);
    assert_ne!(said[0], said[1]);
    let guess = Hash::of(format!("{SECRET}：同样的话").as_bytes()).to_string();
    assert!(said.iter().all(|detail| !detail.contains(&guess)));
}

#[tokio::test]
async fn a_page_of_rooms_is_full_of_those_that_somebody_is_in() {
    let mut scene = Scene::new().await;
    let mediator = scene.mediator.clone();
    let own = scene.ask(&mediator, &new(vec![other(2)])).await.unwrap().expect("for themselves");
    let mediated = scene.taken().await;
    let page = async |scene: &Scene| {
        let rows = scene.world.life.mediations(&mediator, None, 1, LATER).await.unwrap();
        rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
    };
    assert_eq!(page(&scene).await, [mediated], "the newest first");
    scene.world.sql(&format!("UPDATE post SET until_at = {LATER} WHERE role = 'mediator'")).await;
    assert_eq!(page(&scene).await, [own], "what is theirs no longer takes no place");
}
