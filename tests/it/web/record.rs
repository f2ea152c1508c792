//! What pages show of the private half of a poll: to owners their own, to those who may inspect who is who.

use axum::http::{StatusCode, header};
use ballot::{
    roll::RollProofs,
    statement::Choice,
    store::{session::Token, staff::Role},
};
use heyi_tests::estate::{DAY, fresh, last_code, signed_in};

use super::{Site, ballots::Voter};

#[tokio::test]
async fn an_owner_sees_what_the_roll_says_and_keeps_a_proof_of_it() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let page = site.get(&format!("/polls/{}/roll", voter.poll), Some(&voter.token)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for sentence in ["1 号楼 1 单元 201 室", "2 号楼 1 单元 101 室", "179.06 平方米", "人数：算一人", "只有您"]
    {
        assert!(page.body.contains(sentence), "{sentence}");
    }
    let me = site.get("/me", Some(&voter.token)).await;
    assert_eq!(me.count(&format!("a[href='/polls/{}/roll']", voter.poll)), 1, "one finds it on one's own page");
    let file = site.get(&format!("/polls/{}/roll.json", voter.poll), Some(&voter.token)).await;
    assert!(file.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    let proofs = RollProofs::parse(file.body.as_bytes()).expect("a file of proofs");
    let log = site.estate.estate.logs().log(&voter.poll).await.expect("the log opens");
    let roll = log.read(|state, _| state.manifest().roll);
    assert_eq!((proofs.poll.clone(), proofs.proofs.len()), (voter.poll.clone(), 2));
    for proof in &proofs.proofs {
        assert_eq!((proof.root, proof.size), (roll.root, roll.units));
        assert_eq!(proof.verify().expect("it holds").record.owners, ["王芳"]);
    }
    let officer = site.officer_again().await;
    assert_eq!(site.get(&format!("/polls/{}/roll", voter.poll), Some(&officer)).await.status, StatusCode::NOT_FOUND);
}

impl Site {
    /// An officer's session now, whatever time has passed.
    async fn officer_again(&self) -> Token {
        self.by_code("10000000001").await
    }

    async fn by_code(&self, phone: &str) -> Token {
        let (estate, compound) = (&self.estate.estate, &self.estate.compound);
        let (now, fresh) = (self.estate.now(), &mut fresh());
        let challenge = estate.start_sign_in(compound, phone, "zh", now, fresh).await.expect("a code");
        let code = last_code(estate, compound, Some(phone)).await;
        let answer = estate.finish_sign_in(&challenge, &code, None, now, fresh).await.expect("right");
        signed_in(answer)
    }
}

#[tokio::test]
async fn who_may_inspect_finds_out_who_a_holder_is_and_leaves_a_trace_and_others_find_nothing() {
    let mut site = Site::new().await;
    site.estate.appoint(Role::Clerk, "10000000201").await;
    site.auditor("10000000202").await;
    let voter = Voter::new(&site).await;
    let ballot = voter.ballot(&site, 1, Choice::Against).await;
    assert_eq!(site.post_ballot(&voter.poll, None, &ballot).await.status, StatusCode::OK);
    let holder = format!("/audit/{}/holders/{}", voter.poll, voter.holder.holder);
    let officer = site.officer_again().await;
    assert_eq!(site.get(&holder, Some(&officer)).await.status, StatusCode::NOT_FOUND, "nobody looks before the close");

    site.estate.clock.set(site.estate.now() + 14 * DAY);
    site.estate.sign_officers_in().await;
    let by = site.estate.officer(0).await;
    let now = site.estate.now();
    let act = site.estate.estate.propose_result(&by, &voter.poll, now, &mut fresh()).await;
    site.estate.carry(&act.expect("it is put up")).await;
    let officer = site.officer_again().await;
    let audit = site.get(&format!("/audit/{}", voter.poll), Some(&officer)).await;
    assert_eq!(audit.count(&format!("a[href='{holder}']")), 1, "from the list of ballots");
    for (phone, who) in [("10000000001", "officer"), ("10000000201", "clerk"), ("10000000202", "auditor")] {
        let token = site.by_code(phone).await;
        let page = site.get(&holder, Some(&token)).await;
        assert_eq!(page.status, StatusCode::OK, "{who}");
        assert!(page.body.contains("王芳") && page.body.contains(">反对</td>"), "{who}");
        let evidence = page.links("/evidence/");
        assert_eq!(evidence.len(), 1, "{who}");
        let evidence = site.get(&evidence[0], Some(&token)).await;
        assert!(evidence.status == StatusCode::OK && evidence.body.contains("指纹对得上"), "{who}");
        let events = site.estate.estate.events(&site.estate.compound, None, 2).await.expect("events");
        let verbs: Vec<_> = events.iter().map(|event| event.verb.as_str()).collect();
        assert_eq!(verbs, ["evidence_inspected", "holder_inspected"], "{who}");
    }
    let owner = site.by_code("10000000103").await;
    let evidence = site.get(&holder, Some(&officer)).await.links("/evidence/").remove(0);
    for path in [&holder, &evidence] {
        assert_eq!(site.get(path, Some(&owner)).await.status, StatusCode::NOT_FOUND, "{path} for an owner");
        assert_eq!(site.get(path, None).await.status, StatusCode::UNAUTHORIZED, "{path} for nobody");
    }
    let nobody = format!("/audit/{}/holders/99", voter.poll);
    assert_eq!(site.get(&nobody, Some(&officer)).await.status, StatusCode::NOT_FOUND);
    site.estate.estate.verify_events(&site.estate.compound).await.expect("the events' chain is whole");
}
