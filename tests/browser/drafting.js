/** How two officers draft a vote page by page, look at it as owners will, and sign it. */
import assert from "node:assert/strict";
import { ESTATE } from "./estate.js";
import { checkWidths } from "./lib.js";
import { printed } from "./paper.js";
import { press, questions, read, signAct } from "./people.js";

export async function pollIsPublished(journey) {
  const [first, second] = journey.officers;
  const { page } = first;
  const { clock } = journey.world;
  const choose = (name, value) => page.locator(`label:has([name="${name}"][value="${value}"])`).click();
  const next = () => press(first, page.locator("main form button[name=then][value=next]"));
  let step = 0;
  const look = async () => {
    step += 1;
    await journey.shot(first, `11-wizard-${String(step).padStart(2, "0")}`);
    await checkWidths(page);
  };

  /** Two firms, of which one can be hired. */
  const addAlternatives = async () => {
    await page.goto(`/c/polls/${journey.poll}`);
    await press(first, page.locator("form[action$=motions] button"));
    await choose("matter", "manager");
    await next();
    for (const [place, firm] of ESTATE.firms.entries()) {
      if (place > 0) {
        await page.goto(`/c/polls/${journey.poll}`);
        await press(first, page.locator("form[action$=alternative] button").last());
      }
      await page.locator("#title").fill(`是否选聘${firm}？`);
      await next();
      await page.locator("#text").fill(`合同三年。${firm}的方案和报价都已公示。`);
      await page.locator("#cost").fill("每平方米每月 2.10 元，由业主承担。");
      await look();
      await next();
    }
  };

  await page.goto("/c/polls/new");
  await choose("matter", "raise_fund");
  await look();
  await press(first);
  journey.poll = /\/c\/polls\/([0-9a-f-]{36})/.exec(page.url())[1];
  await page.locator("#title").fill("是否同意续筹维修资金，每平方米 20 元？");
  await look();
  await next();
  await page.locator("#text").fill("## 为什么\n\n维修资金余额不足首期的三成。\n\n- 屋面防水\n- 外墙修补");
  await look();
  await next();
  assert.match(await read(first), /费用/, "the cost is asked for, and nothing is lost");
  assert.match(await page.locator("#text").inputValue(), /屋面防水/);
  await look();
  await page.locator("#cost").fill("每平方米 20 元，合计 12,280 元，由业主承担。");
  await next();
  const file = { name: "报价单.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n% 报价单\n%%EOF\n") };
  await page.locator("#file").setInputFiles(file);
  await press(first, page.locator("form:has(#file) button"));
  await page.locator("text=报价单.pdf").waitFor();
  await look();
  await page.goto(`/c/polls/${journey.poll}`);
  await press(first, page.locator("form[action$=motions] button"));
  await choose("matter", "election");
  await next();
  await page.locator("#title").fill("选举第一届业主委员会委员");
  await next();
  await page.locator("#seats").fill("4");
  await page.locator("#candidates").fill(ESTATE.candidates.join("\n"));
  await next();
  assert.match(await read(first), /单数/, "an even number of seats is refused");
  await look();
  await page.locator("#seats").fill("5");
  await next();
  await page.locator("#text").fill("任期五年，委员 5 名。候选人由业主推荐。");
  await next();
  await addAlternatives();
  await page.goto(`/c/polls/${journey.poll}/title`);
  await page.locator("#title").fill("续筹维修资金与业主委员会选举");
  await next();
  await page.goto(`/c/polls/${journey.poll}/scope`);
  await look();
  await next();
  await choose("answers", "public");
  await look();
  await next();
  await page.locator("#opens_day").fill(clock.day(10));
  await page.locator("#opens_time").fill("09:00");
  await page.locator("#closes_day").fill(clock.day(30));
  await page.locator("#closes_time").fill("18:00");
  await next();
  assert.match(await read(first), /15/, "ten days of notice are too few");
  await look();
  await page.locator("#opens_day").fill(clock.day(17));
  await next();
  await page.waitForURL(/\/preview$/);
  await look();

  for (const [size, lang] of [["standard", "zh"], ["large", "en"], ["elder", "zh"]]) {
    await page.goto(`/c/polls/${journey.poll}/preview/${size}/${lang}`);
    assert.equal(await page.locator(`html.${size}`).count(), 1);
    assert.equal(await page.locator("fieldset[data-candidate]").count(), ESTATE.candidates.length, "as on the vote page");
    if (lang === "zh") journey.preview = await questions(page);
    await journey.shot(first, `12-preview-${size}-${lang}`);
    await checkWidths(page);
  }
  for (const sheet of ["paper", "notice"]) {
    await page.goto(`/c/polls/${journey.poll}/preview/${sheet}`);
    const paper = await printed(page, journey.world.folder);
    await paper.assertFits(sheet === "notice" ? 2 : 1);
    for (const name of sheet === "paper" ? ESTATE.candidates : []) assert.ok(paper.text.includes(name), name);
    assert.match(paper.text, /续筹维修资金，每平方米 20 元/);
  }

  await page.goto(`/c/polls/${journey.poll}/freeze`);
  await journey.shot(first, "13-freeze");
  await page.locator("main form button").click();
  await page.waitForURL(/\/c\/acts\//);
  await journey.shot(first, "14-act");
  const act = new URL(page.url()).pathname;
  await signAct(first);
  const reader = await journey.meet("auditor");
  assert.equal((await reader.context.request.get(`/polls/${journey.poll}/notice`)).status(), 404, "one signature is not enough");
  await second.page.goto(act);
  await signAct(second);
  await journey.shot(second, "15-act-done");
  await second.page.goto(`/c/polls/${journey.poll}`);
  await journey.shot(second, "16-poll-published");
  for (const name of ["amend?text=张", "strike", "bar"]) {
    await second.page.goto(`/c/polls/${journey.poll}/${name}`);
    await journey.shot(second, `17-${name.replace(/\W.*/, "")}`);
    await checkWidths(second.page);
  }
}
