//! Papers of the demo's polls: some in the record, some on their way, each with a scan.

use std::{collections::BTreeMap, io::Cursor};

use anyhow::Context as _;
use ballot::{
    id::{FormNo, PersonNo, PollId},
    statement::{Answer, Choice, Motion, PaperAnswer},
    store::{
        estate::Estate,
        paper::{
            AgentAsRead, AtDoor, NewDelegate, NewWritten, PaperEntry, Reading, Says, SecondReading, WrittenAgent,
            WrittenWish,
        },
        staff::StaffMember,
    },
};
use image::{ImageFormat, Rgb, RgbImage};

use super::{Time, device::Device, fresh};

/// A clerk whom this program plays.
pub(super) struct Clerk {
    pub(super) staff: StaffMember,
    pub(super) device: Device,
}

/// Two clerks at work.
pub(super) struct AtDesk<'a> {
    pub(super) estate: &'a Estate,
    pub(super) time: &'a Time,
    pub(super) clerks: &'a [Clerk],
}

impl AtDesk<'_> {
    /// Prints the forms of a building, and puts the papers of so many who have not voted into the record.
    ///
    /// # Errors
    /// A use case refuses what the story needs: a fault of ours.
    pub(super) async fn enter_all(&self, poll: &PollId, building: &str, count: usize) -> anyhow::Result<()> {
        for (place, form) in self.print(poll, building, count).await?.into_iter().enumerate() {
            self.count(poll, form, choice(place)).await?;
        }
        Ok(())
    }

    /// The same while the poll runs: of the last four one is read in two ways, one is entered once, and two just came in.
    ///
    /// # Errors
    /// A use case refuses what the story needs: a fault of ours.
    pub(super) async fn enter_some(&self, poll: &PollId, building: &str, count: usize) -> anyhow::Result<()> {
        let forms = self.print(poll, building, count).await?;
        let (done, rest) = forms.split_at(forms.len().saturating_sub(4));
        for (place, form) in done.iter().enumerate() {
            self.count(poll, *form, choice(place)).await?;
        }
        for (place, form) in rest.iter().enumerate() {
            self.estate.receive_form(&self.clerks[0].staff, poll, *form, self.time.tick()).await?;
            if place < 2 {
                self.enter(0, poll, *form, Choice::For).await?;
            }
            if place < 1 {
                self.enter(1, poll, *form, Choice::Against).await?;
            }
        }
        Ok(())
    }

    /// Two who have not voted ask somebody on paper: one sheet is in the record, the other waits for a second clerk. And a
    /// company sends a delegate.
    ///
    /// # Errors
    /// A use case refuses what the story needs: a fault of ours.
    pub(super) async fn take_sheets(&self, poll: &PollId, building: &str, company: &str) -> anyhow::Result<()> {
        let by = &self.clerks[0].staff;
        let doors = self.estate.doors(by, poll, building).await?;
        let mut silent = doors.iter().filter(|door| !door.has_voted);
        let agent = |name: &str, note: &str| {
            let (name, note) = (name.to_owned(), note.to_owned());
            WrittenWish::Give(WrittenAgent::Outside { name, note, is_another: false })
        };
        let first = silent.next().context("somebody has not voted")?;
        let id = self.take_sheet(poll, first, agent("石小兰", "业主的女儿，手机尾号 2208")).await?;
        let reading = SecondReading { agent: AgentAsRead::Named("石小兰".to_owned()), ..said(first) };
        self.estate.confirm_written(&self.clerks[1].staff, poll, &id, &reading, self.time.tick()).await?;
        for clerk in self.clerks {
            let text = self.estate.written_proxy(&clerk.staff, poll, &id).await?.text;
            let signature = clerk.device.sign(&text);
            self.estate.sign_written(&clerk.staff, poll, &id, &signature, self.time.tick()).await?;
        }
        let second = silent.next().context("and somebody else has not")?;
        self.take_sheet(poll, second, agent("柏大海", "业主的兄弟，证件后四位 7712")).await?;
        let now = self.time.tick();
        let new = NewDelegate {
            company: company.to_owned(),
            name: "阮志成".to_owned(),
            note: "行政经理，手机尾号 5150".to_owned(),
            valid_until: Some(now + 300 * 86_400),
            scan: Some(drawn(9)?),
        };
        let id = self.estate.enter_delegate(by, &new, now, &mut fresh()?).await?;
        Ok(self.estate.confirm_delegate(&self.clerks[1].staff, &id, self.time.tick()).await?)
    }

    async fn take_sheet(&self, poll: &PollId, door: &AtDoor, wish: WrittenWish) -> anyhow::Result<String> {
        let SecondReading { home, name, .. } = said(door);
        let new = NewWritten { home, name, wish, replaces: false, scan: Some(drawn(door.homes.len())?) };
        let now = self.time.tick();
        Ok(self.estate.enter_written(&self.clerks[0].staff, poll, &new, now, &mut fresh()?).await?)
    }

    /// Says that all is entered.
    ///
    /// # Errors
    /// A use case refuses what the story needs: a fault of ours.
    pub(super) async fn end(&self, poll: &PollId) -> anyhow::Result<()> {
        Ok(self.estate.end_desk(&self.clerks[0].staff, poll, self.time.tick()).await?)
    }

    async fn print(&self, poll: &PollId, building: &str, count: usize) -> anyhow::Result<Vec<FormNo>> {
        let (by, buildings) = (&self.clerks[0].staff, [building.to_owned()].into());
        let forms = self.estate.issue_forms(by, poll, &buildings, self.time.tick(), &mut fresh()?).await?;
        let mut numbers = Vec::new();
        for form in forms {
            if numbers.len() < count && !self.estate.form(by, poll, form.number).await?.has_voted {
                numbers.push(form.number);
            }
        }
        Ok(numbers)
    }

    /// Both read the same, and sign.
    async fn count(&self, poll: &PollId, form: FormNo, choice: Choice) -> anyhow::Result<()> {
        for place in 0..2 {
            self.enter(place, poll, form, choice).await?;
        }
        for clerk in self.clerks {
            let now = self.time.tick();
            for one in self.estate.papers_to_sign(&clerk.staff, poll, now).await? {
                let signature = clerk.device.sign(&one.text);
                self.estate.sign_paper(&clerk.staff, poll, one.form, &signature, now).await?;
            }
        }
        Ok(())
    }

    async fn enter(&self, clerk: usize, poll: &PollId, form: FormNo, choice: Choice) -> anyhow::Result<()> {
        let motions = self.estate.logs().log(poll).await?.read(|state, _| state.manifest().motions.clone());
        let answer = |motion: &Motion| (motion.id.clone(), PaperAnswer::Answer(Answer::Choice(choice)));
        let answers: BTreeMap<_, _> = motions.iter().map(answer).collect();
        let reading = Reading { agent: None, channel: None, person: PersonNo::FIRST, says: Says::Answers(answers) };
        let now = self.time.tick();
        let entry = PaperEntry { reading, received: Some(now), scan: Some(scan(form, motions.len(), choice)?) };
        let by = &self.clerks.get(clerk).context("two clerks")?.staff;
        self.estate.enter_paper(by, poll, form, &entry, now).await?;
        Ok(())
    }
}

/// How somebody at a door says who they are.
fn said(door: &AtDoor) -> SecondReading {
    let home = door.homes.first().map(|label| label.replace('|', "-")).unwrap_or_default();
    SecondReading { home, name: door.names.first().cloned().unwrap_or_default(), agent: AgentAsRead::default() }
}

/// A drawing of a sheet that somebody has signed.
fn drawn(lines: usize) -> anyhow::Result<Vec<u8>> {
    scan(FormNo::FIRST, lines, Choice::For)
}

fn choice(place: usize) -> Choice {
    if place % 3 == 2 { Choice::Against } else { Choice::For }
}

/// A drawing of a marked paper: three boxes for each motion, one of them filled, and the number as bars.
fn scan(form: FormNo, motions: usize, choice: Choice) -> anyhow::Result<Vec<u8>> {
    let mut page = RgbImage::from_pixel(420, 594, Rgb([250, 249, 245]));
    let mut fill = |(x, y): (u32, u32), (width, height): (u32, u32), shade: u8| {
        for (x, y) in (x..x + width).flat_map(|x| (y..y + height).map(move |y| (x, y))) {
            if x < 420 && y < 594 {
                page.put_pixel(x, y, Rgb([shade; 3]));
            }
        }
    };
    fill((40, 40), (220, 18), 40);
    let marked = match choice {
        Choice::For => 0,
        Choice::Against => 1,
        Choice::Abstain => 2,
    };
    for top in (110_u32..).step_by(130).take(motions.min(3)) {
        fill((40, top), (300, 10), 90);
        for place in 0..3 {
            let left = 40 + 110 * place;
            fill((left, top + 40), (26, 26), 30);
            let shade = if place == marked { 60 } else { 250 };
            fill((left + 3, top + 43), (20, 20), shade);
        }
    }
    for place in 0..20 {
        if form.get() >> place & 1 == 1 {
            fill((40 + 12 * place, 530), (8, 30), 20);
        }
    }
    let mut bytes = Vec::new();
    page.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).context("a picture is written")?;
    Ok(bytes)
}
