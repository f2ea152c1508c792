//! Motions on their pages: written, supported, amended, put to a vote, and decided by its record.

mod api;
mod opinion;

use axum::http::{StatusCode, header};
use ballot::{
    id::PollId,
    statement::{AmendmentReason, Answer as Choices, Choice},
    store::{session::Token, staff::Role as Office},
};
use deliberation::settings::DAY;
use heyi_tests::estate::{TestPerson, fresh, register};
use std::collections::BTreeMap;

use super::{Answer, Site};

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION).to_owned()
}

const PLAN: &str = "kind=use_fund&title=Lift&text=Two+lifts.%0A%0ABy+May.&least=80000&most=96000.5";

/// A site with two owners and the committee; owners' devices are kept, since sessions end while a motion goes on.
struct Scene {
    site: Site,
    wang: TestPerson,
    li: TestPerson,
}

impl Scene {
    async fn new() -> Self {
        let site = Site::new().await;
        let (wang, li) = (site.owner("王芳").await, site.owner("李秀英").await);
        Self { site, wang, li }
    }

    async fn post(&self, session: &Token, path: &str, form: &str) -> Answer {
        self.site.post_form(path, Some(session), form).await
    }

    async fn see(&self, session: Option<&Token>, path: &str) -> Answer {
        self.site.get(path, session).await
    }

    fn officer(&self) -> Token {
        self.site.estate.officers[0].token.clone()
    }

    /// Time passes, and everybody signs in anew.
    async fn wait(&mut self, days: u64) {
        self.site.estate.clock.set(self.site.estate.now() + days * DAY);
        self.site.estate.sign_officers_in().await;
        self.site.estate.sign_in(&mut self.wang).await;
        self.site.estate.sign_in(&mut self.li).await;
    }

    fn day(&self, days: u64) -> String {
        let at = i64::try_from(self.site.estate.now() + days * DAY).expect("a time");
        jiff::Timestamp::from_second(at).expect("a time").to_string()[..10].to_owned()
    }

    /// Handed in by 李秀英 and supported by 王芳, who has a quarter of the heads and a third of the area.
    async fn admitted(&self) -> String {
        let path = location(&self.post(&self.li.token, "/motions/new", PLAN).await);
        location(&self.post(&self.li.token, &format!("{path}/submit"), "").await);
        location(&self.post(&self.wang.token, &format!("{path}/support"), "version=1").await);
        path
    }

    /// Talked over, open to amendments.
    async fn amending(&mut self) -> String {
        let path = self.admitted().await;
        let until = format!("until={}", self.day(8));
        location(&self.post(&self.officer(), &format!("{path}/deliberate"), &until).await);
        self.wait(9).await;
        let until = format!("until={}", self.day(8));
        location(&self.post(&self.officer(), &format!("{path}/open_amendments"), &until).await);
        path
    }

    /// Carried by its vote; the result is open to objections.
    async fn carried(&mut self) -> String {
        let (path, poll) = self.scheduled().await;
        self.wait(18).await;
        let zhang = self.site.owner("张伟明").await;
        for person in [&self.wang, &self.li, &zhang] {
            self.cast(&poll, person, Choice::For).await;
        }
        self.wait(13).await;
        let estate = &self.site.estate;
        let by = estate.officer(0).await;
        let act = estate.estate.propose_result(&by, &poll, estate.now(), &mut fresh()).await.expect("it is counted");
        estate.carry(&act).await;
        let page = self.see(None, &path).await;
        assert!(page.body.contains("表决通过，公示中"), "{}", page.body);
        path
    }

    /// Gives an owner a post.
    async fn appoint(&self, session: &Token, role: &str) -> String {
        let estate = &self.site.estate;
        let who = estate.viewer(session, estate.now()).await.expect("signed in").subject().to_string();
        let form = format!("who={who}&role={role}&building=&until={}", self.day(900));
        location(&self.post(&self.officer(), "/c/posts/new", &form).await);
        who
    }

    /// Its text is final, and a poll that asks it is live.
    async fn scheduled(&mut self) -> (String, PollId) {
        let path = self.amending().await;
        self.wait(9).await;
        location(&self.post(&self.officer(), &format!("{path}/finalise"), "").await);
        let draft = location(&self.post(&self.officer(), &format!("{path}/poll"), "").await);
        let poll: PollId = draft.trim_start_matches("/c/polls/").parse().expect("a poll's id");
        let none = self.post(&self.officer(), &format!("{path}/schedule"), &format!("poll={poll}")).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "what is still written can change");
        let estate = &self.site.estate;
        let by = estate.officer(0).await;
        let mut draft = estate.estate.draft(&estate.compound, &poll).await.expect("it is read").expect("a draft");
        (draft.posted, draft.opens, draft.closes) = (estate.now(), estate.now() + 17 * DAY, estate.now() + 30 * DAY);
        estate.estate.save_draft(&by, &poll, &draft, estate.now()).await.expect("it is saved");
        let act = estate.estate.propose_poll(&by, &poll, estate.now(), &mut fresh()).await.expect("it is put up");
        estate.carry(&act).await;
        location(&self.post(&self.officer(), &format!("{path}/schedule"), &format!("poll={poll}")).await);
        (path, poll)
    }

    async fn cast(&self, poll: &PollId, person: &TestPerson, choice: Choice) {
        let estate = &self.site.estate;
        let viewer = estate.viewer(&person.token, estate.now()).await.expect("signed in");
        let holders = estate.estate.my_poll(&viewer, poll).await.expect("they are read");
        for holder in holders.iter().filter(|holder| holder.credential.is_some()) {
            let answers = BTreeMap::from([("motion_1".parse().expect("an id"), Choices::Choice(choice))]);
            estate.cast_answers(poll, person, holder, answers).await.expect("it is counted");
        }
    }
}

/// A picture of one pixel.
const PHOTO: &[u8] = include_bytes!("pixel.png");

#[tokio::test]
async fn a_draft_is_its_proposers_alone() {
    let scene = Scene::new().await;
    let path = location(&scene.post(&scene.li.token, "/motions/new", PLAN).await);
    for (who, expected) in
        [(None, 404), (Some(&scene.wang.token), 404), (Some(&scene.officer()), 404), (Some(&scene.li.token), 200)]
    {
        assert_eq!(scene.see(who, &path).await.status, expected);
        assert_eq!(scene.see(who, "/motions").await.body.contains("Lift"), expected == 200, "in the list too");
    }
    let revised = PLAN.replace("By+May", "By+June") + "&why=Rain";
    location(&scene.post(&scene.li.token, &format!("{path}/revise"), &revised).await);
    location(&scene.post(&scene.li.token, &format!("{path}/submit"), "").await);
    let page = scene.see(None, &path).await;
    assert!(page.body.contains("By June.") && !page.body.contains("李秀英"), "its text is public, its owner is not");
    assert_eq!(page.count("ins") + page.count("del"), 2, "one paragraph of the two has changed");
    let stranger = scene.post(&scene.wang.token, &format!("{path}/revise"), &revised).await;
    assert_ne!(stranger.status, StatusCode::SEE_OTHER, "nobody else changes it");
}

#[tokio::test]
async fn what_is_written_wrong_comes_back_with_what_was_typed() {
    let scene = Scene::new().await;
    for (why, field, form) in [
        ("no title", "title", "kind=use_fund&title=&text=Kept".to_owned()),
        ("a title of two lines", "title", "kind=use_fund&title=a%0Ab&text=Kept".to_owned()),
        ("no text", "text", "kind=use_fund&title=Kept&text=".to_owned()),
        ("too long a text", "text", format!("kind=use_fund&title=Kept&text={}", "a".repeat(8193))),
        ("no kind", "kind", "title=a&text=Kept".to_owned()),
        ("a kind that is not there", "kind", "kind=x&title=a&text=Kept".to_owned()),
        ("least above most", "least", "kind=use_fund&title=a&text=Kept&least=2&most=1".to_owned()),
        ("no number", "least", "kind=use_fund&title=a&text=Kept&least=x".to_owned()),
    ] {
        let answer = scene.post(&scene.li.token, "/motions/new", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}");
        assert!(answer.body.contains("Kept"), "{why}");
    }
    let path = location(&scene.post(&scene.li.token, "/motions/new", PLAN).await);
    for (why, form) in [("nothing changed", format!("{PLAN}&why=Rain")), ("no reason", PLAN.replace("May", "June"))] {
        let answer = scene.post(&scene.li.token, &format!("{path}/revise"), &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count("[role=alert] a"), 1, "{why}");
    }
}

#[tokio::test]
async fn enough_support_by_heads_and_area_admits_a_motion_that_no_officer_has_looked_at() {
    let scene = Scene::new().await;
    let path = location(&scene.post(&scene.li.token, "/motions/new", PLAN).await);
    location(&scene.post(&scene.li.token, &format!("{path}/submit"), "").await);
    let page = scene.see(None, &path).await;
    assert!(page.body.contains("0.00%"), "{}", page.body);
    assert_eq!(page.count("#support"), 0, "only who may support sees the button");
    assert_eq!(scene.see(Some(&scene.wang.token), &path).await.count("button#support"), 1);
    let officer = scene.post(&scene.officer(), &format!("{path}/support"), "version=1").await;
    assert_ne!(officer.status, StatusCode::SEE_OTHER, "support is owners'");
    let old = scene.post(&scene.wang.token, &format!("{path}/support"), "version=9").await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY, "of a version that is not there");
    location(&scene.post(&scene.wang.token, &format!("{path}/support"), "version=1").await);
    let page = scene.see(None, &path).await;
    assert!(page.body.contains("人数 25.00%，面积 33.33%"), "{}", page.body);
    assert_eq!(page.count(".timeline li"), 3, "written, handed in, admitted by support: {}", page.body);
}

#[tokio::test]
async fn a_motion_becomes_a_matters_answer_and_tells_whoever_raised_it() {
    let scene = Scene::new().await;
    let clerk = scene.site.estate.appoint(Office::Clerk, "10000000201").await.token;
    let raised = scene.post(&scene.wang.token, "/matters/new", "kind=matter&title=Old+lift&text=It+stops.").await;
    let matter = location(&raised);
    location(&scene.post(&clerk, &format!("{matter}/acknowledge"), "").await);
    let estate = &scene.site.estate;
    let officer = estate.viewer(&scene.officer(), estate.now()).await.expect("signed in").subject();
    let due = scene.day(9);
    location(&scene.post(&clerk, &format!("{matter}/assign"), &format!("who={officer}&due={due}")).await);
    location(&scene.post(&scene.officer(), &format!("{matter}/start"), "").await);
    let path = scene.admitted().await;
    for wrong in ["", "9", "x"] {
        let answer = scene.post(&scene.officer(), &format!("{matter}/link"), &format!("motion={wrong}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    location(&scene.post(&scene.officer(), &format!("{matter}/link"), "motion=1").await);
    assert_eq!(scene.see(None, &matter).await.count(&format!("main a[href='{path}']")), 1, "from matter to motion");
    assert_eq!(scene.see(None, &path).await.count(&format!("main a[href='{matter}']")), 1, "and back");
}

#[tokio::test]
async fn an_amendment_changes_one_paragraph_once_it_is_adopted() {
    let mut scene = Scene::new().await;
    let path = scene.amending().await;
    let amend = format!("{path}/amend");
    let nothing = scene.post(&scene.wang.token, &amend, "base=1&which=2&text=By+May.&why=Rain").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "it changes nothing");
    let beyond = scene.post(&scene.wang.token, &amend, "base=1&which=9&text=x&why=Rain").await;
    assert_eq!(beyond.status, StatusCode::UNPROCESSABLE_ENTITY, "no such paragraph");
    location(&scene.post(&scene.wang.token, &amend, "base=1&which=2&text=By+June.&why=Rain").await);
    location(&scene.post(&scene.wang.token, &amend, "base=1&which=1&text=&why=Too+dear").await);
    let own = scene.post(&scene.wang.token, &format!("{path}/amendments/1/adopt_as_proposer"), "").await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "only the proposer takes it in");
    location(&scene.post(&scene.li.token, &format!("{path}/amendments/1/adopt_as_proposer"), "").await);
    location(&scene.post(&scene.officer(), &format!("{path}/amendments/2/put_to_council"), "").await);
    let page = scene.see(None, &path).await;
    assert!(page.body.contains("By June."), "{}", page.body);
    assert_eq!(page.count("article.panel"), 2);
    let without = scene.post(&scene.officer(), &format!("{path}/amendments/2/reject"), "reason=").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY, "why it is refused has to be said");
    location(&scene.post(&scene.officer(), &format!("{path}/amendments/2/reject"), "reason=Needed").await);
    assert!(scene.see(None, &path).await.body.contains("Needed"));
}

#[tokio::test]
async fn the_record_of_its_vote_decides_and_nobodys_word() {
    let mut scene = Scene::new().await;
    let path = scene.carried().await;
    for verb in ["carry", "lose", "decide", "open_vote"] {
        let answer = scene.post(&scene.officer(), &format!("{path}/{verb}"), "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{verb} is for the record to say");
    }
    let poll = scene.see(None, &path).await.links("/polls/").remove(0);
    assert!(scene.see(None, &poll).await.body.contains(&path), "the vote leads back to what was proposed");
    scene.wait(6).await;
    assert!(scene.see(None, &path).await.body.contains("表决通过，公示中"), "a day is left to object");
    scene.wait(2).await;
    assert!(scene.see(None, &path).await.body.contains("已决定"), "nobody objected in time");
    assert!(estate_is_whole(&scene).await);
}

async fn estate_is_whole(scene: &Scene) -> bool {
    scene.site.check_everybodys_data().await;
    scene.site.estate.estate.verify_events(&scene.site.estate.compound).await.is_ok()
}

#[tokio::test]
async fn an_objection_is_decided_by_the_street_office_and_suspends_the_result() {
    let mut scene = Scene::new().await;
    let path = scene.carried().await;
    scene.appoint(&scene.li.token, "street").await;
    let object = format!("{path}/object");
    let send = async |fields: &[(&str, &str)], files: &[&[u8]]| {
        scene.site.post_files(&object, Some(&scene.wang.token), fields, files).await
    };
    let said = [("ground", "roll"), ("text", "Home 201 is too small")];
    for (why, status, fields, files) in [
        ("no ground", 422, &said[1..], &[][..]),
        ("no words", 422, &said[..1], &[]),
        ("a page for a photo", 422, &said, &[&b"<html>"[..]]),
        ("five files", 422, &said, &[PHOTO; 5]),
    ] {
        let answer = send(fields, files).await;
        assert_eq!(answer.status.as_u16(), status, "{why}");
        assert_eq!(answer.count("[role=alert] a[href='#object']"), 1, "{why}");
        assert!(fields.len() < 2 || answer.body.contains("Home 201 is too small"), "{why}: nothing is lost");
    }
    location(&send(&said, &[PHOTO, b"%PDF-1.7"]).await);
    let (own, all) = (scene.see(Some(&scene.wang.token), &path).await, scene.see(None, &path).await);
    assert!(own.body.contains("Home 201") && !all.body.contains("Home 201"), "its words are not for everybody");
    let files = own.links("/files/");
    assert_eq!((files.len(), all.links("/files/").len()), (2, 0));
    for (who, expected) in [(None, 404), (Some(&scene.wang.token), 200), (Some(&scene.officer()), 200)] {
        assert_eq!(scene.see(who, &files[0]).await.status, expected);
    }
    let step =
        async |who: &Token, verb: &str, form: &str| scene.post(who, &format!("{path}/objections/1/{verb}"), form).await;
    assert_ne!(step(&scene.officer(), "accept", "").await.status, StatusCode::SEE_OTHER, "not by whom it is against");
    location(&step(&scene.li.token, "accept", "").await);
    assert_eq!(step(&scene.officer(), "answer", "text=").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    location(&step(&scene.officer(), "answer", "text=It+was+measured").await);
    assert_eq!(step(&scene.li.token, "uphold", "reason=").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    location(&step(&scene.li.token, "uphold", "reason=The+deed+says+so").await);
    let page = scene.see(None, &path).await;
    assert!(page.body.contains("因异议暂停") && page.body.contains("The deed says so"), "{}", page.body);
    location(&step(&scene.li.token, "take_effect", "effect=amend_roll").await);
    assert!(scene.see(None, &path).await.body.contains("更正名册"));
    assert!(estate_is_whole(&scene).await);
}

#[tokio::test]
async fn an_upheld_objection_is_put_right_in_the_record_and_counted_again_beside_the_old_result() {
    let mut scene = Scene::new().await;
    let path = scene.carried().await;
    scene.appoint(&scene.li.token, "street").await;
    let first = scene.see(None, &path).await;
    let poll: PollId = first.links("/polls/")[0].trim_start_matches("/polls/").parse().expect("a poll's id");
    let said = [("ground", "roll"), ("text", "Too small")];
    location(&scene.site.post_files(&format!("{path}/object"), Some(&scene.wang.token), &said, &[]).await);
    for (who, step) in [
        (&scene.li.token, "accept?"),
        (&scene.officer(), "answer?text=Measured"),
        (&scene.li.token, "uphold?reason=The+deed"),
        (&scene.li.token, "take_effect?effect=amend_roll"),
    ] {
        let (verb, form) = step.split_once('?').expect("a form");
        location(&scene.post(who, &format!("{path}/objections/1/{verb}"), form).await);
    }
    let is_suspended = async |scene: &Scene| scene.see(None, &path).await.body.contains("因异议暂停");
    assert!(is_suspended(&scene).await, "the old result does not count as a new one");

    let mut corrected = register();
    corrected.units[0].area += 150;
    let estate = &scene.site.estate;
    estate.apply(corrected).await;
    let (by, now) = (estate.officer(0).await, estate.now());
    let (label, why) = (register().units[0].label.key(), AmendmentReason::ObjectionUpheld);
    let act = estate.estate.propose_amendment(&by, &poll, &label, why, now, &mut fresh()).await.expect("put up");
    estate.carry(&act).await;
    let result = format!("/polls/{poll}/result");
    let between = scene.see(None, &result).await.body;
    assert!(between.contains("正在重新计票") && !between.contains("核对没有通过"), "{between}");
    assert!(is_suspended(&scene).await, "what is put right is not counted yet");
    let console = scene.see(Some(&scene.officer()), &format!("/c/polls/{poll}")).await;
    assert_eq!(console.count(&format!("form[action='/c/polls/{poll}/result']")), 1, "{}", console.body);

    let act = estate.estate.propose_result(&by, &poll, now, &mut fresh()).await.expect("counted again");
    estate.carry(&act).await;
    let after = scene.see(None, &result).await.body;
    assert!(!after.contains("正在重新计票") && !after.contains("核对没有通过"), "{after}");
    for said in ["更正以前签字的结果", "面积由 89.53 平方米 改为 91.03 平方米", "理由：异议成立"]
    {
        assert!(after.contains(said), "{said}: {after}");
    }
    assert!(scene.see(None, &path).await.body.contains("表决通过，公示中"), "the outcome is the same");
    assert!(estate_is_whole(&scene).await);
}

#[tokio::test]
async fn what_was_decided_is_done_with_photos_and_verified_by_another() {
    let mut scene = Scene::new().await;
    let path = scene.carried().await;
    scene.wait(8).await;
    let property = scene.appoint(&scene.li.token, "property").await;
    scene.appoint(&scene.wang.token, "community").await;
    let early = scene.see(Some(&scene.officer()), &path).await;
    assert!(early.links("/decisions/").contains(&"/decisions/1".to_owned()), "{}", early.body);
    let give = |title: &str, who: &str, due: &str| format!("title={title}&who={who}&due={due}");
    let due = scene.day(20);
    for (why, form) in [
        ("nothing to do", give("", &property, &due)),
        ("nobody", give("Build", "", &due)),
        ("no day", give("Build", &property, "")),
        ("a day that has passed", give("Build", &property, "2020-01-01")),
    ] {
        let answer = scene.post(&scene.officer(), "/decisions/1/tasks", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count("[role=alert] a[href='#give']"), 1, "{why}");
    }
    let form = give("Build", &property, &due);
    let neighbour = scene.site.owner("张伟明").await.token;
    assert_ne!(scene.post(&neighbour, "/decisions/1/tasks", &form).await.status, StatusCode::SEE_OTHER);
    location(&scene.post(&scene.officer(), "/decisions/1/tasks", &form).await);
    let step = async |who: &Token, verb: &str, fields: &[(&str, &str)], files: &[&[u8]]| {
        scene.site.post_files(&format!("/decisions/1/tasks/1/{verb}"), Some(who), fields, files).await
    };
    assert_ne!(step(&neighbour, "accept", &[], &[]).await.status, StatusCode::SEE_OTHER, "only who is in charge");
    let news = scene.see(Some(&scene.li.token), "/news").await;
    assert!(
        news.body.contains("Build · 落实</a>") && news.links("/decisions/1").len() == 1,
        "who is in charge is told: {}",
        news.body
    );
    location(&step(&scene.li.token, "accept", &[], &[]).await);
    location(&step(&scene.li.token, "progress", &[("percent", "40")], &[]).await);
    assert!(scene.see(None, "/decisions/1").await.body.contains("完成 40%"));
    let less = step(&scene.li.token, "progress", &[("percent", "30")], &[]).await;
    assert_eq!(less.status, StatusCode::UNPROCESSABLE_ENTITY, "it does not go back");
    assert_eq!(less.count("details[open] input[name=percent][value='30']"), 1, "what was typed is kept: {}", less.body);
    assert_eq!(
        step(&scene.li.token, "done", &[], &[]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "without a photo"
    );
    location(&step(&scene.li.token, "done", &[], &[PHOTO]).await);
    assert_ne!(step(&scene.li.token, "verify", &[], &[]).await.status, StatusCode::SEE_OTHER, "not by whom it is of");
    location(&step(&scene.wang.token, "send_back", &[("reason", "The door is loose")], &[]).await);
    location(&step(&scene.li.token, "done", &[], &[PHOTO]).await);
    location(&step(&scene.wang.token, "verify", &[], &[]).await);
    let page = scene.see(None, "/decisions/1").await;
    assert!(page.body.contains("已落实") && page.body.contains("物业李秀英"), "{}", page.body);
    assert_eq!(page.links(&path).len(), 5, "read, handed in, final, decided, done: {}", page.body);
    assert_eq!((page.links("/polls/").len(), page.count("a[href='#task-1']")), (2, 1), "{}", page.body);
    let photo = scene.see(None, &page.links("/files/")[0]).await;
    assert_eq!((photo.status, photo.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/jpeg"), "made anew");
    assert!(estate_is_whole(&scene).await);
}

#[tokio::test]
async fn the_register_of_decisions_says_what_is_open_late_and_done() {
    let mut scene = Scene::new().await;
    assert!(scene.see(None, "/decisions").await.body.contains("这里还没有决定"));
    let path = scene.carried().await;
    let property = scene.appoint(&scene.li.token, "property").await;
    let due = scene.day(20);
    let form = format!("title=Build&who={property}&due={due}");
    let early = scene.post(&scene.officer(), "/decisions/1/tasks", &form).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "while people can still object, nothing is carried out");
    scene.wait(8).await;
    let page = scene.see(Some(&scene.officer()), "/decisions/1").await;
    assert_eq!(page.count("form[action='/decisions/1/tasks']"), 1, "the time for objections is over: {}", page.body);
    location(&scene.post(&scene.officer(), "/decisions/1/tasks", &form).await);
    let shown = async |scene: &Scene| {
        let mut found = Vec::new();
        for show in ["all", "open", "overdue", "done"] {
            let page = scene.see(None, &format!("/decisions?show={show}")).await;
            found.push(page.count("section.panel h2 a[href='/decisions/1']"));
        }
        found
    };
    assert_eq!(shown(&scene).await, [1, 1, 0, 0]);
    scene.wait(21).await;
    assert_eq!(shown(&scene).await, [1, 1, 1, 0], "late by the clock, and nothing was written");
    let cancelled = [("reason", "The estate has decided otherwise")];
    let object = "/decisions/1/tasks/1/cancel";
    let answer = scene.site.post_files(object, Some(&scene.officer()), &cancelled, &[]).await;
    assert_eq!(location(&answer), "/decisions/1#task-1");
    assert_eq!(shown(&scene).await, [1, 0, 0, 1]);
    assert!(scene.see(None, "/decisions?before=1").await.body.contains("这里还没有决定"), "below the first is none");
    let motion = scene.see(None, &path).await;
    assert!(motion.body.contains("已取消") && motion.links("/decisions/1").len() == 2, "{}", motion.body);
    for home in ["/", "/matters", "/motions"] {
        assert_eq!(scene.see(None, home).await.count("a[href='/decisions']"), 1, "{home} leads to it");
    }
}
