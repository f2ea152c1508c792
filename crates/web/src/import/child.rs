//! The child process that reads foreign files: the same program, with little memory, time and nothing to open.
//!
//! What comes back is bounded as well. A file that makes the child fall makes nothing else fall.

use std::{
    io::{self, Read, Write},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
    time::Duration,
};

use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

use super::{CHILD, MAX_FILE, Preview, Refusal, read};

/// Address space of the child.
const MEMORY: u64 = 512 << 20;
/// Seconds of the processor that the child may take, and of the clock: a busy machine is no fault of the file.
const SECONDS: u64 = 10;
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes of the child's answer.
const MAX_ANSWER: u64 = 64 << 20;

/// The program that is running: what [`check_in_child`] starts in service.
///
/// # Errors
/// The system does not say which it is.
pub fn this_program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Reads a foreign file in a child process of `program`, which must be this one.
///
/// # Errors
/// The file is refused as in [`read`], or the child was ended by its limits.
pub async fn check_in_child(program: &Path, file: &str, bytes: &[u8]) -> Result<Preview, Refusal> {
    if MAX_FILE < bytes.len() {
        return Err(Refusal::TooBig);
    }
    let mut child = Command::new(program)
        .arg(CHILD)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|_| Refusal::Failed)?;
    let mut input = child.stdin.take().ok_or(Refusal::Failed)?;
    let output = child.stdout.take().ok_or(Refusal::Failed)?;
    let mut answer = Vec::new();
    let talk = async {
        let send = async move {
            // A child that refuses early hears no more; its answer says why.
            let _ = input.write_all(bytes).await;
        };
        let receive = async {
            // One that goes on beyond the limit writes into a closed pipe, and ends.
            output.take(MAX_ANSWER).read_to_end(&mut answer).await
        };
        let ((), received) = tokio::join!(send, receive);
        received.and(child.wait().await)
    };
    let status = timeout(PATIENCE, talk).await.map_err(|_| Refusal::TooSlow)?.map_err(|_| Refusal::Failed)?;
    if let Some(signal) = status.signal() {
        return Err(ended_by(signal));
    }
    if !status.success() {
        return Err(Refusal::Failed);
    }
    let answer: Result<Preview, Refusal> = serde_json::from_slice(&answer).map_err(|_| Refusal::Failed)?;
    answer.map(|preview| Preview { file: file.to_owned(), ..preview })
}

/// What a child ran into that was ended by a signal: without memory it aborts.
fn ended_by(signal: i32) -> Refusal {
    let is_out_of_time = [Signal::XCPU, Signal::KILL].iter().any(|other| other.as_raw() == signal);
    if is_out_of_time { Refusal::TooSlow } else { Refusal::TooBig }
}

/// The child's side.
pub(super) fn run() -> ExitCode {
    let limits = [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Fsize, 0),
        (Resource::Nofile, 3),
        (Resource::Core, 0),
    ];
    for (resource, limit) in limits {
        let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
        if setrlimit(resource, limit).is_err() {
            return ExitCode::from(2);
        }
    }
    let mut bytes = Vec::new();
    if io::stdin().lock().take(MAX_FILE as u64 + 1).read_to_end(&mut bytes).is_err() {
        return ExitCode::from(2);
    }
    let answer = read("", &bytes);
    let Ok(answer) = serde_json::to_vec(&answer) else { return ExitCode::from(2) };
    let mut output = io::stdout().lock();
    match output.write_all(&answer).and_then(|()| output.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_ended_for_its_time_or_for_its_memory() {
        assert_eq!(ended_by(Signal::XCPU.as_raw()), Refusal::TooSlow);
        assert_eq!(ended_by(Signal::ABORT.as_raw()), Refusal::TooBig);
        assert_eq!(ended_by(Signal::SEGV.as_raw()), Refusal::TooBig);
    }
}
