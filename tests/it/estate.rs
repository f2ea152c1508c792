//! The use cases over the private tables: what they refuse, what two at once may not do, what a stop leaves behind.

mod acts;
mod crash;
mod deliveries;
mod erasure;
mod hall;
mod law;
mod life;
mod notices;
mod paper;
mod people;
mod polls;
mod proxies;
mod register;
mod remind;
mod sittings;
mod upgrade;
mod walls;
mod written;
