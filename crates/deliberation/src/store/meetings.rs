//! Meetings: bodies with seats, agendas, who was there, who spoke, and minutes made from the record.

mod agenda;
mod attendance;
mod bodies;
mod minutes;
mod session;
#[cfg(test)]
mod tests;
mod view;

pub(super) use agenda::is_out;
pub use agenda::{ItemAct, NewItem};
pub use bodies::{BodyView, NewBody, Seat};
pub(super) use bodies::{check_rules, check_seated, own, set_rules};
pub use minutes::{MinutesAct, MinutesNote, MinutesView};
pub use session::NewMeeting;
#[cfg(test)]
pub(super) use view::list_query;
pub(super) use view::read_item;
pub use view::{ItemView, Line, MeetingRow, MeetingView, SpeechView};
