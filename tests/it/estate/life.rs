//! Deliberation on both databases: what the two say differently in SQL is looked up, stored and forgotten alike.

use ballot::store::{ids::Subject, staff::Role as Office};
use deliberation::{
    lifecycle::Verb,
    matter::Source,
    rights::{Post, Role, Scope},
    settings::DAY,
    store::{By, Deliberation, File, FileKind, Found, MatterAct, NewMatter},
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{TestDevice, TestEstate, fresh, register},
};

use crate::log::on_both;

struct World {
    estate: TestEstate,
    life: Deliberation,
    owner: By,
    clerk: By,
    officer: By,
    _database: TestDatabase,
}

impl World {
    async fn on(database: TestDatabase) -> Self {
        let estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let letters = estate.letters().await;
        let (person, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.expect("enrolled");
        let clerk = estate.appoint(Office::Clerk, "10000000201").await;
        let mut subjects = Vec::new();
        for token in [&person.token, &clerk.token, &estate.officers[0].token] {
            subjects.push(estate.viewer(token, estate.now()).await.expect("signed in").subject());
        }
        let by = |subject: &Subject| By { compound: estate.compound.clone(), subject: subject.clone() };
        let (owner, clerk, officer) = (by(&subjects[0]), by(&subjects[1]), by(&subjects[2]));
        let life = Deliberation::new(estate.estate.clone());
        Self { life, owner, clerk, officer, estate, _database: database }
    }

    async fn find(&self, question: &str) -> Vec<Found> {
        let found = self.life.search(&self.estate.compound, question, None, 10).await;
        found.expect("it is looked up").found
    }
}

on_both! {
    async fn what_is_looked_up_is_found(database) {
        let world = World::on(database).await;
        let now = world.estate.now();
        let mut matters = Vec::new();
        for (title, text) in [("更换三号楼电梯", "停了六次"), ("Lamps at the gate", "LED 灯不亮"), ("电灯", "换 LED")]
        {
            let new = NewMatter {
                source: Source::Wish,
                title: title.to_owned(),
                text: text.to_owned(),
                building: None,
                is_emergency: false,
                on_behalf_of: None,
            };
            let (id, _) = world.life.post_matter(&world.owner, &new, now, &mut fresh()).await.expect("it is posted");
            matters.push(id);
        }
        assert_eq!(world.find("电梯").await, [], "nobody has acknowledged it");
        for id in &matters {
            let act = MatterAct::default();
            world.life.matter_step(&world.clerk, id, Verb::Acknowledge, &act, now).await.expect("acknowledged");
        }
        for (question, expected) in [
            ("电梯", &[0][..]),
            ("梯", &[0]),
            ("led", &[2, 1]),
            ("LED 换", &[2]),
            ("lamp", &[1]),
            ("amp", &[]),
            ("换电", &[]),
            ("停了六次", &[0]),
            ("' & !'x' | \"*", &[]),
        ] {
            let expected: Vec<_> = expected.iter().map(|place| Found::Matter(matters[*place].clone())).collect();
            assert_eq!(world.find(question).await, expected, "{question}");
        }
        let page = world.life.search(&world.estate.compound, "led", None, 1).await.expect("it is looked up");
        let rest = world.life.search(&world.estate.compound, "led", page.next, 1).await.expect("it is looked up");
        assert_eq!((page.found.len(), rest.found), (1, vec![Found::Matter(matters[1].clone())]), "page by page");
        assert_eq!(world.life.reindex(&world.estate.compound).await.expect("made anew"), 3);
        assert_eq!(world.find("led").await.len(), 2);
    }

    async fn files_that_nothing_names_are_forgotten(database) {
        let world = World::on(database).await;
        let now = world.estate.now();
        let post = Post { role: Role::Property, scope: Scope::Estate, from: now, until: now + 9 * DAY };
        let owner = &world.owner;
        world.life.appoint(&world.officer, &owner.subject, &post, now, &mut fresh()).await.expect("appointed");
        for content in [&b"one"[..], b"two", b"one"] {
            let file = File { kind: FileKind::Pdf, content: content.to_vec() };
            world.life.attach(owner, &file, now).await.expect("it is stored");
        }
        let forget = async |at| world.life.forget_files(&world.estate.compound, at).await.expect("forgotten");
        assert_eq!((forget(now + DAY).await, forget(now + DAY + 1).await), (0, 2), "the same is stored once");
    }
}
